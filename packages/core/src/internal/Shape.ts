/** What the contract says about a value: its type, fields, bounds, list of values, default. */

/** A JSON type, by the name that the contract's validator uses. */
export type JsonType = "string" | "number" | "integer" | "boolean" | "object" | "array"

/** What a value has to be. */
export interface Shape {
  /** Absent where any value will do. */
  readonly type: JsonType | undefined
  /** Whether the contract omits the type, so that only we require it. */
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

/** A shape with these properties; everything else is unrestricted. */
// Every property, always in the same order, so that engines see one hidden class.
export const shape = (said: Partial<Shape>): Shape => ({
  type: said.type,
  untyped: said.untyped ?? false,
  allowed: said.allowed,
  minimum: said.minimum,
  minLength: said.minLength,
  maxLength: said.maxLength,
  items: said.items,
  fields: said.fields,
  required: said.required ?? 0,
  fillable: said.fillable ?? [],
  fallback: said.fallback
})

export const text: Shape = shape({ type: "string" })

/** One of these texts, or of these numbers. */
export const oneOf = (...allowed: ReadonlyArray<string | number>): Shape => {
  const type = allowed.every((each) => typeof each === "number") ? "number" : "string"
  return shape({ type, allowed: new Set(allowed) })
}

export const array = (items: Shape): Shape => shape({ type: "array", items })

/** A shape with a default for an absent value. */
export const withDefault = (of: Shape, fallback: unknown): Shape => ({ ...of, fallback })

/** Marks a field as required. */
export const required = (of: Shape): Omit<Field, "name"> => ({ required: true, shape: of })

/** An object with these fields, which are optional unless marked {@link required}. */
export const object = (of: Readonly<Record<string, Shape | Omit<Field, "name">>>): Shape => {
  const fields = Object.entries(of).map(([name, field]) =>
    "shape" in field ? { name, ...field } : { name, required: false, shape: field }
  )
  return shape({
    type: "object",
    fields: new Map(fields.map((field) => [field.name, field])),
    required: fields.filter(({ required }) => required).length,
    fillable: fields.filter(({ shape }) => shape.fallback !== undefined || shape.fillable.length > 0)
  })
}
