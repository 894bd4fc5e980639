/**
 * Ends an attempt in the journal. What the payment itself proves stands over any person's answer. If two persons have
 * contradicted each other, neither answer counts.
 */
import { defined } from "@hipay-pos/core/Defined"
import { Money } from "@hipay-pos/core/plain"
import { saidPaid } from "@hipay-pos/core/wire/Resolution"
import * as AttemptJournal from "./AttemptJournal.ts"
import type { Answerer, KnownEnd, Told } from "./askServer.ts"
import type { Caller } from "./Caller.ts"
import { contradicts } from "./paymentSigns.ts"
import { maskWritten } from "./Redaction.ts"
import { NotResolvedAtServer, NotUnsettled, type ResolveOptions } from "./Resolution.ts"
import {
  answeredBy,
  answerIn,
  refuseAgainstProof,
  refusedBefore,
  type Settled,
  type Source,
  settledAs
} from "./recordedEnd.ts"
import { isUnderWay } from "./withJournal.ts"

type Attempt = AttemptJournal.Attempt

/** An attempt being resolved, with the journal and the clock for its end. */
export interface Resolving {
  readonly journal: AttemptJournal.PromiseJournal
  readonly attempt: Attempt
  readonly now: Caller["now"]
}

/**
 * Ends an attempt by what the server or the terminal says. That may be a person's answer at the server, if nothing else
 * is known there and no person says otherwise here.
 */
export const settle = async (
  resolving: Resolving,
  source: Source,
  { answer, serverAttempt, ...known }: KnownEnd,
  given?: ResolveOptions
): Promise<Settled> => {
  const { attempt, now } = resolving
  const hasEnded = !AttemptJournal.isUnsettled(attempt)
  if (answer !== undefined) {
    const theirs = answeredBy(answer, known)
    if (hasEnded) refuseAgainstProof(attempt, known.paid)
    await refuseOtherAnswer(resolving, theirs, given)
    // One person's answer does not overrule another's.
    if (hasEnded) return besideOwn(attempt, theirs)
  }
  // The person may have seen another payment of the order: their approval stands, so that the order is not sent again.
  if (known.state === "not-started" && answerIn(attempt)?.outcome === "approved")
    return { _tag: "Settled", by: source, ...known }
  return recordEnd(resolving, source, {
    ...defined({ id: attempt.id, endedAt: now(), detail: `the ${source} says so`, serverAttempt }),
    ...known,
    ...answer
  })
}

/**
 * Refuses a person's answer at the server if a person here contradicts it, or did before and was refused: one of the
 * two is wrong, and the order must not be sent again.
 */
const refuseOtherAnswer = async (
  { journal, attempt, now }: Resolving,
  other: Settled,
  given: ResolveOptions | undefined
): Promise<void> => {
  const { id, amount, currency } = attempt
  const answer = given?.outcome === "set-aside" ? undefined : given
  const here = answer === undefined ? refusedBefore(attempt) : saidPaid(answer, amount)
  const there = paidBy(other)
  if (here === undefined || agrees(here, there)) return
  if (answer !== undefined && AttemptJournal.isUnsettled(attempt) && !(await isAwaited(journal, id))) {
    const { authorizationNumber, lastFour } = answer
    const card = defined({ authorizationNumber, lastFour })
    const kept = { id, state: "unknown", endedAt: now(), paid: here, ...masked(answer), ...card } as const
    await orJournalFailed(journal.end({ ...kept, detail: "another person has said otherwise at the server" }))
  }
  const { by = "", evidence = "" } = other.answer ?? {}
  const show = (paid = amount) =>
    paid === 0 ? "declined" : `approved${paid === amount ? "" : ` (${Money.textOf(paid, currency)})`}`
  const detail = `${by} has said ${show(there)} there (${evidence}), and ${show(here)} was said here: find out which of the two is right`
  throw new NotResolvedAtServer({ id, detail, other })
}

/** What was paid according to an end; undefined for a part if it is not known how much. */
const paidBy = (end: Settled): number | undefined => end.paid ?? (AttemptJournal.isApproved(end) ? undefined : 0)

const agrees = (here: number, there: number | undefined): boolean => here === there || (there === undefined && here > 0)

