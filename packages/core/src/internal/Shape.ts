/**
 * What a wire schema says, read off its syntax tree once: types, fields, bounds, lists of values, defaults. Wire schemas
 * use structs, arrays, records, literals and primitives only.
 */
import * as SchemaAST from "effect/SchemaAST"

/** A type of JSON, by the name that the contract's validator has for it. */
export type JsonType = "string" | "number" | "integer" | "boolean" | "object" | "array"

/** What a value has to be. */
export interface Shape {
  /** Absent where any value will do. */
  readonly type: JsonType | undefined
  /** Whether the contract forgets the type, so that only we ask for it. */
  readonly untyped: boolean
  readonly allowed: ReadonlySet<unknown> | undefined
  readonly minimum: number | undefined
  /** Lengths count code points, as the contract's validator does. */
  readonly minLength: number | undefined
  readonly maxLength: number | undefined
  readonly items: Shape | undefined
  /** The fields of an object, in the contract's order; absent where any name will do. */
  readonly fields: ReadonlyMap<string, Field> | undefined
  /** How many of them are required. */
  readonly required: number
  /** Those that have a default, or defaults somewhere inside. */
  readonly fillable: ReadonlyArray<Field>
  readonly fallback: unknown
}

/** A field of an object. */
export interface Field {
  readonly name: string
  readonly required: boolean
  readonly shape: Shape
}

/** The key under which a schema says that the contract gives no `type` for it, so that any type passes there. */
export const UNTYPED = "hipay-pos/untyped"

/** The shape that a schema asks for. */
export const shapeOf = (ast: SchemaAST.AST): Shape => {
  const found = read(ast)
  // Each shape names every property in the same order: engines are quicker where all of them look the same.
  return {
    type: found.type,
    untyped: SchemaAST.resolveAt<boolean>(UNTYPED)(ast) === true,
    allowed: found.allowed,
    minimum: found.minimum,
    minLength: found.minLength,
    maxLength: found.maxLength,
    items: found.items,
    fields: found.fields,
    required: found.required ?? 0,
    fillable: found.fillable ?? [],
    fallback: SchemaAST.resolveAt<unknown>("default")(ast)
  }
}

const read = (ast: SchemaAST.AST): Partial<Shape> => {
  switch (ast._tag) {
    case "String":
    case "Number":
      return bounded(ast)
    case "Boolean":
      return { type: "boolean" }
    case "Union": {
      const allowed = ast.types.map((type) => (SchemaAST.isLiteral(type) ? type.literal : undefined))
      const type = allowed.every((literal) => typeof literal === "number") ? "number" : "string"
      return { type, allowed: new Set(allowed) }
    }
    case "Arrays":
      return { type: "array", items: shapeOf(ast.rest[0] as SchemaAST.AST) }
    case "Objects":
      return ast.propertySignatures.length === 0 ? { type: "object" } : struct(ast)
    default:
      return {}
  }
}

const struct = (ast: SchemaAST.Objects): Partial<Shape> => {
  const fields = ast.propertySignatures.map(({ name, type }) => ({
    name: String(name),
    required: !SchemaAST.isOptional(type),
    shape: shapeOf(type)
  }))
  return {
    type: "object",
    fields: new Map(fields.map((field) => [field.name, field])),
    required: fields.filter(({ required }) => required).length,
    fillable: fields.filter(({ shape }) => shape.fallback !== undefined || shape.fillable.length > 0)
  }
}

/** What effect's checks say of themselves. */
interface Bounds {
  readonly minimum?: number
  readonly minCodePoints?: number
  readonly maxCodePoints?: number
}

const bounded = (ast: SchemaAST.String | SchemaAST.Number): Partial<Shape> => {
  let type: JsonType = SchemaAST.isString(ast) ? "string" : "number"
  const bounds: { minimum?: number; minLength?: number; maxLength?: number } = {}
  for (const check of ast.checks ?? []) {
    const { id, payload } = (check.annotations?.representation ?? {}) as { id?: string; payload?: Bounds | null }
    if (id === "effect/schema/isInt") type = "integer"
    if (payload?.minimum !== undefined) bounds.minimum = payload.minimum
    if (payload?.minCodePoints !== undefined) bounds.minLength = payload.minCodePoints
    if (payload?.maxCodePoints !== undefined) bounds.maxLength = payload.maxCodePoints
  }
  return { type, ...bounds }
}
