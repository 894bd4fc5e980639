/** The personal data in a body: its customer and its delivery. */

import { isObject } from "@hipay-pos/core/JsonObject"

export const hasPersonalData = (body: unknown): boolean => isObject(body) && ("customer" in body || "shipping" in body)

/** A body without its personal data. */
export const withoutPersonalData = (body: unknown): unknown => {
  if (!isObject(body)) return body
  const { customer, shipping, ...rest } = body
  return rest
}

/** Personal data in a text that is not JSON, such as JSON that was cut. They count to its end: nothing says where they end. */
const personal = /"(?:customer|shipping)"\s*:.*/s

export const hasPersonalText = (text: string): boolean => personal.test(text)

export const withoutPersonalText = (text: string): string => text.replace(personal, "")
