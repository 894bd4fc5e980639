/**
 * The shape that a wire schema describes, read from its syntax tree. Wire schemas use structs, arrays, records, literals and
 * primitives only.
 */
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { array, type JsonType, object, oneOf, type Shape, shape } from "./Shape.ts"

/** The annotation of a schema to which the contract gives no `type`, so that any type passes there. */
export const UNTYPED = "hipay-pos/untyped"

/** The shape that a wire schema describes. */
export const shapeOf = ({ ast }: Pick<Schema.Top, "ast">): Shape => ofAst(ast)

const ofAst = (ast: SchemaAST.AST): Shape => ({
  ...read(ast),
  untyped: SchemaAST.resolveAt<boolean>(UNTYPED)(ast) === true,
  fallback: SchemaAST.resolveAt<unknown>("default")(ast)
})

const read = (ast: SchemaAST.AST): Shape => {
  switch (ast._tag) {
    case "String":
    case "Number":
      return bounded(ast)
    case "Boolean":
      return shape({ type: "boolean" })
    case "Union":
      return oneOf(...ast.types.flatMap((type) => (SchemaAST.isLiteral(type) ? [type.literal as string | number] : [])))
    case "Arrays":
      return array(ofAst(ast.rest[0] as SchemaAST.AST))
    case "Objects":
      return ast.propertySignatures.length === 0 ? shape({ type: "object" }) : object(fieldsOf(ast))
    default:
      return shape({})
  }
}

const fieldsOf = ({ propertySignatures }: SchemaAST.Objects): Parameters<typeof object>[0] =>
  Object.fromEntries(
    propertySignatures.map(({ name, type }) => [
      String(name),
      { required: !SchemaAST.isOptional(type), shape: ofAst(type) }
    ])
  )

/** The metadata of Effect's checks. */
interface Bounds {
  readonly minimum?: number
  readonly minCodePoints?: number
  readonly maxCodePoints?: number
}

const bounded = (ast: SchemaAST.String | SchemaAST.Number): Shape => {
  let type: JsonType = SchemaAST.isString(ast) ? "string" : "number"
  const bounds: { minimum?: number; minLength?: number; maxLength?: number } = {}
  for (const check of ast.checks ?? []) {
    const { id, payload } = (check.annotations?.representation ?? {}) as { id?: string; payload?: Bounds | null }
    if (id === "effect/schema/isInt") type = "integer"
    if (payload?.minimum !== undefined) bounds.minimum = payload.minimum
    if (payload?.minCodePoints !== undefined) bounds.minLength = payload.minCodePoints
    if (payload?.maxCodePoints !== undefined) bounds.maxLength = payload.maxCodePoints
  }
  return shape({ type, ...bounds })
}
