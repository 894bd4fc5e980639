/** Where an attempt stands, without schemas: for pages and programs that decode nothing. */

/** Every state, as the JSON names it. */
export const attemptStates = ["open", "approved", "approved-in-part", "declined", "not-started", "unknown"] as const

/**
 * Where an attempt stands. `open`: under way. `unknown`: it may have been paid. After either, the order must not be sent
 * again before it is settled.
 */
export type AttemptState = (typeof attemptStates)[number]

/** Whether an attempt may have been paid, as far as is known: open or unknown. */
export const isUndecided = ({ state }: { readonly state: AttemptState }): boolean =>
  state === "open" || state === "unknown"
