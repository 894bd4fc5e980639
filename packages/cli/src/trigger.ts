/** `hipay-pos trigger`: a test payment at a reserved terminal of a mock, whose name decides how it ends. */

import { Flags, paint, refuse } from "@hipay-pos/cli-kit"
import { Money, OrderIdGenerator, TerminalTarget } from "@hipay-pos/core"
import { ReservedName } from "@hipay-pos/server-mock/bin"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { readAmount } from "./amount.ts"
import { linksOf } from "./links.ts"
import { credentialsArgument, credentialsFlag } from "./login.ts"
import type { PaymentInput } from "./PaymentRoute.ts"
import { payAtTarget } from "./payThroughApi.ts"
import { makeWaiting } from "./progress.ts"
import * as Report from "./Report.ts"
import { LOCAL } from "./serverFlags.ts"

const DOMAIN = ".terminal.test"

/** Scenarios that only a terminal with HiPay's and Nepting's apps has. */
const ofNepting: ReadonlyArray<string> = ["unacknowledged", "no-passphrase"]

/** The verb. */
export const trigger = Command.make(
  "trigger",
  {
    scenario: Argument.String("scenario").pipe(
      Argument.withDescription("what happens, such as approved, declined or lost-after-approval; --list tells all"),
      Argument.optional
    ),
    list: Flags.yes("list", "print every scenario, and what it shows"),
    amount: Flags.text("amount", "how much, 12.50 by default", "12.50"),
    currency: Flags.text("currency", "currency code, EUR by default", "EUR"),
    url: Flags.text("url", `base URL of the mock, ${LOCAL} by default`, LOCAL),
    credentials: credentialsFlag,
    json: Flags.yes("json", "print JSON")
  },
  Effect.fnUntraced(function* ({ scenario, list, amount, currency, url, credentials, json }) {
    if (list) return yield* Console.log(json ? JSON.stringify(catalogue()) : listed())
    const word = Option.getOrElse(scenario, () => "").toLowerCase()
    const name = word.endsWith(DOMAIN) ? word.slice(0, -DOMAIN.length) : word
    if (ReservedName.fromWord(name) === undefined) {
      const problem = name === "" ? "expected a scenario, such as approved" : `unknown scenario ${name}`
      return yield* refuse(`trigger: ${problem}; hipay-pos trigger --list tells all`)
    }
    const asked = yield* readAmount("trigger", amount, currency)
    const orderId = yield* OrderIdGenerator.generate()
    let onSent = () => {}
    const input: PaymentInput = {
      ...{ verb: "trigger", amount: asked, transactionType: "Debit", orderId, version: "3.2", live: false },
      timeout: Option.none(),
      sent: () => {
        process.exitCode = Report.exitCodes.unknown
        onSent()
      }
    }
    const route = yield* payAtTarget(input, targetOf(name), { url, credentials })
    const server = route.server ?? url
    const waiting = makeWaiting({
      what: `${Money.toText(asked)} at ${route.terminal}`,
      hint: name === "manual" ? `You are the customer: ${server}/#/terminals` : "",
      once: name === "manual" && !json
    })
    onSent = waiting.left
    const report = yield* Effect.mapError(waiting.during(route.perform), ({ message }) => refuse(`trigger: ${message}`))
    const attempt = report.serverAttempt === undefined ? undefined : linksOf(server, report.serverAttempt).id
    yield* Report.print({ ...report, orderId, server, attempt }, asked, {
      json,
      more: credentialsArgument(credentials)
    })
  })
).pipe(
  Command.withDescription("Sends a test payment to a mock, at a terminal whose name says how the payment ends."),
  Command.withExamples([
    { command: "hipay-pos trigger approved", description: "A first order, at the mock that hipay-pos mock starts" },
    { command: "hipay-pos trigger reset-after-approval --amount 40", description: "Paid, and the answer is lost" },
    { command: "hipay-pos trigger --list", description: "Every scenario" }
  ])
)

const targetOf = (name: string): TerminalTarget.TerminalTarget =>
  ofNepting.includes(name)
    ? TerminalTarget.nepting({ serialNumber: name, manufacturer: "PAX" })
    : TerminalTarget.concert({ host: `${name}${DOMAIN}`, contracts: [{ merchantContract: "1234567" }] })

const catalogue = () => ReservedName.all.map((name) => ({ name, shows: ReservedName.shows(name) }))

const listed = (): string => {
  const all = catalogue()
  const width = Math.max(...all.map(({ name }) => name.length))
  return [
    ...all.map(({ name, shows }) => `${paint("strong", name.padEnd(width))}  ${shows}`),
    "",
    "A fault strikes at another stage with FAULT-STAGE, such as reset-after-approval."
  ].join("\n")
}
