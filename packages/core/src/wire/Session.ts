/** Who is logged in to a server's pages, and to which server: the answer of `GET /session`. */
import * as Schema from "effect/Schema"

/** What a login may do: pay orders, read attempts, resolve unknown ones, control a mock. */
export const Role = Schema.Literals(["pay", "read", "resolve", "control"])
export type Role = typeof Role.Type

/** Whether money moves: `simulated` terminals, or a `gateway` to real ones. */
export const ServerMode = Schema.Literals(["simulated", "gateway"])
export type ServerMode = typeof ServerMode.Type

/** The body of `POST /session`. */
export const SignIn = Schema.Struct({
  username: Schema.String,
  password: Schema.String,
  /** The mock's space; empty by default. */
  space: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "LoginRequest" })
export type SignIn = typeof SignIn.Type

export const Session = Schema.Struct({
  login: Schema.String,
  roles: Schema.Array(Role),
  mode: ServerMode,
  /** The mock's space; empty by default, and in a gateway. */
  space: Schema.String,
  /** The server's version. */
  version: Schema.String,
  /** Whether orders go to HiPay's own service; absent if not. */
  relays: Schema.optionalKey(Schema.Boolean),
  /** Whether other gateways may share its store; absent if not. */
  shared: Schema.optionalKey(Schema.Boolean),
  /** Whether an examination of a till runs here, at `/exam`; absent if not. */
  examination: Schema.optionalKey(Schema.Boolean),
  /** The simulated terminal that the session is limited to, if it is. */
  terminal: Schema.optionalKey(Schema.String),
  /** The server's current time; a mock may have stopped its clock. */
  now: Schema.optionalKey(Schema.String),
  /** The shop's IANA time zone, if the server has one; else its days are UTC's. */
  timeZone: Schema.optionalKey(Schema.String),
  /** The hour at which the shop's day begins, as `HH:MM`. */
  dayStarts: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Session" })
export type Session = typeof Session.Type
