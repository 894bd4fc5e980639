/** Reads the terminal's evidence in a server's answer. Loaded when there is some. */
import { defined } from "@hipay-pos/core/Defined"
import { Currency } from "@hipay-pos/core/plain"
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Result from "effect/Result"
import { lenient } from "./lenient.ts"
import { maskAnswer, maskPrinted } from "./Redaction.ts"

const decode = lenient<TerminalEvidence>(TerminalEvidence)

/**
 * Without card numbers; undefined if it cannot be read. Contradictions of a kind that this version does not know are
 * kept for their messages; a status or a currency that it does not know is left out.
 */
export const readEvidence = (json: unknown): TerminalEvidence | undefined =>
  decode(json).pipe(
    Result.flatMap((evidence) => {
      const { status, amount, ...masked } = maskAnswer(evidence) as TerminalEvidence
      const known = defined({
        status: status === "done" || status === "not-done" ? status : undefined,
        amount: amount && Currency.isCode(amount.currency) ? amount : undefined
      })
      return decode({ ...masked, ...known, received: maskFields(evidence.received) })
    }),
    Result.getOrUndefined
  )

/**
 * Masks the values of Concert fields one by one, without their lengths: with twelve digits, a length would look like part
 * of a card number. From the first field whose length is wrong, the text is masked as a whole, because a card number may
 * go on behind that field.
 */
const maskFields = (text: string): string => {
  let masked = ""
  let rest = text
  for (;;) {
    const length = header.exec(rest)?.[1]
    const end = 5 + Number(length)
    const isWhole = length !== undefined && end <= rest.length && followed.test(rest.slice(end))
    if (!isWhole) return masked + maskPrinted(rest)
    masked += rest.slice(0, 5) + maskPrinted(rest.slice(5, end))
    rest = rest.slice(end)
  }
}

const header = /^[A-Z]{2}(\d{3})/

/** Behind a whole field is another, or the end. */
const followed = /^(?:[A-Z]|$)/
