/** The whole screen: header, the view of the current address, messages, and the keys that work everywhere. */
import { useRef, useState } from "hono/jsx/dom"
import type { Catalogue } from "../catalogue/Catalogue.ts"
import { hashOf, type Route } from "./address.ts"
import { useWhileShown } from "./effects.ts"
import { Header } from "./Header.tsx"
import { lazy } from "./lazy.tsx"
import { Ended } from "./payment/Ended.tsx"
import { LostDrafts } from "./payment/LostDrafts.tsx"
import { Pay } from "./payment/Pay.tsx"
import { Unknown } from "./payment/Unknown.tsx"
import { Waiting } from "./payment/Waiting.tsx"
import { remember, type Theme, themeChosen } from "./preferences.ts"
import { currentRoute, goTo, useRoute } from "./route.ts"
import { Sale } from "./Sale.tsx"
import { asTyped, type Screen, ScreenContext, type Spoken, type ToastText, ticketText } from "./Screen.ts"
import { Toast } from "./Toast.tsx"
import { useDoubleClicks } from "./useDoubleClicks.ts"
import { type ProblemCode, useTill } from "./useTill.ts"
import { none, press } from "./Wedge.ts"
import { loadWords } from "./words/load.ts"

const CustomerDisplay = lazy(async () => (await import("./CustomerDisplay.tsx")).CustomerDisplay)
const Day = lazy(async () => (await import("./day/Day.tsx")).Day)
const History = lazy(async () => (await import("./History.tsx")).History)

export const App = ({ spoken }: { readonly spoken: Spoken }) => {
  const [{ language, words }, setSpoken] = useState(spoken)
  const [theme, setTheme] = useState<Theme>(themeChosen())
  const [catalogue, setCatalogue] = useState<Catalogue | undefined>(undefined)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const [toast, setToast] = useState<ToastText | undefined>(undefined)
  const line = useTill(setProblem)
  const route = useRoute()
  useDoubleClicks()

  useWhileShown(() => {
    document.documentElement.lang = language
    document.title = words.till
    remember("language", language)
  }, [language])
  useWhileShown(() => {
    document.documentElement.dataset.theme = theme
    remember("theme", theme)
  }, [theme])
  useWhileShown(() => {
    const load = () =>
      fetch("/api/catalogue")
        .then(async (response) => setCatalogue((await response.json()) as Catalogue))
        .catch(() => setTimeout(load, 2000))
    void load()
  }, [])
  // A refusal is shown long enough to read, and at most until the next action.
  useWhileShown(() => {
    if (problem === undefined) return
    const timer = setTimeout(() => setProblem(undefined), 8000)
    return () => clearTimeout(timer)
  }, [problem])

  const { state } = line
  // Without a sale there is nothing to pay, and the next sale would open at its payment. A cashier on another view stays there.
  const idle = state !== undefined && state.sale === null
  useWhileShown(() => {
    if (idle && currentRoute().view === "pay") goTo({ view: "sale" })
  }, [idle, route.view])
  // After a card payment, the payment view says how it ended, and collects the rest.
  const before = useRef<{ readonly sale: string; readonly attended: boolean } | undefined>(undefined)
  const [saleId, stageOfSale] = [state?.sale?.id, state?.sale?.stage]
  useWhileShown(() => {
    const wasAttended = before.current?.sale === saleId && before.current?.attended === true
    before.current =
      saleId === undefined
        ? undefined
        : { sale: saleId, attended: stageOfSale === "waiting" || stageOfSale === "unknown" }
    if (wasAttended && stageOfSale === "open" && currentRoute().view === "sale") goTo({ view: "pay" })
  }, [saleId, stageOfSale])
  const setLanguage = (language: Spoken["language"]) =>
    loadWords(language).then(
      (words) => setSpoken({ language, words }),
      () => setProblem("unreachable")
    )
  const act: Screen["act"] = (action) => {
    setProblem(undefined)
    return line.act(action)
  }
  const isDeaf = state?.sale?.stage === "waiting" || state?.sale?.stage === "unknown"
  useKeys(route.view !== "customer", isDeaf, (code) => {
    goTo({ view: "sale" })
    void act({ do: "add", code, quantity: 1 })
  })

  if (state === undefined || catalogue === undefined) {
    return <p class="loading">{line.connected ? words.loading : words.linkLost}</p>
  }
  const refuse = (code: ProblemCode) => setProblem(code)
  const text = problem === undefined ? undefined : (words.problems[problem as ProblemCode] ?? words.problems.failed)
  const said = typeof text === "function" ? text(asTyped(1250, state.currency, language)) : text
  const screen: Screen = {
    words,
    language,
    state,
    catalogue,
    connected: line.connected,
    skew: line.skew,
    act,
    problem: said,
    refuse,
    tell: setToast
  }
  const stage = state.sale?.stage
  const needsYou = stage === "waiting" || stage === "unknown"
  const away = route.view === "history" || route.view === "day"
  if (route.view === "customer") {
    return (
      <ScreenContext.Provider value={screen}>
        <CustomerDisplay />
      </ScreenContext.Provider>
    )
  }
  return (
    <ScreenContext.Provider value={screen}>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <Header
        view={route.view}
        setLanguage={(language) => void setLanguage(language)}
        theme={theme}
        setTheme={setTheme}
      />
      <div class="notices">
        {line.connected ? null : <p class="notice warn">{words.linkLost}</p>}
        {state.storageFailed ? <p class="notice danger">{words.storageFailed}</p> : null}
        {state.contradicted.map(({ id: sale, ticket, tender }) => (
          <div key={`${sale} ${tender}`} class="notice danger">
            <p>{words.contradicted(ticketText(ticket))}</p>
            <div class="actions">
              <a class="button" href={hashOf({ view: "history", sale })}>
                {words.showSale}
              </a>
              <button type="button" onClick={() => void act({ do: "acknowledge", sale, tender })}>
                {words.acknowledge}
              </button>
            </div>
          </div>
        ))}
        <LostDrafts />
        {needsYou && away ? (
          <p class="notice warn">
            {stage === "waiting" ? words.underWay : words.needsYou} <a href="#/pay">{words.backToSale}</a>
          </p>
        ) : null}
        <div role="alert">{said === undefined ? null : <p class="notice danger">{said}</p>}</div>
      </div>
      <main id="main" tabindex={-1}>
        <ViewOf route={route} stage={stage} sale={state.sale?.id} />
      </main>
      <Toast toast={toast} close={() => setToast(undefined)} />
    </ScreenContext.Provider>
  )
}

