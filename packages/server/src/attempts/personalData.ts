/** The personal data in a body: its customer and its delivery. */

import { isObject } from "@hipay-pos/core/JsonObject"

export const hasPersonalData = (body: unknown): boolean => isObject(body) && ("customer" in body || "shipping" in body)

/** A body without its personal data. */
export const withoutPersonalData = (body: unknown): unknown => {
  if (!isObject(body)) return body
  const { customer, shipping, ...rest } = body
  return rest
}

/** Where they begin in a text that is not JSON, such as JSON that was cut; -1 if there are none. */
const beginningIn = (text: string): number => text.search(/"(?:customer|shipping)"\s*:/)

export const hasPersonalText = (text: string): boolean => beginningIn(text) >= 0

/** Such a text up to there: nothing says where they end. */
export const withoutPersonalText = (text: string): string => text.slice(0, beginningIn(text))
