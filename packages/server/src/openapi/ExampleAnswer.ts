/** A recorded answer to an example's order. */
export interface ExampleAnswer {
  /** The name of its order, followed by `-cloud-api` in that dialect. */
  readonly name: string
  readonly status: number
  /** The headers of this API that add to the body: what remains to be paid. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}
