/**
 * Writes the attempts of some days into a text file, even while a gateway writes to the store: a consistent snapshot, oldest
 * first.
 *
 * A JSON line is what `GET /attempts/ID` shows; CSV has one row for each attempt. Card numbers are masked by today's rules,
 * whichever version stored them. The file is readable only by its owner, and gets its name once it is complete.
 */
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Csv from "../attempts/csv.ts"
import { forgetCustomer } from "../attempts/forgetCustomer.ts"
import { maskAttempt } from "../attempts/redactAttempt.ts"
import { detail } from "../render/attemptView.ts"
import { answerTo } from "../render/Dialect.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { COLUMNS, fromRow, type Row } from "./attemptJson.ts"
import { prepare } from "./prepare.ts"
import * as SqliteFile from "./SqliteFile.ts"
import { StartFailed } from "./StartFailed.ts"
import * as StoreIdentity from "./storeIdentity.ts"
import { flush, makeTarget, writing } from "./targetFile.ts"

/** What to export, and where to. */
export interface ExportOptions {
  readonly store: string
  readonly to: string
  readonly format: "jsonl" | "csv"
  /** The first and the last day, `YYYY-MM-DD`; all by default. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** The business days, whose clock CSV times follow, too; UTC days by default. */
  readonly days?: BusinessDay.BusinessDay | undefined
  /** The language of the spreadsheet that CSV is for; CSV for programs by default. */
  readonly locale?: string | undefined
  /** Includes the orders' customer and delivery data; false by default. */
  readonly withCustomers?: boolean | undefined
  /** Replaces an existing file; false by default. */
  readonly overwrite?: boolean | undefined
  readonly frames: Frames
}

/** A finished export. */
export interface Export {
  /** Absolute. */
  readonly file: string
  readonly attempts: number
  /** Ids of attempts that cannot be read and were left out. */
  readonly damaged: ReadonlyArray<string>
}

/** Exports. Throws {@link StartFailed}, one sentence that a person can act on, and then leaves the file as it was. */
export const exportStore = (options: ExportOptions): Export => {
  const { store } = options
  const bounds = boundsOf(options)
  const source = SqliteFile.find(store)
  const output = open(options, source)
  try {
    SqliteFile.inspectExisting(source)
    const writer = makeWriter(options, output.append)
    StoreIdentity.withReadOnly(
      source,
      (database) => {
        // A single statement reads a consistent snapshot.
        const rows = prepare<Row>(
          database,
          `SELECT ${COLUMNS} FROM attempts WHERE opened_at >= ? AND opened_at < ? ORDER BY number`
        )
        for (const row of rows.iterate(bounds.first, bounds.end)) writer.row(row)
      },
      SqliteFile.LOCK_TIMEOUT
    )
    return output.publish(writer.end())
  } catch (error) {
    throw SqliteFile.cannotOpen(source, error)
  } finally {
    output.abandon()
  }
}

/** Exports from another store: `rows` returns those opened at the first time or later and before the second, oldest first. */
export const exportRows = async (
  options: Omit<ExportOptions, "store">,
  rows: (first: number, end: number) => AsyncIterable<Row>
): Promise<Export> => {
  const { first, end } = boundsOf(options)
  const output = open(options)
  try {
    const writer = makeWriter(options, output.append)
    for await (const row of rows(first, end)) writer.row(row)
    return output.publish(writer.end())
  } finally {
    output.abandon()
  }
}

/** The export's file, which gets its name once it is published. */
const open = ({ to, overwrite = false }: Pick<ExportOptions, "to" | "overwrite">, source?: string) => {
  const target = makeTarget({ to, overwrite, source, mayReplaceBackup: false })
  const { file } = target
  const made = `${file}.${process.pid}.new`
  const output = writing(file, () => openSync(made, "wx", 0o600))
  return {
    file,
    append: (text: string) => writing(file, () => writeFileSync(output, text)),
    publish: (written: Omit<Export, "file">): Export => {
      writing(file, () => flush(made))
      target.publish(made)
      return { file, ...written }
    },
    /** Removes the unfinished file; a published one stays. */
    abandon: () => {
      closeSync(output)
      rmSync(made, { force: true })
    }
  }
}

/** Texts are written in pieces of this length. */
const PIECE = 1_000_000

const boundsOf = ({ from, until, days = BusinessDay.utc }: Omit<ExportOptions, "store">) => {
  const dayOf = (flag: string, day: string) => {
    const bounds = days.boundsOf(day)
    if (bounds === undefined)
      throw new StartFailed({ problem: `${flag}: expected a day as YYYY-MM-DD, got ${CardNumber.maskWritten(day)}` })
    return bounds
  }
  const first = from === undefined ? 0 : dayOf("--from", from).from
  const end = until === undefined ? Number.MAX_SAFE_INTEGER : dayOf("--to", until).to
  if (end <= first)
    throw new StartFailed({ problem: `--to: expected a day from ${from} on, which is the first one, got ${until}` })
  return { first, end }
}

const makeWriter = (
  { format, frames, withCustomers = false, days = BusinessDay.utc, locale }: Omit<ExportOptions, "store">,
  append: (text: string) => void
) => {
  const csv = Csv.makeWriter({ days, locale })
  const damaged: Array<string> = []
  let attempts = 0
  let piece = format === "csv" ? csv.head : ""
  return {
    row: (row: Row): void => {
      const attempt = fromRow(row)
      if (attempt === undefined) {
        damaged.push(row.id)
        return
      }
      const masked = maskAttempt(attempt, frames)
      const shown = withCustomers ? masked : forgetCustomer(masked, frames)
      piece +=
        format === "csv"
          ? csv.attempt(shown)
          : `${JSON.stringify(detail(shown, { frames, answerTo: answerTo["pos-api"] }))}\n`
      attempts++
      if (piece.length < PIECE) return
      append(piece)
      piece = ""
    },
    end: (): Omit<Export, "file"> => {
      append(piece)
      return { attempts, damaged }
    }
  }
}
