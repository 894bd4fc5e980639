/** Checks a person's answer before it is recorded anywhere: an untyped program may pass anything. */
import { Money } from "@hipay-pos/core/plain"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import {
  amountByTerminal,
  authorizationNumberProblem,
  lastFourProblem,
  MAX_WORDS,
  paidProblemText,
  ResolvedAs
} from "@hipay-pos/core/wire/Resolution"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Attempt, isUnsettled } from "./AttemptJournal.ts"
import { readable } from "./Redaction.ts"
import { EvidenceMissing, type ResolveOptions } from "./Resolution.ts"

type AttemptToResolve = Pick<Attempt, "amount" | "currency" | "state" | "endings">

/**
 * A person's answer, its texts trimmed: servers refuse blanks and line breaks at their ends. Throws `EvidenceMissing`
 * if something is missing or impossible.
 */
export const checkResolution = (said: ResolveOptions, attempt: AttemptToResolve): ResolveOptions => {
  const resolution = { ...said, by: trimmed(said.by), evidence: trimmed(said.evidence) }
  const { by, evidence, authorizationNumber, lastFour } = resolution
  const problems: ReadonlyArray<readonly [EvidenceMissing["field"], string | undefined]> = [
    [
      "outcome",
      isOutcome(said.outcome) ? undefined : `expected approved, declined or set-aside, got ${shown(said.outcome)}`
    ],
    ["by", by === "" ? "expected the name of who says so, got nothing" : tooLong(by)],
    [
      "evidence",
      evidence === "" ? "expected what was seen, such as a receipt's number, got nothing" : tooLong(evidence)
    ],
    ["authorizationNumber", textProblem(authorizationNumber, authorizationNumberProblem)],
    ["lastFour", textProblem(lastFour, lastFourProblem)],
    ["paid", amountProblem(resolution, attempt)]
  ]
  for (const [field, problem] of problems) if (problem !== undefined) throw new EvidenceMissing({ field, problem })
  return resolution
}

const isOutcome = Schema.is(ResolvedAs)

const trimmed = (text: unknown): string => (typeof text === "string" ? text.trim() : "")

/** What is wrong with an optional text. */
const textProblem = (value: unknown, problem: (text: string) => string | undefined): string | undefined => {
  if (value === undefined) return undefined
  return typeof value === "string" ? problem(value) : `expected a text, got ${shown(value)}`
}

/** A wrong value, short and without card numbers. */
const shown = (value: unknown): string => (value === undefined ? "nothing" : readable(String(value)))

const tooLong = (text: string): string | undefined =>
  text.length > MAX_WORDS ? `expected ${MAX_WORDS} characters at most, got ${text.length} characters` : undefined

/** What the terminal had sent of an attempt without a known end. */
const receivedOf = (attempt: Pick<Attempt, "state" | "endings">): TerminalEvidence | undefined =>
  isUnsettled(attempt) ? attempt.endings.findLast(({ received }) => received !== undefined)?.received : undefined

const amountProblem = (said: ResolveOptions, attempt: AttemptToResolve): string | undefined => {
  const { amount, currency } = attempt
  const { paid = amount } = said
  const byTerminal = amountByTerminal(receivedOf(attempt), currency)
  return Result.isFailure(Money.make(paid, currency)) || paid < 1
    ? `expected a whole number of minor units, 1 or more, got ${shown(paid)}`
    : paidProblemText(said, amount, currency, byTerminal)
}
