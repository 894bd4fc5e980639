/** Calls to callbacks, such as listeners and logs, whose faults must not cost a payment. */

/**
 * Calls a function with these arguments. What it throws, or rejects with if it is asynchronous, is dropped: a rejection would
 * end the process.
 */
export const quietly = <Args extends ReadonlyArray<unknown>>(call: (...args: Args) => unknown, ...args: Args): void => {
  try {
    const result = call(...args)
    if (isPromise(result)) result.then(undefined, () => {})
  } catch {
    // A payment matters more.
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function"
