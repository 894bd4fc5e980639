/** What the terminal's code means, and the words it came with, which are not the screen's. */
import type { CardTender } from "../../sale/Sale.ts"
import { useScreen } from "../Screen.ts"

export const Detail = ({ tender }: { readonly tender: CardTender }) => {
  const { language } = useScreen()
  const { meaning, detail } = tender
  return (
    <div class="detail">
      {meaning === undefined ? null : <p>{meaning[language]}</p>}
      {detail === undefined ? null : (
        <p lang="en" dir="auto">
          {detail}
        </p>
      )}
    </div>
  )
}
