/**
 * An order that comes again under the same key: what the earlier attempt allows. The rules are in the decision
 * "same-order-id".
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Attempt, AttemptValue } from "./Attempt.ts"
import { withoutPeople } from "./forgetCustomer.ts"
import * as IdempotencyKey from "./idempotencyKey.ts"

/** What an earlier attempt under the same key allows: its answer once more, a refusal, or (undefined) a new attempt. */
export const allows = (
  last: Attempt,
  body: unknown,
  idempotencyKey: string | undefined
): Effect.Effect<Attempt | undefined, Refused> => {
  const refuse = (reason: Refused["reason"], state: Refused["state"]) =>
    Effect.fail(new Refused({ reason, state, earlier: last }))
  const { state } = last
  switch (state) {
    case "declined":
    case "not-started":
      return Effect.succeed(undefined)
    case "open":
    case "unknown":
      return isSameOrder(last.order, body) ? refuse("unresolved", state) : refuse("different", state)
    case "approved":
    case "approved-in-part":
      // What was ordered is not kept for ever; that it was paid is, and which order it was.
      if (last.prunedAt !== undefined) {
        return Effect.flatMap(isOfDigest(last.orderDigest, body), (isSame) =>
          refuse(isSame ? "already-approved" : "different", state)
        )
      }
      if (!isSameOrder(last.order, body)) return refuse("different", state)
      return Effect.flatMap(repeats(last, idempotencyKey), (isSame) =>
        isSame ? Effect.succeed(last) : refuse("already-approved", state)
      )
  }
}

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
    "already-approved"
  ]),
  /** The state of the earlier attempt. */
  state: Schema.Literals(["open", "unknown", "approved", "approved-in-part"]),
  earlier: AttemptValue
}) {}
