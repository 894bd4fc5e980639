/**
 * What the terminal said about a payment with an unknown outcome: a sentence in the screen's language, and the
 * contradictions.
 */
import * as EvidenceInFrench from "@hipay-pos/core/EvidenceInFrench"
import type { ContradictionKind } from "@hipay-pos/core/TerminalEvidence"
import type { CardTender } from "../../sale/Sale.ts"
import { useMoney, useScreen } from "../Screen.ts"

export const TerminalSaid = ({ tender }: { readonly tender: CardTender }) => {
  const { words, language, state } = useScreen()
  const { show } = useMoney()
  const { said, doubt, amount: asked } = tender
  if (said === undefined) return doubt === undefined ? <p class="terminal-said">{words.saidNothing}</p> : null
  const { status, amount, currency, authorizationNumber, card, contradictions = [] } = said
  const told = amount === undefined ? undefined : currency === state.currency ? show(amount) : `${amount} (${currency})`
  return (
    <div class="terminal-said">
      <p>
        {words.said({
          refund: tender.direction === "out",
          status,
          amount: told,
          asked: show(asked),
          authorizationNumber,
          card
        })}
      </p>
      {contradictions.length === 0 ? null : (
        <ul>
          {contradictions.map(({ kind, told = "", asked = "", message }) => (
            <li key={message} dir="auto">
              {language === "fr" && isKnown(kind) ? EvidenceInFrench.contradictions[kind](told, asked) : message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const isKnown = (kind: string): kind is ContradictionKind => Object.hasOwn(EvidenceInFrench.contradictions, kind)
