/** The answers to bytes that are not served as a request. Their texts are ASCII: they are sent unencoded. */
import type { BrokenRequest } from "../ServerEvent.ts"
import { type Answer, error } from "./Answer.ts"

const answers: Readonly<Record<BrokenRequest, readonly [number, string]>> = {
  "request.malformed": [400, "The bytes received are not an HTTP request."],
  "headers.too.large": [431, "The request headers are too large."],
  "request.too.slow": [408, "The request did not arrive in time."],
  "expectation.unknown": [417, "Expected 100-continue in the Expect header, or no such header."]
}

/** The answer, with its own description if more is known. */
export const toBrokenRequest = (code: BrokenRequest, reason?: string): Answer => {
  const [status, description] = answers[code]
  return error(status, code, reason ?? description)
}
