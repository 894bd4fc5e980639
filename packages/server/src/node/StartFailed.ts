import * as Schema from "effect/Schema"

/** The server could not start. */
export class StartFailed extends Schema.TaggedError<StartFailed>()("StartFailed", {
  problem: Schema.String,
  /** The system's code, such as EADDRINUSE, where the port could not be had. */
  code: Schema.optional(Schema.String),
  /**
   * Whether the same start may succeed later: the store or the port is in use, the address is not there yet, the disk is full, or
   * the database is away.
   */
  isTemporary: Schema.optional(Schema.Boolean)
}) {
  override get message() {
    return this.problem
  }
}
