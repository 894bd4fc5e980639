/**
 * What a terminal printed, as text for a till to print: customer copy, merchant copy.
 *
 * Tickets travel as base64 of Latin-1 text or of HTML; some terminals send UTF-8 or another character set, see
 * {@link fromBytes}. Reading is lenient, because the contract's own example is not valid base64: padding may be missing or
 * excessive, and line breaks may occur. HTML is kept as it is and must never be rendered: {@link toColumns} turns it into
 * text, for printers and screens.
 */
export * from "./plain/Receipt.ts"
export { Receipt, ReceiptFormat, TextEncoding } from "./schemas/Receipt.ts"
