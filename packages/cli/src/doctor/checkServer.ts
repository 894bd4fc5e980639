/** Checks a server: whether it answers, its mode, the login, and its clock. Nothing here starts a payment. */

import { basic } from "@hipay-pos/cli-kit"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import { defined } from "@hipay-pos/core/Defined"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { addressText, isLoopback } from "@hipay-pos/core/Host"
import { Readiness } from "@hipay-pos/core/wire/Readiness"
import type { ServerMode } from "@hipay-pos/core/wire/Session"
import { UpstreamLogin } from "@hipay-pos/core/wire/UpstreamLogin"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Login } from "../login.ts"
import type { Check } from "./Check.ts"

/** The mode that the server states; `undefined` for the real service, or if there was no answer. */
export type Mode = ServerMode | "relay" | undefined

export interface ServerChecks {
  readonly mode: Mode
  readonly checks: ReadonlyArray<Check>
}

/** With more skew than this, in milliseconds, times in journals and receipts no longer show what came first. */
const MAX_SKEW = 30_000

/** Runs the checks of a server. */
export const checkServer = Effect.fnUntraced(function* (server: URL, login: Login | undefined) {
  const base = server.href.replace(/\/+$/, "")
  const asked = yield* Clock.currentTimeMillis
  const health = yield* ask(`${base}/v1/connector/healthcheck`)
  if (health._tag === "Failed") {
    const checks: ReadonlyArray<Check> = [
      {
        name: "server",
        verdict: "failed",
        detail: `${base} does not answer: ${health.problem}`,
        next: "Start it (hipay-pos mock), or look at the address, the proxy and the firewall between."
      },
      fromLogin(login)
    ]
    const found: ServerChecks = { mode: undefined, checks }
    return found
  }
  const answered = yield* Clock.currentTimeMillis
  const { response, text } = health
  const mode = modeOf(response)
  const own = yield* checkLogin(base, mode, login)
  const isRelay = response.headers.has("x-hipay-pos-upstream")
  const checks: ReadonlyArray<Check> = [
    isUp(base, health, answered - asked, mode),
    ...checkEncryption(server, mode),
    ...(mode === undefined ? [] : [yield* checkReadiness(base)]),
    ...(isRelay ? [upstreamIn(text)] : []),
    own,
    ...(isRelay && login !== undefined && own.verdict === "ok" ? [yield* checkRelayLogin(base, login)] : []),
    clock(response, asked, answered)
  ]
  const found: ServerChecks = { mode, checks }
  return found
})

/** Plain HTTP to another machine, where money moves. */
export const checkEncryption = ({ protocol, hostname, host }: URL, mode: Mode): ReadonlyArray<Check> =>
  protocol === "https:" || isLoopback(hostname) || mode === "simulated"
    ? []
    : [
        {
          name: "encryption",
          verdict: "warning",
          detail: `http://${host} is not encrypted: others on the network can read the login, and pay with it`,
          next: "Put a proxy that speaks TLS in front of the server (docs/gateway.md), and use its https:// address."
        }
      ]

/** The real service answers with one word at most. */
const MAX_STATUS_TEXT = 100

const isUp = (
  base: string,
  { response: { status }, text }: { readonly response: Response; readonly text: string },
  milliseconds: number,
  mode: Mode
): Check => {
  if (status === 200 && mode === undefined && (text.includes("<") || text.length > MAX_STATUS_TEXT)) {
    return {
      name: "server",
      verdict: "failed",
      detail: `${base} answers its health check with a page, not with the word of a POS API`,
      next: "Is this the base URL of the API? The login page of a network or a proxy answers like this too."
    }
  }
  if (status !== 200) {
    return {
      name: "server",
      verdict: "failed",
      detail: `${base} answers its health check with HTTP ${status}`,
      next: "Expected 200: is this the base URL of the API?"
    }
  }
  const words = {
    simulated: "simulated: no money moves",
    gateway: "a gateway: it dials real terminals, and payments need --live",
    relay: "a relay to HiPay's own service: money moves, and payments need --live",
    undefined: "it does not say that it is simulated: money moves, and payments need --live"
  }
  return { name: "server", verdict: "ok", detail: `${base} answers in ${milliseconds} ms; ${words[`${mode}`]}` }
}

