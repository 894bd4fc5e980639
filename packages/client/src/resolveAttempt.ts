/**
 * Ends an attempt whose outcome is not known: by what the server remembers of it, by what its terminal proves, else by a
 * person's answer.
 *
 * The server is asked about the attempt itself where its address is known. After a crash it is not; then its list is
 * searched for the same order under the client's own login, and believed only when it knows of as many attempts as may have
 * been sent from here. Another shop's order may have the same id, and its end says nothing of this one; nor does it that
 * another till's attempt, made before this one, was declined. An attempt that the server kept back, because it could not read
 * its store, was not started where that store turns out to have no attempt of the order, once the server takes orders again.
 * Loaded by the first call that needs it.
 */
import { defined } from "@hipay-pos/core/Defined"
import { Answer, Money } from "@hipay-pos/core/plain"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import { type ResolveRequest, saidPaid } from "@hipay-pos/core/wire/Resolution"
import * as AttemptJournal from "./AttemptJournal.ts"
import { AttemptsError } from "./attempts/AttemptsError.ts"
import { askTerminal, resolve } from "./attempts/requests.ts"
import { checkResolution, withoutBlanks } from "./checkResolution.ts"
import { EARLIER_UNREADABLE } from "./PosClientError.ts"
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
import { readEvidence } from "./readEvidence.ts"
import { modeOf, QUESTION, type Server } from "./Server.ts"
import { isUnderWay } from "./withJournal.ts"

type Attempt = AttemptJournal.Attempt

/** Attempts of a journal whose outcome is not known. Rejects with `JournalFailed`. */
export const unsettledIn = async (journal: AttemptJournal.PromiseJournal): Promise<ReadonlyArray<Attempt>> =>
  journal.unsettled === undefined
    ? (await orJournalFailed(journal.attempts())).filter(AttemptJournal.isUnsettled)
    : orJournalFailed(journal.unsettled())

/** Resolves one. Rejects with `JournalFailed`, `NotUnsettled`, `StillUnderWay`, `EvidenceMissing`, `NotResolvedAtServer`. */
export const resolveAttempt = async (
  journal: AttemptJournal.PromiseJournal,
  server: Server | undefined,
  id: string,
  said: ResolveOptions | undefined,
  askDirectly?: AskTerminal
): Promise<Settlement> => {
  const resolution = said && withoutBlanks(said)
  const attempt = (await unsettledIn(journal)).find((each) => each.id === id)
  if (attempt === undefined) throw new NotUnsettled({ id })
  if (resolution !== undefined) checkResolution(resolution, attempt)
  const elsewhere = journal.isUnderWay === undefined ? false : await orJournalFailed(journal.isUnderWay(id))
  const isAwaitedHere = isUnderWay(id) || elsewhere
  const mayBeAwaited = resolution?.outcome === "approved" || resolution?.override === true
  const underWay = new StillUnderWay(defined({ id, outcome: resolution?.outcome }))
  if (isAwaitedHere && !mayBeAwaited) throw underWay
  const all = await attemptsOf(journal, attempt.orderId)
  const told = server === undefined ? {} : await askServer(server, attempt, all)
  const settle = (by: "server" | "terminal", known: Known): Promise<Settlement> =>
    end(journal, attempt, by, { id, endedAt: Date.now(), ...known, detail: `the ${by} says so` })
  if (told.known !== undefined) return settle("server", told.known)
  if (told.isOpen && !mayBeAwaited) throw underWay
  const proof: Asked | undefined = isAwaitedHere
    ? undefined
    : server === undefined
      ? await askDirectly?.(attempt)
      : told.unknown === undefined
        ? undefined
        : await askThrough(server, told.unknown, attempt)
  if (proof?._tag === "Proved") {
    const { _tag: _, ...proved } = proof
    return settle("terminal", proved)
  }
  if (proof?._tag === "Ended") return settle("server", proof.known)
  const received = told.received ?? attempt.endings.findLast((ending) => ending.received !== undefined)?.received
  if (resolution === undefined)
    return defined({ _tag: "NeedsPerson" as const, advice: adviceAfter(server, proof), received })
  if (server !== undefined && told.unknown !== undefined) {
    const words = told.isDamaged ? withoutAmount(resolution, attempt) : resolution
    const known = await tellServer(server, id, told.unknown, words, attempt)
    if (known !== undefined) return settle("server", known)
  }
  const { authorizationNumber, lastFour, outcome } = resolution
  if (outcome === "set-aside") {
    if (told.unknown !== undefined) return { _tag: "SetAside" }
    const problem = "expected approved or declined, got set-aside: no server has this attempt as unknown"
    throw new EvidenceMissing({ field: "outcome", problem })
  }
  const settled = fromPerson(resolution, attempt)
  const words = { by: maskWritten(resolution.by), evidence: maskWritten(resolution.evidence) }
  const card = defined({ authorizationNumber, lastFour })
  return end(journal, attempt, "person", { id, endedAt: Date.now(), ...settled, ...words, ...card })
}

