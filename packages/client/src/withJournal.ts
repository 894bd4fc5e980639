/**
 * A payment with its entries in the journal: opened before it is sent, ended whatever happens.
 *
 * The same order is not sent again while an attempt of it is open or unknown, nor after one was approved. If the
 * journal fails before sending, nothing is sent; if it fails after an answer, the answer still stands.
 */
import { defined } from "@hipay-pos/core/Defined"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { Payment, TerminalTarget } from "@hipay-pos/core/plain"
import { stateOf } from "@hipay-pos/core/wire/AttemptState"
import type * as AttemptJournal from "./AttemptJournal.ts"
import { openIn } from "./openAttempt.ts"
import type { PaymentCall } from "./PaymentCall.ts"
import type { PaymentResult } from "./PaymentResult.ts"
import { PosClientError } from "./PosClientError.ts"

/** Where a payment is sent, whether it may move money there, and the caller's own idempotency key. */
export type Sending = Required<Pick<AttemptJournal.Opening, "mode" | "server">> &
  Pick<AttemptJournal.Opening, "idempotencyKey">

/** Runs `send` between opening and ending the attempt in the journal. */
export const withJournal = async (
  journal: AttemptJournal.PromiseJournal,
  request: OrderRequest,
  sending: Sending,
  call: PaymentCall,
  send: () => Promise<PaymentResult>
): Promise<PaymentResult> => {
  const { orderId, transactionType, amount } = request.order
  const { id } = call
  const opening: AttemptJournal.Opening = {
    id,
    orderId,
    transactionType,
    amount: amount.minorUnits,
    currency: amount.currency,
    terminal: TerminalTarget.toText(request.target),
    openedAt: call.now(),
    ...sending
  }
  const end = async (how: End): Promise<void> => {
    const at = defined({ id, endedAt: call.now(), serverAttempt: call.serverAttempt })
    try {
      await journal.end({ ...at, ...how, ...modeOf(sending, call) })
    } catch {
      // The answer stands even if it could not be recorded.
    }
  }
  underWay.add(id)
  const opened = openIn(journal, opening, request.order.amount)
  try {
    await call.wait(opened)
  } catch (error) {
    // Nothing was sent. If a slow journal still opens the attempt after the wait, end it at once.
    opened.then(() => end(failureOf(error, call))).catch(() => {})
    underWay.delete(id)
    throw error
  }
  try {
    const paid = await send()
    await end(outcomeOf(paid))
    return paid
  } catch (error) {
    await end(failureOf(error, call))
    throw error
  } finally {
    underWay.delete(id)
  }
}

const underWay = new Set<string>()

/** Whether this process still waits for an attempt's end. */
export const isUnderWay = (id: string): boolean => underWay.has(id)

/**
 * The mode that an answer stated, if it differs from the opening's. An answer that states none makes a simulated
 * attempt unknown: another server may have replaced the simulated one.
 */
const modeOf = ({ mode }: Sending, { answeredMode }: PaymentCall): { readonly mode?: AttemptJournal.Mode } =>
  answeredMode === undefined || answeredMode === mode || (answeredMode === "unknown" && mode === "live")
    ? {}
    : { mode: answeredMode }

type End = Pick<AttemptJournal.Ending, "state" | "detail" | "paid" | "tip" | "serverAttempt" | "reason" | "received">

const outcomeOf = (outcome: PaymentResult): End => {
  const tip = outcome._tag === "Approved" ? outcome.tip?.minorUnits : undefined
  return defined({ state: stateOf(outcome), paid: Payment.chargedOf(outcome)?.minorUnits ?? 0, tip })
}

/** Anything but a proof that nothing was sent is unknown, even a bug. */
const failureOf = (error: unknown, { sent }: PaymentCall): End => {
  if (!(error instanceof PosClientError)) {
    return { state: sent ? "unknown" : "not-started", detail: "the client failed on this side" }
  }
  const { reason, message: detail } = error
  switch (reason._tag) {
    case "NotStarted":
      return { state: "not-started", detail }
    case "AlreadyReversed":
    case "OrderIdConflict":
      return { state: "not-started", detail, reason: reason._tag }
    case "OutcomeUnknown": {
      const { kind, serverAttempt, received } = reason
      const why = reason.reason ?? (kind === "Inconclusive" ? kind : undefined)
      return defined({ state: "unknown" as const, detail, serverAttempt, reason: why, received })
    }
    case "Unsettled":
      return defined({ state: "unknown" as const, detail, serverAttempt: reason.serverAttempt })
    case "AlreadyApproved": {
      const { state, paid, tip, serverAttempt } = reason
      return defined({ state, detail, paid, tip, serverAttempt })
    }
  }
}
