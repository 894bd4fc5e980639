/**
 * What the contract's own schema says of a body: every fault in the order and words of the validator that the real
 * service evidently runs (ajv 6 behind openapi-request-validator), and the defaults it writes.
 *
 * Both are read off the wire schemas once, so the schemas stay the only statement of the contract. Decoding is stricter
 * than the contract in two places, and those faults have the keyword `shape`: numbers must be finite and whole ones
 * below 2^53, and `terminal_transaction_display` must be an object.
 */
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** The keyword of the contract's schema that a value breaks; `shape` where only our decoding minds. */
export type Keyword = "required" | "type" | "enum" | "minimum" | "minLength" | "maxLength" | "shape"

/** One fault: the field's path (`order.basket[0].unit_price`, empty for the body), the validator's words, our words. */
export interface Fault {
  readonly path: string
  readonly keyword: Keyword
  readonly message: string
  readonly expected: string
  readonly value: unknown
}

/** Checks a value against one schema and hands every fault to `report`. */
export type Check = (value: unknown, path: string, report: (fault: Fault) => void) => void

/** Compiles a wire schema to its check. Schemas use structs, arrays, records, literals and primitives only. */
export const makeCheck = (schema: Schema.Top): Check => compileCheck(schema.ast)

/** Compiles a wire schema to the function that writes its defaults into a copy of a body. */
export const makeFillDefaults = (schema: Schema.Top): ((body: unknown) => unknown) =>
  compileFill(schema.ast) ?? ((body) => body)

/** A field that its object does not have in the contract, and the fields it has. */
export interface UnknownField {
  readonly path: string
  readonly names: ReadonlyArray<string>
}

/** Hands every field that the contract does not name to `report`. */
export type CheckNames = (value: unknown, path: string, report: (field: UnknownField) => void) => void

/** Compiles a wire schema to the check of its fields' names; names in `besides` pass anywhere. */
export const makeCheckNames = (schema: Schema.Top, besides: ReadonlyArray<string> = []): CheckNames =>
  compileNames(schema.ast, besides) ?? (() => {})

/** The key under which a schema says that the contract gives no `type` for it, so that any type passes there. */
export const UNTYPED = "hipay-pos/untyped"

const compileCheck = (ast: SchemaAST.AST): Check => {
  const untyped = SchemaAST.resolveAt<boolean>(UNTYPED)(ast) === true
  const type = typeOf(ast)
  const inner = compileInner(ast)
  return (value, path, report) => {
    if (type !== undefined && !type.is(value)) {
      const keyword = untyped ? "shape" : "type"
      report({ path, keyword, message: `should be ${type.name}`, expected: type.words, value })
      // The validator goes on to `enum`, which applies to any type, and to nothing else.
      if (SchemaAST.isUnion(ast)) inner(value, path, report)
      return
    }
    inner(value, path, report)
  }
}

