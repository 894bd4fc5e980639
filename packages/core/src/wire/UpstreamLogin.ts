/** Whether HiPay's service accepts the login that a relay uses for its caller: `GET /upstream` of a relay. */
import * as Schema from "effect/Schema"
import { Timestamp } from "./Timestamp.ts"

export const UpstreamLogin = Schema.Struct({
  /** `stage`, `production`, or the host of another server. */
  upstream: Schema.String,
  /** `callers`: the relay has none and passes on the caller's own; `unanswered`: the service could not be asked. */
  login: Schema.Literals(["known", "refused", "missing", "callers", "unanswered"]),
  /** Why it could not be asked. */
  problem: Schema.optionalKey(Schema.String),
  /** The service's own health check. */
  health: Schema.optionalKey(
    Schema.Struct({
      up: Schema.Boolean,
      /** Why it is not. */
      problem: Schema.optionalKey(Schema.String),
      /** When it last answered an order or a health check successfully; absent before the first time. */
      lastGoodAnswer: Schema.optionalKey(Timestamp)
    })
  )
}).annotate({ identifier: "UpstreamLogin" })
export type UpstreamLogin = typeof UpstreamLogin.Type
