/**
 * One payment in progress: how far it is, and what ends the wait for it early.
 *
 * Ending early before a byte of the order may have been sent means that nothing was started; afterwards it means
 * unknown.
 */
import { defined } from "@hipay-pos/core/Defined"
import { type Caller, platform } from "./Caller.ts"
import type { Mode } from "./JournalEntry.ts"
import { NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"

/** A payment in progress. Call `end`, or its timer keeps the process alive. */
export class PaymentCall {
  /** Also the key by which a server may know the attempt. */
  readonly id: string
  /** Whether a byte of the order may have been sent. */
  sent = false
  /** The attempt's address at the server, once the server has said so. */
  serverAttempt: string | undefined
  /** The mode that the answer stated; `undefined` before there is an answer. */
  answeredMode: Mode | undefined
  readonly end: () => void
  /** The caller's clock, in milliseconds since 1970. */
  readonly now: Caller["now"]
  readonly #controller = new AbortController()
  #stop: "TimedOut" | "Aborted" | undefined
  /** Ends the current wait. */
  #interrupt: ((error: PosClientError) => void) | undefined

  /** `deadline` in milliseconds from now, no longer than a timer can wait. */
  constructor(id: string, deadline: number, signal: AbortSignal | undefined, { timer, now }: Caller = platform) {
    this.id = id
    this.now = now
    const stop = (kind: "TimedOut" | "Aborted") => {
      this.#stop ??= kind
      this.#interrupt?.(this.#early(this.#stop))
      this.#controller.abort()
    }
    const abort = () => stop("Aborted")
    const cancel = timer(deadline, () => stop("TimedOut"))
    if (signal?.aborted) abort()
    signal?.addEventListener("abort", abort, { once: true })
    this.end = () => {
      cancel()
      signal?.removeEventListener("abort", abort)
    }
  }

  /** Aborts when the payment is no longer waited for. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Throws `PosClientError` if the payment is no longer waited for. */
  check(): void {
    if (this.#stop !== undefined) throw this.#early(this.#stop)
  }

  /** From here on a byte may have been sent. Throws `PosClientError` if the payment is no longer waited for. */
  markSent(): void {
    this.check()
    this.sent = true
  }

  /**
   * Waits for a promise while this payment is waited for; one at a time. Rejects with `PosClientError` if the payment
   * ends first.
   */
  wait<A>(promise: Promise<A>): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject
      promise.then(resolve, reject)
      if (this.#stop !== undefined) reject(this.#early(this.#stop))
    })
  }

  #early(kind: "TimedOut" | "Aborted"): PosClientError {
    const how = kind === "TimedOut" ? "no answer within the deadline" : "cancelled after the order may have been sent"
    const before = kind === "TimedOut" ? "the deadline passed" : "cancelled"
    return new PosClientError({
      reason: this.sent
        ? new OutcomeUnknown(defined({ kind, detail: how, serverAttempt: this.serverAttempt }))
        : new NotStarted({ kind, detail: `${before} before anything was sent` })
    })
  }
}

/** Unique ids: the time and 50 random bits, drawn once, and a count. */
export const makeIds = (): (() => string) => {
  const [a = 0, b = 0] = globalThis.crypto.getRandomValues(new Uint32Array(2))
  const own = `${Date.now().toString(36)}${((a % 2 ** 18) * 2 ** 32 + b).toString(36).padStart(10, "0")}`
  let count = 0
  return () => `${own}-${(++count).toString(36)}`
}
