/** What the contract says of a value: its type, fields, bounds, list of values, default. */

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

/** A shape of what is said; the rest is open. */
// Each names every property in the same order: engines are quicker where all shapes look the same.
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

/** A shape with the value that stands for an absent one. */
export const withDefault = (of: Shape, fallback: unknown): Shape => ({ ...of, fallback })

/** Marks a field as one that has to be there. */
export const required = (of: Shape): Omit<Field, "name"> => ({ required: true, shape: of })

/** An object with these fields, which may be absent unless they are marked. */
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
