/**
 * Exact money: a whole number of minor units (1250 = 12.50 EUR, 1250 = 1250 JPY) and its currency.
 *
 * Nothing here rounds unless its name says so, and only {@link of} throws: whatever else can fail returns a `Result`.
 * Amounts are signed and reach ±999 999 999 999 minor units, the twelve digits of the wire format. Decimal numbers are taken
 * as the digits that JavaScript prints for them, which are the digits that the JSON had.
 */
export * from "./plain/Money.ts"
export { MinorUnits, Money, type MoneySchema, SignedMinorUnits } from "./schemas/Money.ts"
