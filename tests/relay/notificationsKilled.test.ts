/** A relay that is killed while notifications arrive: none that was answered with 204 is lost. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folder, type GatewayProcess, runGateway, startGatewayProcess } from "../gatewayProcess.ts"
import { until } from "../until.ts"
import { notify, order, startService } from "./relay.ts"

const passphrase = "SecretPassphrase"

const secret = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

const ORDERS = 12

const statesOf = async (relay: GatewayProcess) => {
  const { attempts } = (await (await relay.request("GET", "/attempts?limit=100")).json()) as {
    readonly attempts: ReadonlyArray<{ readonly orderId: string; readonly state: string; readonly paid?: number }>
  }
  return new Map(attempts.map((attempt) => [attempt.orderId, attempt]))
}

const isTaken = (relay: GatewayProcess, orderId: string): Promise<boolean> =>
  notify(relay.url, passphrase, orderId).then(
    (status) => status === 204,
    () => false
  )

describe("a relay that is killed while notifications come", () => {
  it("has ended, after its next start, every attempt whose notification it answered with 204", async () => {
    await using service = await startService((_, response) => response.destroy())
    const args = [
      "--relay",
      service.url,
      "--relay-credentials",
      secret("killed-account.txt", "account:there"),
      "--passphrase-file",
      secret("killed-passphrase.txt", `${passphrase}\n`)
    ]
    let taken = 0
    for (const killAfter of [1, 3, 6, 9]) {
      const store = ["--store", join(folder, `killed-${killAfter}.db`)]
      const relay = await startGatewayProcess([...args, ...store])
      const ids = Array.from({ length: ORDERS }, (_, i) => `KILLED_${i}`)
      for (const id of ids) {
        assert.strictEqual((await relay.request("POST", "/v1/connector/order", order(id))).status, 504)
      }
      const answered = new Set<string>()
      await Promise.all(
        ids.map(async (id) => {
          if (!(await isTaken(relay, id))) return
          answered.add(id)
          if (answered.size === killAfter) relay.kill()
        })
      )
      await relay.ended
      assert.isAtLeast(answered.size, killAfter)
      taken += answered.size
      const again = await startGatewayProcess([...args, ...store])
      const states = await until("what was answered is approved", async () => {
        const found = await statesOf(again)
        return [...answered].every((id) => found.get(id)?.state === "approved") && found
      })
      for (const id of answered) assert.propertyVal(states.get(id), "paid", 1245)
      again.stop()
      assert.strictEqual(await again.ended, 0)
    }
    assert.isAtLeast(taken, 19)
  })

  it.each([
    [["--notify-url", "https://pos.example"], "notifications need the account's passphrase"],
    [
      ["--notify-url", "http://pos.example", "--passphrase-file", "P"],
      "--notify-url: expected the relay's public address"
    ],
    [
      ["--notify-url", "https://:sesame@pos.example", "--passphrase-file", "P"],
      "such as https://pos.example, got https://***@pos.example"
    ],
    [["--forward-notifications", "--passphrase-file", "P"], "--forward-notifications and --notify go together"],
    [
      ["--forward-notifications", "--notify", "shop", "--passphrase-file", "P"],
      "--notify: expected HOST:PORT, got shop"
    ]
  ])("does not start with %j", async (flags, problem) => {
    const given = flags.map((flag) => (flag === "P" ? secret("passphrase.txt", passphrase) : flag))
    const relay = ["--relay", "stage", "--relay-credentials", secret("account.txt", "account:there")]
    const refused = await runGateway([...relay, ...given, "--store", join(folder, "never.db")])
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, problem)
  })
})
