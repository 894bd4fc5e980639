import { assert, describe, it } from "@effect/vitest"
import * as Money from "@hipay-pos/core/Money"
import type { OrderRequest } from "@hipay-pos/core/Order"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import { MemoryStore } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { type AttemptStore, damaged, type StoreFailed, unavailable } from "@hipay-pos/server/AttemptStore"
import type { ChooseError } from "@hipay-pos/server/Terminals"
import { attempt, type Changes, order, put, setAside } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import * as RelayedTerminals from "../src/relay/RelayedTerminals.ts"
import * as Upstream from "../src/relay/Upstream.ts"

const eur = (minorUnits: number) => Result.getOrThrow(Money.make(minorUnits, "EUR"))

const request = (
  transactionType: string,
  {
    orderId = "A",
    host = "shop-1",
    info = {},
    fields = {}
  }: {
    readonly orderId?: string
    readonly host?: string
    readonly info?: object
    readonly fields?: object
  } = {}
): OrderRequest => {
  const read = OrderRules.read(
    order({
      order: { order_id: orderId, transaction_type: transactionType, ...fields },
      info: { host_information: { host }, ...info }
    })
  )
  assert.isDefined(read.request)
  return read.request
}

/** An attempt at a terminal behind the service, approved by default. */
const sale = (orderId: string, changes: Changes = {}): Attempt =>
  attempt(orderId, {
    login: "till",
    terminal: "relayed",
    target: request("Debit").target,
    amount: eur(1250),
    state: "approved",
    ...changes
  })

/** Terminals behind a service that approves every order once allowed, and the orders that it was sent. */
const make = ({
  isShared = false,
  allowCancel = true,
  blockUnknown = false,
  lists = (list: AttemptStore["list"]) => list,
  mayAnswer = Promise.resolve()
}: {
  readonly isShared?: boolean
  readonly allowCancel?: boolean
  readonly blockUnknown?: boolean
  readonly lists?: (list: AttemptStore["list"]) => AttemptStore["list"]
  readonly mayAnswer?: Promise<void>
} = {}) => {
  const store = MemoryStore.make()
  const sent: Array<string> = []
  const terminals = RelayedTerminals.make({
    store: { ...store, list: lists(store.list) },
    isShared,
    upstream: Result.getOrThrow(Upstream.parse("http://127.0.0.1:1")),
    open: () => ({
      send: async ({ text }) => {
        sent.push(text)
        await mayAnswer
        const json = { paymentStatus: "Success" }
        return { _tag: "Received", status: 200, headers: new Headers(), json }
      },
      close: () => {}
    }),
    answerTimeout: "10 seconds",
    lateAnswer: "1 second",
    isPassedThrough: false,
    userAgent: "test",
    authorizationOf: () => "Basic eDp5",
    allowCancel,
    blockUnknown,
    allowCredit: true
  })
  const choose = (order: OrderRequest, login = "till") =>
    terminals.choose(order, login, { text: '{"order":{}}', contentType: "application/json" })
  /** Sends an order that is written before it is sent, after `between`. */
  const cancel = Effect.fnUntraced(function* (
    order = request("Cancel"),
    between: Effect.Effect<void, StoreFailed> = Effect.void
  ) {
    const chosen = yield* choose(order)
    yield* between
    yield* put(store, sale("own", { key: { ...sale("A").key, transactionType: "Cancel" }, state: "open" }))
    return yield* chosen.perform(
      {} as never,
      () => {},
      "own",
      () => true
    )
  })
  /** The unknown attempts that the next order at a terminal reports. */
  const unresolved = (host = "shop-1") =>
    Effect.map(choose(request("Debit", { orderId: "next", host })), ({ findings }) =>
      findings.map(({ code, actual }) => `${code} ${actual}`)
    )
  return { store, sent, choose, cancel, unresolved }
}

/** Why a cancellation is refused. */
const reasonOf = (problem: TerminalError | ChooseError): string =>
  problem._tag === "CancelRefused" ? problem.reason._tag : problem._tag

