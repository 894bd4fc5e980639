/** What a failed payment says beside its first sentence: what the terminal's code means, and for support the words it came with. */
import type { CardTender } from "../../sale/Sale.ts"
import { useScreen } from "../Screen.ts"

export const Detail = ({ tender }: { readonly tender: CardTender }) => {
  const { words, language } = useScreen()
  const { meaning, detail, explained, reason } = tender
  // The reasons that say enough by themselves.
  const isSaid = reason === "cancelled" || reason === "timed-out" || reason === "busy"
  const message = explained?.[language].message
  return (
    <div class="detail">
      {message === undefined || tender.state === "not-started" ? null : <p>{message}</p>}
      {meaning === undefined || isSaid ? null : <p>{meaning[language]}</p>}
      {detail === undefined ? null : (
        <details>
          <summary>{words.technical}</summary>
          <p lang="en" dir="auto">
            {detail}
          </p>
        </details>
      )}
    </div>
  )
}
