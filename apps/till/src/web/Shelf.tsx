/** What the shop sells: one field that scans and searches, categories, and a tile for every product. */
import { useMemo, useRef, useState } from "hono/jsx/dom"
import type { Product } from "../catalogue/Catalogue.ts"
import { useOnceOnPage } from "./effects.ts"
import { useMoney, useNames, useScreen } from "./Screen.ts"
import { matches, readEntry } from "./search.ts"

export const Shelf = () => {
  const { words, language, catalogue, state, act, refuse } = useScreen()
  const { nameOf, lineName } = useNames()
  const [category, setCategory] = useState<string | undefined>(undefined)
  const [text, setText] = useState("")
  const [said, setSaid] = useState("")
  const field = useRef<HTMLInputElement>(null)
  const entry = readEntry(text)
  const find = (search: string) =>
    catalogue.products.filter(({ name, ean = "", reference }) => matches(search, [nameOf(name), ean, reference]))
  const shown = useMemo(
    () =>
      entry.search === ""
        ? catalogue.products.filter((product) => category === undefined || product.category === category)
        : find(entry.search),
    [catalogue, category, text, language]
  )
  const inTicket = new Map<string, number>()
  for (const { reference, quantity } of state.sale?.lines ?? []) {
    inTicket.set(reference, (inTicket.get(reference) ?? 0) + quantity)
  }

  useOnceOnPage(() => {
    if (matchMedia("(pointer: fine)").matches) field.current?.focus()
  }, [])

  const add = async (code: string, quantity: number) => {
    const after = await act({ do: "add", code, quantity })
    if (after === undefined || field.current === null) return
    const line = after.sale?.lines.find(({ reference, ean }) => [reference, ean].includes(code))
    setSaid(line === undefined ? "" : words.added(lineName(line), line.quantity))
  }
  const submit = (event: Event) => {
    event.preventDefault()
    // What the field holds now: a scanner's Enter may come before the last digit was drawn.
    const typed = readEntry(field.current?.value ?? "")
    if (typed.search === "") return
    const code = /^\d{8,}$/.test(typed.search) ? typed.search : find(typed.search)[0]?.reference
    if (code === undefined) return refuse("no-product")
    if (field.current) field.current.value = ""
    setText("")
    void add(code, typed.quantity)
  }

  return (
    <section class="shelf" aria-label={words.products}>
      <search>
        <form class="find" onSubmit={submit}>
          <label class="sr" for="find">
            {words.find}
          </label>
          <input
            id="find"
            ref={field}
            type="text"
            inputmode="search"
            autocomplete="off"
            spellcheck={false}
            placeholder={words.find}
            aria-describedby="find-hint"
            aria-keyshortcuts={words.keys.find}
            onInput={(event: Event) => setText((event.target as HTMLInputElement).value)}
          />
          <span class="kbd" aria-hidden="true">
            {words.keys.find}
          </span>
          <p id="find-hint" class="sr">
            {words.findHint}
          </p>
        </form>
      </search>
      <fieldset class="categories" aria-label={words.categories}>
        {[{ id: undefined, name: words.all }, ...catalogue.categories].map(({ id, name }) => (
          <button
            key={id ?? ""}
            type="button"
            aria-pressed={`${category === id}`}
            onClick={() => setCategory(id)}
            dir="auto"
          >
            {nameOf(name)}
          </button>
        ))}
      </fieldset>
      <p class="said" role="status">
        {said}
      </p>
      {shown.length === 0 ? <p class="nothing">{words.noMatch}</p> : null}
      <ul class="tiles">
        {shown.map((product) => (
          <Tile
            key={product.reference}
            product={product}
            hue={catalogue.categories.findIndex(({ id }) => id === product.category) % 6}
            count={inTicket.get(product.reference) ?? 0}
            add={add}
          />
        ))}
      </ul>
    </section>
  )
}

interface TileProps {
  readonly product: Product
  readonly hue: number
  readonly count: number
  readonly add: (code: string, quantity: number) => Promise<void>
}

const Tile = ({ product, hue, count, add }: TileProps) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { nameOf } = useNames()
  return (
    <li>
      <button type="button" class={`tile hue-${hue}`} onClick={() => void add(product.reference, 1)}>
        <span class="sr">{words.add} </span>
        <span class="name" dir="auto">
          {nameOf(product.name)}
        </span>
        <span class="price">{show(product.unitPrice)}</span>
        {count === 0 ? null : <span class="count">{count}</span>}
      </button>
    </li>
  )
}
