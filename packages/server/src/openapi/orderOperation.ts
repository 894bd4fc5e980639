/** The operation that pays an order, at the server's own terminals and through a relay, for the OpenAPI document. */
import * as OpenApi from "@hipay-pos/core/wire/OpenApi"
import * as Records from "effect/Record"
import { headers } from "./headers.ts"
import { answer, body, closed, type DescribedAnswer, json, parameter, problem, unauthorized } from "./operationParts.ts"
import { ref } from "./schemas.ts"

/** The headers of answers to orders with an attempt, as far as they apply. */
const attemptHeaders = ["X-Hipay-Pos-Attempt", "X-Hipay-Pos-Warnings"] as const

const paidHeaders = headers(
  ...attemptHeaders,
  "X-Hipay-Pos-Replayed",
  "X-Hipay-Pos-Recorded",
  "X-Hipay-Pos-Remaining",
  "X-Hipay-Pos-Tip",
  "X-Hipay-Pos-Over"
)

/** What paying does, and what its answers prove; `paid` says which answer means paid. */
const describeOrder = (paid: string) =>
  `Answers when the terminal has, up to 195 seconds later. ${paid} On the first request, 400, 401, 403, 413, 415, and with these \`error.code\`s 408 \`request.too.slow\`, 409 \`terminal.unresolved\` and \`cancel.not.the.last\`, 500 \`attempt.not.recorded\`, 502 \`unavailable.terminal.bad.request\` with \`error.details.attempt\` and 503 \`server.closing\`, prove that nothing was started; after any other 409 or 5xx, or no answer at all, check the attempt and the terminal first. The examples are answers of the mock.`

/** The operation that pays, the only one with examples. */
export const postOrder = {
  operationId: "postOrder",
  tags: ["POS API"],
  summary: "Pays an order at a terminal.",
  description: describeOrder("A 200 alone does not mean paid: read `paymentStatus`."),
  parameters: [
    parameter(
      "header",
      "Prefer",
      "`respond-async` answers 202 at once, with the address of the attempt. A repeat of an order that was paid, or whose outcome is unknown, is answered at once as it is without it."
    ),
    parameter(
      "header",
      "Idempotency-Key",
      "A repeat with the same key gets the recorded answer of a paid order, with `X-Hipay-Pos-Replayed`, for an hour after the payment, unless it was cancelled since. An empty key counts as none."
    )
  ],
  requestBody: {
    description: "Any `application/*` content type is accepted, and read as JSON.",
    ...body(OpenApi.reference("RootOrder"))
  },
  responses: {
    200: answer(
      "The terminal answered. With `sandbox_code` 10 and in dialect `cloud-api`, a failure is `Failed`, its code at the root.",
      OpenApi.reference("OrderResponse"),
      paidHeaders
    ),
    201: answer("`sandbox_code` 00: paid, in the sandbox's form.", OpenApi.reference("OrderResponse"), paidHeaders),
    202: answer(
      "`Prefer: respond-async`: the attempt has begun.",
      ref("Accepted"),
      headers("Location", "Preference-Applied", "X-Hipay-Pos-Attempt")
    ),
    400: problem(
      "Not started: the order is not valid, or its terminal cannot be asked. Nothing was paid.",
      ...attemptHeaders
    ),
    ...unauthorized,
    403: problem(
      "The login may not pay, or not at this terminal; the server does not take this type of transaction; or the terminal has no passphrase."
    ),
    409: problem(
      "The order id is taken: by another order, one that was paid, one that was paid and cancelled since, or one whose outcome is unknown; or a cancellation is for another sale than the last."
    ),
    413: problem("The body is too large."),
    415: problem("Not an `application/*` content type, or compressed."),
    500: problem(
      "Only `attempt.not.recorded` proves that nothing was sent. With `attempts.unreadable` nothing was sent now, but it may have been before: send the same order again until it is answered. With any other code the outcome is unknown.",
      ...attemptHeaders
    ),
    502: problem(
      "Dialect `cloud-api`: the terminal cannot be reached. With `error.details.attempt` nothing was paid; without it, as from HiPay's own service or a proxy, the outcome is unknown.",
      ...attemptHeaders
    ),
    503: problem("The server is shutting down. Nothing was sent."),
    504: problem(
      "Outcome unknown: the order may have been paid, refunded or cancelled. The same order id again gets what is known, and moves no money a second time; another order id may charge or refund the customer twice. HiPay's own service documents no protection of either, and a mock with `--validation faithful` pays again.",
      ...attemptHeaders
    )
  },
  security: closed
}

const { 200: paid, 201: created, 202: begun, ...refusals } = postOrder.responses

/** A relay's answer, which may send an order to a terminal with an unknown outcome. */
const ofRelay = (response: DescribedAnswer): DescribedAnswer => ({
  ...response,
  headers: { ...response.headers, ...headers("X-Hipay-Pos-Unresolved").headers }
})

/** A refusal through a relay: its own, or the service's unchanged. */
const ofService = (response: DescribedAnswer): DescribedAnswer =>
  ofRelay({
    ...response,
    content: json({ anyOf: [ref("Problem"), OpenApi.reference("ErrorResponse")] }),
    headers: { ...headers(...attemptHeaders).headers, ...response.headers }
  })

/** {@link postOrder} through a relay, which passes on the service's answer if that proves something. */
export const relayedOrder = {
  ...postOrder,
  description: describeOrder(
    "A 200 or 201 alone does not mean paid: read `paymentStatus`. Where a paid answer has no amount, it is the one that was asked for."
  ),
  responses: {
    200: ofRelay(paid),
    201: ofRelay({ ...created, description: "The service's own 201, which means the same as its 200." }),
    202: ofRelay(begun),
    ...Records.map(refusals as Readonly<Record<string, DescribedAnswer>>, ofService)
  }
}
