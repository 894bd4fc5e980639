/** Reads the terminal's evidence in a server's answer. Loaded when there is some. */
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { maskAnswer, maskPrinted } from "./Redaction.ts"

const decode = Schema.decodeUnknownOption(TerminalEvidence)

/** Without card numbers; undefined if it cannot be read. */
export const readEvidence = (json: unknown): TerminalEvidence | undefined =>
  decode(json).pipe(
    Option.flatMap((evidence) =>
      decode({ ...(maskAnswer(evidence) as object), received: maskFields(evidence.received) })
    ),
    Option.getOrUndefined
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
