/**
 * What a server knows of an attempt whose end is not known here.
 *
 * If the attempt's address is known, the server is asked about it directly. After a crash it is not: then the server's
 * list is searched for the same order under the client's own login, and believed only if it has as many attempts as may
 * have been sent from here. Another shop's order may have the same id, and its end says nothing about this one; nor
 * does a decline of an attempt that another till made before, or a payment that the journal has as that of another
 * attempt. An attempt that the server held back because it could not read its store was not started if, once the server
 * accepts orders again, that store has no attempt of the order.
 */
import { defined } from "@hipay-pos/core/Defined"
import { object } from "@hipay-pos/core/JsonObject"
import { PaymentWarning } from "@hipay-pos/core/Payment"
import { Answer } from "@hipay-pos/core/plain"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as AnswerSigns from "@hipay-pos/core/wire/AnswerSigns"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import { Resolution } from "@hipay-pos/core/wire/Resolution"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as AttemptJournal from "./AttemptJournal.ts"
import { EARLIER_UNREADABLE } from "./PosClientError.ts"
import { maskWritten } from "./Redaction.ts"
import type { Settlement } from "./Resolution.ts"
import { readEvidence } from "./readEvidence.ts"
import { modeOf, QUESTION, type Server } from "./Server.ts"

type Attempt = AttemptJournal.Attempt

type Settled = Extract<Settlement, { readonly _tag: "Settled" }>

export type End = Pick<Settled, "state" | "paid" | "tip">
export type Answerer = NonNullable<Settled["answer"]>

/** What the server knows of an attempt's end. */
export interface KnownEnd extends End, Pick<Settled, "warnings"> {
  /** A person's answer, if nothing else ended it. */
  readonly answer?: Answerer & Pick<AttemptJournal.Ending, "authorizationNumber" | "lastFour">
}

/** What the server says about an attempt. */
export interface Told {
  readonly known?: KnownEnd | undefined
  /** The attempt's address there, if it is to be resolved there, too: it is unknown, or its record cannot be read. */
  readonly unresolvedAt?: string | undefined
  /** The server cannot read its record of the attempt. */
  readonly isDamaged?: boolean
  /** A person answered there, and the attempt has become unknown again since. */
  readonly isUnknownAgain?: boolean
  /** The server still waits for the attempt's end. */
  readonly isOpen?: boolean
  /** The server did not reply, refused, or failed. */
  readonly isSilent?: boolean
  readonly received?: TerminalEvidence | undefined
  /**
   * Why the attempt is unknown there, as the server's code; `Inconclusive` if the service's whole answer says that it was paid.
   */
  readonly reason?: string | undefined
  /**
   * The service's answer has signs of a payment without an amount: it broke off after it said that it was paid, or has an
   * authorization number.
   */
  readonly hasSigns?: boolean
}

/**
 * Whether the server said that it had not sent the order to a terminal, so that it is not under way. An earlier request
 * of the same order may have been sent; then the server's store has it.
 */
const wasKeptBack = ({ endings }: Attempt): boolean => endings.some(({ reason }) => reason === EARLIER_UNREADABLE)

/** Whether a search by order id can find it: the server masks long numbers. */
const isFoundById = ({ orderId }: Attempt): boolean => maskWritten(orderId) === orderId

/** A server's list, with more of it at `next`. */
interface List {
  readonly attempts?: unknown
  readonly next?: unknown
}

/** What the client reads of an attempt in the server's list; any field may be absent. */
interface Summary {
  readonly login?: unknown
  readonly orderId?: unknown
  readonly transactionType?: unknown
  readonly state?: unknown
  readonly amount?: unknown
  readonly currency?: unknown
  readonly openedAt?: unknown
  readonly endedAt?: unknown
  readonly paid?: unknown
  readonly tip?: unknown
  readonly id?: unknown
  readonly error?: { readonly kind?: unknown; readonly evidence?: unknown } | undefined
  /** Only in a whole attempt, not in a list. */
  readonly outcome?: { readonly _tag?: unknown; readonly warnings?: unknown } | undefined
  /** Only in a whole attempt: what came of a service's answer. */
  readonly received?: unknown
  readonly resolution?: unknown
}

