/**
 * The figures typed from the terminals' batch reports, kept in the browser's storage by login and space, day, terminal and
 * currency.
 */
import type { TerminalTotals } from "@hipay-pos/core/wire/DayTotals"
import type { Session } from "@hipay-pos/core/wire/Session"

/** The beginning of a space's keys. */
const prefixOf = (space: string): string => `hipay-pos.batch ${JSON.stringify(space)} `

export const figureKeyOf = (
  { login, space }: Pick<Session, "login" | "space">,
  day: string,
  { terminal, currency }: Pick<TerminalTotals, "terminal" | "currency">
): string => prefixOf(space) + JSON.stringify([login, day, terminal, currency])

// Browsers may forbid storage: a figure then lasts as long as its page.
export const figureOf = (key: string): string => {
  try {
    return localStorage.getItem(key) ?? ""
  } catch {
    return ""
  }
}

export const keepFigure = (key: string, typed: string): void => {
  try {
    if (typed === "") localStorage.removeItem(key)
    else localStorage.setItem(key, typed)
  } catch {}
}

/** Drops the figures of a space that was reset: its days are empty again. */
export const dropFigures = (space: string): void => {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefixOf(space))) localStorage.removeItem(key)
  } catch {}
}
