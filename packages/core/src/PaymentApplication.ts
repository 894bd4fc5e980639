/**
 * Payment applications: the kind of card or means of payment used, three characters in the API and in Concert's `CC`.
 *
 * The table holds the 35 codes of the contract and `000`, which Concert adds for "any". Terminals may answer others, so
 * the schema takes any three of `0-9 A-Z`. `00E` is read as HiPay reads it (Conecs), not as other integrators do.
 */
export * from "./plain/PaymentApplication.ts"
export { PaymentApplication } from "./schemas/PaymentApplication.ts"
