/**
 * The faults that can be simulated, by name, and the stage of an exchange at which each applies.
 *
 * Connection faults (`reset`, `close`, `silent`, `delay`) leave the payment running at the terminal, as when a cable is
 * pulled. `reboot` restarts the terminal: a payment that is not yet approved is lost. `stale-answer` is an answer before the
 * request. All others change the response or how its bytes are delivered. A fault stays set until it is cleared, or for
 * `times` exchanges.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Stages of one exchange, in order. */
export const stages = [
  "before-accept",
  "after-connect",
  "after-request",
  "after-wake",
  "authorising",
  "after-approval",
  "mid-answer",
  "after-answer"
] as const
/** A stage of one exchange. `after-approval` also applies once a refusal is known. */
export type FaultStage = (typeof stages)[number]

interface Description {
  /** The stages at which the fault can apply; the first is the default. */
  readonly stages: readonly [FaultStage, ...ReadonlyArray<FaultStage>]
  /** Default of `milliseconds`, for faults that wait. */
  readonly milliseconds?: number
  readonly shows: string
}

const duringExchange = [
  "after-request",
  "after-connect",
  "after-wake",
  "authorising",
  "after-approval",
  "mid-answer"
] as const
const answer = ["mid-answer"] as const

const descriptions = {
  refuse: { stages: ["before-accept"], shows: "the connection is refused" },
  sleep: {
    stages: ["before-accept"],
    milliseconds: 60_000,
    shows: "the first connection after a pause of this length fails, and wakes the terminal"
  },
  "stale-answer": {
    stages: ["after-connect"],
    shows: "an answer before the request, as to an earlier one: cancelled at the terminal"
  },
  silent: { stages: duringExchange, shows: "nothing more is sent; the connection stays open" },
  reset: { stages: [...duringExchange, "after-answer"], shows: "the connection is reset" },
  close: { stages: [...duringExchange, "after-answer"], shows: "the terminal ends the connection" },
  delay: { stages: [...duringExchange, "after-answer"], milliseconds: 3000, shows: "everything stops for a while" },
  reboot: {
    stages: ["authorising", "after-request", "after-wake", "after-approval", "mid-answer"],
    milliseconds: 3000,
    shows: "the terminal restarts; what it approved before is kept, the rest is lost"
  },
  "answer-lost": { stages: ["after-approval"], shows: "the payment ends normally, its answer is never sent" },
  "late-answer": { stages: ["after-approval"], milliseconds: 240_000, shows: "the answer comes minutes later" },
  split: { stages: answer, milliseconds: 50, shows: "the answer comes in two pieces, cut at a byte" },
  "byte-by-byte": { stages: answer, shows: "one byte per segment" },
  "pause-in-field": { stages: answer, milliseconds: 1000, shows: "a pause inside the amount" },
  "pause-before-ticket": { stages: answer, milliseconds: 700, shows: "a pause on the boundary before the ticket" },
  coalesce: { stages: answer, shows: "AE=11 and the final answer in one segment" },
  cut: { stages: answer, shows: "the connection ends inside a field" },
  "garbage-before": { stages: answer, shows: "noise before the answer" },
  "garbage-after": { stages: answer, shows: "noise after the answer" },
  "wrong-length": { stages: answer, shows: "a length that does not fit its value" },
  "duplicate-answer": { stages: answer, shows: "the answer twice" },
  "amount-higher": { stages: answer, shows: "an amount one unit higher than asked" },
  "amount-lower": { stages: answer, shows: "an amount one unit lower than asked" },
  "wrong-currency": { stages: answer, shows: "another currency than asked" },
  "wrong-contract": { stages: answer, shows: "an unknown merchant contract and application" },
  "missing-amount": { stages: answer, shows: "no amount in the answer" },
  "acknowledge-then-final": { stages: answer, milliseconds: 500, shows: "AE=11 at once, the final answer later" },
  "acknowledge-only": { stages: answer, shows: "AE=11 and nothing more" },
  contradictory: { stages: answer, shows: "AE and AF that contradict each other" },
  "refused-but-authorised": { stages: answer, shows: "not done (AE=01), for the reason that it is authorised (AF=01)" },
  "refused-with-sale": {
    stages: answer,
    shows: "not done and refused (AF=04), with the authorization number and the ticket of the sale, if there is one"
  },
  "odd-status": { stages: answer, shows: "an AE that is in no document" },
  "unknown-tags": { stages: answer, shows: "tags that are in no document" },
  "damaged-ticket": { stages: answer, shows: "a ticket that is not base64" },
  oversized: { stages: answer, shows: "an answer of 100 000 bytes" },
  "full-pan": { stages: answer, shows: "the whole card number in AA" }
} satisfies Record<string, Description>

