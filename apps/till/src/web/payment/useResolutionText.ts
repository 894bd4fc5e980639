/** The sentence that says how an unknown payment was resolved, and by whom: it must not look like the terminal's own answer. */
import type { CardTender } from "../../sale/Sale.ts"
import { useMoney, useScreen } from "../Screen.ts"
import { recordedOf } from "./resolutionDraft.ts"

interface ResolutionText {
  /** How a payment ended, given what was paid in minor units, such as `€12.50 paid`. */
  readonly outcome: (tender: CardTender, paid: number, evidence?: string) => string
  /** The sentence; `undefined` unless the payment was resolved. */
  readonly resolved: (tender: CardTender) => string | undefined
}

export const useResolutionText = (): ResolutionText => {
  const { words } = useScreen()
  const { show } = useMoney()
  const outcome = ({ direction }: CardTender, paid: number, evidence = "") => {
    const { outcomes } = direction === "in" ? words : words.ofRefund
    const what = paid === 0 ? outcomes.declined : outcomes.approved(show(paid))
    return evidence.trim() === "" ? what : `${what} (${evidence.trim()})`
  }
  return {
    outcome,
    resolved: (tender) => {
      const { resolution } = tender
      const paid = recordedOf(tender)
      if (resolution === undefined || paid === undefined) return undefined
      const { source, by, evidence } = resolution
      return source === "server"
        ? words.serverResolved(outcome(tender, paid))
        : words.personResolved(by, outcome(tender, paid, evidence))
    }
  }
}
