/** Combines abort signals. */

/** Aborts with the first of the signals. Next's edge runtime has no `AbortSignal.any`. */
export const firstOf = (...signals: ReadonlyArray<AbortSignal>): AbortSignal => {
  if (typeof AbortSignal.any === "function") return AbortSignal.any([...signals])
  const controller = new AbortController()
  for (const signal of signals) {
    const abort = () => controller.abort(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener("abort", abort, { once: true, signal: controller.signal })
  }
  return controller.signal
}
