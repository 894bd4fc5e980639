/** A terminal's state from its events: screen, settings, paper. Pure. */
import type { ScreenShown } from "@hipay-pos/core/wire/TimelineEntry"
import type { Terminal, TerminalEvent } from "../server/model.ts"
import type { RequestProblem } from "../server/Server.ts"
import type { ConnectionState } from "../server/subscribe.ts"
import { type Ticket, ticketsOf } from "./ticket.ts"

export interface LiveTerminal {
  readonly terminal?: Terminal
  readonly connection: ConnectionState
  /** The last printed tickets; empty once torn off. */
  readonly paper: ReadonlyArray<Ticket>
  readonly problem?: RequestProblem
}

/** Applies an event. */
export const withEvent = (state: LiveTerminal, event: TerminalEvent): LiveTerminal => {
  switch (event._tag) {
    case "State": {
      const { _tag, ...terminal } = event
      return { ...state, terminal }
    }
    case "Stage":
      return state.terminal === undefined ? state : { ...state, terminal: withScreen(state.terminal, event) }
    case "Request":
      return { ...state, paper: [] }
    case "Answer": {
      const tickets = ticketsOf(event.fields)
      return tickets.length === 0 ? state : { ...state, paper: tickets }
    }
    default:
      return state
  }
}

/** Applies a new screen; facts that it does not repeat are kept until the terminal is idle. */
const withScreen = (terminal: Terminal, shown: ScreenShown): Terminal => {
  const { amount, currency, card, entryMode, authorizationNumber, complement, ...lasting } = terminal
  const { stage, screen } = shown
  return { ...lasting, ...(stage === "idle" ? {} : facts(terminal)), ...facts(shown), stage, screen }
}

/** The facts of the payment besides the text on the screen. */
const facts = (shown: ScreenShown): Partial<ScreenShown> => {
  const { amount, currency, card, entryMode, authorizationNumber, complement } = shown
  const all = { amount, currency, card, entryMode, authorizationNumber, complement }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
