import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { SqliteStore } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import { pruneStore } from "../../src/node/pruneStore.ts"
import { frames } from "../frames.ts"
import { Life } from "./Life.ts"
import { live } from "./lives.ts"
import { boundsOf, makeModel, type Subject } from "./modelStore.ts"

const folder = mkdtempSync(join(tmpdir(), "lives-"))
let files = 0

/** A file that two processes of a test share. */
const makeFile = (): Subject => {
  const path = join(folder, `${++files}.db`)
  return {
    open: () => Effect.map(SqliteStore.open({ path, mode: "gateway", frames }), (store) => [store, store] as const),
    prune: (now) => {
      const [before, at] = boundsOf(now)
      const day = new Date(before).toISOString().slice(0, 10)
      return Effect.promise(() => pruneStore({ store: path, before: day, now: at }))
    }
  }
}

describe("whatever becomes of attempts", () => {
  it.effect.prop(
    "what was paid stays paid, what guards an order stands, and nothing that happened is lost",
    [Life],
    ([life]) => live(makeModel(), life),
    { arbitrary: { runs: 200, size: 40 } }
  )

  it.effect.prop(
    "a store in a file says the same as one in memory",
    [Life],
    ([life]) =>
      Effect.gen(function* () {
        const expected = yield* live(makeModel(), life)
        assert.deepStrictEqual(yield* live(makeFile(), life), expected)
      }),
    { arbitrary: { runs: 25, size: 40 } }
  )
})
