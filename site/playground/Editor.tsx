/**
 * A JSON editor with line numbers, highlighting, and marks on lines with problems. The text area lies over a highlighted
 * copy of its text, so that all of the browser's features for text areas still work.
 */

import { inputValue } from "@hipay-pos/console/shell/input.ts"
import { useLayoutEffect, useRef } from "hono/jsx/dom"

interface Props {
  readonly label: string
  readonly text: string
  /** Line numbers from 1, with the severity. */
  readonly marks: ReadonlyMap<number, "refused" | "warning">
  readonly onChange: (text: string) => void
  readonly onSubmit: () => void
  readonly describedBy: string
}

export const Editor = ({ label, text, marks, onChange, onSubmit, describedBy }: Props) => {
  const area = useRef<HTMLTextAreaElement>(null)
  // Written only when it differs: writing moves the cursor.
  useLayoutEffect(() => {
    if (area.current !== null && area.current.value !== text) area.current.value = text
  }, [text])
  const lines = text.split("\n")
  return (
    <div class="editor">
      <div class="editor-lines" aria-hidden="true">
        {lines.map((line, index) => (
          <div key={index} class={`editor-line ${marks.get(index + 1) ?? ""}`}>
            <span class="editor-number">{index + 1}</span>
            <span class="editor-code">{painted(line)}</span>
          </div>
        ))}
      </div>
      <textarea
        ref={area}
        id="order-text"
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={marks.size > 0 && [...marks.values()].includes("refused") ? "true" : "false"}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        wrap="off"
        dir="ltr"
        onInput={(event: Event) => onChange(inputValue(event))}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          onSubmit()
        }}
      />
    </div>
  )
}

/** Puts the cursor at the beginning of a line. */
export const goToLine = (line: number): void => {
  const area = document.getElementById("order-text")
  if (!(area instanceof HTMLTextAreaElement)) return
  const lines = area.value.split("\n")
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  area.focus()
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
}

const token = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g

/** A highlighted line of JSON. */
const painted = (line: string) => {
  const parts = []
  let end = 0
  for (const match of line.matchAll(token)) {
    const [whole, string, colon, number, word] = match
    if (match.index > end) parts.push(line.slice(end, match.index))
    const kind =
      string === undefined ? (number === undefined ? "word" : "number") : colon === undefined ? "text" : "name"
    parts.push(
      <span key={match.index} class={`json-${kind}`}>
        {string ?? number ?? word}
      </span>
    )
    if (colon !== undefined) parts.push(colon)
    end = match.index + whole.length
  }
  if (end < line.length || parts.length === 0) parts.push(line.slice(end) || "​")
  return parts
}
