/** Why a client, or a part of it such as its journal's file, cannot be made. */
import * as Data from "effect/Data"

/** The client cannot be made: its options cannot be used, it is live without a journal, or it runs in a page. */
export class ClientSetupFailed extends Data.TaggedError("ClientSetupFailed")<{
  readonly problem: string
}> {
  override get message() {
    return this.problem
  }
}
