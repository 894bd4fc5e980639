/**
 * The client itself, as plain promises: the promise and the Effect interface are built on it.
 *
 * A payment is sent once, one at a time per terminal. It is never repeated, redirects are not followed, and its one
 * deadline is longer than a terminal's, so that the server's own answer comes first. With a journal, the attempt is
 * recorded before anything is sent.
 */
import { defined } from "@hipay-pos/core/Defined"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { Conversion, TerminalTarget } from "@hipay-pos/core/plain"
import { quietly } from "@hipay-pos/core/Quietly"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import * as AttemptJournal from "./AttemptJournal.ts"
import * as Attempts from "./attempts/Attempts.ts"
import { type Caller, platform } from "./Caller.ts"
import { checkPayOptions, checkSetup } from "./checkOptions.ts"
import * as Earlier from "./Earlier.ts"
import type { ReadEvidence } from "./interpretResponse.ts"
import { load } from "./load.ts"
import type { Options, PayOptions } from "./Options.ts"
import { makeIds, PaymentCall } from "./PaymentCall.ts"
import type { PaymentResult } from "./PaymentResult.ts"
import { NotStarted, PosClientError } from "./PosClientError.ts"
import type { AskOptions, ResolveOptions, Settlement } from "./Resolution.ts"
import { loadResolver } from "./resolveInJournal.ts"
import * as Server from "./Server.ts"
import { TerminalQueue } from "./TerminalQueue.ts"
import * as Transport from "./Transport.ts"
import { deadlineMillis } from "./timerMillis.ts"
import { withJournal } from "./withJournal.ts"

/** What both interfaces offer; by default for a program with promises. */
export interface PaymentClient {
  /** Why an order was not started, given what is remembered of it. */
  readonly judge: (wanted: Earlier.Wanted, reason: NotStarted) => Promise<PosClientError>
  /** Rejects with `PosClientError`, and only once the attempt's end is recorded. */
  readonly pay: (request: OrderRequest, options?: PayOptions, caller?: Caller) => Promise<PaymentResult>
  readonly healthcheck: () => Promise<Server.Health>
  readonly attempts: Attempts.Attempts
  /** Rejects with `JournalFailed`. */
  readonly unsettled: (caller?: Caller) => Promise<ReadonlyArray<AttemptJournal.Attempt>>
  /**
   * Rejects with `JournalFailed`, `NotUnsettled`, `StillUnderWay`, `EvidenceMissing`, `NotResolvedAtServer`, and, if
   * the signal aborts, `AttemptsError`.
   */
  readonly resolve: (
    id: string,
    resolution?: ResolveOptions,
    options?: AskOptions,
    caller?: Caller
  ) => Promise<Settlement>
}

/** Longer than a server's 195 s, which is longer than a terminal's 180 s. */
export const DEADLINE = Duration.seconds(200)

/** How long a client that is not live relies on the server's word that it is simulated, in milliseconds. */
const RECHECK = 60_000

/**
 * Makes a client. Throws `ClientSetupFailed` if its options cannot be used, it is live without a journal, or it runs in
 * a page.
 */
