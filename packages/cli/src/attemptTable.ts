/** Attempts as a table for people: aligned columns under a header, local time, the id that other verbs accept. */

import { paint, printable } from "@hipay-pos/cli-kit"
import { amountText, type ShownAttempt, stateText, toneOf } from "./formatAttempt.ts"
import { localTime, zone } from "./localTime.ts"

type Cells = readonly [time: string, state: string, type: string, amount: string, terminal: string, order: string]

const header = (): Cells => [`TIME (${zone()})`, "STATE", "TYPE", "AMOUNT", "TERMINAL", "ORDER"]

/** Wide enough for most, so that later lines align with the first ones. */
const least: ReadonlyArray<number> = [19, 16, 6, 10, 19, 16]

/** Lines of one table. */
export interface Table {
  readonly header: string
  readonly line: (attempt: ShownAttempt) => string
}

/** A table with columns wide enough for these attempts. */
export const makeTable = (attempts: ReadonlyArray<ShownAttempt>): Table => {
  const names = header()
  const rows = [names, ...attempts.map(cellsOf)]
  const widths = least.map((width, column) => Math.max(width, ...rows.map((cells) => cells[column]?.length ?? 0)))
  const pad = (cells: Cells) =>
    cells.map((cell, column) => (column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
  return {
    header: paint("quiet", [...pad(names), "ID"].join("  ")),
    line: (attempt) => {
      const [time, state = "", ...others] = pad(cellsOf(attempt))
      return [time, paint(toneOf(attempt.state), state), ...others, printable(attempt.id)].join("  ")
    }
  }
}

const cellsOf = (attempt: ShownAttempt): Cells => [
  localTime(attempt.openedAt),
  stateText(attempt),
  printable(attempt.transactionType),
  printable(amountText(attempt.paid, attempt.amount, attempt.currency)),
  printable(attempt.terminal),
  printable(attempt.orderId)
]
