/** A script as people write it: one word a line, or a step in JSON. Pure. */

/** The words beside the names of cards. */
export const scriptWords: ReadonlyArray<string> = [
  "approved",
  "cancelled",
  "cancelled-after-card",
  "cancelled-at-pin",
  "timed-out",
  "wrong-pin-once",
  "wrong-pin"
]

export type ParsedScript =
  | { readonly ok: true; readonly script: ReadonlyArray<unknown> }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly word: string }

/** The steps of a text; blank lines are skipped. */
export const parseScript = (text: string, known: ReadonlySet<string>): ParsedScript => {
  const script: Array<unknown> = []
  for (const [index, each] of text.split("\n").entries()) {
    const word = each.trim()
    if (word === "") continue
    const step = word.startsWith("{") ? asObject(word) : known.has(word) ? word : undefined
    if (step === undefined) return { ok: false, line: index + 1, word }
    script.push(step)
  }
  return { ok: true, script }
}

const asObject = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
