/** The meaning of the fields of orders and attempts. Separate from the schemas, because clients do not need it. */
import type { Descriptions } from "@hipay-pos/core/wire/OpenApi"
import { serverDescriptions } from "./serverDescriptions.ts"

const time = "ISO 8601 in UTC."
const minorUnits = "In minor units."

const resolution = {
  outcome:
    "The outcome that the person states; `set-aside` leaves it unknown, but the terminal may take the next order.",
  by: "The person who resolved it.",
  evidence: "What they have seen: a receipt number, the terminal's journal, the customer's bank.",
  authorizationNumber: "The issuer's approval code, as the person read it.",
  lastFour: "The last four digits of the card.",
  paid: "What was paid, in minor units; the order's amount by default, unless the terminal gave another one. Less is approved in part, more needs `over`.",
  login: "The login that recorded it.",
  override: "Recorded although the terminal might still have answered."
}

const answer = {
  status: "HTTP status.",
  headers: "The headers of this answer.",
  body: "The body as sent."
}

const finding = {
  path: "JSON path of the field, such as `order.price.amount`; empty for the body itself.",
  code: "Stable, for programs.",
  severity: "Whether strict validation refuses the order for it.",
  rule: "Whether it violates the contract's schema, or only our rules.",
  message: "As a sentence.",
  expected: "What was expected.",
  actual: "What was received; personal data is not repeated."
}

const warnings = {
  warnings: "What was odd about a payment whose outcome is certain.",
  "warnings[]": "A code for programs and a sentence.",
  "warnings[].code": "Stable, for programs.",
  "warnings[].message": "As a sentence."
}

const summary = {
  id: "Id of the attempt.",
  orderId: "Id of the order.",
  transactionType: "Debit takes money, Credit gives it back, Cancel reverses the terminal's last debit.",
  login: "The login that sent the order.",
  amount: "The requested amount, in minor units.",
  currency: "ISO 4217 alphabetic code.",
  terminal: "The terminal of the order.",
  "terminal.name": "Its configured name, or its address.",
  "terminal.kind": "`simulated` in memory, `dialled` over the network, or `relayed` to HiPay's own service.",
  "terminal.guarded":
    "Whether it takes one payment at a time, so that an unknown outcome keeps it from the next order until the attempt is resolved or set aside; absent where not, and in older attempts at terminals that are dialled.",
  openedAt: "When the order was received.",
  endedAt: "When its outcome was known.",
  paid: "What was charged, in minor units, tip included: according to the terminal, or else to a person.",
  tip: "The customer's tip, part of `paid`.",
  card: "The terminal's data about the card; absent if there is none.",
  warnings: "How many findings, alarms and warnings it has.",
  alarms: "Codes of alarms, which a person has to act on; their texts are in the timeline.",
  "alarms[]": "A code, such as `attempt.end.not.written`."
}

