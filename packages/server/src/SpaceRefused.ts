import * as Schema from "effect/Schema"

/** No space has this name, and none can be created under it. */
export class SpaceRefused extends Schema.TaggedError<SpaceRefused>()("SpaceRefused", { problem: Schema.String }) {}
