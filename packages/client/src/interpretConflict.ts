/**
 * Turns a 409 into the earlier attempt of the order: unsettled, approved, reversed, or another payment.
 *
 * Only the server's codes count, or its recorded answer to an order equal to this one.
 */
import { defined } from "@hipay-pos/core/Defined"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { Answer, type Money } from "@hipay-pos/core/plain"
import { isPaid, type PaidState } from "@hipay-pos/core/wire/AttemptState"
import type { ProblemCode, ReceivedDetails } from "@hipay-pos/core/wire/Problem"
import * as Result from "effect/Result"
import * as Contradiction from "./Contradiction.ts"
import { AlreadyApproved, AlreadyReversed, OrderIdConflict, type PosClientError, Unsettled } from "./PosClientError.ts"
import { paidOf } from "./paidOf.ts"
import { maskAnswer, readable } from "./Redaction.ts"

/** What a 409 says beside its details. */
interface Told {
  readonly detail: string
  readonly status: number
  readonly code?: ProblemCode
  readonly serverAttempt?: string
}

/** What a 409 proves about an earlier attempt; `undefined` if nothing. */
export const interpretConflict = (
  request: OrderRequest,
  details: ReceivedDetails,
  told: Told
): PosClientError["reason"] | undefined => {
  const { code, serverAttempt } = told
  const { state, recorded, paid: charged, tip } = details
  if (code === "attempt.unresolved") return new Unsettled({ kind: "Reported", ...told })
  if (code === "attempt.reversed") {
    return new AlreadyReversed({
      state: state === "approved-in-part" ? state : "approved",
      ...defined({ serverAttempt })
    })
  }
  if (code === "attempt.different") {
    // Without a state, the outcome of the other order may be unknown.
    return isPaid(details) ? new OrderIdConflict(told) : new Unsettled({ kind: "Reported", ...told })
  }
  if (code === "attempt.already.approved" && recorded === undefined) return ofPruned(request, details, told)
  const before = Answer.read(recorded)
  if (before.status !== "success" || Contradiction.otherSubject(request, before) !== undefined) return undefined
  const byName = code === "attempt.already.approved"
  if (!byName && Contradiction.failureIn(before) !== undefined) return undefined
  const { amount, currency } = before
  // A server that compared the orders need not repeat amount and currency; any other has to, and they must be equal.
  if (!byName && (amount === undefined || currency === undefined)) return undefined
  if (amount !== undefined && !(Number.isInteger(amount) && amount > 0)) return undefined
  const asked = request.order.amount
  const beyond = byName && isAmount(charged) ? charged - asked.minorUnits : 0
  const over = beyond > 0 ? beyond : undefined
  const remaining = beyond < 0 ? -beyond : undefined
  const paid = paidOf(asked, before, { remaining, ...(tip === over ? { tip: over } : { over }) })
  const paidAs = (state: PaidState, paid: Money.Money, tip?: Money.Money) =>
    new AlreadyApproved({
      state,
      paid: paid.minorUnits,
      recorded: maskAnswer(recorded),
      ...defined({ tip: tip?.minorUnits, serverAttempt, differs: pathsIn(details.differs) })
    })
  if (Result.isSuccess(paid)) {
    const outcome = paid.success
    if (outcome._tag === "Approved") return paidAs("approved", outcome.amount, outcome.tip)
    if (byName) return paidAs("approved-in-part", outcome.paid)
  }
  return new OrderIdConflict({ ...told, detail: `${request.order.orderId} was approved before as another payment` })
}

/** The fields in which two orders differ, for people: five at most. */
const pathsIn = (differs: unknown): ReadonlyArray<string> | undefined =>
  Array.isArray(differs) && differs.length > 0 && differs.every((path) => typeof path === "string")
    ? differs.slice(0, 5).map(readable)
    : undefined

/** An earlier attempt whose answer the server no longer has: that it was approved, and how much was paid. */
const ofPruned = (
  { order }: OrderRequest,
  details: ReceivedDetails,
  { serverAttempt }: Told
): AlreadyApproved | undefined => {
  if (!isPaid(details)) return undefined
  const { state, paid, tip } = details
  if (!isAmount(paid)) return undefined
  const over = paid - order.amount.minorUnits
  if (over < 0 !== (state === "approved-in-part")) return undefined
  const recorded = maskAnswer(details)
  return new AlreadyApproved({
    ...{ state, paid, recorded },
    ...defined({ tip: over > 0 && tip === over ? over : undefined, serverAttempt })
  })
}

const isAmount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
