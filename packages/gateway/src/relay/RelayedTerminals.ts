/**
 * Terminals behind HiPay's own service: which orders are sent there, with which login, and which are refused.
 *
 * An attempt whose outcome is unknown blocks its order, but its terminal only if that is configured: HiPay queues for its
 * terminals, and one lost answer must not close a shop. The next order at that terminal names the attempt in a finding. A
 * cancellation has to mean the last sale at its terminal: that is checked when it arrives, and again right before it is sent.
 * Orders that come after that wait for its end.
 */

import * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import { NotStarted, TerminalError } from "@hipay-pos/core/Terminal"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { notifyUrlIn } from "@hipay-pos/core/wire/TechnicalInformation"
import { Cancellation, TERMINAL_UNRESOLVED } from "@hipay-pos/server"
import { type Attempt, urlOf } from "@hipay-pos/server/Attempt"
import type { AttemptStore, StoreFailed } from "@hipay-pos/server/AttemptStore"
import { type GuardedTerminal, guardsTerminal, movedNothing } from "@hipay-pos/server/Guards"
import { notServed, type Terminals } from "@hipay-pos/server/Terminals"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { someListed } from "../someListed.ts"
import { type AllowedTypes, refuseType } from "../terminals/AllowedTypes.ts"
import { notLastAnyMore, refusalAfter } from "../terminals/lastSale.ts"
import { hostOf, withNotifyUrl } from "./notifyUrl.ts"
import * as UpstreamTerminal from "./UpstreamTerminal.ts"

/** How long a connection may wait until its attempt is written, in milliseconds; services close idle ones after seconds. */
const FRESH = 1_000

/** How the terminals behind a service are set up. */
export interface RelayedTerminalsOptions extends UpstreamTerminal.UpstreamTerminalOptions, AllowedTypes {
  readonly store: Pick<AttemptStore, "ended" | "get" | "list" | "standing">
  /** Whether other relays share the store; false by default. */
  readonly isShared?: boolean | undefined
  /** The header `Authorization` for the orders of a login of this server; undefined if it has none. */
  readonly authorizationOf: (login: string) => string | undefined
  /** The `notify_url` that an attempt's order is sent with; by default the order's own. */
  readonly notifyUrlOf?: ((attempt: string) => string) | undefined
  /** Whether notifications are forwarded to an order's own `notify_url`; undefined if none are. */
  readonly forwardsTo?: ((url: string) => boolean) | undefined
  /** An unknown attempt blocks its terminal, too; false by default. */
  readonly blockUnknown?: boolean
}

