/**
 * Random lives of a store's attempts: orders are claimed, terminals answer, late or not at all, HiPay notifies, people resolve,
 * writes fail, and the store is pruned and reopened. After each step, the laws that no money may be overlooked must hold.
 */
import { assert } from "@effect/vitest"
import * as Finding from "@hipay-pos/core/Finding"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import {
  type Alarm,
  type Attempt,
  answeredAs,
  close,
  type PerformedResult,
  paidOf,
  type Resolution
} from "../../src/attempts/Attempt.ts"
import type { AttemptEvent } from "../../src/attempts/AttemptEvent.ts"
import { type AttemptStore, type StoreFailed, unavailable } from "../../src/attempts/AttemptStore.ts"
import * as Endings from "../../src/attempts/Endings.ts"
import { endOver } from "../../src/attempts/endOver.ts"
import { guardsOrder } from "../../src/attempts/Guards.ts"
import { proofOf } from "../../src/attempts/notificationProof.ts"
import * as OwedEnds from "../../src/attempts/OwedEnds.ts"
import { LONGEST_WAIT } from "../../src/attempts/owedWrites.ts"
import type { KeptNotification } from "../../src/notifications/KeptNotification.ts"
import { type Life, notifications, outcomes, resultOf, type Step, stepsOf, unknowns } from "./Life.ts"
import type { Subject } from "./modelStore.ts"
import { attempt, terminalAt } from "./storeLaws.ts"

/** How long a notified refusal has to wait, in milliseconds. */
const REFUSALS_AFTER = 90_000
const SECOND = 1_000
const BEGIN = Date.UTC(2026, 10, 23, 9)

/** A process with the store open. */
interface Process {
  readonly store: OwedEnds.OwedEnds
  readonly endings: Endings.Endings
  readonly fibers: Set<Fiber.Fiber<unknown>>
}

type Processes = readonly [Process, Process]

type StepOf<Do extends Step["do"]> = Extract<Step, { readonly do: Do }>

/** An attempt as the test knows it. */
interface Known {
  readonly id: string
  readonly key: Attempt["key"]
  readonly opened: Attempt
  readonly isRelayed: boolean
  /** The process that performs it. */
  readonly by: 0 | 1
  /** Grows while a terminal performs. */
  readonly events: Array<AttemptEvent>
  isQueued: boolean
  /** As its process ended it; undefined while that performs it, and once that is gone. */
  ended: Attempt | undefined
  isOpen: boolean
  /** Its terminal may still answer. */
  isAwaited: boolean
  readonly notifications: Array<KeptNotification>
  /** Ends that its process has written or owes. */
  readonly ends: Array<Attempt>
  readonly alarms: Array<Alarm>
  /** A terminal or HiPay said that it was paid, and no person has denied it since. */
  isPaid: boolean
  /** As it was after the last step; undefined once it is pruned away. */
  before: Attempt | undefined
  isRemoved: boolean
}

/** The result of a life: that of each step, and all that the store shows at the end. */
export interface Course {
  readonly steps: ReadonlyArray<unknown>
  readonly attempts: ReadonlyArray<Attempt>
  readonly standing: ReadonlyArray<string | undefined>
  readonly latest: ReadonlyArray<string | undefined>
  readonly last: string | undefined
  readonly claims: ReadonlyArray<string>
}

const orders = ["A", "B"] as const
const bar = terminalAt("bar:8888", "10.0.0.7:8888")
const terminals = { bar, "bar by address": terminalAt("10.0.0.7:8888"), HiPay: undefined }

