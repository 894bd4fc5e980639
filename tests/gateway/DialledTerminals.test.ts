import { assert, describe, it } from "@effect/vitest"
import type { Connector } from "@hipay-pos/concert-codec/Connection"
import { OrderRules } from "@hipay-pos/core"
import * as Money from "@hipay-pos/core/Money"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import { DialledTerminals as GatewayTerminals } from "@hipay-pos/gateway"
import { AttemptStore } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { attempt, order } from "@hipay-pos/server/testing"
import { Fault, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

const request = (host: string, type = "Debit", orderId = "A"): OrderRequest => {
  const read = OrderRules.read(
    order({ order: { order_id: orderId, transaction_type: type }, info: { host_information: { host } } })
  )
  assert.isDefined(read.request)
  return read.request
}

const toPayment = ({ order, target, forceAuthorization }: OrderRequest): PaymentRequest => ({
  ...order,
  target,
  forceAuthorization
})

/** An attempt at a host that the gateway knows. */
const at = (host: string, id: string, changes: Partial<Attempt> = {}): Attempt => ({
  ...attempt(id),
  terminal: "dialled",
  target: request(host).target,
  amount: request(host).order.amount,
  state: "approved",
  ...changes
})

/** A gateway of two names for one terminal, with a memory of its own. */
const make = Effect.fnUntraced(function* (faults: ReadonlyArray<Fault.Fault> = []) {
  const simulator = yield* TerminalSimulator.make({ faults })
  const store = AttemptStore.memory()
  const connector: Connector = {
    ...simulator.connector,
    resolve: ({ port }) => Effect.succeed({ host: "10.0.0.7", port })
  }
  const terminals = GatewayTerminals.make({
    terminals: [{ host: "till-1", name: "bar" }, { host: "10.0.0.7" }],
    connector,
    store,
    settings: { answerDeadline: 20 },
    allowCancel: true
  })
  const pay = Effect.fnUntraced(function* (order: OrderRequest, id: string) {
    const chosen = yield* terminals.choose(order)
    return yield* chosen.perform(toPayment(order), () => {}, id)
  })
  /** Why an order is not paid. */
  const refusal = (order: OrderRequest, id: string) =>
    Effect.map(Effect.flip(pay(order, id)), (problem) =>
      problem._tag === "NotServed" ? problem.code : problem.message
    )
  return { simulator, store, terminals, pay, refusal }
})

describe("a terminal with two names", () => {
  it.live("that was left without an answer under one of them takes no order under the other", () =>
    Effect.gen(function* () {
      const { simulator, store, pay, refusal } = yield* make([Result.getOrThrow(Fault.fromText("answer-lost"))])
      const next = request("10.0.0.7", "Debit", "B")
      yield* store.open(at("till-1", "lost", { state: "open" }))
      assert.match(yield* refusal(request("till-1"), "lost"), /^payment outcome unknown/)
      simulator.clearFault()
      const because = "payment not started (QueueFull): the outcome of /attempts/lost at this terminal is unknown"
      assert.strictEqual(yield* refusal(next, "next"), because)
      yield* store.update(at("till-1", "lost", { state: "unknown" }))
      assert.strictEqual(yield* refusal(next, "next"), because)
      yield* store.update(at("till-1", "lost", { state: "declined" }))
      assert.strictEqual((yield* pay(next, "next"))._tag, "Approved")
    })
  )

  it.live("is known by where an attempt connected, wherever its name leads by now", () =>
    Effect.gen(function* () {
      const { store, pay, refusal } = yield* make()
      const elsewhere = [{ at: 0, kind: "connected", to: "10.0.0.9:8888" }] as const
      const here = [{ at: 0, kind: "connected", to: "10.0.0.7:8888" }] as const
      yield* store.open(at("till-9", "moved", { state: "unknown", events: elsewhere }))
      assert.strictEqual((yield* pay(request("10.0.0.7", "Debit", "B"), "b"))._tag, "Approved")
      yield* store.open(at("till-9", "stayed", { state: "unknown", events: here }))
      assert.include(yield* refusal(request("10.0.0.7", "Debit", "C"), "c"), "/attempts/stayed")
    })
  )

  it.effect("is chosen under the name that people gave it", () =>
    Effect.gen(function* () {
      const { terminals } = yield* make()
      assert.strictEqual((yield* terminals.choose(request("TILL-1"))).name, "bar")
    })
  )
})

describe("a cancellation", () => {
  const connected = [{ at: 0, kind: "connected", to: "10.0.0.7:8888" }] as const

  it.live("is not sent when another sale was made between the order and its turn", () =>
    Effect.gen(function* () {
      const { simulator, store, terminals } = yield* make()
      yield* store.open(at("till-1", "A", { events: connected }))
      const cancel = request("till-1", "Cancel")
      const chosen = yield* terminals.choose(cancel)
      yield* store.open(at("10.0.0.7", "B", { events: connected }))
      const refused = yield* Effect.flip(chosen.perform(toPayment(cancel), () => {}, "C"))
      assert.include(refused.message, "another payment was made at this terminal")
      assert.lengthOf(simulator.journal(), 0)
    })
  )

  it.effect.each([
    ["another order", { key: { login: "merchant", orderId: "B", transactionType: "Debit" } }],
    ["money given back", { key: { login: "merchant", orderId: "A", transactionType: "Credit" } }],
    ["another currency", { amount: Result.getOrThrow(Money.make(1250, "USD")) }],
    ["another amount", { amount: Result.getOrThrow(Money.make(1251, "EUR")) }]
  ] as const)("is refused where the last payment was %s", ([, changes]) =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      yield* store.open(at("till-1", "A", changes))
      const refused = yield* Effect.flip(terminals.choose(request("till-1", "Cancel")))
      assert.deepInclude(refused, { code: "cancel.not.the.last" })
    })
  )

  it.effect.each(["declined", "not-started"] as const)("looks through what was %s", (state) =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      yield* store.open(at("till-1", "A"))
      yield* store.open(at("till-1", "B", { state }))
      assert.strictEqual((yield* terminals.choose(request("till-1", "Cancel"))).kind, "dialled")
    })
  )

  it.effect("is not refused because of what other terminals did since, however much that was", () =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      yield* store.open(at("till-1", "A"))
      for (let i = 0; i < 1_001; i++) yield* store.open(at("till-9", `other-${i}`))
      assert.strictEqual((yield* terminals.choose(request("till-1", "Cancel"))).kind, "dialled")
    })
  )

  it.effect("asks for what was paid, which may be less than what was asked for", () =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      const remaining = Result.getOrThrow(Money.make(250, "EUR"))
      const paid = Result.getOrThrow(Money.make(1000, "EUR"))
      yield* store.open(
        at("till-1", "A", {
          state: "approved-in-part",
          outcome: { _tag: "ApprovedInPart", paid, remaining, card: {}, warnings: [] }
        })
      )
      const refused = yield* Effect.flip(terminals.choose(request("till-1", "Cancel")))
      assert.deepInclude(refused, { _tag: "NotServed", code: "cancel.not.the.last" })
    })
  )

  it.effect("is refused after a payment that was set aside: it may be the last one", () =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      const setAside = { at: 1, outcome: "set-aside", by: "Ada", evidence: "none", login: "shop" } as const
      yield* store.open(at("till-1", "A"))
      yield* store.open(at("till-1", "B", { state: "unknown", resolutions: [setAside] }))
      const refused = yield* Effect.flip(terminals.choose(request("till-1", "Cancel")))
      assert.deepInclude(refused, { code: "cancel.not.the.last" })
    })
  )
})

