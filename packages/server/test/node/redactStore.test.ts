import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { KeptOrder } from "../../src/attempts/KeptOrder.ts"
import { redactStore } from "../../src/node/redactStore.ts"
import * as SqliteStore from "../../src/node/SqliteStore.ts"
import { attempt, put, set } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

const folder = mkdtempSync(join(tmpdir(), "redact-store-"))

const PAN = "4970101122334422"

/** A store as an older version left it: evidence, texts, a receipt and a key with a card number. */
const makeOldStore = (path: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const store = yield* SqliteStore.open({ path, mode: "mock", frames })
      const opened = attempt("1", { idempotencyKey: PAN })
      const { order, ...root } = opened.order.body as { readonly order: object }
      const planted = { ...root, order: { ...order, order_id: "A-1764339737123", description: `${PAN} 123` } }
      const resolution = { at: 8, outcome: "approved", by: "Ada", login: "till", evidence: `slip ${PAN}` } as const
      yield* put(store, { ...opened, order: new KeptOrder(planted) })
      const recorded = { status: 200, body: { ...planted, receipt: btoa("4970.1011.2233.4422") } }
      const end = { endedAt: 8, state: "approved", resolutions: [resolution], recorded } as const
      yield* set(store, attempt("1", { idempotencyKey: PAN, order: planted, ...end }))
      yield* put(store, attempt("2"))
      yield* set(store, attempt("2", { state: "approved", endedAt: 7 }))
    })
  )

const seen = (path: string): string => readFileSync(path, "latin1")

describe("redacting a store", () => {
  it.effect("masks card numbers in attempts and history, in the file itself, and leaves a trace", () =>
    Effect.gen(function* () {
      const path = join(folder, "old.db")
      yield* makeOldStore(path)
      assert.include(seen(path), PAN)
      assert.deepStrictEqual(yield* Effect.promise(() => redactStore(path, frames, "Ada", 99)), {
        attempts: 1,
        history: 1
      })
      for (const digits of [PAN, btoa("4970.1011.2233.4422")]) assert.notInclude(seen(path), digits)
      const database = new DatabaseSync(path)
      const history = database.prepare("SELECT attempt, at, state, json FROM history ORDER BY number").all()
      assert.throws(() => database.exec("UPDATE history SET json = ''"), /history is never changed/)
      database.close()
      assert.deepInclude(history.at(-1), { attempt: "1", at: 99, state: "approved", json: '{"redacted":{"by":"Ada"}}' })
      assert.lengthOf(history, 5)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const found = yield* Effect.flatMap(SqliteStore.open({ path, mode: "mock", frames }), (store) =>
            store.get("1")
          )
          assert.isDefined(found)
          const { order } = found.order.body as { readonly order: object }
          assert.deepInclude(order, { order_id: "A-1764339737123", description: "497010######4422 ###" })
          assert.strictEqual(found.resolutions?.[0]?.evidence, "slip 497010######4422")
          assert.match(found.idempotencyKey ?? "", /^sha256:/)
          assert.isDefined(found.recorded)
          const { receipt } = found.recorded.body as { readonly receipt: string }
          assert.strictEqual(atob(receipt), "4970.10##.####.4422")
        })
      )
    })
  )

  it.effect("changes nothing the second time", () =>
    Effect.gen(function* () {
      const path = join(folder, "twice.db")
      yield* makeOldStore(path)
      yield* Effect.promise(() => redactStore(path, frames, "Ada", 99))
      const before = seen(path)
      assert.deepStrictEqual(yield* Effect.promise(() => redactStore(path, frames, "Ada", 100)), {
        attempts: 0,
        history: 0
      })
      assert.isTrue(seen(path) === before)
    })
  )

  it.effect("is refused for a file that is missing, no store, or in use", () =>
    Effect.gen(function* () {
      const refusal = (path: string) =>
        Effect.promise(() =>
          redactStore(path, frames, "Ada", 1).then(
            () => "",
            (error: { readonly problem: string }) => error.problem
          )
        )
      assert.match(yield* refusal(join(folder, "missing.db")), /there is no store at .*missing\.db/)
      const foreign = join(folder, "foreign.db")
      const database = new DatabaseSync(foreign)
      database.exec("CREATE TABLE other (a TEXT)")
      database.close()
      assert.match(yield* refusal(foreign), /it is the database of another program/)
      const used = join(folder, "used.db")
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* SqliteStore.open({ path: used, mode: "mock", frames })
          assert.match(yield* refusal(used), /in use by another process/)
        })
      )
    })
  )
})
