/**
 * Cardholders and faults as JSON: in configuration files, script files and control calls.
 *
 * A word is a test card's name or one of {@link Cardholder.words}. Unknown words are rejected with the list of known ones.
 */
import { EntryMode } from "@hipay-pos/core/Card"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Fault from "../faults/Fault.ts"
import * as Cardholder from "./Cardholder.ts"
import * as TestCard from "./TestCard.ts"

const cardNames = TestCard.all.map(({ name }) => name)

/** The words of a script. */
export const words: ReadonlyArray<string> = [...Object.keys(Cardholder.words), ...cardNames]

/** The name of a test card. */
export const CardName = Schema.Literals(cardNames).annotate({
  identifier: "CardName",
  message: `expected a test card: ${cardNames.join(", ")}`
})

/** Percent that the cardholder adds to a debit. */
const Tip = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 }))

/** The behaviour in one payment: a word, or a card with options. */
export const Step = Schema.Union([
  Schema.Literals(words),
  Schema.Struct({
    card: CardName,
    entryMode: Schema.optionalKey(EntryMode),
    wrongPins: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))),
    tip: Schema.optionalKey(Tip)
  })
]).annotate({ identifier: "Step", message: `expected a word, or { "card": … }; words: ${words.join(", ")}` })
export type Step = typeof Step.Type

/** An ordered list of behaviours, one a payment. */
export const Script = Schema.Array(Step).annotate({
  identifier: "Script",
  message: 'expected a list such as ["declined", "approved"]'
})

/** How the cardholder behaves. */
export const CardholderConfig = Schema.Union([
  Schema.Literals(["auto", "manual", "amount"]),
  Schema.Struct({ card: CardName, entryMode: Schema.optionalKey(EntryMode), tip: Schema.optionalKey(Tip) }),
  Schema.Struct({ script: Script })
]).annotate({
  identifier: "Cardholder",
  message: 'expected "auto", "manual", "amount", { "card": … } or { "script": [ … ] }'
})
export type CardholderConfig = typeof CardholderConfig.Type

/** A fault as `NAME`, `NAME@STAGE`, or with options. */
export const FaultConfig = Schema.Union([
  Schema.String,
  Schema.Struct({
    fault: Schema.Literals(Fault.names),
    stage: Schema.optionalKey(Schema.Literals(Fault.stages)),
    milliseconds: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3_600_000 }))),
    byte: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 999_999 }))),
    times: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))
  })
]).annotate({
  identifier: "Fault",
  message: 'expected a text such as "split" or "reset@after-wake", or { "fault": … }'
})
export type FaultConfig = typeof FaultConfig.Type

/** The behaviour of a step. */
export const toBehaviour = (step: Step): Cardholder.Behaviour =>
  typeof step === "string"
    ? (Cardholder.fromWord(step) ?? Cardholder.pays())
    : Cardholder.pays(TestCard.get(step.card), step)

/** The behaviours of a script. */
export const toBehaviours = (script: ReadonlyArray<Step>): ReadonlyArray<Cardholder.Behaviour> =>
  script.map(toBehaviour)

/** A configured cardholder. */
export const toCardholder = (config: CardholderConfig): Cardholder.Cardholder => {
  if (config === "manual") return Cardholder.manual
  if (config === "amount") return Cardholder.amount
  if (config === "auto") return Cardholder.auto()
  return "script" in config
    ? Cardholder.scripted(toBehaviours(config.script))
    : Cardholder.auto(TestCard.get(config.card), config.entryMode, config.tip)
}

/** A configured fault. */
export const toFault = (config: FaultConfig): Result.Result<Fault.Fault, Fault.FaultRefused> =>
  typeof config === "string" ? Fault.fromText(config) : Fault.make(config.fault, config)
