/** Events of watched attempts. */
import * as Schema from "effect/Schema"
import type { AttemptSummary } from "./AttemptDetail.ts"

/** An event of a watched server. Pass its `position` to a later watch to get what follows. */
export type AttemptEvent =
  /** Connected, for the first time or again. */
  | { readonly _tag: "Connected"; readonly position: number }
  /** An attempt was opened, ended or resolved. */
  | { readonly _tag: "Changed"; readonly position: number; readonly attempt: AttemptSummary }
  /** A person has to look into something. It is also in the attempt's timeline; it is not repeated after a gap. */
  | { readonly _tag: "Alarm"; readonly position: number; readonly alarm: AttemptAlarm }
  /**
   * The server no longer has everything that happened since `since` or since the connection was lost, or sent something
   * that this version cannot read: list the attempts again.
   */
  | { readonly _tag: "Lost"; readonly position: number }

/** An alarm, as the server sends it. */
export const Alarm = Schema.Struct({
  /** Id of the attempt. */
  attempt: Schema.String,
  orderId: Schema.String,
  /** ISO 8601, UTC. */
  at: Schema.String,
  code: Schema.String,
  /** What happened, then what to do. */
  message: Schema.String
})

/** Something that a person has to look into. */
export type AttemptAlarm = typeof Alarm.Type