/** The name of a fault. */
export type FaultName = keyof typeof descriptions

/** Every fault, what it shows and the stages at which it can apply. */
export const catalogue: Readonly<Record<FaultName, Description>> = descriptions

/** Every name, in the catalogue's order. */
export const names = Object.keys(descriptions) as ReadonlyArray<FaultName>

/** A fault that is set. */
export interface Fault {
  readonly name: FaultName
  readonly stage: FaultStage
  /** How long, for faults that wait. */
  readonly milliseconds: number
  /** After how many bytes of the answer, for `split` and for connection faults at `mid-answer`; half of it when absent. */
  readonly byte?: number | undefined
  /** For how many exchanges; absent: until it is cleared. */
  readonly times?: number | undefined
}

/** Options of a fault. */
export interface FaultOptions {
  readonly stage?: FaultStage
  readonly milliseconds?: number
  readonly byte?: number | undefined
  readonly times?: number | undefined
}

/** A fault by name; its stage is checked. */
export const make = (name: FaultName, options: FaultOptions = {}): Result.Result<Fault, FaultRefused> => {
  const description: Description = descriptions[name]
  const stage = options.stage ?? description.stages[0]
  if (!description.stages.includes(stage)) {
    return Result.fail(unknownStage(name, stage))
  }
  return Result.succeed({
    name,
    stage,
    milliseconds: options.milliseconds ?? description.milliseconds ?? 0,
    byte: options.byte,
    times: options.times
  })
}

/** A fault from text: `NAME` or `NAME@STAGE`. */
export const fromText = (text: string): Result.Result<Fault, FaultRefused> => {
  const [name = "", stage] = text.split("@", 2)
  if (!isName(name)) return Result.fail(new FaultRefused({ given: text, known: names }))
  if (stage === undefined) return make(name)
  return isStage(stage) ? make(name, { stage }) : Result.fail(unknownStage(name, stage))
}

/** A fault by its literal name, at its default stage, until it is cleared. */
export const of = (name: FaultName): Fault => Result.getOrThrow(fromText(name))

const unknownStage = (name: FaultName, stage: string): FaultRefused =>
  new FaultRefused({ given: `${name}@${stage}`, known: catalogue[name].stages.map((each) => `${name}@${each}`) })

/** The text of a fault: `NAME@STAGE`. */
export const toText = (fault: Fault): string => `${fault.name}@${fault.stage}`

const isName = (text: string): text is FaultName => Object.hasOwn(descriptions, text)
const isStage = (text: string): text is FaultStage => (stages as ReadonlyArray<string>).includes(text)

/** Two faults that change how an answer is delivered cannot be set at the same time. */
export class FaultConflictError extends Schema.TaggedError<FaultConflictError>()("FaultConflictError", {
  /** As `NAME@STAGE`. */
  fault: Schema.String,
  beside: Schema.String
}) {
  override get message() {
    return `${this.fault} cannot be set beside ${this.beside}: both change how the answer is delivered`
  }
}

/** Over TCP, `refuse` cannot have `times`: a closed port cannot count connections. */
export class FaultNotCountedError extends Schema.TaggedError<FaultNotCountedError>()("FaultNotCountedError", {
  times: Schema.Int
}) {
  override get message() {
    return `refuse cannot be counted over TCP, got times ${this.times}: set it without times, and clear it`
  }
}

/** The fault is unknown, or cannot apply at that stage. */
export class FaultRefused extends Schema.TaggedError<FaultRefused>()("FaultRefused", {
  given: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  override get message() {
    return `unknown fault ${JSON.stringify(this.given.slice(0, 60))}; known: ${this.known.join(", ")}`
  }
}