export const make = (options: RelayedTerminalsOptions): Pick<Terminals, "choose"> => {
  const { store, upstream, isPassedThrough, authorizationOf, notifyUrlOf, forwardsTo, blockUnknown = false } = options
  /** This relay's cancellations under way, which need no query to the store. */
  const cancels = new Set<Cancel>()
  const unresolved = makeUnresolved(options)
  const refuseCancel = makeRefuseCancel(store)

  // A guarded terminal has one attempt at a time anyway. Other relays on the store may be configured differently.
  const mayMeetCancels = options.isShared === true || (options.allowCancel === true && !blockUnknown)

  /**
   * The last check. A cancellation could reverse an order that is sent to its terminal at the same time. Both are claimed
   * before they look for each other: a cancellation that finds an order is refused, and an order that finds a cancellation
   * waits for its end.
   */
  const admit = Effect.fnUntraced(
    function* (request: OrderRequest, login: string, attempt: string) {
      if (request.order.transactionType === "Cancel") {
        const refusal = yield* refuseCancel(request, login, attempt)
        if (refusal !== undefined) return yield* notLastAnyMore
      } else if (mayMeetCancels) yield* awaitCancels(options, cancels, request.target)
    },
    Effect.catchTag("AttemptStoreFailed", ({ message }) => new NotStarted({ kind: "StoreFailed", detail: message })),
    Effect.mapError((reason) => new TerminalError({ reason }))
  )

  return {
    choose: Effect.fnUntraced(function* (request: OrderRequest, login: string, received) {
      const refusal = refuseType(request.order.transactionType, options)
      if (refusal !== undefined) return yield* refusal
      const isCancel = request.order.transactionType === "Cancel"
      const refused = isCancel
        ? (Cancellation.unsupported(request) ?? (yield* refuseCancel(request, login)))
        : undefined
      if (refused !== undefined) return yield* Effect.fail(refused)
      if (received === undefined) return yield* noLogin(login)
      const authorization = isPassedThrough ? received.authorization : authorizationOf(login)
      if (authorization === undefined) return yield* isPassedThrough ? notPassed(login) : noLogin(login)
      const pending = blockUnknown ? undefined : yield* unresolved.at(request.target)
      const { text, contentType, traceparent } = received
      const url = forwardsTo === undefined ? undefined : notifyUrlIn(JSON.parse(text))
      const connect = () => UpstreamTerminal.connect(options, { contentType, authorization })
      let ready: { readonly connection: UpstreamTerminal.Connection; readonly until: number } | undefined
      const release = () => {
        ready?.connection.close()
        ready = undefined
      }
      /** The prepared connection, or a new one if it has waited so long that the service may have closed it. */
      const takeConnection = () => {
        if (ready === undefined || performance.now() > ready.until) {
          release()
          return connect()
        }
        const { connection } = ready
        ready = undefined
        return connection
      }
      const sentFor = (attempt: string) => ({
        request,
        text: notifyUrlOf === undefined ? text : withNotifyUrl(text, notifyUrlOf(attempt)),
        contentType,
        traceparent,
        authorization
      })
      return {
        kind: "relayed" as const,
        upstream: upstream.name,
        findings: [
          ...(pending === undefined ? [] : [openAttempt(pending)]),
          ...(url === undefined || forwardsTo?.(url) !== false ? [] : [notHandedOn(url)])
        ],
        lateAnswer: options.lateAnswer,
        guarded: blockUnknown ? guardedTerminal(upstream.name, request.target) : undefined,
        prepare: () => {
          ready = { connection: connect(), until: performance.now() + FRESH }
          return release
        },
        perform: (_payment, onEvent, attempt, mayDial) => {
          const sent = Effect.suspend(() =>
            UpstreamTerminal.perform(options, sentFor(attempt), takeConnection(), onEvent, mayDial)
          )
          const performed = Effect.tapError(Effect.andThen(admit(request, login, attempt), sent), ({ reason }) =>
            Effect.sync(() => {
              if (reason._tag === "TerminalOutcomeUnknown") unresolved.add(request.target, attempt)
            })
          )
          if (!isCancel) return performed
          const cancel: Cancel = { id: attempt, target: request.target }
          return Effect.acquireUseRelease(
            Effect.sync(() => cancels.add(cancel)),
            () => performed,
            () => Effect.sync(() => cancels.delete(cancel))
          )
        }
      }
    })
  }
}

/** How long an order waits for cancellations at its terminal. */
const QUEUE_TIMEOUT = "10 seconds"

/** Whether an attempt is at a terminal, by the terminal's name in the order. */
const hasTarget = (target: TerminalTarget.TerminalTarget) => {
  const name = TerminalTarget.toText(target).toLowerCase()
  return (attempt: Pick<Attempt, "target">) => TerminalTarget.toText(attempt.target).toLowerCase() === name
}

/** A cancellation that is under way. */
type Cancel = Pick<Attempt, "id" | "target">

/**
 * Waits until no cancellation is under way at a terminal, of this relay or of another one on the store. If the store cannot
 * list them, sales go on: new cancellations are refused then, too, so that only one that another relay had already sent could
 * reverse the sale.
 */
const awaitCancels = Effect.fnUntraced(function* (
  { store, isShared = false }: Pick<RelayedTerminalsOptions, "store" | "isShared">,
  own: ReadonlySet<Cancel>,
  target: TerminalTarget.TerminalTarget
): Effect.fn.Return<void, NotStarted | StoreFailed> {
  if (target._tag === "Unnamed") return
  const others = isShared ? yield* openCancels(store, target) : []
  const cancels = [...own, ...others].filter(hasTarget(target))
  const ended = Effect.forEach(cancels, ({ id }) => store.ended(id), { discard: true })
  if (Option.isNone(yield* Effect.timeoutOption(ended, QUEUE_TIMEOUT))) return yield* cancelUnderWay
})

/** The open cancellations that a store finds by a terminal's name; none if it fails, or does not answer in time. */
const openCancels = (store: Pick<AttemptStore, "list">, target: TerminalTarget.TerminalTarget) =>
  Effect.map(
    Effect.option(
      Effect.timeout(store.list({ state: "open", text: TerminalTarget.toText(target), isBrief: true }), WAIT)
    ),
    (open) => Option.getOrElse(open, () => []).filter(({ key }) => key.transactionType === "Cancel")
  )

const cancelUnderWay = new NotStarted({ kind: "QueueFull", detail: "a cancellation at this terminal is under way" })

/** How much earlier than a sale an attempt made after it may be dated, in milliseconds: clocks differ. */
const CLOCKS = 3_600_000

/** How many attempts are read at a time. */
const PAGE = 100

