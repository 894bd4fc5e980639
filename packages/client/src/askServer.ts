/**
 * What a server knows of an attempt whose end is not known here.
 *
 * It is asked about the attempt itself where its address is known. After a crash it is not; then the server's list is
 * searched for the same order under the client's own login, and believed only when it knows of as many attempts as may have
 * been sent from here. Another shop's order may have the same id, and its end says nothing of this one; nor does a decline
 * of an attempt that another till made before this one. An attempt that the server kept back, because it could not read
 * its store, was not started where that store turns out to have no attempt of the order, once the server takes orders again.
 */
import { defined } from "@hipay-pos/core/Defined"
import { PaymentWarning } from "@hipay-pos/core/Payment"
import { Answer } from "@hipay-pos/core/plain"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
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

/** What is known of an attempt's end. */
export interface KnownEnd extends End, Pick<Settled, "warnings"> {
  /** A person's answer, where nothing else ended it. */
  readonly answer?: Answerer & Pick<AttemptJournal.Ending, "authorizationNumber" | "lastFour">
}

/** What the server says of an attempt. */
export interface Told {
  readonly known?: KnownEnd | undefined
  /** Its address there, where it is to be resolved there, too: it is unknown, or its record cannot be read. */
  readonly unresolvedAt?: string | undefined
  /** It cannot read its record of it. */
  readonly isDamaged?: boolean
  /** A person has said there how it ended, and it is unknown again since. */
  readonly isUnknownAgain?: boolean
  /** It still waits for its end. */
  readonly isOpen?: boolean
  /** It did not say: it did not answer, refused to, or failed. */
  readonly isSilent?: boolean
  readonly received?: TerminalEvidence | undefined
}

/**
 * Whether the server answered that it had not sent the order to a terminal: it is not on its way any more. An earlier
 * request of the same order may have been sent, and then the server's store has it.
 */
const wasKeptBack = ({ endings }: Attempt): boolean => endings.some(({ reason }) => reason === EARLIER_UNREADABLE)

/** Whether a server that has an attempt of the order lists it for the order id: it masks long numbers. */
const isFoundById = ({ orderId }: Attempt): boolean => maskWritten(orderId) === orderId

/** A server's list, of which there may be more behind `next`. */
interface List {
  readonly attempts?: unknown
  readonly next?: unknown
}

/** What the client reads of an attempt in the server's list; anything may be absent. */
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
  readonly error?: { readonly evidence?: unknown } | undefined
  /** In all of an attempt, and not in a list. */
  readonly outcome?: { readonly warnings?: unknown } | undefined
  readonly resolution?: unknown
}

interface Asking {
  /** Undefined where no answer came. */
  readonly status: number | undefined
  readonly json?: unknown
  readonly mode: AttemptJournal.Mode
  /** The moment of the answer by the server's clock, in milliseconds since 1970; NaN where it does not say. */
  readonly at: number
}

/** A server's list. */
interface Listed extends Asking {
  /**
   * By how much the server's clock is behind this one, in milliseconds; NaN where it does not say. The server says whole
   * seconds, so it is up to a second more than it is, and it is less by as long as the question took.
   */
  readonly behind: number
}

const ask = async (server: Server, attempt: Attempt, path: string): Promise<Asking> => {
  const came = await server.get(path, AbortSignal.timeout(QUESTION))
  if (came._tag !== "Received") return { status: undefined, mode: "unknown", at: Number.NaN }
  const mode = modeOf(came.headers)
  const at = Date.parse(came.headers.get("date") ?? "")
  return believes(attempt, mode) ? { ...came, mode, at } : { status: 0, mode, at }
}

/** What the server says of an attempt at its address there. */
export const askAt = async (server: Server, attempt: Attempt, address: string): Promise<Told> => {
  const { status, json } = await ask(server, attempt, address)
  if (Answer.read(json).problem?.code === ("attempt.damaged" satisfies ProblemCode))
    return { unresolvedAt: address, isDamaged: true }
  const summary = (json ?? {}) as Summary
  if (status !== 200) return { isSilent: isSilent(status) }
  return isSame(attempt, summary) ? toldBy(summary, attempt, address) : {}
}

