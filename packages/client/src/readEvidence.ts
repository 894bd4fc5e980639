/** Reads the terminal's evidence in a server's answer. Loaded when there is some. */
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { maskAnswer } from "./Redaction.ts"

const decode = Schema.decodeUnknownOption(TerminalEvidence)

/** Without card numbers; undefined if it cannot be read. */
export const readEvidence = (json: unknown): TerminalEvidence | undefined =>
  json === undefined ? undefined : Option.getOrUndefined(decode(maskAnswer(json)))
