/**
 * One payment on its way: how far it has come, and what ends the wait for it early.
 *
 * Before a byte of the order may have left, ending early means that nothing was started; afterwards it means unknown.
 */
import { defined } from "@hipay-pos/core/Defined"
import { type Caller, platform } from "./Caller.ts"
import type { Mode } from "./JournalEntry.ts"
import { NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"

/** A payment under way. `end` it, or its timer keeps the process alive. */
export class PaymentCall {
  /** Also the key that a server may know the attempt by. */
  readonly id: string
  /** Whether a byte of the order may have left. */
  sent = false
  /** The attempt's address at the server, once it said so. */
  serverAttempt: string | undefined
  /** What the answer said about the mode; `undefined` before there is one. */
  answeredMode: Mode | undefined
  readonly end: () => void
  /** By the caller's clock, in milliseconds since 1970. */
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

  /** Aborted when the payment is no longer waited for. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Throws `PosClientError` when the payment is no longer waited for. */
  check(): void {
    if (this.#stop !== undefined) throw this.#early(this.#stop)
  }

  /** From here on a byte may have left. Throws `PosClientError` when the payment is no longer waited for. */
  markSent(): void {
    this.check()
    this.sent = true
  }

  /**
   * Waits for something, as long as this payment is waited for; for one thing after the other. Rejects with
   * `PosClientError` when the wait ends first.
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