/** Writes an end, and says what stands then: another one may have been written meanwhile that counts for more. */
const end = async (
  journal: AttemptJournal.PromiseJournal,
  { id, orderId, server }: Attempt,
  by: Settled["by"],
  ending: AttemptJournal.Ending
): Promise<Settlement> => {
  await orJournalFailed(journal.end(ending))
  const stands = (await attemptsOf(journal, orderId)).find((each) => each.id === id)
  const last = stands?.endings.at(-1)
  const settled = stands && known({ ...last, state: stands.state }, stands)
  if (settled === undefined) {
    throw new AttemptJournal.JournalFailed({ detail: `it does not have the end of attempt ${id} that was written` })
  }
  if (last?.by === undefined) {
    const found = server === undefined ? "terminal" : "server"
    return { _tag: "Settled", by: by === "person" ? found : by, ...settled }
  }
  const isOwn = last.by === ending.by && last.state === ending.state && last.paid === ending.paid
  if (!isOwn) throw new NotUnsettled({ id, state: settled.state })
  return { _tag: "Settled", by, ...settled }
}

/** What asking the terminal came to; `Ended`: the server has learnt the end meanwhile. */
type Asked = TerminalProof | { readonly _tag: "Ended"; readonly known: Known }

/** Has the server ask the terminal. Undefined where it does not, such as an older one. */
const askThrough = async (server: Server, theirs: string, attempt: Attempt): Promise<Asked | undefined> => {
  try {
    const end = known(await askTerminal(server, theirs), attempt)
    if (end?.state !== "approved" && end?.state !== "approved-in-part") return undefined
    return { _tag: "Proved", ...end, state: end.state, paid: end.paid ?? attempt.amount }
  } catch (error) {
    if (!(error instanceof AttemptsError)) throw error
    if (error.code === ("attempt.not.proved" satisfies ProblemCode)) return { _tag: "NotProved", why: error.detail }
    if (error.kind === "Forbidden") return { _tag: "NotProved", why: NOT_ASKED }
    if (error.code !== ("attempt.not.unknown" satisfies ProblemCode)) return undefined
    const { known } = await askServer(server, attempt, [attempt], theirs)
    return known && { _tag: "Ended", known }
  }
}

/**
 * Records a person's answer at the server, so that both journals end together. Returns what the server knows instead,
 * where it has learnt better meanwhile. A server that does not take the answer keeps it from being recorded here.
 */
const tellServer = async (
  server: Server,
  id: string,
  theirs: string,
  { outcome, by, evidence, paid, over, authorizationNumber, lastFour, override }: ResolveOptions,
  attempt: Attempt
): Promise<Known | undefined> => {
  const body = { outcome, by, evidence, paid, over, authorizationNumber, lastFour, override }
  try {
    await resolve(server, theirs, JSON.parse(JSON.stringify(body)) as ResolveRequest)
    return undefined
  } catch (error) {
    if (!(error instanceof AttemptsError)) throw error
    const { code, detail, status, seconds } = error
    if (code === ("attempt.answer.pending" satisfies ProblemCode))
      throw new StillUnderWay(defined({ id, outcome, hasEnded: true, seconds }))
    if (code === ("attempt.not.unknown" satisfies ProblemCode)) {
      const { known } = await askServer(server, attempt, [attempt], theirs)
      if (known !== undefined) return known
    }
    throw new NotResolvedAtServer(defined({ id, detail, status }))
  }
}

