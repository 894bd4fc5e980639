/** Waits by polling, for conditions without an event. */
import { setTimeout as sleep } from "node:timers/promises"

/**
 * Polls until a value is found, and returns it. Fails with `what` if that takes more than so many milliseconds: a sentence
 * that is then not true, such as "the gateway is ready".
 */
export const until = async <A>(
  what: string,
  look: () => A | Promise<A>,
  within = 90_000
): Promise<Exclude<A, false | undefined>> => {
  const end = performance.now() + within
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found as Exclude<A, false | undefined>
    if (performance.now() > end) throw new Error(`not so within ${within / 1_000} s: ${what}`)
    await sleep(10)
  }
}
