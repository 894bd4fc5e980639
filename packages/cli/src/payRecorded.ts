/**
 * One payment on a route: recorded in the journal before anything is sent, ended there whatever happens, and reported.
 *
 * Once the attempt is open, a signal stops the waiting but not the terminal, so the end is still recorded and reported. Before
 * that, it stops everything.
 */
import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal, findEarlier, openAttempt, PosClientError } from "@hipay-pos/client"
import { Money } from "@hipay-pos/core"
import { defined } from "@hipay-pos/core/Defined"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import { answerBeside, contradictionIn } from "./contradiction.ts"
import type { NotAccepted, PaymentInput, Route, Verb } from "./PaymentRoute.ts"
import type { Remembered } from "./payAtTerminal.ts"
import { fromError } from "./payThroughApi.ts"
import { makeWaiting } from "./progress.ts"
import * as Report from "./Report.ts"

/** The journal that records a payment, and how its report is printed. */
export interface Recording {
  readonly journal: AttemptJournal.AttemptJournal
  readonly printing: Report.Printing
}

/** Finds the route of a payment. Nothing was sent if it fails. */
type FindRoute = (input: PaymentInput, remembered: Remembered) => Effect.Effect<Route, CommandFailed>

/** Pays an order, unless it is paid or unsettled in the journal, and prints how it ended. */
export const payRecorded = Effect.fnUntraced(function* (
  order: Omit<PaymentInput, "sent">,
  { journal, printing }: Recording,
  findRoute: FindRoute
) {
  const { verb, amount, transactionType, orderId } = order
  const openedAt = Date.now()
  const id = `${openedAt.toString(36)}${(yield* Random.nextIntBetween(0, 36 ** 8 - 1)).toString(36).padStart(8, "0")}`
  let sent = false
  let onSent = () => {}
  const input: PaymentInput = {
    ...order,
    sent: () => {
      sent = true
      process.exitCode = Report.exitCodes.unknown
      onSent()
    }
  }
  const ofOrder = journal.ofOrder?.(orderId) ?? journal.attempts
  const say = (report: Report.Report, at: Pick<Report.Report, "server"> = {}) =>
    Report.print({ ...report, orderId, ...at }, amount, printing)

  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const route = yield* restore(findRoute(input, rememberedBeside(id, journal, printing)))
      const { terminal, server } = route
      const opening: AttemptJournal.Opening = {
        ...{ id, orderId, transactionType, amount: amount.minorUnits, currency: amount.currency, terminal, openedAt },
        mode: order.live ? "live" : "simulated",
        ...defined({ server })
      }
      const opened = yield* Effect.result(restore(open(journal, opening)))
      if (Result.isFailure(opened)) {
        const report = yield* Effect.mapError(fromError(opened.failure, input), ({ message }) =>
          refuse(`${verb}: ${message}`)
        )
        const all = yield* Effect.orElseSucceed(ofOrder, () => [])
        return yield* say(report, { server: all.find((attempt) => attempt.id === report.attempt)?.server })
      }

      const waiting = makeWaiting({
        what: `${Money.toText(amount)} at ${terminal}`,
        // Until then the terminal may show the payment of another till of the same server, which its red key would cancel.
        hint: "Once it shows this amount, its red key cancels.",
        once: !printing.json
      })
      onSent = waiting.left
      const exit = yield* Effect.exit(waiting.during(restore(route.perform)))
      const { report, refused } = reportOf(exit, input, sent)
      const ended = { ...report, orderId, attempt: id, server }
      yield* write(verb, journal, ended, yield* route.answeredMode ?? Effect.undefined)
      if (refused !== undefined) return yield* stop(`${verb}: ${refused.message}`)
      const all = yield* Effect.orElseSucceed(ofOrder, () => [])
      if (ended.outcome !== "not-started") return yield* say(withContradiction(ended, all))
      const earlier = earlierThan(opening, amount, all)
      if (earlier?._tag === "AlreadyReversed" || earlier?._tag === "OrderIdConflict")
        return yield* stop(`${verb}: ${Report.needsAnotherId(earlier)}`)
      yield* say(earlier?._tag === "AlreadyApproved" ? Report.fromEarlier(earlier, amount) : ended, { server })
    }).pipe(Effect.onInterrupt(() => Effect.ignore(say(interrupted(amount)))))
  )
})

