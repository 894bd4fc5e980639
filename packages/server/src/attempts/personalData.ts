/** The personal data in a body: its customer and its delivery. */

import { isObject } from "@hipay-pos/core/JsonObject"

export const hasPersonalData = (body: unknown): boolean => isObject(body) && ("customer" in body || "shipping" in body)

/** A body without its personal data. */
export const withoutPersonalData = (body: unknown): unknown =>
  isObject(body) ? Object.fromEntries(Object.entries(body).filter(([name]) => !personalField.test(name))) : body

/** The second one of a service's answer is kept under a name with its number. */
const personalField = /^(?:customer|shipping)(?: \(\d+\))?$/

/**
 * Personal data in a text that is not JSON, such as JSON that was cut. Nothing says where they end: they count to the text's end, or
 * to a field of a service's answer that may be a sign of a payment (`AnswerSigns`): its status or an authorization number.
 */
const personal = /"(?:customer|shipping)"\s*:.*?(?="(?:payment_?status|authori[sz]ation_?(?:number|code))"\s*:|$)/gis

export const hasPersonalText = (text: string): boolean => withoutPersonalText(text) !== text

export const withoutPersonalText = (text: string): string => text.replace(personal, "")
