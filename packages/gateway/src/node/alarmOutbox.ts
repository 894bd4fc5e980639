/**
 * Undelivered alarms, in memory and in a file of their own: one that is in the file survives the process, and is delivered at
 * least once. One that cannot be written, because the disk is full or the file damaged, is delivered from memory. Delivered
 * ones are remembered for a while, so that none is raised twice.
 */
import { closeSync, openSync, statSync } from "node:fs"
import { resolve } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { FileProblem, StartFailed } from "@hipay-pos/server/node"
import type { AlarmMessage } from "../alarms/AlarmMessage.ts"
import { isDue } from "../retryPause.ts"
import { FileLock } from "./files.ts"

/** A waiting alarm. */
export interface Waiting {
  readonly message: AlarmMessage
  readonly tries: number
}

/** The outbox of one channel or more. */
export interface AlarmOutbox {
  /** Adds an alarm unless it is known; returns whether it was new. */
  readonly add: (message: AlarmMessage, channels: ReadonlyArray<string>, now: number) => boolean
  /** The next one for a channel that is due. */
  readonly next: (channel: string, now: number) => Waiting | undefined
  readonly delivered: (channel: string, id: string, now: number) => void
  /** Sets the time of the next try, and how many have failed so far. */
  readonly delay: (channel: string, id: string, dueAt: number, tries: number) => void
  /** Writes what could not be written before. */
  readonly flush: () => void
  readonly close: () => void
}

/** How long delivered ones are remembered, in milliseconds. */
const RETENTION = 30 * 24 * 3_600_000

/** An alarm of one channel. */
interface Row {
  readonly id: string
  readonly channel: string
  readonly json: string
  readonly tries: number
  /** In milliseconds since 1970. */
  readonly dueAt: number
  readonly deliveredAt: number | null
}

