/**
 * What an earlier attempt allows when an order comes again under its key. The rules are in the decision "same-order-id".
 */
import { object } from "@hipay-pos/core/JsonObject"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Attempt, type AttemptKey, AttemptValue } from "./Attempt.ts"
import { digest } from "./digest.ts"
import * as IdempotencyKey from "./idempotencyKey.ts"
import type { KeptOrder } from "./KeptOrder.ts"
import { withoutPersonalData } from "./personalData.ts"

/** What identifies an order as a repeat. */
export interface Repeated {
  readonly order: KeptOrder
  readonly idempotencyKey?: string | undefined
}

/** The attempt that blocks a key, if it was claimed after the given one: see {@link AttemptStore.standing}. */
export type Standing<E> = (key: AttemptKey, after: string) => Effect.Effect<Attempt | undefined, E>

/** What an earlier attempt under the same key allows now: its answer again, a refusal, or (undefined) a new attempt. */
export const allows = <E>(
  last: Attempt,
  repeated: Repeated,
  standing: Standing<E>,
  now: number
): Effect.Effect<Attempt | undefined, Refused | E> => {
  const { state } = last
  switch (state) {
    case "declined":
    case "not-started":
      return Effect.succeed(undefined)
    case "open":
    case "unknown":
      return refuse(
        isSameSale(last.order, repeated.order) ? "unresolved" : "different",
        state,
        last,
        differences(last.order, repeated.order)
      )
    case "approved":
    case "approved-in-part":
      return Effect.andThen(refuseReversed(last, standing), afterApproval(last, state, repeated, now))
  }
}

/** What an approved attempt allows if it was not reversed. */
const afterApproval = (
  last: Attempt,
  state: Refused["state"],
  { order, idempotencyKey }: Repeated,
  now: number
): Effect.Effect<Attempt, Refused> => {
  const isPruned = last.prunedAt !== undefined
  // The order itself is pruned eventually; that it was paid, and its digest, stay.
  const compared = isPruned ? isOfDigest(last.orderDigest, order) : Effect.succeed(isSameOrder(last.order, order))
  return Effect.flatMap(compared, (isSame) => {
    if (isSame) {
      // An end in the future was written before the clock was set back.
      if (Math.abs(now - (last.endedAt ?? last.openedAt)) > REPLAYED_FOR) return refuse("already-approved", state, last)
      return Effect.flatMap(repeats(last, idempotencyKey), (isAnswered) =>
        isAnswered ? Effect.succeed(last) : refuse("already-approved", state, last)
      )
    }
    if (isPruned) return refuse("different", state, last)
    const reason = isSameSale(last.order, order) ? "already-approved" : "different"
    return refuse(reason, state, last, differences(last.order, order))
  })
}

/**
 * How long after a payment's end its answer is repeated, in milliseconds. Without a limit, a till that counts its tickets from 1
 * each day and uses them as keys would take yesterday's answer for today's payment.
 */
const REPLAYED_FOR = 3_600_000

/** Whether two orders are the same sale, at any terminal: a till may have moved on to another one. */
const isSameSale = (kept: KeptOrder, again: KeptOrder): boolean => isSameAsKept(saleIn(kept), saleIn(again))

const saleIn = ({ body }: KeptOrder): unknown => ({ ...object(body), pos_technical_info: undefined })

/** Refuses the order of a sale that the same login has reversed, or may have, as for the last sale of a terminal. */
const refuseReversed = <E>({ id, key }: Attempt, standing: Standing<E>): Effect.Effect<void, Refused | E> => {
  if (key.transactionType !== "Debit") return Effect.void
  // An earlier cancellation was of another sale.
  return Effect.flatMap(standing({ ...key, transactionType: "Cancel" }, id), (cancel) => {
    switch (cancel?.state) {
      case "open":
      case "unknown":
        return refuse("perhaps-reversed", cancel.state, cancel)
      case "approved":
      case "approved-in-part":
        return refuse("reversed", cancel.state, cancel)
      default:
        return Effect.void
    }
  })
}

const refuse = (
  reason: Refused["reason"],
  state: Refused["state"],
  earlier: Attempt,
  differs: ReadonlyArray<string> = []
): Effect.Effect<never, Refused> =>
  Effect.fail(new Refused({ reason, state, earlier, ...(differs.length === 0 ? {} : { differs }) }))

/** Whether the caller's idempotency key says that this is a repeat of the attempt. */
const repeats = ({ idempotencyKey: kept }: Attempt, key: string | undefined): Effect.Effect<boolean> =>
  key === undefined || kept === undefined
    ? Effect.succeed(false)
    : Effect.promise(() => IdempotencyKey.matches(kept, key))

/**
 * Whether an order is the one that was kept. Customer and delivery data are forgotten after a month; if the kept order has
 * neither, they are not compared.
 */
export const isSameOrder = (kept: KeptOrder, again: KeptOrder): boolean => isSameAsKept(kept.body, again.body)

const isSameAsKept = (kept: unknown, body: unknown): boolean =>
  isEqualJson(kept, body) || isEqualJson(kept, withoutPersonalData(body))

/** {@link isSameOrder} for a kept digest; older stores made it with the customer, unless that was forgotten by then. */
const isOfDigest = (kept: string | undefined, { body }: KeptOrder): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    const digests = [withoutPersonalData(body), body].map((each) => digest(JsonText.canonical(each)))
    return (await Promise.all(digests)).some((each) => each === kept)
  })

/** The parts that differ from the kept order, such as `order.description`; no more than people will read. */
const differences = ({ body: kept }: KeptOrder, { body }: KeptOrder): ReadonlyArray<string> => {
  const again = isEqualJson(kept, withoutPersonalData(kept)) ? withoutPersonalData(body) : body
  return differingIn(kept, again)
    .flatMap((part) => {
      const within = differingIn(object(kept)[part], object(again)[part])
      return within.length === 0 ? [part] : within.map((name) => `${part}.${name}`)
    })
    .slice(0, 5)
    .map((path) => path.slice(0, 100))
}

/** The names of the fields that differ. */
const differingIn = (one: unknown, other: unknown): ReadonlyArray<string> => {
  const [a, b] = [object(one), object(other)]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !isEqualJson(a[name], b[name]))
}

const isEqualJson = (a: unknown, b: unknown): boolean => JsonText.canonical(a) === JsonText.canonical(b)

/** The order repeats one that must not be paid again. */
export class Refused extends Schema.TaggedError<Refused>()("RepeatRefused", {
  reason: Schema.Literals([
    /** Another order under the same id is open, unknown or approved. */
    "different",
    /** The same order's outcome is not known yet, perhaps at another terminal. */
    "unresolved",
    /** The same order was approved, perhaps at another terminal. */
    "already-approved",
    /** A sale under the same id was approved, and its cancellation is open or unknown. */
    "perhaps-reversed",
    /** A sale under the same id was approved and then cancelled. */
    "reversed"
  ]),
  /** The state of the earlier attempt. */
  state: Schema.Literals(["open", "unknown", "approved", "approved-in-part"]),
  /** The order's attempt or, if it was or may have been reversed, its cancellation's. */
  earlier: AttemptValue,
  /** The fields that differ from the earlier order, if known. */
  differs: Schema.optionalKey(Schema.Array(Schema.String))
}) {}
