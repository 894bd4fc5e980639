/** The laws of every store for claims, turns and ends of attempts: an order has one live attempt, a terminal serves one. */
import { assert, it } from "@effect/vitest"
import * as Finding from "@hipay-pos/core/Finding"
import { type Attempt, type AttemptState, close, type Resolution } from "@hipay-pos/server/Attempt"
import type { AttemptStore, Claimed, Turn } from "@hipay-pos/server/AttemptStore"
import type { GuardedTerminal } from "@hipay-pos/server/Guards"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { attempt, ended, put, set, terminalAt } from "./storeLaws.ts"

/** Two sessions of one store: two processes where several can share it, or the same one twice. */
export type Sessions = readonly [AttemptStore, AttemptStore]

const word = (outcome: Resolution["outcome"]): Resolution => ({
  at: 1,
  outcome,
  by: "Ada",
  evidence: "the receipt",
  login: "merchant"
})

const resolved = (seen: Attempt, outcome: Resolution["outcome"]): Attempt =>
  close(seen, { _tag: "Resolved", resolution: word(outcome) }, 1)

/** What happens to an attempt: its end, a person's resolution, and whether its terminal answers late. */
interface Course {
  readonly end: Exclude<AttemptState, "open">
  readonly said?: Resolution["outcome"]
}

const courses: ReadonlyArray<Course> = [
  { end: "approved" },
  { end: "declined" },
  { end: "unknown", said: "declined" },
  { end: "unknown", said: "set-aside" }
]

const steps = ({ said }: Course): number => (said === undefined ? 3 : 5)

/** One attempt during a session. */
class Actor {
  readonly store: AttemptStore
  readonly opened: Attempt
  readonly terminal: GuardedTerminal
  readonly course: Course
  granted = false
  queued = false
  state: AttemptState | undefined
  isAside = false
  isLate = false
  #next = 0

  constructor(store: AttemptStore, opened: Attempt, terminal: GuardedTerminal, course: Course) {
    this.store = store
    this.opened = opened
    this.terminal = terminal
    this.course = course
  }

  /** The next step: claim, turn, close, a resolution, a late answer. */
  step(): Effect.Effect<void, unknown> {
    return Effect.suspend(
      () => [this.claim, this.turn, this.close, this.resolve, this.answerLate][this.#next++]?.call(this) ?? Effect.void
    )
  }

  /** Something may have been sent to the terminal, with an unknown result. */
  get isUndecided(): boolean {
    return this.granted && (this.state === "open" || (this.state === "unknown" && !this.isAside))
  }

  /** The order may have been paid, or is about to be. */
  get isLive(): boolean {
    return this.state !== undefined && this.state !== "declined" && this.state !== "not-started"
  }

  claim = () =>
    Effect.map(this.store.claim({ attempt: this.opened, terminal: this.terminal, payAgain: false }), (claimed) => {
      if (claimed._tag !== "Written") return
      this.state = "open"
      this.queued = claimed.isQueued
      this.granted = !claimed.isQueued
    })

  turn = () =>
    this.queued
      ? Effect.map(this.store.turn(this.opened.id), ({ _tag }) => {
          if (_tag === "Taken") this.granted = true
        })
      : Effect.void

  /** An attempt that had no turn was not sent. */
  close = () =>
    this.state === "open" ? this.#write(this.opened, this.granted ? this.course.end : "not-started") : Effect.void

  resolve = () => {
    const { said } = this.course
    return this.state === "unknown" && said !== undefined
      ? Effect.flatMap(this.store.get(this.opened.id), (seen) => {
          assert.isDefined(seen)
          this.isAside = said === "set-aside"
          return this.#change(seen, resolved(seen, said))
        })
      : Effect.void
  }

  answerLate = () =>
    this.granted && this.course.said !== undefined
      ? Effect.flatMap(this.store.get(this.opened.id), (seen) => {
          assert.isDefined(seen)
          this.isLate = true
          return this.#change(seen, ended(seen, "approved"))
        })
      : Effect.void

  #write(seen: Attempt, state: Course["end"]) {
    return this.#change(seen, ended(seen, state))
  }

  #change(seen: Attempt, next: Attempt) {
    return Effect.map(this.store.change(seen, next), (changed) => {
      assert.deepStrictEqual(changed, { _tag: "Written" }, `${next.id} ${next.state}`)
      this.state = next.state
    })
  }
}

