/** Summaries of a series of measurements. */

/** The median: a few disturbed measurements do not change it. */
export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

/** The quantile of a share such as 0.99. */
export const quantile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

/** Rounded to three significant digits: the rest is noise. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
