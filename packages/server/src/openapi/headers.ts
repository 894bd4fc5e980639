/** The headers of answers. Each is a component of the document, since the contract has none. */

import * as Records from "effect/Record"

const text = (description: string) => ({ description, schema: { type: "string" } })
const minorUnits = (description: string) => ({ description, schema: { type: "integer", format: "int64" } })

/** By name. */
const components = {
  "X-Request-Id": text("Of the request, as the log has it."),
  "X-Hipay-Pos-Mode": text(
    "Whether money moves: not if `simulated`; it does if `gateway`, at the shop's terminals, or `relay`, through HiPay's service."
  ),
  "X-Hipay-Pos-Upstream": text("The service behind the relay: `stage`, `production` or a host."),
  "X-Hipay-Pos-Attempt": text("Address of the attempt."),
  "X-Hipay-Pos-Warnings": text("Codes of warnings that did not refuse the order."),
  "X-Hipay-Pos-Unresolved": text(
    "Address of an earlier attempt at the same terminal whose outcome is unknown, and which did not keep this order back."
  ),
  "X-Hipay-Pos-Replayed": text(
    "With the answer of an earlier request that had the same `Idempotency-Key`: when that one was paid. Nothing was paid now."
  ),
  "X-Hipay-Pos-Recorded": text(
    "With an answer that a mock has on record (`--replay`): when a relay recorded it. Nothing was paid, and there is no attempt."
  ),
  "X-Hipay-Pos-Remaining": minorUnits("Approved in part: minor units that are still to be collected."),
  "X-Hipay-Pos-Tip": minorUnits(
    "Approved with a tip: minor units that were charged beyond the order, as the echoed amount has them."
  ),
  "X-Hipay-Pos-Over": minorUnits(
    "Resolved with more than the order asked for: minor units that were charged beyond it."
  ),
  Location: text("Address of the attempt."),
  "Preference-Applied": text("`respond-async`."),
  "WWW-Authenticate": text("How to log in: `Basic`. Absent for pages, which log in themselves."),
  "X-Accel-Buffering": text("`no`: tells a proxy such as nginx not to buffer it."),
  Allow: text("With 405: the methods that the address takes.")
} as const

export type HeaderName = keyof typeof components

/** The headers of one answer. */
export const headers = (...names: ReadonlyArray<HeaderName>) => ({
  headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
})

/** The components; those about the service behind a relay are only in a relay's document. */
export const headerComponents = (relays: boolean): Readonly<Record<string, object>> => {
  if (relays) return components
  const { "X-Hipay-Pos-Upstream": _upstream, "X-Hipay-Pos-Unresolved": _unresolved, ...others } = components
  return others
}

interface Answers {
  readonly responses: Readonly<Record<string, object>>
}

/** The paths with the headers about the server in each of their answers. */
export const withServerHeaders = (
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  relays: boolean
) => {
  const { headers: ofServer } = headers(
    "X-Request-Id",
    "X-Hipay-Pos-Mode",
    ...(relays ? (["X-Hipay-Pos-Upstream"] as const) : [])
  )
  const answered = (response: { readonly headers?: object }) => ({
    ...response,
    headers: { ...response.headers, ...ofServer }
  })
  const operation = (described: unknown) => {
    const { responses, ...rest } = described as Answers
    return { ...rest, responses: Records.map(responses, answered) }
  }
  return Records.map(paths, (path) => Records.map(path, operation))
}