/** A person's answer at the server, with a warning if a person here has given another one. */
const besideOwn = (attempt: Attempt, theirs: Settled): Settled => {
  const here = settledAs(attempt)
  if (here === undefined || agrees(paidBy(here) ?? attempt.amount, paidBy(theirs))) return theirs
  return { ...theirs, warnings: [...(theirs.warnings ?? []), answeredOtherwiseHere(here)] }
}

const answeredOtherwiseHere = ({ state, answer }: Settled) => ({
  code: "answered-otherwise-here",
  message: `the journal here keeps this attempt as ${state}, as ${answer?.by ?? "a person"} has said: find out which of the two is right`
})

/**
 * Records signs of another payment that the server has received since a person answered here: an attempt that was
 * declined is then unknown again. Returns the attempt with them; undefined if there are none, or if the journal had them
 * before the person answered.
 */
export const contradictedSince = async (
  { journal, attempt, now }: Resolving,
  said: ResolveOptions,
  { received, hasSigns = false, ...told }: Told
): Promise<Attempt | undefined> => {
  const { id, endings, amount, currency } = attempt
  const paid = saidPaid(said, amount)
  // As at the server, signs without an amount contradict only a person who said that nothing was paid.
  const reason = hasSigns && paid === 0 ? "Inconclusive" : told.reason
  if (!contradicts({ received, reason }, { paid, currency })) return undefined
  const known = endings.findLast((each) =>
    received === undefined ? each.reason === reason && isOfServer(each) : each.received?.received === received.received
  )
  if (known !== undefined) return known.endedAt < (endings.at(-1)?.endedAt ?? 0) ? undefined : attempt
  const signs = defined({ received, reason, detail: SIGNS })
  return (await endIn(journal, attempt, { id, state: "unknown", endedAt: now(), ...signs })) ?? attempt
}

const SIGNS = "the server has signs of a payment"

/** Whether an end has the server's reason, and not what this side made of another answer, such as a proxy's. */
const isOfServer = ({ serverAttempt, detail }: AttemptJournal.Ending): boolean =>
  serverAttempt !== undefined || detail === SIGNS

/** Writes an end, and returns the one that stands: a stronger one may have been written meanwhile. */
export const recordEnd = async (
  { journal, attempt }: Resolving,
  source: Source,
  ending: AttemptJournal.Ending
): Promise<Settled> => {
  const { id } = attempt
  const stands = await endIn(journal, attempt, ending)
  const settled = stands && settledAs(stands, source)
  if (settled === undefined) {
    throw new AttemptJournal.JournalFailed({ detail: `it shows no outcome of attempt ${id}, although one was written` })
  }
  const { answer, state, paid } = settled
  const isOther = answer !== undefined && (answer.by !== ending.by || state !== ending.state || paid !== ending.paid)
  if (isOther) throw new NotUnsettled({ id, state })
  return settled
}

/** Writes an end, and returns the attempt as the journal then has it. */
const endIn = async (
  journal: AttemptJournal.PromiseJournal,
  { id, orderId }: Attempt,
  ending: AttemptJournal.Ending
): Promise<Attempt | undefined> => {
  await orJournalFailed(journal.end(ending))
  return (await attemptsOf(journal, orderId)).find((each) => each.id === id)
}

export const masked = ({ by, evidence }: Answerer): Answerer => ({
  by: maskWritten(by),
  evidence: maskWritten(evidence)
})

/** Whether this process, or another with the same journal, still waits for an attempt's end. */
export const isAwaited = async (
  { isUnderWay: elsewhere }: AttemptJournal.PromiseJournal,
  id: string
): Promise<boolean> => isUnderWay(id) || (elsewhere !== undefined && (await orJournalFailed(elsewhere(id))))

/** The attempts of an order; all attempts, if the journal cannot select by order. */
export const attemptsOf = (journal: AttemptJournal.PromiseJournal, orderId: string): Promise<ReadonlyArray<Attempt>> =>
  orJournalFailed(journal.ofOrder?.(orderId) ?? journal.attempts())

export const orJournalFailed = <A>(asked: Promise<A>): Promise<A> =>
  asked.catch((error: unknown) => {
    throw AttemptJournal.toJournalFailed(error)
  })
