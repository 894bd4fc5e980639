/**
 * The `TechnicalInformation` component of the contract: which terminal, over which protocol.
 *
 * The contract says in prose, not in its schema, what each protocol needs; see `TerminalTarget` and `OrderRules`.
 */
import * as Schema from "effect/Schema"
import { isText } from "../internal/UntypedJson.ts"
import { object } from "../JsonObject.ts"
import { PushTo } from "../TerminalTarget.ts"
import { UNTYPED } from "./Contract.ts"

/** How the service reaches a terminal. */
export const Protocol = Schema.Literals(["AppNepting", "ConcertV3.1", "ConcertV3.2"]).annotate({
  default: "ConcertV3.1"
})
export type Protocol = typeof Protocol.Type

/** A contract between shop and acquirer for one payment application. */
export const Contract = Schema.Struct({
  merchant_contract: Schema.optionalKey(Schema.String),
  rank: Schema.optionalKey(Schema.String.check(Schema.isMinCodePoints(3), Schema.isMaxCodePoints(3))),
  payment_application: Schema.optionalKey(Schema.String.check(Schema.isMinCodePoints(3), Schema.isMaxCodePoints(3)))
})

/** Identifies a terminal for AppNepting. */
export const DeviceInformation = Schema.Struct({
  serial_number: Schema.optionalKey(Schema.String),
  manufacturer: Schema.optionalKey(Schema.String)
})

/** Identifies a terminal for Concert. */
export const HostInformation = Schema.Struct({
  host: Schema.optionalKey(Schema.String),
  port: Schema.optionalKey(Schema.Int.annotate({ default: 8888 }))
})

/** How the order reaches the terminal. */
export const TerminalTransactionDisplay = Schema.Struct({
  contract_array: Schema.optionalKey(Schema.Array(Contract)),
  push_to: Schema.optionalKey(PushTo.annotate({ default: "POS" })),
  protocol: Schema.optionalKey(Protocol),
  force_authorization: Schema.optionalKey(Schema.Boolean.annotate({ default: false }))
}).annotate({ [UNTYPED]: true })

export const TechnicalInformation = Schema.Struct({
  notify_url: Schema.optionalKey(Schema.String),
  device_information: Schema.optionalKey(DeviceInformation),
  host_information: Schema.optionalKey(HostInformation),
  terminal_transaction_display: TerminalTransactionDisplay
}).annotate({ identifier: "TechnicalInformation" })

export type TechnicalInformation = typeof TechnicalInformation.Type

/** The address that a received order gives for its notifications; undefined if it gives none. */
export const notifyUrlIn = (order: unknown): string | undefined => {
  const url = object(object(order).pos_technical_info).notify_url
  return isText(url) ? url : undefined
}
