/** Ends that are owed to a store, when something else is written meanwhile, and when the server stops. */
import { assert, describe, it } from "@effect/vitest"
import * as Finding from "@hipay-pos/core/Finding"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { onTestFinished, vi } from "vitest"
import { type Attempt, close } from "../../src/attempts/Attempt.ts"
import * as AttemptStore from "../../src/attempts/AttemptStore.ts"
import * as Endings from "../../src/attempts/Endings.ts"
import * as MemoryStore from "../../src/attempts/MemoryStore.ts"
import * as OwedEnds from "../../src/attempts/OwedEnds.ts"
import { LEAVING } from "../../src/attempts/owedWrites.ts"
import type { KeptNotification } from "../../src/notifications/KeptNotification.ts"
import { answerOf, approved, declined, notStarted, setUp, submission } from "./attempts.ts"
import { attempt, type Changes, ids, put, terminalAt } from "./storeLaws.ts"

const away = AttemptStore.unavailable("the database is away")
const silent = new OutcomeUnknown({ kind: "SilentAfterSend", detail: "no answer" })
const gone = new OutcomeUnknown({ kind: "SilentAfterSend", detail: "its gateway is gone" })

describe("an end that is owed while another process gives its attempt up", () => {
  it.effect.each([
    ["declined", Effect.succeed(declined)],
    ["not-started", Effect.fail(notStarted)]
  ] as const)("is still written where its order is repeated first, and lets the order go on: %s", ([state, ending]) =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      let isAway = true
      const change: AttemptStore.AttemptStore["change"] = (seen, next) =>
        Effect.suspend(() => (isAway ? Effect.fail(away) : memory.change(seen, next)))
      const { attempts, store } = yield* setUp([ending, Effect.succeed(approved())], { ...memory, change })
      yield* attempts.pay(submission())
      const [open] = yield* memory.list({})
      isAway = false
      yield* memory.change(open as Attempt, close(open as Attempt, { _tag: "Error", reason: gone }, 1))
      const refused = yield* Effect.flip(attempts.pay(submission()))
      const owed = store.owed()
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* memory.list({}))[0]?.state, state)
      assert.propertyVal(refused, "reason", "unresolved")
      assert.deepStrictEqual([owed.length, store.owed().length], [1, 0])
      assert.strictEqual(answerOf(yield* attempts.pay(submission())).status, 200)
    })
  )

  it.effect("is reported as written if its order is repeated first", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      let isAway = true
      const change: AttemptStore.AttemptStore["change"] = (seen, next) =>
        Effect.suspend(() => (isAway ? Effect.fail(away) : memory.change(seen, next)))
      const { attempts, store, alarms } = yield* setUp([Effect.succeed(declined), Effect.succeed(approved())], {
        ...memory,
        change
      })
      const { id } = yield* attempts.pay(submission())
      isAway = false
      assert.strictEqual((yield* attempts.pay(submission())).state, "approved")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(
        alarms.map(({ code }) => code),
        ["attempt.end.not.written", "attempt.end.written.late"]
      )
      const written = yield* memory.get(id)
      assert.deepInclude(written, { state: "declined", alarms: alarms.slice(1) })
      assert.isEmpty(store.owed())
    })
  )

  const word = { outcome: "approved", by: "Ada", evidence: "the receipt", login: "merchant" } as const
  const finding = Finding.make("warning", "terminal.charged", "", "no charge", "a charge")
  const notification: KeptNotification = {
    ...{ at: 1, reference: "T1", status: 116, test: true, currency: "EUR", authorized: 1250 }
  }
  const ways: ReadonlyArray<
    readonly [string, (endings: Endings.Endings) => Effect.Effect<unknown, unknown>, Attempt["state"]]
  > = [
    ["a resolution", (endings) => endings.resolve("1", word), "approved"],
    ["a proof", (endings) => endings.prove("1", { outcome: declined, finding }), "declined"],
    ["a notification", (endings) => endings.notified("1", [notification], 0), "approved"]
  ]
  for (const [what, act, state] of ways) {
    for (const isBack of [true, false]) {
      it.effect(`${isBack ? "is written before" : "and cannot be written yet refuses"} ${what}`, () =>
        Effect.gen(function* () {
          const memory = MemoryStore.make()
          yield* put(memory, attempt("1"))
          const store = OwedEnds.over({
            ...memory,
            change: (seen, next) => {
              if (++tries > 20) return Effect.die("it is tried again and again")
              // A store that is still away can report that the open attempt is no longer there.
              return isBack || seen.state === "open" ? memory.change(seen, next) : Effect.fail(away)
            }
          })
          let tries = 0
          const endings = Endings.make({
            ...{ store, now: () => 1, listener: {}, run: () => {} },
            answerableUntil: () => Effect.succeed(undefined)
          })
          const owed = close(attempt("1"), { _tag: "Error", reason: silent }, 1)
          store.owe({ attempt: owed, seen: attempt("1"), reason: away.detail, since: 0 })
          yield* memory.change(attempt("1"), close(attempt("1"), { _tag: "Error", reason: gone }, 1))
          const ended = yield* Effect.result(act(endings))
          assert.strictEqual(Result.isSuccess(ended), isBack)
          if (Result.isFailure(ended)) assert.deepInclude(ended.failure, { _tag: "AttemptStoreFailed" })
          assert.deepStrictEqual(
            [(yield* store.get("1"))?.state, store.owed().length],
            isBack ? [state, 0] : ["unknown", 1]
          )
        })
      )
    }
  }

  it.effect("is dropped, and the order goes on, if a person has resolved it as declined", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      const store = OwedEnds.over(memory)
      yield* put(memory, attempt("1"))
      store.owe({
        attempt: attempt("1", { state: "not-started", error: notStarted.reason }),
        ...{ seen: attempt("1"), reason: away.detail, since: 0 }
      })
      yield* memory.change(attempt("1"), attempt("1", { state: "declined" }))
      const next = attempt("2", { orderId: "1" })
      const claimed = yield* store.claim({ attempt: next, terminal: undefined, payAgain: false })
      assert.strictEqual(claimed._tag, "Written")
    })
  )

  it.effect("keeps its order from being paid again even if another process has released it", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      const store = OwedEnds.over(memory)
      const lost = attempt("1", { state: "unknown" })
      yield* put(memory, lost)
      const paid = close(lost, { _tag: "Outcome", outcome: approved() }, 1)
      store.owe({ attempt: paid, seen: lost, reason: away.detail, since: 0 })
      yield* memory.change(lost, close(lost, { _tag: "Outcome", outcome: declined }, 1))
      const next = attempt("2", { orderId: "1" })
      const claimed = yield* store.claim({ attempt: next, terminal: undefined, payAgain: false })
      assert.deepStrictEqual(claimed, { _tag: "OrderTaken", attempt: paid })
      assert.deepStrictEqual(yield* store.standing(lost.key), paid)
      assert.deepStrictEqual(yield* store.standing(lost.key, "none"), paid)
    })
  )

  it.effect("keeps its alarm, and by what its outcome is proved, beside what another process writes", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      let isAway = true
      const own = OwedEnds.over({
        ...memory,
        change: (seen, next) => (isAway ? Effect.fail(away) : memory.change(seen, next))
      })
      const raised: Array<string> = []
      const context = yield* Effect.context<never>()
      const [one, two] = [own, OwedEnds.over(memory)].map((store) =>
        Endings.make({
          ...{ store, now: () => 1, listener: { onAlarm: (_, alarm) => void raised.push(alarm.message) } },
          ...{ run: Effect.runForkWith(context), answerableUntil: () => Effect.succeed(undefined) }
        })
      ) as [Endings.Endings, Endings.Endings]
      const lost = attempt("1", { state: "unknown", error: silent, terminal: "relayed", upstream: "stage" })
      yield* put(memory, lost)
      yield* two.notified("1", [notification], 0)
      yield* one.endLate(lost, Result.succeed(declined))
      // Authorised and refused at once.
      yield* two.notified("1", [notification, { ...notification, status: 113, authorized: 0 }], 0)
      isAway = false
      yield* TestClock.adjust("2 seconds")
      const stands = yield* memory.get("1")
      assert.deepInclude(stands, { state: "approved", provedBy: "notification" })
      const messages = stands?.alarms?.map(({ message }) => message) ?? []
      assert.lengthOf(messages, 2)
      assert.include(messages[0], "contradict each other")
      assert.include(messages[1], "but the recorded answer says declined")
      assert.sameMembers(
        raised.filter((message) => !message.includes("could not be written")),
        messages
      )
    })
  )
})

