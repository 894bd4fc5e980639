/**
 * The terminals of a gateway: those in its configuration, over the network, and no others.
 *
 * An order that cannot be served for real is refused with its reason: nothing is simulated, and an address in an order is
 * dialled only if it is configured. A terminal is guarded in the store, under its name and under the address that the name
 * resolves to: while an attempt at it is undecided, it takes no order. A cancellation is checked twice: when it comes, for a
 * clear refusal, and again with the guard taken, because another sale may have been made meanwhile.
 */

import * as ConcertSession from "@hipay-pos/concert-codec/ConcertSession"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import type { Address, Connector } from "@hipay-pos/concert-codec/Connection"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { NotStarted, TerminalError } from "@hipay-pos/core/Terminal"
import type * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { Attempt } from "@hipay-pos/server/Attempt"
import type { AttemptStore, StoreFailed } from "@hipay-pos/server/AttemptStore"
import { type GuardedTerminal, guardName, guardsTerminal, movedNothing } from "@hipay-pos/server/Guards"
import { NothingProved, type NotServed, notServed, type Terminals } from "@hipay-pos/server/Terminals"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { givenUp } from "../givenUp.ts"
import { type AllowedTypes, refuseType } from "./AllowedTypes.ts"
import { isForbidden } from "./ForbiddenAddress.ts"
import * as GatewayConfig from "./GatewayConfig.ts"
import { notLastAnyMore, refusalAfter } from "./lastSale.ts"
import { isOtherOrder } from "./otherOrders.ts"
import { recover } from "./recover.ts"

/** How a gateway's terminals are set up. */
export interface DialledTerminalsOptions extends AllowedTypes {
  /** Those that it dials, or a function that returns the current ones. */
  readonly terminals: TerminalList
  readonly connector: Connector
  readonly store: AttemptStore
  /** Defaults for all terminals. */
  readonly settings?: ConcertTerminal.Settings | undefined
}

export type TerminalList =
  | ReadonlyArray<GatewayConfig.GatewayTerminal>
  | (() => ReadonlyArray<GatewayConfig.GatewayTerminal>)

/** Whether an order is for a terminal of this gateway: by its address, and if Concert can serve it. */
export const makeServes = (terminals: TerminalList): ((request: OrderRequest) => boolean) => {
  const known = whenChanged(terminals, (list) => new Set(list.map((each) => guardName(GatewayConfig.addressOf(each)))))
  return ({ target, pushTo, order }) =>
    target._tag === "Concert" && pushTo === "POS" && order.initializePaymentTerminal && known().has(guardName(target))
}

/** Caches what `make` returns, until the list of terminals is replaced. */
const whenChanged = <Made>(
  terminals: TerminalList,
  make: (list: ReadonlyArray<GatewayConfig.GatewayTerminal>) => Made
): (() => Made) => {
  const list = typeof terminals === "function" ? terminals : () => terminals
  let seen = list()
  let made = make(seen)
  return () => {
    if (seen !== list()) {
      seen = list()
      made = make(seen)
    }
    return made
  }
}

/** Terminals that can be checked without an order. */
export interface Dialled extends Terminals {
  /**
   * Whether a terminal accepts a connection, which is closed at once: nothing is sent. None if an exchange is using its
   * connection, or `isFree` returns false; payments that come meanwhile wait for the check to end.
   */
  readonly accepts: (
    terminal: Address,
    isFree: (guarded: GuardedTerminal) => Effect.Effect<boolean, StoreFailed>
  ) => Effect.Effect<Option.Option<boolean>, StoreFailed>
}

