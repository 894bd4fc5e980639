/** What speaks for a payment in what a terminal sent, although its outcome is unknown. */

/** The part of a terminal's evidence that is read here. */
interface Contradicted {
  readonly contradictions: ReadonlyArray<{ readonly kind: string }>
}

/** A ticket that only a payment has, or the reason "authorised", beside a status that does not say that it was done. */
export type SignOfSale = "ticket" | "authorised"

/** The sign in an answer that says neither *done* nor an authorization number; undefined if there is none. */
export const signOfSale = ({ contradictions }: Contradicted): SignOfSale | undefined => {
  const kinds = contradictions.map(({ kind }) => kind)
  if (kinds.includes("signs-of-a-sale")) return "ticket"
  return kinds.includes("complement") ? "authorised" : undefined
}
