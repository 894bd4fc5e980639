/**
 * A simulated terminal drawn as a device: paper, screen, contactless mark, keys, card slot.
 *
 * The screen is a live region. The selected card is used for insert, tap and swipe; the keyboard works while the focus
 * is inside. Input that the terminal does not take is reported below it.
 */
import type { EntryMode } from "@hipay-pos/core/Card"
import { useRef, useState } from "hono/jsx/dom"
import type { Terminal, TestCard } from "../server/model.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { textFor } from "../text/words.ts"
import { fromKeyboard, type Key, pad } from "./keys.ts"
import { Paper } from "./Paper.tsx"
import { isBusy, stepStatus, steps } from "./stage.ts"
import type { Ticket } from "./ticket.ts"

interface Props {
  readonly terminal: Terminal
  readonly paper: ReadonlyArray<Ticket>
  readonly card: TestCard | undefined
  readonly present: (card: string, entryMode: EntryMode) => Promise<boolean>
  readonly press: (key: Key) => Promise<boolean>
  readonly tearOff: () => void
  /** Whether it accepts keys typed anywhere on the page. */
  readonly ownsKeyboard?: boolean
}

export const Device = ({ terminal, paper, card, present, press, tearOff, ownsKeyboard = false }: Props) => {
  const { words } = useAppContext()
  const text = words.terminal
  const [notice, setNotice] = useState("")
  const [pressed, setPressed] = useState<Key | undefined>(undefined)
  const device = useRef<HTMLElement>(null)

  const pressKey = async (key: Key) => {
    setPressed(key)
    setTimeout(() => setPressed((now) => (now === key ? undefined : now)), 140)
    setNotice((await press(key)) ? "" : text.keyLost)
  }
  const show = async (entryMode: EntryMode) => {
    if (card === undefined) return setNotice(text.noCard)
    if (!card.readings.some(({ mode }) => mode === entryMode)) return setNotice(text.cannot[entryMode])
    setNotice((await present(card.name, entryMode)) ? "" : text.cardLost)
  }

  const waitsForKey = useRef(false)
  waitsForKey.current = terminal.stage === "pin"
  const latest = useRef(pressKey)
  latest.current = pressKey
  useEffect(() => {
    const place: EventTarget | null = ownsKeyboard ? window : device.current
    const typed = (event: Event) => {
      const { key, target, ctrlKey, metaKey, altKey } = event as KeyboardEvent
      if (ctrlKey || metaKey || altKey) return
      const tag = target instanceof Element ? target.tagName : ""
      const isText = target instanceof HTMLInputElement && !["radio", "checkbox"].includes(target.type)
      if (isText || ["SELECT", "TEXTAREA"].includes(tag)) return
      // While the terminal waits for a key, Enter is the green key; else the focused button handles it.
      if (key === "Enter" && waitsForKey.current !== true && ["BUTTON", "A", "SUMMARY"].includes(tag)) return
      const terminalKey = fromKeyboard(key)
      if (terminalKey === undefined) return
      event.preventDefault()
      void latest.current?.(terminalKey)
    }
    place?.addEventListener("keydown", typed)
    return () => place?.removeEventListener("keydown", typed)
  }, [ownsKeyboard])

  const inside = terminal.entryMode === "contact" && isBusy(terminal.stage)
  return (
    <section class={`device stage-${terminal.stage}`} aria-label={text.title(terminal.name)} ref={device}>
      <Paper tickets={paper} onTearOff={tearOff} />
      <div class="casing">
        <div class="printer" aria-hidden="true" />
        <div class="top-line">
          <span class="maker" aria-hidden="true">
            hipay-pos
          </span>
          <span class={`led ${isBusy(terminal.stage) ? "busy" : ""}`} aria-hidden="true" />
          <button
            type="button"
            class={`contactless ${terminal.entryMode === "contactless" && isBusy(terminal.stage) ? "near" : ""}`}
            aria-label={text.tap}
            title={text.tap}
            onClick={() => show("contactless")}
          >
            <Waves />
          </button>
        </div>
        <Screen terminal={terminal} />
        <div class="pad">
          {pad.map((key) => (
            <button
              key={key}
              type="button"
              class={`key key-${/\d/.test(key) ? "digit" : key} ${pressed === key ? "down" : ""}`}
              aria-label={/\d/.test(key) ? key : text.keys[key as "cancel" | "clear" | "enter"]}
              title={keyboardNames[key] ?? key}
              // Keeps the focus, so that Enter on the keyboard remains the green key.
              onMouseDown={(event: Event) => event.preventDefault()}
              onClick={() => pressKey(key)}
            >
              <span aria-hidden="true">{signs[key] ?? key}</span>
            </button>
          ))}
        </div>
        <div class="readers">
          <button type="button" class="reader slot" onClick={() => show("contact")}>
            <span class="mouth" aria-hidden="true" />
            {text.insert}
          </button>
          <button type="button" class="reader stripe" onClick={() => show("stripe")}>
            {text.swipe}
          </button>
          {card?.readings.some(({ mode }) => mode === "manual") ? (
            <button type="button" class="reader keyed" onClick={() => show("manual")}>
              {text.keyIn}
            </button>
          ) : null}
        </div>
      </div>
      <div class={`inserted ${inside ? "in" : ""}`} aria-hidden="true">
        <span>{inside ? terminal.card : ""}</span>
      </div>
      <p class="notice" role="status">
        {notice === "" && card !== undefined ? text.selected(card.name) : notice}
      </p>
    </section>
  )
}

/** The key to press on a keyboard. */
const keyboardNames: Readonly<Partial<Record<Key, string>>> = { cancel: "Esc", clear: "Backspace", enter: "Enter" }

const signs: Readonly<Partial<Record<Key, string>>> = { cancel: "✕", clear: "‹", enter: "○" }

/** The terminal's screen, in the language of the terminal, and the steps of the payment in the reader's. */
const Screen = ({ terminal }: { readonly terminal: Terminal }) => {
  const { words } = useAppContext()
  const { amount } = useFormat()
  const { stage, screen, currency } = terminal
  const paying = terminal.amount !== undefined && currency !== undefined && isBusy(stage)
  return (
    <div class="screen">
      <div class="glass" lang="fr" aria-hidden="true">
        {screen.map((line, index) => (
          <span key={index} class={paying && index === 1 ? "sum" : "line"}>
            {line}
          </span>
        ))}
      </div>
      <ol class="steps" aria-hidden="true">
        {steps.map((step) => (
          <li key={step} class={stepStatus(step, stage)}>
            {words.terminal.steps[step]}
          </li>
        ))}
      </ol>
      <p class="visually-hidden" role="status">
        {textFor(words.stages, stage)}
        {paying ? `, ${amount(terminal.amount ?? 0, currency)}` : ""}
        <span lang="fr">. {screen.slice(paying ? 2 : 0).join(". ")}</span>
      </p>
    </div>
  )
}

const Waves = () => (
  <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" focusable="false">
    <title>contactless</title>
    <g fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round">
      <path d="M9 12a8 8 0 0 1 0 8" />
      <path d="M14 9a13 13 0 0 1 0 14" />
      <path d="M19 6a18 18 0 0 1 0 20" />
      <path d="M24 3.500a22 22 0 0 1 0 25" />
    </g>
  </svg>
)
