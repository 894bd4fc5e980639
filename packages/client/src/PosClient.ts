/** The client as an Effect service. Interrupting a payment stops waiting for it; it does not cancel the order. */
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { ResolvedDamaged, ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { type Attempt, JournalFailed } from "./AttemptJournal.ts"
import type { AttemptDetail, AttemptEntry, AttemptSummary } from "./attempts/AttemptDetail.ts"
import type { AttemptEvent } from "./attempts/AttemptEvent.ts"
import type { AttemptFilter } from "./attempts/AttemptFilter.ts"
import type * as Attempts from "./attempts/Attempts.ts"
import { AttemptsError } from "./attempts/AttemptsError.ts"
import type { Caller, Timer } from "./Caller.ts"
import { ClientSetupFailed } from "./ClientSetupFailed.ts"
import { Journal } from "./Journal.ts"
import type { Options, PayOptions as PromisePayOptions } from "./Options.ts"
import * as PaymentClient from "./PaymentClient.ts"
import type { PaymentResult } from "./PaymentResult.ts"
import { PosClientError } from "./PosClientError.ts"
import {
  EvidenceMissing,
  NotResolvedAtServer,
  NotUnsettled,
  type AskOptions as PromiseAskOptions,
  type ResolutionError,
  type ResolveOptions,
  type Settlement,
  StillUnderWay
} from "./Resolution.ts"
import type { Health } from "./Server.ts"
import { type FakeServer, makeFakeServer } from "./testing/fakeServer.ts"

export type { Options, Progress } from "./Options.ts"

/** Options of one payment. */
export type PayOptions = Omit<PromisePayOptions, "signal">

/** Options of asking before a person's answer counts. */
export type AskOptions = Omit<PromiseAskOptions, "signal">

/** The attempts of one server. */
export interface AttemptsService {
  /** The newest first. */
  readonly list: (filter?: AttemptFilter) => Effect.Effect<ReadonlyArray<AttemptSummary>, AttemptsError>
  /** By id, or by the address that an error of a payment names (`/attempts/…`). */
  readonly get: (id: string) => Effect.Effect<AttemptDetail, AttemptsError>
  /**
   * Changes as they happen, without end. Reconnects after a lost connection, and catches up on what happened meanwhile.
   * Fails if the first connection fails or the server refuses.
   */
  readonly watch: (options?: Attempts.WatchOptions) => Stream.Stream<AttemptEvent, AttemptsError>
  /**
   * Records the outcome of an unknown attempt and returns the attempt as it then stands, with `damaged` if its record
   * cannot be read.
   */
  readonly resolve: (
    id: string,
    resolution: ResolveRequest
  ) => Effect.Effect<AttemptDetail | ResolvedDamaged, AttemptsError>
  readonly ask: (id: string) => Effect.Effect<AttemptDetail, AttemptsError>
  /** One attempt's timeline, from its beginning until it has ended. Fails if the connection fails or is lost. */
  readonly follow: (id: string) => Stream.Stream<AttemptEntry, AttemptsError>
}

/** Pays orders at one server. */
export class PosClient extends Context.Service<
  PosClient,
  {
    /**
     * Has an order paid; its transaction type says whether money is taken, given back, or a payment reversed. If it is
     * interrupted after sending, the journal says unknown.
     */
    readonly pay: (request: OrderRequest, options?: PayOptions) => Effect.Effect<PaymentResult, PosClientError>
    /** Whether the server answers, and the mode it reports. */
    readonly healthcheck: Effect.Effect<Health>
    /**
     * The attempts that the server remembers, if it is a mock or a gateway. HiPay's own service has no list of
     * attempts.
     */
    readonly attempts: AttemptsService
    /** Attempts whose outcome is not known, oldest first. */
    readonly unsettled: Effect.Effect<ReadonlyArray<Attempt>, JournalFailed>
    /**
     * Ends an unsettled attempt: by what the server knows, else by what its terminal proves if the server can ask it,
     * else by a person's answer. Earlier endings stay in the journal.
     */
    readonly resolve: (
      id: string,
      resolution?: ResolveOptions,
      options?: AskOptions
    ) => Effect.Effect<Settlement, JournalFailed | ResolutionError>
  }
>()("@hipay-pos/client/PosClient") {
  /**
   * The client of one server.
   *
   * @example
   * ```ts
   * import { PosClient } from "@hipay-pos/client/effect"
   * import { Money, OrderRequest, TerminalTarget } from "@hipay-pos/core"
   * import * as Effect from "effect/Effect"
   * import * as Redacted from "effect/Redacted"
   *
   * const layer = PosClient.PosClient.layer({
   *   server: "http://127.0.0.1:8080",
   *   username: "merchant",
   *   password: Redacted.make("secret"),
   *   // Stands for a simulated server; without it, the platform's fetch is used.
   *   fetch: async () => Response.json({ paymentStatus: "Success" }, { headers: { "x-hipay-pos-mode": "simulated" } })
   * })
   * const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
   *
   * const sale = Effect.gen(function* () {
   *   const client = yield* PosClient.PosClient
   *   const order = { orderId: "ORDER_1", amount: Money.of("12.50", "EUR") }
   *   const request = yield* Effect.fromResult(OrderRequest.make(order, target))
   *   const result = yield* client.pay(request)
   *   return result._tag
   * }).pipe(Effect.catchTag("PosClientError", ({ reason, advice }) => Effect.succeed(`${reason._tag}: ${advice}`)))
   *
   * console.log(await Effect.runPromise(Effect.provide(sale, layer))) // Approved
   * ```
   */
  static readonly layer = (options: Options): Layer.Layer<PosClient, ClientSetupFailed> =>
    Layer.effect(PosClient, tryMake(options))

  /** The same, with the journal as a service. */
  static readonly layerNoDeps = (
    options: Omit<Options, "journal">
  ): Layer.Layer<PosClient, ClientSetupFailed, Journal> =>
    Layer.effect(
      PosClient,
      Journal.use((journal) => tryMake({ ...options, journal }))
    )

  /** Takes the server, the login and `live` from the program's configuration. */
  static readonly layerConfig = ({
    server,
    username,
    password,
    live = Config.succeed(false),
    ...options
  }: ConfigOptions): Layer.Layer<PosClient, ClientSetupFailed | Config.ConfigError> =>
    Layer.effect(
      PosClient,
      Effect.flatMap(Config.all({ server, username, password, live }), (configured) =>
        tryMake({ ...options, ...configured })
      )
    )

  /**
   * The real client with a scripted server (`makeFakeServer` of `@hipay-pos/client/testing`), which approves everything
   * by default: for tests.
   */
  static readonly layerTest = (
    server: FakeServer = makeFakeServer(),
    options: Partial<Omit<Options, "fetch">> = {}
  ): Layer.Layer<PosClient> =>
    Layer.orDie(
      PosClient.layer({
        server: "http://fake.invalid",
        username: "merchant",
        password: Redacted.make("secret"),
        journal: "memory",
        allowCredentialsInPage: true,
        ...options,
        fetch: server.fetch
      })
    )
}

/** Options of a client whose server and login come from the program's configuration. */
export interface ConfigOptions extends Omit<Options, "server" | "username" | "password" | "live"> {
  readonly server: Config.Config<string>
  readonly username: Config.Config<string>
  readonly password: Config.Config<Redacted.Redacted>
  /** False by default. */
  readonly live?: Config.Config<boolean>
}

const tryMake = (options: Options): Effect.Effect<PosClient["Service"], ClientSetupFailed> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(make(options))
    } catch (error) {
      return error instanceof ClientSetupFailed ? Effect.fail(error) : Effect.die(error)
    }
  })

