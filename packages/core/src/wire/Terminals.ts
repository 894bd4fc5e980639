/** The terminals that a gateway dials, and how each is: `GET /terminals`; and the gateways that share its store. */
import * as Schema from "effect/Schema"
import { AttemptState } from "./Attempt.ts"
import { Limit } from "./AttemptQuery.ts"
import { Timestamp } from "./Timestamp.ts"

/** One terminal, and what is known of it without asking it anything. */
export const TerminalStatus = Schema.Struct({
  /** Its configured name, or its address. */
  name: Schema.String,
  /** `host:port`, as orders name it. */
  address: Schema.String,
  /** Whether it accepted the last connection. Absent where terminals are not watched, and before the first look. */
  reachable: Schema.optionalKey(Schema.Boolean),
  /** Since when that has been so, as far as it was watched. */
  since: Schema.optionalKey(Timestamp),
  /** When that was last seen: a terminal with an undecided payment is not looked at. */
  checkedAt: Schema.optionalKey(Timestamp),
  /** The newest payment there that is not known to have moved no money, or of which a person has spoken. */
  lastPayment: Schema.optionalKey(Schema.Struct({ attempt: Schema.String, at: Timestamp, state: AttemptState })),
  /** The id of the attempt that keeps other orders from it: one that is under way, or one to resolve. */
  blockedBy: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "TerminalStatus" })
export type TerminalStatus = typeof TerminalStatus.Type

/** In the order of the configuration; `next`: where the others are. */
export const TerminalList = Schema.Struct({
  terminals: Schema.Array(TerminalStatus),
  next: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "TerminalList" })
export type TerminalList = typeof TerminalList.Type

/** One gateway that shares the store, as far as the store knows. */
export const InstanceStatus = Schema.Struct({
  /** One lives at a time under a name. */
  name: Schema.String,
  version: Schema.String,
  startedAt: Timestamp,
  /** When the others give it up, unless it renews its lease before. */
  aliveUntil: Timestamp,
  /** Whether it is the one that answers. */
  self: Schema.Boolean,
  /** Whether its terminals, logins, time zone, start of day and relay are those of the one that answers. */
  agrees: Schema.Boolean
}).annotate({ identifier: "InstanceStatus" })
export type InstanceStatus = typeof InstanceStatus.Type

/** By their names: `GET /instances`. */
export const InstanceList = Schema.Struct({ instances: Schema.Array(InstanceStatus) }).annotate({
  identifier: "InstanceList"
})
export type InstanceList = typeof InstanceList.Type

/** The query of `GET /terminals`. Parameters with other names are ignored. */
export const TerminalQuery = Schema.Struct({
  /** The most terminals to return; the server caps it. */
  limit: Schema.optionalKey(Limit),
  /** Only terminals after the one with this address. */
  after: Schema.optionalKey(Schema.String)
})
export type TerminalQuery = typeof TerminalQuery.Type
