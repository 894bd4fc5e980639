/** The fields of a message as rows of a table: what stands inside another field follows it, one step further in. Pure. */
import type { Field } from "../server/model.ts"

export interface FieldRow {
  readonly field: Field
  /** 0 for the message's own fields. */
  readonly depth: number
}

export const fieldRows = (fields: ReadonlyArray<Field>, depth = 0): ReadonlyArray<FieldRow> =>
  fields.flatMap((field) => [{ field, depth }, ...fieldRows(field.fields ?? [], depth + 1)])
