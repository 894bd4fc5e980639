/**
 * Maps the contract's field names to the domain's: one table for each object of the contract. Writing uses it, and so does
 * the check of a value that is not written yet.
 */
import { isCode } from "../plain/CurrencyCode.ts"
import { type Money, toDecimal } from "../plain/Money.ts"

type Place<D> = (keyof D & string) | ((domain: D) => unknown)

/** A field of the contract: where the domain's object has its value. */
export type Field<D> =
  | Place<D>
  /** An amount; it is written in major units. */
  | { readonly money: keyof D & string }
  /** An object, or an array of them, with a table of its own. */
  | { readonly from: Place<D>; readonly table: Table }

/** The fields of one object, by the contract's names. */
export type Table = Readonly<Record<string, Field<never>>>

/** A table: every field of the contract's object, in the order in which they are written. */
export const table = <W extends object, D extends object>(
  fields: {
    readonly [K in keyof Required<W> & string]: Field<D>
  }
): Table => fields as unknown as Table

type Values = Readonly<Record<string, unknown>>
type Entry = Field<Values>

const placeValue = (place: Place<Values>, domain: object): unknown =>
  typeof place === "string" ? (domain as Values)[place] : place(domain as Values)

const fieldValue = (entry: Entry, domain: object): unknown =>
  placeValue(typeof entry !== "object" ? entry : "money" in entry ? entry.money : entry.from, domain)

/** The table of what is inside a field. */
export const tableOf = (field: Field<never>): Table | undefined =>
  typeof field === "object" && "table" in field ? field.table : undefined

/** The value that the contract's schema has to check. Every amount from zero passes that check, and stays `Money`. */
export const checkedValue = (field: Field<never>, domain: object): unknown => {
  const value = fieldValue(field as Entry, domain)
  if (value === undefined || typeof field !== "object" || !("money" in field)) return value
  const money = value as Money
  const { minorUnits, currency } = money
  if (Number.isSafeInteger(minorUnits) && minorUnits >= 0) return 0
  // Without a known currency the decimals are unknown, but the sign is not.
  return isCode(currency) ? toDecimal(money) : minorUnits
}

/** The contract's object for a value of the domain. What is undefined is left out. */
export const write = (table: Table, domain: object): unknown => {
  const written: Record<string, unknown> = {}
  for (const name in table) {
    const entry = table[name] as Entry
    const value = fieldValue(entry, domain)
    if (value === undefined) continue
    if (typeof entry !== "object") written[name] = value
    else if ("money" in entry) written[name] = toDecimal(value as Money)
    else if (!Array.isArray(value)) written[name] = write(entry.table, value as object)
    else written[name] = value.map((each) => write(entry.table, each))
  }
  return written
}

/** The domain's object for one of the contract, by a table of names alone. */
export const read = (table: Table, wire: object): unknown => {
  const domain: Record<string, unknown> = {}
  for (const name in table) {
    const entry = table[name] as Entry
    const value = (wire as Values)[name]
    if (value === undefined) continue
    if (typeof entry === "string") domain[entry] = value
    else if ("table" in entry && typeof entry.from === "string") domain[entry.from] = read(entry.table, value as object)
  }
  return domain
}
