/**
 * When a caller disconnects before its answer. On Node, the server that owns the connections says so: a caller whose side of
 * the connection has ended may still read, and there a caller that only sends no more looks like one that has gone.
 */
import type { Context } from "hono"
import type { Env } from "./HonoEnv.ts"

/** What is called for each of Node's responses. */
const listeners = new WeakMap<object, ReadonlyArray<() => void>>()

/** Calls back once the caller has gone, perhaps after its answer, and perhaps more than once. */
export const onCallerGone = (c: Context<Env>, gone: () => void): void => {
  const response = (c.env as { readonly outgoing?: object } | undefined)?.outgoing
  // Not every runtime gives a request one.
  if (response === undefined) c.req.raw.signal?.addEventListener("abort", gone)
  else listeners.set(response, [...(listeners.get(response) ?? []), gone])
}

/** Says that the caller of one of Node's responses has gone. */
export const callerGone = (response: object): void => {
  for (const gone of listeners.get(response) ?? []) gone()
}
