/** How counts and times are written down. */

/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>

/** Instruments by their names. */
export interface Instruments {
  /** Adds to a counter; 1 by default. */
  readonly count: (name: string, description: string, labels?: Labels, by?: number) => void
  /** Adds a number of seconds to a histogram. */
  readonly observe: (name: string, description: string, seconds: number, labels?: Labels) => void
  /** Sets a gauge. */
  readonly set: (name: string, description: string, value: number, labels?: Labels) => void
}
