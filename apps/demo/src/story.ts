/**
 * What happens between till, API, terminal and bank, in order: the first payment as a sequence diagram, each later one in
 * one line, so that the lines after the first one stay in view. 80 columns are enough.
 */
import { paint, printable } from "@hipay-pos/cli-kit"
import { Money, Payment, TerminalTarget, type Wire } from "@hipay-pos/core"
import type { ServerEvent } from "@hipay-pos/server-mock"
import type { SimulatorEvent } from "@hipay-pos/terminal-simulator"
import { amountOf } from "./order.ts"

/** Listeners for both sides. */
export interface Story {
  readonly onServer: (event: ServerEvent) => void
  readonly onTerminal: (event: SimulatorEvent.SimulatorEvent) => void
}

/** The participants, from left to right. */
const [TILL, API, TERMINAL, BANK] = [0, 1, 2, 3]

/** Columns between two of them. */
const WIDTH = 24

/** A story, printed line by line. */
export const makeStory = (say: (line: string) => void): Story => {
  let isFirst = true
  let screen = ""

  return {
    onServer: (event) => {
      if (event._tag === "OrderReceived" && isFirst) {
        say(
          paint(
            "strong",
            ["till", "API", "terminal", "bank"]
              .map((name) => name.padEnd(WIDTH + 1))
              .join("")
              .trimEnd()
          )
        )
        say(between(TILL, " ".repeat(WIDTH)))
        // The first payment is the demo's own.
        say(to(TILL, `order, ${amountOf(event.body as Wire.RootOrder.RootOrder)}`))
      }
      if (event._tag !== "OrderAnswered" && event._tag !== "OrderEnded") return
      if (!isFirst) {
        // A payment in progress is reported once it has ended.
        if (event.answer.status !== 202) say(lineOf(event))
        return
      }
      isFirst = false
      const { paymentStatus } = event.answer.body as { readonly paymentStatus?: string }
      say(from(TILL, `HTTP ${event.answer.status}${paymentStatus === undefined ? "" : `, ${paymentStatus}`}`))
    },
    onTerminal: (event) => {
      if (!isFirst) return
      if (event._tag === "Request") say(to(API, "Concert V3.2, debit"))
      if (event._tag === "Answer") say(from(API, "Concert V3.2, answer"))
      if (event._tag !== "Stage" || event.stage === "idle") return
      if (event.stage === "authorising") say(to(TERMINAL, "authorization?"))
      if (event.authorizationNumber !== undefined && event.stage === "approved")
        say(from(TERMINAL, `authorization ${event.authorizationNumber}`))
      const shown = event.screen.at(-1) ?? ""
      if (shown !== screen)
        say(between(TERMINAL, paint(event.stage === "approved" ? "good" : "strong", ` ${shown}`.padEnd(WIDTH))))
      screen = shown
    }
  }
}

/** A row of the diagram, with `middle` between a participant and the next one to the right. */
const between = (left: number, middle: string, [first, second] = ["│", "│"]): string =>
  [TILL, API, TERMINAL, BANK]
    .map((each) => {
      const line = paint("quiet", each === left ? first : each === left + 1 ? second : "│")
      return each === left ? line + middle : each === BANK ? line : line.padEnd(line.length + WIDTH)
    })
    .join("")

/** A message to the next one on the right. */
const to = (left: number, label: string): string =>
  between(left, `${`─ ${label} `.padEnd(WIDTH - 1, "─")}▸`, ["├", "│"])

/** The answer from there. */
const from = (left: number, label: string): string => between(left, `◂─ ${label} `.padEnd(WIDTH, "─"), ["│", "┤"])

type Answered = Extract<ServerEvent, { readonly _tag: "OrderAnswered" | "OrderEnded" }>

/** A later payment. */
const lineOf = ({ attempt, answer, orderId, took }: Answered): string => {
  const seconds = `${(took / 1_000).toFixed(1)} s`
  const { error } = answer.body as { readonly error?: { readonly code?: string } }
  if (attempt === undefined)
    return [paint("odd", `HTTP ${answer.status}`), error?.code, orderId && printable(orderId), seconds]
      .filter((word) => word)
      .join("  ")
  const { state, target, terminalName } = attempt
  const tone = state === "approved" ? "good" : "odd"
  return [
    paint(tone, state.padEnd(11)),
    amountsOf(attempt).padStart(11),
    printable(attempt.key.orderId),
    terminalName ?? TerminalTarget.toText(target),
    seconds
  ].join("  ")
}

/** The amount paid and, if it differs because of a tip or a partial payment, the amount asked for. */
const amountsOf = ({ state, amount, outcome }: NonNullable<Answered["attempt"]>): string => {
  const paid = outcome && Payment.chargedOf(outcome)
  if (paid === undefined || paid.minorUnits === amount.minorUnits) return Money.toText(amount)
  return `${Money.toText(paid)} ${state === "approved-in-part" ? "of" : "for"} ${Money.toText(amount)}`
}
