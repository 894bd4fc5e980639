/**
 * The 162 currencies of the HiPay POS API, in the order its contract lists them.
 *
 * Exponents are those of ISO 4217 and never those of `Intl`, which follows CLDR and differs for 24 of these codes.
 * Historic codes stay payable at the API; each names the code that replaced it. Source: ISO 4217 lists one and three.
 */
export * from "./plain/Currency.ts"
export { CurrencyCode, type CurrencyCodeSchema } from "./schemas/CurrencyCode.ts"
