/**
 * A question to a server of this toolkit: a mock, or a gateway. Never an order: what is asked here may be asked again.
 */
import { refuse } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import type { Login } from "./login.ts"

export interface Question {
  readonly verb: string
  readonly server: URL
  readonly login: Pick<Login, "username" | "password">
  readonly method: "GET" | "POST"
  /** Below the server's base URL, such as `/attempts`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  /** Ends the sentence for a server that is neither mock nor gateway. */
  readonly only?: string
}

export interface Reply {
  readonly status: number
  readonly mode: "simulated" | "gateway"
  /** `undefined` where it is not JSON. */
  readonly json: unknown
}

/** Asks. Fails with one sentence where the server does not answer, the login is refused, or the server is HiPay's own. */
export const askServer = Effect.fnUntraced(function* (question: Question) {
  const { verb, server, login } = question
  const { status, mode, text } = yield* Effect.tryPromise({
    try: (signal) => send(question, signal),
    catch: () => refuse(`${verb}: ${server.origin} does not answer; is it running? hipay-pos mock starts one`)
  }).pipe(
    Effect.timeoutOrElse({
      duration: "30 seconds",
      orElse: () => Effect.fail(refuse(`${verb}: ${server.origin} gave no answer within 30 s`))
    })
  )
  if (mode !== "simulated" && mode !== "gateway") {
    return yield* refuse(
      `${verb}: ${server.origin} is neither a mock nor a gateway of this toolkit${question.only ?? ""}`
    )
  }
  if (status === 401) {
    return yield* refuse(`${verb}: ${server.origin} refuses the login of ${login.username}`)
  }
  if (status === 403) {
    return yield* refuse(`${verb}: ${login.username} may not do this at ${server.origin}; the login lacks the role`)
  }
  const reply: Reply = { status, mode, json: parse(text) }
  return reply
})

/** What a server says that it did not do, as its error's own words. */
export const refusalOf = ({ status, json }: Reply): string => {
  const { error } = (json ?? {}) as { readonly error?: { readonly message?: unknown; readonly description?: unknown } }
  const words = [error?.description, error?.message].find((each) => typeof each === "string" && each !== "")
  return words === undefined ? `HTTP ${status}` : `${String(words)} (HTTP ${status})`
}

const send = async ({ server, login, method, path, headers, body }: Question, signal: AbortSignal) => {
  const response = await fetch(`${server.href.replace(/\/+$/, "")}${path}`, {
    method,
    redirect: "manual",
    signal,
    headers: {
      accept: "application/json",
      authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  return { status: response.status, mode: response.headers.get("x-hipay-pos-mode"), text: await response.text() }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
