/** Reads the terminal's evidence in a server's answer. Loaded when there is some. */
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { maskAnswer, maskPrinted } from "./Redaction.ts"

const decode = Schema.decodeUnknownOption(TerminalEvidence)

/** Without card numbers; undefined if it cannot be read. */
export const readEvidence = (json: unknown): TerminalEvidence | undefined => {
  const masked = json === undefined ? undefined : Option.getOrUndefined(decode(maskAnswer(json)))
  return masked && { ...masked, received: maskFields((json as TerminalEvidence).received) }
}

/**
 * Masks the value of each Concert field apart from its length, which with twelve digits would look like a card number, and the
 * text behind the last whole field.
 */
const maskFields = (text: string): string => {
  let masked = ""
  let rest = text
  for (;;) {
    const length = header.exec(rest)?.[1]
    const end = 5 + Number(length)
    if (length === undefined || end > rest.length) return masked + maskPrinted(rest)
    masked += rest.slice(0, 5) + maskPrinted(rest.slice(5, end))
    rest = rest.slice(end)
  }
}

const header = /^[A-Z]{2}(\d{3})/
