/** What a body says about people: its customer, and where it is delivered. */

import { isObject } from "@hipay-pos/core/JsonObject"

export const hasPersonalData = (body: unknown): boolean => isObject(body) && ("customer" in body || "shipping" in body)

/** A body without that. */
export const withoutPersonalData = (body: unknown): unknown => {
  if (!isObject(body)) return body
  const { customer, shipping, ...rest } = body
  return rest
}