/** Refuses a cancellation that does not mean the last sale at its terminal, by any login of this server. */
const makeRefuseCancel = (store: Pick<AttemptStore, "list" | "standing">) => {
  /**
   * The last attempt at a terminal that may have moved money: `sale` only if it is the last one both in the store and by its
   * time. Imported attempts come before all others in the store, whenever they were made; and clocks differ.
   */
  const lastAt = Effect.fnUntraced(function* (
    target: TerminalTarget.TerminalTarget,
    sale: Attempt,
    except: string | undefined
  ): Effect.fn.Return<Attempt | undefined, StoreFailed> {
    const from = sale.openedAt - CLOCKS
    const text = TerminalTarget.toText(target)
    const isThere = hasTarget(target)
    let newest: Attempt | undefined
    // An unreadable attempt may be the last one, so it fails the list.
    yield* someListed(store, { from, text, isComplete: true, page: PAGE }, (attempt) => {
      if (!isThere(attempt) || attempt.id === except || movedNothing(attempt)) return false
      // The list starts with the attempt that was stored last.
      const isLastStored = newest === undefined
      if (newest === undefined || attempt.openedAt > newest.openedAt) newest = attempt
      return isLastStored && attempt.id !== sale.id
    })
    return newest
  })

  return Effect.fnUntraced(function* (request: OrderRequest, login: string, except?: string) {
    const { order, target } = request
    const sale = yield* store.standing({ login, orderId: order.orderId, transactionType: "Debit" })
    const isKnown = sale !== undefined && target._tag !== "Unnamed"
    const last = isKnown ? yield* lastAt(target, sale, except) : undefined
    return refusalAfter(last, request, login)
  })
}

/** How long an order waits for the store to list other relays' attempts. */
const WAIT = "1 second"

/**
 * Attempts at terminals behind the service whose outcome is unknown. If the store cannot be asked for them, the order goes on
 * without.
 */
const makeUnresolved = ({ store, isShared = false }: Pick<RelayedTerminalsOptions, "store" | "isShared">) => {
  const known = new Map<string, Set<string>>()
  let isFilled = false

  const add = (target: TerminalTarget.TerminalTarget, attempt: string) => {
    if (target._tag === "Unnamed") return
    const name = TerminalTarget.toText(target).toLowerCase()
    const ids = known.get(name) ?? new Set()
    known.set(name, ids.add(attempt))
  }

  const addListed = Effect.fnUntraced(function* (text?: string) {
    const attempts = yield* store.list({ state: "unknown", isBrief: true, text })
    for (const { id, terminal, target } of attempts) if (terminal === "relayed") add(target, id)
  })

  /** Adds once the attempts that were unknown before this start. */
  const fill = Effect.suspend(() =>
    isFilled
      ? Effect.void
      : Effect.map(addListed(), () => {
          isFilled = true
        })
  )

  /** The newest at a terminal. */
  const at = Effect.fnUntraced(function* (target: TerminalTarget.TerminalTarget): Effect.fn.Return<string | undefined> {
    if (target._tag === "Unnamed") return undefined
    const name = TerminalTarget.toText(target)
    yield* Effect.ignore(isShared ? Effect.timeoutOption(addListed(name), WAIT) : fill)
    const ids = known.get(name.toLowerCase())
    let newest: string | undefined
    for (const id of ids ?? []) {
      const read = yield* Effect.result(store.get(id))
      if (Result.isFailure(read)) continue
      const attempt = read.success
      if (attempt === undefined || !guardsTerminal(attempt)) ids?.delete(id)
      else if (newest === undefined || id > newest) newest = id
    }
    return newest
  })

  return { add, at }
}

/** The upstream in front keeps its name apart from those of dialled terminals, which are addresses. */
const guardedTerminal = (upstream: string, target: TerminalTarget.TerminalTarget): GuardedTerminal | undefined =>
  target._tag === "Unnamed"
    ? undefined
    : { name: `${upstream} ${TerminalTarget.toText(target).toLowerCase()}`, address: undefined }

const openAttempt = (id: string) =>
  Finding.make("warning", TERMINAL_UNRESOLVED, "", "no unknown attempt at this terminal", urlOf({ id }))

const notHandedOn = (url: string) =>
  Finding.make(
    "warning",
    "notify-url-not-allowed",
    "pos_technical_info.notify_url",
    "a host and port that --notify names, or notifications are not handed on",
    hostOf(url)
  )

const noLogin = (login: string) =>
  notServed({
    code: "relay.login.missing",
    description: `The relay has no login at HiPay's service for ${login}. Nothing was started. Give it one in the logins file, or one for all with --relay-credentials.`
  })

const notPassed = (login: string) =>
  notServed({
    code: "relay.login.missing",
    description: `This relay hands on the login of its caller, and ${login} is a login of the relay itself, which HiPay's service never sees. Nothing was started. Send the order with the shop's own login at HiPay's service.`
  })