/**
 * Makes a client. Throws `ClientSetupFailed` if its options cannot be used, it is live without a journal, or it runs in
 * a page.
 */
export const make = (options: Options): PosClient["Service"] => {
  const payments = PaymentClient.make(options)
  return {
    pay: (request, payOptions) =>
      Effect.useSpan("hipay_pos.pay", { kind: "client" }, (span) =>
        called((caller) =>
          Effect.callback<PaymentResult, PosClientError>((resume) => {
            const controller = new AbortController()
            const options = { traceparent: traceparentOf(span), ...payOptions, signal: controller.signal }
            const paying = payments.pay(request, options, caller).then(
              (paid) => {
                span.attribute("hipay_pos.outcome", paid._tag)
                resume(Effect.succeed(paid))
              },
              (error: unknown) => resume(error instanceof PosClientError ? Effect.fail(error) : Effect.die(error))
            )
            return Effect.suspend(() => {
              controller.abort()
              return Effect.promise(() => paying)
            })
          })
        ).pipe(Effect.provideService(Tracer.ParentSpan, span))
      ),
    healthcheck: Effect.promise(() => payments.healthcheck()),
    attempts: attemptsService(payments.attempts),
    unsettled: called((caller) => failing(() => payments.unsettled(caller), isJournalFailed)),
    resolve: (id, resolution, options) =>
      called((caller) =>
        failing((signal) => payments.resolve(id, resolution, { ...options, signal }, caller), isResolutionFailed)
      )
  }
}

