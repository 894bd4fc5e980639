/** A terminal's clear answer, and the context of its request. */
import type * as Request from "../Request.ts"
import type * as Response from "../Response.ts"

/** A clear answer: done or not done, with no contradiction. */
export interface Answer extends Response.Decoded {
  /** The answer as received, card numbers masked. */
  readonly frame: string
  /** Milliseconds from the write to the answer's last byte, or to the end of the wait for more. */
  readonly elapsed: number
}

/** How to read a terminal's answers. */
export interface Reading extends Omit<Response.DecodeOptions, "request"> {
  /** `CF` holds the terminal's own data and is not looked up among order ids. Default false. */
  readonly ownPrivateData?: boolean | undefined
}

/** The request, how to read its answer, and how long that may take. */
export interface RequestContext {
  readonly request: Request.Request
  readonly reading: Reading
  /** The timeout in milliseconds. */
  readonly settings: { readonly answerTimeout: number; readonly maximumBytes: number }
}
