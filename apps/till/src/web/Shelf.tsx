/**
 * What the shop sells: a field to scan and search, categories, a tile for every product, and keys for articles without a
 * code.
 */
import { useMemo, useRef, useState } from "hono/jsx/dom"
import { Calculator, LayoutGrid, Search } from "lucide"
import type { Product } from "../catalogue/Catalogue.ts"
import { colourOf } from "../catalogue/products.ts"
import { useOnceOnPage } from "./effects.ts"
import { FreeAmount } from "./FreeAmount.tsx"
import { Icon } from "./Icon.tsx"
import { inputValue } from "./input.ts"
import { useMoney, useNames, useScreen } from "./Screen.ts"
import { matches, readEntry } from "./search.ts"

export const Shelf = () => {
  const { words, language, catalogue, state, act, refuse } = useScreen()
  const { nameOf, lineName } = useNames()
  const [category, setCategory] = useState<string | undefined>(undefined)
  const [isFree, setFree] = useState(false)
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
    // Read from the field itself: a scanner's Enter may come before the last digit is rendered.
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
      <div class="shelf-head">
        <search class="grow">
          <form class="find" onSubmit={submit}>
            <Icon of={Search} />
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
              onInput={(event: Event) => {
                setText(inputValue(event))
                setFree(false)
              }}
            />
            <span class="kbd" aria-hidden="true">
              {words.keys.find}
            </span>
            <p id="find-hint" class="sr">
              {words.findHint}
            </p>
          </form>
        </search>
        <fieldset class="segments" aria-label={words.products}>
          <button type="button" aria-pressed={`${!isFree}`} onClick={() => setFree(false)}>
            <Icon of={LayoutGrid} />
            {words.articles}
          </button>
          <button type="button" aria-pressed={`${isFree}`} onClick={() => setFree(true)}>
            <Icon of={Calculator} />
            {words.freeAmount}
          </button>
        </fieldset>
      </div>
      <p class="sr" role="status">
        {said}
      </p>
      {isFree ? (
        <FreeAmount said={setSaid} />
      ) : (
        <>
          <fieldset class="categories" aria-label={words.categories}>
            {[{ id: undefined, name: words.all }, ...catalogue.categories].map(({ id, name }) => (
              <button
                key={id ?? ""}
                type="button"
                class={id === undefined ? "" : `colour-${colourOf(catalogue, id)}`}
                aria-pressed={`${category === id}`}
                onClick={() => setCategory(id)}
                dir="auto"
              >
                {nameOf(name)}
              </button>
            ))}
          </fieldset>
          {shown.length === 0 ? <p class="nothing">{words.noMatch}</p> : null}
          <ul class="tiles">
            {shown.map((product) => (
              <Tile
                key={product.reference}
                product={product}
                colour={colourOf(catalogue, product.category)}
                count={inTicket.get(product.reference) ?? 0}
                add={add}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

interface TileProps {
  readonly product: Product
  readonly colour: string
  readonly count: number
  readonly add: (code: string, quantity: number) => Promise<void>
}

const Tile = ({ product, colour, count, add }: TileProps) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { nameOf } = useNames()
  return (
    <li>
      <button type="button" class={`tile colour-${colour}`} onClick={() => void add(product.reference, 1)}>
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
