/** A payment through the API: the mock, or a server that moves real money. */
import { PosClient, type PosClientError } from "@hipay-pos/client/effect"
import { Order, TerminalTarget } from "@hipay-pos/core"
import { refuse } from "@hipay-pos/terminal-simulator/bin"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { isLoopback, readAddress } from "./address.ts"
import type { Asked } from "./pay.ts"
import type { Way } from "./payAtTerminal.ts"
import * as Report from "./Report.ts"

/** The way through a server. One that does not say that it is simulated needs `--live`. */
export const payThroughApi = Effect.fnUntraced(function* (asked: Asked, url: string, host: string, contract: string) {
  const server = URL.parse(url)
  if (server === null || !/^https?:$/.test(server.protocol)) {
    return yield* refuse(`pay: --url: expected a URL such as http://127.0.0.1:8080, got ${url}`)
  }
  const address = yield* readAddress("--host", host)
  const login = loginFor(server)
  if (login === undefined) {
    return yield* refuse("pay: expected HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD in the environment")
  }
  const [merchantContract = "", rank, paymentApplication] = contract.split("/")
  const target = TerminalTarget.concert({
    ...address,
    version: asked.version,
    contracts: [{ merchantContract, ...(rank ? { rank } : {}), ...(paymentApplication ? { paymentApplication } : {}) }]
  })
  const request = Order.makeRequest({ ...asked }, target)
  if (Result.isFailure(request)) return yield* refuse(`pay: ${request.failure.message}`)

  // The command line keeps a journal of its own around this one.
  const client = PosClient.make({ server: url, ...login, live: asked.live, journal: "memory" })
  const perform = Effect.suspend(() => {
    asked.sent()
    return Effect.match(client.pay(request.success, { deadline: asked.timeout }), {
      onSuccess: (outcome) => Report.fromOutcome(outcome, asked.amount),
      onFailure: (error) => fromError(error, asked)
    })
  })
  const way: Way = { terminal: `${TerminalTarget.toText(target)} through ${server.host}`, perform }
  return way
})

const fromError = ({ reason }: PosClientError, { amount }: Asked): Report.Report => {
  switch (reason._tag) {
    case "NotStarted":
      return Report.withoutOutcome("not-started", reason.detail, amount)
    case "OutcomeUnknown":
      return Report.withoutOutcome("unknown", reason.detail, amount)
    case "AlreadyApproved":
      return { ...Report.withoutOutcome("not-started", reason.message, amount), outcome: "approved" }
  }
}

/** The login from the environment, or the mock's own on this machine. */
const loginFor = (server: URL): Pick<PosClient.Options, "username" | "password"> | undefined => {
  const { HIPAY_POS_USERNAME: username, HIPAY_POS_PASSWORD: password } = process.env
  if (username && password) return { username, password: Redacted.make(password) }
  return isLoopback(server.hostname.replace(/^\[|\]$/g, ""))
    ? { username: "merchant", password: Redacted.make("secret") }
    : undefined
}
