/** Parked sales: recalled once no other sale is in hand. */
import { localeOf, useMoney, useScreen } from "./Screen.ts"

export const Aside = () => {
  const { words, language, state, act } = useScreen()
  const { show } = useMoney()
  if (state.aside.length === 0) return null
  return (
    <section class="aside" aria-labelledby="aside">
      <h2 id="aside">{words.parkedTitle}</h2>
      <ul>
        {state.aside.map(({ id, at, pieces, stage, total }) => (
          <li key={id}>
            <span class="grow">
              {new Date(at).toLocaleTimeString(localeOf(language), { hour: "2-digit", minute: "2-digit" })} ·{" "}
              {words.pieces(pieces)}
            </span>
            {stage === "unknown" ? <span class="state warn">{words.unknown}</span> : null}
            <button type="button" onClick={() => void act({ do: "recall", sale: id })}>
              {words.recall(show(total))}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
