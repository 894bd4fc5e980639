/**
 * An order that comes again under the same key: what the earlier attempt allows. The rules are in the decision
 * "same-order-id".
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Attempt, type AttemptKey, AttemptValue } from "./Attempt.ts"
import { withoutPeople } from "./forgetCustomer.ts"
import * as IdempotencyKey from "./idempotencyKey.ts"
import type { Repeated } from "./Submission.ts"

/** The attempt that keeps a key from another one, such as {@link AttemptStore.standing} gives it. */
export type Standing<E> = (key: AttemptKey) => Effect.Effect<Attempt | undefined, E>

/** What an earlier attempt under the same key allows: its answer once more, a refusal, or (undefined) a new attempt. */
export const allows = <E>(
  last: Attempt,
  repeated: Repeated,
  standing: Standing<E>
): Effect.Effect<Attempt | undefined, Refused | E> => {
  const { state } = last
  switch (state) {
    case "declined":
    case "not-started":
      return Effect.succeed(undefined)
    case "open":
    case "unknown":
      return refuse(isSameOrder(last.order, repeated.body) ? "unresolved" : "different", state, last)
    case "approved":
    case "approved-in-part":
      return Effect.andThen(refuseReversed(last, standing), afterApproval(last, state, repeated))
  }
}

/** What is allowed after an attempt that was approved and not reversed. */
const afterApproval = (
  last: Attempt,
  state: Refused["state"],
  { body, idempotencyKey }: Repeated
): Effect.Effect<Attempt, Refused> => {
  // What was ordered is not kept for ever; that it was paid is, and which order it was.
  if (last.prunedAt !== undefined) {
    return Effect.flatMap(isOfDigest(last.orderDigest, body), (isSame) =>
      refuse(isSame ? "already-approved" : "different", state, last)
    )
  }
  if (!isSameOrder(last.order, body)) return refuse("different", state, last)
  return Effect.flatMap(repeats(last, idempotencyKey), (isSame) =>
    isSame ? Effect.succeed(last) : refuse("already-approved", state, last)
  )
}

/** Refuses the order of a sale that was reversed since, or may have been: by the same login, as a terminal's last sale is. */
const refuseReversed = <E>({ key }: Attempt, standing: Standing<E>): Effect.Effect<void, Refused | E> => {
  if (key.transactionType !== "Debit") return Effect.void
  return Effect.flatMap(standing({ ...key, transactionType: "Cancel" }), (cancel) => {
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

const refuse = (reason: Refused["reason"], state: Refused["state"], earlier: Attempt): Effect.Effect<never, Refused> =>
  Effect.fail(new Refused({ reason, state, earlier }))

/** Whether the caller says that it repeats the attempt itself. */
const repeats = ({ idempotencyKey: kept }: Attempt, key: string | undefined): Effect.Effect<boolean> =>
  key === undefined || kept === undefined || kept === key
    ? Effect.succeed(key !== undefined && kept === key)
    : Effect.promise(() => IdempotencyKey.matches(kept, key))

/** Whether paying the order again could charge the customer twice. */
export const mayHaveCharged = ({ state }: Attempt): boolean => state !== "declined" && state !== "not-started"

/**
 * Whether a body is the order that was kept. What an order says about the customer and the delivery is forgotten after a
 * month, so where neither is kept, neither is compared.
 */
export const isSameOrder = (kept: unknown, body: unknown): boolean =>
  sameBody(kept, body) || sameBody(kept, withoutPeople(body))

/** The same of an order of which the digest is left: of older stores with the customer, where it was not forgotten by then. */
const isOfDigest = (kept: string | undefined, body: unknown): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    const digests = [withoutPeople(body), body].map((each) => IdempotencyKey.hash(canonical(each)))
    return (await Promise.all(digests)).some((digest) => digest === kept)
  })

/** Equal as JSON values, whatever the order of their keys. */
export const sameBody = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

/** One text for all JSON values that are equal. */
export const canonical = (body: unknown): string => JSON.stringify(body, sorted)

const sorted = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** The order is a repeat of one that must not be paid again. */
export class Refused extends Schema.TaggedError<Refused>()("RepeatRefused", {
  reason: Schema.Literals([
    /** Another order under the same id is open, unknown or approved. */
    "different",
    /** The same order's outcome is not known yet. */
    "unresolved",
    /** The same order was approved. */
    "already-approved",
    /** A sale under the same id was approved, and its cancellation is open or unknown. */
    "perhaps-reversed",
    /** A sale under the same id was approved, and cancelled since. */
    "reversed"
  ]),
  /** The state of the earlier attempt. */
  state: Schema.Literals(["open", "unknown", "approved", "approved-in-part"]),
  /** That of the order or, where it was or may have been reversed, that of its cancellation. */
  earlier: AttemptValue
}) {}
