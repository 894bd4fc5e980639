/** The page: header, the three sides of a payment, and their shared state. */

import { makeAttemptFeed } from "@hipay-pos/console/attempts/AttemptFeed.ts"
import logo from "@hipay-pos/console/public/favicon.svg"
import { makeServer } from "@hipay-pos/console/server/Server.ts"
import { AppContextProvider } from "@hipay-pos/console/shell/context.ts"
import { useEffect } from "@hipay-pos/console/shell/hooks.ts"
import { inputValue } from "@hipay-pos/console/shell/input.ts"
import {
  chooseLanguage,
  chooseTheme,
  languages,
  language as preferredLanguage,
  type Theme,
  theme,
  themes
} from "@hipay-pos/console/shell/preferences.ts"
import { setServerClock } from "@hipay-pos/console/shell/serverClock.ts"
import { words as englishWords } from "@hipay-pos/console/text/en.ts"
import type { Language } from "@hipay-pos/console/text/format.ts"
import { words as frenchWords } from "@hipay-pos/console/text/fr.ts"
import type { Session } from "@hipay-pos/core/wire/Session"
import { Fault } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"
import { useCallback, useMemo, useState } from "hono/jsx/dom"
import { CustomerPanel } from "./CustomerPanel.tsx"
import { checkOrder } from "./checkOrder.ts"
import { LinePanel } from "./LinePanel.tsx"
import { OrderPanel } from "./OrderPanel.tsx"
import { OutcomePanel } from "./OutcomePanel.tsx"
import { COUNTER, type Example, textOf, withNextOrderId } from "./orders.ts"
import { makePageMock } from "./pageMock.ts"
import { fromHash, toHash } from "./share.ts"
import { texts as english } from "./text/en.ts"
import { texts as french } from "./text/fr.ts"
import { usePayment } from "./usePayment.ts"

const linked = fromHash(location.hash)
const mock = makePageMock(linked.pace === "instant" ? "instant" : "watched")
const server = makeServer({ space: "", onSignedOut: () => {}, fetch: mock.fetch })
const feed = makeAttemptFeed(server)
const session: Session = {
  login: "merchant",
  roles: ["pay", "read", "resolve", "control"],
  mode: "simulated",
  space: "",
  version: ""
}

const FIRST = textOf("simple", "ORDER_1")
/** Whether it is the page's initial order, whatever its number. */
const isFirst = (text: string): boolean => text.replace(/"ORDER_\d+"/, '"ORDER_1"') === FIRST

