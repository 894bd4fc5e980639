/**
 * The mock's part of a space, beside its attempts: terminals, a clock, the Console's transactions, notifications, findings for
 * the till's developer, and the faults that a test has set.
 */

import * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { type Attempt, type AttemptStore, Cancellation, type Space, type Validation } from "@hipay-pos/server"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Notifications from "../notifications/Notifications.ts"
import * as MockTerminals from "../terminals/MockTerminals.ts"
import * as TerminalName from "../terminals/TerminalName.ts"
import * as ConsoleTransactions from "../transactions/ConsoleTransactions.ts"
import type * as Reference from "../transactions/Reference.ts"
import * as HttpFault from "./HttpFault.ts"
import * as VirtualClock from "./VirtualClock.ts"

/** How the spaces of a mock are set up. */
export interface MockSpaceOptions extends Omit<MockTerminals.MockTerminalsOptions, "onCharge" | "onForgotten"> {
  readonly notifications?: Notifications.NotificationsOptions | undefined
  /** The time at which the clock is frozen at first, in milliseconds since 1970; by default it runs in real time. */
  readonly clock?: number | undefined
  /** How often the remote collection runs automatically, in milliseconds; 0, the default, is never. */
  readonly collectEvery?: number | undefined
  /** `faithful` sends a cancellation that may mean another sale, with a warning; `strict`, the default, refuses it. */
  readonly validation?: Validation | undefined
  /** Makes references of transactions; by default from the time. */
  readonly nextReference?: Reference.NextReference | undefined
  /** Deletes the stored attempts that would outlive the space; there are none by default. */
  readonly forgetStored?: Effect.Effect<void, AttemptStore.StoreFailed> | undefined
}

/** A finding for a till's developer; `at` in milliseconds since 1970. */
export interface ReportedFinding {
  readonly at: number
  readonly code: "would-have-charged-twice" | "caller-hung-up"
  readonly orderId?: string | undefined
  readonly attempt?: string | undefined
  readonly detail: string
}

/** The mock's part of one space. */
export interface MockSpace {
  readonly terminals: MockTerminals.MockTerminals
  readonly clock: VirtualClock.VirtualClock
  readonly transactions: ConsoleTransactions.ConsoleTransactions
  readonly notifications: Notifications.Notifications
  readonly httpFault: HttpFault.HttpFaults
  readonly findings: () => ReadonlyArray<ReportedFinding>
  readonly report: (finding: Omit<ReportedFinding, "at">) => void
  /** Call when an attempt was opened, ended or resolved. */
  readonly attemptChanged: (attempt: Attempt.Attempt) => void
  /** Whether a terminal is simulated here, or has transactions. */
  readonly hasTerminal: (name: string) => boolean
  /** The remote collection of one terminal, by its name, or of all. */
  readonly collect: (terminal?: string) => Effect.Effect<ReadonlyArray<ConsoleTransactions.Transaction>>
  /** Deletes the attempts that would outlive the space. */
  readonly forgetStored: Effect.Effect<void, AttemptStore.StoreFailed>
}

