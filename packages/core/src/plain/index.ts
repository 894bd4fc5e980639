/**
 * The part of core that a till needs to make an order, without schemas: about a quarter of the size, for a page or a small
 * program that decodes nothing. The same values, functions and errors as in the main entry.
 */
export * as CardNumber from "../CardNumber.ts"
export * as OrderRequest from "../OrderRequest.ts"
export * as Answer from "../wire/Answer.ts"
export * as Conversion from "../wire/Conversion.ts"
export * as Basket from "./Basket.ts"
export * as Card from "./Card.ts"
export * as Currency from "./Currency.ts"
export * as Finding from "./Finding.ts"
export * as Money from "./Money.ts"
export * as Payment from "./Payment.ts"
export * as Receipt from "./Receipt.ts"
export * as TerminalEvidence from "./TerminalEvidence.ts"
export * as TerminalTarget from "./TerminalTarget.ts"
export * as TypedAmount from "./TypedAmount.ts"
