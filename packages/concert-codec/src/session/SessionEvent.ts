/**
 * What happens in an exchange, told as it happens. Frames are text, with card numbers masked; nothing here is a secret,
 * though a receipt and a customer's data may be personal.
 */
import type { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type * as Result from "effect/Result"
import type { Address } from "./Connection.ts"

/** One event; `Answer` is what listeners get of a clear answer. */
export type SessionEvent<Answer> =
  /** The terminal's turn has come; `address` is the one that its name stands for. */
  | { readonly _tag: "Connecting"; readonly address: Address }
  | { readonly _tag: "Connected"; readonly address: Address }
  | { readonly _tag: "RequestSent"; readonly frame: string }
  | { readonly _tag: "Received"; readonly bytes: number }
  /** A clear answer; told whether the caller still waits or not. */
  | { readonly _tag: "Answered"; readonly frame: string; readonly answer: Answer }
  /** What the caller learns when there is no clear answer. */
  | { readonly _tag: "Unknown"; readonly reason: OutcomeUnknown }
  /** After silence at the deadline: the answer that came late, or why none did. */
  | { readonly _tag: "LateAnswer"; readonly result: Result.Result<Answer, OutcomeUnknown> }
  | { readonly _tag: "Closed" }
