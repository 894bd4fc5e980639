import * as Schema from "effect/Schema"

/** The server could not start. */
export class StartFailed extends Schema.TaggedError<StartFailed>()("StartFailed", {
  problem: Schema.String,
  /** The system's code, such as EADDRINUSE, where the port could not be had. */
  code: Schema.optional(Schema.String)
}) {
  override get message() {
    return this.problem
  }
}
