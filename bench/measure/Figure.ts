/** The result of a benchmark: a figure that is checked against its budget, and the values behind it. */
export interface Figure {
  /** Its name in budgets.ts. */
  readonly name: string
  readonly value: number
  /** Further values, printed beside it. */
  readonly beside?: Readonly<Record<string, unknown>>
}

/** A figure that could not be measured here, and why. */
export interface LeftOut {
  readonly name: string
  readonly leftOut: string
}

/** The only export of every benchmark in this folder. */
export type Measure = () => Promise<ReadonlyArray<Figure | LeftOut>>
