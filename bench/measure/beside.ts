/**
 * Two tasks in alternating rounds of one process, so that noise of the machine affects both: medians of their times, and
 * the median of their ratios, which is the figure that can be compared between machines.
 */
import { median, rounded } from "./statistics.ts"

/** Microseconds a call of each, and their ratio. */
export interface Beside {
  readonly microseconds: number
  readonly reference: number
  readonly ratio: number
}

const WARM_UP = 4

/** Keeps results alive, so that no work is optimised away. */
let sink = 0

/** Measures `work` beside `reference`, each called `repeats` times a round. */
export const beside = (work: () => unknown, reference: () => unknown, repeats: number, rounds = 15): Beside => {
  const measured = Array.from({ length: rounds + WARM_UP }, () => ({
    ours: microseconds(work, repeats),
    theirs: microseconds(reference, repeats)
  })).slice(WARM_UP)
  if (sink === 0) throw new Error("no work was done")
  return {
    microseconds: rounded(median(measured.map(({ ours }) => ours))),
    reference: rounded(median(measured.map(({ theirs }) => theirs))),
    ratio: rounded(median(measured.map(({ ours, theirs }) => ours / theirs)))
  }
}

const microseconds = (work: () => unknown, repeats: number): number => {
  const begin = performance.now()
  for (let i = 0; i < repeats; i++) sink += work() === undefined ? 0 : 1
  return ((performance.now() - begin) / repeats) * 1000
}
