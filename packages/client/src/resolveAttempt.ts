/**
 * Ends an attempt whose outcome is unknown: by what the server knows, else by what the terminal proves, else by a
 * person's answer. Loaded by the first call that needs it.
 */
import { defined } from "@hipay-pos/core/Defined"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import { saidPaid } from "@hipay-pos/core/wire/Resolution"
import * as AttemptJournal from "./AttemptJournal.ts"
import { askAt, askServer, type KnownEnd, readEnd, type Told, warningsOf } from "./askServer.ts"
import { AttemptsError } from "./attempts/AttemptsError.ts"
import { askTerminal } from "./attempts/requests.ts"
import type { Caller } from "./Caller.ts"
import { checkResolution } from "./checkResolution.ts"
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
import { answeredBy, answerIn, fromPerson, refuseAgainstProof, settledAs, sourceOf } from "./recordedEnd.ts"
import type { Server } from "./Server.ts"
import {
  attemptsOf,
  contradictedSince,
  isAwaited,
  masked,
  orJournalFailed,
  type Resolving,
  recordEnd,
  settle
} from "./settleAttempt.ts"
import { tellServer } from "./tellServer.ts"
import { refuseAborted, untilAborted } from "./untilAborted.ts"

type Attempt = AttemptJournal.Attempt

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
  const recorded = unsettled === undefined ? answerIn(attempt) : undefined
  if (unsettled === undefined && given === undefined && recorded === undefined) throw new NotUnsettled({ id })
  const isAwaitedHere = await isAwaited(journal, id)
  const { outcome, override } = given ?? recorded ?? {}
  const mayBeAwaited = outcome === "approved" || override === true
  const underWay = new StillUnderWay(defined({ id, outcome }))
  if (isAwaitedHere && !mayBeAwaited) throw underWay
  const resolving: Resolving = { journal, attempt, now }
  const all = await attemptsOf(journal, attempt.orderId)
  const told = server === undefined ? {} : await askServer(server, attempt, all)
  if (told.known !== undefined) {
    const settled = await settle(resolving, "server", told.known, given)
    if (unsettled === undefined && outcome === "set-aside") throw new NotUnsettled({ id, state: settled.state })
    return settled
  }
  if (told.isOpen && !mayBeAwaited) throw underWay
  const contradicted = recorded && (await contradictedSince(resolving, recorded, told))
  const standing: Resolving = { ...resolving, attempt: contradicted ?? attempt }
  const proof = isAwaitedHere ? undefined : await askItsTerminal(attempt, told, { ...how, server })
  if (proof?._tag === "Proved") {
    const { _tag: _, ...proved } = proof
    return settle(standing, "terminal", defined({ ...proved, serverAttempt: told.unresolvedAt }))
  }
  if (proof?._tag === "Ended") return settle(standing, "server", proof.known, given)
  // An answer from before there were reasons to doubt it is not repeated.
  const isDoubted = told.isUnknownAgain === true || told.isDamaged === true || contradicted !== undefined
  const resolution = given ?? (isDoubted ? undefined : recorded)
  if (resolution !== undefined) {
    refuseAborted(signal)
    return resolveAsSaid(standing, resolution, server, told)
  }
  const received = told.received ?? attempt.endings.findLast((ending) => ending.received !== undefined)?.received
  return defined({ _tag: "NeedsPerson" as const, advice: adviceAfter(server, told, proof), received })
}

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
  if (resolution.outcome !== "set-aside") refuseAgainstProof(attempt, saidPaid(resolution, attempt.amount))
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
  const before = settledAs(attempt)
  const untold = isSilent ? serverSilent : isOpen ? serverWaits : undefined
  if (before === undefined) {
    const seen = defined({ authorizationNumber, lastFour, serverAttempt: unresolvedAt })
    const ended = await recordEnd(resolving, sourceOf(attempt), { id, endedAt: now(), ...settled, ...words, ...seen })
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

/** The warning for a person's answer that is recorded here only. */
const recordedHere = (message: string) => ({ code: "server-not-asked", message })

const serverSilent = recordedHere(
  "the server could not be asked: where it has this attempt as unknown, it still keeps the terminal from other payments; resolve the attempt again once the server answers"
)

const serverWaits = recordedHere(
  "the server still waits for the end of this attempt, which may differ from what was said: resolve the attempt again once it has ended there"
)

/** What to do if neither the server nor the terminal can tell. */
const LOOK =
  "Look at the terminal's last receipt or its journal, then resolve with the outcome, your name and what you saw."

const NOT_ASKED = `This login may not ask the terminal: it lacks the role "resolve". ${LOOK}`

const NOT_REACHED =
  "The server could not be asked: it gave no answer, failed, or refused the login. It may know how the payment ended, so try again once it can be asked. Otherwise: "

const adviceAfter = (server: Server | undefined, { isSilent }: Told, asked: Asked | undefined): string => {
  if (isSilent) return `${NOT_REACHED}${LOOK}`
  const unproved = asked?._tag === "NotProved" ? asked.why : undefined
  // The server's sentence already ends with what to do.
  if (server !== undefined && unproved !== undefined) return `The server cannot say. ${unproved}`
  const before =
    server !== undefined ? "The server cannot say. " : unproved && `The terminal proves nothing: ${unproved}. `
  return `${before ?? ""}${LOOK}`
}
