/**
 * Ends an attempt whose outcome is not known: by what the server remembers of it, else by a person's answer.
 *
 * The server is asked about the attempt itself where its address is known. After a crash it is not; then its list is
 * searched for the same order, and believed only when it knows of as many attempts as may have been sent from here.
 * Loaded by the first call that needs it.
 */
import * as AttemptJournal from "./AttemptJournal.ts"
import { maskWritten } from "./Redaction.ts"
import { EvidenceMissing, NotUnsettled, type ResolveOptions, type Settlement, StillUnderWay } from "./Resolution.ts"
import { modeOf, QUESTION, type Server } from "./Server.ts"
import { isUnderWay } from "./withJournal.ts"

type Attempt = AttemptJournal.Attempt

/** Attempts of a journal whose outcome is not known. Rejects with `JournalFailed`. */
export const unsettledIn = async (journal: AttemptJournal.PromiseJournal): Promise<ReadonlyArray<Attempt>> =>
  journal.unsettled === undefined
    ? (await orJournalFailed(journal.attempts())).filter(AttemptJournal.isUnsettled)
    : orJournalFailed(journal.unsettled())

/** Resolves one. Rejects with `JournalFailed`, `NotUnsettled`, `StillUnderWay`, `EvidenceMissing`. */
export const resolveAttempt = async (
  journal: AttemptJournal.PromiseJournal,
  server: Server,
  id: string,
  resolution: ResolveOptions | undefined
): Promise<Settlement> => {
  const attempt = (await unsettledIn(journal)).find((each) => each.id === id)
  if (attempt === undefined) throw new NotUnsettled({ id })
  if (resolution !== undefined) checkResolution(resolution, attempt)
  if (resolution?.outcome !== "approved" && resolution?.override !== true) {
    const elsewhere = journal.isUnderWay === undefined ? false : await orJournalFailed(journal.isUnderWay(id))
    if (isUnderWay(id) || elsewhere) throw new StillUnderWay({ id })
  }
  const all = await orJournalFailed(journal.ofOrder?.(attempt.orderId) ?? journal.attempts())
  const known = await askServer(server, attempt, all)
  const end = { id, endedAt: Date.now() }
  if (known !== undefined) {
    await orJournalFailed(journal.end({ ...end, ...known, detail: "the server says so" }))
    return { _tag: "Settled", by: "server", ...known }
  }
  if (resolution === undefined) return needsPerson
  const by = maskWritten(resolution.by)
  const evidence = maskWritten(resolution.evidence)
  const said = fromPerson(resolution, attempt)
  await orJournalFailed(journal.end({ ...end, ...said, by, evidence }))
  return { _tag: "Settled", by: "person", ...said }
}

const orJournalFailed = <A>(asked: Promise<A>): Promise<A> =>
  asked.catch((error: unknown) => {
    throw AttemptJournal.toJournalFailed(error)
  })

/** What the server knows of an attempt. */
type Known = Pick<Extract<Settlement, { readonly _tag: "Settled" }>, "state" | "paid">

/** What the client reads of an attempt in the server's list; anything may be absent. */
interface Summary {
  readonly orderId?: unknown
  readonly transactionType?: unknown
  readonly state?: unknown
  readonly amount?: unknown
  readonly currency?: unknown
  readonly paid?: unknown
}

/** How the server says that an attempt ended; `undefined` where it does not know, or knows of no such thing. */
const askServer = async (server: Server, attempt: Attempt, all: ReadonlyArray<Attempt>): Promise<Known | undefined> => {
  const jsonAt = async (path: string): Promise<unknown> => {
    const came = await server.get(path, AbortSignal.timeout(QUESTION))
    const told = came._tag === "Received" && came.status === 200 && believes(attempt, modeOf(came.headers))
    return told ? came.json : undefined
  }
  const address = attempt.endings.findLast((ending) => ending.attempt !== undefined)?.attempt
  if (address !== undefined) {
    const summary = ((await jsonAt(address)) ?? {}) as Summary
    return isSame(attempt, summary) ? known(summary, attempt) : undefined
  }
  // Another server's list tells of other attempts.
  if (attempt.server !== undefined && attempt.server !== server.url) return undefined
  const list = await jsonAt(`attempts?limit=100&q=${encodeURIComponent(attempt.orderId)}`)
  const { attempts } = (list ?? {}) as { readonly attempts?: unknown }
  const theirs = Array.isArray(attempts) ? attempts.filter((each: Summary | null) => isSame(attempt, each ?? {})) : []
  const ends = theirs.map((each: Summary) => known(each, attempt))
  const approved = ends.find((end) => end?.state === "approved" || end?.state === "approved-in-part")
  if (approved !== undefined) return approved
  const ours = all.filter(
    ({ orderId, transactionType }) => orderId === attempt.orderId && transactionType === attempt.transactionType
  )
  // One that never arrived could still be on its way: then the server knows of fewer than may have been sent.
  return theirs.length >= ours.length && !ends.includes(undefined) ? ends[0] : undefined
}

/** A simulated server knows nothing of an attempt that may have moved money. */
const believes = ({ mode }: Attempt, told: AttemptJournal.Mode): boolean =>
  told !== "simulated" || (mode !== undefined && mode !== "live")

const isSame = (attempt: Attempt, { orderId, transactionType, amount, currency }: Summary): boolean =>
  orderId === attempt.orderId &&
  transactionType === attempt.transactionType &&
  amount === attempt.amount &&
  currency === attempt.currency

const known = ({ state, paid }: Summary, { amount }: Attempt): Known | undefined => {
  switch (state) {
    case "approved":
      return { state, paid: amount }
    case "approved-in-part":
      return { state, ...(typeof paid === "number" && Number.isSafeInteger(paid) ? { paid } : {}) }
    case "declined":
    case "not-started":
      return { state, paid: 0 }
    default:
      return undefined
  }
}

/** What a person says, as the journal keeps it. */
const fromPerson = ({ outcome, paid }: ResolveOptions, { amount }: Attempt): Known =>
  outcome === "declined"
    ? { state: "declined", paid: 0 }
    : { state: paid !== undefined && paid < amount ? "approved-in-part" : "approved", paid: paid ?? amount }

/** Throws `EvidenceMissing` unless a person's answer has all that it needs. */
const checkResolution = (resolution: ResolveOptions, { amount }: Attempt): void => {
  const { by, evidence, paid = amount } = resolution
  if (by.trim() === "") throw new EvidenceMissing({ field: "by" })
  if (evidence.trim() === "") throw new EvidenceMissing({ field: "evidence" })
  if (!Number.isInteger(paid) || paid <= 0 || paid > amount) throw new EvidenceMissing({ field: "paid" })
}

/** What the server cannot tell. */
const needsPerson: Settlement = {
  _tag: "NeedsPerson",
  advice:
    "The server cannot say. Look at the terminal's last receipt or its journal, then resolve with the outcome, your name and what you saw."
}
