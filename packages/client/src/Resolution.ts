/** How an attempt whose outcome is unknown is resolved: what a person says of it, what came of it, and what stops it. */
import * as Schema from "effect/Schema"
import type { AttemptState } from "./AttemptJournal.ts"

/** A person's answer to an outcome that was unknown. */
export interface ResolveOptions {
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

/** The journal has no unsettled attempt of that id. */
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

/** Why an attempt was not resolved. */
export type ResolutionError = NotUnsettled | StillUnderWay | EvidenceMissing
