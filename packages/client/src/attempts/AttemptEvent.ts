/** What a watcher of attempts is told. */
import * as Schema from "effect/Schema"
import type { AttemptSummary } from "./AttemptDetail.ts"

/** What a watcher is told. `position` is where to watch from later, to be told what follows. */
export type AttemptEvent =
  /** The connection is there, for the first time or again. */
  | { readonly _tag: "Connected"; readonly position: number }
  /** An attempt was opened, ended or resolved. */
  | { readonly _tag: "Changed"; readonly position: number; readonly attempt: AttemptSummary }
  /** A person has to see to something. It is also in the attempt's timeline, and is not told again after a gap. */
  | { readonly _tag: "Alarm"; readonly position: number; readonly alarm: AttemptAlarm }
  /**
   * The server does not remember all that happened since `since`, or since the connection was lost, or it told something that
   * this version cannot read: list the attempts again.
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

/** What a person has to see to. */
export type AttemptAlarm = typeof Alarm.Type
