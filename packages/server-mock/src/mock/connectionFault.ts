/**
 * Faults between the answer and its caller, applied to the connection itself. `app.request` has no connection: there, a body
 * that breaks off takes its place.
 */

import { type Env, onCallerGone } from "@hipay-pos/server/http"
import type { Context } from "hono"
import type * as HttpFault from "./HttpFault.ts"

/** The part of Node's response that is used here, under a Node server. */
interface Outgoing {
  readonly socket: { readonly resetAndDestroy: () => unknown; readonly destroy: () => unknown } | null
  readonly writeHead: (status: number, headers: Readonly<Record<string, string>>) => unknown
  readonly write: (chunk: string, written: () => void) => unknown
}

const outgoingOf = (c: Context<Env>): Outgoing | undefined =>
  (c.env as { readonly outgoing?: Outgoing } | undefined)?.outgoing

/** Applies a fault of the connection to the answer; the payment has been made. */
export const applyFault = async (
  c: Context<Env>,
  fault: HttpFault.ConnectionFault,
  answer: Response,
  closing: AbortSignal
): Promise<Response> => {
  const outgoing = outgoingOf(c)
  switch (fault) {
    case "reset":
      outgoing?.socket?.resetAndDestroy()
      return outgoing === undefined ? broken() : alreadySent()
    case "half-body": {
      if (outgoing === undefined) return broken()
      const body = await answer.text()
      outgoing.writeHead(answer.status, {
        ...Object.fromEntries(answer.headers),
        "Content-Length": String(new TextEncoder().encode(body).length)
      })
      await new Promise<void>((resolve) => outgoing.write(body.slice(0, body.length >> 1), resolve))
      outgoing.socket?.destroy()
      return alreadySent()
    }
    case "silent":
      await new Promise<void>((resolve) => {
        const over = () => {
          closing.removeEventListener("abort", over)
          resolve()
        }
        closing.addEventListener("abort", over)
        onCallerGone(c, over)
        if (closing.aborted) over()
      })
      return outgoing === undefined ? broken() : answer
  }
}

/** Tells Hono's server that the answer was sent. A clone, because the server sends its lightweight responses unchecked. */
const alreadySent = (): Response => new Response(null, { headers: { "x-hono-already-sent": "true" } }).clone()

const broken = (): Response =>
  new Response(new ReadableStream({ start: (controller) => controller.error(new Error("the connection was reset")) }))

/**
 * Calls `onDisconnect` when the client disconnects before the answer, with the seconds that it waited. Call the returned
 * function once there is an answer: a connection that closes later is not reported.
 */
export const onClientDisconnect = (c: Context<Env>, onDisconnect: (seconds: number) => void): (() => void) => {
  const begun = performance.now()
  let waits = true
  onCallerGone(c, () => {
    if (waits) onDisconnect(Math.round((performance.now() - begun) / 1000))
    waits = false
  })
  return () => {
    waits = false
  }
}
