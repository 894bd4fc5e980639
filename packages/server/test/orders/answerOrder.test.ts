import * as OrderRules from "@hipay-pos/core/OrderRules"
import { MemoryStore, OwedEnds, type ServerEvent } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import type { Role } from "../../src/http/Credentials.ts"
import type { Interception } from "../../src/OrderInterceptor.ts"
import { approved, unknown } from "../attempts/attempts.ts"
import { type Body, order } from "../order.ts"
import { dialled, gatewayOver, ORDER, sending, till, unused } from "../server.ts"

/** Sends an order to a server with a bug in its store that strikes once the order was paid. */
const sendToBroken = async (
  headers: Readonly<Record<string, string>>,
  interception?: Interception,
  listener?: (event: ServerEvent) => void
) => {
  const store = OwedEnds.over({ ...MemoryStore.make(), change: () => Effect.die(new Error("a bug")) })
  const app = gatewayOver(
    { store, interceptor: () => interception },
    // As a server on Node does.
    { batchPerTick: () => new Promise((resolve) => setImmediate(resolve)), listener }
  )
  return app.request(ORDER, sending(order(), headers))
}

describe("an order whose payment ends in a bug", () => {
  it("tells its interceptor that it was answered", async () => {
    let answered = 0
    const response = await sendToBroken({}, { answered: () => void answered++ })
    assert.strictEqual(response.status, 500)
    assert.strictEqual(answered, 1)
  })
})

describe("an order that is answered 202", () => {
  const unhandled: Array<unknown> = []
  const onUnhandled = (error: unknown) => void unhandled.push(error)
  beforeEach(() => void process.on("unhandledRejection", onUnhandled))
  afterEach(() => void process.off("unhandledRejection", onUnhandled))

  it("is reported as a defect if a bug ends its payment before its answer is sent, and ends no process", async () => {
    const ended = Promise.withResolvers<ServerEvent>()
    const events: Array<ServerEvent["_tag"]> = []
    const response = await sendToBroken({ prefer: "respond-async" }, undefined, (event) => {
      events.push(event._tag)
      if (event._tag === "OrderEnded") ended.resolve(event)
    })
    assert.strictEqual(response.status, 202)
    assert.nestedPropertyVal(await ended.promise, "answer.status", 500)
    assert.include(events, "Defect")
    assert.deepStrictEqual(unhandled, [])
  })
})

describe("an order of a login that may not pay any more", () => {
  const roles: Array<Role> = []
  const terminals = dialled(({ orderId }) => (orderId === "LOST" ? Effect.fail(unknown) : Effect.succeed(approved())))
  const app = gatewayOver({ terminals }, { credentials: () => [{ ...till, roles: [...roles] }] })
  const send = async (orderId: string, as: ReadonlyArray<Role>, key?: string) => {
    roles.splice(0, roles.length, ...as)
    const keyed = key === undefined ? {} : { "idempotency-key": key }
    const response = await app.request(ORDER, sending(order({ order: { order_id: orderId } }), keyed))
    const { error } = (await response.json()) as { readonly error?: { readonly code: string } }
    return [response.status, error?.code]
  }

  it("is answered by its earlier attempt: that it was paid, or that this is not known", async () => {
    assert.deepStrictEqual(await send("PAID", ["pay"], "key"), [200, undefined])
    assert.deepStrictEqual(await send("LOST", ["pay"]), [504, "outcome.unknown"])
    assert.deepStrictEqual(await send("PAID", ["read"]), [409, "attempt.already.approved"])
    assert.deepStrictEqual(await send("PAID", ["read"], "key"), [200, undefined])
    assert.deepStrictEqual(await send("LOST", ["read"]), [409, "attempt.unresolved"])
  })

  it("is refused for its role if nothing of it was paid", async () => {
    assert.deepStrictEqual(await send("NEW", ["read"]), [403, "role.missing"])
  })
})

describe("an order with a card number in place of another number", () => {
  const pan = 4970101122334422
  const app = gatewayOver({ terminals: unused })

  const note = { custom_data: { [`${pan}`]: { sandbox_code: "", note: pan } } }

  it.each([
    ["order.price.amount", order({ order: { price: { amount: pan }, ...note } })],
    [
      "pos_technical_info.host_information.port",
      order({ order: note, info: { host_information: { host: "192.0.2.10", port: pan } } })
    ]
  ])("is refused for what it is, and not as a text: %s", async (path, body) => {
    const response = await app.request(ORDER, sending(body))
    assert.strictEqual(response.status, 400)
    const text = await response.text()
    const finding = OrderRules.read(body).findings.find((each) => each.path === path)
    const told = JSON.parse(text).error.details.findings.find((each: { path: string }) => each.path === path)
    assert.isDefined(finding)
    assert.deepInclude(told, { code: finding.code, expected: finding.expected, actual: finding.actual })
    assert.notInclude(text, `${pan}`)
    assert.notInclude(text, "1011223")
  })
})

