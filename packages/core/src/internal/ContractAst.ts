/**
 * What a wire schema says, read off its syntax tree: types, bounds, lists of values. Wire schemas use structs, arrays,
 * records, literals and primitives only.
 */
import * as SchemaAST from "effect/SchemaAST"

/** The key under which a schema says that the contract gives no `type` for it, so that any type passes there. */
export const UNTYPED = "hipay-pos/untyped"

/** Whether the contract forgets this schema's type. */
export const isUntyped = (ast: SchemaAST.AST): boolean => SchemaAST.resolveAt<boolean>(UNTYPED)(ast) === true

/** A type of JSON, as the contract's validator tells types apart. */
export interface JsonType {
  readonly name: "string" | "number" | "integer" | "boolean" | "object" | "array"
  readonly words: string
  readonly is: (value: unknown) => boolean
}

const string: JsonType = { name: "string", words: "a text", is: (value) => typeof value === "string" }
const number: JsonType = { name: "number", words: "a number", is: (value) => typeof value === "number" }
const integer: JsonType = {
  name: "integer",
  words: "a whole number",
  is: (value) => typeof value === "number" && (Number.isInteger(value) || Math.abs(value) === Number.POSITIVE_INFINITY)
}
const boolean: JsonType = { name: "boolean", words: "true or false", is: (value) => typeof value === "boolean" }
const array: JsonType = { name: "array", words: "an array", is: Array.isArray }
export const object: JsonType = {
  name: "object",
  words: "an object",
  is: (value) => typeof value === "object" && value !== null && !Array.isArray(value)
}

/** The type that a schema asks for; nothing where it takes anything. */
export const typeOf = (ast: SchemaAST.AST): JsonType | undefined => {
  switch (ast._tag) {
    case "String":
      return string
    case "Number":
      return limits(ast).integer ? integer : number
    case "Boolean":
      return boolean
    case "Objects":
      return object
    case "Arrays":
      return array
    case "Union":
      return literals(ast).every((literal) => typeof literal === "number") ? number : string
    default:
      return undefined
  }
}

/** The bounds of a text or a number; lengths are code points. */
export interface Limits {
  readonly integer: boolean
  readonly minimum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

/** What effect's checks say of themselves. */
interface Bounds {
  readonly minimum?: number
  readonly minCodePoints?: number
  readonly maxCodePoints?: number
}

/** The bounds of a schema's own checks. */
export const limits = (ast: SchemaAST.AST): Limits => {
  const found: { -readonly [K in keyof Limits]: Limits[K] } = { integer: false }
  for (const check of ast.checks ?? []) {
    const { id, payload } = (check.annotations?.representation ?? {}) as { id?: string; payload?: Bounds | null }
    if (id === "effect/schema/isInt") found.integer = true
    if (payload?.minimum !== undefined) found.minimum = payload.minimum
    if (payload?.minCodePoints !== undefined) found.minLength = payload.minCodePoints
    if (payload?.maxCodePoints !== undefined) found.maxLength = payload.maxCodePoints
  }
  return found
}

/** The values of an enumeration. */
export const literals = (ast: SchemaAST.Union): ReadonlyArray<unknown> =>
  ast.types.map((type) => (SchemaAST.isLiteral(type) ? type.literal : undefined))

/** Characters as the contract counts them: code points, not UTF-16 units. */
export const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}
