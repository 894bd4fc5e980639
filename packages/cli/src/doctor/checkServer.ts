/** Whether a server answers, in which mode, to this login, and by which clock. Nothing here starts a payment. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Login } from "../login.ts"
import type { Check } from "./Check.ts"

/** What the server calls itself; `undefined` for the real service, and for one that does not answer. */
export type Mode = "simulated" | "gateway" | "relay" | undefined

export interface ServerChecks {
  readonly mode: Mode
  readonly checks: ReadonlyArray<Check>
}

/** Beyond this many milliseconds, times in journals and receipts no longer tell what came first. */
const SKEW = 30_000

/** The server's checks. */
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
  const { response } = health
  const mode = modeOf(response)
  const checks: ReadonlyArray<Check> = [
    isUp(base, response, answered - asked, mode),
    yield* checkLogin(base, mode, login),
    clock(response, asked, answered)
  ]
  const found: ServerChecks = { mode, checks }
  return found
})

const isUp = (base: string, { status }: Response, milliseconds: number, mode: Mode): Check => {
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

/** Only our servers can be asked about a login without an order. */
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
    authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`
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

/** By the Date header, which tells whole seconds. */
const clock = ({ headers }: Response, asked: number, answered: number): Check => {
  const date = Date.parse(headers.get("date") ?? "")
  if (Number.isNaN(date)) return { name: "clock", verdict: "skipped", detail: "the server does not tell its time" }
  const skew = date + 500 - (asked + answered) / 2
  const seconds = Math.round(Math.abs(skew) / 1000)
  return Math.abs(skew) <= SKEW
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
  | { readonly _tag: "Answered"; readonly response: Response }
  | { readonly _tag: "Failed"; readonly problem: string }

const ask = (url: string, headers: Readonly<Record<string, string>> = {}): Effect.Effect<Asked> =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, { headers, redirect: "manual", signal })
      await response.body?.cancel()
      return response
    },
    catch: (error) => problemOf(error)
  }).pipe(
    Effect.timeoutOrElse({ duration: "10 seconds", orElse: () => Effect.fail("no answer within 10 s") }),
    Effect.match({
      onSuccess: (response): Asked => ({ _tag: "Answered", response }),
      onFailure: (problem): Asked => ({ _tag: "Failed", problem })
    })
  )

const problemOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error))
}
