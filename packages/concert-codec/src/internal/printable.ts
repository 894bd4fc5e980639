/** Makes received values fit for people: removes what could affect a screen. */

/** Replaces control characters by dots. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, ".")

/** The same for a value in a sentence: at most 20 characters. */
export const brief = (value: string): string => {
  const shown = printable(value)
  return shown.length > 20 ? `${shown.slice(0, 20)}…` : shown
}