describe("what a gateway does not do", () => {
  it.effect("is told in words", () =>
    Effect.gen(function* () {
      const { terminals } = yield* make()
      const bare = request("till-1")
      const refused = (changes: Partial<OrderRequest>, order: Partial<OrderRequest["order"]> = {}) =>
        Effect.map(
          Effect.flip(terminals.choose({ ...bare, ...changes, order: { ...bare.order, ...order } })),
          (problem) => (problem._tag === "NotServed" ? `${problem.code}: ${problem.description}` : problem._tag)
        )
      assert.deepStrictEqual(
        [
          yield* refused({ pushTo: "ECR" }),
          yield* refused({}, { initializePaymentTerminal: false }),
          yield* refused({}, { transactionType: "Credit" }),
          yield* refused({ target: attempt("1").target }),
          yield* refused({ target: request("till-7").target })
        ],
        [
          "unsupported.terminal.bad.request: push_to ECR needs HiPay's own connectors: a gateway speaks Concert only.",
          "unsupported.terminal.bad.request: initialize_payment_terminal is false: a gateway has no way to register an order without a terminal.",
          "transaction.type.not.allowed: Credit is disabled in this gateway; enable it with --allow-credit.",
          "unsupported.terminal.bad.request: AppNepting needs HiPay's own service: a gateway speaks Concert only.",
          "unknown.terminal.bad.request: till-7:8888 is not configured in this gateway. Add it with --dial or to the terminals file."
        ]
      )
    })
  )
})

