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
import { codePoints, isUntyped, type Limits, limits, literals, object, typeOf } from "../internal/ContractAst.ts"
import { compileGuard } from "../internal/ContractGuard.ts"

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

/** Compiles a wire schema to the function that gives a body with its defaults; the body it was given stays as it is. */
export const makeFillDefaults = (schema: Schema.Top): ((body: unknown) => unknown) =>
  compileFill(schema.ast) ?? ((body) => body)

/**
 * Compiles a wire schema to a guard that passes a body of which neither its check nor its check of names has anything to
 * say: the quick way for the many. One that it does not pass may still be without faults.
 */
export const makeGuard = <S extends Schema.Top>(schema: S): ((body: unknown) => body is S["Type"]) => {
  const guard = compileGuard(schema.ast)
  return (body): body is S["Type"] => guard(body)
}

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

export { UNTYPED } from "../internal/ContractAst.ts"

const compileCheck = (ast: SchemaAST.AST): Check => {
  const untyped = isUntyped(ast)
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
    const length = codePoints(text)
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

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`)

/** `undefined` where nothing below has a default. What lacks none is shared, not copied. */
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
    const record = value as Record<string, unknown>
    let copy: Record<string, unknown> | undefined
    for (const [name, fallback] of defaults) {
      if (record[name] !== undefined) continue
      copy ??= { ...record }
      copy[name] = fallback
    }
    for (const [name, fill] of nested) {
      const filled = fill(record[name])
      if (filled === record[name]) continue
      copy ??= { ...record }
      copy[name] = filled
    }
    return copy ?? record
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
