/**
 * What a server knows of an attempt whose end is not known here.
 *
 * If the attempt's address is known, the server is asked about it directly. After a crash it is not: then the server finds
 * it by the order's idempotency key. If it has no such attempt, the request may still be on its way. Another program may
 * have paid the order: then this attempt counts as paid, because the server takes no second payment of it. An attempt that
 * the server held back because it could not read its store was not started if, once the server accepts orders again, that
 * store does not have it.
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
import { pathOf } from "./attempts/requests.ts"
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
export interface KnownEnd extends End, Pick<Settled, "warnings">, Pick<AttemptJournal.Ending, "serverAttempt"> {
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

/** Whether the server said that it had not sent the order to a terminal, so that the attempt is not under way. */
const wasKeptBack = ({ endings }: Attempt): boolean => endings.some(({ reason }) => reason === EARLIER_UNREADABLE)

/** Whether a search by order id can find it: the server masks long numbers. */
const isFoundById = ({ orderId }: Attempt): boolean => maskWritten(orderId) === orderId

/** What the client reads of an attempt at the server; any field may be absent, and in a list some always are. */
interface Summary {
  readonly login?: unknown
  readonly orderId?: unknown
  readonly transactionType?: unknown
  readonly state?: unknown
  readonly amount?: unknown
  readonly currency?: unknown
  readonly endedAt?: unknown
  readonly paid?: unknown
  readonly tip?: unknown
  readonly id?: unknown
  readonly error?: { readonly kind?: unknown; readonly evidence?: unknown } | undefined
  readonly outcome?: { readonly _tag?: unknown; readonly warnings?: unknown } | undefined
  /** What came of a service's answer. */
  readonly received?: unknown
  readonly resolution?: unknown
}

interface Asking {
  /** Undefined if there was no answer; 0 if the server that gave it is not believed. */
  readonly status: number | undefined
  readonly json?: unknown
  readonly mode: AttemptJournal.Mode
}

