/** `npm run demo`: a terminal, the API attached to it, one paid order, and the story of it. */
import "effect/schema/SchemaJITCompiler/enable"
import { Money, Receipt, type Wire } from "@hipay-pos/core"
import { StartFailed, startServer } from "@hipay-pos/server-mock/node"
import { ExitWith, Flags, run } from "@hipay-pos/terminal-simulator/bin"
import { type ListenFailed, startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import manifest from "../package.json" with { type: "json" }
import { makeOrder } from "./order.ts"
import { makeStory } from "./story.ts"

const demo = Command.make(
  "demo",
  {
    once: Flag.Boolean("once").pipe(
      Flag.withDescription("pay one order and end; exit code 0 only if it was paid"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("tell nothing, print one JSON object at the end"),
      Flag.withDefault(false)
    ),
    pace: Flags.pace
  },
  Effect.fnUntraced(function* ({ once, json, pace }) {
    const say = (line: string) => {
      if (!json) console.log(line)
    }
    const story = makeStory(say)
    const terminal = yield* use(
      otherPort(
        (port) => startTerminal({ name: "demo", pace, port }),
        8888,
        portTaken,
        (line) => say(line)
      )
    )
    terminal.simulator.subscribe(story.onTerminal)
    const server = yield* use(
      otherPort(
        (port) => startServer({ port, attach: [`127.0.0.1:${terminal.port}`], listener: story.onServer }),
        8080,
        portTaken,
        say
      )
    )
    say("hipay-pos demo. Unofficial, not affiliated with HiPay. Everything is simulated: no money moves.")

    const order = makeOrder(`DEMO-${Date.now().toString(36).toUpperCase()}`, "127.0.0.1", terminal.port)
    const answer = yield* Effect.promise(() => post(`${server.url}/v1/connector/order`, order))
    const paid = answer.body.paymentStatus === "Success"
    const [exchange] = terminal.simulator.journal()
    if (json) {
      const receipt = answer.body.receipt === undefined ? undefined : Receipt.decodeBase64(answer.body.receipt)
      yield* Console.log(
        JSON.stringify({
          httpStatus: answer.status,
          paymentStatus: answer.body.paymentStatus,
          amount: answer.body.order?.price?.amount,
          frames: { request: exchange?.request, response: exchange?.answer },
          receipt
        })
      )
    }
    say(`\n${paid ? "Paid" : "Not paid"}: ${amountOf(order)}.`)
    if (once) return yield* paid ? Effect.void : new ExitWith({ code: 1 })

    say(`
   API        ${server.url}   login merchant, password secret
   attempts   ${server.url}/attempts
   terminal   127.0.0.1:${terminal.port}   Concert V3.2

Send orders of your own; they are told here. Ctrl-C ends it.`)
    return yield* Effect.never
  }, Effect.scoped)
).pipe(Command.withDescription("A terminal, the API attached to it, one paid order, and the story of it."))

/** Starts something, and closes it with the scope. */
const use = <A extends { readonly close: () => Promise<void> }>(start: () => Promise<A>) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: start,
      catch: (error) =>
        new ExitWith({ code: 2, line: `demo: ${error instanceof Error ? error.message : String(error)}` })
    }),
    (started) => Effect.promise(() => started.close())
  )

/** Starts on the usual port, or on any that is free when that one is taken. */
const otherPort =
  <A>(
    start: (port: number) => Promise<A>,
    port: number,
    taken: (error: unknown) => boolean,
    say: (line: string) => void
  ) =>
  async (): Promise<A> => {
    try {
      return await start(port)
    } catch (error) {
      if (!taken(error)) throw error
      say(`Port ${port} is taken; another one is used.`)
      return start(0)
    }
  }

const portTaken = (error: unknown): boolean =>
  error instanceof StartFailed ? error.code === "EADDRINUSE" : (error as ListenFailed).code === "EADDRINUSE"

const amountOf = ({ order }: Wire.RootOrder.RootOrder): string =>
  Money.toText(Result.getOrThrow(Money.make(order.price.amount, order.price.currency ?? "EUR")))

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
