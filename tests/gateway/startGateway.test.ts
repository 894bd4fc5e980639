import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { StartFailed, type StartGatewayOptions, startGateway } from "@hipay-pos/gateway/node"
import { Metrics } from "@hipay-pos/server"
import { close } from "@hipay-pos/server/Attempt"
import { AttemptJson, SqliteStore } from "@hipay-pos/server/node"
import { attempt, type Body, frames, type Json, order, put, setAside } from "@hipay-pos/server/testing"
import { Cardholder, Fault, type TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { until } from "../until.ts"

const folder = mkdtempSync(join(tmpdir(), "gateway-"))
let files = 0

const credentials = { username: "shop", password: "of its own" }
const authorization = `Basic ${btoa("shop:of its own")}`
/** The line is cut once the customer has paid: unknown at once, without a deadline. */
const answerLost = Result.getOrThrow(Fault.fromText("reset@after-approval"))

/** A gateway and one terminal that it knows, over TCP. */
const start = async (
  options: Partial<StartGatewayOptions> & Pick<TerminalSimulator.Options, "faults" | "cardholder"> = {}
) => {
  const { faults = [], cardholder = Cardholder.auto(), ...rest } = options
  const terminal = await startTerminal({ port: 0, faults, cardholder })
  const store = rest.store ?? join(folder, `${++files}.db`)
  const gateway = await startGateway({
    terminals: [{ host: "127.0.0.1", port: terminal.port }],
    credentials,
    ...rest,
    port: 0,
    store
  })
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    return {
      status: response.status,
      mode: response.headers.get("X-Hipay-Pos-Mode"),
      body: (await response.json()) as Body
    }
  }
  const pay = (orderId = "ORDER_1", changes: { readonly order?: Json; readonly info?: Json } = {}) =>
    call(
      "POST",
      "/v1/connector/order",
      order({
        order: { order_id: orderId, ...changes.order },
        info: { host_information: { host: "127.0.0.1", port: terminal.port }, ...changes.info }
      })
    )
  const dispose = async () => {
    await gateway.close()
    await terminal.close()
  }
  return { gateway, terminal, store, call, pay, [Symbol.asyncDispose]: dispose }
}

describe("a gateway", () => {
  it("pays orders at its configured terminals, and identifies itself as a gateway", async () => {
    await using shop = await start()
    const { status, mode, body } = await shop.pay()
    assert.strictEqual(status, 200)
    assert.strictEqual(mode, "gateway")
    assert.strictEqual(body.paymentStatus, "Success")
    assert.strictEqual(shop.terminal.simulator.ledger.charged("EUR"), 1250)
  })

  it.each([
    ["another address", { info: { host_information: { host: "192.0.2.10" } } }, 400, "unknown.terminal.bad.request"],
    [
      "AppNepting",
      {
        info: {
          device_information: { serial_number: "1", manufacturer: "PAX" },
          terminal_transaction_display: { protocol: "AppNepting" }
        }
      },
      400,
      "unsupported.terminal.bad.request"
    ],
    [
      "an order that wakes no terminal",
      { order: { initialize_payment_terminal: false } },
      400,
      "unsupported.terminal.bad.request"
    ],
    ["a sandbox_code", { order: { sandbox_code: "00" } }, 400, "sandbox.code.unknown"],
    [
      "a sandbox_code where no mock would look for it",
      { order: { price: { amount: 1250, sandbox_code: "00" } } },
      400,
      "sandbox.code.unknown"
    ],
    ["a Credit", { order: { transaction_type: "Credit" } }, 403, "transaction.type.not.allowed"],
    ["a Cancel", { order: { transaction_type: "Cancel" } }, 403, "transaction.type.not.allowed"]
  ])("refuses %s, and dials nothing", async (_, changes, status, code) => {
    await using shop = await start()
    const refused = await shop.pay("ORDER_1", changes)
    assert.strictEqual(refused.status, status)
    assert.strictEqual(refused.body.error?.code, code)
    assert.lengthOf(shop.terminal.simulator.journal(), 0)
    assert.lengthOf((await shop.call("GET", "/attempts")).body.attempts ?? [], 0)
  })

  it("accepts a basket that does not add up, because that does not concern it", async () => {
    await using shop = await start()
    const line = {
      product_reference: "A",
      type: "good",
      quantity: 1,
      name: "A",
      unit_price: 1,
      tax_rate: 0,
      total_amount: 1
    }
    assert.strictEqual((await shop.pay("ORDER_1", { order: { basket: [line] } })).status, 200)
  })

  it("cancels the last sale of the terminal, and no other", async () => {
    await using shop = await start({ allowCancel: true })
    const cancel = { order: { transaction_type: "Cancel" } }
    await shop.pay("A")
    await shop.pay("B")
    assert.strictEqual((await shop.pay("A", cancel)).body.error?.code, "cancel.not.the.last")
    assert.strictEqual((await shop.pay("B", cancel)).body.paymentStatus, "Success")
    assert.strictEqual(shop.terminal.simulator.ledger.charged("EUR"), 1250)
    assert.strictEqual((await shop.pay("B", cancel)).status, 409)
  })

  it("gives money back if that is allowed", async () => {
    await using shop = await start({ allowCredit: true })
    assert.strictEqual((await shop.pay("A", { order: { transaction_type: "Credit" } })).body.paymentStatus, "Success")
    assert.strictEqual(shop.terminal.simulator.ledger.charged("EUR"), -1250)
  })
})

