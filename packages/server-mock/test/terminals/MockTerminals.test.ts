import { assert, describe, it } from "@effect/vitest"
import { validate } from "@hipay-pos/server"
import { Cardholder } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as MockTerminals from "../../src/terminals/MockTerminals.ts"
import { type Json, makeServer, order } from "../server.ts"

const forHost = (host: string, orderId: string, changes: Json = {}): Json =>
  order({ order: { order_id: orderId, ...changes }, info: { host_information: { host } } })

const names = (terminals: MockTerminals.MockTerminals) => terminals.simulated().map(({ name }) => name)

describe("simulated terminals", () => {
  it.effect("are created when first named, and are the same however the name is written", () =>
    Effect.gen(function* () {
      const terminals = yield* MockTerminals.make()
      const first = yield* terminals.named("Till-7.test")
      assert.strictEqual(yield* terminals.named("till-7.test:8888"), first)
      assert.strictEqual(terminals.nameOf("TILL-7.test"), "till-7.test:8888")
      assert.strictEqual(terminals.nameOf("localhost:1"), "127.0.0.1:1")
      yield* terminals.named("PAX 1850320198")
      assert.deepStrictEqual(names(terminals), ["till-7.test:8888", "PAX 1850320198"])
    })
  )

  it.effect("make room: the one that was idle for longest is forgotten", () =>
    Effect.gen(function* () {
      const terminals = yield* MockTerminals.make({ capacity: 2 })
      for (const name of ["a:1", "b:1", "a:1", "c:1"]) yield* terminals.named(name)
      assert.deepStrictEqual(names(terminals), ["a:1", "c:1"])
    })
  )

  it.effect("can be read without making room, and without counting as used", () =>
    Effect.gen(function* () {
      const terminals = yield* MockTerminals.make({ capacity: 2 })
      for (const name of ["a:1", "b:1"]) yield* terminals.named(name)
      assert.isUndefined(yield* terminals.named("c:1", "read"))
      assert.isDefined(yield* terminals.named("a:1", "read"))
      assert.deepStrictEqual(names(terminals), ["a:1", "b:1"])
      yield* terminals.named("c:1")
      assert.deepStrictEqual(names(terminals), ["b:1", "c:1"])
    })
  )

  it("refuse an order as not started when there is no room, and none of them is idle", async () => {
    await using server = makeServer({ capacity: 1, cardholder: Cardholder.manual })
    const { headers } = await server.app.request("/v1/connector/order", {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa("merchant:secret")}`,
        "content-type": "application/json",
        prefer: "respond-async"
      },
      body: JSON.stringify(forHost("192.0.2.10", "FIRST"))
    })
    assert.isNotNull(headers.get("location"))
    const { status, body } = await server.send(forHost("192.0.2.11", "SECOND"))
    assert.strictEqual(status, 400)
    assert.strictEqual(body.error?.code, "unavailable.terminal.bad.request")
    assert.include(JSON.stringify(body.error?.details), "none of them is idle")
  })

  it.effect("tell what they charge, and say the same with the same seed and the same name", () =>
    Effect.gen(function* () {
      const charged = Effect.fnUntraced(function* (seed: string, host: string) {
        const entries: Array<string> = []
        const terminals = yield* MockTerminals.make({
          seed,
          onCharge: (terminal, { amount, authorizationNumber }) =>
            entries.push(`${terminal} ${amount} ${authorizationNumber}`)
        })
        const checked = validate(forHost(host, "A"), "strict")
        if (checked._tag !== "Accepted") return yield* Effect.die("the order is not valid")
        const { request } = checked
        const { perform } = yield* terminals.choose(request, "merchant")
        const { order, target, forceAuthorization } = request
        yield* perform(
          { ...order, target, forceAuthorization },
          () => {},
          "1",
          () => true
        )
        return entries.join()
      })
      const first = yield* charged("seed", "192.0.2.10")
      assert.match(first, /^192\.0\.2\.10:8888 1250 \d{6}$/)
      assert.strictEqual(yield* charged("seed", "192.0.2.10"), first)
      const number = first.slice(-6)
      assert.notInclude(yield* charged("other", "192.0.2.10"), number)
      assert.notInclude(yield* charged("seed", "192.0.2.11"), number)
    })
  )

  it.effect("of a file keep their configuration, even at a reserved host", () =>
    Effect.gen(function* () {
      const terminals = yield* MockTerminals.make({
        configured: [{ name: "counter", host: "declined.terminal.test", cardholder: "manual" }]
      })
      const terminal = yield* terminals.named("counter")
      assert.strictEqual(terminal?.cardholder()._tag, "Manual")
      assert.deepStrictEqual(names(terminals), ["declined.terminal.test:8888"])
    })
  )
})

describe("what the mock does differently from the order", () => {
  it.each([
    [
      "an order that wakes no terminal",
      forHost("192.0.2.10", "A", { initialize_payment_terminal: false }),
      "terminal-not-woken"
    ],
    [
      "an order that is pushed to HiPay's SDK",
      order({
        info: {
          terminal_transaction_display: {
            protocol: "ConcertV3.2",
            push_to: "SDK",
            contract_array: [{ merchant_contract: "1234567" }]
          }
        }
      }),
      "push-to-simulated"
    ]
  ])("%s is paid, with a warning", async (_, body, code) => {
    await using server = makeServer()
    const answer = await server.send(body)
    assert.strictEqual(answer.body.paymentStatus, "Success")
    assert.include(answer.header("x-hipay-pos-warnings") ?? "", code)
  })
})
