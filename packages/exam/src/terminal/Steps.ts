/**
 * One step of the examination at a time: announced first, recorded before a byte is sent, ended with the known outcome.
 *
 * A request that may have been paid is never sent again. If no answer proves how it ended, the terminal's receipt or
 * ledger decides, through the operator.
 */
import { AttemptJournal } from "@hipay-pos/client"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { defined } from "@hipay-pos/core/Defined"
import { addressText } from "@hipay-pos/core/Host"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import * as Effect from "effect/Effect"
import type { Payment, Shown } from "./Examination.ts"
import type { Act, Operator } from "./Operator.ts"
import { proofIn } from "./proofIn.ts"
import { type ExchangeOptions, exchange, type RawAnswer, type Sending } from "./RawExchange.ts"
import { authorizationNumberOf, EUR, otherCurrencyOf, REGISTER } from "./StepAnswers.ts"

/** The request of a step. */
export interface Order {
  readonly step: string
  readonly act: Act
  readonly version?: "0300" | "0310" | "0320" | undefined
  /** `CD`: 0 debit by default. */
  readonly action?: string | undefined
  readonly fields?: ReadonlyArray<Tlv.RawField> | undefined
  /** Minor units; one more than before by default. */
  readonly amount?: number | undefined
  /** The operator has already agreed to this step with the one before it. */
  readonly asked?: true | undefined
  /** The answer time-out in milliseconds, if it is shorter than usual. */
  readonly within?: number | undefined
  /** False if the action moves no money: it names no amount, and is not recorded. */
  readonly moves?: boolean | undefined
}

/** A request that was sent, and its connection closed. */
export interface Sent {
  readonly raw: RawAnswer
  /** Records how it ended; asks the operator if no answer proves it. */
  readonly settle: () => Promise<void>
}

/** What is needed to make steps. */
export interface StepsOptions {
  readonly line: ExchangeOptions
  readonly operator: Operator
  readonly journal: AttemptJournal.AttemptJournal
  readonly mode: AttemptJournal.Mode
  readonly run: string
}

/** Makes steps. */
export class Steps {
  readonly evidence: Array<Shown> = []
  readonly payments: Array<Payment> = []
  readonly leftOut: Array<string> = []
  /** Sent at the end of each request. */
  terminator = ""
  private amount = 0
  private count = 0
  readonly options: StepsOptions

  constructor(options: StepsOptions) {
    this.options = options
  }

  /** Sends, returns the answers, and settles the payment; `undefined` if a person left the step out. */
  async make(order: Order, sending: Sending = {}): Promise<RawAnswer | undefined> {
    const sent = await this.send(order, sending)
    await sent?.settle()
    return sent?.raw
  }

  /** Sends, and returns the answers, to be settled later; `undefined` if a person left the step out. */
  async send(order: Order, sending: Sending = {}): Promise<Sent | undefined> {
    const { operator, line, mode, run } = this.options
    const { step, act, version = "0320", action = "0", moves = true } = order
    const amount = moves ? (order.amount ?? this.nextAmount()) : undefined
    if (order.asked !== true && !(await operator.prepare(act, step, amount))) {
      this.leftOut.push(step)
      return undefined
    }
    const orderId = `EXAMINE-${run}-${++this.count}`
    const own = order.fields ?? [{ tag: "CF", value: orderId }]
    const text =
      Tlv.encode([
        { tag: "CZ", value: version },
        { tag: "CJ", value: PROTOCOL_IDENTIFIER },
        { tag: "CA", value: REGISTER },
        ...(amount === undefined ? [] : [{ tag: "CB", value: String(amount).padStart(2, "0") }]),
        { tag: "CD", value: action },
        ...(amount === undefined ? [] : [{ tag: "CE", value: EUR }]),
        ...own
      ]) + this.terminator
    const transactionType = action === "1" ? "Credit" : action === "2" ? "Cancel" : "Debit"
    if (amount !== undefined) {
      const terminal = addressText(line)
      await this.open({ id: orderId, orderId, transactionType, amount, currency: "EUR", terminal, mode })
    }
    const raw = await exchange({ ...line, answer: order.within ?? line.answer }, text, sending)
    this.evidence.push({ step, request: Tlv.redact(text), answer: raw.frame })
    const settle = async () => {
      if (amount !== undefined) await this.end(orderId, amount, transactionType, raw)
    }
    return { raw, settle }
  }

