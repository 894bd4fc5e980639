/** A request as the app's handlers see it: the variables that handlers pass on, and the headers. */
import { plainAddress } from "@hipay-pos/core/Host"
import type { Context } from "hono"
import type { Attempt } from "../attempts/Attempt.ts"
import type { Deliver } from "../OrderInterceptor.ts"
import type { Answer } from "../render/Answer.ts"
import type { Asked } from "../ServerEvent.ts"
import type { Space } from "../Space.ts"
import type { OrderTrace } from "../telemetry/OrderTrace.ts"
import type { Login } from "./Credentials.ts"

/** What a request carries from one handler to the next. */
export interface Env {
  readonly Variables: {
    readonly requestId: string
    readonly login: Login
    /** The renewed session cookie to send. */
    readonly renewedSession?: string
    readonly space: Space
    /** What is known of the order, for the log. */
    readonly order: TakenOrder
    /** Sends the response in the server's place. */
    readonly deliver?: Deliver
  }
}

/** What is known of an order while it is answered. */
export interface TakenOrder {
  /** By the monotonic clock, in milliseconds. */
  readonly startedAt: number
  login?: string
  orderId?: string
  attempt?: Attempt
  /** What an order without an attempt asked for. */
  asked?: Asked
  /** Called once the order has an attempt. */
  onOpened?: () => void
  /** For an order answered 202: the answer that it would have got, once it has ended. */
  later?: () => Promise<Answer>
  /** Absent if nothing is traced. */
  readonly trace?: OrderTrace | undefined
}

/** The parts of Node's request that are used here, if a Node server called. */
interface Incoming {
  readonly headers: Readonly<Record<string, unknown>>
  readonly rawHeaders: ReadonlyArray<string>
  readonly socket: { readonly remoteAddress?: string | undefined; readonly destroy: () => void }
}

const incomingOf = (c: Context<Env>): Incoming | undefined =>
  (c.env as { readonly incoming?: Incoming } | undefined)?.incoming

/** A header by its lower-case name. Node has already parsed them; building `Headers` would cost every order. */
export const headerOf = (c: Context<Env>, name: string): string | undefined => {
  const incoming = incomingOf(c)
  if (incoming === undefined) return c.req.header(name)
  const value = incoming.headers[name]
  return typeof value === "string" ? value : undefined
}

/** How many headers have this lower-case name. */
export const countHeaders = (c: Context<Env>, name: string): number =>
  incomingOf(c)?.rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name).length ??
  (c.req.header(name) === undefined ? 0 : 1)

/** The request's connection; undefined without a server. */
export const connectionOf = (c: Context<Env>): object | undefined => incomingOf(c)?.socket

/** Closes the request's connection; does nothing without a server. */
export const disconnect = (c: Context<Env>): void => incomingOf(c)?.socket.destroy()

/** The address of the other end of the connection, which may be a proxy's; undefined without a connection. */
export const addressOf = (c: Context<Env>): string | undefined => plainAddress(incomingOf(c)?.socket.remoteAddress)