export const App = () => {
  const [language, setLanguage] = useState<Language>(
    () => languages.find((each) => each === linked.language) ?? preferredLanguage()
  )
  const [text, setText] = useState(linked.order ?? FIRST)
  const [card, setCard] = useState(linked.card ?? "cb-pin")
  const [fault, setFault] = useState(linked.fault ?? "")
  const [unknown, setUnknown] = useState(false)
  const texts = language === "fr" ? french : english
  const words = language === "fr" ? frenchWords : englishWords
  const checked = useMemo(() => checkOrder(text), [text])
  const terminal = checked.terminal ?? `${COUNTER}:8888`
  const payment = usePayment(server, feed)

  useEffect(() => {
    document.documentElement.lang = language
    document.title = texts.title
  }, [language])

  useEffect(() => {
    const hash = toHash({
      order: isFirst(text) ? undefined : text,
      card: card === "cb-pin" ? undefined : card,
      fault,
      language: linked.language,
      pace: linked.pace
    })
    try {
      history.replaceState(null, "", hash === "" ? location.pathname + location.search : hash)
    } catch {
      // Browsers limit how often the address may change: the next change catches up.
    }
  }, [text, card, fault])

  useEffect(() => {
    void setFaultAt(terminal, fault)
  }, [terminal, fault])

  const pay = useCallback(async () => {
    if (payment.paying) return
    await setFaultAt(terminal, fault)
    if (checked.accepted) reveal(".customer-pane")
    const end = await payment.pay(text, checked.orderId)
    if (end === undefined) return
    setUnknown(end.end === "unknown")
    // An order with an unknown outcome keeps its id, which prevents a second charge.
    if (end.end !== undefined && end.end !== "unknown") setText((now) => (now === text ? withNextOrderId(text) : now))
    reveal(".outcome-pane")
  }, [payment, text, checked, terminal, fault])

  const skip = useCallback(async () => {
    const { now, frozen } = await mock.control.clock.advance("185s")
    setServerClock(now, frozen)
  }, [])

  const edit = (next: string) => {
    setText(next)
    setUnknown(false)
  }
  const context = useMemo(() => ({ words, language, session, server, chooseSpace: () => {} }), [words, language])
  return (
    <AppContextProvider value={context}>
      <a class="skip-link" href="#order-text">
        {texts.skip}
      </a>
      <Header texts={texts} language={language} onLanguage={setLanguage} />
      <main>
        <div class="lead">
          <p class="before">{texts.before}</p>
          <h1>{texts.lead}</h1>
          <p>{texts.intro}</p>
        </div>
        <div class="playground">
          <div class="till-side">
            <OrderPanel
              texts={texts}
              text={text}
              checked={checked}
              paying={payment.paying}
              unknown={unknown}
              onText={edit}
              onExample={(example: Example) => edit(textOf(example, checked.orderId ?? "ORDER_1"))}
              onPay={pay}
            />
            <LinePanel texts={texts} fault={fault} onChange={setFault} />
          </div>
          <CustomerPanel key={terminal} texts={texts} name={terminal} card={card} onCard={setCard} />
          <OutcomePanel texts={texts} payment={payment} feed={feed} onSkip={skip} />
        </div>
      </main>
      <footer>
        <p>
          {texts.foot.local} <code>npx hipay-pos mock</code>
        </p>
        <p>{texts.facts}</p>
      </footer>
    </AppContextProvider>
  )
}

/** Sets the terminal's only fault, or none: a link may name an unknown one. */
const setFaultAt = async (terminal: string, text: string): Promise<void> => {
  const fault = Fault.fromText(text)
  await mock.control
    .terminal(terminal)
    .faults(...(Result.isSuccess(fault) ? [{ fault: fault.success.name, stage: fault.success.stage }] : []))
}

/** On a narrow page, shows the relevant side. */
const reveal = (selector: string): void => {
  if (matchMedia("(width >= 760px)").matches) return
  const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches
  document.querySelector(selector)?.scrollIntoView({ behavior: smooth ? "smooth" : "auto", block: "start" })
}

interface HeaderProps {
  readonly texts: typeof english
  readonly language: Language
  readonly onLanguage: (language: Language) => void
}

const Header = ({ texts, language, onLanguage }: HeaderProps) => {
  const [chosen, setChosen] = useState<Theme>(theme)
  const words = language === "fr" ? frenchWords : englishWords
  const home = language === "fr" ? "fr/index.html" : "docs/index.html"
  return (
    <header class="site-bar">
      <a class="brand" href={home}>
        <img src={logo} alt="" width="21" height="21" />
        hipay-pos
      </a>
      <nav aria-label={texts.nav.label}>
        <a href="index.html" aria-current="page">
          {texts.nav.playground}
        </a>
        <a href={home}>{texts.nav.docs}</a>
        <a href="reference/index.html">{texts.nav.reference}</a>
      </nav>
      <div class="settings">
        <select
          aria-label={texts.language}
          onChange={(event: Event) => {
            const value = inputValue(event)
            const next = languages.find((each) => each === value) ?? language
            chooseLanguage(next)
            onLanguage(next)
          }}
        >
          <option value="en" lang="en" selected={language === "en"}>
            English
          </option>
          <option value="fr" lang="fr" selected={language === "fr"}>
            Français
          </option>
        </select>
        <select
          aria-label={texts.theme}
          onChange={(event: Event) => {
            const value = inputValue(event)
            const next = themes.find((each) => each === value) ?? "system"
            chooseTheme(next)
            setChosen(next)
          }}
        >
          {themes.map((each) => (
            <option key={each} value={each} selected={each === chosen}>
              {words.settings.themes[each]}
            </option>
          ))}
        </select>
      </div>
    </header>
  )
}
