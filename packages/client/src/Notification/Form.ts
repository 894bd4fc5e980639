/** Forms with bracketed keys: `order[id]=A&list[]=x` becomes `{ order: { id: "A" }, list: { 0: "x" } }`. */

/** Texts by name, nested. It has no prototype: a key may be any text. */
export interface Branch {
  readonly [name: string]: string | Branch
}

type Growing = { [name: string]: string | Growing }

/** Brackets beyond this depth are not opened. */
const MAX_DEPTH = 8

/** Reads a form. If a name occurs twice, the last value counts; `see` may change a value before it is kept. */
export const parseForm = (body: string, see: (key: string, value: string) => string): Branch => {
  const root: Growing = Object.create(null)
  const ends = new Map<Growing, number>()
  for (const [key, value] of new URLSearchParams(body)) {
    const [name = "", ...inner] = namesOf(key)
    let branch = root
    let at = name
    for (const next of inner.slice(0, MAX_DEPTH)) {
      const below = branch[at]
      const opened: Growing = typeof below === "object" ? below : Object.create(null)
      branch[at] = opened
      branch = opened
      at = next === "" ? freeIndex(branch, ends) : next
    }
    branch[at] = see(key, value)
  }
  return root
}

/** The index of a list's next item, without counting the list again. */
const freeIndex = (list: Growing, ends: Map<Growing, number>): string => {
  let index = ends.get(list) ?? 0
  while (Object.hasOwn(list, index)) index++
  ends.set(list, index + 1)
  return String(index)
}

/** `a[b][c]` is `a`, `b`, `c`; brackets that do not close are part of the name. */
const namesOf = (key: string): ReadonlyArray<string> => {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(key)
  if (match === null) return [key]
  const [, name = "", brackets = ""] = match
  return [name, ...brackets.slice(1, -1).split("][")]
}
