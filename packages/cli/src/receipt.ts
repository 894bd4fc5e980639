/** `hipay-pos receipt`: what a terminal printed for a payment, as text, as a page, or for a receipt printer. */
import { connect as dial } from "node:net"
import { CommandFailed, Flags, jsonLine, printableLines, refuse } from "@hipay-pos/cli-kit"
import * as Receipt from "@hipay-pos/core/Receipt"
import { isUndecided } from "@hipay-pos/core/wire/AttemptState"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { connect } from "./AskedServer.ts"
import { readAddress } from "./address.ts"
import { attemptAt } from "./attemptsAt.ts"
import { escPos } from "./escPos.ts"
import { journalFlag, placeOf } from "./journal.ts"
import { credentialsFlag } from "./login.ts"
import { serverOfAttemptFlag } from "./serverFlags.ts"

const widths = ["32", "40", "42", "48"] as const

/** The verb. */
export const receipt = Command.make(
  "receipt",
  {
    id: Argument.String("id").pipe(Argument.withDescription("the attempt, as hipay-pos attempts shows it")),
    copy: Flags.literals("copy", ["customer", "merchant"]).pipe(
      Flag.withDescription("which copy; the customer's by default"),
      Flag.withDefault("customer" as const)
    ),
    columns: Flags.literals("columns", widths).pipe(
      Flag.withDescription("characters per line, 42 by default; 32 for 58 mm paper"),
      Flag.withDefault("42" as const)
    ),
    html: Flags.yes("html", "print a page for a browser"),
    escpos: Flags.yes("escpos", "print ESC/POS bytes, code page 858"),
    print: Flags.text("print", "HOST[:PORT] of an ESC/POS printer on the network, port 9100 by default"),
    json: Flags.yes("json", "print one JSON object: what the terminal said, both copies"),
    journal: journalFlag,
    url: serverOfAttemptFlag,
    credentials: credentialsFlag
  },
  Effect.fnUntraced(function* ({ id, copy, columns, html, escpos, print, json, journal, url, credentials }) {
    if ([html, escpos, json, print !== ""].filter(Boolean).length > 1)
      return yield* refuse("receipt: --html, --escpos, --print and --json exclude each other; give one of them")
    if (escpos && process.stdout.isTTY)
      return yield* refuse("receipt: --escpos prints bytes for a printer: send them to a file or a device, with > FILE")
    const place = yield* placeOf(journal, id, url)
    if (place.server === "")
      return yield* new CommandFailed({
        code: 1,
        line: `receipt: ${id} went through no mock or gateway, and this machine keeps no receipts: hipay-pos pay printed it. The terminal may print a copy`
      })
    const attempt = yield* attemptAt(yield* connect("receipt", place.server, credentials), place.id)
    const { outcome } = attempt
    if (outcome?._tag === "Other")
      return yield* refuse(
        `receipt: ${attempt.id} ended as ${outcome.name}, which this version does not know: update hipay-pos, or print the receipt from the server's console`
      )
    const found = outcome?.receipt ?? attempt.error?.evidence?.receipt
    const text = found?.[copy]
    if (found === undefined || text === undefined)
      return yield* new CommandFailed({
        code: 1,
        line: `receipt: the terminal gave no ${found === undefined ? "receipt" : `copy for the ${copy}`} of ${attempt.id}, which is ${attempt.state}`
      })
    if (isUndecided(attempt)) yield* Console.error(`receipt: the outcome of ${attempt.id} is unknown`)
    if (json) return yield* Console.log(jsonLine(found))
    const lines = Receipt.toColumns(text, Number(columns) as Receipt.Columns, found.format)
    if (html) return yield* Console.log(toPage(attempt.orderId, lines))
    if (escpos) return yield* Effect.sync(() => process.stdout.write(escPos(lines)))
    if (print === "") return yield* Console.log(lines.join("\n"))
    const { host, port } = yield* readAddress("receipt", "--print", /:\d+$/.test(print) ? print : `${print}:9100`)
    yield* send(host, port, escPos(lines))
    yield* Console.error(`receipt: sent to ${host}:${port}`)
  })
).pipe(
  Command.withDescription("Prints what the terminal printed for a payment of a mock or a gateway."),
  Command.withExamples([
    { command: "hipay-pos receipt ID", description: "As text" },
    { command: "hipay-pos receipt ID --print 192.168.1.50", description: "On a receipt printer" },
    {
      command: "hipay-pos receipt ID --escpos > /dev/usb/lp0",
      description: "On a receipt printer attached to this machine"
    },
    { command: "hipay-pos receipt ID --copy merchant --html > receipt.html", description: "The shop's copy, as a page" }
  ])
)

/** The ticket's HTML is never rendered, only its text. */
const toPage = (title: string, lines: ReadonlyArray<string>): string =>
  [
    "<!doctype html>",
    `<meta charset="utf-8"><title>${escapeHtml(title)}</title>`,
    "<style>@page { size: 80mm auto; margin: 4mm } pre { font: 12px/1.35 monospace; margin: 0 }</style>",
    `<pre>${escapeHtml(lines.join("\n"))}</pre>`
  ].join("\n")

const escapeHtml = (text: string): string =>
  printableLines(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

/** Sends bytes to a printer. It sends nothing back, so bytes that it accepts count as printed. */
const send = (host: string, port: number, bytes: Uint8Array): Effect.Effect<void, CommandFailed> =>
  Effect.callback<void, CommandFailed>((resume) => {
    const failed = (problem: string) =>
      resume(
        Effect.fail(
          new CommandFailed({ code: 2, line: `receipt: --print: ${host}:${port}: ${problem}; is the printer on?` })
        )
      )
    const socket = dial({ host, port })
    socket.setTimeout(5_000, () => {
      socket.destroy()
      failed("no answer within 5 s")
    })
    socket.once("error", ({ message, code }: NodeJS.ErrnoException) => failed(code ?? message))
    socket.once("connect", () => socket.end(bytes, () => resume(Effect.void)))
    return Effect.sync(() => socket.destroy())
  })
