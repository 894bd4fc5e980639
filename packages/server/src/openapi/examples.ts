/**
 * The document's examples: orders for each way that a payment can end, and their answers.
 *
 * The answers were recorded from the mock; a test in packages/server-mock/test/documents sends these orders and compares. No
 * order makes a store fail, so those two answers are rendered.
 */
import type { ServerMode } from "@hipay-pos/core/wire/Session"
import { earlierUnknown, unavailable } from "../attempts/AttemptStore.ts"
import { type Problem, toProblem } from "../render/problems.ts"
import type { ExampleAnswer } from "./ExampleAnswer.ts"
import { exampleAnswers } from "./exampleAnswers.ts"

type Fields = Readonly<Record<string, unknown>>

/** An order to send. */
export interface ExampleOrder {
  readonly name: string
  readonly summary: string
  /** Added to the headers of every order. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Fields
}

/** An order of 12.50 EUR at a terminal with this name. */
const order = (orderId: string, host: string, { amount = 1250, ...rest }: Fields = {}): Fields => ({
  order: { order_id: orderId, price: { amount, currency: "EUR" }, ...rest },
  pos_technical_info: {
    host_information: { host, port: 8888 },
    terminal_transaction_display: {
      protocol: "ConcertV3.2",
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
    }
  }
})

const KEY = { "Idempotency-Key": "SALE-1001-try-1" }

/** The orders. Sent in this sequence to a fresh server, they get the example answers. */
export const exampleOrders: ReadonlyArray<ExampleOrder> = [
  {
    name: "approved",
    summary: "Approved: paid in full.",
    headers: KEY,
    body: order("SALE-1001", "approved.terminal.test")
  },
  {
    name: "in-part",
    summary: "Approved in part: the echoed amount was paid, X-Hipay-Pos-Remaining is still to be collected.",
    body: order("SALE-1002", "partial.terminal.test")
  },
  {
    name: "declined",
    summary: "Declined: nothing was paid. A 200 alone does not mean paid.",
    body: order("SALE-1003", "declined.terminal.test")
  },
  {
    name: "not-started",
    summary: "Not started: nothing was paid, and trying again is safe.",
    body: order("SALE-1004", "unreachable.terminal.test")
  },
  {
    name: "unknown",
    summary: "Unknown: the customer may have paid. Check the terminal, never send it under another order id.",
    body: order("SALE-1005", "reset-after-approval.terminal.test")
  },
  {
    name: "repeated",
    summary: "Repeated after it was paid: refused, with the first answer in details.recorded.",
    body: order("SALE-1001", "approved.terminal.test")
  },
  {
    name: "repeated-with-key",
    summary: "Repeated after it was paid, with the same Idempotency-Key: the first answer again.",
    headers: KEY,
    body: order("SALE-1001", "approved.terminal.test")
  },
  {
    name: "repeated-unknown",
    summary: "Repeated while its outcome is unknown: refused, nothing is sent to the terminal.",
    body: order("SALE-1005", "reset-after-approval.terminal.test")
  },
  {
    name: "cancelled",
    summary: "Cancelled: the payment is reversed, for the amount that was paid.",
    body: order("SALE-1001", "approved.terminal.test", { transaction_type: "Cancel" })
  },
  {
    name: "repeated-cancelled",
    summary:
      "Repeated after it was paid and cancelled: refused, it is not paid. Another payment needs another order id.",
    body: order("SALE-1001", "approved.terminal.test")
  },
  {
    name: "invalid",
    summary: "Not valid: every fault, with its field. Amounts are whole numbers of minor units.",
    body: order("SALE-1006", "approved.terminal.test", { amount: "12.50" })
  }
]

const ofStore = (summary: string, problem: Problem): Fields => ({ summary, value: toProblem(problem).body })

/** The answers to an order if the store fails: one proves that nothing was started, the other does not. */
const storeAnswers: Fields = {
  "not-recorded": ofStore(
    "Not started: the attempt could not be recorded. Trying again is safe.",
    unavailable("database or disk is full")
  ),
  unreadable: ofStore(
    "Not sent now, but it may have been before: send the same order again until it is answered, take no other payment and give no money back.",
    earlierUnknown(unavailable("disk I/O error"))
  )
}

const CLOUD = "-cloud-api"

/** The answer as an example in the document. */
const toExample = ({ name, headers, body }: ExampleAnswer): Fields => {
  const order = exampleOrders.find((each) => each.name === name.replace(CLOUD, ""))
  const dialect = name.endsWith(CLOUD) ? " (dialect `cloud-api`)" : ""
  const lines = Object.entries(headers).map(([header, value]) => `\`${header}: ${value}\``)
  return {
    summary: `${order?.summary ?? name}${dialect}`,
    ...(lines.length === 0 ? {} : { description: `With ${lines.join(", ")}.` }),
    value: body
  }
}

/** The order for a server with real terminals, which are not named for their answers. */
const atRealTerminal = <A>(value: A): A =>
  JSON.parse(JSON.stringify(value).replace(/[\w-]+\.terminal\.test/g, "192.168.1.20"))

/** Which server's document the examples are for. */
export interface ExamplesOptions {
  readonly mode: ServerMode
  /** Whether orders go to HiPay's service, which words its refusals itself. */
  readonly relays: boolean
}

/** The operation with examples of its request and answers. */
export const withExamples = (operation: Operation, { mode, relays }: ExamplesOptions): Operation => {
  const real = mode === "gateway"
  const orders = exampleOrders.filter(({ name }) => !real || name === "approved")
  const answers = exampleAnswers.filter(({ status }) => !relays || status === 200 || status === 409)
  const place = (body: Body, examples: Fields): Body =>
    Object.keys(examples).length === 0
      ? body
      : {
          ...body,
          content: {
            "application/json": {
              ...body.content?.["application/json"],
              examples: real ? atRealTerminal(examples) : examples
            }
          }
        }
  return {
    ...operation,
    parameters: operation.parameters.map((parameter) => {
      const examples = orders.flatMap(({ name, headers }) => {
        const value = headers?.[parameter.name]
        return value === undefined ? [] : [[name, { value }] as const]
      })
      return examples.length === 0 || real ? parameter : { ...parameter, examples: Object.fromEntries(examples) }
    }),
    requestBody: place(
      operation.requestBody,
      Object.fromEntries(orders.map(({ name, summary, body }) => [name, { ...(real ? {} : { summary }), value: body }]))
    ),
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => [
        status,
        place(
          response,
          status === "500"
            ? storeAnswers
            : Object.fromEntries(
                answers
                  .filter((answer) => String(answer.status) === status)
                  .map((answer) => [answer.name, toExample(answer)])
              )
        )
      ])
    )
  }
}

interface Body {
  readonly content?: Readonly<Record<string, object>>
}

interface Operation {
  readonly parameters: ReadonlyArray<{ readonly name: string }>
  readonly requestBody: Body
  readonly responses: Readonly<Record<string, Body>>
}