describe("an attempt that the store no longer has", () => {
  const bar = terminalAt("bar:8888", "10.0.0.7:8888")
  const dialled = (id: string, changes: Changes = {}) =>
    attempt(id, {
      target: TerminalTarget.concert({ host: "Bar", port: 8888, contracts: [] }),
      terminal: "dialled",
      events: [{ at: 1, kind: "connected", to: "10.0.0.7:8888" }],
      ...{ state: "approved", openedAt: Number(id), ...changes }
    })
  /** A store with attempts, and with others that it has lost. */
  const losing = Effect.fnUntraced(function* (kept: ReadonlyArray<Attempt>, lost: ReadonlyArray<Attempt>) {
    const memory = MemoryStore.make()
    for (const each of kept) yield* put(memory, each, bar)
    const store = OwedEnds.over(memory)
    for (const each of lost) store.owe({ attempt: each, seen: each, reason: "it is gone", since: 0, isLost: true })
    return store
  })

  it.effect(
    "is the last at its terminal, by name and by address, so that a cancellation cannot reverse another sale",
    () =>
      Effect.gen(function* () {
        const store = yield* losing([dialled("1"), dialled("2")], [dialled("3"), dialled("4")])
        for (const terminal of [bar, terminalAt("bar:8888"), terminalAt("other:8888", "10.0.0.7:8888")])
          assert.strictEqual(yield* store.lastAt(terminal), "4")
        assert.isUndefined(yield* store.lastAt(terminalAt("till-9:8888", "10.0.0.9:8888")))
        assert.strictEqual(yield* store.lastAt(bar, { except: "4" }), "3")
        const seen: Array<string> = []
        for (let id = yield* store.lastAt(bar); id !== undefined; id = yield* store.lastAt(bar, { before: id }))
          seen.push(id)
        assert.deepStrictEqual(seen, ["4", "3", "2", "1"])
      })
  )

  it.effect.each([
    ["before", 1, undefined],
    ["after", 3, "cancel"],
    ["in the same millisecond as", 2, "cancel"]
  ] as const)("stands where it was opened %s another one that the store has, or not", ([, openedAt, standing]) =>
    Effect.gen(function* () {
      const key = { login: "merchant", orderId: "sale", transactionType: "Cancel" } as const
      const cancel = dialled("cancel", { key, openedAt })
      const store = yield* losing([dialled("sale", { openedAt: 2 })], [cancel])
      assert.strictEqual((yield* store.standing(cancel.key, "sale"))?.id, standing)
      assert.strictEqual((yield* store.standing(cancel.key))?.id, "cancel")
      assert.strictEqual((yield* store.standing(cancel.key, "none"))?.id, "cancel")
    })
  )

  it.effect("is not the last there if it is known to have moved nothing", () =>
    Effect.gen(function* () {
      const store = yield* losing(
        [dialled("1")],
        [dialled("2", { state: "declined" }), dialled("3", { terminal: "relayed" })]
      )
      assert.strictEqual(yield* store.lastAt(bar), "1")
    })
  )

  it.effect("is listed at its terminal, by name and by address, and at no other", () =>
    Effect.gen(function* () {
      const store = yield* losing([dialled("1")], [dialled("2"), dialled("3", { terminal: "relayed" })])
      for (const terminal of [bar, terminalAt("bar:8888"), terminalAt("other:8888", "10.0.0.7:8888")])
        assert.deepStrictEqual(ids(yield* store.list({ terminal })), ["2", "1"])
      assert.deepStrictEqual(ids(yield* store.list({ terminal: terminalAt("till-9:8888") })), [])
    })
  )

  it.effect.each([1, 2, 3, 5, 6, 7])("is listed once, on pages of %i", (limit) =>
    Effect.gen(function* () {
      // One was opened at the same time as others, and one is the oldest of all.
      const kept = ["1", "2", "3", "4"].map((id) => dialled(id, { openedAt: 10 }))
      const store = yield* losing(kept, [dialled("15", { openedAt: 10 }), dialled("0")])
      const page = (before?: string) => Effect.map(store.list({ before, limit }), ids)
      const seen: Array<string> = []
      for (let list = yield* page(); list.length > 0 && seen.length < 20; list = yield* page(seen.at(-1)))
        seen.push(...list)
      assert.deepStrictEqual(seen, ["15", "0", "4", "3", "2", "1"])
    })
  )
})

