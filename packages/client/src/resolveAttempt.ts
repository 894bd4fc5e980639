/**
 * How an attempt ends whose outcome is not known: by what the server remembers of it, else by a person's answer.
 *
 * The server is asked about the attempt itself where its address is known. After a crash it is not; then its list is
 * searched for the same order, and believed only when it knows of as many attempts as may have been sent from here.
 */
import * as Schema from "effect/Schema"
import type { Attempt, AttemptState, Mode } from "./AttemptJournal.ts"
import { modeOf, QUESTION, type Server } from "./Server.ts"

/** A person's answer to an outcome that was unknown. */
export interface Resolution {
  readonly outcome: "approved" | "declined"
  readonly by: string
  /** What was seen, such as the receipt's number. */
  readonly evidence: string
  /** Minor units; all of it by default. */
  readonly paid?: number | undefined
  /** Declines an attempt although a process still waits for its end, and the terminal may still charge. */
  readonly override?: boolean | undefined
}

/** What resolving came to. */
export type Settlement =
  | {
      readonly _tag: "Settled"
      readonly by: "server" | "person"
      readonly state: Exclude<AttemptState, "open" | "unknown">
      /** Minor units, where it is known. */
      readonly paid?: number
    }
  /** Only a person can say: resolve again, with the evidence. */
  | { readonly _tag: "NeedsPerson"; readonly advice: string }

/** What the server knows of an attempt. */
export interface Known {
  readonly state: Exclude<AttemptState, "open" | "unknown">
  readonly paid?: number
}

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
export const askServer = async (
  server: Server,
  attempt: Attempt,
  all: ReadonlyArray<Attempt>
): Promise<Known | undefined> => {
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
const believes = ({ mode }: Attempt, told: Mode): boolean =>
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
export const fromPerson = ({ outcome, paid }: Resolution, { amount }: Attempt): Known =>
  outcome === "declined"
    ? { state: "declined", paid: 0 }
    : { state: paid !== undefined && paid < amount ? "approved-in-part" : "approved", paid: paid ?? amount }

/** Throws `EvidenceMissing` unless a person's answer has all that it needs. */
export const checkResolution = (resolution: Resolution, { amount }: Attempt): void => {
  const { by, evidence, paid = amount } = resolution
  if (by.trim() === "") throw new EvidenceMissing({ field: "by" })
  if (evidence.trim() === "") throw new EvidenceMissing({ field: "evidence" })
  if (!Number.isInteger(paid) || paid <= 0 || paid > amount) throw new EvidenceMissing({ field: "paid" })
}

/** What the server cannot tell. */
export const needsPerson: Settlement = {
  _tag: "NeedsPerson",
  advice:
    "The server cannot say. Look at the terminal's last receipt or its journal, then resolve with the outcome, your name and what you saw."
}

/** There is no unsettled attempt of that id. */
export class NotUnsettled extends Schema.TaggedError<NotUnsettled>()("NotUnsettled", { id: Schema.String }) {
  override get message() {
    return `there is no attempt ${this.id} whose outcome is unknown`
  }
}

/** A process still waits for the attempt's end: the terminal may yet charge. */
export class StillUnderWay extends Schema.TaggedError<StillUnderWay>()("StillUnderWay", { id: Schema.String }) {
  override get message() {
    return (
      `the payment of attempt ${this.id} is still under way, and the terminal may yet charge: ` +
      "wait until it has ended, or decline it with an override once the terminal cannot charge any more"
    )
  }
}

/** A person's answer without a name or evidence, or with an impossible amount. */
export class EvidenceMissing extends Schema.TaggedError<EvidenceMissing>()("EvidenceMissing", {
  field: Schema.Literals(["by", "evidence", "paid"])
}) {
  override get message() {
    return `a person's answer needs "${this.field}": who says so, the evidence, and at most the amount that was asked for`
  }
}
