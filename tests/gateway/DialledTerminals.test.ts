import { assert, describe, it } from "@effect/vitest"
import type { Connector } from "@hipay-pos/concert-codec/Connection"
import { OrderRules } from "@hipay-pos/core"
import * as Money from "@hipay-pos/core/Money"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { DialledTerminals as GatewayTerminals } from "@hipay-pos/gateway"
import { AttemptStore, Attempts, KeptOrder, MemoryStore, OwedEnds } from "@hipay-pos/server"
import { type Attempt, close } from "@hipay-pos/server/Attempt"
import { type Problem, toProblem } from "@hipay-pos/server/http"
import {
  attempt,
  type Changes,
  ended,
  type Json,
  order,
  put,
  set,
  setAside,
  terminalAt
} from "@hipay-pos/server/testing"
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
const at = (host: string, id: string, changes: Changes = {}): Attempt => {
  const { target, order } = request(host)
  return attempt(id, { terminal: "dialled", target, amount: order.amount, state: "approved", ...changes })
}

/** Where the names of the gateway's terminal lead. */
const bar = terminalAt("till-1:8888", "10.0.0.7:8888")
const byAddress = terminalAt("10.0.0.7:8888")

/** The caller's answer to an order that is not paid. */
const shownOf = (problem: Problem) => (toProblem(problem).body as { readonly error: Json }).error

/** A gateway with two names for one terminal, and a memory store of its own. */
const make = Effect.fnUntraced(function* (faults: ReadonlyArray<Fault.Fault> = []) {
  const simulator = yield* TerminalSimulator.make({ faults })
  const store = OwedEnds.over(MemoryStore.make())
  const connector: Connector = {
    ...simulator.connector,
    resolve: ({ port }) => Effect.succeed({ host: "10.0.0.7", port })
  }
  const terminals = GatewayTerminals.make({
    terminals: [{ host: "till-1", name: "bar" }, { host: "10.0.0.7" }],
    connector,
    store,
    settings: { answerTimeout: 20 },
    allowCancel: true
  })
  const attempts = yield* Attempts.make({ store, terminals })
  const pay = (request: OrderRequest) =>
    attempts.pay({ login: "merchant", request, order: new KeptOrder(request), findings: [] })
  /** Why an order is not paid. */
  const refusal = (order: OrderRequest) =>
    Effect.map(Effect.flip(pay(order)), (problem) => {
      const { code, details } = shownOf(problem)
      return `${code} ${JSON.stringify(details)}`
    })
  return { simulator, store, terminals, pay, refusal, resolve: attempts.resolve }
})

