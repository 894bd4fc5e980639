/** What can be asked of the mock under `/_mock`: bodies and queries, for the routes and for the document of them. */
import * as Schema from "effect/Schema"
import * as HttpFault from "../mock/HttpFault.ts"

/** The remote collection of one terminal; of all where none is named. */
export const Collection = Schema.Struct({ terminal: Schema.optionalKey(Schema.String) }).annotate({
  identifier: "Collection"
})

/** A fault for the next orders. */
export const SetHttpFault = Schema.Struct({
  fault: Schema.Literals(HttpFault.names),
  times: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })))
}).annotate({ identifier: "HttpFault" })

/** A year, in milliseconds: the farthest that a clock is put forward at once. */
const YEAR = 31_536_000_000

/** What becomes of the clock. */
export const SetClock = Schema.Union([
  Schema.Struct({ action: Schema.Literals(["freeze", "resume"]) }),
  Schema.Struct({
    action: Schema.Literal("advance"),
    milliseconds: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: YEAR }))
  })
]).annotate({ identifier: "ClockAction" })

/** What makes terminals repeatable. */
export const SetSeed = Schema.Struct({ seed: Schema.Union([Schema.String, Schema.Int]) }).annotate({
  identifier: "Seed"
})

const Digits = Schema.String.check(Schema.isPattern(/^\d{1,9}$/))

/** Which attempts are waited for, how many, and for how many milliseconds. */
export const WaitFor = Schema.Struct({
  attempts: Schema.optionalKey(Digits),
  state: Schema.optionalKey(
    Schema.Literals(["open", "approved", "approved-in-part", "declined", "not-started", "unknown"])
  ),
  order: Schema.optionalKey(Schema.String),
  timeout: Schema.optionalKey(Digits)
})
