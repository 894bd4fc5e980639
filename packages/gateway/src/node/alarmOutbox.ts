/**
 * Alarms that were not delivered yet, in a file of their own: one that is there survives the process, and is delivered at
 * least once. Those that were delivered are kept for a while, so that none is raised twice.
 */
import { closeSync, openSync } from "node:fs"
import { resolve } from "node:path"
import type { AlarmMessage } from "../alarms/AlarmMessage.ts"

/** An alarm that waits. */
export interface Waiting {
  readonly message: AlarmMessage
  readonly tries: number
  /** In milliseconds since 1970. */
  readonly dueAt: number
}

/** The outbox of one channel or more. */
export interface AlarmOutbox {
  /** Writes it down, unless it is there; whether it was new. */
  readonly add: (message: AlarmMessage, channels: ReadonlyArray<string>, now: number) => boolean
  /** The next one for a channel, whether it is due or not. */
  readonly next: (channel: string) => Waiting | undefined
  readonly delivered: (channel: string, id: string, now: number) => void
  /** Tries it again at a time; so many tries have failed by then. */
  readonly delay: (channel: string, id: string, dueAt: number, tries: number) => void
  readonly close: () => void
}

/** How long delivered ones are remembered, in milliseconds. */
const KEPT = 30 * 24 * 3_600_000

/** Opens the file, or makes it; as SQLite says where it cannot. */
export const openOutbox = (path: string): AlarmOutbox => {
  // Readable by its owner only, whatever the process's umask.
  if (path !== ":memory:") closeSync(openSync(path, "a", 0o600))
  // Loaded here: Node 22 warns on stderr as soon as it is loaded, also where no alarm is ever sent.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
  const database = new DatabaseSync(path === ":memory:" ? path : resolve(path))
  database.exec(`
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
    CREATE INDEX IF NOT EXISTS alarms_due ON alarms (channel, due_at) WHERE delivered_at IS NULL`)
  const insert = database.prepare("INSERT OR IGNORE INTO alarms (id, channel, json, due_at) VALUES (?, ?, ?, ?)")
  const first = database.prepare(
    "SELECT json, tries, due_at AS dueAt FROM alarms WHERE channel = ? AND delivered_at IS NULL ORDER BY due_at LIMIT 1"
  )
  const done = database.prepare("UPDATE alarms SET delivered_at = ? WHERE channel = ? AND id = ?")
  const later = database.prepare("UPDATE alarms SET due_at = ?, tries = ? WHERE channel = ? AND id = ?")
  const forget = database.prepare("DELETE FROM alarms WHERE delivered_at < ?")
  return {
    add: (message, channels, now) => {
      forget.run(now - KEPT)
      return channels
        .map((channel) => insert.run(message.id, channel, JSON.stringify(message), now).changes)
        .some((changes) => Number(changes) > 0)
    },
    next: (channel) => {
      const row = first.get(channel) as
        | { readonly json: string; readonly tries: number; readonly dueAt: number }
        | undefined
      return row && { message: JSON.parse(row.json) as AlarmMessage, tries: row.tries, dueAt: row.dueAt }
    },
    delivered: (channel, id, now) => void done.run(now, channel, id),
    delay: (channel, id, dueAt, tries) => void later.run(dueAt, tries, channel, id),
    close: () => database.close()
  }
}