describe("an order with a long number in place of a text", () => {
  const line = { product_reference: "A", name: "A", type: "good", quantity: 1, unit_price: 12.5, tax_rate: 20 }
  const sent = order({
    order: {
      description: "a",
      basket: [{ ...line, discount: 0, total_amount: 12.5, european_article_numbering: "1" }]
    },
    root: { customer: { customer_id: "c" } }
  })
  const fields: ReadonlyArray<readonly [path: string, field: string]> = [
    ["order.order_id", '"ORDER_1"'],
    ["order.description", '"a"'],
    ["order.basket[0].european_article_numbering", '"1"'],
    ["customer.customer_id", '"c"'],
    ["pos_technical_info.terminal_transaction_display.contract_array[0].merchant_contract", '"1234567"']
  ]

  it.each(["strict", "faithful"] as const)("is refused whatever its digits are: %s", async (validation) => {
    const app = gatewayOver({ terminals: unused }, { validation })
    for (const [path, field] of fields) {
      for (const number of ["4970101122334422", "20261129174502346", "5449000000996", "9007199254740992"]) {
        const text = JSON.stringify(sent).replace(`:${field}`, `:${number}`)
        const response = await app.request(ORDER, sending(text))
        const { error } = (await response.json()) as Body
        assert.strictEqual(response.status, 400, text)
        assert.strictEqual(error?.code, "type.openapi.requestValidation")
        assert.strictEqual(error?.details?.path, path)
      }
    }
  })
})

describe("an order with a card number in place of a number that only has to be one", () => {
  const pan = 4970101122334422
  const line = { product_reference: "A", name: "A", type: "good", quantity: 1, unit_price: 12.5, tax_rate: 20 }
  const sent = order({ order: { basket: [{ ...line, quantity: pan, unit_price: 0, discount: 0, total_amount: 0 }] } })

  it.each([
    ["strict", "card-number.order.validation"],
    ["faithful", "unavailable.terminal.bad.request"]
  ] as const)("is refused for the card number, and not as a text: %s", async (validation, code) => {
    const response = await gatewayOver({ terminals: unused }, { validation }).request(ORDER, sending(sent))
    const text = await response.text()
    const { error } = JSON.parse(text) as Body
    assert.strictEqual(response.status, 400)
    assert.strictEqual(error?.code, code)
    assert.strictEqual(error?.details?.path, "order.basket[0].quantity")
    assert.include(
      error?.description,
      "order.basket[0].quantity: expected no card number, got a number that may be one"
    )
    assert.notInclude(text, "1011223")
  })
})

describe("an order with a number in its basket that cannot be counted with", () => {
  const line = { product_reference: "A", name: "A", type: "good", quantity: 1e20, unit_price: 0, tax_rate: 20 }
  const sent = order({ order: { basket: [{ ...line, discount: 0, total_amount: 0 }] } })

  it.each([
    ["strict", "shape.order.validation"],
    ["faithful", "unavailable.terminal.bad.request"]
  ] as const)("is refused by a gateway for that number: %s", async (validation, code) => {
    const response = await gatewayOver({ terminals: unused }, { validation }).request(ORDER, sending(sent))
    const { error } = (await response.json()) as Body
    assert.strictEqual(response.status, 400)
    assert.strictEqual(error?.code, code)
    assert.strictEqual(error?.details?.path, "order.basket[0].quantity")
  })
})

describe("an order with a card number that parsing loses", () => {
  const pan = "4111111111111111"
  const complete = OrderRules.read(order({ order: { custom_data: { seen: 0 } } })).body

  it.each([`${pan}e-400`, `${pan}e400`, `[${pan}e-330]`, `-${pan}`, `-${pan}e3`])(
    "is kept without its digits: %s",
    async (number) => {
      const store = OwedEnds.over(MemoryStore.make())
      // What is complete is kept as received.
      const text = JSON.stringify(complete).replace('"seen":0', `"seen":${number}`)
      const response = await gatewayOver({ store }).request(ORDER, sending(text))
      assert.strictEqual(response.status, 200)
      const [kept] = await Effect.runPromise(store.list({}))
      assert.isDefined(kept)
      assert.notInclude(kept.order.json, pan)
      assert.notInclude(JSON.stringify(await response.json()), pan)
    }
  )
})