/** What a journal remembers besides an attempt. */
const rememberedBeside = (
  id: string,
  journal: AttemptJournal.AttemptJournal,
  { more }: Report.Printing
): Remembered => {
  const beside = (attempts: typeof journal.attempts) =>
    Effect.map(attempts, (all) => all.filter((attempt) => attempt.id !== id))
  return {
    others: beside(journal.attempts),
    unsettled: Effect.map(beside(journal.unsettled ?? journal.attempts), (all) =>
      all.filter(AttemptJournal.isUnsettled)
    ),
    more
  }
}

/** Opens an attempt, unless the order is paid or unsettled in the journal. */
const open = (journal: AttemptJournal.AttemptJournal, opening: AttemptJournal.Opening) =>
  Effect.tryPromise({ try: () => openAttempt(journal, opening), catch: (error) => error }).pipe(
    Effect.catch((error) => (error instanceof PosClientError ? Effect.fail(error) : Effect.die(error)))
  )

/** The report of a payment that has ended on its route, and why it was refused there, if it was. */
const reportOf = (
  exit: Exit.Exit<Report.Report, NotAccepted>,
  { amount, transactionType }: PaymentInput,
  sent: boolean
): { readonly report: Report.Report; readonly refused?: NotAccepted } => {
  if (Exit.isSuccess(exit)) return { report: exit.value }
  const refused = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (refused === undefined)
    return { report: sent ? Report.withoutOutcome("unknown", INTERRUPTED, amount) : interrupted(amount) }
  const report = Report.withoutOutcome("not-started", refused.message, amount, Report.nothingDone[transactionType])
  return { report: { ...report, why: refused.told }, refused }
}

const INTERRUPTED = "the payment was interrupted here"

const interrupted = (amount: Money.Money): Report.Report =>
  Report.withoutOutcome("not-started", INTERRUPTED, amount, "Nothing was sent. Try again with the same order id.")

const write = (
  verb: Verb,
  journal: AttemptJournal.AttemptJournal,
  report: Report.Report & { readonly attempt: string },
  mode: AttemptJournal.Mode | undefined
) => {
  const ending = {
    id: report.attempt,
    state: report.outcome,
    endedAt: Date.now(),
    ...Report.paidIn(report),
    ...defined({
      detail: report.reason,
      reason: report.why,
      tip: report.tip,
      serverAttempt: report.serverAttempt,
      received: report.received,
      mode
    })
  }
  return Effect.catch(journal.end(ending), (error) => Console.error(`${verb}: ${error.message}`))
}

/** Ends with a refusal, even after the order was sent: the server proved that nothing of it reached a terminal. */
const stop = (line: string): Effect.Effect<never, CommandFailed> => {
  process.exitCode = 2
  return Effect.fail(refuse(line))
}

/** The report with a warning if a person resolved the payment meanwhile, and what they said is not what the report says. */
const withContradiction = (report: Report.Report, all: ReadonlyArray<AttemptJournal.Attempt>): Report.Report => {
  const own = all.find(({ id }) => id === report.attempt)
  if (own === undefined) return report
  const { paid } = Report.paidIn(report)
  const warning = paid === undefined ? answerBeside(own, report.received) : contradictionIn(own, paid)
  if (warning === undefined) return report
  const resolved = paid === undefined ? { isResolved: true as const } : {}
  return { ...report, ...resolved, warnings: [...report.warnings, warning] }
}

/**
 * The earlier payment of an order whose attempt was not started: an attempt that did not reach the server supersedes neither what
 * the server said of an earlier payment, nor the approval that a person recorded meanwhile.
 */
const earlierThan = (
  opening: AttemptJournal.Opening,
  amount: Money.Money,
  all: ReadonlyArray<AttemptJournal.Attempt>
) =>
  findEarlier(
    all.filter((attempt) => attempt.id !== opening.id || AttemptJournal.isApproved(attempt)),
    { ...opening, amount }
  )