export const descriptions: Descriptions = {
  Finding: { "": "Something that is wrong or odd about an order.", ...finding },
  AttemptState: {
    "": "The state of an attempt. `open` is under way, `unknown` may have moved money: repeat an order in either state only under the same order id."
  },
  ProblemDetails: {
    "": "Details of a problem; the fields depend on the code.",
    path: "JSON path of the field.",
    expected: "What was expected.",
    actual: "What was received.",
    findings: "Everything that is wrong or odd about the order.",
    attempt: "Path of the attempt that this is about.",
    differs: "What differs from the earlier order under the same id.",
    "differs[]": "JSON path of a field, such as `order.price`.",
    kind: "Why nothing was started, or why the outcome is unknown.",
    detail: "The same as a sentence.",
    reason: "The error of the disk or of the database.",
    evidence: "What the terminal sent of a payment whose outcome is unknown, masked.",
    amount: "What the earlier order asked for, in minor units.",
    currency: "ISO 4217 alphabetic code of the amounts.",
    paid: "What was charged, in minor units.",
    tip: "The customer's tip, part of `paid`.",
    seconds: "How long the terminal may still answer, at most, in seconds; absent if unknown.",
    why: "Why the terminal's answer proves nothing, as the end of a sentence.",
    upstream: "The service behind a relay: `stage`, `production` or a host.",
    status: "HTTP status of that service's answer, which does not say whether the order was paid.",
    answer: "That answer, without card numbers.",
    recorded: "The order's earlier answer."
  },
  Problem: {
    "": "Why a request was not served.",
    error: "The error.",
    "error.status": "HTTP status.",
    "error.code": "What is wrong, for programs.",
    "error.message": "What is wrong, in a word or two.",
    "error.description": "What is wrong, as a sentence.",
    "error.details": "Details; a text with 401, as on the live service."
  },
  Accepted: {
    "": "An order was accepted; its attempt has begun.",
    attempt: "Path of the attempt.",
    id: "Id of the attempt.",
    state: "Always `open`."
  },
  Resolution: { "": "A manual resolution of an unknown outcome.", at: time, ...resolution },
  AttemptSummary: { "": "An attempt in a list.", ...summary },
  AttemptList: {
    "": "Attempts, newest first.",
    attempts: "Those that match.",
    next: "Path of the next older ones; absent on the last page."
  },
  AttemptCounts: {
    "": "How many attempts there are in each state, of those that match.",
    counts: "By state.",
    "counts.open": "Under way.",
    "counts.approved": "Paid in full.",
    "counts.approved-in-part": "Paid in part.",
    "counts.declined": "Not paid.",
    "counts.not-started": "Never reached the terminal.",
    "counts.unknown": "May have been paid.",
    more: "Whether there are more: only the newest 10 000 are counted."
  },
  CountAndSum: { "": "A count and a sum.", count: "How many.", amount: minorUnits },
  TerminalTotals: {
    "": "Totals of one terminal in one currency.",
    terminal: "Name of the terminal.",
    currency: "ISO 4217 alphabetic code.",
    net: "Debits less credits and cancellations, in minor units, without unknown attempts.",
    unknownReturned:
      "Refunds and cancellations, which are part of `unknown`: what may have been given back. Absent if there are none.",
    tip: "Tips, which are part of the debits; absent if there are none."
  },
  DayTotals: {
    "": "Totals of a day, to reconcile with the terminals' batch reports.",
    day: "As YYYY-MM-DD, a day of the shop.",
    totals: "By terminal and currency."
  },
  Money: { "": "An amount.", minorUnits: "1250 is 12.50 EUR." },
  PaymentApplication: { "": "Payment application, such as 001 (CB contact) or 00B (CB contactless)." },
  Card: {
    "": "The terminal's data about card and acquirer.",
    authorizationNumber: "The issuer's approval code.",
    merchantContract: "The merchant contract that was used.",
    pan: "Card number with at most its first six and last four digits.",
    expiry: "As YYMM.",
    aid: "Application identifier of the chip, in hexadecimal.",
    entryMode: "How the card was read."
  },
  Receipt: {
    "": "What the terminal printed.",
    format: "Format of the copies.",
    customer: "The customer's copy.",
    merchant: "The merchant's copy."
  },
  PaymentOutcome: {
    "": "The outcome according to the terminal.",
    _tag: "Which outcome.",
    reason: "Why nothing was paid.",
    complement: "The terminal's own code for the reason (Concert's AF).",
    label: "The reason as a text.",
    ...warnings
  },
  AttemptError: {
    "": "Why there is no outcome.",
    reason:
      "`NotStarted` proves that nothing was paid: trying again is safe. After `OutcomeUnknown` it may have been: never try again under another order id.",
    kind: "For programs.",
    detail: "As a sentence."
  },
  TerminalEvidence: {
    "": "What the terminal sent before the outcome became unknown, card numbers masked.",
    received: "Everything received, masked.",
    fields: "The fields that could be read.",
    "fields[]": "A field.",
    "fields[].offset": "In bytes from the start of what was received.",
    "fields[].tag": "Two letters.",
    "fields[].value": "The value, masked.",
    stopped: "Where reading stopped before the end of a message.",
    "stopped.offset": "In bytes from the start of what was received.",
    "stopped.tag": "Tag of the field that could not be read.",
    "stopped.announced": "The length that the field announces, in bytes.",
    "stopped.found": "The length that was found, in bytes.",
    "stopped.characters": "The length that was found, in UTF-8 characters.",
    "stopped.problem": "What is wrong, then what to do.",
    contradictions: "What contradicts the request or itself.",
    "contradictions[]": "A contradiction.",
    "contradictions[].kind": "For programs.",
    "contradictions[].asked": "What was requested.",
    "contradictions[].told": "What the terminal answered.",
    "contradictions[].message": "As a sentence.",
    status: "The payment's status according to the terminal."
  },
  RecordedAnswer: { "": "The answer that the caller got, or would have got.", ...answer },
  MessageWarning: {
    "": "Something odd about a Concert message that could still be read.",
    code: "Stable, for programs.",
    tag: "Tag of the field.",
    offset: "In bytes from the start of the message.",
    message: "As a sentence."
  },
  MessageField: {
    "": "A field of a Concert message. Card numbers are masked.",
    offset: "In bytes from the start of the message.",
    tag: "Two letters.",
    name: "Name of the tag; `unknown` if no public source has it.",
    value: "The value, masked.",
    meaning: "What a coded value means.",
    vendor: "The vendor whose private tag it is.",
    warnings: "What is odd about the field.",
    fields: "The nested fields."
  },
  TimelineEntry: {
    "": "Something that happened during an attempt; `kind` says what, and later versions may add kinds.",
    at: time,
    kind: "What happened.",
    method: "HTTP method.",
    path: "Path of the request.",
    requestId: "The id in `X-Request-Id`.",
    ...answer,
    findings: "Findings of validation that did not refuse the order.",
    to: "Host and port of the terminal.",
    frame: "The Concert message; card numbers are masked.",
    fields: "The message field by field.",
    stage: "Stage of the simulated payment.",
    screen: "The lines on the terminal's screen.",
    "screen[]": "A line.",
    amount: minorUnits,
    currency: "ISO 4217 alphabetic code.",
    card: "The simulated card.",
    entryMode: "How the card was read.",
    authorizationNumber: "The issuer's approval code.",
    complement: "The terminal's own code for the reason (Concert's AF).",
    fault: "The simulated fault.",
    detail: "As a sentence.",
    by: resolution.by,
    evidence: resolution.evidence,
    lastFour: resolution.lastFour,
    paid: resolution.paid,
    login: resolution.login,
    override: resolution.override,
    outcome: resolution.outcome,
    reason: "Why the outcome is unknown, for programs.",
    code: "Stable, for programs.",
    message: "As a sentence.",
    details: "Values of the alarm.",
    reference: "Reference of the Console's transaction.",
    status: "HTTP status of an answer; the Console's status number of a transaction or notification.",
    id: "Id of the notification.",
    state: "State of the notification; `recorded` is not sent, because its address is not allowed.",
    test: "Whether the notification is from HiPay's stage environment.",
    orderId: "The order's id in HiPay's notification, empty if it has none; absent if it is the order's own.",
    authorized: "The transaction's authorised amount so far, in minor units.",
    captured: "Its captured amount so far, in minor units.",
    refunded: "Its refunded amount so far, in minor units.",
    authorizedAt: "When it was authorised, according to the notification.",
    pan: "The card number in the notification, masked."
  },
  ReceivedAnswer: {
    "": "The answer of the service behind a relay.",
    status: "HTTP status.",
    headers: "Its content type, and the headers about the payment that servers of this toolkit send.",
    body: "Its text without card numbers."
  },
  Attempt: {
    "": "An attempt with everything that is known about it.",
    ...summary,
    connectedAt: "When the terminal accepted the connection.",
    sentAt: "When the request was sent.",
    answeredAt: "When the terminal answered.",
    frames: "The Concert messages, card numbers masked.",
    "frames.request": "To the terminal.",
    "frames.response": "From the terminal.",
    findings: "Findings that did not refuse the order.",
    resolutions: "Oldest first.",
    upstream: "The service that a relayed order was sent to: `stage`, `production` or a host.",
    received: "That service's answer.",
    order: "The order as received, with the contract's defaults.",
    timeline: "From the request to the answer and what followed.",
    prunedAt:
      "When the store was pruned: order, receipt, answer and timeline were removed; key, outcome and amounts are kept."
  },
  ResolveRequest: {
    "": "A manual resolution of an unknown outcome.",
    ...resolution,
    over: "Accepts a `paid` above the order's amount.",
    override:
      "Records `declined` or `set-aside` although the terminal may still answer, or the attempt's record is damaged and it is not known whether it may."
  },
  ResolvedDamaged: {
    "": "What is known of a resolved attempt whose record is damaged; its amount is not.",
    id: "The attempt.",
    login: "The login that sent the order.",
    orderId: "The order.",
    transactionType: "Type of the transaction.",
    state: "The state according to the person; `unknown` if it was set aside.",
    damaged: "Its record in the store cannot be read.",
    resolution: "What the person said.",
    ...Object.fromEntries(Object.entries(resolution).map(([name, text]) => [`resolution.${name}`, text])),
    "resolution.login": "The login that recorded it.",
    "resolution.override": "It was recorded although the terminal might still have answered."
  },
  ...serverDescriptions
}
