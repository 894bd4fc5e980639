/** What is wrong with a person's answer, before it is recorded anywhere. Its words come without blanks around them. */
import { Money } from "@hipay-pos/core/plain"
import { authorizationNumberProblem, lastFourProblem, MAX_WORDS, paidProblem } from "@hipay-pos/core/wire/Resolution"
import * as Result from "effect/Result"
import type { Attempt } from "./AttemptJournal.ts"
import { EvidenceMissing, type ResolveOptions } from "./Resolution.ts"

/** What a person typed or pasted, without blanks and line breaks around it: servers take none there. */
export const withoutBlanks = (resolution: ResolveOptions): ResolveOptions => ({
  ...resolution,
  by: resolution.by.trim(),
  evidence: resolution.evidence.trim()
})

/** Throws `EvidenceMissing` unless a person's answer has all that it needs, and says nothing that cannot be. */
export const checkResolution = (resolution: ResolveOptions, attempt: Pick<Attempt, "amount" | "currency">): void => {
  const { by, evidence, authorizationNumber, lastFour } = resolution
  const problems: ReadonlyArray<readonly [EvidenceMissing["field"], string | undefined]> = [
    ["by", by === "" ? "expected the name of who says so, got nothing" : tooLong(by)],
    [
      "evidence",
      evidence === "" ? "expected what was seen, such as a receipt's number, got nothing" : tooLong(evidence)
    ],
    [
      "authorizationNumber",
      authorizationNumber === undefined ? undefined : authorizationNumberProblem(authorizationNumber)
    ],
    ["lastFour", lastFour === undefined ? undefined : lastFourProblem(lastFour)],
    ["paid", amountProblem(resolution, attempt)]
  ]
  for (const [field, problem] of problems) if (problem !== undefined) throw new EvidenceMissing({ field, problem })
}

const tooLong = (text: string): string | undefined =>
  text.length > MAX_WORDS ? `expected ${MAX_WORDS} characters at most, got ${text.length} characters` : undefined

const amountProblem = (
  said: ResolveOptions,
  { amount, currency }: Pick<Attempt, "amount" | "currency">
): string | undefined => {
  const { outcome, paid = amount } = said
  const show = (minorUnits: number) => Money.textOf(minorUnits, currency)
  if (Result.isFailure(Money.make(paid, currency)) || paid < 1) {
    return `expected a whole number of minor units, 1 or more, got ${paid}`
  }
  switch (paidProblem(said, amount)) {
    case undefined:
      return undefined
    case "missing":
      return 'expected the amount that was paid with "over", got nothing'
    case "not-approved":
      return `expected only with the outcome approved, got ${paid} with ${outcome}`
    case "more-than-asked":
      return `${show(paid)} is more than the ${show(amount)} that were asked for: if that is what was paid, say "over" as well`
  }
}
