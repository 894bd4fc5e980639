/**
 * Progress on stderr while a person waits: for what, for how long, and, once an order is sent, what the person can do
 * about it.
 *
 * On a terminal it is one updating line that disappears at the end; elsewhere it is printed once.
 */
import { isDumb, withoutSecrets } from "@hipay-pos/cli-kit"
import { monotonicMillis } from "@hipay-pos/core/MonotonicTime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** Where the progress is shown. */
export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

export interface Waiting {
  /** Such as `12.45 EUR at 127.0.0.1:8888`. */
  readonly what: string
  /** Such as `Once it shows this amount, its red key cancels.` */
  readonly hint: string
  /** Whether to print it where the line cannot be updated. */
  readonly once: boolean
  readonly screen?: Screen
}

const frames = [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"]

/** Shows progress while an effect runs (`during`). The hint appears once `left` is called, when the order is sent. */
export const makeWaiting = ({ what, hint, once, screen = process.stderr }: Waiting) => {
  const moves = screen.isTTY === true && !isDumb()
  let hasLeft = false
  const left = (): void => {
    if (!hasLeft && once && !moves) screen.write(`${withoutSecrets(what)}: waiting. ${hint}\n`)
    hasLeft = true
  }
  const during = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    if (!moves) return effect
    const spin = Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const began = monotonicMillis(clock)
      for (let i = 0; ; i++) {
        const seconds = Math.floor((monotonicMillis(clock) - began) / 1000)
        const line = `${frames[i % frames.length]} ${withoutSecrets(what)}: ${seconds} s.${hasLeft ? ` ${hint}` : ""}`
        // A wrapped line could not be erased.
        screen.write(`\r\u001b[K${line.slice(0, (screen.columns ?? 80) - 1)}`)
        yield* Effect.sleep("100 millis")
      }
    })
    return Effect.acquireUseRelease(
      Effect.forkChild(spin),
      () => effect,
      (spinning) =>
        Effect.andThen(
          Fiber.interrupt(spinning),
          Effect.sync(() => screen.write("\r\u001b[K"))
        )
    )
  }
  return { left, during }
}

/** The same for waiting without an order: the hint is shown from the start. */
export const whileWaiting = (waiting: Waiting) => {
  const { left, during } = makeWaiting(waiting)
  return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      left()
      return during(effect)
    })
}
