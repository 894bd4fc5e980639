/** Parses a script: one command per line, or a step in JSON. Pure. */

/** The commands besides the names of test cards. */
export const scriptCommands: ReadonlyArray<string> = [
  "approved",
  "declined",
  "cancelled",
  "cancelled-after-card",
  "cancelled-at-pin",
  "card-removed",
  "timed-out",
  "tip",
  "wrong-pin-once",
  "wrong-pin"
]

export type ParsedScript =
  | { readonly ok: true; readonly script: ReadonlyArray<unknown> }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly command: string }

/** Parses the steps of a script; blank lines are skipped. */
export const parseScript = (text: string, known: ReadonlySet<string>): ParsedScript => {
  const script: Array<unknown> = []
  for (const [index, each] of text.split("\n").entries()) {
    const command = each.trim()
    if (command === "") continue
    const step = command.startsWith("{") ? asObject(command) : known.has(command) ? command : undefined
    if (step === undefined) return { ok: false, line: index + 1, command }
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
