/** Attempts as a table for people: aligned columns under a header, local time, the id that other verbs take. */

import { paint, printable } from "@hipay-pos/cli-kit"
import { amountText, type ShownAttempt, stateText, toneOf } from "./formatAttempt.ts"

type Cells = readonly [time: string, state: string, type: string, amount: string, terminal: string, order: string]

const header: Cells = ["TIME", "STATE", "TYPE", "AMOUNT", "TERMINAL", "ORDER"]

/** Wide enough for most, so that lines that come later are aligned with the first ones. */
const least: ReadonlyArray<number> = [19, 16, 6, 10, 19, 16]

/** Lines of one table. */
export interface Table {
  readonly header: string
  readonly line: (attempt: ShownAttempt) => string
}

/** A table whose columns hold these attempts. */
export const makeTable = (attempts: ReadonlyArray<ShownAttempt>): Table => {
  const rows = [header, ...attempts.map(cellsOf)]
  const widths = least.map((width, column) => Math.max(width, ...rows.map((cells) => cells[column]?.length ?? 0)))
  const pad = (cells: Cells) =>
    cells.map((cell, column) => (column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
  return {
    header: paint("quiet", [...pad(header), "ID"].join("  ")),
    line: (attempt) => {
      const [time, state = "", ...others] = pad(cellsOf(attempt))
      return [time, paint(toneOf(attempt.state), state), ...others, printable(attempt.id)].join("  ")
    }
  }
}

const cellsOf = (attempt: ShownAttempt): Cells => [
  localTime(attempt.openedAt),
  stateText(attempt),
  attempt.transactionType,
  amountText(attempt.paid, attempt.amount, attempt.currency),
  printable(attempt.terminal),
  printable(attempt.orderId)
]

/** `2026-11-28 14:42:37` by the clock of this machine, from an ISO text; the text as it stands where it is none. */
export const localTime = (iso: string): string => {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return printable(iso)
  const two = (part: number) => String(part).padStart(2, "0")
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-")
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`
}
