/** A terminal's clear answer, and what it was an answer to. */
import type * as Request from "../Request.ts"
import type * as Response from "../Response.ts"

/** A clear answer: done or not done, without a contradiction. */
export interface Answer extends Response.Decoded {
  /** The answer as received, card numbers masked. */
  readonly frame: string
  /** Milliseconds from the write to the answer's last byte or the end of the wait for more. */
  readonly elapsed: number
}

/** How answers of a terminal are read. */
export type Reading = Omit<Response.DecodeOptions, "request">

/** The request, how its answer is read, and how long it may take. */
export interface RequestContext {
  readonly request: Request.Request
  readonly reading: Reading
  /** The timeout in milliseconds. */
  readonly settings: { readonly answerTimeout: number; readonly maximumBytes: number }
}