  /**
   * The payment of this examination that a cancellation would cancel. CD=2 names no sale: the terminal cancels its last
   * one. So there is none while the last payment is a credit, is unknown, or was answered in another currency, nor once
   * another sale was cancelled.
   */
  lastPaid(): Payment | undefined {
    if (this.payments.some(({ state }) => state === "taken-back")) return undefined
    const last = this.payments.findLast(({ state }) => state !== "cancelled")
    return last?.state === "paid" && last.otherCurrency === undefined ? last : undefined
  }

  /** The amount of the last step. */
  lastAmount(): number {
    return this.amount
  }

  private nextAmount(): number {
    if (++this.amount > MAX_AMOUNT) throw new Error(`more than ${MAX_AMOUNT} payments of one cent each`)
    return this.amount
  }

  /** Only what the journal has kept may be sent. */
  private async open(opening: Omit<AttemptJournal.Opening, "openedAt">): Promise<void> {
    const kept = await Effect.runPromise(this.options.journal.open({ ...opening, openedAt: Date.now() }))
    if (AttemptJournal.isNew(kept, opening)) return
    throw new AttemptJournal.JournalFailed({ detail: `attempt ${kept.id} is in the way of order ${opening.orderId}` })
  }

  private async end(orderId: string, amount: number, type: TransactionType, raw: RawAnswer): Promise<void> {
    const { operator, journal } = this.options
    const last = raw.answers.findLast((answer) => Tlv.find(answer, "AE") !== undefined)
    const authorizationNumber = authorizationNumberOf(last)
    const otherCurrency = last && otherCurrencyOf(last)
    const proved = proofIn(raw)
    const paid = !raw.connected ? false : (proved ?? (await operator.wasDone(amount, type)))
    // More than requested if a tip was added; another sale's amount if a cancellation reversed that sale.
    const charged = (proved === true && Number(Tlv.find(last ?? [], "CB"))) || amount
    const detail = proved === undefined && raw.connected ? "as the terminal's receipt or ledger says" : undefined
    const found = paid === undefined ? {} : paid ? { paid: charged, ...defined({ authorizationNumber }) } : { paid: 0 }
    const ended = { id: orderId, state: stateOf(paid, raw), endedAt: Date.now(), ...found, ...defined({ detail }) }
    await Effect.runPromise(journal.end(ended))
    const payment = { orderId, amount: charged, authorizationNumber, ...defined({ otherCurrency }) }
    if (paid === undefined) this.payments.push({ ...payment, state: "unknown" })
    else if (paid) this.keep(payment, type)
  }

  /** Keeps what moved money; a cancellation cancels the last sale of its amount. */
  private keep(payment: Omit<Payment, "state">, type: TransactionType): void {
    if (type !== "Cancel") {
      this.payments.push({ ...payment, state: type === "Debit" ? "paid" : "credited" })
      return
    }
    const at = this.payments.findLastIndex(({ state, amount }) => state === "paid" && amount === payment.amount)
    const cancelled = this.payments[at]
    if (cancelled !== undefined) this.payments[at] = { ...cancelled, state: "cancelled" }
    else this.payments.push({ ...payment, state: "taken-back" })
  }
}

/** How a step ended, given whether it was paid. */
const stateOf = (paid: boolean | undefined, { connected }: RawAnswer): AttemptJournal.Ending["state"] => {
  if (paid === undefined) return "unknown"
  if (paid) return "approved"
  return connected ? "declined" : "not-started"
}

/** Minor units of the highest amount. */
const MAX_AMOUNT = 99

const PROTOCOL_IDENTIFIER = "012345678901"
