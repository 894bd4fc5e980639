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
  rank: Schema.optionalKey(
    Schema.String.check(Schema.isMinCodePoints(3), Schema.isMaxCodePoints(3)).annotate({
      description: "The terminal's rank on that contract, three characters such as 001."
    })
  ),
  payment_application: Schema.optionalKey(
    Schema.String.check(Schema.isMinCodePoints(3), Schema.isMaxCodePoints(3)).annotate({
      description: "Three characters, such as 001 (CB contact) or 00B (CB contactless)."
    })
  )
}).annotate({ description: "A contract between shop and acquirer on one payment application." })

export const DeviceInformation = Schema.Struct({
  serial_number: Schema.optionalKey(Schema.String.annotate({ description: "Serial number of the terminal." })),
  manufacturer: Schema.optionalKey(
    Schema.String.annotate({ description: "Manufacturer of the terminal, such as PAX." })
  )
}).annotate({ description: "Needed by AppNepting." })

export const HostInformation = Schema.Struct({
  host: Schema.optionalKey(Schema.String.annotate({ description: "Name or IP address of the terminal." })),
  port: Schema.optionalKey(Schema.Int.annotate({ default: 8888, description: "TCP port of the terminal." }))
}).annotate({ description: "Needed by Concert." })

export const TerminalTransactionDisplay = Schema.Struct({
  contract_array: Schema.optionalKey(
    Schema.Array(Contract).annotate({ description: "Contracts to choose from; needed by Concert." })
  ),
  push_to: Schema.optionalKey(PushTo.annotate({ default: "POS" })),
  protocol: Schema.optionalKey(Protocol),
  force_authorization: Schema.optionalKey(
    Schema.Boolean.annotate({ default: false, description: "Ask for an online authorization whatever the amount." })
  )
}).annotate({ [UNTYPED]: true, description: "How the order reaches the terminal." })

export const TechnicalInformation = Schema.Struct({
  notify_url: Schema.optionalKey(
    Schema.String.annotate({
      description: "Where HiPay sends its notifications of this order, in place of the back office's address."
    })
  ),
  device_information: Schema.optionalKey(DeviceInformation),
  host_information: Schema.optionalKey(HostInformation),
  terminal_transaction_display: TerminalTransactionDisplay
}).annotate({ identifier: "TechnicalInformation", description: "Which terminal, over which protocol." })

export type TechnicalInformation = typeof TechnicalInformation.Type
