/** The fields of a message as rows of a table: nested fields follow their parent, one level deeper. Pure. */
import type { MessageField } from "@hipay-pos/core/wire/TimelineEntry"

export interface FieldRow {
  readonly field: MessageField
  /** 0 for the message's own fields. */
  readonly depth: number
}

export const fieldRows = (fields: ReadonlyArray<MessageField>, depth = 0): ReadonlyArray<FieldRow> =>
  fields.flatMap((field) => [{ field, depth }, ...fieldRows(field.fields ?? [], depth + 1)])