describe("a terminal with two names", () => {
  const word = { by: "Ada", evidence: "the receipt", login: "merchant", override: true } as const

  it.live("that gave no answer under one of them takes no order under the other", () =>
    Effect.gen(function* () {
      const { simulator, pay, refusal, resolve } = yield* make([Result.getOrThrow(Fault.fromText("answer-lost"))])
      const next = request("10.0.0.7", "Debit", "B")
      const lost = yield* pay(request("till-1"))
      assert.strictEqual(lost.state, "unknown")
      simulator.clearFault()
      // A cancellation is refused for the same reason, not because it is not for the last sale.
      for (const order of [next, request("10.0.0.7", "Cancel")])
        assert.strictEqual(yield* refusal(order), `terminal.unresolved {"attempt":"/attempts/${lost.id}"}`)
      yield* resolve(lost.id, { ...word, outcome: "declined" })
      assert.strictEqual((yield* pay(next)).state, "approved")
    })
  )

  it.live("serves one order at a time under both of them", () =>
    Effect.gen(function* () {
      const { simulator, pay } = yield* make()
      const orders = ["till-1", "10.0.0.7", "till-1", "10.0.0.7"].map((host, i) => request(host, "Debit", `order-${i}`))
      const paid = yield* Effect.all(orders.map(pay), { concurrency: "unbounded" })
      assert.deepStrictEqual(
        paid.map(({ state }) => state),
        ["approved", "approved", "approved", "approved"]
      )
      assert.strictEqual(simulator.ledger.count(), 4)
    })
  )

  it.live("is known by the address of its name when the attempt was claimed, even if that has changed", () =>
    Effect.gen(function* () {
      const { store, pay, refusal } = yield* make()
      yield* put(store, at("till-9", "moved", { state: "unknown" }), terminalAt("till-9:8888", "10.0.0.9:8888"))
      assert.strictEqual((yield* pay(request("10.0.0.7", "Debit", "B"))).state, "approved")
      yield* put(store, at("till-9", "stayed", { state: "unknown" }), terminalAt("till-8:8888", "10.0.0.7:8888"))
      assert.include(yield* refusal(request("10.0.0.7", "Debit", "C")), "/attempts/stayed")
    })
  )

  it.live("is not asked for its last transaction while something else has its line", () =>
    Effect.gen(function* () {
      const { connector } = yield* TerminalSimulator.make()
      const store = OwedEnds.over(MemoryStore.make())
      const terminals = GatewayTerminals.make({
        terminals: [{ host: "10.0.0.7", profile: { name: "faithful", duplicata: true } }],
        connector,
        store
      })
      const lost = at("10.0.0.7", "lost", { state: "unknown" })
      yield* put(store, lost, byAddress)
      const { recover = () => assert.fail("it can be asked") } = terminals
      const whyNot = Effect.match(recover(lost), {
        onSuccess: ({ _tag }) => _tag,
        onFailure: (problem) => (problem._tag === "NothingProved" ? problem.why : problem._tag)
      })
      const said: Array<string> = []
      const isFree = () => Effect.map(whyNot, (why) => said.push(why) === 0)
      yield* terminals.accepts({ host: "10.0.0.7", port: 8888 }, isFree)
      said.push(yield* whyNot)
      assert.deepStrictEqual(
        said.map((why) => why.includes("another")),
        [true, false],
        said.join("; ")
      )
    })
  )

  it.live("is asked for its last transaction although the lease of a payment that could not connect is over", () =>
    Effect.gen(function* () {
      const simulator = yield* TerminalSimulator.make()
      const store = OwedEnds.over(MemoryStore.make())
      let [isUp, isHeld] = [false, true]
      const unreachable = Effect.fail(new NotStarted({ kind: "Unreachable", detail: "refused" }))
      const terminals = GatewayTerminals.make({
        terminals: [{ host: "10.0.0.7", profile: { name: "faithful", duplicata: true } }],
        connector: {
          ...simulator.connector,
          connect: (address) => (isUp ? simulator.connector.connect(address) : unreachable)
        },
        store
      })
      const asked = request("10.0.0.7")
      const chosen = yield* terminals.choose(asked, "merchant")
      const sent = chosen.perform(
        toPayment(asked),
        () => {},
        "A",
        () => isHeld
      )
      assert.include((yield* Effect.flip(sent)).message, "refused")
      isUp = true
      isHeld = false
      const lost = at("10.0.0.7", "lost", { state: "unknown" })
      yield* put(store, lost, byAddress)
      const { recover = () => assert.fail("it can be asked") } = terminals
      const problem = yield* Effect.flip(recover(lost))
      assert.deepInclude(problem, { why: "the terminal has no approved transaction to repeat, or does not repeat it" })
    })
  )

  it.effect("is chosen under the name that people gave it", () =>
    Effect.gen(function* () {
      const { terminals } = yield* make()
      assert.strictEqual((yield* terminals.choose(request("TILL-1"), "merchant")).name, "bar")
    })
  )
})

describe("an order for a terminal that is no longer configured", () => {
  it.live("is refused as paid before, though a later attempt of it was declined", () =>
    Effect.gen(function* () {
      const { store, refusal } = yield* make()
      const of = (id: string) => at("till-7", id, { key: { ...attempt("").key, orderId: "A" }, state: "declined" })
      yield* put(store, of("1"))
      yield* put(store, of("2"))
      const again = request("till-7")
      assert.strictEqual(yield* refusal(again), "unknown.terminal.bad.request {}")
      // The terminal answered the first one late.
      yield* set(store, ended(of("1"), "approved"))
      assert.include(yield* refusal(again), '"attempt":"/attempts/1"')
    })
  )
})

