/**
 * The client as an Effect service: pay an order, and learn what it came to.
 *
 * `pay` sends the order once, one at a time per terminal. It never repeats it, follows no redirect, and has one deadline
 * that is longer than a terminal's, so that it always hears the server's own answer first. With a journal, the attempt
 * is remembered before anything is sent.
 */

import type { OrderRequest } from "@hipay-pos/core/Order"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Conversion from "@hipay-pos/core/wire/Conversion"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as AttemptJournal from "./AttemptJournal.ts"
import { NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import { isUnderWay, remember } from "./remember.ts"
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
  /**
   * Allows a server that may move real money. Without it, the server has to say that it is simulated. Needs a journal,
   * or `"memory"` from somebody who knows what a crash then costs.
   */
  readonly live?: boolean
  /** Remembers attempts; without one, nothing is known of earlier payments. */
  readonly journal?: AttemptJournal.AttemptJournal | "memory"
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
    /** Has an order paid. Interrupting it does not take the order back: the journal then says unknown. */
    readonly pay: (request: OrderRequest, options?: PayOptions) => Effect.Effect<Verdict.Paid, PosClientError>
    /** Whether the server answers, and in which mode it says to be. */
    readonly healthcheck: Effect.Effect<Health>
    /** Attempts whose outcome is not known, oldest first. */
    readonly unsettled: Effect.Effect<ReadonlyArray<AttemptJournal.Attempt>, AttemptJournal.JournalFailed>
    /** Ends an unsettled attempt by a person's word. */
    readonly resolve: (
      id: string,
      resolution: Resolution
    ) => Effect.Effect<void, AttemptJournal.JournalFailed | NotUnsettled>
  }
>()("@hipay-pos/client/PosClient") {
  static readonly layer = (options: Options): Layer.Layer<PosClient> => Layer.sync(PosClient, () => make(options))
}

/** Options of one payment. */
export interface PayOptions {
  readonly deadline?: Duration.Input
  /** Lets a server that knows it give the same answer again instead of a refusal. */
  readonly idempotencyKey?: string
  /**
   * Told when the order leaves and when its answer has come, for a waiting customer's display. What it throws is
   * ignored: a display's fault must not cost an outcome.
   */
  readonly onProgress?: (progress: "sent" | "answered") => void
}

/** A person's answer to an outcome that was unknown. */
export interface Resolution {
  readonly outcome: "approved" | "declined"
  readonly by: string
  /** What he has seen, such as the receipt's number. */
  readonly evidence: string
}

/** There is no unsettled attempt of that id, or its payment is still under way here. */
export class NotUnsettled extends Schema.TaggedError<NotUnsettled>()("NotUnsettled", { id: Schema.String }) {
  override get message() {
    return `there is no attempt ${this.id} whose outcome is unknown and whose payment has ended here`
  }
}

/** What the health check told. */
export interface Health {
  readonly healthy: boolean
  /** `simulated` where no money moves; absent on the real service. */
  readonly mode?: string
}

/** A client. Throws when it is live and nothing was said about a journal. */
export const make = (options: Options): PosClient["Service"] => {
  const { server, username, password, live = false, fetch = globalThis.fetch, deadline = DEADLINE } = options
  if (live && options.journal === undefined) {
    throw new Error('a live client needs a journal: give one, or "memory" if a crash may forget payments')
  }
  const journal = options.journal === "memory" ? AttemptJournal.memory() : options.journal
  const base = (environments as Readonly<Record<string, string>>)[server] ?? server.replace(/\/+$/, "")
  const authorization = `Basic ${toBase64(`${username}:${Redacted.value(password)}`)}`
  const terminals = new Map<string, Semaphore.Semaphore>()
  let allowed = live

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

  /** Asked once, before the first payment. */
  const guard = Effect.suspend(() =>
    allowed
      ? Effect.void
      : Effect.flatMap(healthcheck, ({ healthy, mode }) => {
          if (!healthy) return failWith(new NotStarted({ kind: "Unreachable", detail: "the server is not there" }))
          if (mode !== "simulated") {
            const detail = "the server does not say that it is simulated, and the client is not live"
            return failWith(new NotStarted({ kind: "NotSimulated", detail }))
          }
          allowed = true
          return Effect.void
        })
  )

  const send = (request: OrderRequest, { idempotencyKey, onProgress, ...own }: PayOptions) =>
    Effect.suspend(() => {
      const headers = {
        authorization,
        "content-type": "application/json",
        accept: "application/json",
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey })
      }
      const body = JSON.stringify(Conversion.fromRequest(request))
      tell(onProgress, "sent")
      return Transport.send(fetch, { url: `${base}/v1/connector/order`, method: "POST", headers, body })
    }).pipe(
      Effect.timeoutOrElse({
        duration: own.deadline ?? deadline,
        orElse: () => Effect.fail(new OutcomeUnknown({ kind: "TimedOut", detail: "no answer within the deadline" }))
      }),
      Effect.mapError((error) => new PosClientError({ reason: reasonOf(error) })),
      Effect.flatMap((received) => {
        tell(onProgress, "answered")
        return Effect.fromResult(Verdict.fromAnswer(request, received))
      })
    )

  const pay = Effect.fnUntraced(function* (request: OrderRequest, payOptions: PayOptions = {}) {
    yield* guard
    const sending = send(request, payOptions)
    const remembered = journal === undefined ? sending : remember(journal, request, sending)
    const name = TerminalTarget.toText(request.target)
    const turn = terminals.get(name) ?? Semaphore.makeUnsafe(1)
    terminals.set(name, turn)
    return yield* turn.withPermits(1)(remembered)
  })

  const unsettled = Effect.map(journal?.attempts ?? Effect.succeed([]), (attempts) =>
    attempts.filter(AttemptJournal.isUnsettled)
  )

  const resolve = Effect.fnUntraced(function* (id: string, { outcome, by, evidence }: Resolution) {
    const open = (yield* unsettled).some((attempt) => attempt.id === id)
    if (!open || journal === undefined || isUnderWay(id)) return yield* new NotUnsettled({ id })
    yield* journal.end({ id, state: outcome, endedAt: yield* Clock.currentTimeMillis, by, evidence })
  })

  return { pay, healthcheck, unsettled, resolve }
}

const tell = (onProgress: PayOptions["onProgress"], progress: "sent" | "answered") => {
  try {
    onProgress?.(progress)
  } catch {
    // The listener's own fault; the payment goes on.
  }
}

const failWith = (reason: PosClientError["reason"]) => Effect.fail(new PosClientError({ reason }))

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