describe("a cancellation at a relay", () => {
  it.effect("is sent if it means the last sale at its terminal through this server", () =>
    Effect.gen(function* () {
      const { store, sent, cancel } = make()
      yield* put(store, sale("A"))
      yield* put(store, sale("elsewhere", { target: request("Debit", { host: "shop-11" }).target }))
      yield* put(store, sale("refused", { state: "not-started" }))
      assert.strictEqual((yield* cancel())._tag, "Approved")
      assert.lengthOf(sent, 1)
    })
  )

  it.effect("is sent although there was a later sale at another terminal whose name has this one's in it", () =>
    Effect.gen(function* () {
      const { store, cancel } = make()
      yield* put(store, sale("A"))
      yield* put(store, sale("B", { target: request("Debit", { host: "my-shop-1" }).target }))
      assert.strictEqual((yield* cancel())._tag, "Approved")
    })
  )

  it.effect("is refused, and nothing is sent, if a later attempt, which may be a sale, cannot be read", () =>
    Effect.gen(function* () {
      const unreadable = damaged("B")
      const { store, sent, cancel } = make({
        lists: (list) => (filter) => (filter.isComplete === true ? Effect.fail(unreadable) : list(filter))
      })
      yield* put(store, sale("A"))
      assert.strictEqual(yield* Effect.flip(cancel()), unreadable)
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("is refused because of a later sale, whatever earlier attempt cannot be read", () =>
    Effect.gen(function* () {
      const unreadable = damaged("A2")
      const { store, sent, cancel } = make({
        lists: (list) => (filter) => (filter.before === undefined ? list(filter) : Effect.fail(unreadable))
      })
      yield* put(store, sale("A"))
      for (let later = 1; later <= 100; later++) yield* put(store, sale(`B${later}`))
      assert.strictEqual(reasonOf(yield* Effect.flip(cancel())), "NotTheLast")
      assert.lengthOf(sent, 0)
    })
  )

  it.effect.each<[string, ReadonlyArray<Attempt>, string]>([
    ["no sale", [], "NotTheLast"],
    ["a later sale", [sale("A"), sale("B")], "NotTheLast"],
    [
      "a later sale that was imported since",
      [sale("B", { openedAt: sale("A").openedAt + 60_000 }), sale("A")],
      "NotTheLast"
    ],
    [
      "a later sale by a clock that is behind",
      [sale("A"), sale("B", { openedAt: sale("A").openedAt - 60_000 })],
      "NotTheLast"
    ],
    ["a later sale that is under way", [sale("A"), sale("B", { state: "open" })], "NotTheLast"],
    ["another login's sale", [sale("A", { key: { ...sale("A").key, login: "other" } })], "NotTheLast"],
    ["a sale that was declined", [sale("A", { state: "not-started" })], "NotTheLast"],
    ["a sale for another amount", [sale("A", { amount: eur(1251) })], "OtherAmount"],
    ["a sale at another terminal", [sale("A", { target: request("Debit", { host: "shop-2" }).target })], "NotTheLast"],
    ["a later sale that is unknown", [sale("A"), sale("B", { state: "unknown" })], "LastInDoubt"],
    [
      "a later sale that a person declined",
      [sale("A"), sale("B", { state: "declined", resolutions: [{ ...setAside, outcome: "declined" }] })],
      "LastInDoubt"
    ],
    [
      "a sale that a person approved",
      [sale("A", { resolutions: [{ ...setAside, outcome: "approved" }] })],
      "LastInDoubt"
    ]
  ])("is refused, and nothing is sent, after %s", ([, attempts, reason]) =>
    Effect.gen(function* () {
      const { store, sent, cancel } = make()
      for (const each of attempts) yield* put(store, each)
      assert.strictEqual(reasonOf(yield* Effect.flip(cancel())), reason)
      assert.lengthOf(sent, 0)
    })
  )

  it.effect.each([
    [
      "through AppNepting",
      {
        info: {
          host_information: undefined,
          device_information: { serial_number: "1850320198", manufacturer: "PAX" },
          terminal_transaction_display: { protocol: "AppNepting" }
        }
      },
      "ThroughNepting"
    ],
    ["that wakes no terminal", { fields: { initialize_payment_terminal: false } }, "WithoutTerminal"]
  ] as const)("%s is refused, and nothing is sent", ([, changes, reason]) =>
    Effect.gen(function* () {
      const { store, sent, cancel } = make()
      yield* put(store, sale("A"))
      assert.strictEqual(reasonOf(yield* Effect.flip(cancel(request("Cancel", changes)))), reason)
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("is not sent if another sale was made since it arrived", () =>
    Effect.gen(function* () {
      const { store, sent, cancel } = make()
      yield* put(store, sale("A"))
      const refused = yield* Effect.flip(cancel(request("Cancel"), put(store, sale("B"))))
      assert.deepInclude(refused._tag === "TerminalError" ? refused.reason : refused, {
        _tag: "TerminalNotStarted",
        detail: "another payment was made at this terminal in the meantime"
      })
      assert.lengthOf(sent, 0)
    })
  )
})

describe("an order at a relay, with a cancellation under way at its terminal", () => {
  const opened = (id: string, changes: Changes = {}) =>
    sale(id, { key: { ...sale("A").key, transactionType: "Cancel" }, state: "open", ...changes })
  const pay = Effect.fnUntraced(function* (made: ReturnType<typeof make>, order: OrderRequest) {
    const { perform } = yield* made.choose(order)
    const always = () => true
    return yield* Effect.forkChild(
      perform({} as never, () => {}, "next", always),
      { startImmediately: true }
    )
  })

  it.effect.each(["Debit", "Credit"])(
    "is sent once the cancellation has ended, so that it cannot reverse a later %s",
    (type) =>
      Effect.gen(function* () {
        const made = make({ isShared: true })
        yield* put(made.store, opened("cancel"))
        const paying = yield* pay(made, request(type, { orderId: "next" }))
        yield* TestClock.adjust("9 seconds")
        assert.lengthOf(made.sent, 0)
        yield* made.store.change(opened("cancel"), sale("cancel", { key: opened("cancel").key }))
        yield* Fiber.join(paying)
        assert.lengthOf(made.sent, 1)
      })
  )

  it.effect.each<[string, Parameters<typeof make>[0]]>([
    ["takes cancellations", {}],
    ["takes none itself", { allowCancel: false }],
    ["blocks terminals itself", { blockUnknown: true }]
  ])("is not started if the cancellation takes too long and the relay %s", ([_, settings]) =>
    Effect.gen(function* () {
      const made = make({ isShared: true, ...settings })
      yield* put(made.store, opened("cancel"))
      const paying = yield* pay(made, request("Debit", { orderId: "next" }))
      yield* TestClock.adjust("10 seconds")
      const { reason } = yield* Effect.flip(Fiber.join(paying))
      assert.deepInclude(reason, { _tag: "TerminalNotStarted", kind: "QueueFull" })
      assert.lengthOf(made.sent, 0)
    })
  )

  it.effect.each<[string, ReturnType<AttemptStore["list"]>]>([
    ["fails", Effect.fail(unavailable("away"))],
    ["does not answer within a second", Effect.never]
  ])("is sent if the store %s, which refuses cancellations too", ([_, listed]) =>
    Effect.gen(function* () {
      const made = make({
        isShared: true,
        lists: (list) => (filter) => (filter.state === "open" ? listed : list(filter))
      })
      const paying = yield* pay(made, request("Debit", { orderId: "next" }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(paying)
      assert.lengthOf(made.sent, 1)
    })
  )

  it.effect.each([true, false])(
    "waits for one of its own relay even if the store cannot list it (shared: %s)",
    (isShared) =>
      Effect.gen(function* () {
        const { promise: mayAnswer, resolve } = Promise.withResolvers<void>()
        const lists = (list: AttemptStore["list"]): AttemptStore["list"] => {
          return (filter) => (filter.state === "open" ? Effect.never : list(filter))
        }
        const made = make({ isShared, lists, mayAnswer })
        yield* put(made.store, sale("A"))
        const cancelling = yield* Effect.forkChild(made.cancel(), { startImmediately: true })
        const paying = yield* pay(made, request("Debit", { orderId: "next" }))
        yield* TestClock.adjust("2 seconds")
        assert.lengthOf(made.sent, 1)
        resolve()
        yield* Fiber.join(cancelling)
        const own = (yield* made.store.get("own")) ?? assert.fail("no cancellation")
        yield* made.store.change(own, sale("own", { key: own.key }))
        yield* Fiber.join(paying)
        assert.lengthOf(made.sent, 2)
      })
  )

  it.effect("does not wait for a cancellation at another terminal, for one that has ended, or for a sale", () =>
    Effect.gen(function* () {
      const made = make({ isShared: true })
      yield* put(made.store, opened("elsewhere", { target: request("Debit", { host: "shop-11" }).target }))
      yield* put(made.store, opened("ended", { key: { ...opened("").key, orderId: "B" }, state: "approved" }))
      yield* put(made.store, sale("C", { state: "open" }))
      yield* Fiber.join(yield* pay(made, request("Debit", { orderId: "next" })))
      assert.lengthOf(made.sent, 1)
    })
  )
})

describe("an order at a relay", () => {
  const unknown = (orderId: string, changes: Changes = {}) => sale(orderId, { state: "unknown", ...changes })
  const named = (orderId: string) => [`terminal-unresolved /attempts/${unknown(orderId).id}`]

  it.effect(
    "names the newest unknown attempt at its terminal of another relay of the store, until that is resolved",
    () =>
      Effect.gen(function* () {
        const { store, unresolved } = make({ isShared: true })
        assert.deepStrictEqual(yield* unresolved(), [])
        yield* put(store, unknown("A"))
        yield* put(store, unknown("B"))
        yield* put(store, unknown("elsewhere", { target: request("Debit", { host: "shop-11" }).target }))
        yield* put(store, unknown("dialled", { terminal: "dialled" }))
        assert.deepStrictEqual(yield* unresolved(), named("B"))
        assert.deepStrictEqual(yield* unresolved("shop-2"), [])
        yield* store.change(unknown("B"), unknown("B", { state: "approved" }))
        assert.deepStrictEqual(yield* unresolved(), named("A"))
        yield* store.change(unknown("A"), unknown("A", { resolutions: [setAside] }))
        assert.deepStrictEqual(yield* unresolved(), [])
      })
  )

  it.effect.each([true, false])("is sent if the store cannot be asked (shared: %s)", (isShared) =>
    Effect.gen(function* () {
      let fails = true
      const failed = Effect.fail(unavailable("away"))
      const { store, unresolved } = make({
        isShared,
        lists: (list) => (filter) => Effect.suspend(() => (fails ? failed : list(filter)))
      })
      yield* put(store, unknown("A"))
      assert.deepStrictEqual(yield* unresolved(), [])
      fails = false
      assert.deepStrictEqual(yield* unresolved(), named("A"))
    })
  )

  it.effect("waits at most a second for a shared store", () =>
    Effect.gen(function* () {
      const { unresolved } = make({ isShared: true, lists: () => () => Effect.never })
      const chosen = yield* Effect.forkChild(unresolved())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(chosen), [])
    })
  )
})