const ask = async (server: Server, attempt: Attempt, path: string): Promise<Asking> => {
  const came = await server.get(path, AbortSignal.timeout(QUESTION))
  if (came._tag !== "Received") return { status: undefined, mode: "unknown" }
  const mode = modeOf(came.headers)
  return believes(attempt, mode) ? { ...came, mode } : { status: 0, mode }
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
export const askServer = async (server: Server, attempt: Attempt, all: ReadonlyArray<Attempt>): Promise<Told> => {
  const address = AttemptJournal.addressOf(attempt)
  if (address !== undefined) return askAt(server, attempt, address)
  // Another server has other attempts.
  if (attempt.server !== undefined && attempt.server !== server.url) return {}
  // A server that accepts no orders may be reading a copy of its store that lacks the last attempts.
  const mayProve = wasKeptBack(attempt) && isFoundById(attempt) && (await ask(server, attempt, "readyz")).status === 200
  const key = AttemptJournal.keyOf(attempt)
  const sent = key === undefined ? undefined : await list(server, attempt, { idempotencyKey: key })
  if (sent !== undefined) {
    if (sent.attempts === undefined) return { isSilent: isSilent(sent.status) }
    const own = ownAmong(sent.attempts, attempt, all)
    if (own !== undefined) return askListed(server, attempt, own)
  }
  if (AttemptJournal.isUnsettled(attempt)) {
    const ofOrder = await list(server, attempt)
    if (ofOrder.attempts === undefined) return { isSilent: isSilent(ofOrder.status) }
    const own = ofOrder.attempts.filter((each) => isOwn(server, ofOrder.mode, each))
    const payment = own.find((each) => isPaymentOf(attempt, each, all))
    if (payment !== undefined) return askListed(server, attempt, payment)
    // It may be this one's: older journals have no key that a caller chose, and older stores keep keys otherwise.
    if (own.some((each) => isUndecided(each) && isSame(attempt, each) && !isOther(attempt, each, all))) return {}
  }
  return mayProve && sent?.attempts?.length === 0 ? { known: { state: "not-started", paid: 0 } } : {}
}

const askListed = (server: Server, attempt: Attempt, { id }: Summary): Promise<Told> =>
  askAt(server, attempt, `/${pathOf(String(id))}`)

interface Listed extends Asking {
  /** Undefined if the server has not listed them. */
  readonly attempts: ReadonlyArray<Summary> | undefined
}

/** The server's attempts of an order, the newest first. */
const list = async (
  server: Server,
  attempt: Attempt,
  by: { readonly idempotencyKey?: string } = {}
): Promise<Listed> => {
  const query = new URLSearchParams({ limit: "100", orderId: attempt.orderId, ...by })
  const asked = await ask(server, attempt, `attempts?${query}`)
  const { attempts } = object(asked.status === 200 ? asked.json : undefined)
  return { ...asked, attempts: Array.isArray(attempts) ? attempts.map(object) : undefined }
}

/**
 * The server's attempt of this one's request. Where requests share a key of the caller's own, they were sent one after the
 * other: none of them may be missing at the server.
 */
const ownAmong = (
  listed: ReadonlyArray<Summary>,
  attempt: Attempt,
  all: ReadonlyArray<Attempt>
): Summary | undefined => {
  const key = AttemptJournal.keyOf(attempt)
  const sharing = all.filter((each) => AttemptJournal.keyOf(each) === key && isSame(attempt, each))
  const ours = sharing.filter((each) => each.id === attempt.id || mayBeListed(each))
  const theirs = listed.filter((each) => isSame(attempt, each) && !isOther(attempt, each, sharing))
  return theirs.length === ours.length ? theirs.toReversed()[ours.findIndex(({ id }) => id === attempt.id)] : undefined
}

/** Whether the server may have it, at an address that is not known. */
const mayBeListed = (attempt: Attempt): boolean =>
  AttemptJournal.addressOf(attempt) === undefined && attempt.state !== "not-started" && !wasKeptBack(attempt)

/** Whether the server's attempt is known to be that of another one in the journal. */
const isOther = ({ id }: Attempt, theirs: Summary, all: ReadonlyArray<Attempt>): boolean =>
  all.some((each) => each.id !== id && isAt(each, theirs))

/** Whether it paid this attempt's order, even for another program: then the server takes no payment from this attempt. */
const isPaymentOf = (attempt: Attempt, theirs: Summary, all: ReadonlyArray<Attempt>): boolean => {
  const end = readEnd(theirs, attempt)
  const isApproved = end !== undefined && AttemptJournal.isApproved(end)
  return isApproved && isSame(attempt, theirs) && !isOther(attempt, theirs, all.filter(AttemptJournal.isApproved))
}

const toldBy = (summary: Summary, attempt: Attempt, address: string): Told => ({
  ...reasonIn(summary),
  known: knownOf(summary, attempt, address),
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

const isSame = (attempt: Attempt, { orderId, transactionType, amount, currency }: Summary): boolean =>
  orderId === attempt.orderId &&
  transactionType === attempt.transactionType &&
  amount === attempt.amount &&
  currency === attempt.currency

/** Whether it is the one that the server has named as an attempt's. */
const isAt = ({ endings }: Attempt, { id }: Summary): boolean =>
  endings.some(({ serverAttempt }) => serverAttempt !== undefined && serverAttempt.split("/").at(-1) === id)

/** Whether it was sent under the client's login; in a space of a simulated server, that is `login+space`. */
const isOwn = ({ username }: Server, mode: AttemptJournal.Mode, { login }: Summary): boolean =>
  login === undefined || login === username || (mode === "simulated" && username.startsWith(`${login}+`))

/** How an attempt ended, by the server's record. */
const knownOf = (summary: Summary, attempt: Attempt, serverAttempt: string): KnownEnd | undefined => {
  const end = readEnd(summary, attempt)
  return end && defined({ ...end, answer: answerIn(summary), warnings: warningsOf(summary), serverAttempt })
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