describe("a terminal with an unknown payment", () => {
  it("takes no order until the attempt is resolved", async () => {
    await using shop = await start({ faults: [answerLost] })
    const lost = await shop.pay("LOST")
    assert.strictEqual(lost.status, 504)
    const attempt = lost.body.error?.details?.attempt ?? ""
    const refused = await shop.pay("NEXT")
    assert.strictEqual(refused.status, 409)
    assert.strictEqual(refused.body.error?.code, "terminal.unresolved")
    assert.strictEqual(refused.body.error?.details?.attempt, attempt)
    shop.terminal.simulator.clearFault()
    await shop.call("POST", `${attempt}/resolve`, { outcome: "approved", by: "Marie", evidence: "merchant copy" })
    assert.strictEqual((await shop.pay("NEXT")).body.paymentStatus, "Success")
  })

  it("takes none either that already waited for its turn", async () => {
    await using shop = await start({ faults: [answerLost], cardholder: Cardholder.manual })
    const open = async () => (await shop.call("GET", "/attempts?state=open")).body.attempts?.length
    const lost = shop.pay("LOST")
    await until("one order is open", async () => (await open()) === 1)
    const waiting = shop.pay("NEXT")
    await until("two orders are open", async () => (await open()) === 2)
    await until("the terminal takes a card", () => shop.terminal.simulator.presentCard(TestCard.standard))
    const waited = await waiting
    assert.strictEqual(waited.status, 400)
    assert.strictEqual(waited.body.error?.code, "busy.terminal.bad.request")
    const attempt = (await lost).body.error?.details?.attempt ?? ""
    assert.include(JSON.stringify(waited.body.error?.details), attempt)
    assert.lengthOf(shop.terminal.simulator.ledger.entries(), 1)
  })

  it("takes the next one once a person has set it aside by name", async () => {
    await using shop = await start({ faults: [answerLost] })
    const attempt = (await shop.pay("LOST")).body.error?.details?.attempt ?? ""
    shop.terminal.simulator.clearFault()
    await shop.call("POST", `${attempt}/resolve`, { outcome: "set-aside", by: "Marie", evidence: "queue at the door" })
    assert.strictEqual((await shop.call("GET", attempt)).body.state, "unknown")
    assert.strictEqual((await shop.pay("NEXT")).body.paymentStatus, "Success")
    assert.strictEqual((await shop.pay("LOST")).body.error?.code, "attempt.unresolved")
  })

  it("is still that after a restart", async () => {
    const store = join(folder, "restart.db")
    {
      await using shop = await start({ store, faults: [answerLost] })
      await shop.pay("LOST")
    }
    await using shop = await start({ store })
    const { attempts } = (await shop.call("GET", "/attempts?state=unknown")).body
    assert.deepStrictEqual(
      attempts?.map(({ orderId }) => orderId),
      ["LOST"]
    )
    assert.strictEqual((await shop.pay("LOST")).status, 409)
  })
})