interface Asking {
  /** Undefined if there was no answer. */
  readonly status: number | undefined
  readonly json?: unknown
  readonly mode: AttemptJournal.Mode
  /** When the server answered by its own clock, in milliseconds since 1970; NaN if it does not say. */
  readonly at: number
}

/** A server's list. */
interface Listed extends Asking {
  /**
   * How far the server's clock is behind this one, in milliseconds; NaN if unknown. Up to a second too high, because
   * the server gives whole seconds; too low by the time that the request took.
   */
  readonly behind: number
  /** The most that it may be, as the server answered before the answer came. */
  readonly behindAtMost: number
  /** The login that it was asked with. */
  readonly username: string
}

const ask = async (server: Server, attempt: Attempt, path: string): Promise<Asking> => {
  const came = await server.get(path, AbortSignal.timeout(QUESTION))
  if (came._tag !== "Received") return { status: undefined, mode: "unknown", at: Number.NaN }
  const mode = modeOf(came.headers)
  const at = Date.parse(came.headers.get("date") ?? "")
  return believes(attempt, mode) ? { ...came, mode, at } : { status: 0, mode, at }
}

/** What the server says about an attempt at its address there. */
export const askAt = async (server: Server, attempt: Attempt, address: string): Promise<Told> => {
  const { status, json } = await ask(server, attempt, address)
  if (Answer.read(json).problem?.code === ("attempt.damaged" satisfies ProblemCode))
    return { unresolvedAt: address, isDamaged: true }
  const summary = (json ?? {}) as Summary
  if (status !== 200) return { isSilent: isSilent(status) }
  return isSame(attempt, summary) ? toldBy(summary, attempt, address) : {}
}

/** What the server says about an attempt; empty if it does not know it or cannot be asked. `all` are the order's attempts here. */
export const askServer = async (
  server: Server,
  attempt: Attempt,
  all: ReadonlyArray<Attempt>,
  now: () => number
): Promise<Told> => {
  const address = attempt.endings.findLast(({ serverAttempt }) => serverAttempt !== undefined)?.serverAttempt
  if (address !== undefined) return askAt(server, attempt, address)
  // Another server's list has other attempts.
  if (attempt.server !== undefined && attempt.server !== server.url) return {}
  // A server that accepts no orders may be reading a copy of its store that lacks the last attempts.
  const mayProve = wasKeptBack(attempt) && isFoundById(attempt) && (await ask(server, attempt, "readyz")).status === 200
  const asked = now()
  const listed = await ask(server, attempt, `attempts?limit=100&orderId=${encodeURIComponent(attempt.orderId)}`)
  if (listed.status !== 200) return { isSilent: isSilent(listed.status) }
  const list = { ...listed, behind: asked - listed.at, behindAtMost: now() - listed.at, username: server.username }
  const told = toldByList(attempt, all, list, mayProve)
  // What a person said here is repeated there only if nothing contradicts it, and a list does not have all that came.
  const isRepeated = told.unresolvedAt !== undefined && !AttemptJournal.isUnsettled(attempt)
  return isRepeated ? askAt(server, attempt, told.unresolvedAt) : told
}

/**
 * What a server's list says about an attempt whose address there is unknown. `mayProve` tells whether a list
 * without the attempt proves that it was not started.
 */
