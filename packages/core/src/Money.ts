/**
 * Exact money: a whole number of minor units (1250 = 12.50 EUR, 1250 = 1250 JPY) and its currency.
 *
 * Nothing here rounds unless its name says so, and nothing but {@link of} throws: what can fail returns a `Result`. Amounts are signed
 * and reach ±999 999 999 999 minor units, what the twelve digits of the wire can say. Decimal numbers are taken as the
 * digits that JavaScript prints for them, which are the digits that JSON carried.
 */
export * from "./plain/Money.ts"
export { MinorUnits, Money, type MoneySchema, SignedMinorUnits } from "./schemas/Money.ts"
