/** Says that a card was charged more than was asked for, or refunded more. The excess is not part of the bill. A tip is said elsewhere. */
import type { SaleView } from "../../api.ts"
import { useMoney, useScreen } from "../Screen.ts"

export const Overcharged = ({ tenders }: Pick<SaleView, "tenders">) => {
  const { words } = useScreen()
  const { show } = useMoney()
  return (
    <>
      {tenders.map((tender) =>
        tender.means === "cash" || tender.extra === undefined || tender.tip === true ? null : (
          <p key={String(tender.number)} class="outcome warn" role="alert">
            {(tender.direction === "in" ? words : words.ofRefund).chargedOver(show(tender.extra))}
          </p>
        )
      )}
    </>
  )
}
