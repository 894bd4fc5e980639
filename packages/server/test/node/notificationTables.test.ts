/** Deliveries waiting in the store's file. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqliteStore from "../../src/node/SqliteStore.ts"
import { attempt, put } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"
import { givesByPlace, givesThoseAhead, keepsAnyText, waitingForwards } from "./notificationLaws.ts"

const folder = Effect.sync(() => mkdtempSync(join(tmpdir(), "store-forwards-")))

it.effect("deliveries are found by their shop, however many wait for another one", () =>
  Effect.gen(function* () {
    const path = join(yield* folder, "store.db")
    const open = SqliteStore.open({ path, mode: "gateway", frames })
    yield* Effect.scoped(open)
    const database = new DatabaseSync(path)
    // As left by a version that found deliveries by their time.
    database.exec("DROP INDEX notification_forwards_by_place")
    database.exec("CREATE INDEX notification_forwards_due ON notification_forwards (due_at)")
    database.exec("BEGIN")
    const insert = database.prepare(
      "INSERT INTO notification_forwards (notification, url, content_type, signature, body, due_at) VALUES (?, ?, 'text/plain', 'x', x'00', ?)"
    )
    for (const [i, { url, dueAt }] of waitingForwards.entries()) insert.run(i, url, dueAt)
    database.exec("COMMIT")
    database.close()
    const { notifications } = yield* open
    yield* givesByPlace(notifications)
    assert.deepStrictEqual(yield* notifications.waiting(), { pending: waitingForwards.length, failed: 0 })
  })
)

it.effect("a delivery that a clock ahead has put off is due", () =>
  Effect.gen(function* () {
    const store = yield* SqliteStore.open({ path: join(yield* folder, "store.db"), mode: "gateway", frames })
    yield* put(store, attempt("1", { terminal: "relayed" }))
    yield* givesThoseAhead(store.notifications, "1")
  })
)

it.effect("a notification is kept whatever texts it has", () =>
  Effect.gen(function* () {
    const store = yield* SqliteStore.open({ path: join(yield* folder, "store.db"), mode: "gateway", frames })
    yield* put(store, attempt("1", { terminal: "relayed" }))
    yield* keepsAnyText(store.notifications, "1")
  })
)