describe("a terminal that answers late and proves no outcome", () => {
  it("is recorded, and a payment that a person had declined becomes unknown again, also after a restart", async () => {
    const { promise: late, resolve: answer } = Promise.withResolvers<void>()
    const said = "CZ0040320CA00201CB0041500CD0010CE003978AE00210AF00201AC006123456"
    const terminal = createServer((socket) => {
      socket.once("data", () => void late.then(() => socket.end(said)))
    })
    await once(terminal.listen(0, "127.0.0.1"), "listening")
    const { port } = terminal.address() as AddressInfo
    const options = { store: join(folder, "late.db"), terminals: [{ host: "127.0.0.1", port }] }
    const sent = { order: { order_id: "LATE" }, info: { host_information: { host: "127.0.0.1", port } } }
    let attempt = ""
    {
      await using shop = await start({ ...options, answerTimeout: "50 millis" })
      attempt = (await shop.pay("LATE", sent)).body.error?.details?.attempt ?? ""
      const declined = { outcome: "declined", by: "Marie", evidence: "no receipt", override: true }
      assert.strictEqual((await shop.call("POST", `${attempt}/resolve`, declined)).body.state, "declined")
      answer()
      await until("it is unknown again", async () => (await shop.call("GET", attempt)).body.state === "unknown")
    }
    terminal.close()
    await using shop = await start(options)
    const shown = (await shop.call("GET", attempt)).body as unknown as Attempt
    assert.deepInclude(shown, { state: "unknown", alarms: ["attempt.resolution.contradicted"] })
    assert.strictEqual(shown.error?.kind, "Contradictory")
    assert.strictEqual(shown.error?.evidence?.amount?.minorUnits, 1500)
    assert.strictEqual(shown.card?.authorizationNumber, "123456")
    assert.strictEqual(shown.frames.response, said)
    assert.include(
      shown.timeline.map(({ kind }) => kind),
      "late-response"
    )
    assert.strictEqual((await shop.pay("LATE", sent)).body.error?.code, "attempt.unresolved")
  })
})

describe("an alarm that a start raises", () => {
  it("is delivered like any other", async () => {
    const path = join(folder, "spooled.db")
    const [spool, delivered] = [`${path}.spool`, `${path}.delivered`]
    const paid = attempt("A", { terminal: "dialled" })
    const outcome = { _tag: "Approved", amount: paid.amount, card: {}, warnings: [] } as const
    const end = close(paid, { _tag: "Outcome", outcome }, 5)
    writeFileSync(spool, JSON.stringify({ seen: AttemptJson.toJson(paid), attempt: AttemptJson.toJson(end) }))
    const open = () => SqliteStore.open({ path, mode: "gateway", frames })
    await Effect.runPromise(Effect.scoped(Effect.flatMap(open(), (store) => put(store, paid))))
    const database = new DatabaseSync(path)
    database.exec("UPDATE attempts SET json = '{'")
    database.close()
    const said = { ...setAside, outcome: "declined" } as const
    await Effect.runPromise(
      Effect.scoped(Effect.flatMap(open(), (store) => store.resolveDamaged("A", said, undefined)))
    )

    const command = join(folder, "deliver.sh")
    writeFileSync(command, `#!/bin/sh\ncat > ${delivered}.new && mv ${delivered}.new ${delivered}\n`, { mode: 0o700 })
    await using _ = await start({ store: path, spool, alarms: { command } })
    await until("it is delivered", () => existsSync(delivered))
    assert.deepInclude(JSON.parse(readFileSync(delivered, "utf8")), { code: "attempt.end.lost", attempt: "A" })
  })
})

