/** What is wrong with a person's answer, before it is recorded anywhere. Its words come without blanks around them. */
import { Money } from "@hipay-pos/core/plain"
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
  const { by, evidence, authorizationNumber = "0", lastFour = "0000" } = resolution
  if (by === "") throw missing("by", "expected the name of who says so, got nothing")
  if (evidence === "") throw missing("evidence", "expected what was seen, such as a receipt's number, got nothing")
  for (const [field, text] of [["by", by] as const, ["evidence", evidence] as const]) {
    if (text.length > LONGEST)
      throw missing(field, `expected ${LONGEST} characters at most, got ${text.length} characters`)
  }
  if (!/^[0-9A-Za-z]{1,10}$/.test(authorizationNumber)) {
    const got = `a text of ${authorizationNumber.length} characters`
    throw missing("authorizationNumber", `expected 1 to 10 letters and digits, got ${got}`)
  }
  if (!/^\d{4}$/.test(lastFour)) {
    throw missing("lastFour", `expected the last 4 digits of the card, got a text of ${lastFour.length} characters`)
  }
  const problem = amountProblem(resolution, attempt)
  if (problem !== undefined) throw missing("paid", problem)
}

/** The most characters of a name or of evidence that servers take. */
const LONGEST = 500

const amountProblem = (
  { outcome, paid, over = false }: ResolveOptions,
  { amount, currency }: Pick<Attempt, "amount" | "currency">
): string | undefined => {
  if (paid === undefined) return over ? 'expected the amount that was paid with "over", got nothing' : undefined
  if (outcome !== "approved") return `expected only with the outcome approved, got ${paid} with ${outcome}`
  const money = Money.make(paid, currency)
  if (Result.isFailure(money) || paid < 1) {
    return `expected a whole number of minor units, 1 or more, got ${paid}`
  }
  if (paid <= amount || over) return undefined
  const asked = Money.toText({ minorUnits: amount as Money.SignedMinorUnits, currency })
  return `${Money.toText(money.success)} is more than the ${asked} that were asked for: if that is what was paid, say "over" as well`
}

const missing = (field: EvidenceMissing["field"], problem: string) => new EvidenceMissing({ field, problem })
