/** The bodies and queries of calls under `/_mock`, for the routes and for their OpenAPI document. */
import { AttemptState } from "@hipay-pos/core/wire/Attempt"
import * as Schema from "effect/Schema"
import * as HttpFault from "../mock/HttpFault.ts"
import { A_MOMENT, isMoment } from "../mock/moment.ts"

/** Runs the remote collection of one terminal, or of all if none is named. */
export const Collection = Schema.Struct({ terminal: Schema.optionalKey(Schema.String) }).annotate({
  identifier: "Collection",
  message: "expected an object"
})

/** A fault for the next orders. */
export const SetHttpFault = Schema.Struct({
  fault: Schema.Literals(HttpFault.names),
  times: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })))
}).annotate({ identifier: "HttpFault", message: "expected an object" })

/** A year in milliseconds, the most that a clock can be advanced at once. */
const YEAR = 31_536_000_000

/** A change of the clock. */
export const SetClock = Schema.Struct({
  action: Schema.Literals(["freeze", "resume", "advance"]),
  /** How far to advance it. */
  milliseconds: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: YEAR })))
})
  .annotate({ message: "expected an object" })
  .check(
    Schema.makeFilter(({ action, milliseconds }) => (action === "advance") === (milliseconds !== undefined), {
      expected: "milliseconds with the action advance, and with no other"
    })
  )
  .annotate({ identifier: "ClockAction" })

/** The time to set the clock to, as ISO text with an offset. */
export const PutClock = Schema.Struct({
  at: Schema.String.check(Schema.makeFilter(isMoment, { expected: A_MOMENT }))
}).annotate({ identifier: "ClockMoment", message: "expected an object" })

/** The seed that makes terminals repeatable. */
export const SetSeed = Schema.Struct({ seed: Schema.Union([Schema.String, Schema.Int]) }).annotate({
  identifier: "Seed",
  message: "expected an object"
})

const Digits = Schema.String.check(Schema.isPattern(/^\d{1,9}$/, { expected: "a whole number" }))

/** Which attempts to wait for, how many, and for how many milliseconds. */
export const WaitFor = Schema.Struct({
  attempts: Schema.optionalKey(Digits),
  state: Schema.optionalKey(AttemptState),
  order: Schema.optionalKey(Schema.String),
  timeout: Schema.optionalKey(Digits)
})
