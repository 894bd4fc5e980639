/** The keys of a terminal, and the matching keyboard keys. Pure. */

export type Key = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "cancel" | "clear" | "enter"

/** In the order of the key pad, row by row. */
export const pad: ReadonlyArray<Key> = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "cancel", "0", "clear", "enter"]

const others: Readonly<Record<string, Key>> = { Escape: "cancel", Backspace: "clear", Delete: "clear", Enter: "enter" }

/** The terminal's key for a keyboard key, if there is one. */
export const fromKeyboard = (key: string): Key | undefined =>
  /^[0-9]$/.test(key) ? (key as Key) : Object.hasOwn(others, key) ? others[key] : undefined