describe("a server that stops while its store does not answer", () => {
  const DEADLINE = 3_000

  it.effect("waits as long for many ends as for one, and keeps them all as owed", () =>
    Effect.gen(function* () {
      const waited: Array<number> = []
      for (const count of [1, 60]) {
        const change = () => Effect.andThen(Effect.sleep(DEADLINE), Effect.fail(away))
        const broken = { ...MemoryStore.make(), change }
        const store = OwedEnds.over(broken)
        const scope = yield* Scope.make()
        const lost: Array<string> = []
        const context = yield* Effect.context<never>()
        const clock = yield* TestClock.testClockWith(Effect.succeed)
        const now = () => clock.currentTimeMillisUnsafe()
        let running = 0
        const endings = Endings.make({
          store,
          now,
          listener: { onAlarm: ({ id }, { code }) => void (code === "attempt.end.lost" && lost.push(id)) },
          answerableUntil: () => Effect.succeed(undefined),
          run: (effect) => {
            running++
            Effect.runForkWith(context)(effect).addObserver(() => void running--)
          }
        })
        const ids = Array.from({ length: count }, (_, i) => `${i}`)
        const settle = Effect.forEach(ids, (id) => endings.end(attempt(id), { _tag: "Outcome", outcome: declined }), {
          concurrency: "unbounded"
        })
        yield* Effect.forkIn(settle, scope)
        yield* TestClock.adjust("1 minute")
        const left = now()
        yield* endings.leave
        while (running > 0) yield* TestClock.adjust("100 millis")
        waited.push(now() - left)
        assert.sameMembers(lost, ids)
        assert.strictEqual(store.owed().length, count)
        yield* Scope.close(scope, Exit.void)
      }
      assert.strictEqual(waited[1], waited[0])
      assert.isAtMost(waited[0] ?? 0, LEAVING + DEADLINE + 1_100)
    })
  )
})

