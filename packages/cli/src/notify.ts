/** `hipay-pos notify verify`: whether a notification is genuine, and what it says. */

import { CommandFailed, Flags, jsonLine, paint, printable, refuse } from "@hipay-pos/cli-kit"
import { dedupeKey, type Notification, SIGNATURE_HEADER } from "@hipay-pos/client/notification"
import { Money } from "@hipay-pos/core"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { readBytes } from "./input.ts"
import { type Judged, judgedJson, judgeNotification } from "./judgeNotification.ts"
import { findPassphrase } from "./passphrase.ts"

const verify = Command.make(
  "verify",
  {
    body: Argument.String("body").pipe(
      Argument.withDescription("file with the body exactly as received, or - for standard input")
    ),
    signature: Flags.text("signature", "value of the header X-ALLOPASS-SIGNATURE"),
    headers: Flags.text("headers", "file with all headers instead: `Name: value` lines, or a JSON object"),
    passphraseFile: Flags.text(
      "passphrase-file",
      "file whose first line is the passphrase; without it, HIPAY_POS_PASSPHRASE"
    ),
    json: Flags.yes("json", "print one JSON object")
  },
  Effect.fnUntraced(function* (options) {
    const { body, json } = options
    if ((options.signature === "") === (options.headers === "")) {
      return yield* refuse("notify verify: expected either --signature HEX or --headers FILE")
    }
    const passphrase = yield* readPassphrase(options.passphraseFile)
    const headers =
      options.headers === "" ? { [SIGNATURE_HEADER]: options.signature } : yield* readHeaders(options.headers)
    const judged = yield* judgeNotification(yield* readBytes("notify verify", body), headers, passphrase)
    yield* Console.log(json ? jsonLine(toJson(judged)) : toText(judged))
    if (judged.error !== undefined) return yield* new CommandFailed({ code: 1 })
  })
).pipe(
  Command.withDescription("Checks a notification's signature, and shows what it says."),
  Command.withExamples([
    {
      command: "hipay-pos notify verify body.txt --headers headers.txt --passphrase-file passphrase.txt",
      description: "A request as a web server stored it"
    },
    {
      command: "HIPAY_POS_PASSPHRASE=… hipay-pos notify verify - --signature 6663ee69… --json < body.txt",
      description: "For a script"
    }
  ])
)

/** The verb. */
export const notify = Command.make("notify").pipe(
  Command.withDescription("Works on notifications that the service sent to a shop's server."),
  Command.withSubcommands([verify])
)

const readPassphrase = Effect.fnUntraced(function* (file: string) {
  const passphrase = yield* findPassphrase("notify verify", "--passphrase-file", file)
  if (passphrase !== undefined) return passphrase
  return yield* refuse(
    "notify verify: expected the passphrase in HIPAY_POS_PASSPHRASE, or in a file named by --passphrase-file"
  )
})

const readHeaders = Effect.fnUntraced(function* (file: string) {
  const text = (yield* readBytes("notify verify", file)).toString("latin1")
  const headers = text.trimStart().startsWith("{") ? yield* parseJson(file, text) : parseLines(text)
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
})

const parseJson = (file: string, text: string): Effect.Effect<Readonly<Record<string, unknown>>, CommandFailed> =>
  Effect.try({
    try: () => JSON.parse(text) as Readonly<Record<string, unknown>>,
    catch: () => refuse(`notify verify: ${file} is neither JSON nor lines of headers`)
  })

/** Skips a request line before the headers: it has no colon before its first space. */
const parseLines = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? []
      return name === undefined || value === undefined ? [] : [[name, value]]
    })
  )

const toJson = (judged: Judged) => ({
  ...judgedJson(judged),
  dedupeKey: judged.notification && dedupeKey(judged.notification)
})

const toText = ({ algorithm, notification, error }: Judged): string => {
  const lines =
    algorithm === undefined ? [paint("bad", "Not genuine")] : [`${paint("good", "Genuine")}, signed with ${algorithm}`]
  if (error !== undefined) lines.push(printable(`${error.detail}.`), printable(error.advice))
  if (notification !== undefined) lines.push(...fields(notification))
  return lines.join("\n")
}

const fields = (notification: Notification): ReadonlyArray<string> => {
  const { transactionReference, status, message, orderId, authorizedAmount, capturedAmount, refundedAmount, test } =
    notification
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ["transaction", transactionReference],
    ["status", message === undefined ? String(status) : `${status} ${message}`],
    ["order", orderId],
    ["authorized", authorizedAmount && Money.toText(authorizedAmount)],
    ["captured", capturedAmount && Money.toText(capturedAmount)],
    ["refunded", refundedAmount && Money.toText(refundedAmount)],
    ["environment", test ? "stage" : "production"]
  ]
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(15)} ${printable(value)}`]))
}
