/** The simulated terminals, side by side, or one alone on its page; and the wallet to pay with. */
import { useState } from "hono/jsx/dom"
import type { Terminal, TestCard } from "../server/model.ts"
import { useDesk } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { useLoad } from "../shell/useLoad.ts"
import "../style/terminal.css"
import { Station } from "./Station.tsx"
import { Wallet } from "./Wallet.tsx"

/** Browsers share six connections to a server among all tabs: this many terminals talk, the others are asked. */
const LIVE = 3

export const TerminalsView = ({ name }: { readonly name: string | undefined }) => {
  const { words } = useDesk()
  const { value: cards = [] } = useLoad<ReadonlyArray<TestCard>>("/_mock/cards")
  const [taken, take] = useState<TestCard | undefined>(undefined)
  const card = taken ?? cards[0]
  return (
    <div class={`terminals ${name === undefined ? "" : "one"}`}>
      {name === undefined ? (
        <Wall cards={cards} card={card} />
      ) : (
        <Station key={name} name={name} live alone cards={cards} card={card} />
      )}
      <aside class="wallet-pane" aria-label={words.face.wallet}>
        <Wallet cards={cards} inHand={card} onTake={take} />
      </aside>
    </div>
  )
}

interface WallProps {
  readonly cards: ReadonlyArray<TestCard>
  readonly card: TestCard | undefined
}

const Wall = ({ cards, card }: WallProps) => {
  const { words } = useDesk()
  const { value: terminals, problem, reload } = useLoad<ReadonlyArray<Terminal>>("/_mock/terminals", 1500)
  return (
    <section class="wall-pane" aria-labelledby="terminals-title">
      <div class="wall-head">
        <h1 id="terminals-title">{words.places.terminals}</h1>
        <OpenTerminal />
      </div>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      {terminals?.length === 0 ? (
        <div class="empty">
          <p>{words.face.none}</p>
          <p class="hint">{words.face.noneHint}</p>
        </div>
      ) : null}
      <div class="wall">
        {(terminals ?? []).map((terminal, index) => (
          <Station
            key={terminal.name}
            name={terminal.name}
            listed={terminal}
            live={index < LIVE}
            alone={false}
            cards={cards}
            card={card}
          />
        ))}
      </div>
    </section>
  )
}

/** A terminal that nobody has named yet is made by asking for it. */
const OpenTerminal = () => {
  const { words } = useDesk()
  return (
    <form
      class="inline-form"
      onSubmit={(event: Event) => {
        event.preventDefault()
        const name = String(new FormData(event.target as HTMLFormElement).get("name") ?? "").trim()
        if (name !== "") location.hash = toHash({ place: "terminals", name })
      }}
    >
      <label>
        <span class="visually-hidden">{words.face.openName}</span>
        <input name="name" placeholder={words.face.openHint} autocomplete="off" autocapitalize="off" />
      </label>
      <button type="submit" class="button">
        {words.face.open}
      </button>
    </form>
  )
}