describe("a terminal that is asked for its last transaction", () => {
  /** It repeats no order id. */
  const byNumber = { profile: { name: "own", duplicata: true, ownPrivateData: true }, orderIdLength: 0 }
  const byReference = { profile: { name: "faithful", duplicata: true } }
  /** The terminal restarts before the customer pays, and forgets the request. */
  const forgotten: Fault.Fault = { ...Result.getOrThrow(Fault.fromText("reboot@after-request")), milliseconds: 0 }
  /** The line is cut once the customer has paid. */
  const answerLost = Result.getOrThrow(Fault.fromText("reset@after-approval"))

  /** Pays an order, then loses the answer to another one, and asks for its outcome; `between` are other attempts in their order. */
  const ask = Effect.fnUntraced(function* (
    fault: Fault.Fault,
    between: ReadonlyArray<Attempt> = [],
    host: "till-1" | "till-1-moved" = "till-1",
    kept: AttemptStore.AttemptStore = MemoryStore.make(),
    terminal: (typeof byNumber | typeof byReference) & { readonly tip?: string } = byNumber
  ) {
    const simulator = yield* TerminalSimulator.make()
    const store = OwedEnds.over(kept)
    const terminals = GatewayTerminals.make({
      terminals: [
        { ...terminal, host: "till-1" },
        { ...terminal, host: "till-1-moved" }
      ],
      connector: simulator.connector,
      store
    })
    const attempts = yield* Attempts.make({ store, terminals })
    const pay = (order: OrderRequest) =>
      attempts.pay({ login: "merchant", request: order, order: new KeptOrder(order), findings: [] })
    yield* pay(request("till-1", "Debit", "OLD"))
    for (const each of between) yield* put(store, each, terminalAt(TerminalTarget.toText(each.target)))
    simulator.setFault(fault)
    const lost = yield* pay(request(host, "Debit", "LOST"))
    simulator.clearFault()
    return yield* Effect.match(attempts.ask(lost.id), {
      onSuccess: ({ state }) => state,
      onFailure: (problem) => (problem._tag === "NothingProved" ? problem.why : problem._tag)
    })
  })

  const thousand = (make: (id: string) => Attempt) => Array.from({ length: 1_000 }, (_, i) => make(`other-${i}`))

  it.live("proves nothing by an older sale, however much was sold elsewhere since", () =>
    Effect.gen(function* () {
      const elsewhere = thousand((id) => at("till-9", id))
      assert.strictEqual(yield* ask(forgotten, elsewhere), "the repeated transaction is an older one")
      assert.strictEqual(yield* ask(answerLost, elsewhere), "approved")
    })
  )

  it.live("proves nothing by a sale that was made while it had another address", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* ask(forgotten, [], "till-1-moved"), "the repeated transaction is an older one")
    })
  )

  it.live("searches for its number a week back, and proves nothing if the store cannot be searched", () =>
    Effect.gen(function* () {
      const kept = MemoryStore.make()
      const asked: Array<AttemptStore.Filter> = []
      const list: typeof kept.list = (filter) => {
        asked.push(filter)
        return Effect.fail(AttemptStore.unavailable("a query took too long; ask for less"))
      }
      const said = yield* ask(answerLost, [], "till-1", { ...kept, list })
      assert.strictEqual(said, "the store could not be searched for another attempt with its authorization number")
      const lost = (yield* kept.list({ text: "LOST" }))[0]
      assert.strictEqual((lost?.openedAt ?? 0) - (asked[0]?.from ?? 0), 7 * 86_400_000)
    })
  )

  it.live("proves nothing by an older sale of its own, however long ago that was", () =>
    Effect.gen(function* () {
      const kept = MemoryStore.make()
      // The search does not find what is older than a week.
      const list: typeof kept.list = () => Effect.succeed([])
      const said = yield* ask(forgotten, [], "till-1", { ...kept, list })
      assert.strictEqual(said, "the repeated transaction is an older one")
    })
  )

  it.live("proves nothing if its number is in more attempts than are compared", () =>
    Effect.gen(function* () {
      const kept = MemoryStore.make()
      const alike = thousand((id) => at("till-9", id))
      const list: typeof kept.list = () => Effect.succeed(alike)
      const said = yield* ask(answerLost, [], "till-1", { ...kept, list })
      assert.strictEqual(said, "more than 1000 other attempts would have to be compared with the repeated transaction")
    })
  )

  it.live("proves nothing if another order was served while it was asked", () =>
    Effect.gen(function* () {
      const kept = MemoryStore.make()
      const last: Array<string | undefined> = []
      const lastAt: typeof kept.lastAt = (terminal, among) =>
        among?.before !== undefined
          ? kept.lastAt(terminal, among)
          : Effect.map(kept.lastAt(terminal, among), (id) => (last.push(id) === 1 ? id : "another"))
      const said = yield* ask(answerLost, [], "till-1", { ...kept, lastAt })
      assert.strictEqual(said, "another order was served there since")
      assert.lengthOf(last, 2)
    })
  )

  const cent = Result.getOrThrow(Money.make(1, "EUR"))
  /** The outcome of another attempt there is unknown, and a person has released the terminal. */
  const unknownThere = (id: string, changes: Changes = {}) =>
    at("till-1", id, { state: "unknown", resolutions: [setAside], ...changes })

  it.live("proves nothing if it may be another payment: one of the amount or, with an order id, of the order", () =>
    Effect.gen(function* () {
      const maybe = (what: string) =>
        `it may be another payment of the same ${what}, whose authorization number is not known`
      const ofAmount = unknownThere("A")
      const ofOrder = unknownThere("B", { login: "other", orderId: "LOST", amount: cent })
      const found = (other: Attempt, terminal: typeof byNumber | typeof byReference) =>
        ask(answerLost, [other], "till-1", MemoryStore.make(), terminal)
      assert.strictEqual(yield* found(ofAmount, byNumber), maybe("amount"))
      assert.strictEqual(yield* found(ofOrder, byNumber), "approved")
      assert.strictEqual(yield* found(ofAmount, byReference), "approved")
      assert.strictEqual(yield* found(ofOrder, byReference), maybe("order"))
      // What the terminal has declined after all cannot be it.
      assert.strictEqual(yield* found(ended(ofAmount, "declined"), byNumber), "approved")
    })
  )

  it.live(
    "proves nothing if another payment may have come to its amount: in part, with a tip, or as the terminal or a person said",
    () =>
      Effect.gen(function* () {
        const maybe = "it may be another payment of the same amount, whose authorization number is not known"
        const { amount } = at("till-1", "A")
        const asked = (by: number) => Result.getOrThrow(Money.make(amount.minorUnits + by, "EUR"))
        const more = unknownThere("A", { amount: asked(500) })
        const less = unknownThere("A", { amount: asked(-100) })
        const found = (other: Attempt, settings: { readonly tip?: string } = {}) =>
          ask(answerLost, [other], "till-1", MemoryStore.make(), { ...byNumber, ...settings })
        assert.strictEqual(yield* found(more), maybe)
        assert.strictEqual(yield* found(less), "approved")
        assert.strictEqual(yield* found(less, { tip: "20%" }), maybe)
        const evidence = { received: "AE00", fields: [], contradictions: [], card: {}, amount }
        const error = new OutcomeUnknown({ kind: "Contradictory", detail: "another amount", evidence })
        assert.strictEqual(yield* found(unknownThere("A", { amount: asked(-100), error })), maybe)
        const said = (other: Attempt, paid: number) =>
          close(other, { _tag: "Resolved", resolution: { ...setAside, outcome: "approved", paid } }, 1)
        assert.strictEqual(yield* found(said(more, amount.minorUnits)), maybe)
        assert.strictEqual(yield* found(said(less, amount.minorUnits)), maybe)
        assert.strictEqual(yield* found(said(more, amount.minorUnits + 500)), "approved")
      })
  )

  it.live("compares back to the last approval there, beyond attempts that have a number but no approval", () =>
    Effect.gen(function* () {
      const card = { authorizationNumber: "999999" }
      const evidence = { received: "AE00210", fields: [], contradictions: [], card }
      const error = new OutcomeUnknown({ kind: "CutLine", detail: "cut", evidence })
      const numbered = unknownThere("B", { amount: cent, error })
      const outcome = { _tag: "Approved", amount: cent, card, warnings: [] } as const
      const approved = at("till-1", "B", { amount: cent, outcome })
      assert.include(yield* ask(answerLost, [unknownThere("A"), numbered]), "another payment of the same amount")
      assert.strictEqual(yield* ask(answerLost, [unknownThere("A"), approved]), "approved")
    })
  )

  it.live("proves nothing if there were more undecided attempts before than are compared", () =>
    Effect.gen(function* () {
      const aside = thousand((id) => unknownThere(id, { amount: cent }))
      assert.strictEqual(
        yield* ask(answerLost, aside),
        "more than 1000 other attempts would have to be compared with the repeated transaction"
      )
      assert.strictEqual(yield* ask(answerLost, aside.slice(1)), "approved")
    })
  )
})