/** Calls with the fiber's context: the journal's effects run in it, and its clock gives the time. */
const called = <A, E>(call: (caller: Caller) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.contextWith((context: Context.Context<never>) =>
    Clock.clockWith((clock) =>
      call({
        timer: timerOf(clock),
        now: () => clock.currentTimeMillisUnsafe(),
        run: Effect.runPromiseWith(context)
      })
    )
  )

/** A timer on the caller's clock, which a test may control. */
const timerOf =
  (clock: Clock.Clock): Timer =>
  (milliseconds, then) => {
    const fiber = Effect.runFork(Effect.andThen(clock.sleep(Duration.millis(milliseconds)), Effect.sync(then)))
    return () => fiber.interruptUnsafe()
  }

/**
 * The `traceparent` to send; none if the program does not trace, since cross-origin servers may not accept the header
 * from a page.
 */
const traceparentOf = (span: Tracer.Span): string | undefined =>
  span instanceof Tracer.NativeSpan ? undefined : `00-${span.traceId}-${span.spanId}-${span.sampled ? "01" : "00"}`

const attemptsService = ({ list, get, watch, follow, resolve, ask }: Attempts.Attempts): AttemptsService => {
  const asked = <A>(run: (options: Attempts.CallOptions) => Promise<A>) =>
    failing((signal) => run({ signal }), isAttemptsError)
  return {
    list: (filter) => asked((options) => list(filter, options)),
    get: (id) => asked((options) => get(id, options)),
    resolve: (id, resolution) => asked((options) => resolve(id, resolution, options)),
    ask: (id) => asked((options) => ask(id, options)),
    watch: (options) => streamOf(watch(options)),
    follow: (id) => streamOf(follow(id))
  }
}

const streamOf = <A>(events: AsyncIterable<A>): Stream.Stream<A, AttemptsError> =>
  Stream.fromAsyncIterable(events, (error) => error).pipe(
    Stream.catch((error) => (isAttemptsError(error) ? Stream.fail(error) : Stream.die(error)))
  )

const isAttemptsError = (error: unknown): error is AttemptsError => error instanceof AttemptsError

/** Turns a promise into an effect that fails with the expected errors. */
const failing = <A, E>(
  run: (signal: AbortSignal) => Promise<A>,
  isExpected: (error: unknown) => error is E
): Effect.Effect<A, E> =>
  Effect.tryPromise({ try: run, catch: (error) => error }).pipe(
    Effect.catch((error) => (isExpected(error) ? Effect.fail(error) : Effect.die(error)))
  )

const isJournalFailed = (error: unknown): error is JournalFailed => error instanceof JournalFailed

const isResolutionFailed = (error: unknown): error is JournalFailed | ResolutionError =>
  isJournalFailed(error) ||
  error instanceof NotUnsettled ||
  error instanceof StillUnderWay ||
  error instanceof EvidenceMissing ||
  error instanceof NotResolvedAtServer
