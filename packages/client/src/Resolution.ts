/** Resolving an attempt whose outcome is unknown: a person's answer, the result, and the errors. */
import type { PaymentWarning } from "@hipay-pos/core/Payment"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import type { PaidState } from "@hipay-pos/core/wire/AttemptState"
import * as Data from "effect/Data"
import type { Attempt, AttemptState } from "./AttemptJournal.ts"

/** A person's answer about an unknown outcome. */
export interface ResolveOptions {
  /**
   * `set-aside`: still unknown, but the gateway's terminal may take the next order; only with a server that knows the
   * attempt.
   */
  readonly outcome: "approved" | "declined" | "set-aside"
  /** The person's name, 1 to 500 characters. */
  readonly by: string
  /** What was seen, such as the receipt's number, 1 to 500 characters. */
  readonly evidence: string
  /** Minor units; by default all of the amount. Less means approved in part. */
  readonly paid?: number | undefined
  /** Accepts a `paid` that is more than the amount. */
  readonly over?: boolean | undefined
  /** The issuer's approval code, 1 to 10 letters and digits. */
  readonly authorizationNumber?: string | undefined
  /** The last four digits of the card. */
  readonly lastFour?: string | undefined
  /** Declines an attempt or sets it aside although it has not ended yet, and the terminal may still charge. */
  readonly override?: boolean | undefined
}

/** Options of asking before a person's answer counts. */
export interface AskOptions {
  /**
   * `false` asks only for the server's record. Otherwise a gateway also asks the attempt's terminal, which prints a
   * copy of its last receipt each time: not for a till that asks repeatedly on its own.
   */
  readonly askTerminal?: boolean | undefined
  /** Stops asking; then nothing is recorded here. A person's answer on its way to the server may be recorded there. */
  readonly signal?: AbortSignal | undefined
}

/** The result of resolving. */
export type Settlement =
  | {
      readonly _tag: "Settled"
      /** `terminal`: its last transaction proves the outcome. `person`: nothing does, and `answer` says who answered. */
      readonly by: "server" | "terminal" | "person"
      /** If `not-started`, an approval that a person recorded here stays: they may have seen another payment. */
      readonly state: Exclude<AttemptState, "open" | "unknown">
      /** Minor units that were charged, a tip included, if known. */
      readonly paid?: number
      /** Part of `paid`. */
      readonly tip?: number
      /** The person's answer that counts: the one given now, or another that the server had recorded before. */
      readonly answer?: Pick<ResolveOptions, "by" | "evidence">
      /**
       * Doubts that remain, for a person to look into. `server-not-asked`: the person's answer was recorded here only,
       * because the server did not reply or still waits for the end; resolve the attempt again once it has ended there.
       * `ended-otherwise-here`: it was recorded at the server only. `answered-otherwise-here`: `answer` is another
       * person's at the server, and the journal keeps the one that was given here.
       */
      readonly warnings?: ReadonlyArray<PaymentWarning>
    }
  /** Still unknown; the server lets the terminal take the next order. */
  | { readonly _tag: "SetAside" }
  /** Only a person can say: resolve again, with the evidence. `received` is what the terminal had sent. */
  | { readonly _tag: "NeedsPerson"; readonly advice: string; readonly received?: TerminalEvidence }

/** What a terminal proves about an attempt, or why it proves nothing. */
export type TerminalProof =
  | {
      readonly _tag: "Proved"
      readonly state: PaidState
      /** Minor units that were charged, a tip included. */
      readonly paid: number
      /** Part of `paid`. */
      readonly tip?: number
      readonly warnings?: ReadonlyArray<PaymentWarning>
    }
  | { readonly _tag: "NotProved"; readonly why: string }

/** Asks the attempt's terminal for its last transaction, for programs that speak to it directly. */
export type AskTerminal = (attempt: Attempt) => Promise<TerminalProof>

/** The journal has no unsettled attempt of that id, or no longer. */
export class NotUnsettled extends Data.TaggedError("NotUnsettled")<{
  readonly id: string
  /** How it ended, if it has: by proof, which no person's answer changes, or by another person's answer meanwhile. */
  readonly state?: Exclude<AttemptState, "open" | "unknown">
}> {
  override get message() {
    const { id, state } = this
    return state === undefined
      ? `there is no attempt ${id} whose outcome is unknown`
      : `attempt ${id} has been resolved meanwhile: ${state}`
  }
}

/** A process or a server still waits for the attempt's end, or its terminal may still answer: it may yet charge. */
export class StillUnderWay extends Data.TaggedError("StillUnderWay")<{
  readonly id: string
  /** The person's answer; absent if none was given. */
  readonly outcome?: ResolveOptions["outcome"]
  /** Its payment ended as unknown, and the terminal may still answer. */
  readonly hasEnded?: boolean
  /** For how much longer, if known. */
  readonly seconds?: number
}> {
  override get message() {
    const { id, outcome, hasEnded = false, seconds } = this
    const left = seconds === undefined ? "" : ` for ${seconds} s`
    const what = hasEnded
      ? `attempt ${id} has ended as unknown, and the terminal may still answer${left} and prove that it charged: wait`
      : `the payment of attempt ${id} is still under way, and the terminal may yet charge: wait until it has ended`
    return `${what}, or ${verbs[outcome ?? "asked"]} with an override once the terminal cannot charge any more`
  }
}

const verbs = { approved: "approve it", declined: "decline it", "set-aside": "set it aside", asked: "resolve it" }

/** A person's answer without a name or evidence, or with an impossible amount. */
export class EvidenceMissing extends Data.TaggedError("EvidenceMissing")<{
  readonly field: "by" | "evidence" | "paid" | "authorizationNumber" | "lastFour" | "outcome"
  /** What was expected, and what was given. */
  readonly problem: string
}> {
  override get message() {
    return `a person's answer cannot be taken: ${this.field}: ${this.problem}`
  }
}

/** The server knows the attempt and did not confirm the person's answer: the attempt stays unsettled here. */
export class NotResolvedAtServer extends Data.TaggedError("NotResolvedAtServer")<{
  readonly id: string
  readonly detail: string
  readonly status?: number
  /** The server may have recorded it: its reply was lost. */
  readonly mayBeRecorded?: true
  /**
   * What another person has said there. The attempt stays unsettled here until a person says the same, or something
   * proves its end.
   */
  readonly other?: Extract<Settlement, { readonly _tag: "Settled" }>
}> {
  override get message() {
    const { id, detail, mayBeRecorded } = this
    const then = mayBeRecorded ? ". It may have recorded it: resolve again; what the server has recorded counts" : ""
    return `attempt ${id} is not resolved here, because the server did not confirm it: ${detail}${then}`
  }
}

/** Why an attempt was not resolved. */
export type ResolutionError = NotUnsettled | StillUnderWay | EvidenceMissing | NotResolvedAtServer
