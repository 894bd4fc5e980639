/** What happens at the server, told as it happens. Bodies hold personal data: show them, do not log them. */
import type { TerminalEvent } from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Answer } from "./transactions/Attempt.ts"

export type ServerEvent =
  | { readonly _tag: "OrderReceived"; readonly requestId: string; readonly body: unknown }
  | { readonly _tag: "OrderAnswered"; readonly requestId: string; readonly answer: Answer }
  | { readonly _tag: "Terminal"; readonly attempt: string; readonly event: TerminalEvent }
  /** An end that is known could not be written. */
  | { readonly _tag: "Alarm"; readonly attempt: string; readonly detail: string }

/** Listens to a server. Must not throw. */
export type Listener = (event: ServerEvent) => void
