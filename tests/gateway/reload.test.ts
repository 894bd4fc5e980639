/** A gateway that reads its terminals and logins again on SIGHUP, while it takes payments. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { folder, orderAt, runGateway, startGatewayProcess } from "../gatewayProcess.ts"
import { until } from "../until.ts"

const ORDER = "/v1/connector/order"

describe("a gateway that reads its settings again", () => {
  it("applies a new shop, another password and a retired terminal, and keeps its settings if a file is wrong", {
    timeout: 120_000
  }, async () => {
    const answerLost = Result.getOrThrow(Fault.fromText("reset@after-approval"))
    await using first = await startTerminal({ port: 0, cardholder: Cardholder.auto(), faults: [answerLost] })
    await using second = await startTerminal({ port: 0, cardholder: Cardholder.auto() })
    const files = { terminals: join(folder, "reload-terminals.json"), logins: join(folder, "reload-logins.json") }
    const at = ({ port }: { readonly port: number }, name: string) => ({ name, host: "127.0.0.1", port })
    const writeTerminals = (...terminals: ReadonlyArray<unknown>) =>
      writeFileSync(files.terminals, JSON.stringify({ terminals }))
    const writeLogins = (...logins: ReadonlyArray<unknown>) =>
      writeFileSync(files.logins, JSON.stringify({ logins }), { mode: 0o600 })
    const boss = { username: "boss", password: "the boss's own" }
    writeTerminals(at(first, "shop-1"))
    writeLogins(boss, { username: "till-1", password: "before" })
    const gateway = await startGatewayProcess(
      ["--terminals", files.terminals, "--logins", files.logins, "--store", join(folder, "reload.db")],
      { env: { HIPAY_POS_USERNAME: "", HIPAY_POS_PASSWORD: "" } }
    )
    const call = async (login: string, method: string, path: string, body?: unknown) => {
      const response = await fetch(`${gateway.url}${path}`, {
        method,
        headers: { authorization: `Basic ${btoa(login)}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
      return { status: response.status, body: (await response.json()) as Record<string, never> }
    }
    const pay = async (login: string, { port }: { readonly port: number }, orderId: string) =>
      (await call(login, "POST", ORDER, orderAt(port, orderId))).status
    let reads = 0
    const readAgain = async () => {
      gateway.hangUp()
      const read = ++reads
      return until(`the gateway logs that it has read its files again, ${read} times`, () => {
        const lines = gateway.log().match(/.*read again.*/g) ?? []
        return lines.length === read ? lines.at(-1) : undefined
      })
    }

    const events = await fetch(`${gateway.url}/attempts/events`, {
      headers: { authorization: `Basic ${btoa("till-1:before")}` }
    })
    assert.strictEqual(await pay("till-1:before", first, "RELOAD_1_"), 504)
    assert.strictEqual(await pay("till-1:before", second, "RELOAD_2_"), 400)

    writeTerminals(at(second, "shop-2"))
    writeLogins(boss, { username: "till-1", password: "after" }, { username: "till-2", password: "its own" })
    assert.match(await readAgain(), /"level":"INFO".*terminals: 1, logins: 3/)
    // The stream of the password that is gone ends with it.
    assert.include(await events.text(), "RELOAD_1_")
    assert.strictEqual(await pay("till-2:its own", second, "RELOAD_2_"), 200)
    assert.strictEqual((await call("till-1:before", "GET", "/attempts")).status, 401)
    assert.strictEqual((await call("till-1:after", "GET", "/attempts")).status, 200)

    // The terminal is retired; what is unknown at it can still be looked at and resolved.
    assert.strictEqual(await pay("till-1:after", first, "RELOAD_3_"), 400)
    const { attempts } = (await call("boss:the boss's own", "GET", "/attempts?state=unknown")).body as unknown as {
      readonly attempts: ReadonlyArray<{ readonly id: string }>
    }
    assert.lengthOf(attempts, 1)
    const said = { outcome: "approved", by: "Ada", evidence: "the receipt" }
    const resolved = await call("boss:the boss's own", "POST", `/attempts/${attempts[0]?.id}/resolve`, said)
    assert.strictEqual(resolved.status, 200)

    for (const spoil of [
      () => writeTerminals(at(second, "shop-2"), at(second, "shop-2 again")),
      () => writeFileSync(files.terminals, '{ "terminals": ['),
      () => {
        writeTerminals(at(second, "shop-2"))
        writeLogins({ username: "till-2", pasword: "secret-typo" })
      }
    ]) {
      spoil()
      const line = await readAgain()
      assert.match(
        line,
        /"level":"WARN".*not read again, the previous ones stay in use: .*reload-(terminals|logins)\.json/
      )
      assert.notInclude(line, "secret-typo")
      assert.strictEqual(await pay("till-2:its own", second, `RELOAD_${reads + 3}_`), 200)
    }
    gateway.stop()
    assert.strictEqual(await gateway.ended, 0)
  })

  it("does so when a login with the role control asks, and says which field of which file is wrong", {
    timeout: 120_000
  }, async () => {
    await using terminal = await startTerminal({ port: 0, cardholder: Cardholder.auto() })
    const [terminals, logins] = [join(folder, "asked-terminals.json"), join(folder, "asked-logins.json")]
    const write = (list: ReadonlyArray<unknown>) => writeFileSync(terminals, JSON.stringify({ terminals: list }))
    const one = { name: "bar", host: "127.0.0.1", port: terminal.port }
    const boss = { username: "boss", password: "its own" }
    write([one])
    writeFileSync(
      logins,
      JSON.stringify({
        logins: [
          boss,
          { ...boss, username: "till", roles: ["pay", "read"] },
          { ...boss, username: "shop-12", terminals: ["shop-12-*"] }
        ]
      }),
      { mode: 0o600 }
    )
    const gateway = await startGatewayProcess(
      ["--terminals", terminals, "--logins", logins, "--store", join(folder, "asked.db")],
      { env: { HIPAY_POS_USERNAME: "", HIPAY_POS_PASSWORD: "" } }
    )
    const reload = async (username: string, password = "its own") => {
      const { code, stdout, stderr } = await runGateway(["reload", "--url", gateway.url, "--json"], {
        HIPAY_POS_USERNAME: username,
        HIPAY_POS_PASSWORD: password
      })
      return { code, said: (stdout + stderr).trim().replaceAll(gateway.url, "URL").replaceAll(terminals, "FILE") }
    }
    write([one, { name: "hall", host: "127.0.0.1", port: 1 }])
    assert.deepStrictEqual(await reload("boss"), { code: 0, said: '{"reloaded":{"terminals":2,"logins":3}}' })
    for (const [username, why] of [
      ["till", 'This login lacks the role "control".'],
      ["shop-12", "This login is for some terminals only, and the call is about all of them."]
    ] as const) {
      const { code, said } = await reload(username)
      assert.strictEqual(code, 2)
      assert.include(said, `URL: ${why}`)
    }
    assert.include((await reload("boss", "another")).said, "URL refuses the login of boss")

    write([one, { name: "hall", host: "127.0.0.1", port: 70_000 }])
    const { code, said } = await reload("boss")
    assert.strictEqual(code, 2)
    assert.match(said, /The settings were refused, and the previous ones stay in use: .*FILE.*port/)
    const listed = await fetch(`${gateway.url}/terminals`, {
      headers: { authorization: `Basic ${btoa("boss:its own")}` }
    })
    assert.lengthOf(((await listed.json()) as { readonly terminals: ReadonlyArray<unknown> }).terminals, 2)
    gateway.stop()
    assert.strictEqual(await gateway.ended, 0)
  })
})