describe("starting a gateway", () => {
  const failure = async (options: Partial<StartGatewayOptions>) => {
    const terminals = [{ host: "192.0.2.1" }]
    const complete = { terminals, credentials, store: join(folder, `${++files}.db`), port: 0, ...options }
    return startGateway(complete).then(
      async (started) => {
        await started.close()
        return "started"
      },
      (error: unknown) => (error instanceof StartFailed ? error.message : error)
    )
  }

  it("needs logins of its own, terminals, and the store to itself", async () => {
    await using shop = await start()
    const own =
      "a gateway takes real payments, and the default login is public: set a username and a password (--credentials FILE, or HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD; in code: credentials)"
    assert.strictEqual(await failure({ credentials: { username: "merchant", password: "secret" } }), own)
    assert.strictEqual(await failure({ logins: [] }), own)
    assert.strictEqual(
      await failure({ terminals: [] }),
      "a gateway needs at least one terminal, or a service to relay orders to"
    )
    assert.strictEqual(await failure({ store: shop.store }), `the store ${shop.store} is in use by another process`)
    assert.strictEqual(await failure({}), "started")
  })

  it.each([
    [{ credentials: { username: "shop" } }, "credentials.password: expected a password"],
    [{ credentials: { username: "shop", password: "" } }, "credentials.password: expected a password"],
    // As JSON it would be the text "<redacted>".
    [{ credentials: { username: "shop", password: Redacted.make("x") } }, "credentials.password: expected a password"],
    [{ credentials: { username: "", password: "x" } }, "credentials.username: expected a username without :"],
    // No caller could log in with it: over HTTP, the password begins after the first colon.
    [{ logins: [{ username: "shop:1", password: "x" }] }, "logins[0].username: expected a username without :"],
    [
      { credentials: "shop:x" },
      "credentials: expected a login: username, password, and roles and terminals if not all"
    ],
    [{ logins: [{ username: "shop", passwrd: "x" }] }, "logins[0].passwrd: no such field"],
    [{ logins: [{ username: "shop", password: "x", role: ["read"] }] }, "logins[0].role: no such field"],
    [
      { logins: [{ username: "shop", password: "x", roles: ["reed"] }] },
      "logins[0].roles[0]: expected some of pay, read, resolve, control"
    ],
    [{ logins: {} }, "logins: expected a list of logins"]
  ])(
    "refuses the login that a program without types, or a variable that is not set, makes of %j",
    async (given, why) => {
      assert.strictEqual(await failure({ credentials: undefined, ...given } as Partial<StartGatewayOptions>), why)
    }
  )

  it.each([
    [{ allowCredit: "false" }, 'allowCredit: expected true or false, got "false"'],
    [{ validation: "Strict" }, 'validation: expected "strict" or "faithful", got "Strict"'],
    [{ requireStoer: true }, "requireStoer: no such option; expected one of terminals, relay, store"],
    [{ store: undefined }, 'store: expected the path of a file, such as "attempts.db", or the URL of a database, got'],
    [{ answerTimeout: 180 }, 'answerTimeout: expected a length of time such as "180s": a number is milliseconds, and'],
    [{ terminals: undefined }, "terminals: expected a list"],
    [{ terminals: ["192.0.2.1"] }, "terminals[0]: expected an object"],
    [
      { terminals: [{ host: "192.0.2.1:8888" }] },
      "terminals[0].host: expected a name or an IP address, without a port"
    ],
    [{ terminals: [{ host: "192.0.2.1", port: "8888" }] }, "terminals[0].port: expected"],
    [{ terminals: [{ host: "192.0.2.1", answerTimout: "60s" }] }, "terminals[0].answerTimout: no such name is known"],
    [{ terminals: [{ host: "till" }, { host: "TILL" }] }, "terminals[1].host: "]
  ])("refuses %j, which it would misread or ignore", async (given, why) => {
    const said = await failure(given as unknown as Partial<StartGatewayOptions>)
    assert.strictEqual(String(said).slice(0, why.length), why)
  })

  it("takes a terminal whose settings are left out by undefined", async () => {
    const profile = { name: "A-1", duplicata: true, ownRegister: undefined }
    const terminal: object = { host: "192.0.2.1", port: undefined, name: undefined, profile }
    assert.strictEqual(await failure({ terminals: [terminal as { readonly host: string }] }), "started")
  })

  it("takes a login whose options are left out by undefined", async () => {
    const login = { username: "till+1@shop.example", password: "x", roles: undefined, terminals: undefined }
    assert.strictEqual(await failure({ credentials: undefined, logins: [login] }), "started")
  })

  it.each([
    ["answerTimeout", "--answer-timeout"],
    ["connectTimeout", "--connect-timeout"]
  ])("needs a time in which something can happen: %s", async (name, flag) => {
    for (const none of [0, -1, "0 seconds", "0s"])
      assert.strictEqual(await failure({ [name]: none }), `${flag}: expected a length of time above 0`)
    for (const [odd, came] of [
      [Number.NaN, "NaN"],
      ["10 s", '"10 s"']
    ] as const) {
      const expected = 'expected a length of time such as "180s" or "180 seconds"'
      assert.strictEqual(await failure({ [name]: odd }), `${name}: ${expected}, got ${came}`)
    }
    assert.strictEqual(await failure({ [name]: "10s" }), "started")
    assert.strictEqual(await failure({ [name]: "1 millis" }), "started")
  })

  it("needs lengths of time for alarms and for a relay, too", async () => {
    const expected = 'expected a length of time such as "180s" or "180 seconds"'
    const relay = { upstream: "http://127.0.0.1:1", credentials }
    const alarms = { command: process.execPath }
    for (const [odd, came] of [
      [Number.NaN, "NaN"],
      ["10 s", '"10 s"']
    ] as const) {
      const length = odd as number
      assert.strictEqual(
        await failure({ relay: { ...relay, lateAnswer: length } }),
        `lateAnswer: ${expected}, got ${came}`
      )
      assert.strictEqual(
        await failure({ alarms: { ...alarms, unknownAfter: length } }),
        `unknownAfter: ${expected}, got ${came}`
      )
    }
    const [lateAnswer, unknownAfter] = ["10m", "10m"] as const
    assert.strictEqual(
      await failure({ relay: { ...relay, lateAnswer }, alarms: { ...alarms, unknownAfter } }),
      "started"
    )
  })
})

describe("a start that fails half-way", () => {
  it("leaves the store and the spool to the next one", async () => {
    const store = join(folder, `${++files}.db`)
    const options = { terminals: [{ host: "127.0.0.1" }], credentials, port: 0, store, spool: `${store}.spool` }
    const onRefresh = () => {
      throw new Error("no metrics today")
    }
    const failed = startGateway({
      ...{ ...options, watchTerminals: "1 minute" },
      telemetry: { metrics: { ...Metrics.make(), onRefresh } }
    })
    assert.strictEqual(await failed.catch(({ message }: Error) => message), "no metrics today")
    const gateway = await startGateway(options)
    await gateway.close()
  })
})

describe("an address that no terminal has", () => {
  it.each(["169.254.169.254", "100.100.100.200"])("%s is not taken", async (host) => {
    const started = start({ terminals: [{ host, port: 80 }] })
    assert.strictEqual(
      await started.catch(({ message }: Error) => message),
      `terminals[0].host: expected the address of a terminal, got ${host}`
    )
  })
})
