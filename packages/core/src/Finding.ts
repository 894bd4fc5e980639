/**
 * Something wrong, or odd, about an order: where, what was expected, what came.
 *
 * A finding never repeats personal data. It shows a received value only if the value is short, is not a field of the
 * customer or the recipient, and cannot be an e-mail address, phone number or card number.
 */
export * from "./plain/Finding.ts"
export { Finding, Severity } from "./schemas/Finding.ts"