export const make = (options: Options): PaymentClient => {
  const { live = false, errorCodes } = options
  checkSetup(options)
  const deadline = deadlineMillis(options.deadline ?? DEADLINE)
  const { journal = "memory" } = options
  const shared = journalOf(journal)
  const journalFor = ({ run }: Caller): AttemptJournal.PromiseJournal =>
    run && journal !== "memory" ? AttemptJournal.toPromises(journal, run) : shared
  const server = Server.make(options, () => import("./onDemand.ts").catch(() => undefined))
  const preference = options.async === true ? { prefer: "respond-async" } : {}
  const nextId = makeIds()
  const queue = new TerminalQueue()
  const destination = { mode: live ? "live" : "simulated", server: server.url } as const
  /** When the server last said that it is simulated, in milliseconds since 1970. */
  let simulatedAt = Number.NEGATIVE_INFINITY

  /** Checks that the server is simulated, unless it has said so recently: a real one may have taken its place. */
  const guard = async (call: PaymentCall): Promise<void> => {
    if (live || Math.abs(call.now() - simulatedAt) < RECHECK) return
    const { mode, problem } = await call.wait(server.health(call.signal))
    if (problem !== undefined) {
      const { kind, detail } = problem
      throw failed(new NotStarted({ kind, detail: `the server's health check failed: ${detail}` }))
    }
    if (mode !== "simulated") {
      const detail = "the server does not say that it is simulated, and the client is not live"
      throw failed(new NotStarted({ kind: "NotSimulated", detail }))
    }
    simulatedAt = call.now()
  }

  const send = async (
    { request, body, interpreter }: Prepared,
    call: PaymentCall,
    { idempotencyKey = call.id, traceparent = "", onProgress }: PayOptions
  ): Promise<PaymentResult> => {
    const since = call.now()
    call.markSent()
    quietly(() => onProgress?.("sent", { since }))
    const trace = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent) ? { traceparent } : {}
    const headers = { "idempotency-key": idempotencyKey, ...trace, ...preference }
    const came = await call.wait(server.order(body, headers, call.signal))
    const head = Transport.answerOf(came)
    call.answeredMode = head && Server.modeOf(head.headers)
    simulatedAt = call.answeredMode === "simulated" ? call.now() : Number.NEGATIVE_INFINITY
    if (came._tag === "NotSent") throw failed(new NotStarted({ kind: came.kind, detail: came.detail }))
    // Whatever the answer says, no money moved.
    if (live && head !== undefined && call.answeredMode === "simulated") {
      const detail = "the server is simulated, and the client is live"
      throw failed(new NotStarted({ kind: "Simulated", detail, status: head.status }))
    }
    const taken = head?.status === 202
    call.serverAttempt = head?.headers.get(taken ? "location" : "x-hipay-pos-attempt") ?? undefined
    if (came._tag === "Broken") throw failed(interpreter.interpretBroken(came))
    const answer =
      taken && call.serverAttempt !== undefined
        ? await call.wait(interpreter.pollAttempt(server, call.serverAttempt, call.signal))
        : came
    quietly(() => onProgress?.("answered", { since }))
    const readEvidence = interpreter.hasEvidence(answer) ? await call.wait(loadEvidence()) : undefined
    const result = interpreter.interpretResponse(request, answer, errorCodes, readEvidence)
    if (Result.isFailure(result)) throw result.failure
    return result.success
  }

  const judge = async (
    wanted: Earlier.Wanted,
    reason: NotStarted,
    own?: string,
    journal = shared
  ): Promise<PosClientError> =>
    failed(await Earlier.judge(journal, { ...wanted, mode: destination.mode }, reason, own, shared))

  const pay: PaymentClient["pay"] = async (request, payOptions = {}, caller = platform) => {
    const journal = journalFor(caller)
    const { wait = deadline, signal, problem } = checkPayOptions(payOptions)
    const call = new PaymentCall(nextId(), wait, signal, caller)
    const place = queue.enter(TerminalTarget.toText(request.target))
    const stopWaiting = Earlier.wait(shared, call.id, request.order)
    try {
      call.check()
      if (problem !== undefined) throw failed(new NotStarted({ kind: "OrderRefused", detail: problem }))
      const prepared = { request, body: write(request), interpreter: await loadInterpreter(call) }
      if (place.before !== undefined) await call.wait(place.before)
      await guard(call)
      const { idempotencyKey: key } = payOptions
      const idempotencyKey = key === undefined || prepared.interpreter.maskWritten(key) === key ? key : ""
      const sending = defined({ ...destination, idempotencyKey })
      return await withJournal(journal, request, sending, call, () => send(prepared, call, payOptions))
    } catch (error) {
      if (!(error instanceof PosClientError) || error.reason._tag !== "NotStarted") throw error
      throw await judge(request.order, error.reason, call.id, journal)
    } finally {
      stopWaiting()
      call.end()
      place.leave()
    }
  }

  return {
    judge: (wanted, reason) => judge(wanted, reason),
    pay,
    healthcheck: () => server.health(),
    attempts: Attempts.make(server),
    unsettled: async (caller = platform) => (await loadResolver()).unsettledIn(journalFor(caller)),
    resolve: async (id, resolution, { askTerminal = true, signal } = {}, caller = platform) =>
      (await loadResolver()).resolveAttempt(journalFor(caller), id, resolution, {
        server,
        asksTerminal: askTerminal,
        signal,
        now: caller.now
      })
  }
}

/** A payment ready to be sent, and the code that reads its answer. */
interface Prepared {
  readonly request: OrderRequest
  readonly body: Transport.Body
  readonly interpreter: Interpreter
}

/**
 * The order as JSON: written once, before any waiting, so that nothing can change it between its checks and its
 * sending.
 */
const write = (request: OrderRequest): Transport.Body => {
  try {
    return Server.write(Conversion.fromRequest(request))
  } catch {
    throw failed(new NotStarted({ kind: "OrderRefused", detail: "the order's custom data cannot be written as JSON" }))
  }
}

type Interpreter = typeof import("./onDemand.ts")

let interpreter: Interpreter | undefined

/** The code that reads answers, with the finder of card numbers: loaded by the first payment, before anything is sent. */
const loadInterpreter = async (call: PaymentCall): Promise<Interpreter> => {
  if (interpreter !== undefined) return interpreter
  const toError = (detail: string) => failed(new NotStarted({ kind: "NotLoaded", detail }))
  interpreter = await call.wait(load(import("./onDemand.ts"), toError))
  return interpreter
}

/** The code that reads a terminal's evidence; undefined if it cannot be loaded, which must not cost the outcome. */
const loadEvidence = async (): Promise<ReadEvidence | undefined> => {
  try {
    return (await import("./attempts/onDemand.ts")).readEvidence
  } catch {
    return undefined
  }
}

/** The journal as promises. Clients of one journal share them, and so the payments that it waits for. */
const journalOf = (journal: NonNullable<Options["journal"]>): AttemptJournal.PromiseJournal =>
  journal === "memory" ? AttemptJournal.promisesInMemory() : AttemptJournal.toPromises(journal)

const failed = (reason: PosClientError["reason"]) => new PosClientError({ reason })
