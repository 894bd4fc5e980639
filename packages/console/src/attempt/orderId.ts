/** Order ids for sending an order once more: never one that was used. */

/** `A` becomes `A-2`, `A-2` becomes `A-3`. */
export const nextOrderId = (orderId: string): string => {
  const [, stem = orderId, number] = /^(.*)-(\d{1,6})$/s.exec(orderId) ?? []
  return number === undefined ? `${orderId}-2` : `${stem}-${Number(number) + 1}`
}

/** The body of an order under another order id. */
export const withOrderId = (body: unknown, orderId: string): unknown => {
  if (typeof body !== "object" || body === null || !("order" in body)) return body
  const { order } = body
  return typeof order === "object" ? { ...body, order: { ...order, order_id: orderId } } : body
}
