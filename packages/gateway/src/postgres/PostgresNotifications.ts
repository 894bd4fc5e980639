/**
 * HiPay's notifications in a database that several gateways share. A unique row binds a transaction to its attempt. One
 * instance at a time considers an attempt's notifications, or forwards a delivery; it takes that work for 30 seconds.
 */
import { randomBytes } from "node:crypto"
import type { NotificationStore } from "@hipay-pos/server"
import { textOf } from "@hipay-pos/server/AttemptStore"
import { notificationOf } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import { call, type Database } from "./Database.ts"
import { PLACE } from "./notificationTables.ts"
import type { PostgresStore } from "./PostgresStore.ts"
import { secretNamed } from "./secrets.ts"
import { attempting } from "./storeFailure.ts"

/** The row of the identity with the secret of notify paths. */
const SECRET = "notify-secret"

/** How long to wait before asking again for an attempt that another instance is working on. */
const AGAIN = "100 millis"

const FORWARD = `f.number, ${PLACE} AS place, f.url, f.content_type, f.signature, encode(f.body, 'base64') AS body, f.tries, f.due_at`
const FORWARDS = "hipay_pos.notification_forwards"

/**
 * Takes the delivery that has been due longest, or one that is put off too far, over all places except some; if there is
 * none, only reads the next one. It reads a few deliveries of a place, however many wait: more than one, because another
 * instance may be taking the first.
 */
const NEXT_FORWARD = `WITH RECURSIVE places AS (
    (SELECT ${PLACE} AS place FROM ${FORWARDS} ORDER BY ${PLACE} LIMIT 1)
    UNION ALL
    SELECT (SELECT ${PLACE} FROM ${FORWARDS} WHERE ${PLACE} > p.place ORDER BY ${PLACE} LIMIT 1)
    FROM places p WHERE p.place IS NOT NULL
  ), firsts AS (
    SELECT n.number, n.due_at FROM places p CROSS JOIN LATERAL (
      (SELECT f.number, f.due_at FROM ${FORWARDS} f WHERE ${PLACE} = p.place AND f.taken_until < clock_timestamp()
      ORDER BY f.due_at, f.number LIMIT 4)
      UNION
      (SELECT f.number, f.due_at FROM ${FORWARDS} f WHERE ${PLACE} = p.place AND f.taken_until < clock_timestamp()
      AND f.due_at > $3::bigint ORDER BY f.due_at, f.number LIMIT 4)
    ) n WHERE p.place <> ALL (string_to_array($2, E'\\n'))
  ), taken AS (
    UPDATE ${FORWARDS} SET taken_until = clock_timestamp() + interval '30 seconds' WHERE number = (
      SELECT f.number FROM firsts n JOIN ${FORWARDS} f ON f.number = n.number
      WHERE (n.due_at <= $1::bigint OR n.due_at > $3::bigint) AND f.taken_until < clock_timestamp()
      ORDER BY n.due_at, n.number LIMIT 1 FOR UPDATE OF f SKIP LOCKED
    ) RETURNING *
  )
  SELECT ${FORWARD} FROM taken f UNION ALL (
    SELECT ${FORWARD} FROM firsts n JOIN ${FORWARDS} f ON f.number = n.number
    WHERE n.due_at > $1::bigint AND n.due_at <= $3::bigint AND NOT EXISTS (SELECT FROM taken) ORDER BY n.due_at, n.number LIMIT 1
  )`

/** The bindings of a transaction. There are few owners, so the reference is looked up for each of them. */
const BINDINGS = `WITH RECURSIVE owners AS (
    SELECT min(owner) AS owner FROM hipay_pos.notification_bindings
    UNION ALL
    SELECT (SELECT min(b.owner) FROM hipay_pos.notification_bindings b WHERE b.owner > o.owner)
    FROM owners o WHERE o.owner IS NOT NULL
  )
  SELECT b.owner, b.attempt FROM owners o
  JOIN hipay_pos.notification_bindings b ON b.owner = o.owner AND b.reference = $1 ORDER BY b.owner`

