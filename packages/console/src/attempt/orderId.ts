/** Derives order ids for resends and refunds, and finds related orders. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"

/** `A` becomes `A-again`, then `A-again-2`. Incrementing the shop's own number could reuse the id of another order. */
export const nextOrderId = (orderId: string): string => {
  const [, stem, number = "1"] = /^(.*-again)(?:-(\d{1,6}))?$/s.exec(orderId) ?? []
  return stem === undefined ? `${orderId}-again` : `${stem}-${Number(number) + 1}`
}

/** The id of a sale's refund. */
export const refundOrderId = (orderId: string): string => `${orderId}-refund`

/** Whether two order ids belong to the same order, including its refund and resends. */
export const isOfSameOrder = (one: string, other: string): boolean => stemOf(one) === stemOf(other)

/** The attempts of the same order, each once, the newest first. */
export const relatedTo = <A extends Pick<AttemptSummary, "id" | "orderId" | "openedAt">>(
  { id, orderId }: Pick<A, "id" | "orderId">,
  attempts: ReadonlyArray<A>
): ReadonlyArray<A> => {
  const others = attempts.filter((each) => each.id !== id && isOfSameOrder(each.orderId, orderId))
  return [...new Map(others.map((each) => [each.id, each])).values()].toSorted((a, b) =>
    b.openedAt.localeCompare(a.openedAt)
  )
}

/** The order id that others were derived from. */
export const stemOf = (orderId: string): string => orderId.replace(/(?<=.)(?:-refund|-again(?:-\d{1,6})?)+$/s, "")

/** The body of an order under another order id. */
export const withOrderId = (body: unknown, orderId: string): unknown => {
  if (typeof body !== "object" || body === null || !("order" in body)) return body
  const { order } = body
  return typeof order === "object" ? { ...body, order: { ...order, order_id: orderId } } : body
}