describe("a list while ends are owed", () => {
  it.effect("is as long as asked for, although some attempts do not match any more", () =>
    Effect.gen(function* () {
      const store = OwedEnds.over(MemoryStore.make())
      for (const id of ["1", "2", "3"]) {
        yield* put(store, attempt(id))
        yield* store.change(attempt(id), close(attempt(id), { _tag: "Error", reason: silent }, 1))
      }
      const seen = (yield* store.get("3")) as Attempt
      store.owe({ attempt: close(seen, { _tag: "Outcome", outcome: declined }, 2), seen, reason: "away", since: 2 })
      assert.deepStrictEqual(ids(yield* store.list({ state: "unknown", limit: 2 })), ["2", "1"])
      assert.lengthOf(yield* store.list({ limit: 2 }), 2)
    })
  )

  it.effect("starts with the attempt that was stored last, although the clock was set back before it", () =>
    Effect.gen(function* () {
      const store = OwedEnds.over(MemoryStore.make())
      for (const [id, openedAt] of [
        ["1", 1],
        ["2", 9],
        ["3", 5]
      ] as const)
        yield* put(store, attempt(id, { openedAt }))
      const seen = (yield* store.get("1")) as Attempt
      store.owe({ attempt: close(seen, { _tag: "Outcome", outcome: declined }, 2), seen, reason: "away", since: 2 })
      assert.deepStrictEqual(ids(yield* store.list({})), ["3", "2", "1"])
      assert.deepStrictEqual(ids(yield* store.list({ state: "declined" })), ["1"])
      assert.deepStrictEqual(ids(yield* store.list({ state: "open" })), ["3", "2"])
    })
  )
})

