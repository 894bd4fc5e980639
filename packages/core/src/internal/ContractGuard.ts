/**
 * The quickest answer to the most frequent question: is this body exactly what the contract says? No paths, no words, no
 * copies; whoever is told no asks the checks of `wire/Contract` why.
 */
import * as SchemaAST from "effect/SchemaAST"
import { codePoints, limits, literals, object } from "./ContractAst.ts"

type Guard = (value: unknown) => boolean

/** Compiles a wire schema. */
export const compileGuard = (ast: SchemaAST.AST): Guard => {
  switch (ast._tag) {
    case "String":
      return guardString(ast)
    case "Number":
      return guardNumber(ast)
    case "Boolean":
      return isBoolean
    case "Union": {
      const allowed = new Set(literals(ast))
      return (value) => allowed.has(value)
    }
    case "Arrays":
      return guardArray(compileGuard(ast.rest[0] as SchemaAST.AST))
    case "Objects":
      return ast.propertySignatures.length === 0 ? object.is : guardObject(ast)
    default:
      return () => true
  }
}

const isString: Guard = (value) => typeof value === "string"
const isBoolean: Guard = (value) => typeof value === "boolean"

const guardString = (ast: SchemaAST.String): Guard => {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = limits(ast)
  if (minLength === 0 && maxLength === Number.POSITIVE_INFINITY) return isString
  return (value) => {
    if (typeof value !== "string") return false
    const length = codePoints(value)
    return length >= minLength && length <= maxLength
  }
}

const guardNumber = (ast: SchemaAST.Number): Guard => {
  const { integer, minimum = Number.NEGATIVE_INFINITY } = limits(ast)
  const is = integer ? Number.isSafeInteger : Number.isFinite
  return (value) => is(value) && (value as number) >= minimum
}

const guardArray =
  (guard: Guard): Guard =>
  (value) => {
    if (!Array.isArray(value)) return false
    for (let i = 0; i < value.length; i++) if (!guard(value[i])) return false
    return true
  }

const guardObject = (ast: SchemaAST.Objects): Guard => {
  const fields = new Map(
    ast.propertySignatures.map(({ name, type }) => [
      String(name),
      { required: !SchemaAST.isOptional(type), guard: compileGuard(type) }
    ])
  )
  const required = ast.propertySignatures.filter(({ type }) => !SchemaAST.isOptional(type)).length
  return (value) => {
    if (!object.is(value)) return false
    const record = value as Record<string, unknown>
    let found = 0
    // Only fields that are there cost time, and engines are quick at this loop.
    for (const name in record) {
      const field = fields.get(name)
      if (field === undefined || !field.guard(record[name])) return false
      if (field.required) found++
    }
    return found === required
  }
}
