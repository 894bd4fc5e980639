/**
 * One thing that is wrong, or odd, about an order: where, what was expected, what came.
 *
 * A finding never repeats personal data: values that came are shown only where they are short, are neither the customer's
 * nor the recipient's, and could be no e-mail address, phone number or card number.
 */
export * from "./plain/Finding.ts"
export { Finding, Severity } from "./schemas/Finding.ts"
