/** The laws of every store of notifications: deliveries waiting for several shops, and arbitrary texts. */
import { assert } from "@effect/vitest"
import type { NotificationStore } from "@hipay-pos/server"
import * as Effect from "effect/Effect"

/** Many for one shop, followed by one for each of several others, some of them written in unusual ways. */
export const waitingForwards: ReadonlyArray<{ readonly url: string; readonly dueAt: number }> = [
  ...Array.from({ length: 20_000 }, () => ({ url: "http://dead.example:3000/notify", dueAt: 1 })),
  { url: "HTTP://Shop.example:80/a", dueAt: 2 },
  { url: "http://shop.example", dueAt: 3 },
  { url: "https://shop.example/a/b?c=/", dueAt: 4 },
  { url: "https://shop.example/z", dueAt: 5 }
]

/** Returns the first of each place, whatever waits for the places left out. */
export const givesByPlace = Effect.fnUntraced(function* ({
  nextForward,
  waiting
}: Pick<NotificationStore, "nextForward" | "waiting">) {
  const places: Array<string> = []
  const given: Array<string> = []
  for (;;) {
    const next = yield* nextForward(Date.now(), places)
    if (next === undefined) break
    places.push(next.place)
    given.push(next.url)
  }
  assert.deepStrictEqual(given, [
    "http://dead.example:3000/notify",
    "HTTP://Shop.example:80/a",
    "http://shop.example",
    "https://shop.example/a/b?c=/"
  ])
  const except = [...places, ...Array.from({ length: 4 }, (_, i) => `http://busy${i}.example/`)]
  const took = { finding: 0, counting: 0 }
  for (let times = 0; times < 100; times++) {
    const begun = performance.now()
    assert.isUndefined(yield* nextForward(Date.now(), except))
    const found = performance.now()
    yield* waiting()
    took.finding += found - begun
    took.counting += performance.now() - found
  }
  // Looking through all that wait takes many times as long as counting them.
  assert.isBelow(took.finding, 2 * took.counting)
})

/** Returns one that a fast clock has put off, before those of the same shop that have to wait. */
export const givesThoseAhead = Effect.fnUntraced(function* (store: NotificationStore, attempt: string) {
  const forward = { url: "http://shop.example/", contentType: "text/plain", signature: "x", body: new Uint8Array([0]) }
  for (const at of [2_000, 9_000]) {
    const notification = { at, reference: "T", status: 116, test: true } as const
    yield* store.receive({ owner: "*", key: `${at}`, notification, attempt, forward })
  }
  const ahead = yield* store.nextForward(1_000, [], 5_000)
  assert.ok(ahead)
  assert.strictEqual(ahead.dueAt, 9_000)
  yield* store.delayForward(ahead.number, 3_000)
  assert.strictEqual((yield* store.nextForward(1_000, [], 5_000))?.dueAt, 2_000)
})

/** Keeps a notification with NUL and lone surrogates in its texts, and finds it by them. */
export const keepsAnyText = Effect.fnUntraced(function* (store: NotificationStore, attempt: string) {
  const odd = "T\0-\ud800-\udc00"
  const notification = { at: 1, reference: odd, status: 116, test: true, message: odd, pan: odd, orderId: odd } as const
  const forward = { url: "http://127.0.0.1:1/", contentType: odd, signature: odd, body: new Uint8Array([0, 255]) }
  for (const _ of ["first", "again"])
    assert.strictEqual(yield* store.receive({ owner: "*", key: odd, notification, attempt, forward }), attempt)
  assert.deepStrictEqual(yield* store.bindingsOf(odd), [{ owner: "*", attempt }])
  assert.deepStrictEqual((yield* store.of(attempt)).notifications, [notification])
  assert.deepStrictEqual((yield* store.nextForward(Date.now()))?.body, forward.body)
})