const toldByList = (attempt: Attempt, all: ReadonlyArray<Attempt>, list: Listed, mayProve: boolean): Told => {
  const { attempts, next } = (list.json ?? {}) as List
  const ofOrder: ReadonlyArray<Summary> = Array.isArray(attempts)
    ? attempts.filter((each: Summary | null) => isOfOrder(attempt, each ?? {}))
    : []
  /** Whether the journal has a payment of the server's already, as that of another attempt. */
  const isOthers = (one: Attempt, theirs: Summary) =>
    one.id !== attempt.id && AttemptJournal.isApproved(one) && isAt(one, theirs)
  const found = ofOrder.filter(
    (each) => isSame(attempt, each) && isOwn(list, each) && !all.some((one) => isOthers(one, each))
  )
  const ends = found.map((each) => knownOf(each, attempt))
  const areDecided = !ends.includes(undefined)
  const ours = all.filter((each) => isOfOrder(attempt, each) && !ofOrder.some((theirs) => isOthers(each, theirs)))
  const hasEnded = !AttemptJournal.isUnsettled(attempt)
  // The order may have been sent again since an attempt ended here: only a single one that was opened in between is
  // this attempt.
  if (hasEnded && areDecided) {
    const [only, ...others] = found
    const isAlone = only !== undefined && others.length === 0 && ours.length === 1
    const isThis = isAlone && isSince(attempt, only, list) && !isLater(attempt, only, list)
    return isThis ? { known: knownOf(only, attempt) } : {}
  }
  const approved = hasEnded ? undefined : ends.find((end) => end !== undefined && AttemptJournal.isApproved(end))
  if (approved !== undefined) return { known: approved }
  // A request that never arrived could still be under way: then the server has fewer attempts than may have been sent.
  if (found.length < ours.filter((each) => !wasKeptBack(each)).length) return {}
  // None of them was paid. One from before this attempt may be another till's, while this one is still under way.
  if (areDecided) {
    const since = knownOf(found.find((each) => isSince(attempt, each, list)) ?? {}, attempt)
    const isWhole = Array.isArray(attempts) && next === undefined && ofOrder.length === found.length
    return { known: since ?? (isWhole && mayProve ? { state: "not-started", paid: 0 } : undefined) }
  }
  // One of the server's is unknown. It is this attempt only if it can be no other: a person's answer ends it there.
  const [open, ...others] = found.filter(isUndecided)
  const isAlone =
    others.length === 0 && !ours.some((each) => each.id !== attempt.id && AttemptJournal.isUnsettled(each))
  const isThis =
    open !== undefined && isAlone && !isOutside(attempt, open, list) && !(hasEnded && isLater(attempt, open, list))
  return isThis && typeof open.id === "string" ? toldBy(open, attempt, `attempts/${open.id}`) : {}
}

const toldBy = (summary: Summary, attempt: Attempt, address: string): Told => ({
  ...reasonIn(summary),
  known: knownOf(summary, attempt),
  // A state that this version does not know is for the server to end, or to keep.
  unresolvedAt: isUndecided(summary) && summary.state !== "open" ? address : undefined,
  isUnknownAgain: summary.state === "unknown" && wasAnswered(summary),
  isOpen: summary.state === "open",
  received: readEvidence(summary.error?.evidence)
})

const reasonIn = ({ error, received }: Summary): Pick<Told, "reason" | "hasSigns"> => {
  const reason = typeof error?.kind === "string" ? error.kind : undefined
  const { body } = object(received)
  const signs = typeof body === "string" ? AnswerSigns.read(body) : undefined
  if (signs === undefined) return { reason }
  return signs.done !== undefined && signs.isWhole ? { reason: "Inconclusive" } : { reason, hasSigns: true }
}

/** Whether an answer with this status, or no answer, says nothing of what the server has. */
const isSilent = (status: number | undefined): boolean =>
  status === undefined || status >= 500 || status === 401 || status === 403 || status === 429

/** A simulated server knows nothing of an attempt that may have moved money. */
const believes = ({ mode }: Attempt, told: AttemptJournal.Mode): boolean =>
  told !== "simulated" || (mode !== undefined && mode !== "live")

const isOfOrder = (attempt: Attempt, { orderId, transactionType }: Summary): boolean =>
  orderId === attempt.orderId && transactionType === attempt.transactionType

const isSame = (attempt: Attempt, theirs: Summary): boolean =>
  isOfOrder(attempt, theirs) && theirs.amount === attempt.amount && theirs.currency === attempt.currency

