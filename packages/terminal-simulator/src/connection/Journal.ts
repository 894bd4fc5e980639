/** What the terminal received and sent, newest last, masked. Keeps the last entries only. */
import type * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as MaskedFrame from "../concert/maskedFrame.ts"

/** One exchange. */
export interface JournalEntry {
  /** When the request was complete, milliseconds since 1970. */
  readonly at: number
  readonly connection: number
  /** The request as text. */
  readonly request: string
  readonly fields: ReadonlyArray<Tlv.RawField>
  /** The result of the operation; absent while it runs, after a reboot, or for a request that was not performed. */
  readonly conclusion?: "Done" | "Acknowledged" | "NotDone" | undefined
  /** What was sent in answer, acknowledgements included; if nothing was, the response that was ready. */
  readonly answer?: string | undefined
  /** Its fields, up to the first one that cannot be read. */
  readonly answerFields?: ReadonlyArray<Tlv.RawField> | undefined
  /** Whether anything was sent. */
  readonly delivered: boolean
}

/** An entry while its exchange runs. Holds texts only: fields are parsed when an entry is read. */
export interface Entry {
  readonly at: number
  readonly connection: number
  readonly request: string
  conclusion: JournalEntry["conclusion"]
  answer: string | undefined
  delivered: boolean
}

/** The journal as the terminal writes it. Frames must be masked by the caller. */
export interface Journal {
  readonly begin: (connection: number, request: string) => Entry
  readonly entries: () => ReadonlyArray<JournalEntry>
  readonly clear: () => void
}

/** An empty journal that keeps `capacity` entries. */
export const make = (capacity: number, now: () => number): Journal => new TerminalJournal(capacity, now)

class TerminalJournal implements Journal {
  private readonly capacity: number
  private readonly now: () => number
  private kept: Array<Entry> = []

  constructor(capacity: number, now: () => number) {
    this.capacity = capacity
    this.now = now
  }

  begin(connection: number, request: string): Entry {
    const entry: Entry = {
      at: this.now(),
      connection,
      request,
      conclusion: undefined,
      answer: undefined,
      delivered: false
    }
    this.kept.push(entry)
    if (this.kept.length >= 2 * this.capacity) this.kept = this.kept.slice(-this.capacity)
    return entry
  }

  entries(): ReadonlyArray<JournalEntry> {
    return this.kept.slice(-this.capacity).map(withFields)
  }

  clear(): void {
    this.kept = []
  }
}

const withFields = ({ at, connection, request, conclusion, answer, delivered }: Entry): JournalEntry => ({
  at,
  connection,
  request,
  fields: MaskedFrame.fieldsOf(request),
  conclusion,
  answer,
  answerFields: answer === undefined ? undefined : MaskedFrame.fieldsOf(answer),
  delivered
})
