/** The relay as a program: its flags, its logins and its store. */
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folder, runGateway, startGatewayProcess } from "../gatewayProcess.ts"
import { basic, order, startMock, startService, success } from "./relay.ts"

let files = 0
const newStore = () => join(folder, `relay-process-${++files}.db`)
const secret = (text: string) => {
  const path = join(folder, `secret-${++files}.txt`)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

describe("hipay-pos gateway --relay", () => {
  it("pays through the service with the login of a file, and names the upstream when it is ready", async () => {
    await using mock = await startMock()
    const credentials = secret("merchant:secret\n")
    const args = ["--relay", mock.url, "--only-relay", "--relay-credentials", credentials, "--store", newStore()]
    const relay = await startGatewayProcess(args)
    const paid = await relay.request("POST", "/v1/connector/order", order("PROCESS_1"))
    assert.strictEqual(paid.status, 200)
    assert.strictEqual(paid.headers.get("x-hipay-pos-upstream"), new URL(mock.url).host)
    relay.stop()
    assert.strictEqual(await relay.ended, 0)
  })

  it("refuses a store whose orders were relayed to another service, or under another account", async () => {
    await using one = await startService(({ body }, response) => response.end(JSON.stringify(success(body))))
    await using two = await startService(({ body }, response) => response.end(JSON.stringify(success(body))))
    const store = newStore()
    const own = secret("account:a\n")
    const first = await startGatewayProcess(["--relay", one.url, "--relay-credentials", own, "--store", store])
    first.stop()
    assert.strictEqual(await first.ended, 0)
    const elsewhere = await runGateway(["--relay", two.url, "--relay-credentials", own, "--store", store])
    assert.strictEqual(elsewhere.code, 2)
    assert.include(elsewhere.stderr, `its orders were relayed to ${one.url}, not to ${two.url}`)
    const other = ["--relay", one.url, "--relay-credentials", secret("another:a\n"), "--store", store]
    const refused = await runGateway(other)
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, "under the account account, not another")
    const again = await startGatewayProcess(["--relay", one.url, "--relay-credentials", own, "--store", store])
    again.stop()
    assert.strictEqual(await again.ended, 0)
  })

  it("gives each login of the logins file its own login at the service", async () => {
    await using service = await startService(({ body }, response) => response.end(JSON.stringify(success(body))))
    const logins = secret(
      JSON.stringify({
        logins: [{ username: "shop", password: "of its own", relay: { username: "account", password: "there" } }]
      })
    )
    const relay = await startGatewayProcess(["--relay", service.url, "--logins", logins, "--store", newStore()])
    assert.strictEqual((await relay.request("POST", "/v1/connector/order", order("LOGINS_1"))).status, 200)
    assert.strictEqual(service.asked[0]?.headers.authorization, basic({ username: "account", password: "there" }))
    relay.stop()
    assert.strictEqual(await relay.ended, 0)
  })

  const shared = secret("merchant:secret\n")
  chmodSync(shared, 0o644)
  const own = secret("merchant:secret\n")
  const twoAccounts = secret(
    JSON.stringify({
      logins: ["paris", "lyon"].map((shop) => ({
        username: "shops",
        password: `of ${shop}`,
        relay: { username: shop, password: "there" }
      }))
    })
  )
  const refusals: ReadonlyArray<readonly [string, ReadonlyArray<string>, string]> = [
    [
      "plain HTTP to another machine",
      ["--relay", "http://pos.example", "--relay-credentials", own],
      "expected https://"
    ],
    [
      "what is not a service",
      ["--relay", "staging", "--relay-credentials", own],
      "expected stage, production or a URL"
    ],
    ["a login in the URL", ["--relay", "https://a:b@pos.example", "--relay-credentials", own], "without a login"],
    ["no login for the service", ["--relay", "stage"], "needs a login at the service"],
    [
      "a login beside --pass-through",
      ["--relay", "stage", "--pass-through", "--relay-credentials", own],
      "--pass-through"
    ],
    [
      "two accounts of one login, of which only one would get all orders",
      ["--relay", "stage", "--logins", twoAccounts],
      "logins[1].relay: shops has another account in logins[0]; a login has one account at the service"
    ],
    ["a file of secrets that others can read", ["--relay", "stage", "--relay-credentials", shared], "chmod 600"],
    ["--only-relay with a terminal", ["--relay", "stage", "--only-relay", "--dial", "127.0.0.1"], "dials no terminal"],
    ["flags of a relay without --relay", ["--pass-through", "--dial", "127.0.0.1"], "--pass-through goes with --relay"]
  ]
  for (const [what, args, words] of refusals) {
    it.skipIf(process.platform === "win32" && words === "chmod 600")(`refuses ${what}`, async () => {
      const { code, stderr } = await runGateway([...args, "--store", newStore()])
      assert.strictEqual(code, 2)
      assert.include(stderr, words)
    })
  }
})