/** A server that cannot read its own record of the attempt takes no amount: the evidence has it. */
const withoutAmount = (resolution: ResolveOptions, { currency }: Attempt): ResolveOptions => {
  const { paid, over: _, ...rest } = resolution
  if (paid === undefined) return rest
  return {
    ...rest,
    evidence: `${rest.evidence} (paid: ${Money.toText({ minorUnits: paid as Money.SignedMinorUnits, currency })})`
  }
}

/** Those of an order, and others beside them where the journal does not tell them apart. */
const attemptsOf = (journal: AttemptJournal.PromiseJournal, orderId: string): Promise<ReadonlyArray<Attempt>> =>
  orJournalFailed(journal.ofOrder?.(orderId) ?? journal.attempts())

const orJournalFailed = <A>(asked: Promise<A>): Promise<A> =>
  asked.catch((error: unknown) => {
    throw AttemptJournal.toJournalFailed(error)
  })

type Settled = Extract<Settlement, { readonly _tag: "Settled" }>

/** What is known of an attempt's end. */
type Known = Pick<Settled, "state" | "paid" | "tip">

/** What the server says of an attempt. */
interface Told {
  readonly known?: Known | undefined
  /** Its address there, where it has it as unknown, too, or cannot read its record of it. */
  readonly unknown?: string | undefined
  /** It cannot read its record of it. */
  readonly isDamaged?: boolean
  /** It still waits for its end. */
  readonly isOpen?: boolean
  readonly received?: TerminalEvidence | undefined
}

/**
 * Whether the server answered that it had not sent the order to a terminal: it is not on its way any more. An earlier
 * request of the same order may have been sent, and then the server's store has it.
 */
const wasKeptBack = ({ endings }: Attempt): boolean => endings.some(({ reason }) => reason === EARLIER_UNREADABLE)

/** Whether a server that has an attempt of the order lists it for the order id: it masks long numbers, and reads decimal commas. */
const isFoundById = ({ orderId }: Attempt): boolean => maskWritten(orderId) === orderId && !/^\d+,\d*$/.test(orderId)

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
  readonly paid?: unknown
  readonly tip?: unknown
  readonly id?: unknown
  readonly error?: { readonly evidence?: unknown } | undefined
}

interface Asking {
  readonly status: number
  readonly json?: unknown
  readonly mode: AttemptJournal.Mode
  /**
   * By how much the server's clock is behind this one, in milliseconds; NaN where it does not say. The server says whole
   * seconds, so it is up to a second more than it is, and it is less by as long as the question took.
   */
  readonly behind: number
}