/** Runs a life on a store and returns its result. Fails if a law does not hold. */
export const live = Effect.fnUntraced(function* (subject: Subject, life: Life) {
  let time = BEGIN
  const now = () => time
  const context = yield* Effect.context<never>()
  const left = [...stepsOf(life)]
  const steps: Array<unknown> = []
  const all: Array<Known> = []
  /** Those that waited for their terminal when the processes ended. */
  const queued = new Set<string>()
  /** Whether the first process cannot write. */
  let isBroken = false
  let news: Array<Alarm> = []

  const start = (opened: AttemptStore, place: 0 | 1): Process => {
    const fails = <A>(act: Effect.Effect<A, StoreFailed>): Effect.Effect<A, StoreFailed> =>
      Effect.suspend(() => (isBroken && place === 0 ? Effect.fail(unavailable("the disk is full")) : act))
    const store = OwedEnds.over({
      ...opened,
      claim: (claim) => fails(opened.claim(claim)),
      change: (seen, next) => fails(opened.change(seen, next))
    })
    const fibers = new Set<Fiber.Fiber<unknown>>()
    const endings = Endings.make({
      store,
      now,
      answerableUntil: ({ id }) =>
        Effect.sync(() => (all.some((each) => each.id === id && each.isAwaited) ? Infinity : undefined)),
      notificationsOf: (id) => Effect.sync(() => all.find((each) => each.id === id)?.notifications ?? []),
      listener: {
        onAlarm: ({ id }, alarm) => {
          news.push(alarm)
          all.find((each) => each.id === id)?.alarms.push(alarm)
        }
      },
      run: (effect) => {
        const fiber = Effect.runForkWith(context)(effect)
        fibers.add(fiber)
        fiber.addObserver(() => fibers.delete(fiber))
      }
    })
    return { store, endings, fibers }
  }

  /** Runs the processes from start to end; returns the life's result, or undefined if they start again. */
  const run = Effect.gen(function* () {
    const [one, two] = yield* subject.open(queued)
    queued.clear()
    const processes = [start(one, 0), start(two, 1)] as const
    for (const known of all) yield* look(processes, known, true)
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      time += SECOND
      news = []
      if (step.do === "restart") {
        for (const { fibers } of processes) for (const fiber of [...fibers]) yield* Fiber.interrupt(fiber)
        for (const known of all) {
          if (known.isOpen && known.isQueued) queued.add(known.id)
          // What its process had not written is gone with it, and an alarm was raised.
          if (processes[known.by].store.find(known.id) !== undefined) known.isPaid = false
          known.isOpen = known.isAwaited = known.isQueued = false
          known.ended = undefined
        }
        isBroken = false
        return
      }
      steps.push([step.do, yield* act(processes, step), news.map(({ code, message }) => `${code}: ${message}`)])
      for (const known of all) yield* consider(processes, known)
      for (const known of all) yield* look(processes, known, false)
      for (const orderId of orders) yield* lookAtOrder(processes, orderId)
    }
    if (isBroken) yield* mend(processes)
    return yield* conclude(processes)
  })

  const mend = Effect.fnUntraced(function* (processes: Processes) {
    isBroken = false
    const { fibers } = processes[0]
    yield* TestClock.adjust(LONGEST_WAIT)
    for (const fiber of [...fibers]) yield* Fiber.await(fiber)
    assert.isEmpty(processes[0].store.owed())
  })

  const find = (of: number, is: (known: Known) => boolean): Known | undefined => {
    const found = all.filter((known) => !known.isRemoved && is(known))
    return found[of % Math.max(1, found.length)]
  }

  /** A till sends an order. */
  const order = Effect.fnUntraced(function* (processes: Processes, step: StepOf<"order">) {
    const { store } = processes[step.in]
    const isRelayed = step.to === "HiPay"
    const opened = attempt(String(all.length), {
      orderId: step.order,
      order: { order: { order_id: step.order } },
      terminal: isRelayed ? "relayed" : "dialled",
      ...(isRelayed ? { upstream: "stage" } : { guarded: true }),
      openedAt: now()
    })
    const mayBePaid = all.some(({ key, isPaid }) => key.orderId === step.order && isPaid)
    const isKnown = !processes.some((each, i) => i !== step.in && each.store.owed().length > 0)
    const claimed = yield* Effect.result(
      store.claim({ attempt: opened, terminal: terminals[step.to], payAgain: false })
    )
    if (Result.isFailure(claimed)) return claimed.failure.reason._tag
    if (claimed.success._tag !== "Written") {
      const { _tag, attempt: stands } = claimed.success
      return [_tag, typeof stands === "string" ? stands : [stands.id, stands.state]]
    }
    // What one process knows but cannot write, the other cannot know.
    if (isKnown) assert.isFalse(mayBePaid, `order ${step.order} may have been paid, and is claimed again`)
    const { isQueued } = claimed.success
    all.push({
      ...{ id: opened.id, key: opened.key, opened, isRelayed, by: step.in, events: [], isQueued },
      ...{ ended: undefined, isOpen: true, isAwaited: false, notifications: [], ends: [], alarms: [] },
      ...{ isPaid: false, before: opened, isRemoved: false }
    })
    return ["Written", isQueued]
  })

  /** The terminal, or HiPay, answers in time. */
  const answer = Effect.fnUntraced(function* (processes: Processes, step: StepOf<"answer">) {
    const known = find(step.of, ({ isOpen }) => isOpen)
    if (known === undefined) return "none"
    const { store, endings } = processes[known.by]
    const turn = known.isQueued ? yield* store.turn(known.id) : undefined
    const isSent = turn === undefined || turn._tag === "Taken"
    const result = resultOf(isSent ? step.says : "not started")
    known.isOpen = known.isQueued = false
    known.isAwaited = result._tag === "Error" && result.reason._tag === "TerminalOutcomeUnknown"
    known.events.push({ at: now(), kind: "answer", as: answeredAs(result) })
    paid(known, result)
    known.ended = yield* endings.end({ ...known.opened, events: [...known.events] }, result)
    known.ends.push(known.ended)
    return [turn?._tag, known.ended.state]
  })

  /** The terminal answers after its payment was called unknown. */
  const answerLate = Effect.fnUntraced(function* (processes: Processes, step: StepOf<"answer late">) {
    const known = find(step.of, ({ isAwaited, ended }) => isAwaited && ended !== undefined)
    if (known?.ended === undefined) return "none"
    const result = resultOf(step.says)
    known.isAwaited = false
    known.events.push({ at: now(), kind: "late-response", detail: step.says })
    paid(known, result)
    const closed = { ...known.ended, events: [...known.events] }
    const late =
      result._tag === "Outcome" ? Result.succeed(result.outcome) : Result.fail(unknowns[step.says as "silence"])
    const { endings, fibers } = processes[known.by]
    const written = endings.endLate(closed, late)
    // The note that nothing came is retried until it is written.
    const isWaiting = isBroken && known.by === 0 && step.says === "silence"
    if (isWaiting) fibers.add(yield* Effect.forkChild(written, { startImmediately: true }))
    else yield* written
    if (step.says !== "silence") known.ends.push(close(closed, result, now()))
    return step.says
  })

  /** A person says how an attempt ended. */
  const resolve = Effect.fnUntraced(function* (processes: Processes, step: StepOf<"resolve">) {
    const known = find(step.of, () => true)
    if (known === undefined) return "none"
    const outcome: Resolution["outcome"] = step.says === "approved 5.00" ? "approved" : step.says
    const said = { outcome, by: "Ada", evidence: "the receipt", login: "merchant" }
    const paid = step.says === "approved 5.00" && { paid: 500 }
    const { override } = step
    const resolved = yield* Effect.result(
      processes[step.in].endings.resolve(known.id, { ...said, ...paid, ...(override && { override }) })
    )
    if (Result.isFailure(resolved)) return resolved.failure._tag
    if (outcome === "declined") known.isPaid = false
    return resolved.success.state
  })

  /** The terminal is asked for its last transaction. */
  const prove = Effect.fnUntraced(function* (processes: Processes, step: StepOf<"prove">) {
    // A terminal is not asked while it may still answer the payment itself.
    const mayAsk = ({ id, by, isRelayed, isOpen, isAwaited }: Known) =>
      !isRelayed && !isOpen && !isAwaited && processes[by].store.find(id) === undefined
    const known = find(step.of, mayAsk)
    if (known === undefined) return "none"
    const proof = { outcome: outcomes[step.says], finding }
    const proved = yield* Effect.result(processes[step.in].endings.prove(known.id, proof))
    if (Result.isFailure(proved)) return proved.failure._tag
    paid(known, { _tag: "Outcome", outcome: proof.outcome })
    return proved.success.state
  })

  /** HiPay notifies. */
  const notify = (step: StepOf<"notify">) => {
    const known = find(step.of, ({ isRelayed }) => isRelayed)
    if (known === undefined) return "none"
    const { reference, status } = notifications[step.says]
    // A repeated one is kept once.
    if (known.notifications.some((each) => each.reference === reference && each.status === status)) return "again"
    known.notifications.push({ at: now(), ...notifications[step.says] })
    const outcome = proofOf(known.opened, known.notifications.slice(-1))?.outcome
    const isTold = known.alarms.some(({ details }) => details.transaction === reference && details.paid !== 0)
    if (outcome !== undefined && !isTold) paid(known, { _tag: "Outcome", outcome })
    return step.says
  }

  /** Prunes, and notes which attempts are gone: none that may have moved money. */
  const pruneAll = Effect.fnUntraced(function* (processes: Processes) {
    yield* subject.prune(now())
    for (const known of all) {
      if (known.isRemoved || (yield* processes[0].store.get(known.id)) !== undefined) continue
      assert.include(["declined", "not-started"], known.before?.state)
      assert.isUndefined(known.before?.resolutions)
      known.isRemoved = true
    }
    return all.flatMap(({ id, isRemoved }) => (isRemoved ? [id] : []))
  })

  const act = Effect.fnUntraced(function* (processes: Processes, step: Exclude<Step, { do: "restart" }>) {
    switch (step.do) {
      case "order":
        return yield* order(processes, step)
      case "answer":
        return yield* answer(processes, step)
      case "answer late":
        return yield* answerLate(processes, step)
      case "resolve":
        return yield* resolve(processes, step)
      case "prove":
        return yield* prove(processes, step)
      case "notify":
        return notify(step)
      case "wait":
        time += REFUSALS_AFTER
        return undefined
      case "prune":
        return isBroken ? undefined : yield* pruneAll(processes)
      case "break":
        isBroken = true
        return undefined
      case "mend":
        if (isBroken) yield* mend(processes)
        return undefined
    }
  })

  const paid = (known: Known, result: PerformedResult) => {
    if (result._tag === "Outcome" && result.outcome._tag !== "Declined") known.isPaid = true
  }

  /** Considers HiPay's notifications after each step, as a relay does after each change. */
  const consider = Effect.fnUntraced(function* (processes: Processes, known: Known) {
    if (known.isRemoved || known.notifications.length === 0) return
    const considered = processes[1].endings.notified(known.id, [...known.notifications], REFUSALS_AFTER)
    steps.push(["considered", known.id, (yield* considered) !== undefined])
  })

  /** Checks an attempt as its process shows it: nothing known is lost, and a repeated end is the same. */
  const look = Effect.fnUntraced(function* (processes: Processes, known: Known, isNew: boolean) {
    if (known.isRemoved) return
    const after = yield* processes[known.by].store.get(known.id)
    assert.isDefined(after, `attempt ${known.id} is gone`)
    if (after === undefined) return
    const { before } = known
    known.before = after
    const told = `attempt ${known.id}: ${before?.state} became ${after.state}`
    const isReduced = after.prunedAt !== undefined && before?.prunedAt === undefined
    if (before !== undefined && !isNew) {
      const [was, is] = [paidOf(before)?.minorUnits ?? 0, paidOf(after)?.minorUnits ?? 0]
      const hasAlarm = toldBy(after.alarms).length > toldBy(before.alarms).length
      if (is < was) assert.isTrue(hasAlarm, `${told}: ${is} of ${was} is left`)
      if (!isReduced) {
        startsWith(after.events, before.events, told)
        startsWith(after.resolutions ?? [], before.resolutions ?? [], told)
        startsWith(after.notifications ?? [], before.notifications ?? [], told)
        assert.includeMembers([...toldBy(after.alarms)], [...toldBy(before.alarms)], told)
      }
    }
    const isWritten = processes[known.by].store.find(known.id) === undefined
    if (known.isPaid && !known.isOpen && isWritten) assert.isTrue(guardsOrder(after), `${told}, and was paid`)
    for (const alarms of [after.alarms, known.alarms])
      assert.strictEqual(new Set(toldBy(alarms)).size, toldBy(alarms).length, `${told}, and an alarm is raised twice`)
    for (const end of known.ends) {
      const once = endOver(after, end, now())?.attempt ?? after
      const again = endOver(once, end, now() + SECOND)
      assert.isUndefined(again?.alarm, `${told}, and its end raises an alarm again`)
      if (again !== undefined) assert.deepStrictEqual(again.attempt, once, told)
    }
  })

  /** An order's guard holds as long as one of its attempts may have paid it. */
  const lookAtOrder = Effect.fnUntraced(function* ([one, two]: Processes, orderId: string) {
    const own = all.filter(({ key, isRemoved }) => key.orderId === orderId && !isRemoved)
    for (const { store } of [one, two]) {
      const states = []
      for (const { id } of own) states.push(yield* store.get(id))
      // The guard of an attempt known to be unpaid passes to another one once that can be written.
      if (store.owed().some(({ attempt }) => attempt.key.orderId === orderId && !guardsOrder(attempt))) continue
      const guarding = states.flatMap((each) => (each !== undefined && guardsOrder(each) ? [each.id] : []))
      const standing = yield* store.standing(attempt("", { orderId }).key)
      if (guarding.length === 0) assert.isUndefined(standing, `order ${orderId} is guarded by nothing`)
      else assert.include(guarding, standing?.id, `order ${orderId}`)
    }
  })

  const conclude = Effect.fnUntraced(function* ([{ store }]: Processes) {
    const attempts = yield* store.list({})
    const keys = orders.map((orderId) => attempt("", { orderId }).key)
    const standing = []
    const latest = []
    for (const key of keys) {
      standing.push((yield* store.standing(key))?.id)
      latest.push((yield* store.latest(key))?.id)
    }
    const last = yield* store.lastAt(bar)
    const claims = []
    for (const orderId of orders) {
      const asked = attempt(`last ${orderId}`, { orderId, terminal: "dialled", openedAt: now() })
      const { _tag } = yield* store.claim({ attempt: asked, terminal: undefined, payAgain: false })
      claims.push(_tag)
    }
    for (const [i, claimed] of claims.entries())
      assert.strictEqual(claimed, standing[i] === undefined ? "Written" : "OrderTaken")
    const { _tag } = yield* store.claim({
      attempt: attempt("last", { terminal: "dialled", openedAt: now() }),
      terminal: bar,
      payAgain: false
    })
    return { steps, attempts, standing, latest, last, claims: [...claims, _tag] } satisfies Course
  })

  // The life has its own time of day: adjusting the test's clock takes a turn of the event loop.
  const clock = { ...(yield* Clock.Clock), currentTimeMillisUnsafe: now, currentTimeMillis: Effect.sync(now) }
  for (;;) {
    const course: Course | undefined = yield* Effect.provideService(Effect.scoped(run), Clock.Clock, clock)
    if (course !== undefined) return course
  }
})

const finding = Finding.make("warning", "proved-by-duplicata", "", "an answer", "the terminal repeated the transaction")

/** What alarms say about money, without those about writing. */
const toldBy = (alarms: ReadonlyArray<Alarm> = []): ReadonlyArray<string> =>
  alarms
    .filter(({ code }) => !code.startsWith("attempt.end."))
    .map(({ code, details }) => JSON.stringify([code, details]))

const startsWith = (after: ReadonlyArray<unknown>, before: ReadonlyArray<unknown>, told: string) =>
  assert.deepStrictEqual(after.slice(0, before.length), before, told)
