/** Servers that accept a request and do not answer: the verb gives up and says so. The test controls time. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { assert, describe, it } from "vitest"
import { getFrom } from "../src/getFrom.ts"
import { askMock } from "../src/mockControlAt.ts"
import { startSilentServer } from "./silentServer.ts"

const login = { username: "merchant", password: "secret" }

describe("a server that answers nothing", () => {
  it.each([
    ["day", (url: string) => Effect.asVoid(getFrom({ verb: "day", server: new URL(url), login }, "attempts"))],
    [
      "clock",
      (url: string) =>
        Effect.asVoid(askMock("clock", { url, space: "", credentials: "" }, (control) => control.clock.get()))
    ]
  ])("is given up after 30 s: %s", async (verb, ask) => {
    await using server = await startSilentServer()
    const given = await Effect.runPromise(
      Effect.gen(function* () {
        const asking = yield* Effect.forkChild(Effect.flip(ask(server.url)))
        yield* Effect.promise(() => server.asked)
        yield* TestClock.adjust("30 seconds")
        return yield* Fiber.join(asking)
      }).pipe(Effect.provide(TestClock.layer()))
    )
    assert.strictEqual(given.line, `${verb}: ${server.url} gave no answer within 30 s`)
  })
})