describe("an end that is given up because the server stops", () => {
  const sentenceWith = Effect.fnUntraced(function* (
    spool?: (owed: ReadonlyArray<OwedEnds.Owed>) => void,
    more: Partial<AttemptStore.AttemptStore> = {}
  ) {
    const warnings: Array<string> = []
    const full = () => Effect.fail(AttemptStore.unavailable("database or disk is full"))
    const kept = { ...MemoryStore.make(), change: full, ...more }
    const store = OwedEnds.over(kept, (detail) => warnings.push(detail), spool)
    const clock = yield* TestClock.testClockWith(Effect.succeed)
    const context = yield* Effect.context<never>()
    let setBack = 0
    const said: Array<{ readonly code: string; readonly next: unknown; readonly message: string }> = []
    const endings = Endings.make({
      store,
      now: () => clock.currentTimeMillisUnsafe() - setBack,
      listener: { onAlarm: (_, { code, message, details }) => void said.push({ code, next: details.next, message }) },
      answerableUntil: () => Effect.succeed(undefined),
      run: (effect) => void Effect.runForkWith(context)(effect)
    })
    yield* endings.end(attempt("1"), { _tag: "Outcome", outcome: declined })
    yield* endings.leave
    setBack = 3_600_000
    yield* TestClock.adjust("1 minute")
    return { last: said.at(-1), warnings }
  })
  const code = "attempt.end.lost"
  const stopped =
    "The server stopped before the end of this attempt (declined) could be written: database or disk is full."
  const unknown = {
    code,
    next: undefined,
    message: `${stopped} After the next start it is unknown: resolve it as declined.`
  }

  it.effect("is reported as unknown after the next start", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* sentenceWith()).last, unknown)
    })
  )

  it.effect("is retried as long if its payment ends long after the stop has begun", () =>
    Effect.gen(function* () {
      const memory = MemoryStore.make()
      let isAway = true
      const change: AttemptStore.AttemptStore["change"] = (seen, next) =>
        Effect.suspend(() => (isAway ? Effect.fail(away) : memory.change(seen, next)))
      const store = OwedEnds.over({ ...memory, change })
      const clock = yield* TestClock.testClockWith(Effect.succeed)
      const context = yield* Effect.context<never>()
      const told: Array<string> = []
      const endings = Endings.make({
        store,
        now: () => clock.currentTimeMillisUnsafe(),
        listener: { onAlarm: (_, { code }) => void told.push(code) },
        answerableUntil: () => Effect.succeed(undefined),
        run: (effect) => void Effect.runForkWith(context)(effect)
      })
      yield* put(store, attempt("1"))
      yield* endings.leave
      yield* TestClock.adjust("1 minute")
      yield* endings.end(attempt("1"), { _tag: "Outcome", outcome: approved() })
      yield* TestClock.adjust(LEAVING - 2_000)
      isAway = false
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(told, ["attempt.end.not.written", "attempt.end.written.late"])
      assert.strictEqual((yield* memory.get("1"))?.state, "approved")
    })
  )

  it.effect("is reported as written by the next start if the spool has it", () =>
    Effect.gen(function* () {
      let kept: ReadonlyArray<string> = []
      const { last } = yield* sentenceWith((owed) => {
        kept = owed.map(({ attempt }) => attempt.state)
      })
      assert.deepStrictEqual(kept, ["declined"])
      const message = `${stopped} It is kept in the spool, and the next start writes it: make the store writable, then start the server with the same spool.`
      assert.deepStrictEqual(last, { code, next: "written", message })
    })
  )

  it.effect("is written to the store's file if that was moved, unless the spool has it", () =>
    Effect.gen(function* () {
      const ofMoved = (changed: AttemptStore.Changed, problem: string | undefined = "it was moved") => {
        const written: Array<unknown> = []
        const changeMoved: AttemptStore.AttemptStore["changeMoved"] = (seen, next) => {
          written.push([seen.state, next.state, next.alarms?.map(({ code }) => code)])
          return Effect.succeed(changed)
        }
        return { written, changeMoved, problem: () => problem }
      }
      const { written, ...moved } = ofMoved({ _tag: "Written" })
      const { last } = yield* sentenceWith(undefined, moved)
      assert.deepStrictEqual(written, [["open", "declined", ["attempt.end.written.late"]]])
      const message = `${stopped} It was written to the file that was moved: start the server with that file. If that file is gone, no store has this end: where the attempt is unknown, resolve it as declined; where the attempt is missing, do not send its order again.`
      assert.deepStrictEqual(last, { code, next: undefined, message })
      const other = ofMoved({ _tag: "Stands", attempt: undefined })
      const displaced = `${stopped} Put that file back under its name, beside its -wal, before the next start; if the attempt is then unknown, resolve it as declined. If that file is gone, remove the -wal before another store takes its place; where the attempt is missing, do not send its order again.`
      assert.deepStrictEqual((yield* sentenceWith(undefined, other)).last, {
        code,
        next: undefined,
        message: displaced
      })
      const spooled = ofMoved({ _tag: "Written" })
      assert.strictEqual((yield* sentenceWith(() => {}, spooled)).last?.next, "written")
      const inPlace = { ...ofMoved({ _tag: "Written" }), problem: () => undefined }
      assert.deepStrictEqual((yield* sentenceWith(undefined, inPlace)).last, unknown)
      assert.deepStrictEqual([spooled.written, inPlace.written], [[], []])
    })
  )

  it.effect("is kept in the spool before that, for a process that is killed, until it is written", () =>
    Effect.gen(function* () {
      const monotonic = vi.spyOn(performance, "now")
      onTestFinished(() => monotonic.mockRestore())
      const at = (milliseconds: number) => monotonic.mockReturnValue(milliseconds)
      const kept: Array<string> = []
      const flushes: Array<boolean | undefined> = []
      const memory = MemoryStore.make()
      let isFull = true
      const change: AttemptStore.AttemptStore["change"] = (seen, next, flushed) => {
        flushes.push(flushed)
        return Effect.suspend(() => (isFull ? Effect.fail(away) : memory.change(seen, next)))
      }
      const store = OwedEnds.over({ ...memory, change }, undefined, (owed) =>
        kept.push(owed.map(({ attempt }) => attempt.id).join())
      )
      const endings = Endings.make({
        ...{ store, now: () => 1, listener: {}, run: Effect.runForkWith(yield* Effect.context<never>()) },
        answerableUntil: () => Effect.succeed(undefined)
      })
      const end = (id: string) => endings.end(attempt(id), { _tag: "Outcome", outcome: declined })
      for (const id of ["1", "2", "3"]) yield* put(memory, attempt(id))
      assert.isTrue(store.keep())
      assert.deepStrictEqual(kept, [])
      at(1_000)
      yield* end("1")
      yield* end("2")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(kept, ["1"])
      // Whatever comes within a second is saved together, by one of the retries.
      at(2_000)
      yield* end("3")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(kept, ["1", "1,2,3"])
      isFull = false
      flushes.length = 0
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(store.owed(), [])
      assert.strictEqual(kept.at(-1), "")
      // The spool is flushed: what it drops must be on the disk.
      assert.deepStrictEqual(flushes, [true, true, true])
    })
  )

  it.effect("is reported as unknown if the spool cannot be written either", () =>
    Effect.gen(function* () {
      const { last, warnings } = yield* sentenceWith(() => {
        throw new Error("ENOSPC: no space left on device, write")
      })
      assert.deepStrictEqual(last, unknown)
      const warning = "payment results cannot be kept for the next start: ENOSPC: no space left on device, write"
      assert.include(warnings, warning)
    })
  )
})

