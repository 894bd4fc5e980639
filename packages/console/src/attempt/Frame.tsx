/** A Concert message: a table of its fields, and its raw text. */
import type { MessageField } from "@hipay-pos/core/wire/TimelineEntry"
import { Collapsible } from "../shell/Collapsible.tsx"
import { useAppContext } from "../shell/context.ts"
import { Slip } from "../terminal/Slip.tsx"
import { fromBase64 } from "../terminal/ticket.ts"
import { type FieldRow, fieldRows } from "./fields.ts"
import { Meaning } from "./Meaning.tsx"

interface Props {
  readonly frame: string
  readonly fields: ReadonlyArray<MessageField>
}

export const Frame = ({ frame, fields }: Props) => {
  const { words } = useAppContext()
  return (
    <>
      {fields.length > 0 ? (
        <table class="fields">
          <caption class="visually-hidden">{words.entry.fields}</caption>
          <thead>
            <tr>
              <th scope="col">{words.entry.tag}</th>
              <th scope="col">{words.entry.name}</th>
              <th scope="col">{words.entry.value}</th>
              <th scope="col">{words.entry.meaning}</th>
            </tr>
          </thead>
          <tbody>
            {fieldRows(fields).map((row, index) => (
              <Row key={`${index} ${row.field.tag}`} row={row} />
            ))}
          </tbody>
        </table>
      ) : null}
      <Collapsible title={words.entry.frame} text={frame} copy={words.attempt.copyFrame} />
    </>
  )
}

/** One field. Names and meanings are in the page's language if it has them; others come from the server, in English. */
const Row = ({ row: { field, depth } }: { readonly row: FieldRow }) => {
  const { words } = useAppContext()
  const translated = field.name === "unknown" ? undefined : words.tags[field.tag]
  const ticket = field.tag === "AK" ? fromBase64(field.value) : undefined
  return (
    <tr class={depth > 0 ? "inner" : ""}>
      <td>
        <code>{field.tag}</code>
      </td>
      <td lang={translated === undefined ? "en" : undefined}>{translated ?? field.name}</td>
      {ticket === undefined ? (
        <>
          <td class="value">
            <code dir="auto">{field.fields ? "" : field.value}</code>
          </td>
          <td>
            <Meaning field={field} />
          </td>
        </>
      ) : (
        <td colSpan={2}>
          <div class="paper receipt">
            <Slip text={ticket} />
          </div>
        </td>
      )}
    </tr>
  )
}
