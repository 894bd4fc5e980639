/**
 * The client as an Effect service: pay an order, and learn what it came to.
 *
 * `pay` sends the order once. It never repeats it, follows no redirect, and has one deadline that is longer than a
 * terminal's, so that it always hears the server's own answer first.
 */

import type { OrderRequest } from "@hipay-pos/core/Order"
import * as Conversion from "@hipay-pos/core/wire/Conversion"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import * as Transport from "./Transport.ts"
import * as Verdict from "./Verdict.ts"

/** HiPay's own servers, as its contract names them. */
export const environments = {
  stage: "https://cloudrun-api-yugcnet4yq-ew.a.run.app",
  production: "https://cloudrun-api-n3l7nqotca-ew.a.run.app"
} as const

/** How a client is set up. */
export interface Options {
  /** `stage`, `production`, or the base URL of another server, such as http://127.0.0.1:8080. */
  readonly server: keyof typeof environments | (string & {})
  readonly username: string
  readonly password: Redacted.Redacted
  /** For one payment, from sending to the answer; 200 s by default. */
  readonly deadline?: Duration.Input
  readonly fetch?: Transport.Fetch
}

/** Longer than a server's 195 s, which is longer than a terminal's 180 s. */
export const DEADLINE = Duration.seconds(200)

/** Pays orders at one server. */
export class PosClient extends Context.Service<
  PosClient,
  {
    /** Has an order paid. Interrupting it does not take the order back. */
    readonly pay: (request: OrderRequest, options?: PayOptions) => Effect.Effect<Verdict.Paid, PosClientError>
    /** Whether the server answers, and in which mode it says to be. */
    readonly healthcheck: Effect.Effect<Health>
  }
>()("@hipay-pos/client/PosClient") {
  static readonly layer = (options: Options): Layer.Layer<PosClient> => Layer.succeed(PosClient, make(options))
}

/** Options of one payment. */
export interface PayOptions {
  readonly deadline?: Duration.Input
  /** Lets a server that knows it give the same answer again instead of a refusal. */
  readonly idempotencyKey?: string
}

/** What the health check told. */
export interface Health {
  readonly healthy: boolean
  /** `simulated` where no money moves; absent on the real service. */
  readonly mode?: string
}

/** A client. */
export const make = (options: Options): PosClient["Service"] => {
  const { server, username, password, fetch = globalThis.fetch, deadline = DEADLINE } = options
  const base = (environments as Readonly<Record<string, string>>)[server] ?? server.replace(/\/+$/, "")
  const authorization = `Basic ${toBase64(`${username}:${Redacted.value(password)}`)}`

  const pay = (request: OrderRequest, { idempotencyKey, ...own }: PayOptions = {}) =>
    Transport.send(fetch, {
      url: `${base}/v1/connector/order`,
      method: "POST",
      headers: {
        authorization,
        "content-type": "application/json",
        accept: "application/json",
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey })
      },
      body: JSON.stringify(Conversion.fromRequest(request))
    }).pipe(
      Effect.timeoutOrElse({
        duration: own.deadline ?? deadline,
        orElse: () => Effect.fail(new OutcomeUnknown({ kind: "TimedOut", detail: "no answer within the deadline" }))
      }),
      Effect.mapError((error) => new PosClientError({ reason: reasonOf(error) })),
      Effect.flatMap((received) => Effect.fromResult(Verdict.fromAnswer(request, received)))
    )

  const healthcheck = Transport.send(fetch, {
    url: `${base}/v1/connector/healthcheck`,
    method: "GET",
    headers: {}
  }).pipe(
    Effect.timeout("10 seconds"),
    Effect.map(({ status, headers }): Health => {
      const mode = headers.get("x-hipay-pos-mode")
      return { healthy: status === 200, ...(mode === null ? {} : { mode }) }
    }),
    Effect.catch(() => Effect.succeed<Health>({ healthy: false }))
  )

  return { pay, healthcheck }
}

const reasonOf = (error: Transport.NotSent | Transport.Broken | OutcomeUnknown): PosClientError["reason"] => {
  switch (error._tag) {
    case "NotSent":
      return new NotStarted({ kind: "Unreachable", detail: error.detail })
    case "Broken":
      return new OutcomeUnknown({ kind: "CutLine", detail: error.detail })
    case "OutcomeUnknown":
      return error
  }
}

/** Base64 of the text's UTF-8 bytes. */
const toBase64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
