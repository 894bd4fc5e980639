/** What the API shows of attempts, totals and sessions, as schemas of the OpenAPI document. */

import { AttemptState } from "@hipay-pos/core/wire/Attempt"

type JsonSchema = Readonly<Record<string, unknown>>

const text = (description: string): JsonSchema => ({ type: "string", description })
const whole = (description: string): JsonSchema => ({ type: "integer", description })
const yesNo = (description: string): JsonSchema => ({ type: "boolean", description })
const time = (description: string): JsonSchema => ({ type: "string", format: "date-time", description })
const listOf = (items: JsonSchema, description: string): JsonSchema => ({ type: "array", items, description })
const oneOf = (values: ReadonlyArray<string>, description: string): JsonSchema => ({
  type: "string",
  enum: values,
  description
})
const object = (
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: ReadonlyArray<string> = Object.keys(properties)
): JsonSchema => ({ type: "object", description, properties, required })

/** A reference to a schema of the document. */
export const ref = (name: string): { readonly $ref: string } => ({ $ref: `#/components/schemas/${name}` })

const states = AttemptState.literals

const finding = object("One thing that is wrong, or odd, about an order.", {
  path: text("JSON path of the field; empty for the body itself."),
  code: text("Stable, for programs."),
  severity: oneOf(["refused", "warning"], "Whether strict validation refuses the order for it."),
  rule: oneOf(["contract", "order"], "Whether the contract's schema sees it or only our rules do."),
  message: text("In words."),
  expected: text("What should have been there."),
  actual: text("What was there; personal data is not repeated.")
})

const resolution = object(
  "A person's word on an outcome that was unknown.",
  {
    at: time("When it was said."),
    outcome: oneOf(["approved", "declined", "set-aside"], "What is said; set-aside only lets the terminal go on."),
    by: text("Who says so."),
    evidence: text("What it rests on."),
    login: text("Who was logged in."),
    override: yesNo("Whether it was said although the terminal might still have answered.")
  },
  ["at", "outcome", "by", "evidence", "login"]
)

const summaryFields = {
  id: text("Of the attempt."),
  orderId: text("Of the order."),
  transactionType: oneOf(["Debit", "Credit", "Cancel"], "What was asked for."),
  login: text("Who asked."),
  amount: whole("What was asked for, in minor units."),
  currency: text("Three letters."),
  terminal: object("Where it was to be paid.", {
    name: text("What people call the terminal, or its address."),
    kind: oneOf(["simulated", "dialled"], "Simulated in memory, or reached over the network.")
  }),
  state: oneOf(states, "Where it stands. Never repeat an order that is open or unknown."),
  openedAt: time("When the order came."),
  endedAt: time("When its end was known."),
  paid: whole("What was paid, in minor units."),
  warnings: whole("How much was odd about it, alarms included."),
  alarms: listOf(text("A code."), "What a person has to see to; the words are in the timeline."),
  resolution: ref("Resolution")
}
const summaryRequired = Object.keys(summaryFields).filter(
  (name) => !["endedAt", "paid", "alarms", "resolution"].includes(name)
)

const total = object("Count and sum.", { count: whole("How many."), amount: whole("In minor units.") })

/** The schemas by name; those of orders and their answers come from core. */
export const schemas: Readonly<Record<string, JsonSchema>> = {
  Finding: finding,
  Resolution: resolution,
  Problem: object("Why a request was not served; `details` depends on the code.", {
    error: object("The error.", {
      status: whole("The HTTP status."),
      code: text("What is wrong, for programs."),
      message: text("What is wrong, in a word or two."),
      description: text("What is wrong, in a sentence."),
      details: {
        description:
          "Where and what: `path`, all `findings` of an order, the `attempt`, the `recorded` answer. A text with 401, as on the live service.",
        anyOf: [
          {
            type: "object",
            properties: {
              path: text("JSON path of the field."),
              expected: text("What should have been there."),
              actual: text("What was there."),
              findings: listOf(ref("Finding"), "Everything that is wrong or odd about the order."),
              attempt: text("Address of the attempt that this is about."),
              state: oneOf(states, "Where that attempt stands."),
              kind: text("Why nothing was started, or nobody knows."),
              detail: text("The same in words."),
              recorded: { description: "The answer that the order got before." }
            }
          },
          { type: "string" }
        ]
      }
    })
  }),
  Accepted: object("Where to look for what becomes of an order.", {
    attempt: text("Address of the attempt."),
    id: text("Of the attempt."),
    state: oneOf(["open"], "It has only begun.")
  }),
  AttemptSummary: object("An attempt in a list.", summaryFields, summaryRequired),
  AttemptList: object(
    "Attempts, the newest first.",
    { attempts: listOf(ref("AttemptSummary"), "Those that match."), next: text("Address of the older ones.") },
    ["attempts"]
  ),
  DayTotals: object("A day's totals, to lay beside the terminals' collection slips.", {
    day: text("YYYY-MM-DD, UTC."),
    totals: listOf(
      object("Of one terminal in one currency.", {
        terminal: text("Its name."),
        currency: text("Three letters."),
        debit: total,
        credit: total,
        cancel: total,
        unknown: total,
        net: whole("Debits less credits and cancellations, in minor units.")
      }),
      "By terminal and currency."
    )
  }),
  Attempt: object(
    "All of an attempt.",
    {
      ...summaryFields,
      connectedAt: time("When the terminal took the connection."),
      sentAt: time("When the request had left."),
      answeredAt: time("When the terminal answered."),
      frames: object(
        "What went over the line, card numbers masked.",
        { request: text("To the terminal."), response: text("From it.") },
        []
      ),
      outcome: { description: "What the terminal said." },
      error: object("Why there is no outcome.", {
        reason: oneOf(["NotStarted", "OutcomeUnknown"], "Whether trying again is safe: NotStarted only."),
        kind: text("For programs."),
        detail: text("In words.")
      }),
      findings: listOf(ref("Finding"), "What was odd and refused nothing."),
      resolutions: listOf(ref("Resolution"), "In the order in which they were made."),
      order: { description: "The order as received, with the contract's defaults." },
      answer: object(
        "What the caller got, or would have got.",
        {
          status: whole("The HTTP status."),
          headers: { type: "object", additionalProperties: { type: "string" }, description: "Those of its own." },
          body: { description: "As it was sent." }
        },
        ["status", "body"]
      ),
      timeline: listOf(
        {
          ...object("Something that happened; more fields by its kind.", { at: time("When."), kind: text("What.") }),
          additionalProperties: true
        },
        "From the request to the answer and what followed."
      )
    },
    [...summaryRequired, "frames", "findings", "resolutions", "order", "timeline"]
  ),
  ResolveRequest: object(
    "A person's word on an unknown outcome.",
    {
      outcome: oneOf(["approved", "declined", "set-aside"], "What is said."),
      by: text("Who says so."),
      evidence: text("What it rests on: a receipt's number, the terminal's journal, the customer's bank."),
      override: yesNo("Says declined or set-aside although the terminal may still answer.")
    },
    ["outcome", "by", "evidence"]
  ),
  LoginRequest: object(
    "A login for the pages.",
    { username: text("Of the login."), password: text("Of the login."), space: text("Of a mock; empty by default.") },
    ["username", "password"]
  ),
  Session: object("Who is logged in.", {
    login: text("Who."),
    roles: listOf(oneOf(["pay", "read", "resolve", "control"], "What the login may do."), "All of them."),
    mode: oneOf(["simulated", "gateway"], "Whether money moves."),
    space: text("Of a mock; empty else."),
    version: text("Of the server.")
  })
}
