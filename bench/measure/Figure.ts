/** What a benchmark measured: a figure that is held against its budget, and what it was worked out from. */
export interface Figure {
  /** Its name in budgets.ts. */
  readonly name: string
  readonly value: number
  /** What else was seen, to be printed beside it. */
  readonly beside?: Readonly<Record<string, unknown>>
}

/** A figure that could not be measured here, and why. */
export interface LeftOut {
  readonly name: string
  readonly leftOut: string
}

/** What every benchmark of this folder has as its only export. */
export type Measure = () => Promise<ReadonlyArray<Figure | LeftOut>>
