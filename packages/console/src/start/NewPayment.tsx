/**
 * Sends a payment, from the first one on: pick what should happen and send it from here, or copy the same call into a
 * program. A server that moves money shows only the call.
 */

import { useMemo, useState } from "hono/jsx/dom"
import { Ban, CircleCheck, CircleHelp, Hand, PieChart, Send } from "lucide"
import type { RequestProblem } from "../server/Server.ts"
import { CopyButton } from "../shell/CopyButton.tsx"
import { useAppContext, useHasRole } from "../shell/context.ts"
import { Icon } from "../shell/Icon.tsx"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { toHash } from "../shell/route.ts"
import { Tabs } from "../shell/Tabs.tsx"
import { asTyped } from "../text/format.ts"
import { fromTyped } from "../text/typedAmount.ts"
import "../style/start.css"
import { inputValue } from "../shell/input.ts"
import { freshOrderId, orderOf, type Scenario, scenarios } from "./scenarios.ts"
import { languages, type SnippetLanguage, snippet } from "./snippets.ts"

const icons = { approved: CircleCheck, declined: Ban, partial: PieChart, unknown: CircleHelp, manual: Hand }

export const NewPayment = ({ isFirst }: { readonly isFirst: boolean }) => {
  const { words, server, session, language } = useAppContext()
  const text = words.start
  const maySend = useHasRole("pay") && session.mode === "simulated"
  const [scenario, setScenario] = useState<Scenario>("approved")
  const [typed, setTyped] = useState(() => asTyped(1250, "EUR", language))
  const [orderId, setOrderId] = useState(freshOrderId)
  const [problem, setProblem] = useState<RequestProblem | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const amount = fromTyped(typed, "EUR", language)
  const body = useMemo(() => orderOf(scenario, orderId, amount ?? 1250), [scenario, orderId, amount])

  const send = async (event: Event) => {
    event.preventDefault()
    if (busy || amount === undefined) return
    setBusy(true)
    setProblem(undefined)
    const reply = await server.send<{ readonly id: string }>({
      method: "POST",
      path: "/v1/connector/order",
      body,
      headers: { Prefer: "respond-async" }
    })
    setBusy(false)
    if (!reply.ok) return setProblem(reply.problem)
    setOrderId(freshOrderId())
    location.hash = toHash({ place: "attempts", name: reply.value.id })
  }

  return (
    <div class="start">
      <a class="back" href={toHash({ place: "attempts" })}>
        ← {words.attempt.back}
      </a>
      <header>
        <h1 class={isFirst ? "welcome" : ""}>{maySend ? (isFirst ? text.first : text.title) : text.titleLive}</h1>
        <p class="lead">{maySend ? text.intro : text.introLive}</p>
      </header>
      {maySend ? (
        <form class="panel" onSubmit={send}>
          <fieldset class="scenarios">
            <legend class="visually-hidden">{text.scenario}</legend>
            {scenarios.map((each) => (
              <label key={each} class={`scenario is-${each}`}>
                <input
                  type="radio"
                  name="scenario"
                  value={each}
                  checked={scenario === each}
                  onChange={() => setScenario(each)}
                />
                <span class="face">
                  <Icon of={icons[each]} />
                  <b>{text.scenarios[each]}</b>
                  <span>{text.says[each]}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <div class="start-row">
            <label class="field">
              <span>{text.amount}</span>
              <input
                inputmode="decimal"
                autocomplete="off"
                required
                value={typed}
                aria-invalid={amount === undefined}
                onInput={(event: Event) => setTyped(inputValue(event))}
              />
            </label>
            <label class="field order-id">
              <span>{text.orderId}</span>
              <input
                autocomplete="off"
                required
                maxLength={64}
                value={orderId}
                onInput={(event: Event) => setOrderId(inputValue(event))}
              />
            </label>
            <button type="submit" class="button primary" disabled={busy}>
              <Icon of={Send} />
              {text.send}
            </button>
          </div>
          {amount === undefined ? (
            <p class="note problem" role="alert">
              {words.attempt.resolve.notAmount(asTyped(1250, "EUR", language))}
            </p>
          ) : null}
          {problem ? <ProblemNote problem={problem} /> : null}
        </form>
      ) : null}
      <Snippets body={body} />
      <p class="hint">
        {text.more} <a href="/docs">{text.docs}</a>
      </p>
    </div>
  )
}

const Snippets = ({ body }: { readonly body: unknown }) => {
  const { words, session } = useAppContext()
  const [language, setLanguage] = useState<SnippetLanguage>("curl")
  const code = snippet(language, {
    origin: location.origin,
    username: session.login + (session.space === "" ? "" : `+${session.space}`),
    password: session.mode === "simulated" ? "secret" : undefined,
    body
  })
  return (
    <section class="panel snippets" aria-label={words.start.snippets}>
      <div class="snippet-head">
        <Tabs
          label={words.start.snippets}
          tabs={languages.map((each) => ({ id: each, title: each }))}
          current={language}
          onChange={(id) => setLanguage(id as SnippetLanguage)}
        />
        <CopyButton label={words.attempt.copy} text={() => code} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard. */}
      <pre role="tabpanel" tabIndex={0} aria-label={language}>
        <code>{code}</code>
      </pre>
    </section>
  )
}
