/** Whether a server should get new orders, and if not, why: `GET /readyz`. */
import * as Schema from "effect/Schema"

const ReadinessCheck = Schema.Struct({
  ok: Schema.Boolean,
  /** What is wrong, in a sentence. */
  problem: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "ReadinessCheck" })

export const Readiness = Schema.Struct({
  ready: Schema.Boolean,
  /** What is wrong, in sentences. */
  problems: Schema.optionalKey(Schema.Array(Schema.String)),
  checks: Schema.Struct({
    /** The server is not closing. */
    draining: ReadinessCheck,
    /** The server may take orders: it holds its lease, if several servers share the store. */
    serving: ReadinessCheck,
    /** The store answers, and the last write succeeded. */
    store: ReadinessCheck,
    /** No payment's end is waiting to be written. */
    ends: ReadinessCheck
  })
}).annotate({ identifier: "Readiness" })
export type Readiness = typeof Readiness.Type
