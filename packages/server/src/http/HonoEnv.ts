/** A request, as every handler of the app sees it: what one handler leaves for the next, and the headers. */
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
    /** The cookie to go on with. */
    readonly renewedSession?: string
    readonly space: Space
    /** What an order turned out to be, for the log. */
    readonly order: TakenOrder
    /** Sends the response in place of the server. */
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
  /** What an order asked for that is answered without an attempt. */
  asked?: Asked
  /** Called once it has an attempt. */
  onOpened?: () => void
  /** Of an order that was answered 202: what it would have been answered, once it has ended. */
  later?: () => Promise<Answer>
  /** Absent where nothing is traced. */
  readonly trace?: OrderTrace | undefined
}

/** What of Node's request is used here, where a Node server called. */
interface Incoming {
  readonly headers: Readonly<Record<string, unknown>>
  readonly rawHeaders: ReadonlyArray<string>
  readonly socket: { readonly remoteAddress?: string | undefined; readonly destroy: () => void }
}

const incomingOf = (c: Context<Env>): Incoming | undefined =>
  (c.env as { readonly incoming?: Incoming } | undefined)?.incoming

/** A header by its name in lower case. Node has parsed them already, and to make `Headers` of them costs every order. */
export const headerOf = (c: Context<Env>, name: string): string | undefined => {
  const incoming = incomingOf(c)
  if (incoming === undefined) return c.req.header(name)
  const value = incoming.headers[name]
  return typeof value === "string" ? value : undefined
}

/** How many headers of a name in lower case a request has. */
export const countHeaders = (c: Context<Env>, name: string): number =>
  incomingOf(c)?.rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name).length ??
  (c.req.header(name) === undefined ? 0 : 1)

/** The connection that a request came on; without a server there is none. */
export const connectionOf = (c: Context<Env>): object | undefined => incomingOf(c)?.socket

/** Closes the connection that a request came on; without a server there is none. */
export const disconnect = (c: Context<Env>): void => incomingOf(c)?.socket.destroy()

/** The address at the other end of the connection: behind a proxy, the proxy's. Without a connection there is none. */
export const addressOf = (c: Context<Env>): string | undefined => plainAddress(incomingOf(c)?.socket.remoteAddress)
