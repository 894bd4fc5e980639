/** The terminals that a gateway dials, with their status: `GET /terminals`; and the gateways that share its store. */
import * as Schema from "effect/Schema"
import { AttemptState } from "./Attempt.ts"
import { Limit } from "./AttemptQuery.ts"
import { Timestamp } from "./Timestamp.ts"

/** One terminal, and what is known about it without asking it. */
export const TerminalStatus = Schema.Struct({
  /** Its configured name, or its address. */
  name: Schema.String,
  /** `host:port`, as orders name it. */
  address: Schema.String,
  /** Whether it accepted the last connection. Absent if terminals are not watched, and before the first check. */
  reachable: Schema.optionalKey(Schema.Boolean),
  /** When `reachable` last changed, or watching began. */
  since: Schema.optionalKey(Timestamp),
  /** When `reachable` was last checked: a terminal with an undecided payment is not. */
  checkedAt: Schema.optionalKey(Timestamp),
  /** The newest payment there that may have moved money, or that a person has resolved. */
  lastPayment: Schema.optionalKey(Schema.Struct({ attempt: Schema.String, at: Timestamp, state: AttemptState })),
  /** The id of the attempt that blocks other orders: one that is under way, or one to resolve. */
  blockedBy: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "TerminalStatus" })
export type TerminalStatus = typeof TerminalStatus.Type

/** In the order of the configuration; `next`: path of the following ones. */
export const TerminalList = Schema.Struct({
  terminals: Schema.Array(TerminalStatus),
  next: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "TerminalList" })
export type TerminalList = typeof TerminalList.Type

/** One gateway that shares the store, according to the store. */
export const InstanceStatus = Schema.Struct({
  /** Unique among the live gateways. */
  name: Schema.String,
  version: Schema.String,
  startedAt: Timestamp,
  /** When the others consider it dead, unless it renews its lease first. */
  aliveUntil: Timestamp,
  /** Whether it is the gateway that answers. */
  self: Schema.Boolean,
  /**
   * Whether its terminals, logins, time zone, start of day, `--allow-cancel`, `--block-unknown` and relay match those of the
   * gateway that answers.
   */
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