/** What the server says of an attempt; nothing where it does not know of it, or cannot be asked. */
const askServer = async (
  server: Server,
  attempt: Attempt,
  all: ReadonlyArray<Attempt>,
  theirs?: string
): Promise<Told> => {
  const ask = async (path: string): Promise<Asking> => {
    const asked = Date.now()
    const came = await server.get(path, AbortSignal.timeout(QUESTION))
    if (came._tag !== "Received") return { status: 0, mode: "unknown", behind: Number.NaN }
    const mode = modeOf(came.headers)
    const behind = asked - Date.parse(came.headers.get("date") ?? "")
    return believes(attempt, mode) ? { ...came, mode, behind } : { status: 0, mode, behind }
  }
  const address = theirs ?? attempt.endings.findLast(({ serverAttempt }) => serverAttempt !== undefined)?.serverAttempt
  if (address !== undefined) {
    const { status, json } = await ask(address)
    if (Answer.read(json).problem?.code === ("attempt.damaged" satisfies ProblemCode))
      return { unknown: address, isDamaged: true }
    const summary = (json ?? {}) as Summary
    return status === 200 && isSame(attempt, summary) ? toldBy(summary, attempt, address) : {}
  }
  // Another server's list tells of other attempts.
  if (attempt.server !== undefined && attempt.server !== server.url) return {}
  // A server that takes no orders may read a copy of its store that lacks the last ones.
  const mayProve = wasKeptBack(attempt) && isFoundById(attempt) && (await ask("readyz")).status === 200
  const list = await ask(`attempts?limit=100&q=${encodeURIComponent(attempt.orderId)}`)
  const { attempts, next } = ((list.status === 200 && list.json) || {}) as List
  const ofOrder: ReadonlyArray<Summary> = Array.isArray(attempts)
    ? attempts.filter((each: Summary | null) => isOfOrder(attempt, each ?? {}))
    : []
  const found = ofOrder.filter((each) => isSame(attempt, each) && isOwn(server.username, each, list.mode))
  const ends = found.map((each) => known(each, attempt))
  const approved = ends.find((end) => end !== undefined && AttemptJournal.isApproved(end))
  if (approved !== undefined) return { known: approved }
  const ours = all.filter((each) => isOfOrder(attempt, each))
  // One that never arrived could still be on its way: then the server knows of fewer than may have been sent.
  if (found.length < ours.filter((each) => !wasKeptBack(each)).length) return {}
  // None of them was paid. One that was made before this one may be another till's, with this one still on its way.
  if (!ends.includes(undefined)) {
    const since = known(found.find((each) => isSince(attempt, each, list)) ?? {}, attempt)
    const isWhole = Array.isArray(attempts) && next === undefined && ofOrder.length === found.length
    return { known: since ?? (isWhole && mayProve ? { state: "not-started", paid: 0 } : undefined) }
  }
  // One of theirs is unknown: it is this one only where there is no other that it could be.
  const [open, ...others] = found.filter(({ state }) => state === "unknown" || state === "open")
  const isThis = open !== undefined && others.length === 0 && ours.filter(AttemptJournal.isUnsettled).length === 1
  return isThis && typeof open.id === "string" ? toldBy(open, attempt, `attempts/${open.id}`) : {}
}

const toldBy = (summary: Summary, attempt: Attempt, address: string): Told => ({
  known: known(summary, attempt),
  unknown: summary.state === "unknown" ? address : undefined,
  isOpen: summary.state === "open",
  received: readEvidence(summary.error?.evidence)
})

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
const isSince = ({ openedAt }: Attempt, theirs: Summary, { mode, behind }: Asking): boolean =>
  mode === "simulated" || Date.parse(String(theirs.openedAt)) + behind >= openedAt

const known = ({ state, paid, tip }: Summary, { amount }: Attempt): Known | undefined => {
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

/** What a person says, as the journal keeps it. */
const fromPerson = (said: ResolveOptions, { amount }: Attempt): Known => {
  const paid = saidPaid(said, amount)
  const state = said.outcome === "declined" ? "declined" : paid < amount ? "approved-in-part" : "approved"
  return { state, paid }
}

/** What to do where neither the server nor the terminal can tell. */
const LOOK =
  "Look at the terminal's last receipt or its journal, then resolve with the outcome, your name and what you saw."

const NOT_ASKED = `This login may not have the terminal asked: it lacks the role "resolve". ${LOOK}`

const adviceAfter = (server: Server | undefined, asked: Asked | undefined): string => {
  const unproved = asked?._tag === "NotProved" ? asked.why : undefined
  // The server's sentence goes on with what to do.
  if (server !== undefined && unproved !== undefined) return `The server cannot say. ${unproved}`
  const before =
    server !== undefined ? "The server cannot say. " : unproved && `The terminal proves nothing: ${unproved}. `
  return `${before ?? ""}${LOOK}`
}
