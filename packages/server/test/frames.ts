/** Messages that this package cannot read, for tests that show and store them. */
import type { Frames } from "@hipay-pos/server/Terminals"

export const frames: Frames = {
  explain: (frame) => [{ offset: 0, tag: "XX", name: "all of it", value: frame, warnings: [] }],
  redact: (frame) => frame,
  withoutContact: (frame) => frame.replace("BI013a@example.org", "")
}
