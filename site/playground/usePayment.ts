/** Sends orders as a till does, one at a time, and follows the attempt that each makes. */
import type { AttemptFeed } from "@hipay-pos/console/attempts/AttemptFeed.ts"
import type { Server } from "@hipay-pos/console/server/Server.ts"
import { useEffect } from "@hipay-pos/console/shell/hooks.ts"
import type { Attempt, AttemptState } from "@hipay-pos/core/wire/Attempt"
import { useCallback, useRef, useState } from "hono/jsx/dom"

/** The till's result. */
export interface TillAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** Milliseconds of real time. */
  readonly took: number
}

export interface PaymentState {
  readonly paying: boolean
  readonly attempt?: string
  readonly answer?: TillAnswer
  /** The order was already known, and its recorded answer was given again. */
  readonly repeated: boolean
  /** The attempt's state, once it is answered. */
  readonly end?: AttemptState
}

/** Headers that say something about the payment. */
const shownHeaders = ["content-type", "x-request-id", "x-hipay-pos-mode", "x-hipay-pos-attempt", "retry-after"]

export const usePayment = (server: Server, feed: AttemptFeed) => {
  const [state, setState] = useState<PaymentState>({ paying: false, repeated: false })
  const sent = useRef<{ readonly orderId: string; readonly before: ReadonlySet<string> } | null>(null)
  const busy = useRef(false)

  // The answer comes at the end; the attempt appears in the list as soon as it is created.
  useEffect(
    () =>
      feed.watch(() => {
        const { current } = sent
        if (current === null) return
        const made = feed
          .state()
          .list.attempts.find(({ id, orderId }) => orderId === current.orderId && !current.before.has(id))
        if (made === undefined) return
        setState((before) => (before.paying && before.attempt === undefined ? { ...before, attempt: made.id } : before))
      }),
    [feed]
  )

  const pay = useCallback(
    async (text: string, orderId: string | undefined): Promise<PaymentState | undefined> => {
      if (busy.current) return undefined
      busy.current = true
      const before = new Set(feed.state().list.attempts.map(({ id }) => id))
      sent.current = orderId === undefined ? null : { orderId, before }
      setState({ paying: true, repeated: false })
      const started = performance.now()
      const response = await server.fetch("/v1/connector/order", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: text
      })
      const body: unknown = await response.json().catch(() => undefined)
      const took = Math.round(performance.now() - started)
      const path = response.headers.get("X-Hipay-Pos-Attempt") ?? attemptIn(body)
      const attempt = path?.split("/").at(-1)
      const found = attempt === undefined ? undefined : await server.get<Attempt>(`/attempts/${attempt}`)
      const next: PaymentState = {
        paying: false,
        repeated: attempt !== undefined && before.has(attempt),
        answer: {
          status: response.status,
          headers: Object.fromEntries([...response.headers].filter(([name]) => shownHeaders.includes(name))),
          body,
          took
        },
        ...(attempt === undefined ? {} : { attempt }),
        ...(found?.ok ? { end: found.value.state } : {})
      }
      sent.current = null
      busy.current = false
      setState(next)
      return next
    },
    [server, feed]
  )
  return { ...state, pay }
}

/** The attempt's path in an answer's body. */
const attemptIn = (body: unknown): string | undefined => {
  const { attempt, error } = (body ?? {}) as {
    readonly attempt?: unknown
    readonly error?: { readonly details?: { readonly attempt?: unknown } }
  }
  const path = attempt ?? error?.details?.attempt
  return typeof path === "string" ? path : undefined
}