interface ViewProps {
  readonly route: Route
  readonly stage: string | undefined
  readonly sale: string | undefined
}

/** While a payment needs attention, the sale shows nothing else. What was typed for one sale is not shown for another. */
const ViewOf = ({ route, stage, sale }: ViewProps) => {
  if (route.view === "history") return <History key={route.sale ?? "list"} route={route} />
  if (route.view === "day") return <Day />
  if (stage === "waiting") return <Waiting />
  if (stage === "unknown") return <Unknown key={sale} />
  if (stage === "completed") return <Ended />
  return route.view === "pay" && stage === "open" ? <Pay key={sale} /> : <Sale />
}

/** F2 searches, F4 pays, and scanned codes are accepted wherever the focus is, except while a payment needs attention. */
const useKeys = (isHeard: boolean, deaf: boolean, onScan: (code: string) => void) => {
  useWhileShown(() => {
    if (!isHeard) return
    let run = none
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "F2" || event.key === "F4") {
        event.preventDefault()
        if (!deaf) goTo({ view: event.key === "F2" ? "sale" : "pay" })
        if (event.key === "F2") queueMicrotask(() => document.getElementById("find")?.focus())
        return
      }
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
      if (typing || document.querySelector("dialog[open]") !== null) return
      const pressing = press(run, event.key, event.timeStamp)
      run = pressing.run
      if (pressing.scanned === undefined) return
      // The scanner's Enter would press the focused button.
      event.preventDefault()
      event.stopPropagation()
      if (!deaf) onScan(pressing.scanned)
    }
    addEventListener("keydown", pressed, { capture: true })
    return () => removeEventListener("keydown", pressed, { capture: true })
  }, [isHeard, deaf])
}