/** Whether it should get new orders: a server that answers may be unable to write its store. */
const checkReadiness = Effect.fnUntraced(function* (base: string) {
  const asked = yield* ask(`${base}/readyz`)
  if (asked._tag === "Failed")
    return readiness("failed", `it does not say whether it takes orders: ${asked.problem}`, CHECK_STORE)
  const { status } = asked.response
  const told = Option.getOrUndefined(decodeReadiness(asked.text))
  if (told?.ready === true && status === 200) return readiness("ok", "it takes orders")
  if (told === undefined)
    return status === 404
      ? readiness("skipped", "it does not say whether it takes orders")
      : readiness("failed", `it does not say whether it takes orders (HTTP ${status})`, CHECK_STORE)
  const problems = told.problems ?? [`it answers HTTP ${status}`]
  return readiness("failed", `it should get no new orders: ${problems.join("; ")}`, CHECK_STORE)
})

const CHECK_STORE = "Look at its store and its log; payments wait until GET /readyz is 200."

const readiness = (verdict: Check["verdict"], detail: string, next?: string): Check =>
  defined({ name: "readiness" as const, verdict, detail, next })

const decodeReadiness = Schema.decodeUnknownOption(Schema.fromJsonString(Readiness))

const fromLogin = (login: Login | undefined): Check =>
  login === undefined
    ? {
        name: "credentials",
        verdict: "failed",
        detail: "no login was given",
        next: "Set HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD, or name a file with --credentials."
      }
    : { name: "credentials", verdict: "skipped", detail: `${places[login.from]}; the server was not there to check it` }

const places: Readonly<Record<Login["from"], string>> = {
  file: "the login comes from the file",
  environment: "the login comes from the environment",
  default: "the login is the mock's own"
}

/** Only our servers can check a login without an order. */
const checkLogin = Effect.fnUntraced(function* (base: string, mode: Mode, login: Login | undefined) {
  if (login === undefined) return fromLogin(login)
  if (mode === undefined) {
    const check: Check = {
      name: "credentials",
      verdict: "skipped",
      detail: `${places[login.from]}; the real service checks it with an order only, and none was sent`
    }
    return check
  }
  const asked = yield* ask(`${base}/session`, {
    authorization: basic(login)
  })
  const status = asked._tag === "Failed" ? undefined : asked.response.status
  const check: Check =
    status === 200
      ? { name: "credentials", verdict: "ok", detail: `${places[login.from]}, and ${login.username} is known` }
      : {
          name: "credentials",
          verdict: "failed",
          detail: `${places[login.from]}, and the server refuses it (${status ?? "no answer"})`,
          next: "Look at HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD, or at the file of --credentials."
        }
  return check
})

/** Whether a mock reaches a terminal over TCP instead of simulating it; false if it does not say. */
export const isAttached = Effect.fnUntraced(function* (server: URL, login: Login, address: Address) {
  const name = encodeURIComponent(addressText(address))
  const asked = yield* ask(`${server.href.replace(/\/+$/, "")}/_mock/terminals/${name}`, {
    authorization: basic(login)
  })
  return asked._tag === "Answered" && asked.response.status === 409
})

/** The state of the service behind a relay, as the relay's health check reports it. */
const upstreamIn = (text: string): Check => {
  const [, line = "the relay does not say how the service behind it is"] = text.split("\n")
  const detail = line.replace(/^upstream /, "")
  return / up, /.test(detail)
    ? { name: "upstream", verdict: "ok", detail }
    : {
        name: "upstream",
        verdict: "failed",
        detail,
        next: "Look at the relay's network, DNS and proxy, and at its --relay and --ca. The till's own line is good."
      }
}

