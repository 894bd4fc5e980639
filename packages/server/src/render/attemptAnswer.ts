/**
 * The answer to an order, made from its attempt: status, headers and body from outcome, error or resolution, and the order.
 *
 * This is the only place where a payment's outcome becomes HTTP. Answers are not stored: a repeated order gets the same bytes
 * because the attempt is the same. A {@link Shape} holds the differences between dialects.
 */
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import * as Receipt from "@hipay-pos/core/Receipt"
import type { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import { type Attempt, outcomeOf, urlOf } from "../attempts/Attempt.ts"
import type { AnsweredAs } from "../attempts/AttemptEvent.ts"
import { type Answer, DEFECT, error, outcomeUnknown, UNKNOWN, unexpected } from "./Answer.ts"
import * as Upstream from "./upstreamAnswer.ts"

/** The shape of a dialect. */
export interface Shape {
  /** The body of an answer with the status 200. */
  readonly body: (payment: Payment) => object
  /** The status if the terminal cannot be reached. */
  readonly unreachable: number
}

/** What the terminal, or a person, said about a payment. */
export interface Payment {
  /** Base64. */
  readonly receipt?: string | undefined
  /** Absent when something was paid. */
  readonly failure?: Failure | undefined
  readonly echo: EchoedOrder
}

export interface Failure {
  readonly description: string
  /** The terminal's own code (Concert's AF). */
  readonly complement?: string | undefined
}

/** The parts that an answer echoes. Validation guarantees an order with a price. */
export interface EchoedOrder {
  readonly order: { readonly price: object }
  readonly customer?: unknown
  readonly shipping?: unknown
  readonly pos_technical_info?: unknown
}

/** The answer that an order's caller got, or would have got; undefined if the attempt has none yet, or no longer. */
export type AnswerTo = (attempt: Attempt) => Answer | undefined

/** Makes answers in a shape. */
export const makeAnswerTo =
  (shape: Shape): AnswerTo =>
  (attempt) => {
    if (attempt.prunedAt !== undefined) return undefined
    if (attempt.recorded !== undefined) return { body: undefined, ...attempt.recorded }
    if (attempt.received !== undefined && attempt.provedBy === undefined && Upstream.proves(attempt)) {
      return Upstream.answered(attempt.received, headersOf(attempt, attempt.outcome?.warnings ?? []))
    }
    switch (attempt.state) {
      case "open":
        return undefined
      case "not-started":
        return naming(attempt, notStarted(shape, attempt, attempt.error))
      case "unknown":
        if (!wasAnswered(attempt)) return undefined
        return naming(
          attempt,
          attempt.error ? unknown(attempt, attempt.error) : unexpected({ attempt: urlOf(attempt) })
        )
      default: {
        const outcome = outcomeOf(attempt)
        return outcome && fromOutcome(shape, attempt, outcome)
      }
    }
  }

/** An earlier attempt's answer given again, with the time when it was first known. */
export const replayed = (answer: Answer, { endedAt, openedAt }: Attempt): Answer => ({
  ...answer,
  headers: { ...answer.headers, "X-Hipay-Pos-Replayed": new Date(endedAt ?? openedAt).toISOString() }
})

/** An attempt that was open at a restart is unknown: its caller got no answer. */
const wasAnswered = ({ events }: Attempt): boolean => events.some(({ kind }) => kind === "answer")

/**
 * The status of an answer that is superseded: an unknown outcome by a late answer or a resolution, or another service's answer by
 * a notification that contradicts it.
 */
export const earlierStatus = ({ received }: Pick<Attempt, "received">, answered: AnsweredAs): number => {
  if (answered === "defect") return DEFECT
  return answered === "unknown" ? UNKNOWN : (received?.status ?? UNKNOWN)
}

const fromOutcome = (shape: Shape, attempt: Attempt, outcome: PaymentOutcome): Answer => {
  const echo = echoOf(attempt.order.body as EchoedOrder)
  const copy = outcome.receipt?.customer ?? outcome.receipt?.merchant
  const receipt = copy === undefined ? undefined : Receipt.toBase64(copy)
  const headers = headersOf(attempt, outcome.warnings)
  switch (outcome._tag) {
    case "Approved": {
      const { amount, tip } = outcome
      const over = amount.minorUnits - attempt.amount.minorUnits
      if (over === 0) return { status: 200, headers, body: shape.body({ receipt, echo }) }
      const name = tip === undefined ? "X-Hipay-Pos-Over" : "X-Hipay-Pos-Tip"
      return {
        status: 200,
        headers: { ...headers, [name]: String(over) },
        body: shape.body({ receipt, echo: withAmount(echo, amount.minorUnits) })
      }
    }
    case "ApprovedInPart":
      return {
        status: 200,
        headers: { ...headers, "X-Hipay-Pos-Remaining": String(outcome.remaining.minorUnits) },
        body: shape.body({ receipt, echo: withAmount(echo, outcome.paid.minorUnits) })
      }
    case "Declined": {
      const { label, complement } = outcome
      const failure = { description: `Canceled transaction (${label})`, complement }
      return { status: 200, headers, body: shape.body({ receipt, failure, echo }) }
    }
  }
}

/** An answer without an outcome, with the same headers as one that has it. */
const naming = (attempt: Attempt, answer: Answer): Answer => ({ ...answer, headers: headersOf(attempt, []) })

/** The attempt's address and the codes of its warnings, whose texts are in the attempt. */
const headersOf = (attempt: Attempt, warnings: PaymentOutcome["warnings"]): Readonly<Record<string, string>> => {
  const codes = new Set([...attempt.findings, ...warnings].map(({ code }) => code))
  return {
    "X-Hipay-Pos-Attempt": urlOf(attempt),
    ...unresolvedAt(attempt),
    ...(codes.size === 0 ? {} : { "X-Hipay-Pos-Warnings": [...codes].join(", ") })
  }
}

/** The finding that names an earlier attempt at the same terminal with an unknown outcome that blocks nothing. */
export const TERMINAL_UNRESOLVED = "terminal-unresolved"

/** The header with the address of such an attempt. */
export const UNRESOLVED = "X-Hipay-Pos-Unresolved"

/** That header, for an order that was served in spite of such an attempt. */
export const unresolvedAt = ({ findings }: Pick<Attempt, "findings">): Readonly<Record<string, string>> => {
  const open = findings.find(({ code }) => code === TERMINAL_UNRESOLVED)
  return open === undefined ? {} : { [UNRESOLVED]: open.actual }
}

/** Only the contract's parts of a body, so that no order can write its own outcome. */
const echoOf = ({ order, customer, shipping, pos_technical_info }: EchoedOrder): EchoedOrder => ({
  order,
  customer,
  shipping,
  pos_technical_info
})

/** The contract has no field for what was paid, so it goes into the echoed amount. */
const withAmount = (echo: EchoedOrder, amount: number): EchoedOrder => {
  const { order } = echo
  return { ...echo, order: { ...order, price: { ...order.price, amount } } }
}

const notStarted = ({ unreachable }: Shape, attempt: Attempt, reason: NotStarted): Answer => {
  const { kind, detail } = reason
  const details = { attempt: urlOf(attempt), kind, detail }
  const isUpstreams = attempt.upstream !== undefined && kind !== "QueueFull" && kind !== "StoreFailed"
  if (isUpstreams) return Upstream.notStarted(attempt, reason)
  const unavailable = (description: string) =>
    error(unreachable, "unavailable.terminal.bad.request", description, details)
  const where = whereIs(attempt.target)
  switch (kind) {
    case "QueueFull":
      return error(400, "busy.terminal.bad.request", `The terminal is busy with another payment. ${where}`, details)
    case "StoreFailed":
      return unavailable(
        `The order was not sent to the terminal, because the store failed (${detail}). Check the store, then send the order again. ${where}`
      )
    case "AnsweredEarly":
      return unavailable(
        `The order was not sent to the terminal, because the terminal sent an answer before it was asked, perhaps to an earlier order. Check at the terminal that its last payment was not for this order, then send the order again. ${where}`
      )
    case "EncodeFailed":
      return unavailable(`The order cannot be expressed in the terminal's protocol. ${where}`)
    default:
      return unavailable(`Unable to contact the terminal. ${where}`)
  }
}

/** The real service's wording for Concert terminals; its wording for others is not known. */
const whereIs = (target: TerminalTarget): string => {
  switch (target._tag) {
    case "Concert":
      return `Host : "${target.host}", Port: "${target.port}"`
    case "Nepting":
      return `Serial number : "${target.serialNumber}", Manufacturer: "${target.manufacturer}"`
    case "Unnamed":
      return ""
  }
}

const unknown = (attempt: Attempt, reason: OutcomeUnknown): Answer =>
  attempt.upstream === undefined ? unknownAtTerminal(attempt, reason) : Upstream.unknown(attempt, reason)

const unknownAtTerminal = (attempt: Attempt, { kind, detail, evidence }: OutcomeUnknown): Answer =>
  outcomeUnknown(attempt.key.transactionType, "the terminal", "", {
    attempt: urlOf(attempt),
    kind,
    detail,
    evidence
  })
