/** A person's answer about an unknown outcome, as the flags of `hipay-pos resolve` give it. */
import { Flags, refuse } from "@hipay-pos/cli-kit"
import type { ResolveOptions } from "@hipay-pos/client/effect"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Currency from "@hipay-pos/core/Currency"
import { defined } from "@hipay-pos/core/Defined"
import * as Money from "@hipay-pos/core/Money"
import type { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import { amountByTerminal, paidProblem, type ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { readAmount } from "./amount.ts"

const written = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.map((text) => CardNumber.maskWritten(text)),
    Flag.withDescription(description),
    Flag.withDefault("")
  )

/** The flags of an answer. */
export const answerFlags = {
  outcome: Flag.Literals("outcome", ["approved", "declined", "set-aside"]).pipe(
    Flag.withDescription(
      "the outcome as a person found it, for where neither the server nor the terminal knows; without it, both are only asked. set-aside, with --url: still unknown, but the terminal may take the next order"
    ),
    Flag.optional
  ),
  paid: Flags.text(
    "paid",
    "with approved: the amount on the receipt, such as 25.00; all of it by default, unless the terminal said another amount"
  ),
  over: Flags.yes("over", "accept a --paid above the order's amount"),
  authorization: Flags.text("authorization", "the authorization number on the receipt"),
  lastFour: Flags.text("last-four", "the last four digits of the card"),
  by: written("by", "name of the person who says so"),
  evidence: written("evidence", "evidence, e.g. the receipt number"),
  override: Flags.yes("override", "record it although a process or a server still waits for the terminal's answer")
}

type AnswerOptions = Command.Command.Config.Infer<typeof answerFlags>

/** Refuses parts of an answer without an outcome, and an outcome without a name or evidence. */
export const checkWords = ({ outcome, by, evidence, paid, over, authorization, lastFour }: AnswerOptions) => {
  if (Option.isNone(outcome)) {
    const given = [by, evidence, paid, authorization, lastFour].some((text) => text !== "") || over
    return given
      ? Effect.fail(refuse("resolve: --outcome: expected approved, declined or set-aside with what a person says"))
      : Effect.void
  }
  return by.trim() === "" || evidence.trim() === ""
    ? Effect.fail(refuse("resolve: --by and --evidence must not be empty"))
    : Effect.void
}

/**
 * A person's answer from the flags; undefined if they only ask. `said` is the terminal's evidence. For a damaged attempt, currency
 * and amount are unknown.
 */
export const readResolution = Effect.fnUntraced(function* (
  options: AnswerOptions,
  { currency, amount: asked }: { readonly currency: string; readonly amount: number } = { currency: "", amount: 0 },
  said?: TerminalEvidence
) {
  const { outcome, by, evidence, paid, over, authorization, lastFour, override } = options
  if (Option.isNone(outcome)) return undefined
  const amount = paid === "" ? undefined : yield* readPaid(paid, currency)
  const resolution = {
    outcome: outcome.value,
    by,
    evidence,
    ...defined({ paid: amount }),
    ...(over ? { over } : {}),
    ...(authorization === "" ? {} : { authorizationNumber: authorization }),
    ...(lastFour === "" ? {} : { lastFour }),
    ...(override ? { override } : {})
  } satisfies ResolveOptions & ResolveRequest
  const byTerminal = amountByTerminal(said, currency)
  const show = (minorUnits: number) => Money.textOf(minorUnits, currency)
  switch (paidProblem(resolution, asked, byTerminal)) {
    case undefined:
      return resolution
    case "terminal-differs":
      return yield* refuse(
        `resolve: --paid: expected the amount on the receipt, because the terminal said ${show(byTerminal ?? asked)}, not the ${show(asked)} that were asked for`
      )
    case "missing":
      return yield* refuse("resolve: --over: expected --paid as well, with the amount that was paid")
    case "not-approved":
      return yield* refuse(`resolve: --paid: expected only with --outcome approved, got it with ${outcome.value}`)
    case "more-than-asked": {
      const how = "if that is what was paid, add --over"
      return yield* refuse(
        `resolve: --paid: ${show(amount ?? 0)} is more than the ${show(asked)} that were asked for: ${how}`
      )
    }
  }
})

const readPaid = Effect.fnUntraced(function* (text: string, code: string) {
  if (Currency.fromCode(code) === undefined)
    return yield* refuse(`resolve: --paid: the currency ${code} is not known here`)
  return (yield* readAmount("resolve", text, code, "--paid")).minorUnits
})
