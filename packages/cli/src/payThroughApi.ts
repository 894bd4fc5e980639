/** A payment through the API: the mock, or a server that moves real money. */

import { refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal } from "@hipay-pos/client"
import { PosClient, type PosClientError } from "@hipay-pos/client/effect"
import { makeFetch } from "@hipay-pos/client/node"
import { OrderRequest, TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { readAddress, readContract } from "./address.ts"
import { needLogin, readServer } from "./login.ts"
import type { NotAccepted, PaymentInput, Route } from "./PaymentRoute.ts"
import * as Report from "./Report.ts"

/** The server, and the terminal that it uses. */
export interface ApiTarget {
  readonly url: string
  readonly host: string
  readonly contract: string
  readonly credentials: string
}

/** A payment through a server, at a Concert terminal. */
export const payThroughApi = Effect.fnUntraced(function* (input: PaymentInput, { host, contract, ...at }: ApiTarget) {
  const address = yield* readAddress(input.verb, "--terminal", host)
  const named = yield* readContract(input.verb, contract)
  const target = TerminalTarget.concert({
    ...address,
    version: input.version,
    contracts: [named]
  })
  return yield* payAtTarget(input, target, at)
})

/**
 * A payment through a server, at any terminal. A server that says that it is simulated refuses `--live`, any other
 * needs it.
 */
export const payAtTarget = Effect.fnUntraced(function* (
  input: PaymentInput,
  target: TerminalTarget.TerminalTarget,
  { url, credentials }: Pick<ApiTarget, "url" | "credentials">
) {
  const { verb } = input
  const server = yield* readServer(verb, url)
  const { username, password } = yield* needLogin(verb, credentials, server)
  const request = OrderRequest.make({ ...input }, target)
  if (Result.isFailure(request)) return yield* refuse(`${verb}: ${request.failure.message}`)

  // The command line's own journal already records the payment.
  const journal = AttemptJournal.memory()
  const client = PosClient.make({
    server: server.href,
    username,
    password: Redacted.make(password),
    live: input.live,
    journal,
    fetch: makeFetch()
  })
  const ending = Effect.map(Effect.orDie(journal.attempts), ([attempt]) => attempt?.endings.at(-1))
  const onProgress = (progress: PosClient.Progress) => {
    if (progress === "sent") input.sent()
  }
  const deadline = Option.getOrUndefined(input.timeout)
  const perform = client.pay(request.success, { deadline, onProgress }).pipe(
    Effect.map((outcome) => Report.fromOutcome(outcome, input.amount)),
    Effect.catch((error) => fromError(error, input)),
    Effect.zipWith(
      ending,
      (report, ended): Report.Report => ({ ...report, serverAttempt: report.serverAttempt ?? ended?.serverAttempt })
    )
  )
  const route: Route = {
    terminal: `${TerminalTarget.toText(target)} through ${server.host}`,
    server: server.href.replace(/\/+$/, ""),
    answeredMode: Effect.map(ending, (ended) => ended?.mode),
    perform
  }
  return route
})

/** The report of a payment without an outcome, or why it was refused because of how it was requested. */
export const fromError = (
  { reason }: PosClientError,
  { verb, amount }: PaymentInput
): Effect.Effect<Report.Report, NotAccepted> => {
  switch (reason._tag) {
    case "NotStarted":
      if (reason.kind === "NotSimulated") {
        return Effect.fail({
          message: `the server does not say that it is simulated and may move real money: ${
            verb === "trigger" ? "this verb is for a mock, and pay is for any server" : "say --live if it may"
          }`
        })
      }
      if (reason.kind === "Simulated") {
        return Effect.fail({
          message: "the server is simulated, so no money moved: leave out --live, or check --url"
        })
      }
      return reason.kind === "OrderRefused"
        ? Effect.fail({ message: reason.detail })
        : Effect.succeed({
            ...Report.withoutOutcome("not-started", reason.detail, amount, reason.advice),
            unresolvedAttempt: reason.unresolvedAttempt
          })
    case "OutcomeUnknown":
      return Effect.succeed({
        ...Report.withoutOutcome("unknown", reason.detail, amount, reason.advice),
        why: reason.reason ?? (reason.kind === "Inconclusive" ? reason.kind : undefined),
        serverAttempt: reason.serverAttempt,
        received: reason.received
      })
    case "Unsettled":
      // If the journal has shown an attempt in the way, the order may be paid.
      return reason.kind === "Unreadable" && reason.attempt === undefined
        ? Effect.fail({ message: reason.detail })
        : Effect.succeed(Report.fromEarlier(reason, amount))
    case "AlreadyApproved":
      return Effect.succeed(Report.fromEarlier(reason, amount))
    case "AlreadyReversed":
    case "OrderIdConflict":
      return Effect.fail({ message: Report.needsAnotherId(reason), told: reason._tag })
  }
}
