/**
 * Ends an attempt whose outcome is unknown: by what the server knows, else by what the terminal proves, else by a
 * person's answer. Loaded by the first call that needs it.
 */
import { defined } from "@hipay-pos/core/Defined"
import { Money } from "@hipay-pos/core/plain"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import { saidPaid } from "@hipay-pos/core/wire/Resolution"
import * as AttemptJournal from "./AttemptJournal.ts"
import {
  type Answerer,
  askAt,
  askServer,
  type End,
  type KnownEnd,
  readEnd,
  type Told,
  warningsOf
} from "./askServer.ts"
import { AttemptsError } from "./attempts/AttemptsError.ts"
import { askTerminal } from "./attempts/requests.ts"
import type { Caller } from "./Caller.ts"
import { checkResolution } from "./checkResolution.ts"
import { maskWritten } from "./Redaction.ts"
import {
  type AskTerminal,
  EvidenceMissing,
  NotResolvedAtServer,
  NotUnsettled,
  type ResolveOptions,
  type Settlement,
  StillUnderWay,
  type TerminalProof
} from "./Resolution.ts"
import type { Server } from "./Server.ts"
import { tellServer } from "./tellServer.ts"
import { refuseAborted, untilAborted } from "./untilAborted.ts"
import { isUnderWay } from "./withJournal.ts"

type Attempt = AttemptJournal.Attempt
type Settled = Extract<Settlement, { readonly _tag: "Settled" }>

/** The journal's attempts whose outcome is not known. Rejects with `JournalFailed`. */
export const unsettledIn = async (journal: AttemptJournal.PromiseJournal): Promise<ReadonlyArray<Attempt>> =>
  journal.unsettled === undefined
    ? (await orJournalFailed(journal.attempts())).filter(AttemptJournal.isUnsettled)
    : orJournalFailed(journal.unsettled())

/** What can be asked about an attempt. */
interface Sources {
  readonly server?: Server | undefined
  /** Whether the server may ask the terminal. */
  readonly asksTerminal?: boolean
  readonly signal?: AbortSignal | undefined
  /** Asks the terminal directly, for a program without a server. */
  readonly askDirectly?: AskTerminal | undefined
}

/** An attempt being resolved, with the journal and the clock for its end. */
interface Resolving {
  readonly journal: AttemptJournal.PromiseJournal
  readonly attempt: Attempt
  readonly now: Caller["now"]
}

/**
 * Resolves an attempt. Rejects with `JournalFailed`, `NotUnsettled`, `StillUnderWay`, `EvidenceMissing`,
 * `NotResolvedAtServer`, and, if the signal aborts, `AttemptsError`.
 */
export const resolveAttempt = async (
  journal: AttemptJournal.PromiseJournal,
  id: string,
  said: ResolveOptions | undefined,
  { now, server: asked, signal, ...how }: Sources & Pick<Caller, "now">
): Promise<Settlement> => {
  const server = asked && signal ? untilAborted(asked, signal) : asked
  const unsettled = (await unsettledIn(journal)).find((each) => each.id === id)
  // The server may still not know how an attempt has ended here.
  const attempt = unsettled ?? (server && (await orJournalFailed(journal.attempts())).find((each) => each.id === id))
  if (attempt === undefined) throw new NotUnsettled({ id })
  const given = said && checkResolution(said, attempt)
  const kept = unsettled === undefined ? answerIn(attempt) : undefined
  if (unsettled === undefined && given === undefined && kept === undefined) throw new NotUnsettled({ id })
  const isAwaitedHere = await isAwaited(journal, id)
  const { outcome, override } = given ?? kept ?? {}
  const mayBeAwaited = outcome === "approved" || override === true
  const underWay = new StillUnderWay(defined({ id, outcome }))
  if (isAwaitedHere && !mayBeAwaited) throw underWay
  const resolving: Resolving = { journal, attempt, now }
  const all = await attemptsOf(journal, attempt.orderId)
  const told = server === undefined ? {} : await askServer(server, attempt, all, now)
  if (told.known !== undefined) {
    const settled = await settle(resolving, "server", told.known, given)
    if (unsettled === undefined && outcome === "set-aside") throw new NotUnsettled({ id, state: settled.state })
    return settled
  }
  if (told.isOpen && !mayBeAwaited) throw underWay
  const proof = isAwaitedHere ? undefined : await askItsTerminal(attempt, told, { ...how, server })
  if (proof?._tag === "Proved") {
    const { _tag: _, ...proved } = proof
    return settle(resolving, "terminal", proved)
  }
  if (proof?._tag === "Ended") return settle(resolving, "server", proof.known, given)
  // An answer from before the server began to doubt it is not repeated.
  const resolution = given ?? (told.isUnknownAgain || told.isDamaged ? undefined : kept)
  if (resolution !== undefined) {
    refuseAborted(signal)
    return resolveAsSaid(resolving, resolution, server, told)
  }
  const received = told.received ?? attempt.endings.findLast((ending) => ending.received !== undefined)?.received
  return defined({ _tag: "NeedsPerson" as const, advice: adviceAfter(server, proof), received })
}

