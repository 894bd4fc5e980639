/**
 * The `TechnicalInformation` component of the contract: which terminal, over which protocol.
 *
 * What each protocol needs of it is prose in the contract, not schema; see `TerminalTarget` and `OrderRules`.
 */
import * as Schema from "effect/Schema"
import { PushTo } from "../TerminalTarget.ts"
import { UNTYPED } from "./Contract.ts"

export const Protocol = Schema.Literals(["AppNepting", "ConcertV3.1", "ConcertV3.2"]).annotate({
  default: "ConcertV3.1",
  description: "AppNepting finds the terminal by its serial number, Concert by host and port."
})
export type Protocol = typeof Protocol.Type

export const Contract = Schema.Struct({
  merchant_contract: Schema.optionalKey(Schema.String.annotate({ description: "Merchant contract, usually 7 long." })),
  rank: Schema.optionalKey(Schema.String.check(Schema.isMinLength(3), Schema.isMaxLength(3))),
  payment_application: Schema.optionalKey(
    Schema.String.check(Schema.isMinLength(3), Schema.isMaxLength(3)).annotate({
      description: "Three characters, such as 001 (CB contact) or 00B (CB contactless)."
    })
  )
})

export const DeviceInformation = Schema.Struct({
  serial_number: Schema.optionalKey(Schema.String),
  manufacturer: Schema.optionalKey(Schema.String)
}).annotate({ description: "Needed by AppNepting." })

export const HostInformation = Schema.Struct({
  host: Schema.optionalKey(Schema.String),
  port: Schema.optionalKey(Schema.Int.annotate({ default: 8888 }))
}).annotate({ description: "Needed by Concert." })

export const TerminalTransactionDisplay = Schema.Struct({
  contract_array: Schema.optionalKey(Schema.Array(Contract)),
  push_to: Schema.optionalKey(PushTo.annotate({ default: "POS" })),
  protocol: Schema.optionalKey(Protocol),
  force_authorization: Schema.optionalKey(
    Schema.Boolean.annotate({ default: false, description: "Ask for an online authorization whatever the amount." })
  )
}).annotate({ [UNTYPED]: true, description: "How the order reaches the terminal." })

export const TechnicalInformation = Schema.Struct({
  notify_url: Schema.optionalKey(Schema.String),
  device_information: Schema.optionalKey(DeviceInformation),
  host_information: Schema.optionalKey(HostInformation),
  terminal_transaction_display: TerminalTransactionDisplay
}).annotate({ identifier: "TechnicalInformation", description: "Which terminal, over which protocol." })

export type TechnicalInformation = typeof TechnicalInformation.Type
