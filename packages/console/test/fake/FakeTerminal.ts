/**
 * A terminal that plays one payment the way the simulator does: card, PIN, bank, paper. Only as much of it as the face
 * needs.
 */

import type { EntryMode, Fault, Shown, Terminal, TestCard } from "../../src/server/model.ts"
import { pad } from "../../src/terminal/keys.ts"

export interface FakeTerminal {
  readonly state: () => Terminal
  readonly set: (change: Partial<Terminal>) => void
  readonly faults: Array<Fault>
  /** Starts a payment of so many minor units. */
  readonly wake: (amount: number, currency: string) => void
  readonly card: (card: TestCard, entryMode: EntryMode) => boolean
  readonly key: (key: string) => boolean
  readonly watch: (listener: (event: string, data: unknown) => void) => () => void
}

const PACE = 250

export const makeTerminal = (name: string, cardholder: Terminal["cardholder"] = "manual"): FakeTerminal => {
  const [host = name, port = "8888"] = name.split(":")
  const faults: Array<Fault> = []
  let terminal: Terminal = {
    name,
    profile: "plain",
    host,
    port: Number(port),
    kind: "concert",
    stage: "idle",
    screen: ["BIENVENUE", "SIMULATION"],
    cardholder,
    faults
  }
  let digits = ""
  let inside: TestCard | undefined
  const listeners = new Set<(event: string, data: unknown) => void>()
  const tell = (event: string, data: unknown) => {
    for (const listener of listeners) listener(event, data)
  }

  const show = (stage: string, note: string, more: Partial<Shown> = {}) => {
    const { amount = 0, currency = "EUR" } = { ...terminal, ...more }
    const sum = `${(amount / 100).toFixed(2).replace(".", ",")} ${currency}`
    const screen = stage === "idle" ? ["BIENVENUE", "SIMULATION"] : ["DÉBIT", sum, note]
    terminal = {
      ...terminal,
      ...more,
      stage,
      screen: stage === "pin" ? [...screen, "*".repeat(digits.length)] : screen
    }
    const {
      name: _,
      profile: __,
      host: ___,
      port: ____,
      kind: _____,
      cardholder: ______,
      faults: _______,
      ...shown
    } = terminal
    tell("Stage", shown)
  }
  const later = (then: () => void) => setTimeout(then, PACE)
  const rest = () => {
    const { amount: _, currency: __, card: ___, entryMode: ____, ...empty } = terminal
    terminal = empty
    show("idle", "")
  }
  const authorise = () => {
    show("authorising", "AUTORISATION EN COURS")
    const refused = inside?.name === "refused"
    later(() => {
      show(refused ? "refused" : "approved", refused ? "PAIEMENT REFUSÉ" : "PAIEMENT ACCEPTÉ")
      if (refused) return void later(rest)
      later(() => {
        show("printing", "IMPRESSION DU TICKET")
        tell("Answer", {
          frame: "…",
          delivered: true,
          fields: [{ tag: "ZT", value: tickets(terminal.screen[1] ?? "") }]
        })
        later(rest)
      })
    })
  }

  return {
    state: () => terminal,
    faults,
    set: (change) => {
      terminal = { ...terminal, ...change }
    },
    wake: (amount, currency) => {
      tell("Request", { frame: "…" })
      digits = ""
      show("woken", "PRÉSENTEZ LA CARTE", { amount, currency })
    },
    card: (card, entryMode) => {
      if (terminal.stage !== "woken") return false
      inside = card
      show("card-presented", "LECTURE DE LA CARTE", { card: card.name, entryMode })
      later(() => (card.pin && entryMode === "contact" ? show("pin", "CODE CONFIDENTIEL") : authorise()))
      return true
    },
    key: (key) => {
      if (!pad.some((each) => each === key)) return false
      if (key === "cancel" && ["woken", "pin"].includes(terminal.stage)) {
        show("cancelled", "ABANDON")
        later(rest)
        return true
      }
      if (terminal.stage !== "pin") return false
      if (key === "enter") {
        if (digits.length < 4) return false
        authorise()
        return true
      }
      digits = key === "clear" ? "" : (digits + key).slice(0, 4)
      show("pin", "CODE CONFIDENTIEL")
      return true
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}

const tickets = (sum: string): string =>
  ["customer", "merchant"]
    .map((copy) => {
      const text = [
        "   *** SIMULATION ***",
        "CARTE BANCAIRE",
        "A0 00 00 00 42 10 10",
        "CB",
        "le 20/11/26 à 10:31:08",
        "LA BOUTIQUE",
        "75001 PARIS",
        "497010######0014",
        "001 01 000042",
        "DÉBIT",
        "N° AUTO : 123456",
        "MONTANT RÉEL :",
        sum.padStart(24),
        copy === "customer" ? "      TICKET CLIENT" : "   TICKET COMMERÇANT",
        "  <b>AUCUN PAIEMENT</b>"
      ].join("\n")
      const base64 = btoa(text)
      const management = `CK0031${copy === "customer" ? "0" : "1"}0`
      return `${management}AK${String(base64.length).padStart(3, "0")}${base64}`
    })
    .join("")
