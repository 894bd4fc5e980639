/**
 * Which terminal serves an order, and what its protocol needs to find it.
 *
 * Concert terminals are found by host and port and know their merchant contracts; terminals with the Nepting app are
 * found by serial number and manufacturer. Source: the contract's TechnicalInformation, whose rules are prose.
 */
import * as Schema from "effect/Schema"
import { PaymentApplication } from "./PaymentApplication.ts"

/** The port that Concert terminals listen on unless they are set up otherwise. */
export const DEFAULT_PORT = 8888

/** At least one character. */
const Name = Schema.String.check(Schema.isMinCodePoints(1))

/** A TCP port. */
export const Port = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65535 }))

/** A contract between shop and acquirer on one payment application; contact and contactless have one each. */
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

/** A Concert target. Version 3.2, which carries receipts, and port 8888 unless told otherwise. */
export const concert = (options: {
  readonly host: string
  readonly port?: number
  readonly version?: Concert["version"]
  readonly contracts: ReadonlyArray<MerchantContract>
}): Concert => ({
  _tag: "Concert",
  version: options.version ?? "3.2",
  host: options.host,
  port: options.port ?? DEFAULT_PORT,
  contracts: options.contracts
})

/** A Nepting target. */
export const nepting = (options: { readonly serialNumber: string; readonly manufacturer: string }): Nepting => ({
  _tag: "Nepting",
  ...options
})

/** The terminal that an order does not name. */
export const unnamed: Unnamed = { _tag: "Unnamed" }

/** The target as people name a terminal: `192.168.1.20:8888`, `PAX 1850320198`. */
export const toText = (target: TerminalTarget): string => {
  switch (target._tag) {
    case "Concert":
      return `${target.host}:${target.port}`
    case "Nepting":
      return `${target.manufacturer} ${target.serialNumber}`
    case "Unnamed":
      return "not named"
  }
}
