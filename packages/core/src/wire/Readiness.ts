/** Whether new orders should come to a server, and else why not: `GET /readyz`. */
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
    /** It may take orders: the lease of one among several is held. */
    serving: ReadinessCheck,
    /** The store answered, and could be written when it last was. */
    store: ReadinessCheck,
    /** No end of a payment waits to be written. */
    ends: ReadinessCheck
  })
}).annotate({ identifier: "Readiness" })
export type Readiness = typeof Readiness.Type
