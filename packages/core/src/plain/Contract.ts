/**
 * Checks a body against the contract's own schema: every fault in the order and wording of the validator that the real
 * service evidently runs (ajv 6 behind openapi-request-validator), and the defaults it fills in.
 *
 * Both work on shapes, which mirror the wire schemas. Decoding is stricter than the contract in two places, and those faults
 * have the keyword `shape`: numbers must be finite, and whole ones below 2^53; `terminal_transaction_display` must be an
 * object.
 */
import type { JsonType, Shape } from "../internal/Shape.ts"
import { isObject } from "../JsonObject.ts"
import * as Fields from "../wire/Fields.ts"

export type { Shape }

/** The keyword of the contract's schema that a value violates; `shape` if only our decoding refuses it. */
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

/** The check of a shape; with a table, of a domain value as it would be written. */
export const makeCheck =
  (shape: Shape, table?: Fields.Table): Check =>
  (value, path, report) =>
    check(shape, value, path, report, table)

/** Makes the function that fills in a body's defaults, without changing its argument. */
export const makeFillDefaults =
  (shape: Shape): ((body: unknown) => unknown) =>
  (body) =>
    fill(shape, body)

/** A field that the contract does not have in its object, and the fields it has. */
export interface UnknownField {
  readonly path: string
  readonly value: unknown
  readonly names: ReadonlyArray<string>
}

/** Hands every field that the contract does not name to `report`. */
export type CheckNames = (value: unknown, path: string, report: (field: UnknownField) => void) => void

/** The check of field names; a field whose path is in `besides` passes. */
export const makeCheckNames =
  (shape: Shape, besides: ReadonlyArray<string> = []): CheckNames =>
  (value, path, report) =>
    checkNames(shape, value, path, (field) => {
      if (!besides.includes(field.path)) report(field)
    })

/**
 * A guard that is the fast path for bodies without any fault, in shape or names. A body that it does not pass may still be
 * without faults.
 */
export const makeGuard =
  <A>(shape: Shape): ((body: unknown) => body is A) =>
  (body): body is A =>
    passes(shape, body)

const words: Readonly<Record<JsonType, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  object: "an object",
  array: "an array"
}

const isOfType = (type: JsonType, value: unknown): boolean => {
  switch (type) {
    case "integer":
      return typeof value === "number" && (Number.isInteger(value) || Math.abs(value) === Number.POSITIVE_INFINITY)
    case "object":
      return isObject(value)
    case "array":
      return Array.isArray(value)
    default:
      return typeof value === type
  }
}

const check = (
  shape: Shape,
  value: unknown,
  path: string,
  report: (fault: Fault) => void,
  table: Fields.Table | undefined
): void => {
  const fault = (keyword: Keyword, message: string, expected: string) =>
    report({ path, keyword, message, expected, value })
  const { type, allowed, fields, items } = shape
  if (type === undefined) return
  const typed = isOfType(type, value)
  if (!typed) fault(shape.untyped ? "shape" : "type", `should be ${type}`, words[type])
  // Whatever the type, the validator continues with `enum`, and with nothing else.
  if (allowed !== undefined && !allowed.has(value)) {
    const codes = allowed.size > 40 ? `the ${allowed.size} codes of the contract` : [...allowed].join(", ")
    fault("enum", "should be equal to one of the allowed values", `one of ${codes}`)
  }
  if (!typed) return
  if (typeof value === "number") checkNumber(shape, value, fault)
  else if (typeof value === "string") checkLength(shape, value, fault)
  else if (Array.isArray(value))
    for (const i of value.keys()) check(items ?? shape, value[i], `${path}[${i}]`, report, table)
  else if (fields !== undefined && isObject(value)) {
    for (const { name, required, shape } of fields.values()) {
      const at = join(path, name)
      const field = table?.[name]
      const found = field === undefined ? value[name] : Fields.checkedValue(field, value)
      if (found !== undefined) check(shape, found, at, report, field === undefined ? undefined : Fields.tableOf(field))
      else if (required) {
        const message = `should have required property '${name}'`
        report({ path: at, keyword: "required", message, expected: "a value", value: undefined })
      }
    }
  }
}

type Report = (keyword: Keyword, message: string, expected: string) => void

const checkNumber = ({ type, minimum }: Shape, value: number, fault: Report): void => {
  if (!Number.isFinite(value)) fault("shape", "should be finite", "a finite number")
  else if (type === "integer" && !Number.isSafeInteger(value)) {
    fault("shape", "should be a safe integer", "a whole number below 2^53")
  }
  if (minimum !== undefined && value < minimum) fault("minimum", `should be >= ${minimum}`, `${minimum} or more`)
}

const checkLength = ({ minLength, maxLength }: Shape, value: string, fault: Report): void => {
  if (minLength === undefined || maxLength === undefined) return
  const length = codePoints(value)
  const expected = minLength === maxLength ? `${minLength} characters` : `${minLength} to ${maxLength} characters`
  if (length > maxLength) fault("maxLength", `should NOT be longer than ${maxLength} characters`, expected)
  if (length < minLength) fault("minLength", `should NOT be shorter than ${minLength} characters`, expected)
}

const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

const passes = (shape: Shape, value: unknown): boolean => {
  if (shape.allowed !== undefined) return shape.allowed.has(value)
  switch (shape.type) {
    case "string":
      return typeof value === "string" && (shape.minLength === undefined || passesLength(shape, value))
    case "boolean":
      return typeof value === "boolean"
    case "number":
      return typeof value === "number" && Number.isFinite(value) && !(value < (shape.minimum ?? value))
    case "integer":
      return Number.isSafeInteger(value)
    case "array":
      return Array.isArray(value) && passesItems(shape.items, value)
    case "object":
      return isObject(value) && (shape.fields === undefined || passesFields(shape, value))
    default:
      return true
  }
}

const passesLength = ({ minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Shape, value: string): boolean => {
  const length = codePoints(value)
  return length >= minLength && length <= maxLength
}

const passesItems = (shape: Shape | undefined, items: ReadonlyArray<unknown>): boolean => {
  for (const item of items) if (shape !== undefined && !passes(shape, item)) return false
  return true
}

const passesFields = ({ fields, required }: Shape, value: Readonly<Record<string, unknown>>): boolean => {
  let found = 0
  // Only fields that are present cost time, and engines run this loop fast.
  for (const name in value) {
    const field = fields?.get(name)
    if (field === undefined || !passes(field.shape, value[name])) return false
    if (field.required) found++
  }
  return found === required
}

/** Values without missing defaults are shared, not copied. */
const fill = ({ fillable }: Shape, value: unknown): unknown => {
  if (fillable.length === 0 || !isObject(value)) return value
  let copy: Record<string, unknown> | undefined
  for (const { name, shape } of fillable) {
    const before = value[name]
    const filled = before === undefined ? shape.fallback : fill(shape, before)
    if (filled === before) continue
    copy ??= { ...value }
    copy[name] = filled
  }
  return copy ?? value
}

const checkNames = (
  { fields, items }: Shape,
  value: unknown,
  path: string,
  report: (field: UnknownField) => void
): void => {
  if (items !== undefined && Array.isArray(value)) {
    for (const i of value.keys()) checkNames(items, value[i], `${path}[${i}]`, report)
  }
  if (fields === undefined || !isObject(value)) return
  for (const name of Object.keys(value)) {
    const field = fields.get(name)
    if (field !== undefined) checkNames(field.shape, value[name], join(path, name), report)
    else report({ path: join(path, name), value: value[name], names: [...fields.keys()] })
  }
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`)
