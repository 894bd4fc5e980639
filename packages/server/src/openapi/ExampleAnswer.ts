/** An answer to an example's order, as it was recorded. */
export interface ExampleAnswer {
  /** The order that it answers, and `-cloud-api` after it in that dialect. */
  readonly name: string
  readonly status: number
  /** Those of this API that say more than the body: what remains to be paid. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}
