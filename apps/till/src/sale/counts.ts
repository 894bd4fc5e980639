/** Counts of a sale for display: articles, change and tips. Without schemas, because the pages load it. */
import type { Sale } from "./Sale.ts"

/** How many articles its lines have. */
export const piecesOf = ({ lines }: { readonly lines: ReadonlyArray<{ readonly quantity: number }> }): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0)

/** The change given back, in minor units. */
export const changeOf = ({ tenders }: Pick<Sale, "tenders">): number =>
  tenders.reduce((sum, tender) => sum + (tender.means === "cash" ? tender.change : 0), 0)

/** The tips that cardholders added at the terminal, in minor units. */
export const tipsOf = ({ tenders }: Pick<Sale, "tenders">): number =>
  tenders.reduce((sum, tender) => sum + (tender.means === "card" && tender.tip === true ? (tender.extra ?? 0) : 0), 0)
