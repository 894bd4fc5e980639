/**
 * Reads an amount as a cashier types it: `12,5`, `1 234,50`, `1.234,50`, `12.50 €`, `EUR 12`.
 *
 * The decimal mark may be a comma or a point. If the text is ambiguous, as in `1.234`, the amount is refused and never
 * guessed: a wrong guess would be off by a factor of a thousand. A till that knows its locale passes its decimal mark, and
 * then nothing is ambiguous. Nothing is rounded.
 */
export * from "./plain/TypedAmount.ts"
export { Problem } from "./schemas/TypedAmount.ts"
