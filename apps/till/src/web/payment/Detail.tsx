/**
 * Details of a failed payment after its first sentence: the meaning of the terminal's code and, for support, the
 * original message.
 */
import type { CardTender } from "../../sale/Sale.ts"
import { useScreen } from "../Screen.ts"

export const Detail = ({ tender }: { readonly tender: CardTender }) => {
  const { words, language } = useScreen()
  const { meaning, detail, explained, reason } = tender
  // The reasons that need no details.
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
