/** Schemas of terminals as orders name them. */
import * as Schema from "effect/Schema"
import { PaymentApplication } from "./PaymentApplication.ts"

/** At least one character. */
const Name = Schema.String.check(Schema.isMinCodePoints(1))

/** A TCP port. */
export const Port = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65535 }))

/** A contract between shop and acquirer for one payment application; contact and contactless have one each. */
export const MerchantContract = Schema.Struct({
  /** Usually 7 characters; 10 are seen in the field. */
  merchantContract: Schema.optionalKey(Schema.String),
  /** Three characters, such as 001. */
  rank: Schema.optionalKey(Schema.String),
  paymentApplication: Schema.optionalKey(PaymentApplication)
})
export type MerchantContract = typeof MerchantContract.Type

/** A terminal that speaks Concert over TCP. */
export const Concert = Schema.TaggedStruct("Concert", {
  version: Schema.Literals(["3.1", "3.2"]),
  host: Name,
  port: Port,
  contracts: Schema.Array(MerchantContract)
})
export type Concert = typeof Concert.Type

/** A terminal with HiPay's and Nepting's apps. */
export const Nepting = Schema.TaggedStruct("Nepting", {
  serialNumber: Name,
  manufacturer: Name
})
export type Nepting = typeof Nepting.Type

/** A terminal that the order does not name completely: HiPay's own service may know it. */
export const Unnamed = Schema.TaggedStruct("Unnamed", {})
export type Unnamed = typeof Unnamed.Type

/** Which terminal serves an order. */
export const TerminalTarget = Schema.Union([Concert, Nepting, Unnamed]).annotate({ identifier: "TerminalTarget" })
export type TerminalTarget = typeof TerminalTarget.Type

/** `POS` wakes the terminal itself; `SDK` and `ECR` hand the order to HiPay's own connectors. */
export const PushTo = Schema.Literals(["POS", "SDK", "ECR"])
export type PushTo = typeof PushTo.Type
