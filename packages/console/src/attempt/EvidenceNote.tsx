/** What the terminal said about a payment with an unknown outcome, for the person who resolves it. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { useAppContext, useFormat } from "../shell/context.ts"
import { textFor } from "../text/words.ts"

export const EvidenceNote = ({ attempt: { error } }: { readonly attempt: Attempt }) => {
  const { words } = useAppContext()
  const { amount } = useFormat()
  const text = words.attempt.evidence
  if (error?.reason !== "OutcomeUnknown") return null
  const { evidence } = error
  const inWords = Object.hasOwn(text.kinds, error.kind) ? text.kinds[error.kind] : undefined
  const isSaidBelow = evidence?.contradictions.some(({ message }) => message === error.detail) === true
  const facts: ReadonlyArray<readonly [string, string | undefined]> = [
    [text.amount, evidence?.amount && amount(evidence.amount.minorUnits, evidence.amount.currency)],
    [text.status, evidence?.status && textFor(text.statuses, evidence.status)],
    [text.authorization, evidence?.card.authorizationNumber],
    [text.card, evidence?.card.pan]
  ]
  return (
    <section class="panel" aria-label={text.title}>
      <h2>{text.title}</h2>
      {isSaidBelow ? null : inWords === undefined ? (
        <p class="sentence" dir="auto" lang="en">
          {error.detail}
        </p>
      ) : (
        <p class="sentence">{inWords}</p>
      )}
      {evidence === undefined ? <p class="hint">{text.nothing}</p> : null}
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          )
        )}
        {evidence?.stopped === undefined ||
        (inWords === undefined && error.detail.includes(evidence.stopped.problem)) ? null : (
          <div>
            <dt>{text.stopped}</dt>
            <dd dir="auto" lang={inWords === undefined ? "en" : undefined}>
              {text.stop(evidence.stopped)}
            </dd>
          </div>
        )}
      </dl>
      {inWords === undefined || isSaidBelow ? null : (
        <details>
          <summary>{text.detail}</summary>
          <p class="sentence" dir="auto" lang="en">
            {error.detail}
          </p>
        </details>
      )}
      {evidence === undefined || evidence.contradictions.length === 0 ? null : (
        <>
          <h3>{text.contradictions}</h3>
          <ul class="findings">
            {evidence.contradictions.map(({ kind, told = "", asked = "", message }) => {
              const translated = Object.hasOwn(text.contradiction, kind)
                ? text.contradiction[kind]?.(told, asked)
                : undefined
              return (
                <li key={message} class="sentence" dir="auto" lang={translated === undefined ? "en" : undefined}>
                  {translated ?? message}
                </li>
              )
            })}
          </ul>
        </>
      )}
    </section>
  )
}
