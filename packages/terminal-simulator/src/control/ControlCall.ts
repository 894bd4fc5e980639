/**
 * The request bodies of the control API, for the routes that check them and the documents that describe them.
 */
import { EntryMode } from "@hipay-pos/core/Card"
import * as Schema from "effect/Schema"
import * as Pinpad from "../cardholder/Pinpad.ts"
import * as Script from "../cardholder/Script.ts"

/** Presents a test card. */
export const Card = Schema.Struct({ card: Script.CardName, entryMode: Schema.optionalKey(EntryMode) }).annotate({
  identifier: "CardCall",
  message: 'expected an object such as { "card": "cb" }'
})

/** Presses a key. */
export const Key = Schema.Struct({ key: Schema.Literals(Pinpad.keys) }).annotate({
  identifier: "KeyCall",
  message: 'expected an object such as { "key": "enter" }'
})

/** Replaces the cardholder. */
export const Cardholder = Schema.Struct({ cardholder: Script.CardholderConfig }).annotate({
  identifier: "CardholderCall",
  message: 'expected an object such as { "cardholder": "auto" }'
})

/** Sets the next cardholders. */
export const Steps = Schema.Struct({ script: Script.Script }).annotate({
  identifier: "ScriptCall",
  message: 'expected an object such as { "script": ["declined", "approved"] }'
})

/** Sets a fault. */
export const Fault = Script.FaultConfig

/** Sets these faults in place of all. */
export const Faults = Schema.Array(Fault).annotate({
  identifier: "FaultsCall",
  message: 'expected a list such as ["split", { "fault": "silent" }]'
})
