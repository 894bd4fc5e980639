/** A relay between a till and a service of the test's choice: a mock, or a server with scripted answers. */
import { mkdtempSync } from "node:fs"
import type { IncomingMessage, ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { signNotification } from "@hipay-pos/client/notification"
import { type RelayOptions, type StartGatewayOptions, startGateway } from "@hipay-pos/gateway/node"
import { type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import { listenHttp } from "../listen.ts"
import { orderFor } from "../order.ts"

export const folder = mkdtempSync(join(tmpdir(), "relay-"))
let stores = 0

/** The till's login at the relay, and the relay's login at the service. */
export const till = { username: "till", password: "at the relay" }
export const account = { username: "merchant", password: "secret" }

export const basic = ({ username, password }: typeof till) => `Basic ${btoa(`${username}:${password}`)}`

/** A relay to a service, with the till's login unless there are others. */
export const startRelay = async (
  upstream: string,
  {
    relay = {},
    ...options
  }: Partial<Omit<StartGatewayOptions, "relay">> & { readonly relay?: Partial<RelayOptions> } = {}
) => {
  const { passThrough = false } = relay
  const gateway = await startGateway({
    port: 0,
    store: join(folder, `relay-${++stores}.db`),
    ...(options.logins === undefined ? { credentials: till } : {}),
    terminals: [],
    ...options,
    relay: { upstream, ...(passThrough ? {} : { credentials: account }), ...relay }
  })
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${gateway.url}${path}`, {
      ...init,
      headers: { authorization: basic(till), "content-type": "application/json", ...init.headers }
    })
  const pay = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    request("/v1/connector/order", {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body)
    })
  const attempt = async (orderId: string) => {
    const { attempts } = (await (await request(`/attempts?q=${orderId}`)).json()) as {
      readonly attempts: ReadonlyArray<{ readonly id: string; readonly state: string; readonly paid?: number }>
    }
    return attempts
  }
  const { url, close, reload } = gateway
  return { url, close, reload, request, pay, attempt, [Symbol.asyncDispose]: close }
}

/** The mock as the service. */
export const startMock = (options: StartServerOptions = {}) => startServer({ port: 0, ...options })

/** A service with scripted answers, which records its requests. */
export const startService = async (answer: (request: Asked, response: ServerResponse) => void) => {
  const asked: Array<Asked> = []
  const server = await listenHttp((request, response) => {
    void bodyOf(request).then((body) => {
      const each = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body }
      if (each.path !== "/v1/connector/healthcheck") asked.push(each)
      if (each.path === "/v1/connector/healthcheck") response.end("up")
      else answer(each, response)
    })
  })
  return { ...server, asked }
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

/** The body of a request as text. */
export const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

/** The order of a till, 12.45 EUR. */
export const order = (orderId: string, host = "192.168.1.20") => orderFor(orderId, { host })

/** A payment's answer, as HiPay's documents show it. */
export const success = (sent: string) => ({ paymentStatus: "Success", ...(JSON.parse(sent) as object) })

/** Sends a relay HiPay's signed notification that an order was authorised for 12.45 EUR; returns the answer's status. */
export const notify = async (
  relay: string,
  passphrase: string,
  orderId: string,
  more: Readonly<Record<string, string>> = {}
): Promise<number> => {
  const body = new URLSearchParams({
    transaction_reference: `T-${orderId}`,
    status: "116",
    test: "true",
    currency: "EUR",
    authorized_amount: "12.45",
    "order[id]": orderId,
    "order[amount]": "12.45",
    "order[currency]": "EUR",
    ...more
  }).toString()
  const headers = {
    ...(await signNotification(body, passphrase)),
    "content-type": "application/x-www-form-urlencoded",
    connection: "close"
  }
  return (await fetch(`${relay}/notifications/hipay`, { method: "POST", body, headers })).status
}
