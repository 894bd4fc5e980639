/** What a body says about people: its customer, and where it is delivered. */

import { isObject } from "@hipay-pos/core/JsonObject"

export const hasPeople = (body: unknown): boolean => isObject(body) && ("customer" in body || "shipping" in body)

/** A body without that. */
export const withoutPeople = (body: unknown): unknown => {
  if (!isObject(body)) return body
  const { customer, shipping, ...rest } = body
  return rest
}