/** The terminals of one gateway. */
export const make = (options: DialledTerminalsOptions): Dialled => {
  const { connector, store, settings = {} } = options
  const known = whenChanged(
    options.terminals,
    (list) =>
      new Map(
        list.map((terminal) => {
          const address = GatewayConfig.addressOf(terminal)
          const own = GatewayConfig.toSettings(terminal, settings)
          return [guardName(address), { name: terminal.name, address, settings: own }]
        })
      )
  )
  const dialled = fenced(connector)

  /** Why an order that another terminal could serve is refused here. */
  const refusal = ({ order, pushTo }: OrderRequest): Effect.Effect<never, NotServed> | undefined => {
    if (pushTo !== "POS")
      return unsupported(`push_to ${pushTo} needs HiPay's own connectors: a gateway speaks Concert only.`)
    if (!order.initializePaymentTerminal)
      return unsupported(
        "initialize_payment_terminal is false: a gateway has no way to register an order without a terminal."
      )
    return refuseType(order.transactionType, options)
  }

  /** Resolves a terminal's name once per order: the guarded address is the one connected to. */
  const resolve = (
    address: Address,
    { connectTimeout = ConcertSession.defaults.connectTimeout }: ConcertTerminal.Settings
  ) => {
    const resolving = connector.resolve?.(address) ?? Effect.succeed(address)
    // An IP address needs no deadline.
    if (Exit.isExit(resolving)) return resolving
    return Effect.timeoutOrElse(resolving, {
      duration: connectTimeout,
      orElse: () =>
        notStarted(
          "Unreachable",
          `${address.host}:${address.port} gave no connection within ${Duration.format(Duration.fromInputUnsafe(connectTimeout))}`
        )
    })
  }

  const accepts: Dialled["accepts"] = Effect.fnUntraced(function* (named, isFree) {
    const terminal = known().get(guardName(named))
    if (terminal === undefined) return Option.none()
    const { address, settings } = terminal
    const resolved = yield* Effect.result(Effect.tap(resolve(address, settings), refuseForbidden))
    if (Result.isFailure(resolved)) return Option.some(false)
    const to = resolved.success
    // Closed as soon as it is made: nothing can interrupt in between and leave it open.
    const connect = Effect.map(connector.connect(to), (connection) => connection.close()).pipe(
      Effect.timeout(settings.connectTimeout ?? ConcertSession.defaults.connectTimeout),
      Effect.match({ onSuccess: () => true, onFailure: () => false })
    )
    const look = Effect.flatMap(isFree({ name: guardName(address), address: guardName(to) }), (free) =>
      free ? Effect.asSome(connect) : Effect.succeedNone
    )
    // The lock of the payments, not one of its own.
    return Option.flatten(yield* ConcertSession.whileFree(dialled.connector, to, look))
  })

  /** The newest attempt at a terminal that may have moved money, and why a cancellation there is refused. */
  const lastSale = Effect.fnUntraced(function* (
    request: OrderRequest,
    login: string,
    terminal: GuardedTerminal,
    except?: string
  ) {
    let last: Attempt | undefined
    do {
      const id = yield* store.lastAt(terminal, { except, before: last?.id })
      last = id === undefined ? undefined : yield* store.get(id)
    } while (last !== undefined && movedNothing(last))
    return { last, refused: refusalAfter(last, request, login) }
  })

  /** The last check before connecting to a terminal, with its guard taken and no other exchange under way. */
  const admit = Effect.fnUntraced(
    function* (request: OrderRequest, login: string, terminal: GuardedTerminal, attempt: string, resolved: Address) {
      yield* refuseForbidden(resolved)
      if (request.order.transactionType === "Cancel" && (yield* lastSale(request, login, terminal, attempt)).refused)
        return yield* notLastAnyMore
    },
    Effect.catchTag("AttemptStoreFailed", ({ message }) => notStarted("StoreFailed", message))
  )

  /** Asks the terminal of an attempt for its last transaction. */
  const ask = Effect.fnUntraced(function* (attempt: Attempt) {
    const { target } = attempt
    const terminal =
      target._tag === "Concert" && attempt.terminal === "dialled" ? known().get(guardName(target)) : undefined
    if (terminal === undefined)
      return yield* new NothingProved({ why: "it is not configured in this gateway, or cannot be asked" })
    const { address, settings } = terminal
    const resolved = yield* Effect.mapError(
      resolve(address, settings),
      ({ detail }) => new NothingProved({ why: `it cannot be reached (${detail})` })
    )
    const guarded = { name: guardName(address), address: guardName(resolved) }
    return yield* recover(attempt, {
      // The lock of the payments: nothing is asked beside one.
      connector: dialled.connector,
      ...{ store, settings, guarded, address: resolved, admit: refuseForbidden }
    })
  })

  return {
    frames: Frames,
    recover: ask,
    accepts,
    configuredName: (target) => (target._tag === "Concert" ? known().get(guardName(target))?.name : undefined),
    choose: Effect.fnUntraced(function* (request: OrderRequest, login: string) {
      const { target } = request
      if (target._tag === "Nepting")
        return yield* unsupported("AppNepting needs HiPay's own service: a gateway speaks Concert only.")
      if (target._tag === "Unnamed") return yield* unsupported("The order names no terminal.")
      const refused = refusal(request)
      if (refused !== undefined) return yield* refused
      const terminal = known().get(guardName(target))
      if (terminal === undefined) return yield* unknownTerminal(target)
      const { name, address, settings } = terminal
      const resolved = yield* Effect.result(resolve(address, settings))
      const guarded: GuardedTerminal = {
        name: guardName(address),
        address: Result.isSuccess(resolved) ? guardName(resolved.success) : undefined
      }
      if (request.order.transactionType === "Cancel") {
        const { last, refused } = yield* lastSale(request, login, guarded)
        if (last !== undefined && last.state === "unknown" && guardsTerminal(last))
          return yield* Effect.fail({ _tag: "TerminalUndecided", attempt: last.id } as const)
        if (refused !== undefined) return yield* Effect.fail(refused)
      }
      return {
        kind: "dialled",
        name,
        findings: [],
        lateAnswer: settings.lateAnswer ?? ConcertSession.defaults.lateAnswer,
        guarded,
        queueTimeout: settings.queueTimeout,
        isInterruptible: true,
        perform: (payment, onEvent, attempt, mayDial) => {
          if (Result.isFailure(resolved)) return Effect.fail(new TerminalError({ reason: resolved.failure }))
          return ConcertTerminal.make({
            connector: dialled.connector,
            address: resolved.success,
            settings,
            admit: (to) =>
              Effect.tap(admit(request, login, guarded, attempt, to), () =>
                Effect.sync(() => dialled.fence(to, mayDial))
              ),
            isOtherOrder: isOtherOrder(store, guarded, settings, attempt),
            onEvent
          }).perform(payment)
        }
      }
    })
  }
}

