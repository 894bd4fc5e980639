/** Schema of a currency code. */
import * as Schema from "effect/Schema"
import { type CurrencyCode as Code, codes } from "../plain/CurrencyCode.ts"

// Named, so that declarations say the name and not the union of all codes.
export interface CurrencyCodeSchema extends Schema.Literals<ReadonlyArray<Code>> {}

/** Schema of a currency code. */
export const CurrencyCode: CurrencyCodeSchema = Schema.Literals(codes).annotate({
  identifier: "CurrencyCode"
})
export type CurrencyCode = Code
