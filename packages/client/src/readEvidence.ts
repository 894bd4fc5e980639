/** Reads what a server says that a terminal sent of a payment. Loaded where a server says it. */
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { maskAnswer } from "./Redaction.ts"

const decode = Schema.decodeUnknownOption(TerminalEvidence)

/** Without card numbers; undefined where it cannot be read. */
export const readEvidence = (json: unknown): TerminalEvidence | undefined =>
  json === undefined ? undefined : Option.getOrUndefined(decode(maskAnswer(json)))