/** What the server says of an attempt. Nothing where it does not know of it, or cannot be asked. `all` are those of its order here. */
export const askServer = async (
  server: Server,
  attempt: Attempt,
  all: ReadonlyArray<Attempt>,
  now: () => number
): Promise<Told> => {
  const address = attempt.endings.findLast(({ serverAttempt }) => serverAttempt !== undefined)?.serverAttempt
  if (address !== undefined) return askAt(server, attempt, address)
  // Another server's list tells of other attempts.
  if (attempt.server !== undefined && attempt.server !== server.url) return {}
  // A server that takes no orders may read a copy of its store that lacks the last ones.
  const mayProve = wasKeptBack(attempt) && isFoundById(attempt) && (await ask(server, attempt, "readyz")).status === 200
  const asked = now()
  const listed = await ask(server, attempt, `attempts?limit=100&orderId=${encodeURIComponent(attempt.orderId)}`)
  if (listed.status !== 200) return { isSilent: isSilent(listed.status) }
  const list: Listed = { ...listed, behind: asked - listed.at }
  const { attempts, next } = (list.json ?? {}) as List
  const ofOrder: ReadonlyArray<Summary> = Array.isArray(attempts)
    ? attempts.filter((each: Summary | null) => isOfOrder(attempt, each ?? {}))
    : []
  const found = ofOrder.filter((each) => isSame(attempt, each) && isOwn(server.username, each, list.mode))
  const ends = found.map((each) => knownOf(each, attempt))
  const ours = all.filter((each) => isOfOrder(attempt, each))
  const hasEnded = !AttemptJournal.isUnsettled(attempt)
  // The order may have been sent again since an attempt ended here: only one that is alone, and was opened meanwhile, is that one.
  if (hasEnded && !ends.includes(undefined)) {
    const [only, ...others] = found
    const isAlone = only !== undefined && others.length === 0 && ours.length === 1
    const isThis = isAlone && isSince(attempt, only, list) && !isLater(attempt, only, list)
    return isThis ? { known: knownOf(only, attempt) } : {}
  }
  const approved = hasEnded ? undefined : ends.find((end) => end !== undefined && AttemptJournal.isApproved(end))
  if (approved !== undefined) return { known: approved }
  // One that never arrived could still be on its way: then the server knows of fewer than may have been sent.
  if (found.length < ours.filter((each) => !wasKeptBack(each)).length) return {}
  // None of them was paid. One that was made before this one may be another till's, with this one still on its way.
  if (!ends.includes(undefined)) {
    const since = knownOf(found.find((each) => isSince(attempt, each, list)) ?? {}, attempt)
    const isWhole = Array.isArray(attempts) && next === undefined && ofOrder.length === found.length
    return { known: since ?? (isWhole && mayProve ? { state: "not-started", paid: 0 } : undefined) }
  }
  // One of theirs is unknown: it is this one only where there is no other that it could be.
  const [open, ...others] = found.filter(isUndecided)
  const isAlone =
    others.length === 0 && !ours.some((each) => each.id !== attempt.id && AttemptJournal.isUnsettled(each))
  const isThis = open !== undefined && isAlone && !(hasEnded && isLater(attempt, open, list))
  return isThis && typeof open.id === "string" ? toldBy(open, attempt, `attempts/${open.id}`) : {}
}

const toldBy = (summary: Summary, attempt: Attempt, address: string): Told => ({
  known: knownOf(summary, attempt),
  // A state that this version does not know is for the server to end, or to keep.
  unresolvedAt: isUndecided(summary) && summary.state !== "open" ? address : undefined,
  isUnknownAgain: summary.state === "unknown" && wasAnswered(summary),
  isOpen: summary.state === "open",
  received: readEvidence(summary.error?.evidence)
})

/** Whether the status of an answer, or that there was none, leaves it open what the server has. */
const isSilent = (status: number | undefined): boolean =>
  status === undefined || status >= 500 || status === 401 || status === 403 || status === 429

/** A simulated server knows nothing of an attempt that may have moved money. */
const believes = ({ mode }: Attempt, told: AttemptJournal.Mode): boolean =>
  told !== "simulated" || (mode !== undefined && mode !== "live")

const isOfOrder = (attempt: Attempt, { orderId, transactionType }: Summary): boolean =>
  orderId === attempt.orderId && transactionType === attempt.transactionType

const isSame = (attempt: Attempt, theirs: Summary): boolean =>
  isOfOrder(attempt, theirs) && theirs.amount === attempt.amount && theirs.currency === attempt.currency

/** Whether it was sent under the client's login; in a simulated server's space, that is `login+space`. */
const isOwn = (username: string, { login }: Summary, mode: AttemptJournal.Mode): boolean =>
  login === undefined || login === username || (mode === "simulated" && username.startsWith(`${login}+`))

/**
 * Whether it was opened after this one, by the server's clock as it is now. A simulated server may have a clock of its own,
 * and nothing is paid there.
 */
const isSince = ({ openedAt }: Attempt, theirs: Summary, list: Listed): boolean =>
  list.mode === "simulated" || openedAtHere(theirs, list) >= openedAt

/** Whether it was opened after this one had ended here, as far as that can be told. */
const isLater = ({ endings }: Attempt, theirs: Summary, list: Listed): boolean =>
  list.mode !== "simulated" && openedAtHere(theirs, list) > (endings.at(-1)?.endedAt ?? Number.NaN)

/** When it was opened, by this clock; NaN where that cannot be told. */
const openedAtHere = ({ openedAt }: Summary, { behind }: Listed): number => Date.parse(String(openedAt)) + behind

/** How an attempt ended, by what the server has recorded of it. */
const knownOf = (summary: Summary, attempt: Attempt): KnownEnd | undefined => {
  const end = readEnd(summary, attempt)
  return end && defined({ ...end, answer: answerIn(summary), warnings: warningsOf(summary) })
}

const decodeWarnings = Schema.decodeUnknownOption(Schema.Array(PaymentWarning))

/** What was left open about an outcome; undefined where that is nothing. */
export const warningsOf = ({ outcome }: Pick<Summary, "outcome">): Settled["warnings"] | undefined => {
  const warnings = Option.getOrUndefined(decodeWarnings(outcome?.warnings))
  return warnings?.length === 0 ? undefined : warnings
}

const decodeResolution = Schema.decodeUnknownOption(Resolution)

/** Whether a person has said how an attempt ended. */
const wasAnswered = ({ resolution }: Summary): boolean =>
  resolution !== undefined && Option.getOrUndefined(decodeResolution(resolution))?.outcome !== "set-aside"

/** The person's answer that ended an attempt: what came later, such as the terminal's own answer, has ended it anew. */
const answerIn = ({ resolution, endedAt }: Summary): KnownEnd["answer"] => {
  const said = Option.getOrUndefined(decodeResolution(resolution))
  if (said === undefined || said.outcome === "set-aside" || said.at !== endedAt) return undefined
  const { by, evidence, authorizationNumber, lastFour } = said
  return defined({ by: maskWritten(by), evidence: maskWritten(evidence), authorizationNumber, lastFour })
}

/** How an attempt ended, by what is said of it; undefined where it has not, or that is not known. */
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
