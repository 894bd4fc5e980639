/** The operations that record counts and times. */

/** A series' labels. */
export type Labels = Readonly<Record<string, string>>

/** Instruments, addressed by name. */
export interface Instruments {
  /** Adds to a counter; 1 by default. */
  readonly count: (name: string, description: string, labels?: Labels, by?: number) => void
  /** Adds a number of seconds to a histogram. */
  readonly observe: (name: string, description: string, seconds: number, labels?: Labels) => void
  /** Sets a gauge. */
  readonly set: (name: string, description: string, value: number, labels?: Labels) => void
}
