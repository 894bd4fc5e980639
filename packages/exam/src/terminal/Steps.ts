/**
 * One step of the examination at a time: asked for first, written down before a byte leaves, ended with what is known.
 *
 * A request that may have been paid is never sent again. Where no answer proves how it ended, the terminal's receipt or
 * ledger has the word, through the hands.
 */

import type { AttemptJournal } from "@hipay-pos/client"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Effect from "effect/Effect"
import type { Payment, Shown } from "./Examination.ts"
import type { Act, Hands } from "./Hands.ts"
import * as Line from "./Line.ts"

/** What a step sends. */
export interface Order {
  readonly step: string
  readonly act: Act
  readonly version?: "0300" | "0310" | "0320" | undefined
  /** `CD`: 0 debit by default. */
  readonly action?: string | undefined
  readonly fields?: ReadonlyArray<Tlv.RawField> | undefined
  readonly amount?: number | undefined
  /** The step before it has asked for this one too. */
  readonly asked?: true | undefined
  /** Milliseconds that an answer is waited for, where it is less than usual. */
  readonly within?: number | undefined
  /** False where the action moves no money, so that nothing is written down. */
  readonly moves?: boolean | undefined
}

/** What is needed to make steps. */
export interface StepsOptions {
  readonly line: Line.LineOptions
  readonly hands: Hands
  readonly journal: AttemptJournal.AttemptJournal
  readonly mode: AttemptJournal.Mode
  readonly run: string
}

/** Makes steps. */
export class Steps {
  readonly evidence: Array<Shown> = []
  readonly payments: Array<Payment> = []
  readonly leftOut: Array<string> = []
  /** What follows each request. */
  terminator = ""
  private amount = 0
  private count = 0
  readonly options: StepsOptions

  constructor(options: StepsOptions) {
    this.options = options
  }

  /** Sends, and gives what came; `undefined` where a person left the step out. */
  async make(order: Order, sending: Line.Sending = {}): Promise<Line.Heard | undefined> {
    const { hands, line, journal, mode, run } = this.options
    const { step, act, version = "0320", action = "0", moves = true } = order
    const amount = order.amount ?? ++this.amount
    if (amount > MOST) throw new Error(`more than ${MOST} payments of one cent each`)
    if (order.asked !== true && !(await hands.prepare(act, step, moves ? amount : undefined))) {
      this.leftOut.push(step)
      return undefined
    }
    const orderId = `EXAMINE-${run}-${++this.count}`
    const own = order.fields ?? [{ tag: "CF", value: orderId }]
    const text =
      Tlv.encode([
        { tag: "CZ", value: version },
        { tag: "CJ", value: PROTOCOL_IDENTIFIER },
        { tag: "CA", value: "01" },
        { tag: "CB", value: String(amount).padStart(2, "0") },
        { tag: "CD", value: action },
        { tag: "CE", value: "978" },
        ...own
      ]) + this.terminator
    const transactionType = action === "1" ? "Credit" : action === "2" ? "Cancel" : "Debit"
    if (moves) {
      const terminal = `${line.host}:${line.port}`
      const opening = { id: orderId, orderId, transactionType, amount, currency: "EUR", terminal, mode } as const
      await Effect.runPromise(journal.open({ ...opening, openedAt: Date.now() }))
    }
    const heard = await Line.exchange({ ...line, answer: order.within ?? line.answer }, text, sending)
    this.evidence.push({ step, request: Tlv.redact(text), answer: heard.frame })
    if (moves) await this.end(orderId, amount, transactionType, heard)
    return heard
  }

  /** What the amount of the last step was. */
  lastAmount(): number {
    return this.amount
  }

  private async end(orderId: string, amount: number, transactionType: string, heard: Line.Heard): Promise<void> {
    const { hands, journal } = this.options
    const last = heard.answers.findLast((answer) => Tlv.find(answer, "AE") !== undefined)
    const status = last && Tlv.find(last, "AE")
    const authorizationNumber = last && Tlv.find(last, "AC")
    const proved = status === "01" ? false : status === "10" && authorizationNumber !== undefined ? true : undefined
    const paid = !heard.connected ? false : (proved ?? (await hands.wasPaid(amount)))
    const state = paid === undefined ? "unknown" : paid ? "approved" : heard.connected ? "declined" : "not-started"
    // More than was asked for, where a tip was added.
    const charged = (proved === true && transactionType === "Debit" && Number(Tlv.find(last ?? [], "CB"))) || amount
    const sum = paid === undefined ? {} : { paid: paid ? charged : 0 }
    const detail =
      proved === true
        ? `${AUTHORIZATION}${authorizationNumber}`
        : proved === undefined && heard.connected
          ? "as the terminal's receipt or ledger says"
          : undefined
    const ending = { id: orderId, state, endedAt: Date.now(), ...sum } as const
    await Effect.runPromise(journal.end(detail === undefined ? ending : { ...ending, detail }))
    if (transactionType === "Cancel" && paid === true) {
      const at = this.payments.findLastIndex((each) => each.state === "paid" && each.amount === amount)
      const cancelled = this.payments[at]
      if (cancelled !== undefined) this.payments[at] = { ...cancelled, state: "cancelled" }
    } else if (paid !== false) {
      this.payments.push({
        orderId,
        amount: charged,
        authorizationNumber,
        state: paid === undefined ? "unknown" : "paid"
      })
    }
  }
}

/** What the journal says of an approval before its authorization number. */
const AUTHORIZATION = "authorization "

/** The authorization number of an earlier step, as the journal has it. */
export const authorizationIn = ({ endings }: AttemptJournal.Attempt): string | undefined =>
  endings.findLast(({ detail }) => detail?.startsWith(AUTHORIZATION))?.detail?.slice(AUTHORIZATION.length)

/** Minor units of the highest amount. */
const MOST = 99

const PROTOCOL_IDENTIFIER = "012345678901"
