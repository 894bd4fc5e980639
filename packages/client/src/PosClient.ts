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
import * as Random from "effect/Random"
import * as Semaphore from "effect/Semaphore"
import * as AttemptJournal from "./AttemptJournal.ts"
import type * as ErrorCode from "./ErrorCode.ts"
import { follow } from "./follow.ts"
import { NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
import { type Course, isUnderWay, remember } from "./remember.ts"
import * as Server from "./Server.ts"
import * as Settle from "./settle.ts"
import type * as Transport from "./Transport.ts"
import * as Verdict from "./Verdict.ts"

/** How a client is set up. */
export interface Options extends Server.ServerOptions {
  /**
   * Allows a server that may move real money. Without it, the server has to say that it is simulated. Needs a journal,
   * or `"memory"` from somebody who knows what a crash then costs.
   */
  readonly live?: boolean
  /** Remembers attempts; without one, nothing is known of earlier payments. */
  readonly journal?: AttemptJournal.AttemptJournal | "memory"
  /** For one payment, from the call to its answer, waiting for the terminal's turn included; 200 s by default. */
  readonly deadline?: Duration.Input
  /**
   * Asks the server to take the order and to be asked for its end later, so that a line that is cut while the customer
   * pays costs nothing. A server that does not know this answers as always.
   */
  readonly async?: boolean
  /** Error codes that mean something else at this server than the table says, each with the evidence for it. */
  readonly errorCodes?: ErrorCode.Overrides
  /** Runs in a browser's page in spite of the credentials that everybody who opens it can then read. */
  readonly allowCredentialsInPage?: boolean
}

/** Longer than a server's 195 s, which is longer than a terminal's 180 s. */
export const DEADLINE = Duration.seconds(200)

/** Pays orders at one server. */
export class PosClient extends Context.Service<
  PosClient,
  {
    /**
     * Has an order paid; its transaction type says whether money is taken, given back, or a payment reversed.
     * Interrupting it does not take the order back: the journal then says unknown.
     */
    readonly pay: (request: OrderRequest, options?: PayOptions) => Effect.Effect<Verdict.Paid, PosClientError>
    /** Whether the server answers, and in which mode it says to be. */
    readonly healthcheck: Effect.Effect<Server.Health>
    /** Attempts whose outcome is not known, oldest first. */
    readonly unsettled: Effect.Effect<ReadonlyArray<AttemptJournal.Attempt>, AttemptJournal.JournalFailed>
    /**
     * Ends an unsettled attempt: by what the server knows of it, else by a person's word. The server's word comes first,
     * and what was ended before stays in the journal.
     */
    readonly resolve: (
      id: string,
      resolution?: Settle.Resolution
    ) => Effect.Effect<Settle.Settlement, AttemptJournal.JournalFailed | Settle.NotUnsettled | Settle.EvidenceMissing>
  }
>()("@hipay-pos/client/PosClient") {
  static readonly layer = (options: Options): Layer.Layer<PosClient> => Layer.sync(PosClient, () => make(options))
}

/** How far a payment is: its order left, or its answer came. */
export type Progress = "sent" | "answered"

/** Options of one payment. */
export interface PayOptions {
  readonly deadline?: Duration.Input
  /** Lets a server that knows it give the same answer again instead of a refusal; the attempt's own id by default. */
  readonly idempotencyKey?: string
  /**
   * Told when the order leaves and when its answer has come, with the moment since when it waits (milliseconds since
   * 1970), for a waiting customer's display. What it throws is ignored: a display's fault must not cost an outcome.
   */
  readonly onProgress?: (progress: Progress, waiting: { readonly since: number }) => void
}

/** A client. Throws when it is live and nothing was said about a journal, or in a browser's page. */
export const make = (options: Options): PosClient["Service"] => {
  const { live = false, deadline = DEADLINE, errorCodes } = options
  refuseSetup(options)
  const journal = options.journal === "memory" ? AttemptJournal.memory() : options.journal
  const server = Server.make(options)
  const preference = options.async === true ? { prefer: "respond-async" } : {}
  const terminals = new Map<string, Semaphore.Semaphore>()
  let allowed = live

  /** Asked once, before the first payment. */
  const guard = Effect.suspend(() =>
    allowed
      ? Effect.void
      : Effect.flatMap(server.health, ({ healthy, mode }) => {
          if (!healthy) return failWith(new NotStarted({ kind: "Unreachable", detail: "the server is not there" }))
          if (mode !== "simulated") {
            const detail = "the server does not say that it is simulated, and the client is not live"
            return failWith(new NotStarted({ kind: "NotSimulated", detail }))
          }
          allowed = true
          return Effect.void
        })
  )

  const send = Effect.fnUntraced(function* (request: OrderRequest, payOptions: PayOptions, course: Course) {
    const { idempotencyKey = course.id, onProgress } = payOptions
    const body = JSON.stringify(Conversion.fromRequest(request))
    const since = yield* Clock.currentTimeMillis
    course.sent = true
    Server.quietly(() => onProgress?.("sent", { since }))
    const received = yield* Effect.mapError(
      server.order(body, { "idempotency-key": idempotencyKey, ...preference }),
      (error) => new PosClientError({ reason: reasonOf(error) })
    )
    const taken = received.status === 202
    const attempt = received.headers.get(taken ? "location" : "x-hipay-pos-attempt")
    if (attempt !== null) course.attempt = attempt
    const evidence =
      taken && attempt !== null
        ? yield* Effect.mapError(follow(server, attempt), (reason) => new PosClientError({ reason }))
        : received
    Server.quietly(() => onProgress?.("answered", { since }))
    return yield* Effect.fromResult(Verdict.fromAnswer(request, evidence, errorCodes))
  })

  const inTurn = Effect.fnUntraced(function* (request: OrderRequest, payOptions: PayOptions, course: Course) {
    yield* guard
    const sending = send(request, payOptions, course)
    const name = TerminalTarget.toText(request.target)
    const turn = terminals.get(name) ?? Semaphore.makeUnsafe(1)
    terminals.set(name, turn)
    return yield* turn.withPermits(1)(journal === undefined ? sending : remember(journal, request, course, sending))
  })

  const pay = Effect.fnUntraced(function* (request: OrderRequest, payOptions: PayOptions = {}) {
    const course: Course = { id: yield* makeId, sent: false }
    return yield* Effect.timeoutOrElse(inTurn(request, payOptions, course), {
      duration: payOptions.deadline ?? deadline,
      orElse: () => failWith(late(course))
    })
  })

  const attempts = journal?.attempts ?? Effect.succeed([])
  const unsettled = Effect.map(attempts, (all) => all.filter(AttemptJournal.isUnsettled))

  const resolve = Effect.fnUntraced(function* (id: string, resolution?: Settle.Resolution) {
    const all = yield* attempts
    const attempt = all.find((each) => each.id === id && AttemptJournal.isUnsettled(each))
    if (attempt === undefined || journal === undefined || isUnderWay(id)) return yield* new Settle.NotUnsettled({ id })
    if (resolution !== undefined) yield* Settle.check(resolution, attempt)
    const known = yield* Settle.ask(server, attempt, all)
    const endedAt = yield* Clock.currentTimeMillis
    if (known !== undefined) {
      yield* journal.end({ id, endedAt, ...known, detail: "the server says so" })
      return { _tag: "Settled" as const, by: "server" as const, ...known }
    }
    if (resolution === undefined) return { _tag: "NeedsPerson" as const, advice: Settle.advice }
    const said = Settle.said(resolution, attempt)
    yield* journal.end({ id, endedAt, ...said, by: resolution.by, evidence: resolution.evidence })
    return { _tag: "Settled" as const, by: "person" as const, ...said }
  })

  return { pay, healthcheck: server.health, unsettled, resolve }
}

const refuseSetup = ({ live = false, journal, allowCredentialsInPage = false, errorCodes = {} }: Options): void => {
  if (live && journal === undefined) {
    throw new Error('a live client needs a journal: give one, or "memory" if a crash may forget payments')
  }
  if (!allowCredentialsInPage && Server.inPage()) {
    throw new Error(
      "the credentials of the API are private, and whoever opens a page can read them and pay with them: run the " +
        "client in your back end, or say allowCredentialsInPage if this page opens on the till alone"
    )
  }
  const unfounded = Object.entries(errorCodes).find(([, { reason }]) => reason.trim() === "")
  if (unfounded !== undefined) throw new Error(`the override of error code ${unfounded[0]} needs a reason`)
}

/** Unique: the time and a chance of one in 10^15, in base 36. */
const makeId = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const chance = yield* Random.nextIntBetween(0, 36 ** 10)
  return `${now.toString(36)}${chance.toString(36).padStart(10, "0")}`
})

const failWith = (reason: PosClientError["reason"]) => Effect.fail(new PosClientError({ reason }))

const late = ({ sent, attempt }: Course): PosClientError["reason"] => {
  const kind = "TimedOut"
  return sent
    ? new OutcomeUnknown({
        kind,
        detail: "no answer within the deadline",
        ...(attempt === undefined ? {} : { attempt })
      })
    : new NotStarted({ kind, detail: "the deadline passed before anything was sent" })
}

const reasonOf = (error: Transport.NotSent | Transport.Broken): PosClientError["reason"] =>
  error._tag === "NotSent"
    ? new NotStarted({ kind: error.kind, detail: error.detail })
    : new OutcomeUnknown({ kind: "CutLine", detail: error.detail })