describe("a cancellation", () => {
  it.live("is not sent when another sale was made between the order and its turn", () =>
    Effect.gen(function* () {
      const { simulator, store, terminals } = yield* make()
      yield* put(store, at("till-1", "A"), bar)
      const cancel = request("till-1", "Cancel")
      const chosen = yield* terminals.choose(cancel, "merchant")
      yield* put(store, at("10.0.0.7", "B"), byAddress)
      const refused = yield* Effect.flip(
        chosen.perform(
          toPayment(cancel),
          () => {},
          "C",
          () => true
        )
      )
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
      yield* put(store, at("till-1", "A", changes), bar)
      const refused = yield* Effect.flip(terminals.choose(request("till-1", "Cancel"), "merchant"))
      assert.deepInclude(shownOf(refused), { code: "cancel.not.the.last" })
    })
  )

  it.effect.each(["declined", "not-started"] as const)("skips an attempt that is %s", (state) =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      yield* put(store, at("till-1", "A"), bar)
      yield* put(store, at("till-1", "B", { state }), bar)
      assert.strictEqual((yield* terminals.choose(request("till-1", "Cancel"), "merchant")).kind, "dialled")
    })
  )

  it.effect("is not refused because of sales at other terminals since, however many", () =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      yield* put(store, at("till-1", "A"), bar)
      for (let i = 0; i < 1_001; i++) yield* put(store, at("till-9", `other-${i}`), terminalAt("till-9:8888"))
      assert.strictEqual((yield* terminals.choose(request("till-1", "Cancel"), "merchant")).kind, "dialled")
    })
  )

  it.effect("requests the paid amount, which may be less than the order's", () =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      const remaining = Result.getOrThrow(Money.make(250, "EUR"))
      const paid = Result.getOrThrow(Money.make(1000, "EUR"))
      yield* put(
        store,
        at("till-1", "A", {
          state: "approved-in-part",
          outcome: { _tag: "ApprovedInPart", paid, remaining, card: {}, warnings: [] }
        }),
        bar
      )
      const refused = yield* Effect.flip(terminals.choose(request("till-1", "Cancel"), "merchant"))
      assert.deepInclude(shownOf(refused), {
        code: "cancel.not.the.last",
        description: "This order was charged 10.00 EUR: a cancellation asks for that amount, got 12.50 EUR.",
        details: { paid: 1000, currency: "EUR" }
      })
    })
  )

  it.effect.each([
    ["set aside", { state: "unknown", resolutions: [setAside] }, "is unknown"],
    [
      "declined by a person",
      { state: "declined", resolutions: [{ ...setAside, outcome: "declined" }] },
      "is what a person said"
    ],
    [
      "approved by a person",
      { state: "approved", resolutions: [{ ...setAside, outcome: "approved" }] },
      "is what a person said"
    ]
  ] as const)("is refused after a payment that was %s: it may be the last one", ([, changes, why]) =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      yield* put(store, at("till-1", "A"), bar)
      for (const [id, transactionType] of [
        ["B", "Debit"],
        ["C", "Cancel"]
      ] as const) {
        const key = { ...attempt("A").key, orderId: id === "C" ? "A" : id, transactionType }
        yield* put(store, at("till-1", id, { key, ...changes }), bar)
        const refused = yield* Effect.flip(terminals.choose(request("till-1", "Cancel"), "merchant"))
        assert.deepInclude(shownOf(refused), {
          code: "cancel.not.the.last",
          description: `A terminal can only take back its last sale, and it is not certain which one that is: the outcome of a payment there ${why}. Find out how that attempt ended. If this sale was paid and its money has not been given back, cancel it at the terminal, or refund it.`,
          details: { attempt: `/attempts/${id}` }
        })
      }
    })
  )

  it.effect("skips an attempt that a person had resolved and the terminal then declined", () =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      yield* put(store, at("till-1", "A"), bar)
      const declined = { _tag: "Declined", reason: "refused", label: "Refused", card: {}, warnings: [] } as const
      yield* put(store, at("till-1", "B", { state: "declined", outcome: declined, resolutions: [setAside] }), bar)
      yield* put(store, at("till-1", "C", { state: "not-started", resolutions: [setAside] }), bar)
      assert.strictEqual((yield* terminals.choose(request("till-1", "Cancel"), "merchant")).kind, "dialled")
    })
  )

  it.effect("is refused if the last sale, with the same id and amount, belongs to another login", () =>
    Effect.gen(function* () {
      const { store, terminals } = yield* make()
      yield* put(store, at("till-1", "A"), bar)
      yield* put(store, at("till-1", "theirs", { key: { ...attempt("A").key, login: "other" } }), bar)
      const cancel = request("till-1", "Cancel")
      const refused = yield* Effect.flip(terminals.choose(cancel, "merchant"))
      assert.deepInclude(shownOf(refused), { code: "cancel.not.the.last" })
      assert.strictEqual((yield* terminals.choose(cancel, "other")).kind, "dialled")
    })
  )
})

