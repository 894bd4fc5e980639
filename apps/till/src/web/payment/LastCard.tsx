/** The result of the last card if it did not pay for everything: what happened, and what comes next. */
import type { CardTender } from "../../sale/Sale.ts"
import { useMoney, useScreen } from "../Screen.ts"
import { Detail } from "./Detail.tsx"
import { useResolutionText } from "./useResolutionText.ts"

export const LastCard = ({ tender, remaining }: { readonly tender: CardTender; readonly remaining: number }) => {
  const { words, language } = useScreen()
  const { show } = useMoney()
  const text = tender.direction === "in" ? words : words.ofRefund
  const said = useResolutionText().resolved(tender)
  switch (tender.state) {
    case "declined":
      return (
        <section class="outcome danger" role="alert">
          <h2>{text.declinedTitle}</h2>
          {said === undefined ? (
            <>
              <p>{text.reasons[tender.reason ?? "not-performed"]}</p>
              <Detail tender={tender} />
            </>
          ) : (
            <p dir="auto">{said}</p>
          )}
        </section>
      )
    case "not-started":
      return (
        <section class="outcome danger" role="alert">
          <h2>{text.notStartedTitle}</h2>
          <p>{tender.explained?.[language].advice ?? text.notStartedHint}</p>
          <Detail tender={tender} />
        </section>
      )
    case "approved-in-part":
      return (
        <section class="outcome warn" role="alert">
          <h2>{words.named(words["approved-in-part"], show(tender.paid))}</h2>
          <p>{text.partHint(show(remaining))}</p>
        </section>
      )
    default:
      return null
  }
}
