/** The command palette: finds places, actions and payments. Also shows the list of keys. */
import type { AttemptList as AttemptPage, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { useRef, useState } from "hono/jsx/dom"
import { cardText } from "../attempts/cardText.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { places as allPlaces, hasPlace, type Place, toHash } from "../shell/route.ts"
import "../style/palette.css"
import { inputValue } from "../shell/input.ts"
import { textFor } from "../text/words.ts"

interface Props {
  readonly shows: "palette" | "keys"
  readonly onClose: () => void
}

interface Entry {
  readonly key: string
  readonly title: string
  readonly about?: string
  readonly hash: string
}

export const Palette = ({ shows, onClose }: Props) => {
  const { words } = useAppContext()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      class="palette"
      ref={dialog}
      aria-label={shows === "keys" ? words.palette.keys : words.palette.title}
      onClose={onClose}
      closedby="any"
    >
      {shows === "keys" ? <Keys /> : <Finder onChosen={() => dialog.current?.close()} />}
    </dialog>
  )
}

const ATTEMPT_ID = /^[0-9a-z]{15}$/

const Finder = ({ onChosen }: { readonly onChosen: () => void }) => {
  const { words, server, session } = useAppContext()
  const { signedAmount } = useFormat()
  const [text, setText] = useState("")
  const [found, setFound] = useState<ReadonlyArray<AttemptSummary>>([])
  const [active, setActive] = useState(0)
  const places: ReadonlyArray<readonly [Place, string]> = allPlaces
    .filter((place) => hasPlace(place, session))
    .map((place) => [place, place === "new" ? words.start.action : words.places[place]])
  useEffect(() => {
    if (text === "") return setFound([])
    let isCurrent = true
    const timer = setTimeout(async () => {
      const reply = await server.get<AttemptPage>(`/attempts?limit=6&q=${encodeURIComponent(text)}`)
      if (reply.ok && isCurrent) setFound(reply.value.attempts)
    }, 120)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [server, text])
  const entries: ReadonlyArray<Entry> = [
    ...places
      .filter(([, title]) => title.toLowerCase().includes(text.toLowerCase()))
      .map(([place, title]) => ({ key: place, title, hash: toHash({ place }) })),
    ...found.map((each) => ({
      key: each.id,
      title: each.orderId,
      about: [
        each.transactionType === "Debit" ? "" : textFor(words.types, each.transactionType),
        signedAmount(each.transactionType, each.paid ?? each.amount, each.currency),
        words.states[each.state],
        cardText(each.card, words.schemes)
      ]
        .filter((it) => it)
        .join(" · "),
      hash: toHash({ place: "attempts", name: each.id })
    })),
    // Lists leave out unreadable attempts, but their own pages show them.
    ...(ATTEMPT_ID.test(text) && !found.some(({ id }) => id === text)
      ? [{ key: text, title: `${words.attempt.id} ${text}`, hash: toHash({ place: "attempts", name: text }) }]
      : [])
  ]
  const choose = (entry: Entry | undefined) => {
    if (entry === undefined) return
    location.hash = entry.hash
    onChosen()
  }
  return (
    <form
      onSubmit={(event: Event) => {
        event.preventDefault()
        choose(entries[active])
      }}
    >
      <input
        type="text"
        aria-label={words.palette.title}
        placeholder={words.palette.hint}
        autocomplete="off"
        value={text}
        onInput={(event: Event) => {
          setText(inputValue(event))
          setActive(0)
        }}
        onKeyDown={(event: KeyboardEvent) => {
          const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
          if (by === 0) return
          event.preventDefault()
          setActive((before) => Math.min(entries.length - 1, Math.max(0, before + by)))
        }}
      />
      <ul>
        {entries.map((entry, index) => (
          <li key={entry.key}>
            <button type="button" class={index === active ? "active" : ""} onClick={() => choose(entry)}>
              <span dir="auto">{entry.title}</span>
              <span class="hint">{entry.about ?? ""}</span>
            </button>
          </li>
        ))}
      </ul>
      {entries.length === 0 ? <p class="hint centred">{words.attempts.nothing}</p> : null}
    </form>
  )
}

const Keys = () => {
  const { words } = useAppContext()
  const text = words.palette
  const keys: ReadonlyArray<readonly [keys: ReadonlyArray<string>, does: string]> = [
    [["/"], text.search],
    [["j", "k"], text.step],
    [["Enter"], text.open],
    [["Esc"], text.close],
    [["⌘ K", "Ctrl K"], text.title],
    [["?"], text.keys]
  ]
  return (
    <div class="keys">
      <h2>{text.keys}</h2>
      <dl>
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" class="button">
          {text.done}
        </button>
      </form>
    </div>
  )
}