/** Opens them. Rejects with a sentence. */
export const open = async (
  database: Database,
  { lease, under }: Pick<PostgresStore, "lease" | "under">
): Promise<NotificationStore> => {
  const secret = await secretNamed(database, SECRET, randomBytes(32).toString("hex"))

  const take = Effect.fnUntraced(function* (attempt: string, by: string) {
    for (;;) {
      const [taken] = yield* attempting(() =>
        database.query("SELECT hipay_pos.take_notified_v1($1, $2) AS taken", [attempt, by])
      )
      if (taken?.taken === true) return
      yield* Effect.sleep(AGAIN)
    }
  })

  const release = (attempt: string, by: string, considered: number | undefined) =>
    attempting(async () => {
      await database.query("SELECT hipay_pos.release_notified_v1($1, $2, $3)", [attempt, by, considered ?? null])
    })

  return {
    secret,
    isShared: true,
    receive: ({ owner, key, notification, attempt, forward }) =>
      attempting(async () => {
        const [received] = await call(database, "receive_notification_v1", {
          owner,
          reference: notification.reference,
          key,
          attempt: attempt ?? null,
          json: JSON.stringify(notification),
          at: notification.at,
          url: forward?.url ?? null,
          content_type: forward?.contentType ?? null,
          signature: forward?.signature ?? null,
          body: forward === undefined ? null : Buffer.from(forward.body).toString("base64")
        })
        const own = received?.receive_notification_v1
        return own == null ? undefined : String(own)
      }),
    bindingsOf: (reference) =>
      attempting(async () => {
        const rows = await database.query(BINDINGS, [reference])
        return rows.map(({ owner, attempt }) => ({ owner: String(owner), attempt: String(attempt) }))
      }),
    attemptsUnder: (keys) => under(keys.map(textOf)),
    of: (attempt) =>
      attempting(async () => {
        const rows = await database.query(
          "SELECT number, json FROM hipay_pos.notifications WHERE attempt = $1 ORDER BY number",
          [attempt]
        )
        return { notifications: rows.map(({ json }) => notificationOf(json)), last: Number(rows.at(-1)?.number ?? 0) }
      }),
    unconsidered: () =>
      attempting(async () => {
        const rows = await database.query("SELECT attempt FROM hipay_pos.left_notified_v1()")
        return rows.map(({ attempt }) => String(attempt))
      }),
    consider: (attempt, work) =>
      Effect.suspend(() => {
        const by = lease.instance()
        return Effect.andThen(
          take(attempt, by),
          Effect.flatMap(
            Effect.onError(work, () => Effect.ignore(release(attempt, by, undefined))),
            (considered) => release(attempt, by, considered)
          )
        )
      }),
    nextForward: (now, except = [], farthest = Number.MAX_SAFE_INTEGER) =>
      attempting(async () => {
        const [next] = await database.query(NEXT_FORWARD, [now, except.join("\n"), farthest])
        return (
          next && {
            number: Number(next.number),
            place: String(next.place),
            url: String(next.url),
            contentType: String(next.content_type),
            signature: String(next.signature),
            body: Buffer.from(String(next.body), "base64"),
            tries: Number(next.tries),
            dueAt: Number(next.due_at)
          }
        )
      }),
    dropForward: (number) =>
      attempting(async () => {
        await database.query("DELETE FROM hipay_pos.notification_forwards WHERE number = $1", [number])
      }),
    delayForward: (number, dueAt) =>
      attempting(async () => {
        await database.query(
          `UPDATE hipay_pos.notification_forwards SET tries = tries + 1, due_at = $2, taken_until = '-infinity'
           WHERE number = $1`,
          [number, dueAt]
        )
      }),
    waiting: () =>
      attempting(async () => {
        const [row] = await database.query(
          "SELECT count(*) AS pending, count(*) FILTER (WHERE tries > 0) AS failed FROM hipay_pos.notification_forwards"
        )
        return { pending: Number(row?.pending), failed: Number(row?.failed) }
      })
  }
}
