/**
 * What a till could know about its orders at a moment: from complete answers, and from notifications that it took. An order
 * without one may have been paid, and an attempt that a till resolved itself, without a person, is still unknown.
 */
import * as AttemptState from "@hipay-pos/core/wire/AttemptState"
import {
  type Evidence,
  type Exchange,
  isTaken,
  type Known,
  notifiedOrder,
  ordersIn,
  resolutionsIn,
  type Sent
} from "./Evidence.ts"
import { exitCodes, type OrderName, type Outcome, type Told, toldBy } from "./Outcome.ts"

/** Everything that the till could know when it sent a request. */
export const knownBefore = ({ exchanges, ...heard }: Heard, { id, at }: Exchange): ReadonlyArray<Known> =>
  known({ ...heard, exchanges: exchanges.filter((each) => each.id < id) }, at)

/** The part of the evidence that shows what a till could know. */
export type Heard = Pick<Evidence, "exchanges" | "headless" | "notified">

/** Everything that the till could know at a moment: from answers in order of time, then from notifications. */
export const known = (heard: Heard, until = Number.POSITIVE_INFINITY): ReadonlyArray<Known> => [
  ...toldByAnswers(heard, until),
  ...toldByNotifications(heard, until)
]

/** A signed notification of the whole payment that the till accepted. A later refund does not change the sale. */
const toldByNotifications = ({ exchanges, notified = [] }: Heard, until: number): ReadonlyArray<Known> => {
  const sent = notifiedOrder({ exchanges })
  if (sent === undefined) return []
  const { orderId, transactionType, amount } = sent.order
  return notified.flatMap((posted) => {
    const { kind, at = Number.POSITIVE_INFINITY } = posted
    if (kind !== "captured" || !isTaken(posted) || at > until) return []
    return { orderId, transactionType, outcome: "approved", paid: amount, at, exchange: sent.id, byLookUp: true }
  })
}

const toldByAnswers = ({ exchanges, headless }: Heard, until: number): ReadonlyArray<Known> => {
  const sent = new Set<string>()
  const guessed = new Set(headless ? resolvedIn(exchanges) : [])
  return exchanges
    .filter(({ at }) => at <= until)
    .flatMap((exchange) => {
      const { order } = exchange
      const name = order && `${order.transactionType} ${order.orderId}`
      const isRepeat = name !== undefined && sent.has(name)
      if (name !== undefined) sent.add(name)
      return toldUntil(exchange, until).map((told) => ({
        ...told,
        outcome: told.attempt !== undefined && guessed.has(told.attempt) ? "unknown" : told.outcome,
        at: exchange.endedAt ?? exchange.at,
        exchange: exchange.id,
        byLookUp: order === undefined || isRepeat
      }))
    })
}

/** The attempts that were resolved. */
const resolvedIn = (exchanges: ReadonlyArray<Exchange>): ReadonlyArray<string> =>
  resolutionsIn(exchanges).flatMap(({ exchange, attempt }) => (exchange.answer?.status === 200 ? [attempt] : []))

const toldUntil = (exchange: Exchange, until: number): ReadonlyArray<Told> => {
  const { order, answer, told, ended, endedAt = Number.POSITIVE_INFINITY } = exchange
  const whole = ended === "delivered" && endedAt <= until && answer !== undefined
  if (whole) return told ?? toldBy(order, answer)
  if (order === undefined) return []
  const { orderId, transactionType } = order
  return [{ orderId, transactionType, outcome: "unknown" }]
}

/** What is known about one order: a proof stands, whatever later answers say. */
export const ofOrder = (all: ReadonlyArray<Known>, { orderId, transactionType }: OrderName): Known | undefined => {
  const own = all.filter((each) => each.orderId === orderId && each.transactionType === transactionType)
  return own.find(({ outcome }) => isPaid(outcome)) ?? own.at(-1)
}

/** What is known about some orders, one entry for each. */
export const statesOf = (all: ReadonlyArray<Known>, orders: ReadonlyArray<Sent>): ReadonlyArray<Known | undefined> =>
  onceEach(orders).map(({ order }) => ofOrder(all, order))

/** Whether the outcome of one of them is unknown. */
export const hasUnknown = (states: ReadonlyArray<Known | undefined>): boolean =>
  states.some((state) => state === undefined || state.outcome === "unknown")

/**
 * Whether a till may still continue a sale on its own: it says that the outcome is unknown, or got no outcome, or sent no
 * order so far.
 */
export const isLeftOpen = (evidence: Evidence): boolean => {
  const { exchanges, drives } = evidence
  if (exchanges.length === 0) return drives.every(({ said }) => said.notPossible !== true)
  return (
    hasUnknown(statesOf(known(evidence), ordersIn(evidence))) ||
    drives.some(({ said: { outcome, exitCode = 0 } }) => (outcome ?? exitCodes[exitCode]) === "unknown")
  )
}

/** The amounts that orders are known to have moved, in minor units: the requested amount if the answer has none. */
export const movedBy = (all: ReadonlyArray<Known>, orders: ReadonlyArray<Sent>): number =>
  onceEach(orders).reduce((sum, { order }) => {
    const state = ofOrder(all, order)
    return isPaid(state?.outcome) ? sum + (state?.paid ?? order.amount) : sum
  }, 0)

const onceEach = (orders: ReadonlyArray<Sent>): ReadonlyArray<Sent> => [
  ...new Map(orders.map((each) => [`${each.order.transactionType} ${each.order.orderId}`, each])).values()
]

/** Whether something was paid for certain. */
export const isPaid = (outcome: Outcome | "not-possible" | undefined): boolean =>
  AttemptState.isPaid({ state: outcome })
