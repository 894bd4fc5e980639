/** Schemas of amounts: what decodes and describes them. */
import * as Schema from "effect/Schema"
import { MAX_MINOR_UNITS } from "../internal/limits.ts"
import type { CurrencyCode as Code } from "../plain/Currency.ts"
import { CurrencyCode, type CurrencyCodeSchema } from "./CurrencyCode.ts"

/** A whole number of minor units, 0 to 999 999 999 999: the range of an amount on the wire. */
export const MinorUnits = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: MAX_MINOR_UNITS })).pipe(
  Schema.brand("MinorUnits")
)
/** A whole number of minor units, 0 to 999 999 999 999: the range of an amount on the wire. */
export type MinorUnits = typeof MinorUnits.Type

/** A signed whole number of minor units, ±999 999 999 999. */
export const SignedMinorUnits = Schema.Int.check(
  Schema.isBetween({ minimum: -MAX_MINOR_UNITS, maximum: MAX_MINOR_UNITS })
).pipe(Schema.brand("SignedMinorUnits"))
/** A signed whole number of minor units, ±999 999 999 999. */
export type SignedMinorUnits = typeof SignedMinorUnits.Type

/** An amount of one currency, in signed minor units. */
export interface Money<C extends Code = Code> {
  readonly currency: C
  readonly minorUnits: SignedMinorUnits
}

export interface MoneySchema
  extends Schema.Struct<{
    readonly currency: CurrencyCodeSchema
    readonly minorUnits: typeof SignedMinorUnits
  }> {}

/** Schema of an amount. */
export const Money: MoneySchema = Schema.Struct({
  currency: CurrencyCode,
  minorUnits: SignedMinorUnits
}).annotate({
  identifier: "Money"
})
