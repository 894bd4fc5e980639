import * as Schema from "effect/Schema"

/** No space has this name, and none can be created under it. */
export class NoSpace extends Schema.TaggedError<NoSpace>()("NoSpace", { problem: Schema.String }) {}
