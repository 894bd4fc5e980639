/** The states of an attempt, without schemas: for pages and programs that decode nothing. */

/** Every state, as the JSON names it. */
export const attemptStates = ["open", "approved", "approved-in-part", "declined", "not-started", "unknown"] as const

/**
 * Where an attempt stands. `open`: under way. `unknown`: it may have been paid. After either, the order must not be sent
 * again before it is settled.
 */
export type AttemptState = (typeof attemptStates)[number]

/** The states in which something was paid: in full or in part. */
export type PaidState = Extract<AttemptState, "approved" | "approved-in-part">

const decided: ReadonlySet<unknown> = new Set(["approved", "approved-in-part", "declined", "not-started"])

/**
 * Whether an attempt may have been paid: it is open, unknown, or in a state that this version does not know, because a later
 * version wrote it.
 */
export const isUndecided = ({ state }: { readonly state?: unknown }): boolean => !decided.has(state)

/** Whether an attempt was paid, in full or in part. */
export const isPaid = <A extends { readonly state?: unknown }>(
  attempt: A
): attempt is A & { readonly state: PaidState } => attempt.state === "approved" || attempt.state === "approved-in-part"

const states = { Approved: "approved", ApprovedInPart: "approved-in-part", Declined: "declined" } as const

/** The state of an attempt that ended with this outcome. */
export const stateOf = <Tag extends keyof typeof states>({ _tag }: { readonly _tag: Tag }): (typeof states)[Tag] =>
  states[_tag]
