/** The receipt of an attempt as text, and its print. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { fromBase64, toLines } from "../terminal/ticket.ts"

/** The receipt of the answer or, for an unknown outcome, of what was received. */
export const receiptOf = ({ answer, error, timeline }: Attempt): string | undefined => {
  const answered = timeline.findLast((entry) => entry.kind === "answer")
  const body = answer?.body ?? (answered?.kind === "answer" ? answered.body : undefined)
  const { receipt } = (body ?? {}) as { readonly receipt?: unknown }
  if (typeof receipt === "string") return fromBase64(receipt)
  const { customer, merchant } = error?.evidence?.receipt ?? {}
  const received = customer ?? merchant
  return received === undefined ? undefined : toLines(received)
}

/** Prints the receipt alone: print.css hides everything else. */
export const printReceipt = (): void => {
  const root = document.documentElement
  root.dataset.print = "receipt"
  addEventListener("afterprint", () => delete root.dataset.print, { once: true })
  print()
}
