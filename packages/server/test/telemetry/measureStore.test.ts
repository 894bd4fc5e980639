/** How a store's calls are counted. */
import { AttemptStore } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { assert, describe, it } from "vitest"
import * as MemoryStore from "../../src/attempts/MemoryStore.ts"
import { measureStore } from "../../src/telemetry/measureStore.ts"

describe("a store whose calls are timed", () => {
  const failuresOf = async (
    list: AttemptStore.AttemptStore["list"],
    use: (listing: ReturnType<AttemptStore.AttemptStore["list"]>) => Effect.Effect<unknown> = (listing) =>
      Effect.orDie(Effect.flip(listing))
  ) => {
    let failures = 0
    const count = (_name: string, _description: string, { call }: { readonly call?: string } = {}, by = 1) => {
      if (call === "list") failures += by
    }
    const store = measureStore({ ...MemoryStore.make(), list }, { count, observe: () => {} })
    await Effect.runPromise(use(store.list({ before: "none" })))
    return failures
  }

  it("counts a call that failed", async () => {
    assert.strictEqual(await failuresOf(() => Effect.fail(AttemptStore.unavailable("disk"))), 1)
  })

  it("counts no list that should go on after a removed attempt: the caller's page is old, the store works", async () => {
    assert.strictEqual(await failuresOf(MemoryStore.make().list), 0)
  })

  it("counts no call that found an unreadable attempt: the store returned what it has", async () => {
    const damaged = AttemptStore.damaged("1")
    assert.strictEqual(await failuresOf(() => Effect.fail(damaged)), 0)
  })

  it("counts no call that was given up: a caller who hangs up says nothing about the store", async () => {
    const hangUp = (listing: Effect.Effect<unknown, unknown>) =>
      Effect.flatMap(Effect.forkChild(listing, { startImmediately: true }), Fiber.interrupt)
    assert.strictEqual(await failuresOf(() => Effect.never, hangUp), 0)
  })

  it("counts a call that died of a bug", async () => {
    assert.strictEqual(await failuresOf(() => Effect.die(new Error("no such column")), Effect.exit), 1)
  })
})
