/**
 * What a till could know of its orders at a moment: from whole answers only. An order without one may have been paid.
 */
import type { Evidence, Exchange, Known } from "./Evidence.ts"
import { type Outcome, toldByLookUp, toldByOrder } from "./Outcome.ts"

/** Everything that the till had been told when it sent a request. */
export const knownBefore = ({ exchanges }: Pick<Evidence, "exchanges">, { id, at }: Exchange): ReadonlyArray<Known> =>
  known({ exchanges: exchanges.filter((each) => each.id < id) }, at)

/** Everything that the till was told until a moment, in the order of time. */
export const known = (
  { exchanges }: Pick<Evidence, "exchanges">,
  until = Number.POSITIVE_INFINITY
): ReadonlyArray<Known> => {
  const sent = new Set<string>()
  return exchanges
    .filter(({ at }) => at <= until)
    .flatMap((exchange) => {
      const { order } = exchange
      const isRepeat = order !== undefined && sent.has(order.orderId)
      if (order !== undefined) sent.add(order.orderId)
      return toldBy(exchange, until).map((told) => ({
        ...told,
        at: exchange.endedAt ?? exchange.at,
        exchange: exchange.id,
        byLookUp: order === undefined || isRepeat
      }))
    })
}

const toldBy = (exchange: Exchange, until: number) => {
  const { order, answer, ended, endedAt = Number.POSITIVE_INFINITY } = exchange
  const whole = ended === "delivered" && endedAt <= until && answer !== undefined
  if (order === undefined) return whole ? toldByLookUp(answer) : []
  return [
    whole ? toldByOrder(order.orderId, order.amount, answer) : { orderId: order.orderId, outcome: "unknown" as const }
  ]
}

/** What is known of one order: a proof stands, whatever else is said. */
export const ofOrder = (all: ReadonlyArray<Known>, orderId: string): Known | undefined => {
  const own = all.filter((each) => each.orderId === orderId)
  return own.find(({ outcome }) => isPaid(outcome)) ?? own.at(-1)
}

/** Whether something was paid for certain. */
export const isPaid = (outcome: Outcome | undefined): boolean =>
  outcome === "approved" || outcome === "approved-in-part"
