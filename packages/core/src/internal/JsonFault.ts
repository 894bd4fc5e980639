/**
 * Where a text stops being JSON.
 *
 * `JSON.parse` reports the position of some faults only; this finds it for all of them. It keeps nothing of what it reads, so
 * the result holds none of the text.
 */

/** The place of a fault: `offset` counts from 0, `line` and `column` from 1. */
export interface Place {
  readonly offset: number
  readonly line: number
  readonly column: number
}

/**
 * The first token that cannot be there, or the first such character in a string; the end of the text if something is
 * missing.
 */
export const find = (text: string): Place => {
  const open: Array<"}" | "]"> = []
  let state: State = "value"
  let at = 0
  for (;;) {
    while (isSpace(text.charCodeAt(at))) at++
    const next = text[at]
    if (next === undefined || (state === "over" && open.length === 0)) return placeOf(text, at)
    if (state === "over" ? next === open.at(-1) : state === `first ${next}`) {
      open.pop()
      state = "over"
      at++
    } else if (state === "over" && next === ",") {
      state = open.at(-1) === "}" ? "key" : "value"
      at++
    } else if (state === "colon" && next === ":") {
      state = "value"
      at++
    } else if (state === "key" || state === "first }") {
      string.lastIndex = at
      if (!string.test(text)) return placeOf(text, next === '"' ? endOfString(text, at) : at)
      at = string.lastIndex
      state = "colon"
    } else if (state === "value" || state === "first ]") {
      if (next === "{" || next === "[") {
        const end = next === "{" ? "}" : "]"
        open.push(end)
        state = `first ${end}`
        at++
        continue
      }
      scalar.lastIndex = at
      if (!scalar.test(text)) return placeOf(text, next === '"' ? endOfString(text, at) : at)
      at = scalar.lastIndex
      state = "over"
    } else return placeOf(text, at)
  }
}

/** What may come next; `first }` and `first ]` are the places right behind an opening bracket. */
type State = "value" | "first }" | "first ]" | "key" | "colon" | "over"

const string = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const scalar = new RegExp(`${string.source}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`, "uy")
const beginning = new RegExp(`${string.source.slice(0, -1)}(?:\\\\(?:u[0-9a-fA-F]{0,3})?)?`, "uy")

/** Where a string that does not end well goes wrong. */
const endOfString = (text: string, at: number): number => {
  beginning.lastIndex = at
  beginning.test(text)
  return beginning.lastIndex
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

const placeOf = (text: string, offset: number): Place => {
  const before = text.slice(0, offset)
  const start = before.lastIndexOf("\n") + 1
  return { offset, line: before.split("\n").length, column: offset - start + 1 }
}