/** All ways to merge sequences of these lengths, as the index of the next one. */
const merges = (lengths: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  lengths.every((length) => length === 0)
    ? [[]]
    : lengths.flatMap((length, who) =>
        length === 0
          ? []
          : merges(lengths.map((each, i) => (i === who ? each - 1 : each))).map((rest) => [who, ...rest])
      )

/** Whether actors that act in this order begin in the order of their numbers. */
const beginInTurn = (order: ReadonlyArray<number>): boolean => [...new Set(order)].every((who, i) => who === i)

const tagOf = ({ _tag }: Claimed | Turn): string => _tag

let runs = 0

/** Runs one interleaving, with checks after each step and at the end. */
const run = Effect.fnUntraced(function* (
  sessions: Sessions,
  plan: ReadonlyArray<{ readonly order: string; readonly terminal: string; readonly course: Course }>,
  order: ReadonlyArray<number>
) {
  const own = ++runs
  const actors = plan.map(
    ({ order, terminal, course }, i) =>
      new Actor(
        i % 2 === 0 ? sessions[0] : sessions[1],
        attempt(`${own}-${i}`, { orderId: `${order}-${own}` }),
        terminalAt(`${terminal}-${own}:8888`),
        course
      )
  )
  const told = () =>
    `${order.join("")}: ${actors.map(({ state, granted, course }) => `${state} ${granted} ${course.end} ${course.said}`).join(", ")}`
  const groups = (of: (actor: Actor) => string) => [...Map.groupBy(actors, of).values()]
  const terminals = groups(({ terminal }) => terminal.name)
  const orders = groups(({ opened }) => opened.key.orderId)
  for (const who of order) {
    yield* actors[who]?.step() ?? Effect.void
    for (const group of terminals) assert.isAtMost(group.filter(({ isUndecided }) => isUndecided).length, 1, told())
    for (const group of orders)
      assert.isAtMost(group.filter(({ isLive, isLate }) => isLive && !isLate).length, 1, told())
  }
  const [store] = sessions
  for (const actor of actors) {
    const kept = yield* store.get(actor.opened.id)
    assert.strictEqual(kept?.state, actor.state, told())
    if (actor.isLate) assert.strictEqual(kept?.state, "approved", told())
  }
  for (const [i, group] of orders.entries()) {
    const claimed = yield* store.claim({
      attempt: attempt(`${own}-o${i}`, { orderId: group[0]?.opened.key.orderId ?? "" }),
      terminal: undefined,
      payAgain: false
    })
    assert.strictEqual(tagOf(claimed), group.some(({ isLive }) => isLive) ? "OrderTaken" : "Written", told())
    if (claimed._tag === "Written")
      yield* set(store, attempt(`${own}-o${i}`, { orderId: group[0]?.opened.key.orderId ?? "", state: "declined" }))
  }
  for (const [i, group] of terminals.entries()) {
    const claimed = yield* store.claim({
      attempt: attempt(`${own}-t${i}`),
      terminal: group[0]?.terminal,
      payAgain: false
    })
    assert.strictEqual(
      tagOf(claimed),
      group.some(({ isUndecided }) => isUndecided) ? "TerminalUndecided" : "Written",
      told()
    )
    if (claimed._tag === "Written") {
      assert.isFalse(claimed.isQueued, told())
      assert.isTrue(claimed.mayDial())
    }
  }
})

/**
 * Tests a store; `make` returns two sessions of an empty one. Runs every `every`th interleaving. Where both sessions are the same
 * store, actors could exchange their names: it runs those interleavings in which they begin in turn.
 */
export const claimLaws = (make: () => Effect.Effect<Sessions, unknown, Scope.Scope>, every = 1): void => {
  const isPicked = (_: unknown, i: number) => i % every === 0
  const interleavings = ([one, two]: Sessions, lengths: ReadonlyArray<number>) => {
    const all = merges(lengths)
    return one === two ? all.filter(beginInTurn) : all
  }
  const bar = terminalAt("bar:8888", "10.0.0.7:8888")
  const claim = (store: AttemptStore, id: string, terminal?: GuardedTerminal, orderId = id) =>
    store.claim({ attempt: attempt(id, { orderId }), terminal, payAgain: false })

  it.live.each([
    ["one order, one terminal", "A", "A", "bar", "bar"],
    ["one order, two terminals", "A", "A", "bar", "till"],
    ["two orders, one terminal", "A", "B", "bar", "bar"]
  ] as const)(
    "however two sessions interleave, an order is live once and a terminal undecided once: %s",
    ([, first, second, at, other]) =>
      Effect.gen(function* () {
        const sessions = yield* make()
        const plans = courses.flatMap((one) =>
          courses.flatMap((two) => {
            const plan = [
              { order: first, terminal: at, course: one },
              { order: second, terminal: other, course: two }
            ]
            return interleavings(sessions, [steps(one), steps(two)]).map((order) => run(sessions, plan, order))
          })
        )
        assert.isAbove(plans.length, 700)
        yield* Effect.all(plans.filter(isPicked), { concurrency: 100, discard: true })
      }),
    120_000
  )

  it.live(
    "however three orders of two sessions interleave, their terminal serves one at a time and is free at the end",
    () =>
      Effect.gen(function* () {
        const sessions = yield* make()
        const plan = ["A", "B", "C"].map((order) => ({ order, terminal: "bar", course: { end: "approved" } as const }))
        yield* Effect.all(
          interleavings(sessions, [3, 3, 3])
            .filter(isPicked)
            .map((order) => run(sessions, plan, order)),
          { concurrency: 100, discard: true }
        )
      }),
    120_000
  )

  it.effect("of claims that come at the same time, one is written", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      const claimed = yield* Effect.all(
        Array.from({ length: 10 }, (_, i) => claim(i % 2 === 0 ? one : two, String(i), bar, "A")),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(claimed.map(tagOf).sort(), [...Array(9).fill("OrderTaken"), "Written"])
      assert.lengthOf(yield* one.list({}), 1)
    })
  )

  it.effect("a claim that finds the order taken says by which attempt, and writes nothing", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      yield* claim(one, "first", bar, "A")
      for (const state of ["open", "unknown", "approved", "approved-in-part"] as const) {
        if (state !== "open") yield* set(one, attempt("first", { orderId: "A", state }))
        const claimed = yield* claim(two, "second", bar, "A")
        assert.deepStrictEqual<unknown>(claimed, { _tag: "OrderTaken", attempt: yield* one.get("first") })
        assert.isUndefined(yield* one.get("second"))
      }
    })
  )

  it.effect(
    "an order that ended unpaid, and is unknown again, is taken; so it is once a later one has been declined",
    () =>
      Effect.gen(function* () {
        const [one, two] = yield* make()
        for (const [state, later] of [
          ["declined", false],
          ["not-started", false],
          ["declined", true],
          ["not-started", true]
        ] as const) {
          const id = `${state} ${later}`
          const again = attempt(id, { orderId: id, state: "unknown" })
          yield* put(one, attempt(id, { orderId: id, state }), bar)
          if (later) yield* claim(two, `${id} 2`, undefined, id)
          yield* set(one, again)
          if (later) yield* set(two, attempt(`${id} 2`, { orderId: id, state: "declined" }))
          assert.deepStrictEqual<unknown>(yield* claim(two, "next", undefined, id), {
            _tag: "OrderTaken",
            attempt: again
          })
          yield* set(two, resolved(again, "declined"))
          assert.strictEqual(tagOf(yield* claim(one, `${id} 3`, undefined, id)), "Written")
        }
        assert.deepInclude(yield* claim(two, "at the terminal", bar), { _tag: "Written", isQueued: false })
      })
  )

  it.effect("an order of another login, or of another type, is another order", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      yield* claim(one, "1", undefined, "A")
      const { key, ...rest } = attempt("3", { orderId: "A" })
      const others = [
        attempt("2", { orderId: "A", login: "other" }),
        { ...rest, key: { ...key, transactionType: "Credit" as const } }
      ]
      for (const other of others)
        assert.strictEqual(tagOf(yield* two.claim({ attempt: other, terminal: undefined, payAgain: false })), "Written")
    })
  )

  it.effect("an order that is paid again takes no guard, and leaves the first one's alone", () =>
    Effect.gen(function* () {
      const [one] = yield* make()
      yield* put(one, attempt("1", { orderId: "A", state: "approved" }))
      const again = yield* one.claim({ attempt: attempt("2", { orderId: "A" }), terminal: undefined, payAgain: true })
      assert.strictEqual(again._tag, "Written")
      yield* set(one, attempt("2", { orderId: "A", state: "declined" }))
      assert.deepStrictEqual<unknown>(yield* claim(one, "3", undefined, "A"), {
        _tag: "OrderTaken",
        attempt: yield* one.get("1")
      })
    })
  )

  it.effect("a terminal is one under its name and under its address", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      yield* put(one, attempt("lost", { state: "unknown" }), bar)
      for (const terminal of [
        bar,
        terminalAt("bar:8888", "10.0.0.8:8888"),
        terminalAt("10.0.0.7:8888"),
        terminalAt("till:8888", "10.0.0.7:8888")
      ])
        assert.deepStrictEqual(yield* claim(two, "next", terminal), { _tag: "TerminalUndecided", attempt: "lost" })
      assert.strictEqual(tagOf(yield* claim(two, "next", terminalAt("till:8888", "10.0.0.8:8888"))), "Written")
    })
  )

  it.effect("a terminal is undecided until a known end or a person's resolution, and no longer", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      let count = 0
      const next = () => claim(two, `next ${++count}`, bar)
      for (const [id, change] of [
        ["late", (seen: Attempt) => ended(seen, "approved")],
        ["declined", (seen: Attempt) => resolved(seen, "declined")],
        ["approved", (seen: Attempt) => resolved(seen, "approved")],
        ["aside", (seen: Attempt) => resolved(seen, "set-aside")]
      ] as const) {
        const lost = attempt(id, { state: "unknown" })
        yield* put(one, lost, bar)
        assert.deepStrictEqual(yield* next(), { _tag: "TerminalUndecided", attempt: id })
        yield* set(one, change(lost))
        assert.deepInclude(yield* next(), { _tag: "Written", isQueued: false })
        yield* set(one, attempt(`next ${count}`, { state: "declined" }))
      }
    })
  )

  it.effect("queued attempts go first, and are woken when their turn may have come", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      yield* claim(one, "at the terminal", bar)
      for (const id of ["first", "second"])
        assert.deepInclude(yield* claim(two, id, bar), { _tag: "Written", isQueued: true })
      const woken: Array<string> = []
      const wait = (id: string) =>
        Effect.forkChild(
          Effect.map(two.freed(id), () => woken.push(id)),
          { startImmediately: true }
        )
      const [first, second] = [yield* wait("first"), yield* wait("second")]
      assert.deepStrictEqual(yield* two.turn("first"), { _tag: "Queued" })
      yield* set(one, attempt("at the terminal", { state: "approved" }))
      yield* Fiber.join(first)
      assert.deepStrictEqual(woken, ["first"])
      // A newcomer does not overtake it.
      assert.deepInclude(yield* claim(one, "late comer", bar), { _tag: "Written", isQueued: true })
      assert.deepStrictEqual(yield* two.turn("first"), { _tag: "Taken" })
      assert.deepStrictEqual(yield* two.turn("first"), { _tag: "Taken" })
      assert.deepStrictEqual(yield* two.turn("second"), { _tag: "Queued" })
      yield* set(two, attempt("first", { state: "unknown" }))
      yield* Fiber.join(second)
      for (const id of ["second", "late comer"])
        assert.deepStrictEqual(yield* two.turn(id), { _tag: "TerminalUndecided", attempt: "first" })
      yield* set(two, attempt("second", { state: "not-started" }))
      assert.deepStrictEqual(yield* two.turn("second"), { _tag: "Ended" })
      yield* two.freed("second")
    })
  )

  it.effect.each(["not-started", "unknown"] as const)(
    "an attempt that leaves the queue as %s lets the next one have its turn, and holds up no later one",
    (state) =>
      Effect.gen(function* () {
        const [one, two] = yield* make()
        yield* claim(one, "at the terminal", bar)
        yield* claim(one, "first", bar)
        yield* claim(two, "second", bar)
        yield* set(one, attempt("at the terminal", { state: "declined" }))
        const woken = yield* Effect.forkChild(two.freed("second"), { startImmediately: true })
        assert.isUndefined(woken.pollUnsafe(), "it is the first one's turn")
        yield* set(one, attempt("first", { state }))
        yield* Fiber.join(woken)
        assert.deepStrictEqual(yield* two.turn("second"), { _tag: "Taken" })
        yield* set(two, attempt("second", { state: "declined" }))
        assert.deepInclude(yield* claim(one, "later", bar), { _tag: "Written", isQueued: false })
      })
  )

  it.effect("the end of an attempt is waited for, in whichever session it comes", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      yield* claim(one, "1")
      const waiting = yield* Effect.forkChild(two.ended("1"), { startImmediately: true })
      yield* set(one, attempt("1", { state: "approved" }))
      assert.strictEqual((yield* Fiber.join(waiting))?.state, "approved")
      assert.strictEqual((yield* two.ended("1"))?.state, "approved")
      assert.isUndefined(yield* two.ended("none"))
    })
  )

  it.effect(
    "of two that saw the same, one writes and the other is told what stands: a word, a late answer, an end",
    () =>
      Effect.gen(function* () {
        const [one, two] = yield* make()
        const writes: Readonly<Record<string, (seen: Attempt) => Attempt>> = {
          declined: (seen) => resolved(seen, "declined"),
          aside: (seen) => resolved(seen, "set-aside"),
          late: (seen) => ended(seen, "approved")
        }
        for (const [first, write] of Object.entries(writes)) {
          for (const [second, other] of Object.entries(writes)) {
            const id = `${first}, then ${second}`
            const seen = attempt(id, { state: "unknown" })
            yield* put(one, seen)
            assert.deepStrictEqual(yield* one.change(seen, write(seen)), { _tag: "Written" })
            const stale = yield* two.change(seen, other(seen))
            assert.deepStrictEqual(stale, { _tag: "Stands", attempt: write(seen) }, id)
            assert.deepStrictEqual(yield* two.get(id), write(seen))
            assert.strictEqual((yield* two.change(attempt(id), ended(seen, "declined")))._tag, "Stands", id)
          }
        }
        assert.deepStrictEqual(yield* one.change(attempt("none"), attempt("none", { state: "declined" })), {
          _tag: "Stands",
          attempt: undefined
        })
      })
  )

  it.effect(
    "what was decided on an attempt that has changed since is not written, although it is in the same state",
    () =>
      Effect.gen(function* () {
        const [one, two] = yield* make()
        const found = (seen: Attempt, code: string): Attempt => ({
          ...seen,
          findings: [...seen.findings, Finding.make("warning", code, "", "none", "one")]
        })
        for (const state of ["unknown", "approved", "declined"] as const) {
          yield* put(one, attempt(state, { state }))
          const [seen, seenToo] = [yield* one.get(state), yield* two.get(state)]
          assert.isDefined(seen)
          assert.isDefined(seenToo)
          assert.deepStrictEqual(yield* one.change(seen, found(seen, "first")), { _tag: "Written" })
          const stale = yield* two.change(seenToo, found(seenToo, "second"))
          assert.deepStrictEqual(stale, { _tag: "Stands", attempt: found(seen, "first") })
          const stands = stale._tag === "Stands" ? stale.attempt : undefined
          assert.isDefined(stands)
          assert.deepStrictEqual(yield* two.change(stands, found(stands, "second")), { _tag: "Written" })
          assert.deepStrictEqual(
            (yield* one.get(state))?.findings.map(({ code }) => code),
            ["first", "second"]
          )
        }
      })
  )

  it.effect("a late approval is written beside a second approved attempt, and the order stays taken", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      const lost = attempt("lost", { orderId: "A", state: "unknown" })
      yield* put(one, lost, bar)
      yield* set(one, resolved(lost, "declined"))
      yield* put(two, attempt("again", { orderId: "A", state: "approved" }), bar)
      yield* set(one, ended(resolved(lost, "declined"), "approved"))
      assert.deepStrictEqual(
        (yield* two.list({ state: "approved" })).map(({ id }) => id),
        ["again", "lost"]
      )
      assert.propertyVal(yield* claim(one, "third", bar, "A"), "_tag", "OrderTaken")
      assert.deepInclude(yield* claim(one, "another", bar), { _tag: "Written", isQueued: false })
    })
  )

  it.effect("a late approval keeps the order taken, however a newer attempt ends", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      const lost = attempt("lost", { orderId: "A", state: "unknown" })
      yield* put(one, lost, bar)
      yield* set(one, resolved(lost, "declined"))
      yield* claim(two, "meanwhile", bar, "A")
      yield* set(one, ended(resolved(lost, "declined"), "approved"))
      yield* set(two, attempt("meanwhile", { orderId: "A", state: "declined" }))
      assert.deepStrictEqual<unknown>(yield* claim(two, "again", bar, "A"), {
        _tag: "OrderTaken",
        attempt: yield* one.get("lost")
      })
    })
  )

  it.effect("a late approval takes the order's guard again if a person had released it", () =>
    Effect.gen(function* () {
      const [one, two] = yield* make()
      const lost = attempt("lost", { orderId: "A", state: "unknown" })
      yield* put(one, lost, bar)
      yield* set(one, resolved(lost, "declined"))
      yield* set(two, ended(resolved(lost, "declined"), "approved"))
      assert.deepStrictEqual<unknown>(yield* claim(two, "again", bar, "A"), {
        _tag: "OrderTaken",
        attempt: yield* one.get("lost")
      })
    })
  )
}