/**
 * Wraps a connector: once connected, and before the first byte, checks again whether this process may still dial. A terminal
 * cannot tell a gateway that was given up meanwhile from the one that took its place.
 */
const fenced = (connector: Connector) => {
  /** By address; each address has at most one exchange at a time. */
  const fences = new Map<string, () => boolean>()
  const connect: Connector["connect"] = (address) => {
    const mayDial = fences.get(guardName(address))
    // Whether it connects or not, a later exchange must not find this one's.
    fences.delete(guardName(address))
    return Effect.flatMap(connector.connect(address), (connection) => {
      if (mayDial?.() !== false) return Effect.succeed(connection)
      connection.close()
      return Effect.fail(givenUp)
    })
  }
  return {
    connector: { ...connector, connect },
    fence: (address: Address, mayDial: () => boolean) => void fences.set(guardName(address), mayDial)
  }
}

const refuseForbidden = ({ host }: Address): Effect.Effect<void, NotStarted> =>
  isForbidden(host)
    ? notStarted("Unreachable", `${host} is a link-local address; terminals are not dialled there`)
    : Effect.void

const notStarted = (kind: NotStarted["kind"], detail: string): Effect.Effect<never, NotStarted> =>
  Effect.fail(new NotStarted({ kind, detail }))

const unsupported = (description: string) => notServed({ code: "unsupported.terminal.bad.request", description })

const unknownTerminal = ({ host, port }: TerminalTarget.Concert) =>
  notServed({
    code: "unknown.terminal.bad.request",
    description: `${host}:${port} is not configured in this gateway. Add it with --dial or to the terminals file.`
  })