describe("a store that cannot be written", () => {
  const full = AttemptStore.unavailable("database or disk is full")
  const make = () => {
    const memory = MemoryStore.make()
    const disk: { fails?: AttemptStore.StoreFailed | undefined; tries: number } = { tries: 0 }
    const unlessFull = <A>(write: Effect.Effect<A, AttemptStore.StoreFailed>) =>
      Effect.suspend(() => (disk.fails === undefined ? write : Effect.fail(disk.fails)))
    const warnings: Array<string> = []
    const store = OwedEnds.over(
      {
        ...memory,
        claim: (claim) => unlessFull(memory.claim(claim)),
        change: (seen, next) => unlessFull(memory.change(seen, next)),
        tryWrite: () => {
          disk.tries++
          return unlessFull(memory.tryWrite())
        }
      },
      (detail) => warnings.push(detail)
    )
    const claim = (id: string) =>
      Effect.result(store.claim({ attempt: attempt(id), terminal: undefined, payAgain: false }))
    return { store, disk, warnings, claim }
  }

  it.effect("says so from the first failed write until one is written, and warns of both once", () =>
    Effect.gen(function* () {
      const { store, disk, warnings, claim } = make()
      yield* claim("1")
      assert.isUndefined(yield* store.writeProblem)
      disk.fails = full
      for (const id of ["2", "3"]) yield* claim(id)
      yield* Effect.result(store.change(attempt("1"), attempt("1", { state: "declined" })))
      assert.strictEqual(yield* store.writeProblem, "database or disk is full")
      disk.fails = undefined
      // An answer from an earlier attempt writes nothing.
      const repeated = yield* claim("1")
      assert.strictEqual(Result.getOrThrow(repeated)._tag, "OrderTaken")
      assert.isDefined(yield* store.writeProblem)
      yield* claim("4")
      assert.isUndefined(yield* store.writeProblem)
      assert.deepStrictEqual(warnings, [
        "attempts cannot be written: database or disk is full; new orders are refused before anything is sent",
        "attempts cannot be written: database or disk is full; payment results are kept and tried again",
        "attempts can be written again"
      ])
    })
  )

  it.effect("is not one that only has an unreadable attempt", () =>
    Effect.gen(function* () {
      const { store, disk, warnings, claim } = make()
      disk.fails = AttemptStore.damaged("1")
      yield* claim("1")
      assert.isUndefined(yield* store.writeProblem)
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.effect("is tried again when asked about, once a second, and only after a failed write", () =>
    Effect.gen(function* () {
      vi.useFakeTimers({ toFake: ["performance"] })
      onTestFinished(() => void vi.useRealTimers())
      const { store, disk, warnings, claim } = make()
      yield* store.writeProblem
      assert.strictEqual(disk.tries, 0)
      disk.fails = full
      yield* claim("1")
      disk.fails = AttemptStore.unavailable("the disk is gone")
      vi.advanceTimersByTime(999)
      assert.strictEqual(yield* store.writeProblem, "database or disk is full")
      vi.advanceTimersByTime(1)
      for (let times = 0; times < 3; times++) assert.strictEqual(yield* store.writeProblem, "the disk is gone")
      assert.strictEqual(disk.tries, 1)
      disk.fails = undefined
      vi.advanceTimersByTime(1_000)
      assert.isUndefined(yield* store.writeProblem)
      assert.lengthOf(warnings, 2)
      assert.strictEqual(warnings[1], "attempts can be written again")
    })
  )
})
