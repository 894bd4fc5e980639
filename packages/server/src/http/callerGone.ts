/**
 * Detects that a caller disconnects, before or after its answer. On Node the server that owns the connections reports it, because
 * a caller that has gone looks like one that closed only its sending side and is still to be answered.
 */
import type { Context } from "hono"
import type { Env } from "./HonoEnv.ts"

/** Callbacks for each of Node's responses. */
const listeners = new WeakMap<object, ReadonlyArray<() => void>>()

/** Node's responses whose callers have gone. */
const left = new WeakSet<object>()

/** Calls back once the caller has gone, at once if it already has; possibly after its answer, and possibly more than once. */
export const onCallerGone = (c: Context<Env>, gone: () => void): void => {
  const response = (c.env as { readonly outgoing?: object } | undefined)?.outgoing
  if (response !== undefined) {
    listeners.set(response, [...(listeners.get(response) ?? []), gone])
    if (left.has(response)) gone()
    return
  }
  const { signal } = c.req.raw
  signal.addEventListener("abort", gone)
  if (signal.aborted) gone()
}

/** Reports that the caller of one of Node's responses has gone. */
export const callerGone = (response: object): void => {
  left.add(response)
  for (const gone of listeners.get(response) ?? []) gone()
}
