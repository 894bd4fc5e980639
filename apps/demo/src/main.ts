/**
 * `npm run demo`: the API, two terminals and a till; one paid order, and its story.
 *
 * With `--once`, only what one order needs is started, and everything ends with it.
 */
import "effect/schema/SchemaJITCompiler/enable"
import { CommandFailed, Flags, openLink, paint, refuse, run, untilStopped } from "@hipay-pos/cli-kit"
import { Receipt } from "@hipay-pos/core"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { type StartedMock, startServer } from "@hipay-pos/server-mock/node"
import { pace } from "@hipay-pos/terminal-simulator/bin"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import manifest from "../package.json" with { type: "json" }
import { frontDesk, pinpadOf, sendHome } from "./frontDesk.ts"
import { framed, makeFullStory } from "./fullStory.ts"
import { amountOf, makeOrder } from "./order.ts"
import { makeStory } from "./story.ts"
import { onUsualPort } from "./usualPort.ts"

const demo = Command.make(
  "demo",
  {
    once: Flags.yes("once", "pay one order, print its receipt and end; exit code 0 only if it was paid"),
    json: Flags.yes("json", "tell nothing, print one JSON object"),
    verbose: Flags.yes("verbose", "tell every payment in full: messages, frames, screens and receipts"),
    open: Flags.yes("open", "open the till in the browser"),
    pace
  },
  Effect.fnUntraced(function* ({ once, json, verbose, open, pace }) {
    if (once && open)
      return yield* refuse("demo: --open opens the till, which --once does not start; leave one of them out")
    const say = (line: string) => {
      if (!json) console.log(line)
    }
    say(`${paint("strong", "hipay-pos demo.")} Unofficial, not affiliated with HiPay.`)
    say("Everything is simulated: no money moves.\n")
    const story = verbose ? makeFullStory(say) : makeStory(say)
    if (!once) yield* orEnd(() => import("./pages.ts").then(({ buildPages }) => buildPages()))

    const terminal = yield* use(onUsualPort(8888, say, (port) => startTerminal({ name: "demo", pace, port })))
    terminal.simulator.subscribe(story.onTerminal)
    const server = yield* use(
      onUsualPort(8080, say, (port) =>
        startServer({
          port,
          attach: [`127.0.0.1:${terminal.port}`],
          terminals: [{ name: "Front desk", ...frontDesk, cardholder: "manual", pace }],
          pace,
          listener: story.onServer
        })
      )
    )
    const urls = once ? undefined : yield* startAround(server, terminal.port, say)

    const order = makeOrder(`DEMO-${Date.now().toString(36).toUpperCase()}`, "127.0.0.1", terminal.port)
    const answer = yield* orEnd(() => post(`${server.url}/v1/connector/order`, order))
    const paid = answer.body.paymentStatus === "Success"
    const [exchange] = terminal.simulator.journal()
    const receipt = answer.body.receipt === undefined ? undefined : Receipt.decodeBase64(answer.body.receipt)
    if (json) {
      yield* Console.log(
        JSON.stringify({
          httpStatus: answer.status,
          paymentStatus: answer.body.paymentStatus,
          amount: answer.body.order?.price?.amount,
          frames: { request: exchange?.request, response: exchange?.answer },
          receipt,
          urls
        })
      )
    }
    const isShort = paid && !verbose
    const more = once ? "messages and frames" : "messages, frames and receipt"
    say(
      `\n${paid ? paint("good", "Paid") : paint("bad", "Not paid")}: ${amountOf(order)}.${isShort ? ` With --verbose: its ${more}.` : ""}`
    )
    if (once && !verbose && receipt !== undefined) for (const line of framed(Receipt.lines(receipt))) say(line)
    if (urls === undefined) return yield* paid ? Effect.void : new CommandFailed({ code: 1 })

    say(`
Sell something at the till and be the customer at the pinpad, or send orders of
your own: each is told below. Ctrl-C ends all of it.

   till       ${urls.till}
   console    ${urls.console}   login merchant, password secret
   pinpad     ${urls.pinpad}
   API        ${server.url}
   terminal   127.0.0.1:${terminal.port}   Concert V3.2, pays by itself
`)
    const problem = open ? yield* openLink(urls.till) : undefined
    if (problem !== undefined) yield* Console.error(`demo: ${problem}`)
    return yield* untilStopped(Effect.never)
  }, Effect.scoped)
).pipe(
  Command.withDescription("The API, two terminals and a till; one paid order, and the story of it."),
  Command.withExamples([
    { command: "npm run demo", description: "All of it, until Ctrl-C" },
    { command: "npm run demo -- --once --json", description: "One order, for a script" }
  ])
)

/** What keeps running beside the API: the till, which has both terminals, and a list of all addresses. */
const startAround = Effect.fnUntraced(function* (
  { url, control }: StartedMock,
  port: number,
  say: (line: string) => void
) {
  const { startDemoTill } = yield* orEnd(() => import("./till.ts"))
  const terminals = [
    { name: { en: "Counter, pays by itself", fr: "Comptoir, paie tout seul" }, host: "127.0.0.1", port },
    { name: { en: "Front desk, you are the customer", fr: "Accueil, vous êtes le client" }, ...frontDesk }
  ]
  const till = yield* use(onUsualPort(8090, say, (port) => startDemoTill({ port, server: url, terminals })))
  // Before anything closes, because closing waits for payments in progress.
  yield* Effect.addFinalizer(() => Effect.promise(() => sendHome(control)))
  return { till: till.url, console: `${url}/`, pinpad: pinpadOf(url), api: url }
})

const orEnd = <A>(start: () => Promise<A>) =>
  Effect.tryPromise({
    try: start,
    catch: (error) => new CommandFailed({ code: 2, line: `demo: ${ErrorText.of(error)}` })
  })

/** Starts something that closes with the scope. */
const use = <A extends { readonly close: () => Promise<void> }>(start: () => Promise<A>) =>
  Effect.acquireRelease(orEnd(start), (started) => Effect.promise(() => started.close()))

interface Answered {
  readonly status: number
  readonly body: {
    readonly paymentStatus?: string
    readonly receipt?: string
    readonly order?: { readonly price?: { readonly amount?: number } }
  }
}

const post = async (url: string, order: object): Promise<Answered> => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Basic ${btoa("merchant:secret")}` },
    body: JSON.stringify(order)
  })
  return { status: response.status, body: (await response.json()) as Answered["body"] }
}

run(demo, { version: manifest.version, args: process.argv.slice(2) })
