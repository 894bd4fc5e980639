/** The fields that a ledger entry takes from the card, from an earlier entry and from the request. */
import * as Mask from "@hipay-pos/concert-codec/Mask"
import type { Request } from "@hipay-pos/concert-codec/Request"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { defined } from "@hipay-pos/core/Defined"
import type { MerchantContract } from "@hipay-pos/core/TerminalTarget"
import * as Struct from "effect/Struct"
import type * as TestCard from "../cardholder/TestCard.ts"
import type { LedgerEntry } from "./Ledger.ts"

/** The ledger's fields about card, reading and contract. */
export const entryOf = (card: TestCard.TestCard, reading: TestCard.Reading, contract: MerchantContract) =>
  defined({
    card: card.name,
    label: card.label,
    pan: card.pan,
    expiry: card.expiry,
    entryMode: reading.mode,
    paymentApplication: reading.application,
    aid: reading.aid,
    merchantContract: contract.merchantContract,
    rank: contract.rank
  })

/** The same fields of an entry. */
export const cardOf = (entry: LedgerEntry) =>
  Struct.pick(entry, [
    "card",
    "label",
    "pan",
    "expiry",
    "entryMode",
    "paymentApplication",
    "aid",
    "merchantContract",
    "rank"
  ])

/** The ledger's fields from the request. */
export const referencesOf = ({ privateData, register }: Request) =>
  defined({
    privateData: privateData && CardNumber.maskReference(privateData),
    register: register && Mask.text(register)
  })
