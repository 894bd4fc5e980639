import * as Schema from "effect/Schema"

/** The server could not start. */
export class StartFailed extends Schema.TaggedError<StartFailed>()("StartFailed", {
  problem: Schema.String,
  /** The system's code, such as EADDRINUSE, if it could not listen. */
  code: Schema.optional(Schema.String),
  /**
   * Whether the same start may succeed later: the store or the port is in use, the address does not exist yet, the disk is
   * full, or the database is unavailable.
   */
  isTemporary: Schema.optional(Schema.Boolean)
}) {
  override get message() {
    return this.problem
  }
}
