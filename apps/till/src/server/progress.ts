/**
 * What the terminal is doing during a card payment, according to the server's events: for the screen only.
 *
 * With a server that reports nothing, such as HiPay's own, the screen shows what is known without it. Nothing here affects the
 * payment.
 */
import { setTimeout as pause } from "node:timers/promises"
import { type AttemptEntry, AttemptsError, type Client } from "@hipay-pos/client"
import type { Doing } from "../api.ts"

/** Milliseconds between requests for an attempt that has just been sent, and their number. */
const POLL_INTERVAL = 200
const MAX_POLLS = 50

/** Reports each step of an order's attempt, until it ends, the signal aborts, or the server reports nothing. Never rejects. */
export const followTerminal = async (
  { attempts }: Pick<Client, "attempts">,
  orderId: string,
  signal: AbortSignal,
  onStep: (doing: Doing) => void
): Promise<void> => {
  for (let polls = 0; polls < MAX_POLLS && !signal.aborted; polls++) {
    try {
      const [attempt] = await attempts.list({ search: orderId, limit: 1 }, { signal })
      if (attempt?.orderId === orderId) {
        for await (const entry of attempts.follow(attempt.id, { signal })) {
          const step = stepOf(entry)
          if (step !== undefined) onStep(step)
        }
        return
      }
    } catch (error) {
      // A lost connection is retried; a server without attempts never will have any.
      if (!(error instanceof AttemptsError && error.kind === "Unreachable")) return
    }
    await pause(POLL_INTERVAL, undefined, { signal }).catch(() => {})
  }
}

/** The step that an entry shows, if it does. */
export const stepOf = (entry: AttemptEntry): Doing | undefined => {
  switch (entry.kind) {
    case "request":
      return "queued"
    case "upstream-request":
      return "relayed"
    case "terminal-request":
      return "asked"
    case "stage":
      return stages[entry.stage]
    case "terminal-response":
      return "answered"
    default:
      return undefined
  }
}

/** By the stage of a terminal that reports its screen. */
const stages: Readonly<Record<string, Doing | undefined>> = {
  woken: "card",
  "chip-asked": "card",
  "card-presented": "card",
  pin: "pin",
  authorising: "bank",
  approved: "answered",
  refused: "answered",
  cancelled: "answered",
  "timed-out": "answered",
  printing: "answered"
}
