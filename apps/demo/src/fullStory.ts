/** The full story: every message that till, API and terminal exchange, raw and field by field. */
import { Explain } from "@hipay-pos/concert-codec"
import { Receipt } from "@hipay-pos/core"
import * as Result from "effect/Result"
import type { Story } from "./story.ts"

/** Prints every payment this way, in chapters. */
export const makeFullStory = (say: (line: string) => void): Story => {
  const chapter = (title: string) => say(`\n── ${title}\n`)
  const indented = (text: string) => say(text.replace(/^/gm, "   "))
  let screen = ""

  return {
    onServer: (event) => {
      if (event._tag === "OrderReceived") {
        chapter("The till sends an order: POST /v1/connector/order")
        indented(JSON.stringify(event.body, null, 2))
      }
      if (event._tag === "OrderAnswered") {
        chapter(`The till gets its answer: HTTP ${event.answer.status}`)
        const { receipt, ...body } = event.answer.body as { readonly receipt?: string }
        indented(
          JSON.stringify(
            { ...body, ...(receipt === undefined ? {} : { receipt: `${receipt.slice(0, 24)}…` }) },
            null,
            2
          )
        )
        const text = receipt === undefined ? undefined : Receipt.decodeBase64(receipt)
        if (text !== undefined) {
          chapter("The receipt, out of base64")
          for (const line of framed(Receipt.lines(text))) say(line)
        }
      }
    },
    onTerminal: (event) => {
      switch (event._tag) {
        case "Request":
          chapter("The API asks the terminal, over TCP, in Concert V3.2")
          indented(event.frame)
          say("")
          indented(explained(event.frame))
          chapter("The terminal's screen")
          screen = ""
          break
        case "Stage": {
          const now = event.screen.join("\n")
          if (now !== screen && event.stage !== "idle") for (const line of framed(event.screen)) say(line)
          screen = now
          break
        }
        case "Answer":
          chapter("The terminal answers")
          indented(event.frame)
          say("")
          indented(explained(event.frame))
          break
      }
    }
  }
}

const explained = (frame: string): string => {
  const explanation = Explain.explain(frame)
  return Result.isSuccess(explanation) ? Explain.toText(explanation.success) : explanation.failure.message
}

/** Lines in a box, as a screen or a receipt. */
export const framed = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const width = Math.max(24, ...lines.map((line) => line.length))
  const edge = "─".repeat(width + 2)
  return [`   ┌${edge}┐`, ...lines.map((line) => `   │ ${line.padEnd(width)} │`), `   └${edge}┘`]
}
