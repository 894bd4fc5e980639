/** The form for the file, which is chosen, dropped or pasted, and for the meaning of its columns. */
import { useMemo, useRef, useState } from "hono/jsx/dom"
import { FileUp } from "lucide"
import { useAppContext } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"
import { inputValue } from "../shell/input.ts"
import {
  type Columns,
  type FormatName,
  formatOf,
  guessColumns,
  namesOf,
  separators,
  transactionTypes
} from "./mapping.ts"

/** A file, and the mapping of its columns. */
export interface Sheet {
  readonly name: string
  readonly bytes: Uint8Array
  readonly choice: FormatName | Columns
}

const sheetOf = (name: string, bytes: Uint8Array): Sheet => ({
  name,
  bytes,
  choice: formatOf(bytes) ?? guessColumns(bytes)
})

interface Props {
  readonly sheet: Sheet | undefined
  readonly onSheet: (sheet: Sheet | undefined) => void
}

export const FileForm = ({ sheet, onSheet }: Props) => {
  const { words } = useAppContext()
  const text = words.reconcile
  return (
    <section class="panel reconcile-file" aria-label={text.file}>
      {sheet === undefined ? (
        <Take onSheet={onSheet} />
      ) : (
        <>
          <div class="reconcile-taken">
            <p dir="auto">{text.loaded(sheet.name)}</p>
            <button type="button" class="button" onClick={() => onSheet(undefined)}>
              {text.clear}
            </button>
          </div>
          <Choose sheet={sheet} onSheet={onSheet} />
        </>
      )}
    </section>
  )
}

const Take = ({ onSheet }: Pick<Props, "onSheet">) => {
  const { words } = useAppContext()
  const text = words.reconcile
  const [over, setOver] = useState(false)
  const pasted = useRef<HTMLTextAreaElement>(null)
  const take = async (file: File | null | undefined) => {
    if (file) onSheet(sheetOf(file.name, new Uint8Array(await file.arrayBuffer())))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one of three ways; the button and the field are the others.
    <div
      class={`reconcile-drop ${over ? "is-over" : ""}`}
      onDragOver={(event: Event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event: Event) => {
        event.preventDefault()
        setOver(false)
        void take((event as DragEvent).dataTransfer?.files[0])
      }}
    >
      <label class="button">
        <Icon of={FileUp} />
        {text.choose}
        <input
          type="file"
          class="visually-hidden"
          accept=".csv,.txt,text/csv,text/plain"
          onChange={(event: Event) => void take((event.target as HTMLInputElement).files?.[0])}
        />
      </label>
      <p class="hint">{text.drop}</p>
      <textarea
        ref={pasted}
        rows={3}
        aria-label={text.paste}
        placeholder="order_id,amount,currency,authorization,type"
        spellcheck={false}
      />
      <button
        type="button"
        class="button"
        onClick={() => {
          const lines = pasted.current?.value ?? ""
          if (lines.trim() !== "") onSheet(sheetOf(text.pasted, new TextEncoder().encode(lines)))
        }}
      >
        {text.compare}
      </button>
    </div>
  )
}

const Choose = ({ sheet, onSheet }: { readonly sheet: Sheet; readonly onSheet: (sheet: Sheet) => void }) => {
  const { words } = useAppContext()
  const text = words.reconcile
  const { bytes, choice } = sheet
  const own = typeof choice === "string" ? undefined : choice
  const names = useMemo(() => (own === undefined ? [] : namesOf(bytes, own.separator)), [bytes, own?.separator])
  const set = (next: FormatName | Columns) => onSheet({ ...sheet, choice: next })
  return (
    <fieldset class="reconcile-columns">
      <legend>{text.columns}</legend>
      <label class="field">
        <span>{text.format}</span>
        <select
          value={typeof choice === "string" ? choice : "own"}
          onChange={(event: Event) => {
            const name = inputValue(event)
            set(name === "own" ? guessColumns(bytes) : (name as FormatName))
          }}
        >
          {Object.entries(text.formats).map(([name, title]) => (
            <option key={name} value={name} selected={name === (own === undefined ? choice : "own")}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {own === undefined ? null : (
        <>
          <label class="field">
            <span>{text.separator}</span>
            <select onChange={(event: Event) => set(guessColumns(bytes, inputValue(event)))}>
              {separators.map((separator) => (
                <option key={separator} value={separator} selected={separator === own.separator}>
                  {text.separators[separator]}
                </option>
              ))}
            </select>
          </label>
          {(["amount", "orderId", "authorization", "currency", "type", "status"] as const).map((column) => (
            <label key={column} class="field">
              <span>{text[column]}</span>
              <select onChange={(event: Event) => set({ ...own, [column]: inputValue(event) })}>
                <option value="" selected={own[column] === ""}>
                  {text.absent}
                </option>
                {names.map((name) => (
                  <option key={name} value={name} selected={name === own[column]}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          ))}
          {own.type === ""
            ? null
            : transactionTypes.map((type) => (
                <Words
                  key={type}
                  title={text.types[type]}
                  value={own.types[type]}
                  onInput={(value) => set({ ...own, types: { ...own.types, [type]: value } })}
                />
              ))}
          {own.status === "" ? null : (
            <Words title={text.paid} value={own.paid} onInput={(paid) => set({ ...own, paid })} />
          )}
          <label class="check">
            <input
              type="checkbox"
              checked={own.decimalComma}
              onChange={() => set({ ...own, decimalComma: !own.decimalComma })}
            />{" "}
            {text.decimalComma}
          </label>
        </>
      )}
    </fieldset>
  )
}

/** The values of a column, one per line. */
const Words = ({
  title,
  value,
  onInput
}: {
  readonly title: string
  readonly value: string
  readonly onInput: (value: string) => void
}) => (
  <label class="field">
    <span>{title}</span>
    <textarea
      rows={2}
      value={value}
      autocomplete="off"
      spellcheck={false}
      dir="auto"
      onInput={(event: Event) => onInput(inputValue(event))}
    />
  </label>
)
