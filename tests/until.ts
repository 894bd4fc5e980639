/** Waits for what no event tells of. */
import { setTimeout as sleep } from "node:timers/promises"

/**
 * Looks until something has come true, and gives what was found. Fails with its name where it has not within so many
 * milliseconds. `what` is a sentence that is then not true, such as "the gateway is ready".
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
