/**
 * What a terminal printed, as text a till can print: customer copy, merchant copy.
 *
 * Tickets travel as base64 of Latin-1 text or of HTML; some terminals send UTF-8 or another character set, see
 * {@link fromBytes}. Reading is lenient, because the contract's own example is not valid base64: padding may be missing or
 * too much, and line breaks may stand inside. HTML is kept as it is and is never to be rendered: {@link toColumns} makes
 * text of it, for a printer as for a screen.
 */
export * from "./plain/Receipt.ts"
export { Receipt, ReceiptFormat, TextEncoding } from "./schemas/Receipt.ts"
