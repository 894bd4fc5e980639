/**
 * Reads an amount as a cashier types it: `12,5`, `1 234,50`, `1.234,50`, `12.50 €`, `EUR 12`.
 *
 * Comma and point may each be the decimal mark. Where the text alone cannot tell, as in `1.234`, the amount is refused
 * and never guessed: a guess would be wrong by a factor of a thousand. A till that knows its locale says its decimal
 * mark, and then nothing is ambiguous. Nothing is rounded.
 */
export * from "./plain/TypedAmount.ts"
export { Problem } from "./schemas/TypedAmount.ts"
