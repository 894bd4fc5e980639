/** Rules of texts: the order's id, custom data, dates, countries and addresses. Only an id that cannot be stored is refused. */
import type { JsonObject } from "../JsonObject.ts"
import * as Finding from "../plain/Finding.ts"
import type { FindingCollector } from "./FindingCollector.ts"
import { isIndexable, isMissing, isStorable, LONGEST_INDEXED } from "./UntypedJson.ts"

/** Other interfaces of the service, and Concert's private data, cut order ids longer than this. */
const ORDER_ID_LENGTH = 32

/** Checks the order's id, and returns whether it can be used. */
export const checkOrderId = (id: unknown, report: FindingCollector): boolean => {
  const path = "order.order_id"
  if (typeof id !== "string") return false
  if (isMissing(id)) {
    report.refuse(
      "order-id-empty",
      path,
      "at least one character other than a blank",
      id === "" ? "an empty text" : "blanks"
    )
    return false
  }
  if (!checkIndexable(id, path, report)) return false
  if (id.length > ORDER_ID_LENGTH) {
    const expected = `at most ${ORDER_ID_LENGTH} characters, or it may be cut`
    report.warn("order-id-long", path, expected, `${id.length} characters`)
  }
  if (!/^[ -~]*$/.test(id)) {
    const expected = "printable ASCII characters; a terminal is shown others in their place"
    report.warn("order-id-characters", path, expected, Finding.describe(id, path))
  }
  return true
}

/** Checks a text that attempts are looked up by, and returns whether they can be. The rest of an order is stored as escaped JSON. */
export const checkIndexable = (text: string, path: string, report: FindingCollector): boolean => {
  const refuse = (expected: string, actual: string) => report.refuse("text-not-storable", path, expected, actual)
  if (!isStorable(text)) {
    refuse("whole characters other than U+0000", text.includes("\0") ? "U+0000" : "half of a surrogate pair")
  } else if (!isIndexable(text)) {
    refuse(`at most ${LONGEST_INDEXED} characters`, `${text.length} characters`)
  }
  return isIndexable(text)
}

/** The room for a custom value after the order id in Concert's private data. */
const CUSTOM_VALUE_LENGTH = 67

/** Checks each custom value: the service's other interfaces take scalars only, and cut long ones. */
export const checkCustomData = (data: JsonObject, report: FindingCollector): void => {
  for (const key of Object.keys(data)) {
    const value = data[key]
    if (typeof value === "string" && value.length > CUSTOM_VALUE_LENGTH) {
      const expected = `at most ${CUSTOM_VALUE_LENGTH} characters, or it may be cut`
      report.warn("custom-data-long", `order.custom_data.${key}`, expected, `${value.length} characters`)
    } else if (typeof value === "object" && value !== null) {
      const expected = "a text, a number, true or false"
      report.warn("custom-data-nested", `order.custom_data.${key}`, expected, Finding.describe(value, ""))
    }
  }
}

/** Checks the customer's data. Personal data: the values are never repeated. */
export const checkCustomer = (
  { birthdate, email }: { readonly birthdate?: unknown; readonly email?: unknown },
  country: unknown,
  report: FindingCollector
): void => {
  checkDate(birthdate, "customer.birthdate", report)
  if (typeof email === "string" && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    report.warn("email-invalid", "customer.email", "an e-mail address", Finding.describe(email, "customer.email"))
  }
  checkCountry(country, "customer.customer_location.country", report)
}

/** Checks the delivery's data. Personal data: the values are never repeated. */
export const checkShipping = (
  { deliveryDate }: { readonly deliveryDate?: unknown },
  country: unknown,
  report: FindingCollector
): void => {
  checkDate(deliveryDate, "shipping.delivery_date", report)
  checkCountry(country, "shipping.delivery_address.country", report)
}

const checkDate = (value: unknown, path: string, report: FindingCollector): void => {
  // The schema check reports anything that is not ten characters.
  if (typeof value === "string" && value.length === 10 && !isDate(value)) {
    report.warn("date-invalid", path, "a date as YYYY-MM-DD", Finding.describe(value, path))
  }
}

const isDate = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 && leap ? 29 : DAYS[month - 1]
  return days !== undefined && day >= 1 && day <= days
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const checkCountry = (country: unknown, path: string, report: FindingCollector): void => {
  if (typeof country === "string" && !/^[A-Z]{2}$/.test(country)) {
    report.warn("country-invalid", path, "a code of two capitals, such as FR", Finding.describe(country, path))
  }
}
