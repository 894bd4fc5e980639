/**
 * Asks the terminal of an attempt for its last transaction, for payments that this machine sent to it directly.
 *
 * Only terminals of the terminals file whose profile declares a faithful duplicata are asked. The journal has no
 * authorization numbers of other payments, so a matching reference is the only proof, and only if the terminal names
 * the operation and no other attempt of the order may have been paid.
 */

import type { AttemptJournal } from "@hipay-pos/client"
import type { AskTerminal, TerminalProof } from "@hipay-pos/client/effect"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { addressText } from "@hipay-pos/core/Host"
import * as Money from "@hipay-pos/core/Money"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { GatewayConfig } from "@hipay-pos/gateway"
import { readTerminals } from "@hipay-pos/gateway/bin"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { madeAt } from "./madeAt.ts"
import { mayHaveMoved } from "./mayHaveMoved.ts"

/** How long the terminal may take: it prints, and waits for no customer. */
const ANSWER_TIMEOUT = "12 seconds"

/** Asks the terminals of a file about attempts of a journal; undefined without a file. */
export const makeAskTerminal = Effect.fnUntraced(function* (file: string, journal: AttemptJournal.AttemptJournal) {
  if (file === "") return undefined
  const listed = yield* readTerminals("resolve", { dial: [], terminals: file })
  const ask: AskTerminal = async (attempt) => {
    const terminal = await Effect.runPromise(findListed(listed, attempt))
    if (terminal === undefined) return notProved(`${attempt.terminal} is not in ${file}`)
    const proof = await Effect.runPromise(askOne(attempt, terminal))
    return proof._tag === "Proved" && (await hasOther(journal, attempt))
      ? notProved("the repeated transaction may be another attempt of this order")
      : proof
  }
  return ask
})

/** Whether another attempt of the order may have been paid. */
const hasOther = async (
  journal: AttemptJournal.AttemptJournal,
  { id, orderId }: AttemptJournal.Attempt
): Promise<boolean> => {
  const all = await Effect.runPromise(journal.ofOrder?.(orderId) ?? journal.attempts)
  return all.some((other) => other.id !== id && other.orderId === orderId && mayHaveMoved(other))
}

const askOne = (
  attempt: AttemptJournal.Attempt,
  terminal: GatewayConfig.GatewayTerminal
): Effect.Effect<TerminalProof> => {
  const address = GatewayConfig.addressOf(terminal)
  const settings = GatewayConfig.toSettings(terminal, {})
  const { recover } = ConcertTerminal.make({
    connector: TcpConnection.connector,
    address,
    settings: { ...settings, answerTimeout: ANSWER_TIMEOUT, lateAnswer: 0, queueTimeout: 0 }
  })
  const amount = Money.make(attempt.amount, attempt.currency)
  if (recover === undefined || Result.isFailure(amount))
    return Effect.succeed(notProved("its profile does not declare a duplicata to be trusted"))
  const payment: PaymentRequest = {
    orderId: attempt.orderId as PaymentRequest["orderId"],
    transactionType: attempt.transactionType,
    amount: amount.success,
    target: TerminalTarget.concert({ ...address, contracts: [] }),
    forceAuthorization: false
  }
  return Effect.match(recover(payment), {
    onFailure: ({ reason }) => notProved(`it did not repeat its last transaction (${reason.detail})`),
    onSuccess: (evidence) => {
      switch (evidence._tag) {
        case "ProvedByReference":
          return proofOf(evidence.outcome)
        case "Candidate":
          return notProved("the repeated transaction does not carry the order id, and may be another one")
        case "Inconclusive":
          return notProved(evidence.why)
      }
    }
  })
}

/**
 * A gateway would keep a warning with the attempt for a person to look into; this journal cannot, so a warning means no
 * proof.
 */
const proofOf = (outcome: PaymentOutcome): TerminalProof => {
  const notNamed = outcome.warnings.find(({ code }) => code === "operation-not-named")
  if (notNamed !== undefined) return notProved(notNamed.message)
  switch (outcome._tag) {
    case "Approved": {
      const { amount, tip } = outcome
      return { _tag: "Proved", state: "approved", paid: amount.minorUnits, ...(tip && { tip: tip.minorUnits }) }
    }
    case "ApprovedInPart":
      return { _tag: "Proved", state: "approved-in-part", paid: outcome.paid.minorUnits }
    case "Declined":
      return notProved("it says that nothing was paid")
  }
}

/** The listed terminal of an attempt, by any of its names; undefined for an attempt that was made through a server. */
const findListed = Effect.fnUntraced(function* (
  listed: ReadonlyArray<GatewayConfig.GatewayTerminal>,
  attempt: AttemptJournal.Attempt
) {
  if (attempt.terminal.includes(" through ")) return undefined
  for (const terminal of listed) {
    const [here] = yield* madeAt([attempt], addressText(GatewayConfig.addressOf(terminal)))
    if (here?.isCertain) return terminal
  }
  return undefined
})

const notProved = (why: string): TerminalProof => ({ _tag: "NotProved", why })
