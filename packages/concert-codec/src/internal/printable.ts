/** Received values for people: what a terminal's author could not mean to reach a screen is not in them. */

/** Control characters are shown as dots. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, ".")

/** The same for a value in a sentence: at most 20 characters of it. */
export const brief = (value: string): string => {
  const shown = printable(value)
  return shown.length > 20 ? `${shown.slice(0, 20)}…` : shown
}