/** Whether it is the one that the server has named as an attempt's. */
const isAt = ({ endings }: Attempt, { id }: Summary): boolean =>
  endings.some(({ serverAttempt }) => serverAttempt !== undefined && serverAttempt.split("/").at(-1) === id)

/** Whether it was sent under the client's login; in a space of a simulated server, that is `login+space`. */
const isOwn = ({ username, mode }: Listed, { login }: Summary): boolean =>
  login === undefined || login === username || (mode === "simulated" && username.startsWith(`${login}+`))

/**
 * Whether it was opened after this one, by the server's clock as it is now. True for a simulated server, which may have
 * a clock of its own and moves no money.
 */
const isSince = ({ openedAt }: Attempt, theirs: Summary, list: Listed): boolean =>
  list.mode === "simulated" || openedAtHere(theirs, list) >= openedAt

/** Whether it was opened after this one had ended here, if that can be told. */
const isLater = ({ endings }: Attempt, theirs: Summary, list: Listed): boolean =>
  list.mode !== "simulated" && openedAtHere(theirs, list) > (endings.at(-1)?.endedAt ?? Number.NaN)

/** Whether it was surely opened before this one, or after its payment had ended here, such as by another till. */
const isOutside = ({ openedAt, endings }: Attempt, theirs: Summary, list: Listed): boolean =>
  list.mode !== "simulated" &&
  (openedAtHere(theirs, { behind: list.behindAtMost }) < openedAt ||
    openedAtHere(theirs, list) - SECOND > (endings[0]?.endedAt ?? Number.NaN))

/** The server gives its clock in whole seconds. */
const SECOND = 1_000

/** When it was opened, by this side's clock; NaN if unknown. */
const openedAtHere = ({ openedAt }: Summary, { behind }: Pick<Listed, "behind">): number =>
  Date.parse(String(openedAt)) + behind

/** How an attempt ended, by the server's record. */
const knownOf = (summary: Summary, attempt: Attempt): KnownEnd | undefined => {
  const end = readEnd(summary, attempt)
  return end && defined({ ...end, answer: answerIn(summary), warnings: warningsOf(summary) })
}

const decodeWarnings = Schema.decodeUnknownOption(Schema.Array(PaymentWarning))

/** An outcome's warnings; undefined if there are none. */
export const warningsOf = ({ outcome }: Pick<Summary, "outcome">): Settled["warnings"] | undefined => {
  const warnings = Option.getOrUndefined(decodeWarnings(outcome?.warnings))
  return warnings?.length === 0 ? undefined : warnings
}

const decodeResolution = Schema.decodeUnknownOption(Resolution)

/** Whether a person has said how an attempt ended. */
const wasAnswered = ({ resolution }: Summary): boolean =>
  resolution !== undefined && Option.getOrUndefined(decodeResolution(resolution))?.outcome !== "set-aside"

/** The person's answer that ended an attempt. Whatever came later, such as the terminal's own answer, supersedes it. */
const answerIn = ({ resolution, endedAt }: Summary): KnownEnd["answer"] => {
  const said = Option.getOrUndefined(decodeResolution(resolution))
  if (said === undefined || said.outcome === "set-aside" || said.at !== endedAt) return undefined
  const { by, evidence, authorizationNumber, lastFour } = said
  return defined({ by: maskWritten(by), evidence: maskWritten(evidence), authorizationNumber, lastFour })
}

/** How an attempt ended; undefined if it has not, or if that is not known. */
export const readEnd = ({ state, paid, tip }: Summary, { amount }: Attempt): End | undefined => {
  switch (state) {
    case "approved":
      return {
        state,
        paid: Number.isSafeInteger(paid) && Number(paid) > amount ? Number(paid) : amount,
        ...(Number.isSafeInteger(tip) && Number(paid) === amount + Number(tip) ? { tip: Number(tip) } : {})
      }
    case "approved-in-part":
      return { state, ...(Number.isSafeInteger(paid) ? { paid: Number(paid) } : {}) }
    case "declined":
    case "not-started":
      return { state, paid: 0 }
    default:
      return undefined
  }
}