/** Whether this process, or another with the same journal, still waits for an attempt's end. */
const isAwaited = async ({ isUnderWay: elsewhere }: AttemptJournal.PromiseJournal, id: string): Promise<boolean> =>
  isUnderWay(id) || (elsewhere !== undefined && (await orJournalFailed(elsewhere(id))))

/** The person's answer that ended an attempt in the journal. */
const answerIn = (attempt: Attempt): ResolveOptions | undefined => {
  const { answer, paid = 0 } = settledAs(attempt, sourceOf(attempt)) ?? {}
  if (answer === undefined) return undefined
  const { authorizationNumber, lastFour } = attempt.endings.at(-1) ?? {}
  const over = paid > attempt.amount ? true : undefined
  const said = paid === 0 ? { outcome: "declined" as const } : { outcome: "approved" as const, paid, over }
  return defined({ ...said, ...answer, authorizationNumber, lastFour })
}

/**
 * Ends an attempt by what the server or the terminal says. That may be a person's answer at the server, if nothing else
 * is known there and no person says otherwise here.
 */
const settle = async (
  resolving: Resolving,
  source: "server" | "terminal",
  { answer, ...known }: KnownEnd,
  given?: ResolveOptions
): Promise<Settled> => {
  const { attempt, now } = resolving
  const hasEnded = !AttemptJournal.isUnsettled(attempt)
  if (answer !== undefined) {
    const theirs = answeredBy(answer, known)
    if (hasEnded) keepProof(attempt, known.paid)
    await refuseOtherAnswer(resolving, theirs, given)
    // One person's answer does not overrule another's.
    if (hasEnded) return theirs
  }
  // The person may have seen another payment of the order: their approval stands, so that the order is not sent again.
  if (known.state === "not-started" && answerIn(attempt)?.outcome === "approved")
    return { _tag: "Settled", by: source, ...known }
  return end(resolving, source, {
    ...{ id: attempt.id, endedAt: now(), detail: `the ${source} says so` },
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
  const word = given?.outcome === "set-aside" ? undefined : given
  const said = word === undefined ? refusedBefore(attempt) : saidPaid(word, amount)
  const theirs = other.paid ?? (AttemptJournal.isApproved(other) ? undefined : 0)
  if (said === undefined || said === theirs || (theirs === undefined && said > 0)) return
  if (word !== undefined && AttemptJournal.isUnsettled(attempt) && !(await isAwaited(journal, id))) {
    const { authorizationNumber, lastFour } = word
    const card = defined({ authorizationNumber, lastFour })
    const kept = { id, state: "unknown", endedAt: now(), paid: said, ...masked(word), ...card } as const
    await orJournalFailed(journal.end({ ...kept, detail: "another person has said otherwise at the server" }))
  }
  const { by = "", evidence = "" } = other.answer ?? {}
  const show = (paid = amount) =>
    paid === 0 ? "declined" : `approved${paid === amount ? "" : ` (${Money.textOf(paid, currency)})`}`
  const detail = `${by} has said ${show(theirs)} there (${evidence}), and ${show(said)} was said here: find out which of the two is right`
  throw new NotResolvedAtServer({ id, detail, other })
}

/**
 * The amount that a person here said was paid, and that was refused because another person had said otherwise at the
 * server.
 */
const refusedBefore = (attempt: Attempt): number | undefined => {
  const { by, paid = 0 } = attempt.endings.at(-1) ?? {}
  return by !== undefined && AttemptJournal.isUnsettled(attempt) ? paid : undefined
}

const masked = ({ by, evidence }: Answerer): Answerer => ({ by: maskWritten(by), evidence: maskWritten(evidence) })

/** Writes an end, and returns the one that stands: a stronger one may have been written meanwhile. */
const end = async (
  { journal, attempt: { id, orderId } }: Resolving,
  source: "server" | "terminal",
  ending: AttemptJournal.Ending
): Promise<Settled> => {
  await orJournalFailed(journal.end(ending))
  const stands = (await attemptsOf(journal, orderId)).find((each) => each.id === id)
  const settled = stands && settledAs(stands, source)
  if (settled === undefined) {
    throw new AttemptJournal.JournalFailed({ detail: `it shows no outcome of attempt ${id}, although one was written` })
  }
  const { answer, state, paid } = settled
  const isOther = answer !== undefined && (answer.by !== ending.by || state !== ending.state || paid !== ending.paid)
  if (isOther) throw new NotUnsettled({ id, state })
  return settled
}

/** How an attempt has ended in the journal: by a person's answer, else by `source`; undefined if it has not. */
const settledAs = (attempt: Attempt, source: "server" | "terminal"): Settled | undefined => {
  const { by, evidence = "", warnings, ...last } = attempt.endings.at(-1) ?? {}
  const end = readEnd({ ...last, state: attempt.state }, attempt)
  if (end === undefined) return undefined
  return by === undefined
    ? defined({ _tag: "Settled" as const, by: source, ...end, warnings })
    : answeredBy({ by, evidence }, end)
}

/** Refuses a person's answer on what was paid if the payment itself proved something else. */
const keepProof = (attempt: Attempt, paid = 0): void => {
  const before = settledAs(attempt, sourceOf(attempt))
  if (before === undefined || before.answer !== undefined) return
  const { state, paid: proved = attempt.amount } = before
  if (proved !== paid) throw new NotUnsettled({ id: attempt.id, state })
}

const answeredBy = ({ by, evidence }: Answerer, end: End): Settled => ({
  ...{ _tag: "Settled", by: "person" },
  ...end,
  answer: { by, evidence }
})

/** The result of asking the terminal; `Ended`: the server has learnt the end meanwhile. */
type Asked = TerminalProof | { readonly _tag: "Ended"; readonly known: KnownEnd }

/** Asks the terminal: directly if there is no server, else through the server that has the attempt as unknown. */
const askItsTerminal = async (
  attempt: Attempt,
  { unresolvedAt }: Told,
  { server, asksTerminal = false, askDirectly }: Sources
): Promise<Asked | undefined> => {
  if (server === undefined) return askDirectly?.(attempt)
  return asksTerminal && unresolvedAt !== undefined ? askThrough(server, unresolvedAt, attempt) : undefined
}

/** Makes the server ask the terminal. Undefined if it does not, such as an older one. */
const askThrough = async (server: Server, address: string, attempt: Attempt): Promise<Asked | undefined> => {
  try {
    const told = await askTerminal(server, address)
    const proved = readEnd(told, attempt)
    if (proved?.state !== "approved" && proved?.state !== "approved-in-part") return undefined
    const { state, paid = attempt.amount } = proved
    return defined({ _tag: "Proved" as const, ...proved, state, paid, warnings: warningsOf(told) })
  } catch (error) {
    if (!(error instanceof AttemptsError) || error.kind === "Aborted") throw error
    if (error.code === ("attempt.not.proved" satisfies ProblemCode)) return { _tag: "NotProved", why: error.detail }
    if (error.kind === "Forbidden") return { _tag: "NotProved", why: NOT_ASKED }
    if (error.code !== ("attempt.not.unknown" satisfies ProblemCode)) return undefined
    const { known } = await askAt(server, attempt, address)
    return known && { _tag: "Ended", known }
  }
}

/** Ends an attempt by a person's answer: first at the server, if it is to be resolved there, too. */
const resolveAsSaid = async (
  resolving: Resolving,
  resolution: ResolveOptions,
  server: Server | undefined,
  { unresolvedAt, isDamaged, isSilent = false, isOpen = false }: Told
): Promise<Settlement> => {
  const { attempt, now } = resolving
  const { id } = attempt
  if (resolution.outcome !== "set-aside") keepProof(attempt, saidPaid(resolution, attempt.amount))
  if (server !== undefined && unresolvedAt !== undefined) {
    const known = await tellServer(server, unresolvedAt, resolution, attempt, isDamaged)
    if (known !== undefined) return settle(resolving, "server", known, resolution)
  }
  const { authorizationNumber, lastFour, outcome } = resolution
  if (outcome === "set-aside") {
    if (unresolvedAt !== undefined) return { _tag: "SetAside" }
    if (isSilent) throw new NotResolvedAtServer({ id, detail: "the server could not be asked" })
    const problem = "expected approved or declined, got set-aside: no server has this attempt as unknown"
    throw new EvidenceMissing({ field: "outcome", problem })
  }
  const words = masked(resolution)
  const settled = fromPerson(resolution, attempt)
  const source = sourceOf(attempt)
  const before = settledAs(attempt, source)
  const untold = isSilent ? serverSilent : isOpen ? serverWaits : undefined
  if (before === undefined) {
    const card = defined({ authorizationNumber, lastFour })
    const ended = await end(resolving, source, { id, endedAt: now(), ...settled, ...words, ...card })
    return untold && ended.by === "person" ? { ...ended, warnings: [untold] } : ended
  }
  const { state, paid = 0 } = before
  const isSame = paid === settled.paid
  if (unresolvedAt !== undefined)
    return isSame ? before : { ...answeredBy(words, settled), warnings: [endedOtherwiseHere(state)] }
  if (untold === undefined || !isSame) throw new NotUnsettled({ id, state })
  return { ...before, warnings: [untold] }
}

const endedOtherwiseHere = (state: string) => ({
  code: "ended-otherwise-here",
  message: `the journal here has this attempt as ${state}, which no person changes: what was said is recorded at the server alone`
})

/** What ended an attempt without a person's answer, as far as the journal can tell. */
const sourceOf = ({ server }: Attempt) => (server === undefined ? "terminal" : "server")

/** The warning for a person's answer that is recorded here only. */
const recordedHere = (message: string) => ({ code: "server-not-asked", message })

const serverSilent = recordedHere(
  "the server could not be asked: where it has this attempt as unknown, it still keeps the terminal from other payments; resolve the attempt again once the server answers"
)

const serverWaits = recordedHere(
  "the server still waits for the end of this attempt, which may differ from what was said: resolve the attempt again once it has ended there"
)

/** The attempts of an order; all attempts, if the journal cannot select by order. */
const attemptsOf = (journal: AttemptJournal.PromiseJournal, orderId: string): Promise<ReadonlyArray<Attempt>> =>
  orJournalFailed(journal.ofOrder?.(orderId) ?? journal.attempts())

const orJournalFailed = <A>(asked: Promise<A>): Promise<A> =>
  asked.catch((error: unknown) => {
    throw AttemptJournal.toJournalFailed(error)
  })

/** A person's answer, as the journal records it. */
const fromPerson = (said: ResolveOptions, { amount }: Attempt): End => {
  const paid = saidPaid(said, amount)
  const state = said.outcome === "declined" ? "declined" : paid < amount ? "approved-in-part" : "approved"
  return { state, paid }
}

/** What to do if neither the server nor the terminal can tell. */
const LOOK =
  "Look at the terminal's last receipt or its journal, then resolve with the outcome, your name and what you saw."

const NOT_ASKED = `This login may not ask the terminal: it lacks the role "resolve". ${LOOK}`

const adviceAfter = (server: Server | undefined, asked: Asked | undefined): string => {
  const unproved = asked?._tag === "NotProved" ? asked.why : undefined
  // The server's sentence already ends with what to do.
  if (server !== undefined && unproved !== undefined) return `The server cannot say. ${unproved}`
  const before =
    server !== undefined ? "The server cannot say. " : unproved && `The terminal proves nothing: ${unproved}. `
  return `${before ?? ""}${LOOK}`
}
