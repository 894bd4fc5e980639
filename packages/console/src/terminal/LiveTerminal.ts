/** A terminal as its events make it: screen, settings, paper. Pure. */
import type { Shown, Terminal, TerminalEvent } from "../server/model.ts"
import type { Problem } from "../server/Server.ts"
import type { Link } from "../server/subscribe.ts"
import { type Ticket, ticketsOf } from "./ticket.ts"

export interface LiveTerminal {
  readonly terminal?: Terminal
  readonly link: Link
  /** What came out of the printer last; empty once torn off. */
  readonly paper: ReadonlyArray<Ticket>
  readonly problem?: Problem
}

/** With something that the terminal told. */
export const withEvent = (state: LiveTerminal, told: TerminalEvent): LiveTerminal => {
  switch (told._tag) {
    case "State": {
      const { _tag, ...terminal } = told
      return { ...state, terminal }
    }
    case "Stage":
      return state.terminal === undefined ? state : { ...state, terminal: withShown(state.terminal, told) }
    case "Request":
      return { ...state, paper: [] }
    case "Answer": {
      const tickets = ticketsOf(told.fields)
      return tickets.length === 0 ? state : { ...state, paper: tickets }
    }
    default:
      return state
  }
}

/** The terminal with what its screen shows now; what the screen does not repeat holds until the terminal rests. */
const withShown = (terminal: Terminal, shown: Shown): Terminal => {
  const { amount, currency, card, entryMode, authorizationNumber, complement, ...lasting } = terminal
  const { stage, screen } = shown
  return { ...lasting, ...(stage === "idle" ? {} : facts(terminal)), ...facts(shown), stage, screen }
}

/** What is known of the payment beside the screen's words. */
const facts = (shown: Shown): Partial<Shown> => {
  const { amount, currency, card, entryMode, authorizationNumber, complement } = shown
  const all = { amount, currency, card, entryMode, authorizationNumber, complement }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