describe("a store that cannot be read", () => {
  it.effect("lets no order through", () =>
    Effect.gen(function* () {
      const { simulator, store } = yield* make()
      const terminals = GatewayTerminals.make({
        terminals: [{ host: "till-1" }],
        connector: simulator.connector,
        store: { ...store, near: () => Effect.fail(new AttemptStore.StoreFailed({ detail: "disk" })) }
      })
      assert.strictEqual((yield* Effect.flip(terminals.choose(request("till-1"))))._tag, "AttemptStoreFailed")
    })
  )
})

describe("an answer that carries another order's id", () => {
  const DAY = 86_400_000

  /** What becomes of order A, whose answer carries the id B. */
  const told = Effect.fnUntraced(function* (others: ReadonlyArray<Attempt>, profile?: { ownPrivateData: boolean }) {
    const simulator = yield* TerminalSimulator.make()
    const store = AttemptStore.memory()
    for (const other of others) yield* store.open(other)
    const connect: Connector["connect"] = (address) =>
      Effect.map(simulator.connector.connect(address), (connection) => ({
        write: (text) => connection.write(text),
        close: () => connection.close(),
        receive: (listener) =>
          connection.receive({
            onEnd: (how) => listener.onEnd(how),
            onData: (text) => listener.onData(text.replace("CF007ORDER_A", "CF007ORDER_B"))
          })
      }))
    const terminals = GatewayTerminals.make({
      terminals: [
        { host: "till-1", ...(profile && { profile: { name: "own", duplicata: false, ...profile } }) },
        { host: "till-2" }
      ],
      connector: { ...simulator.connector, connect },
      store
    })
    const asked = request("till-1", "Debit", "ORDER_A")
    const chosen = yield* terminals.choose(asked)
    const end = yield* Effect.result(chosen.perform(toPayment(asked), () => {}, "own"))
    return Result.match(end, { onSuccess: ({ _tag }) => _tag, onFailure: ({ message }) => message })
  })

  const other = (host: string, age: number, changes: Partial<Attempt> = {}) =>
    at(host, "other", { key: { ...attempt("other").key, orderId: "ORDER_B" }, openedAt: Date.now() - age, ...changes })

  it.live("is not booked for this one, while the other is of the last day or undecided", () =>
    Effect.gen(function* () {
      const contradiction =
        /^payment outcome unknown \(Contradictory\): the answer carries the id of another order, ORDER_B$/
      assert.match(yield* told([other("till-1", DAY / 2)]), contradiction)
      assert.match(yield* told([other("till-1", 2 * DAY, { state: "open" })]), contradiction)
    })
  )

  it.live("is this one's where the other is older, at another terminal, or the model fills the field itself", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* told([]), "Approved")
      assert.strictEqual(yield* told([other("till-1", 2 * DAY)]), "Approved")
      assert.strictEqual(yield* told([other("till-2", 0)]), "Approved")
      assert.strictEqual(yield* told([other("till-1", 0)], { ownPrivateData: true }), "Approved")
    })
  )
})
