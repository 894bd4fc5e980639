/** Whether HiPay's service knows the login that a relay has there for its caller: `GET /upstream` of a relay. */
import * as Schema from "effect/Schema"

export const UpstreamLogin = Schema.Struct({
  /** `stage`, `production`, or the host of another server. */
  upstream: Schema.String,
  /** `callers`: the relay has none and hands on the caller's own; `unanswered`: the service could not be asked. */
  login: Schema.Literals(["known", "refused", "missing", "callers", "unanswered"]),
  /** Why it could not be asked. */
  problem: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "UpstreamLogin" })
export type UpstreamLogin = typeof UpstreamLogin.Type