/** SQLite's `application_id` of an outbox. */
const APPLICATION_ID = 0x4850616c

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS alarms (
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    json TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    delivered_at INTEGER,
    PRIMARY KEY (id, channel)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS alarms_due ON alarms (channel, due_at) WHERE delivered_at IS NULL`

/**
 * Throws if a database is not an outbox, and leaves it as it is. Marks one that is new, or that an older version made without
 * a mark, which has only the table of alarms. A marked one is not written to: its disk may be full.
 */
const identify = (database: DatabaseSync): void => {
  const { application_id: id } = database.prepare("PRAGMA application_id").get() as { readonly application_id: number }
  if (id === APPLICATION_ID) return
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
  if (id !== 0 || tables.some(({ name }) => name !== "alarms")) {
    throw otherFile()
  }
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
}

const otherFile = () => new Error("it is another program's file, or a store; name one that is its own")

/** The size of SQLite's pages, in bytes: a file of another size that SQLite does not recognise never was a database. */
const PAGE = 4096

const lock = (path: string): (() => void) => {
  const unlock = FileLock.takeLock(`${path}.lock`)
  if (unlock === undefined)
    throw new StartFailed({ problem: "another gateway has it; each needs one of its own", isTemporary: true })
  return unlock
}

/**
 * Opens or creates the file; throws if that fails, if another gateway has it, or if it is something else. A damaged one is
 * left as it is, and does not keep a shop closed: alarms then wait in memory.
 */
export const openOutbox = (path: string, onWarning: (detail: string) => void): AlarmOutbox => {
  if (path === ":memory:") return outboxOf(path, onWarning)
  // Readable by its owner only, whatever the process's umask.
  closeSync(openSync(path, "a", 0o600))
  const unlock = lock(resolve(path))
  try {
    return outboxOf(resolve(path), onWarning, unlock)
  } catch (error) {
    unlock()
    if (!FileProblem.isDamaged(error)) throw error
    if (FileProblem.isNoDatabase(error) && statSync(path).size % PAGE > 0) throw otherFile()
    onWarning(
      `the file of alarms ${path} is damaged (${ErrorText.of(error)}): alarms are delivered from memory, and those not delivered are lost when the gateway ends; move the file away, and the next start makes a new one`
    )
    return outboxOf(":memory:", onWarning)
  }
}

const outboxOf = (path: string, onWarning: (detail: string) => void, unlock = () => {}): AlarmOutbox => {
  // Loaded lazily: Node 22 warns on stderr when it is loaded, even if no alarm is ever sent.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
  const database = new DatabaseSync(path)
  try {
    return outboxIn(database, path, onWarning, unlock)
  } catch (error) {
    database.close()
    throw error
  }
}

const outboxIn = (
  database: DatabaseSync,
  path: string,
  onWarning: (detail: string) => void,
  unlock: () => void
): AlarmOutbox => {
  identify(database)
  database.exec(SCHEMA)
  const write = database.prepare(`
    INSERT INTO alarms (id, channel, json, tries, due_at, delivered_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET tries = excluded.tries, due_at = excluded.due_at, delivered_at = excluded.delivered_at`)
  const forget = database.prepare("DELETE FROM alarms WHERE delivered_at < ?")

  const keyOf = ({ channel, id }: Pick<Row, "channel" | "id">) => `${channel} ${id}`
  const waiting = new Map<string, Row>()
  /** When each was delivered. */
  const delivered = new Map<string, number>()
  /** Rows whose current state is not in the file. */
  const unwritten = new Map<string, Row>()

  const keep = (row: Row) => {
    const key = keyOf(row)
    if (row.deliveredAt === null) {
      waiting.set(key, row)
    } else {
      waiting.delete(key)
      delivered.set(key, row.deliveredAt)
    }
    return key
  }
  const rows = database.prepare(
    "SELECT id, channel, json, tries, due_at AS dueAt, delivered_at AS deliveredAt FROM alarms"
  )
  for (const row of rows.iterate()) keep(row as unknown as Row)

  let isFailing = false
  let isClosed = false
  const flush = () => {
    if (isClosed) return
    try {
      for (const [key, { id, channel, json, tries, dueAt, deliveredAt }] of unwritten) {
        write.run(id, channel, json, tries, dueAt, deliveredAt)
        unwritten.delete(key)
      }
      isFailing = false
    } catch (error) {
      if (!isFailing)
        onWarning(
          `alarms cannot be written to ${path} and are delivered from memory; those not delivered are lost when the gateway ends: ${ErrorText.of(error)}`
        )
      isFailing = true
    }
  }
  const change = (row: Row) => {
    unwritten.set(keep(row), row)
    flush()
  }
  const forgetBefore = (time: number) => {
    for (const [key, at] of delivered) if (at < time) delivered.delete(key)
    try {
      forget.run(time)
    } catch {
      // The next call tries again.
    }
  }

  return {
    add: (message, channels, now) => {
      const added = channels.filter((channel) => {
        const key = keyOf({ channel, id: message.id })
        return !waiting.has(key) && !delivered.has(key)
      })
      if (added.length === 0) return false
      forgetBefore(now - RETENTION)
      const json = JSON.stringify(message)
      for (const channel of added) change({ id: message.id, channel, json, tries: 0, dueAt: now, deliveredAt: null })
      return true
    },
    next: (channel, now) => {
      let first: Row | undefined
      for (const row of waiting.values()) {
        if (row.channel !== channel || !isDue(row.dueAt, now)) continue
        if (first === undefined || row.dueAt < first.dueAt) first = row
      }
      return first && { message: JSON.parse(first.json) as AlarmMessage, tries: first.tries }
    },
    delivered: (channel, id, now) => {
      const row = waiting.get(keyOf({ channel, id }))
      if (row !== undefined) change({ ...row, deliveredAt: now })
    },
    delay: (channel, id, dueAt, tries) => {
      const row = waiting.get(keyOf({ channel, id }))
      if (row !== undefined) change({ ...row, dueAt, tries })
    },
    flush,
    close: () => {
      flush()
      isClosed = true
      database.close()
      unlock()
    }
  }
}