interface JsonType {
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
const object: JsonType = {
  name: "object",
  words: "an object",
  is: (value) => typeof value === "object" && value !== null && !Array.isArray(value)
}

const typeOf = (ast: SchemaAST.AST): JsonType | undefined => {
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

const compileInner = (ast: SchemaAST.AST): Check => {
  switch (ast._tag) {
    case "Objects":
      return checkObject(ast)
    case "Arrays":
      return checkArray(ast)
    case "Union":
      return checkEnum(literals(ast))
    case "String":
    case "Number":
      return checkLimits(limits(ast))
    default:
      return () => {}
  }
}

const checkObject = (ast: SchemaAST.Objects): Check => {
  const fields = ast.propertySignatures.map(({ name, type }) => ({
    name: String(name),
    required: !SchemaAST.isOptional(type),
    check: compileCheck(type)
  }))
  return (value, path, report) => {
    const record = value as Record<string, unknown>
    for (const { name, required, check } of fields) {
      if (record[name] !== undefined) check(record[name], join(path, name), report)
      else if (required) {
        report({
          path: join(path, name),
          keyword: "required",
          message: `should have required property '${name}'`,
          expected: "a value",
          value: undefined
        })
      }
    }
  }
}

const checkArray = (ast: SchemaAST.Arrays): Check => {
  const check = compileCheck(ast.rest[0] as SchemaAST.AST)
  return (value, path, report) => {
    const items = value as ReadonlyArray<unknown>
    for (let i = 0; i < items.length; i++) check(items[i], `${path}[${i}]`, report)
  }
}

const checkEnum = (allowed: ReadonlyArray<unknown>): Check => {
  const set = new Set(allowed)
  const expected =
    allowed.length > 40 ? `one of the ${allowed.length} codes of the contract` : `one of ${allowed.join(", ")}`
  return (value, path, report) => {
    if (!set.has(value)) {
      report({ path, keyword: "enum", message: "should be equal to one of the allowed values", expected, value })
    }
  }
}

const checkLimits = ({ integer, minimum, minLength, maxLength }: Limits): Check => {
  return (value, path, report) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      report({ path, keyword: "shape", message: "should be finite", expected: "a finite number", value })
    } else if (integer && !Number.isSafeInteger(value)) {
      report({
        path,
        keyword: "shape",
        message: "should be a safe integer",
        expected: "a whole number below 2^53",
        value
      })
    }
    if (minimum !== undefined && (value as number) < minimum) {
      report({ path, keyword: "minimum", message: `should be >= ${minimum}`, expected: `${minimum} or more`, value })
    }
    if (minLength === undefined && maxLength === undefined) return
    const text = value as string
    const length = [...text].length
    const expected = minLength === maxLength ? `${minLength} characters` : `${minLength} to ${maxLength} characters`
    if (maxLength !== undefined && length > maxLength) {
      report({
        path,
        keyword: "maxLength",
        message: `should NOT be longer than ${maxLength} characters`,
        expected,
        value
      })
    }
    if (minLength !== undefined && length < minLength) {
      report({
        path,
        keyword: "minLength",
        message: `should NOT be shorter than ${minLength} characters`,
        expected,
        value
      })
    }
  }
}

interface Limits {
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

const limits = (ast: SchemaAST.AST): Limits => {
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

const literals = (ast: SchemaAST.Union): ReadonlyArray<unknown> =>
  ast.types.map((type) => (SchemaAST.isLiteral(type) ? type.literal : undefined))

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`)

/** `undefined` where nothing below has a default, so that objects without defaults are shared, not copied. */
const compileFill = (ast: SchemaAST.AST): ((value: unknown) => unknown) | undefined => {
  if (!SchemaAST.isObjects(ast)) return undefined
  const defaults: Array<readonly [name: string, value: unknown]> = []
  const nested: Array<readonly [name: string, fill: (value: unknown) => unknown]> = []
  for (const { name, type } of ast.propertySignatures) {
    const value = SchemaAST.resolveAt<unknown>("default")(type)
    if (value !== undefined) defaults.push([String(name), value])
    const fill = compileFill(type)
    if (fill !== undefined) nested.push([String(name), fill])
  }
  if (defaults.length === 0 && nested.length === 0) return undefined
  return (value) => {
    if (!object.is(value)) return value
    const copy = { ...(value as Record<string, unknown>) }
    for (const [name, fallback] of defaults) if (copy[name] === undefined) copy[name] = fallback
    for (const [name, fill] of nested) if (copy[name] !== undefined) copy[name] = fill(copy[name])
    return copy
  }
}

/** `undefined` where any name will do, as in a record. */
const compileNames = (ast: SchemaAST.AST, besides: ReadonlyArray<string>): CheckNames | undefined => {
  if (SchemaAST.isArrays(ast)) return eachItem(compileNames(ast.rest[0] as SchemaAST.AST, besides))
  if (!SchemaAST.isObjects(ast) || ast.propertySignatures.length === 0) return undefined
  const fields = new Map(
    ast.propertySignatures.map(({ name, type }) => [String(name), compileNames(type, besides)] as const)
  )
  const names = [...fields.keys()]
  return (value, path, report) => {
    if (!object.is(value)) return
    const record = value as Record<string, unknown>
    for (const name of Object.keys(record)) {
      const nested = fields.get(name)
      if (nested !== undefined) nested(record[name], join(path, name), report)
      else if (!fields.has(name) && !besides.includes(name)) report({ path: join(path, name), names })
    }
  }
}

const eachItem = (check: CheckNames | undefined): CheckNames | undefined =>
  check &&
  ((value, path, report) => {
    if (!Array.isArray(value)) return
    for (let i = 0; i < value.length; i++) check(value[i], `${path}[${i}]`, report)
  })
