/** A mock without a socket, and orders for it. */
import type { Connector } from "@hipay-pos/concert-codec/Connection"
import { Spaces } from "@hipay-pos/server/Spaces"
import { type Body, type Details, type Json, order } from "@hipay-pos/server/testing"
import { MockSpaces, makeApp, type ServerEvent, type Validation } from "@hipay-pos/server-mock"
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { sandbox } from "../src/mock/sandbox.ts"

export const authorization = `Basic ${btoa("merchant:secret")}`

export { type Body, type Details, type Json, order }

/** An answer of the server. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly header: (name: string) => string | null
  readonly body: Body
}

const toAnswered = async (response: Response): Promise<Answered> => ({
  status: response.status,
  headers: response.headers,
  header: (name) => response.headers.get(name),
  body: (await response.json()) as Body
})

/** A mock whose terminal at 127.0.0.1:8888 is behind `connector`; all others are simulated. */
export const makeServer = (
  options: MockSpaces.MockSpacesOptions & {
    readonly connector?: Connector
    readonly validation?: Validation
    readonly behindTls?: boolean
  } = {}
) => {
  const { connector, validation = "strict", behindTls = false, ...rest } = options
  const events: Array<ServerEvent> = []
  const listener = (event: ServerEvent) => {
    events.push(event)
    options.listener?.(event)
  }
  const runtime = ManagedRuntime.make(
    MockSpaces.layer({
      ...rest,
      validation,
      listener,
      ...(connector === undefined ? {} : { attached: { addresses: [{ host: "127.0.0.1", port: 8888 }], connector } })
    })
  )
  const app = makeApp(runtime, {
    credentials: [
      { username: "merchant", password: Redacted.make("secret") },
      { username: "other", password: Redacted.make("pâss:wörd"), roles: ["pay"] }
    ],
    mode: "simulated",
    sandbox,
    validation,
    behindTls,
    tracer: options.tracer,
    listener
  })
  const send = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await app.request("/v1/connector/order", {
      method: "POST",
      headers: { authorization, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body)
    })
    return toAnswered(response)
  }
  const get = async (path: string, headers: Record<string, string> = { authorization }) => {
    return toAnswered(await app.request(path, { headers }))
  }
  const spaces = () => runtime.runPromise(Spaces)
  /** Once the fibers that something was left to have run. */
  const settled = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return { app, runtime, events, send, get, spaces, settled, [Symbol.asyncDispose]: () => runtime.dispose() }
}

/** An order for the attached address. */
export const attachedOrder = (orderId = "ORDER_1", amount = 1250, fields: Json = {}, pushTo = "POS"): Json =>
  order({
    order: { order_id: orderId, price: { amount }, ...fields },
    info: {
      host_information: { host: "127.0.0.1", port: 8888 },
      terminal_transaction_display: {
        protocol: "ConcertV3.2",
        contract_array: [{ merchant_contract: "1234567" }],
        push_to: pushTo
      }
    }
  })

/** A simulated terminal that is reached over its connector. */
export const makeTerminal = (options: TerminalSimulator.Options = {}): Promise<TerminalSimulator.TerminalSimulator> =>
  Effect.runPromise(Scope.provide(TerminalSimulator.make(options), Scope.makeUnsafe()))
