/** Prints a terminal's events, one line each: JSON for programs, a few words for people. Events are already masked. */

import { jsonLine, lostInWords, makeLogLines, printable } from "@hipay-pos/cli-kit"
import type { RequestEvent, SimulatorEvent } from "../SimulatorEvent.ts"

/** A listener that prints to stdout. */
export const makePrinter = (json: boolean): ((event: SimulatorEvent) => void) => {
  const print = makeLogLines(process.stdout, {
    lost: (count) => (json ? jsonLine({ _tag: "LinesLost", count }) : lostInWords(count))
  })
  return (event) => {
    const line = json ? jsonLine(event) : toLine(event)
    if (line !== undefined) print(line)
  }
}

const toLine = (event: SimulatorEvent): string | undefined => {
  const time = new Date(event.at).toISOString().slice(11, 23)
  const text = toText(event)
  return text && `${time}  ${text}`
}

const toText = (event: SimulatorEvent): string | undefined => {
  switch (event._tag) {
    case "Connection":
      return event.what === "opened" || event.what === "closed"
        ? undefined
        : `connection ${event.connection} ${event.what}${event.reason === undefined ? "" : ` (${event.reason})`}${problem(event)}`
    case "Request":
      return event.problem === undefined ? `← ${printable(event.frame)}` : `←${problem(event)}`
    case "Stage":
      return event.stage === "idle" ? undefined : `  ${event.stage.padEnd(15)} ${event.screen.join(" | ")}`
    case "Answer":
      return `→ ${printable(event.frame)}${event.delivered ? "" : "   (not delivered)"}`
    case "Fault":
      return `  fault ${event.fault} ${event.stage}`
  }
}

/** The bytes of a request, and what is wrong with them. */
const problem = ({ problem, received = "" }: Pick<RequestEvent, "problem" | "received">): string =>
  problem === undefined ? "" : ` ${printable(received)}   (${problem.problem})`
