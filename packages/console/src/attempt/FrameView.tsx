/** A Concert message as sent, field by field, with an explanation of the field that is hovered or focused. */
import type { MessageField } from "@hipay-pos/core/wire/TimelineEntry"
import { useState } from "hono/jsx/dom"
import { CopyButton } from "../shell/CopyButton.tsx"
import { useAppContext } from "../shell/context.ts"
import { Slip } from "../terminal/Slip.tsx"
import { fromBase64 } from "../terminal/ticket.ts"
import { type FieldRow, fieldRows } from "./fields.ts"
import { Meaning } from "./Meaning.tsx"

interface Props {
  readonly frame: string
  readonly fields: ReadonlyArray<MessageField>
  /** The tag of the field that is explained at first; the message's first by default. */
  readonly first?: string
}

/** The category of a field, by the first letter of its tag, with exceptions. */
const toneOf = (tag: string): string => {
  if (["CB", "CE", "BF"].includes(tag)) return "money"
  if (["AE", "AF"].includes(tag)) return "status"
  if (["CZ", "CJ", "CA", "CD"].includes(tag)) return "frame"
  return tag.startsWith("A") ? "card" : "plain"
}

/** How much of a long value is shown in its segment. */
const SHORT = 28

export const FrameView = ({ frame, fields, first }: Props) => {
  const { words } = useAppContext()
  const rows = fieldRows(fields)
  const [chosen, setChosen] = useState(() =>
    Math.max(
      0,
      rows.findIndex(({ field }) => field.tag === first)
    )
  )
  const row = rows[chosen] ?? rows[0]
  return (
    <div class="frame">
      <p class="segments" dir="ltr">
        {rows.map(({ field, depth }, index) => (
          <button
            key={`${index} ${field.tag}`}
            type="button"
            class={`segment tone-${toneOf(field.tag)} ${depth > 0 ? "inner" : ""}`}
            aria-pressed={index === chosen ? "true" : "false"}
            onMouseEnter={() => setChosen(index)}
            onFocus={() => setChosen(index)}
            onClick={() => setChosen(index)}
          >
            <b>{field.tag}</b>
            <i>{String(field.value.length).padStart(3, "0")}</i>
            <span dir="auto">{field.fields ? "" : cut(field.value)}</span>
          </button>
        ))}
      </p>
      <div aria-live="polite">{row === undefined ? null : <Explained row={row} />}</div>
      <div class="actions">
        <CopyButton label={words.attempt.copyFrame} text={() => frame} />
        <CopyButton label={words.attempt.copyHex} text={() => toHex(frame)} />
      </div>
    </div>
  )
}

const cut = (value: string): string => (value.length > SHORT ? `${value.slice(0, SHORT - 1)}…` : value)

/** The bytes of a Latin-1 text in hexadecimal. */
const toHex = (frame: string): string =>
  Array.from(frame, (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join(" ")

/** Names and meanings are in the page's language if it has them; others come from the server, in English. */
const Explained = ({ row: { field } }: { readonly row: FieldRow }) => {
  const { words } = useAppContext()
  const translated = field.name === "unknown" ? undefined : words.tags[field.tag]
  const ticket = field.tag === "AK" ? fromBase64(field.value) : undefined
  return (
    <div class="explained">
      <p>
        <code>{field.tag}</code>{" "}
        <strong lang={translated === undefined ? "en" : undefined}>{translated ?? field.name}</strong>
        <span class="hint"> · {words.entry.atByte(field.offset, field.value.length)}</span>
      </p>
      {field.fields || ticket !== undefined ? null : (
        <p>
          <code dir="auto">{field.value}</code>
          {field.meaning === undefined ? null : (
            <>
              {" = "}
              <Meaning field={field} />
            </>
          )}
        </p>
      )}
      {field.warnings.map(({ code, message }) => (
        <p key={code} class="alarm" lang="en">
          {message}
        </p>
      ))}
      {ticket === undefined ? null : (
        <div class="paper receipt">
          <Slip text={ticket} />
        </div>
      )}
    </div>
  )
}
