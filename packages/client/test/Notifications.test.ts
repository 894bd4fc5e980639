import { assert, describe, it } from "@effect/vitest"
import { Notifications } from "@hipay-pos/client/effect"
import { dedupeKey, signNotification } from "@hipay-pos/client/notification"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const body = new URLSearchParams({
  transaction_reference: "800000000001",
  status: "118",
  test: "true",
  currency: "EUR",
  captured_amount: "12.50",
  date_created: "2026-03-05T12:06:55+0000",
  "order[id]": "ORDER_1",
  "custom_data[shop]": "12"
}).toString()

describe("a notification in Effect", () => {
  it.effect("is received, and survives a round trip through JSON", () =>
    Effect.gen(function* () {
      const headers = yield* Effect.promise(() => signNotification(body, "passphrase"))
      const notification = yield* Notifications.receive(body, headers, "passphrase")
      const Kept = Schema.fromJsonString(Notifications.Notification)
      const text = yield* Schema.encodeEffect(Kept)(notification)
      assert.include(text, '"createdAt":"2026-03-05T12:06:55.000Z"')
      const again = yield* Schema.decodeEffect(Kept)(text)
      assert.deepStrictEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(notification)))
      assert.strictEqual(dedupeKey(again), dedupeKey(notification))
      assert.strictEqual(again.createdAt?.getTime(), Date.UTC(2026, 2, 5, 12, 6, 55))
      assert.deepStrictEqual(again.fields.order, { id: "ORDER_1" })
    })
  )

  it.effect("fails with an error that can be caught by its tag", () =>
    Effect.gen(function* () {
      const headers = yield* Effect.promise(() => signNotification(body, "another"))
      const kind = yield* Notifications.receive(body, headers, "passphrase").pipe(
        Effect.as("taken"),
        Effect.catchTag("NotificationError", ({ kind }) => Effect.succeed(kind))
      )
      assert.strictEqual(kind, "SignatureMismatch")
    })
  )
})
