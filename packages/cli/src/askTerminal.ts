/**
 * Asks the terminal of an attempt for its last transaction, where this machine speaks to terminals itself.
 *
 * Only a terminal of the terminals file whose profile declares a faithful duplicata is asked. The journal has no authorization
 * numbers of other payments, so that a matching reference alone proves something.
 */

import type { AttemptJournal } from "@hipay-pos/client"
import type { AskTerminal, TerminalProof } from "@hipay-pos/client/effect"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import * as Money from "@hipay-pos/core/Money"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { GatewayConfig } from "@hipay-pos/gateway"
import { readTerminals } from "@hipay-pos/gateway/bin"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

/** How long the terminal may take: it prints, and asks no customer. */
const DEADLINE = "12 seconds"

/** Asks terminals of a file; undefined without one. */
export const makeAskTerminal = Effect.fnUntraced(function* (file: string) {
  if (file === "") return undefined
  const listed = yield* readTerminals("resolve", { dial: [], terminals: file })
  const ask: AskTerminal = (attempt) => {
    const terminal = listed.find((each) => textOf(each) === attempt.terminal.toLowerCase())
    return terminal === undefined
      ? Promise.resolve(notProved(`${attempt.terminal} is not in ${file}`))
      : Effect.runPromise(askOne(attempt, terminal))
  }
  return ask
})

const askOne = (
  attempt: AttemptJournal.Attempt,
  terminal: GatewayConfig.GatewayTerminal
): Effect.Effect<TerminalProof> => {
  const address = GatewayConfig.addressOf(terminal)
  const settings = GatewayConfig.toSettings(terminal, {})
  const { recover } = ConcertTerminal.make({
    connector: TcpConnection.connector,
    address,
    settings: { ...settings, answerDeadline: DEADLINE, lateAnswer: 0, queueWait: 0 }
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
  return Effect.match(recover({ payment, knownAuthorizationNumbers: [] }), {
    onFailure: ({ reason }) => notProved(`it did not repeat its last transaction (${reason.detail})`),
    onSuccess: (evidence) => {
      if (evidence._tag === "Inconclusive") return notProved(evidence.why)
      return evidence.by === "reference"
        ? proofOf(evidence.outcome)
        : notProved("the repeated transaction does not carry the order id, and may be another one")
    }
  })
}

const proofOf = (outcome: PaymentOutcome): TerminalProof => {
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

const textOf = (terminal: GatewayConfig.GatewayTerminal): string => {
  const { host, port } = GatewayConfig.addressOf(terminal)
  return `${host}:${port}`
}

const notProved = (why: string): TerminalProof => ({ _tag: "NotProved", why })
