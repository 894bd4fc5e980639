/**
 * The events of an exchange, emitted as they happen. Frames are text with card numbers masked. They contain no secrets, but a
 * receipt and a customer's data may be personal.
 */
import type { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type * as Result from "effect/Result"
import type { Address } from "./Connection.ts"

/** One event; `Answer` is the type that listeners get for a clear answer. */
export type SessionEvent<Answer> =
  /** The terminal is free, and a connection is being made; `address` is the resolved one. */
  | { readonly _tag: "Connecting"; readonly address: Address }
  | { readonly _tag: "Connected"; readonly address: Address }
  | { readonly _tag: "RequestSent"; readonly frame: string }
  | { readonly _tag: "Received"; readonly bytes: number }
  /** A clear answer; emitted whether or not the caller still waits. */
  | { readonly _tag: "Answered"; readonly frame: string; readonly answer: Answer }
  /** The caller got no clear answer. */
  | { readonly _tag: "Unknown"; readonly reason: OutcomeUnknown }
  /** A bug ended the exchange after the request was sent; `error` is what was thrown. `Unknown` or `LateAnswer` follows. */
  | { readonly _tag: "Defect"; readonly error: unknown }
  /** After a timeout: the late answer, or why none was received. */
  | { readonly _tag: "LateAnswer"; readonly result: Result.Result<Answer, OutcomeUnknown> }
  | { readonly _tag: "Closed" }
