/** How long late answers are listened for. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { AnswerWindows } from "../../src/attempts/AnswerWindows.ts"
import { fromJson, toJson } from "../../src/node/attemptJson.ts"
import { attempt, ended } from "./storeLaws.ts"

describe("the time for which late answers are listened for", () => {
  it.effect.each(["Infinity", "1000000000000 days"] as const)("stays readable in a store's record: %s", (length) =>
    Effect.gen(function* () {
      const windows = new AnswerWindows(yield* Clock.Clock)
      windows.open("A", Duration.toMillis(Duration.fromInputUnsafe(length)))
      const listensUntil = windows.listensUntil("A") as number
      const unknown = ended(attempt("A"), "unknown")
      const kept = { ...unknown, events: [{ at: 1, kind: "answer" as const, as: "unknown" as const, listensUntil }] }
      assert.deepStrictEqual(fromJson(toJson(kept))?.events, kept.events)
      // As times are shown.
      assert.doesNotThrow(() => new Date(listensUntil).toISOString())
    })
  )
})
