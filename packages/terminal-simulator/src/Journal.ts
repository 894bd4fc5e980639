/** What the terminal received and answered, newest last, masked. Keeps the last entries only. */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Shown from "./Shown.ts"

/** One exchange. */
export interface JournalEntry {
  /** When the request was whole, milliseconds since 1970. */
  readonly at: number
  readonly connection: number
  /** The request as text. */
  readonly request: string
  readonly fields: ReadonlyArray<Tlv.RawField>
  /** What the machine concluded; absent while it runs, after a reboot, or for a request that never reached it. */
  readonly conclusion?: "Done" | "Acknowledged" | "NotDone"
  /** The answer as text, once there is one. */
  readonly answer?: string
  readonly answerFields?: ReadonlyArray<Tlv.RawField>
  /** Whether the answer was sent at all. */
  readonly delivered: boolean
}

/** An entry while its exchange runs. */
export type Entry = { -readonly [Key in keyof Omit<JournalEntry, "request" | "answer">]: JournalEntry[Key] }

/** The journal as the terminal writes it. */
export interface Journal {
  readonly begin: (connection: number, request: ReadonlyArray<Tlv.RawField>) => Entry
  /** Returns the answer's fields as they may be shown. */
  readonly answer: (
    entry: Entry,
    fields: ReadonlyArray<Tlv.RawField>,
    delivered: boolean
  ) => ReadonlyArray<Tlv.RawField>
  readonly entries: () => ReadonlyArray<JournalEntry>
  readonly clear: () => void
}

/** An empty journal that keeps `capacity` entries. */
export const make = (capacity: number, now: () => number): Journal => {
  let entries: Array<Entry> = []
  return {
    begin: (connection, request) => {
      const entry: Entry = { at: now(), connection, fields: Shown.request(request), delivered: false }
      entries.push(entry)
      if (entries.length >= 2 * capacity) entries = entries.slice(-capacity)
      return entry
    },
    answer: (entry, fields, delivered) => {
      entry.delivered = delivered
      entry.answerFields = Shown.answer(fields)
      return entry.answerFields
    },
    entries: () => entries.slice(-capacity).map(withTexts),
    clear: () => {
      entries = []
    }
  }
}

const withTexts = (entry: Entry): JournalEntry => ({
  ...entry,
  request: Tlv.encode(entry.fields),
  ...(entry.answerFields === undefined ? {} : { answer: Tlv.encode(entry.answerFields) })
})
