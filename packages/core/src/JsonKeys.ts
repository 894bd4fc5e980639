/**
 * Finds keys that no honest sender writes: `__proto__`, and one that an object has twice, of which some parsers keep the first
 * and others the last. Both are refused, because two readers of one order could see two amounts.
 *
 * Usually one scan of the text and one count of its keys is enough; only a suspicious body is read key by key.
 */

/** The first such key, and where it stands, or `undefined`. `json` is what `text` was parsed to. */
export const findHostileKey = (text: string, json: unknown): HostileKey | undefined => {
  const suspicious = text.includes("__proto__") || text.includes("\\u")
  return suspicious || countColons(text) !== countKeys(json) ? scan(text) : undefined
}

/** A key that is refused; `line` and `column` count from 1. */
export interface HostileKey {
  readonly key: string
  /** Whether its object has it already; otherwise it is refused wherever it stands. */
  readonly isRepeated: boolean
  readonly line: number
  readonly column: number
}

/** How often a string is followed by a colon: once per key, and sometimes inside a text. */
const countColons = (text: string): number => {
  let count = 0
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) {
    let before = at - 1
    while (text.charCodeAt(before) <= SPACE) before--
    if (text.charCodeAt(before) === QUOTE) count++
  }
  return count
}

const SPACE = 0x20
const QUOTE = 0x22

const countKeys = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item)
    return count
  }
  for (const key in value) {
    count++
    const field = value[key as keyof typeof value] as unknown
    // Most fields hold no nested objects.
    if (typeof field === "object" && field !== null) count += countKeys(field)
  }
  return count
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g

const scan = (text: string): HostileKey | undefined => {
  for (const { key, count, at } of readKeys(text)) {
    if (key !== "__proto__" && count === 1) continue
    const lines = text.slice(0, at).split("\n")
    return { key, isRepeated: count > 1, line: lines.length, column: (lines.at(-1) ?? "").length + 1 }
  }
  return undefined
}

/** JSON text with repeated keys numbered, so that parsing loses none. */
export const numberRepeatedKeys = (text: string): string => {
  let numbered = ""
  let end = 0
  for (const { key, count, at, written } of readKeys(text)) {
    if (count === 1) continue
    numbered += text.slice(end, at) + JSON.stringify(`${key} (${count})`)
    end = at + written.length
  }
  return numbered + text.slice(end)
}

/** A key: where and how it is written, and how often its object has had it so far. */
interface Key {
  readonly key: string
  readonly count: number
  readonly at: number
  readonly written: string
}

/** Reads every key of a JSON text. */
function* readKeys(text: string): Iterable<Key> {
  const open: Array<Map<string, number> | undefined> = []
  let last = { at: 0, written: "" }
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === "{") open.push(new Map())
    else if (found === "[") open.push(undefined)
    else if (found === "}" || found === "]") open.pop()
    else if (found === ":") {
      const key: string = JSON.parse(last.written)
      const keys = open.at(-1)
      const count = (keys?.get(key) ?? 0) + 1
      keys?.set(key, count)
      yield { key, count, ...last }
    }
    last = { at: index, written: found }
  }
}
