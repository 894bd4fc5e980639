/** A message between register and terminal: its fields explained one by one, and the text itself. */
import type { Field } from "../server/model.ts"
import { useDesk } from "../shell/context.ts"
import { Folded } from "../shell/Folded.tsx"
import { Slip } from "../terminal/Slip.tsx"
import { fromBase64 } from "../terminal/ticket.ts"
import { type FieldRow, fieldRows } from "./fields.ts"

interface Props {
  readonly frame: string
  readonly fields: ReadonlyArray<Field>
}

export const Frame = ({ frame, fields }: Props) => {
  const { words } = useDesk()
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
      <Folded title={words.entry.frame} text={frame} copy={words.attempt.copyFrame} />
    </>
  )
}

/** One field. Its name and meaning come from the codec, in English; a ticket is shown as what it says. */
const Row = ({ row: { field, depth } }: { readonly row: FieldRow }) => {
  const ticket = field.tag === "AK" ? fromBase64(field.value) : undefined
  return (
    <tr class={depth > 0 ? "inner" : ""}>
      <td>
        <code>{field.tag}</code>
      </td>
      <td lang="en">{field.name}</td>
      {ticket === undefined ? (
        <>
          <td class="value">
            <code dir="auto">{field.fields ? "" : field.value}</code>
          </td>
          <td dir="auto" lang="en">
            {field.meaning ?? ""}
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