/** Makes a space's part. Everything in it uses the space's own clock. */
export const make = Effect.fnUntraced(function* (
  options: MockSpaceOptions
): Effect.fn.Return<MockSpace, never, Scope.Scope> {
  const clock = VirtualClock.make()
  if (options.clock !== undefined) {
    clock.freeze()
    clock.set(options.clock)
  }
  const now = () => clock.currentTimeMillisUnsafe()
  const inItsTime = <A, R>(effect: Effect.Effect<A, never, R>) => Effect.provideService(effect, Clock.Clock, clock)
  const notifications = yield* inItsTime(Notifications.make(options.notifications ?? {}, now, clock.outside))
  const transactions = ConsoleTransactions.make(now, notifications.notify, options.nextReference)
  const terminals = yield* inItsTime(
    MockTerminals.make({ ...options, onCharge: transactions.charged, onForgotten: transactions.forgotten })
  )
  /** Why a cancellation, which reverses the terminal's last sale, means or may mean another sale or another amount. */
  const cancelRefused = (request: OrderRequest, login: string) => {
    const { order, target } = request
    if (order.transactionType !== "Cancel" || !order.initializePaymentTerminal) return undefined
    const terminal = TerminalName.fromTarget(target)
    const doubt = transactions.lastInDoubt(terminal)
    if (doubt?.state === "open") return Cancellation.refusedAfter(undefined, request, login)
    if (doubt !== undefined) return Cancellation.lastInDoubt(doubt)
    return Cancellation.refusedAfter(transactions.lastSale(terminal), request, login)
  }
  const httpFault = HttpFault.make()
  let findings: Array<ReportedFinding> = []

  const hasTerminal = (text: string): boolean => {
    const name = terminals.nameOf(text)
    return (
      terminals.simulated().some((each) => each.name === name) ||
      transactions.list().some(({ terminal }) => terminal === name)
    )
  }

  const collect = Effect.fnUntraced(function* (terminal?: string) {
    const name = terminal === undefined ? undefined : terminals.nameOf(terminal)
    for (const each of terminals.simulated()) {
      // Terminals of a mock keep nothing on disk, so there is no store to fail.
      if (name === undefined || each.name === name) yield* Effect.orDie(each.simulator.collect)
    }
    return transactions.collect(name)
  })

  const { collectEvery = 0, forgetStored = Effect.void } = options
  if (collectEvery > 0) {
    yield* inItsTime(Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(collectEvery), collect()))))
  }

  return {
    terminals: {
      ...terminals,
      choose: (request, login) => {
        const refused = cancelRefused(request, login)
        if (refused === undefined) return terminals.choose(request, login)
        if (options.validation !== "faithful") return Effect.fail(refused)
        return Effect.map(terminals.choose(request, login), (chosen) => ({
          ...chosen,
          findings: [...chosen.findings, notTheLast]
        }))
      }
    },
    clock,
    transactions,
    notifications,
    httpFault,
    findings: () => findings,
    report: (what) => {
      findings.push({ at: now(), ...what })
      if (findings.length > MAX_FINDINGS) findings = findings.slice(-MAX_FINDINGS / 2)
    },
    attemptChanged: (attempt) => transactions.changed(attempt, TerminalName.fromTarget(attempt.target)),
    hasTerminal,
    collect,
    forgetStored
  }
})

const notTheLast = Finding.make(
  "warning",
  "cancel-not-the-last",
  "order.transaction_type",
  "a cancellation of the terminal's last sale, with the amount that was charged: it takes back that one, whatever the order's id",
  "one that is not certain to mean it"
)

/** The most findings that are kept. */
const MAX_FINDINGS = 2_000

const mocks = new WeakMap<Space.Space, MockSpace>()

/** The mock's part of a space that {@link attach} registered. */
export const mockOf = (space: Space.Space): MockSpace => {
  const mock = mocks.get(space)
  if (mock === undefined) throw new Error(`the space ${space.name} has no mock`)
  return mock
}

/** Attaches the mock's part to a space. */
export const attach = (space: Space.Space, mock: MockSpace): Space.Space => {
  mocks.set(space, mock)
  return space
}

/** The lists that follow-ups of attempts are read from. */
export interface FollowUpSources {
  readonly transactions: Pick<ConsoleTransactions.ConsoleTransactions, "list">
  readonly notifications: Pick<Notifications.Notifications, "list">
}

/** The follow-ups of an attempt: each status of its transaction, and each notification. */
export const followUps =
  ({ transactions, notifications }: FollowUpSources) =>
  (attempt: string): ReadonlyArray<Space.FollowUp> => [
    ...transactions
      .list()
      .filter((transaction) => transaction.attempt.id === attempt)
      .flatMap(({ reference, history }) =>
        history.map(({ status, at }) => ({
          at,
          kind: "transaction" as const,
          reference,
          status,
          message: ConsoleTransactions.messages[status]
        }))
      ),
    ...notifications
      .list()
      .filter((sent) => sent.attempt === attempt)
      .map(({ id, at, status, state }) => ({ at, kind: "notification" as const, id, status, state }))
  ]
