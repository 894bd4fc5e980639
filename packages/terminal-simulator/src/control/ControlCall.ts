/**
 * What can be said to a terminal through the control API: the bodies of its calls, for the routes that check them and
 * the documents that describe them.
 */
import { EntryMode } from "@hipay-pos/core/Card"
import * as Schema from "effect/Schema"
import * as Face from "../cardholder/Pinpad.ts"
import * as Script from "../cardholder/Script.ts"
import * as Problem from "./JsonIssues.ts"

/** A test card is held to the reader, or put into it. */
export const Card = Schema.Struct({ card: Script.CardName, entryMode: Schema.optionalKey(EntryMode) }).annotate({
  identifier: "CardCall",
  message: 'expected an object such as { "card": "cb" }'
})

/** A key is pressed. */
export const Key = Schema.Struct({ key: Schema.Literals(Face.keys) }).annotate({
  identifier: "KeyCall",
  message: 'expected an object such as { "key": "enter" }'
})

/** Somebody else plays the customer from now on. */
export const Cardholder = Schema.Struct({ cardholder: Script.CardholderConfig }).annotate({
  identifier: "CardholderCall",
  message: 'expected an object such as { "cardholder": "auto" }'
})

/** These are the next customers. */
export const Steps = Schema.Struct({ script: Script.Script }).annotate({
  identifier: "ScriptCall",
  message: 'expected an object such as { "script": ["refused", "approved"] }'
})

/** A fault is set. */
export const Fault = Script.FaultConfig

/** What is wrong with a call, in one line. */
export const problemOf = (error: Schema.SchemaError): string => Problem.inJson(error, "the call").join("; ")
