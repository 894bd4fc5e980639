/** Where in an order's text its values are. */
import { parse, type ValueNode } from "@humanwhocodes/momoa"

/** The place of a value, or of the deepest part of its path that exists. */
export interface Place {
  /** From 1. */
  readonly line: number
  readonly column: number
  /** The value's first character and the one after its last, if it exists and is neither an object nor an array. */
  readonly range?: readonly [number, number] | undefined
}

/** Finds the places of paths such as `order.basket[0].name` in a JSON text. */
export const placesIn = (text: string): ((path: string) => Place) => {
  const { body } = parse(text, { mode: "json", ranges: true })
  return (path) => {
    let node: ValueNode = body
    let isThere = true
    for (const step of path.split(/[.[\]]+/).filter((each) => each !== "")) {
      const next = childOf(node, step)
      if (next === undefined) {
        isThere = false
        break
      }
      node = next
    }
    const { line, column } = node.loc.start
    const isValue = isThere && node.type !== "Object" && node.type !== "Array"
    return { line, column, range: isValue ? node.range : undefined }
  }
}

const childOf = (node: ValueNode, step: string): ValueNode | undefined => {
  if (node.type === "Array") return node.elements[Number(step)]?.value
  if (node.type !== "Object") return undefined
  return node.members.find(({ name }) => (name.type === "String" ? name.value : name.name) === step)?.value
}
