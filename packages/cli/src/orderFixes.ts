/**
 * Mechanical fixes for an order that strict validation refuses: a number or boolean in quotes, a text without them, the
 * wrong letter case, a discount with the wrong sign. A value is replaced only if nothing at its place is refused
 * afterwards: ambiguous ones, such as 12.50 or 12.00 for an amount in minor units, are left to a person.
 */
import * as Finding from "@hipay-pos/core/Finding"
import { validate } from "@hipay-pos/server"
import { type Place, placesIn } from "./orderPlaces.ts"

/** One replaced value, at the place where it was. */
export interface Fix extends Pick<Place, "line" | "column"> {
  readonly path: string
  /** The value before and after, without anything personal. */
  readonly from: string
  readonly to: string
}

/** The text with its fixes; every other byte stays the same. */
export const fix = (text: string): { readonly text: string; readonly fixes: ReadonlyArray<Fix> } => {
  const fixes: Array<Fix> = []
  let now = text
  for (const finding of refusedIn(text)) {
    const { line, column, range } = placesIn(now)(finding.path)
    if (range === undefined) continue
    const [start, end] = range
    const raw = now.slice(start, end)
    for (const candidate of candidatesFor(raw, finding)) {
      const next = now.slice(0, start) + candidate + now.slice(end)
      if (refusedIn(next).some(({ path }) => path === finding.path)) continue
      const show = (json: string) => Finding.describe(JSON.parse(json), finding.path)
      fixes.push({ path: finding.path, line, column, from: show(raw), to: show(candidate) })
      now = next
      break
    }
  }
  return { text: now, fixes: fixes.toSorted((a, b) => a.line - b.line || a.column - b.column) }
}

const refusedIn = (text: string): ReadonlyArray<Finding.Finding> => {
  const verdict = validate(JSON.parse(text), "strict")
  return verdict._tag === "InvalidBody" ? verdict.findings.filter(({ severity }) => severity === "refused") : []
}

/** JSON that may replace a value. */
const candidatesFor = (raw: string, { code, expected, path }: Finding.Finding): ReadonlyArray<string> => {
  const value: unknown = JSON.parse(raw)
  if (typeof value === "number") {
    return code === "discount-positive" ? [`-${raw}`] : [JSON.stringify(raw)]
  }
  if (typeof value !== "string") return []
  const text = value.trim()
  // 12.00 may be in major units: 12 would be paid as 0.12.
  if (path === "order.price.amount" && text.includes(".")) return []
  const words = expected.replace(/^one of /, "").split(", ")
  const word = words.find((each) => each.toLowerCase() === text.toLowerCase())
  return [
    ...(/^-?(0|[1-9]\d*)(\.\d+)?$|^(true|false)$/.test(text) ? [text] : []),
    ...[word, text.toUpperCase()].flatMap((each) => (each === undefined ? [] : [JSON.stringify(each)]))
  ]
}
