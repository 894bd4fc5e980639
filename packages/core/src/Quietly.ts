/** Calls to functions of others, such as listeners and logs, whose faults must not cost a payment. */

/** Calls a function. What it throws, or rejects with if it is asynchronous, is dropped: a rejection would end the process. */
export const quietly = (call: () => unknown): void => {
  try {
    const told = call()
    if (isPromise(told)) told.then(undefined, () => {})
  } catch {
    // A payment matters more.
  }
}

const isPromise = (told: unknown): told is PromiseLike<unknown> =>
  typeof told === "object" && told !== null && "then" in told && typeof told.then === "function"
