/**
 * Pays an order at a terminal and says how it ended, with Effect. Node 22.19 or newer.
 *
 *   npm install @hipay-pos/client @hipay-pos/core effect
 *   node pay.ts SALE-1001 12.50 192.168.1.20
 *
 * Exit codes: 0 paid, 11 paid in part, 10 declined, 3 not started, 4 unknown,
 * 2 wrong usage, or the order id belongs to another order or to a reversed payment.
 * After 4, look at the terminal, or run it again with the same order id: it is never paid twice.
 */
import { PosClient } from "@hipay-pos/client/effect"
import { FileJournal } from "@hipay-pos/client/node"
import { Money, OrderRequest, TerminalTarget } from "@hipay-pos/core"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

const [orderId = "", amount = "", host = "", ...others] = process.argv.slice(2)
const isValid = /^[\w-]{1,50}$/.test(orderId) && /^\d{1,9}\.\d\d$/.test(amount) && host !== "" && others.length === 0

// Every attempt is in this file before a byte leaves. The client waits 200 s for an answer, and sends an order once.
const client = PosClient.PosClient.layerConfig({
  server: Config.String("HIPAY_POS_URL").pipe(Config.withDefault("http://127.0.0.1:8080")),
  username: Config.String("HIPAY_POS_USERNAME").pipe(Config.withDefault("merchant")),
  password: Config.Redacted("HIPAY_POS_PASSWORD").pipe(Config.withDefault(Redacted.make("secret"))),
  live: Config.Boolean("HIPAY_POS_LIVE").pipe(Config.withDefault(false)), // "yes": real money, at a gateway or a relay
  journal: FileJournal.make("journal.db")
})

const end = (code: number, words: string) => Effect.as(Console.log(words), code)

/** Attempts that an earlier run left without an end: the server may know it by now. If the journal cannot be read, the payment says so. */
const settle = Effect.gen(function* () {
  const client = yield* PosClient.PosClient
  for (const { id } of yield* client.unsettled) yield* Effect.ignore(client.resolve(id))
}).pipe(Effect.ignore)

const sale = Effect.gen(function* () {
  const client = yield* PosClient.PosClient
  const target = TerminalTarget.concert({ host, contracts: [{ merchantContract: "1234567" }] })
  const request = yield* Effect.fromResult(OrderRequest.make({ orderId, amount: Money.of(amount, "EUR") }, target))
  const outcome = yield* client.pay(request)
  switch (outcome._tag) {
    case "Approved":
      return yield* end(0, `paid ${Money.toText(outcome.amount)}`)
    case "ApprovedInPart":
      return yield* end(11, `paid in part ${Money.toText(outcome.paid)}`)
    case "Declined":
      return yield* end(10, `declined ${outcome.label}`)
  }
}).pipe(
  Effect.catchTag("PosClientError", ({ reason, message, advice }) => {
    switch (reason._tag) {
      case "AlreadyApproved":
        return reason.state === "approved" ? end(0, "paid before") : end(11, "paid in part before")
      case "NotStarted":
        return end(3, `not started: ${reason.detail}. ${advice}`)
      case "AlreadyReversed":
      case "OrderIdConflict":
        return end(2, `this order id cannot be used for a payment: ${message}`)
      default:
        // OutcomeUnknown and Unsettled: take no other payment for this order yet.
        return end(4, `unknown: ${reason.detail}. ${advice}`)
    }
  })
)

const usage = Effect.as(Console.error("usage: node pay.ts ORDER_ID 12.50 HOST"), 2)
const refused = ({ message }: Error) => Effect.as(Console.error(message), 2) // the settings or the order are wrong: nothing was sent
const program = settle.pipe(Effect.andThen(sale), Effect.provide(client), Effect.catch(refused))
process.exitCode = await Effect.runPromise(isValid ? program : usage)