describe("an unsupported request", () => {
  it.effect("is refused with an explanation", () =>
    Effect.gen(function* () {
      const { terminals } = yield* make()
      const bare = request("till-1")
      const refused = (changes: Partial<OrderRequest>, order: Partial<OrderRequest["order"]> = {}) =>
        Effect.map(
          Effect.flip(terminals.choose({ ...bare, ...changes, order: { ...bare.order, ...order } }, "merchant")),
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
  it.effect("lets no cancellation through", () =>
    Effect.gen(function* () {
      const { simulator, store } = yield* make()
      const terminals = GatewayTerminals.make({
        terminals: [{ host: "till-1" }],
        connector: simulator.connector,
        store: { ...store, lastAt: () => Effect.fail(AttemptStore.unavailable("disk")) },
        allowCancel: true
      })
      const refused = yield* Effect.flip(terminals.choose(request("till-1", "Cancel"), "merchant"))
      assert.strictEqual(refused._tag, "AttemptStoreFailed")
    })
  )
})

describe("the last look before the first byte", () => {
  it.live("sends nothing once the process may not dial any more, and closes the connection", () =>
    Effect.gen(function* () {
      const { simulator, terminals } = yield* make()
      const order = request("till-1")
      const chosen = yield* terminals.choose(order, "merchant")
      const refused = yield* Effect.flip(
        chosen.perform(
          toPayment(order),
          () => {},
          "A",
          () => false
        )
      )
      assert.include(refused.message, "payment not started (StoreFailed): the other gateways counted this one as gone")
      assert.lengthOf(simulator.journal(), 0)
      assert.strictEqual(
        (yield* chosen.perform(
          toPayment(order),
          () => {},
          "B",
          () => true
        ))._tag,
        "Approved"
      )
    })
  )
})

describe("an answer that carries another order's id", () => {
  const DAY = 86_400_000

  /** Where a name leads: the first till has two, and an address. */
  const led = (host: string) => (host === "till-1" || host === "bar" ? "10.0.0.7" : host)
  const guardOf = ({ target }: Attempt) =>
    target._tag === "Concert" ? terminalAt(`${target.host}:8888`, `${led(target.host)}:8888`) : undefined

  /** The outcome of order A if its answer has the id B, as the terminal writes it. */
  const told = Effect.fnUntraced(function* (
    others: ReadonlyArray<Attempt>,
    profile?: { ownPrivateData: boolean },
    said = "ORDER_B",
    over: (store: AttemptStore.AttemptStore) => AttemptStore.AttemptStore = (store) => store
  ) {
    const CF = `CF${String(said.length).padStart(3, "0")}${said}`
    const simulator = yield* TerminalSimulator.make()
    const store = MemoryStore.make()
    for (const other of others) yield* put(store, other, guardOf(other))
    const connect: Connector["connect"] = (address) =>
      Effect.map(simulator.connector.connect(address), (connection) => ({
        write: (text) => connection.write(text),
        close: () => connection.close(),
        receive: (listener) =>
          connection.receive({
            onEnd: (how) => listener.onEnd(how),
            onData: (text) => listener.onData(text.replace("CF007ORDER_A", CF))
          })
      }))
    const terminals = GatewayTerminals.make({
      terminals: [
        { host: "till-1", ...(profile && { profile: { name: "own", duplicata: false, ...profile } }) },
        { host: "till-2" }
      ],
      connector: {
        ...simulator.connector,
        connect,
        resolve: ({ host, port }) => Effect.succeed({ host: led(host), port })
      },
      store: over(store)
    })
    const asked = request("till-1", "Debit", "ORDER_A")
    const chosen = yield* terminals.choose(asked, "merchant")
    const end = yield* Effect.result(
      chosen.perform(
        toPayment(asked),
        () => {},
        "own",
        () => true
      )
    )
    return Result.match(end, { onSuccess: ({ _tag }) => _tag, onFailure: ({ message }) => message })
  })

  const other = (host: string, age: number, changes: Partial<Attempt> = {}) =>
    at(host, "other", { key: { ...attempt("other").key, orderId: "ORDER_B" }, openedAt: Date.now() - age, ...changes })

  it.live("is not booked for this one, while the other is of the last day or undecided", () =>
    Effect.gen(function* () {
      const contradiction =
        /^payment outcome unknown \(Contradictory\): the answer carries the id of another order, ORDER_B$/
      assert.match(yield* told([other("till-1", DAY / 2)]), contradiction)
      for (const state of ["open", "unknown"] as const)
        assert.match(yield* told([other("till-1", 2 * DAY, { state })]), contradiction)
    })
  )

  it.live("may be what came while the store cannot be read, or one of its attempts cannot", () =>
    Effect.gen(function* () {
      const failed = Effect.fail(AttemptStore.unavailable("the database did not answer within 3 s"))
      const isUnread = yield* told([], undefined, "ORDER_B", (store) => ({ ...store, list: () => failed }))
      assert.match(
        isUnread,
        /^payment outcome unknown \(Contradictory\): the answer carries the id ORDER_B, which was not sent/
      )
      const oneDamaged = (store: AttemptStore.AttemptStore): AttemptStore.AttemptStore => ({
        ...store,
        list: (filter) => (filter.isComplete === true ? failed : store.list(filter))
      })
      assert.include(yield* told([], undefined, "ORDER_B", oneDamaged), "it could not be checked")
      assert.strictEqual(yield* told([], undefined, "ORDER_A", oneDamaged), "Approved")
    })
  )

  it.live(
    "is found behind a thousand newer attempts, of this terminal and of those whose names begin like its own",
    () =>
      Effect.gen(function* () {
        const newer = (host: string) =>
          Array.from({ length: 1_000 }, (_, i) =>
            at(host, `${host} ${i}`, {
              key: { ...attempt("other").key, orderId: `${host} ${i}` },
              openedAt: Date.now()
            })
          )
        const said = yield* told([other("till-1", DAY / 2), ...newer("till-1"), ...newer("till-10")])
        assert.include(said, "the id of another order, ORDER_B")
      })
  )

  it.live.each(["10.0.0.7", "bar"])("is recognised if it was sent to the terminal under another name: %s", (host) =>
    Effect.gen(function* () {
      assert.include(yield* told([other(host, DAY / 2)]), "the id of another order, ORDER_B")
      const declined = other(host, DAY / 2, { state: "declined" })
      assert.include(yield* told([declined]), "the id of another order, ORDER_B")
    })
  )

  it.live("is recognised in the form sent to a terminal: ASCII only, and cut", () =>
    Effect.gen(function* () {
      for (const [orderId, said] of [
        ["COMMANDE_ÉTÉ", "COMMANDE_ETE"],
        [`ÉTÉ_${"x".repeat(60)}`, `ETE_${"x".repeat(28)}`]
      ] as const) {
        const earlier = other("till-1", 0, { key: { ...attempt("other").key, orderId } })
        assert.include(yield* told([earlier], undefined, said), `the id of another order, ${said}`)
      }
    })
  )

  it.live("is recognised by a long number in it, which answers show masked", () =>
    Effect.gen(function* () {
      for (const [orderId, shown] of [
        ["ORDER_1537532589263", "ORDER_153753###9263"],
        ["1732352400123", "173235###0123"],
        ["20261129123059", "202611####3059"]
      ] as const) {
        const earlier = other("till-1", 0, { key: { ...attempt("other").key, orderId } })
        assert.include(yield* told([earlier], undefined, orderId), `the id of another order, ${shown}`)
      }
    })
  )

  it.live("is accepted if the other order is older or at another terminal, or the model fills the field itself", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* told([]), "Approved")
      assert.strictEqual(yield* told([other("till-1", 2 * DAY)]), "Approved")
      assert.strictEqual(yield* told([other("till-2", 0)]), "Approved")
      assert.strictEqual(yield* told([other("till-1", 0)], { ownPrivateData: true }), "Approved")
    })
  )
})
