/** What a series of measurements comes down to. */

/** The middle one: what disturbs a few of them does not move it. */
export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

/** The one that a share of them, such as 0.99, is below. */
export const quantile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

/** To three digits: the next one is noise. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
