/** Parked sales; one can be recalled once no other sale is in hand. */
import { ticketText, useMoney, useScreen, useTimes } from "./Screen.ts"

export const Parked = () => {
  const { words, state, act } = useScreen()
  const { clock, date } = useTimes()
  const { show } = useMoney()
  if (state.parked.length === 0) return null
  return (
    <section class="parked" aria-labelledby="parked">
      <h2 id="parked">{words.parkedTitle}</h2>
      <ul>
        {state.parked.map(({ id, ticket, at, pieces, stage, total }) => (
          <li key={id}>
            <span class="grow">
              {ticketText(ticket)}
              <span class="detail">
                {date(at) === date(state.now) ? "" : `${date(at)}, `}
                {clock(at)} · {words.pieces(pieces)}
              </span>
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
