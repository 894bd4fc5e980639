/** The store's file: HiPay's notifications, the attempts that their transactions are bound to, and deliveries to forward. */
import { randomBytes } from "node:crypto"
import type { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import type { Attempt } from "../attempts/Attempt.ts"
import { StoreFailed, textOf } from "../attempts/AttemptStore.ts"
import { KeptNotification } from "../notifications/KeptNotification.ts"
import type { Binding, Forward, NotificationStore, WaitingForwards } from "../notifications/NotificationStore.ts"
import { COLUMNS, type Row } from "./attemptJson.ts"
import type { Read } from "./attemptRows.ts"
import { type Commits, failed } from "./commits.ts"
import { prepare, present } from "./prepare.ts"
import { storedJson } from "./storedJson.ts"

/** Migrates a file from the fourth format to the fifth. */
export const NOTIFICATION_TABLES = `
CREATE TABLE notification_bindings (
  owner TEXT NOT NULL,
  reference TEXT NOT NULL,
  attempt TEXT NOT NULL,
  PRIMARY KEY (owner, reference)
) STRICT, WITHOUT ROWID;
CREATE TABLE notifications (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  attempt TEXT,
  considered INTEGER NOT NULL DEFAULT 0,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX notifications_by_attempt ON notifications (attempt, number) WHERE attempt IS NOT NULL;
CREATE INDEX notifications_to_consider ON notifications (attempt) WHERE considered = 0 AND attempt IS NOT NULL;
CREATE TABLE notification_forwards (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  notification INTEGER NOT NULL UNIQUE,
  url TEXT NOT NULL,
  content_type TEXT NOT NULL,
  signature TEXT NOT NULL,
  body BLOB NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL
) STRICT
`

/** The start that all addresses of one host and port share, as written: up to the slash after the host. */
const PLACE = "substr(url, 1, instr(substr(url || '/', 9), '/') + 8)"

/** Also for files that had deliveries indexed by time only. */
const FORWARDS_BY_PLACE = `
DROP INDEX IF EXISTS notification_forwards_due;
CREATE INDEX IF NOT EXISTS notification_forwards_by_place ON notification_forwards (${PLACE}, due_at, number)
`

/**
 * Takes from each place one delivery that was delayed too far, or else the one that is due first, and of these the first:
 * however many wait for a place, only one or two of them are read.
 */
const NEXT_FORWARD = `WITH RECURSIVE places (place) AS (
    SELECT * FROM (SELECT ${PLACE} FROM notification_forwards ORDER BY ${PLACE} LIMIT 1)
    UNION ALL
    SELECT (SELECT ${PLACE} FROM notification_forwards WHERE ${PLACE} > place ORDER BY ${PLACE} LIMIT 1)
    FROM places WHERE place IS NOT NULL
  ), firsts (number) AS (
    SELECT coalesce(
      (SELECT number FROM notification_forwards WHERE ${PLACE} = place AND due_at > ?2 ORDER BY due_at, number LIMIT 1),
      (SELECT number FROM notification_forwards WHERE ${PLACE} = place ORDER BY due_at, number LIMIT 1)
    )
    FROM places WHERE place IS NOT NULL AND place NOT IN (SELECT value FROM json_each(?1))
  )
  SELECT number, ${PLACE} AS place, url, content_type AS contentType, signature, body, tries, due_at AS dueAt
  FROM notification_forwards WHERE number = (
    SELECT f.number FROM firsts JOIN notification_forwards AS f ON f.number = firsts.number
    ORDER BY f.due_at <= ?2, f.due_at, f.number LIMIT 1
  )`

/** A transaction's bindings. There are few owners, so each is looked up with the reference. */
const BINDINGS = `WITH RECURSIVE owners (owner) AS (
    SELECT min(owner) FROM notification_bindings
    UNION ALL
    SELECT (SELECT min(b.owner) FROM notification_bindings AS b WHERE b.owner > owners.owner)
    FROM owners WHERE owner IS NOT NULL
  )
  SELECT b.owner, b.attempt FROM owners JOIN notification_bindings AS b ON b.owner = owners.owner AND b.reference = ?
  ORDER BY b.owner`

/** The identity table's row with the store's secret for notification paths. */
const SECRET = "notify-secret"

const decode = storedJson(KeptNotification)

/** A notification of a store's JSON. Throws if it is none. */
export const notificationOf = (json: unknown): KeptNotification => {
  const notification = decode(String(json))
  if (notification === undefined) throw new Error("a notification cannot be read")
  return notification
}

export const makeNotifications = (database: DatabaseSync, commits: Commits, read: Read): NotificationStore => {
  database.exec(FORWARDS_BY_PLACE)
  database
    .prepare("INSERT OR IGNORE INTO identity (name, value) VALUES (?, ?)")
    .run(SECRET, randomBytes(32).toString("hex"))
  const secret = String(database.prepare("SELECT value FROM identity WHERE name = ?").get(SECRET)?.value)
  const bind = database.prepare(
    "INSERT OR IGNORE INTO notification_bindings (owner, reference, attempt) VALUES (?, ?, ?)"
  )
  const bound = prepare<{ readonly attempt: string }>(
    database,
    "SELECT attempt FROM notification_bindings WHERE owner = ? AND reference = ?"
  )
  const bindings = prepare<Binding>(database, BINDINGS)
  const insert = database.prepare("INSERT OR IGNORE INTO notifications (key, attempt, json) VALUES (?, ?, ?)")
  const numberOf = prepare<{ readonly number: number }>(database, "SELECT number FROM notifications WHERE key = ?")
  const forward = database.prepare(
    `INSERT INTO notification_forwards (notification, url, content_type, signature, body, due_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (notification) DO NOTHING`
  )
  const ofAttempt = prepare<{ readonly number: number; readonly json: string }>(
    database,
    "SELECT number, json FROM notifications WHERE attempt = ? ORDER BY number"
  )
  const unconsidered = prepare<{ readonly attempt: string }>(
    database,
    "SELECT DISTINCT attempt FROM notifications WHERE considered = 0 AND attempt IS NOT NULL"
  )
  const consider = database.prepare("UPDATE notifications SET considered = 1 WHERE attempt = ? AND number <= ?")
  const byKey = prepare<Row>(database, `SELECT ${COLUMNS} FROM attempts WHERE key = ? ORDER BY number`)
  const next = prepare<Forward>(database, NEXT_FORWARD)
  const waiting = prepare<WaitingForwards>(
    database,
    "SELECT count(*) AS pending, count(*) FILTER (WHERE tries > 0) AS failed FROM notification_forwards"
  )
  const drop = database.prepare("DELETE FROM notification_forwards WHERE number = ?")
  const delay = database.prepare("UPDATE notification_forwards SET tries = tries + 1, due_at = ? WHERE number = ?")
  const look = <A>(from: () => A): Effect.Effect<A, StoreFailed> => Effect.try({ try: from, catch: failed })

  return {
    secret,
    isShared: false,
    receive: ({ owner, key, notification, attempt, forward: onward }) =>
      commits.write({
        flushed: true,
        act: () => {
          commits.refuseDisplaced()
          if (attempt !== undefined) bind.run(owner, notification.reference, attempt)
          const own = bound.get(owner, notification.reference)?.attempt === attempt ? attempt : undefined
          const unique = [owner, own ?? "", key].join("\n")
          insert.run(unique, own ?? null, JSON.stringify(notification))
          if (onward !== undefined) {
            const { number } = present(numberOf.get(unique))
            const { url, contentType, signature, body } = onward
            forward.run(number, url, contentType, signature, body, notification.at)
          }
          return own
        }
      }),
    bindingsOf: (reference) => look(() => bindings.all(reference)),
    attemptsUnder: (keys) =>
      look(() =>
        keys.flatMap((key) =>
          byKey.all(textOf(key)).flatMap((row): ReadonlyArray<Attempt> => {
            const attempt = read(row)
            if (attempt === undefined) return []
            if (attempt instanceof StoreFailed) throw attempt
            return [attempt]
          })
        )
      ),
    of: (attempt) =>
      look(() => {
        const rows = ofAttempt.all(attempt)
        return { notifications: rows.map(({ json }) => notificationOf(json)), last: rows.at(-1)?.number ?? 0 }
      }),
    unconsidered: () => look(() => unconsidered.all().map(({ attempt }) => attempt)),
    consider: (attempt, work) =>
      Effect.flatMap(work, (upTo) =>
        upTo === undefined
          ? Effect.void
          : commits.write({ flushed: false, act: () => void consider.run(attempt, upTo) })
      ),
    nextForward: (_, except = [], farthest = Number.MAX_SAFE_INTEGER) =>
      look(() => next.get(JSON.stringify(except), farthest)),
    dropForward: (number) => commits.write({ flushed: false, act: () => void drop.run(number) }),
    delayForward: (number, dueAt) => commits.write({ flushed: false, act: () => void delay.run(dueAt, number) }),
    waiting: () => look(() => present(waiting.get()))
  }
}