/** The relay's own login at the service, which is not the till's. */
const checkRelayLogin = Effect.fnUntraced(function* (base: string, own: Login) {
  const asked = yield* ask(`${base}/upstream`, { authorization: basic(own) })
  const told = asked._tag === "Failed" || asked.response.status !== 200 ? Option.none() : decodeLogin(asked.text)
  if (Option.isNone(told)) return relayLogin("skipped", "the relay does not say whether its own login is known")
  const { upstream, login, problem = "" } = told.value
  switch (login) {
    case "known":
      return relayLogin("ok", `${upstream} knows the login that the relay has there for ${own.username}`)
    case "refused":
      return relayLogin(
        "failed",
        `${upstream} refuses the login of the relay, not the till's`,
        "Give the relay another: HIPAY_POS_RELAY_USERNAME and HIPAY_POS_RELAY_PASSWORD, --relay-credentials, or its logins file."
      )
    case "missing":
      return relayLogin(
        "failed",
        `the relay has no login at ${upstream} for ${own.username}`,
        "Give it one in its logins file, or one for all with --relay-credentials."
      )
    case "callers":
      return relayLogin("skipped", `the relay has no login of its own: it hands on the till's to ${upstream}`)
    case "unanswered":
      return relayLogin("warning", `the relay could not ask ${upstream} about its login: ${problem}`)
  }
})

const relayLogin = (verdict: Check["verdict"], detail: string, next?: string): Check =>
  defined({ name: "relay-login" as const, verdict, detail, next })

const decodeLogin = Schema.decodeUnknownOption(Schema.fromJsonString(UpstreamLogin))

/** By the Date header, which has whole seconds. */
const clock = ({ headers }: Response, asked: number, answered: number): Check => {
  const date = Date.parse(headers.get("date") ?? "")
  if (Number.isNaN(date)) return { name: "clock", verdict: "skipped", detail: "the server does not tell its time" }
  const skew = date + 500 - (asked + answered) / 2
  const seconds = Math.round(Math.abs(skew) / 1000)
  return Math.abs(skew) <= MAX_SKEW
    ? { name: "clock", verdict: "ok", detail: `this machine and the server agree within ${Math.max(1, seconds)} s` }
    : {
        name: "clock",
        verdict: "warning",
        detail: `the server is ${seconds} s ${skew > 0 ? "ahead of" : "behind"} this machine`,
        next: "Set the clock by network time: receipts and journals are compared by it."
      }
}

const modeOf = ({ headers }: Response): Mode => {
  const mode = headers.get("x-hipay-pos-mode")
  return mode === "simulated" || mode === "gateway" || mode === "relay" ? mode : undefined
}

type Asked =
  | { readonly _tag: "Answered"; readonly response: Response; readonly text: string }
  | { readonly _tag: "Failed"; readonly problem: string }

const ask = (url: string, headers: Readonly<Record<string, string>> = {}): Effect.Effect<Asked> =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, { headers, redirect: "manual", signal })
      return { response, text: await startOf(response) }
    },
    catch: (error) => problemOf(error)
  }).pipe(
    Effect.timeoutOrElse({ duration: "10 seconds", orElse: () => Effect.fail("no answer within 10 s") }),
    Effect.match({
      onSuccess: (answered): Asked => ({ _tag: "Answered", ...answered }),
      onFailure: (problem): Asked => ({ _tag: "Failed", problem })
    })
  )

/** Our servers' answers are short; of others, no more than that is read. */
const startOf = async ({ body }: Response): Promise<string> => {
  const reader = body?.getReader()
  const part = await reader?.read()
  await reader?.cancel()
  return new TextDecoder().decode(part?.value?.slice(0, 4_096))
}

const problemOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined
  return cause?.code ?? cause?.message ?? ErrorText.of(error)
}
