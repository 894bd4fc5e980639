import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { assert, describe, it } from "vitest"
import { cancellationOf } from "../../src/attempt/cancellation.ts"

const made = (id: string, more: Partial<AttemptSummary> = {}): AttemptSummary => ({
  id,
  orderId: "ORDER-1",
  transactionType: "Debit",
  login: "merchant",
  amount: 1_250,
  currency: "EUR",
  terminal: { name: "10.0.0.12:8888", kind: "simulated" },
  state: "approved",
  openedAt: "2026-11-20T09:00:00.000Z",
  warnings: 0,
  ...more
})
const cancel = { transactionType: "Cancel" } as const

describe("the cancellation of a sale", () => {
  it("is the first later one of the order that may have reversed it", () => {
    const attempts = [
      made("5", cancel),
      made("4", { ...cancel, state: "unknown" }),
      made("3", { ...cancel, state: "declined" }),
      made("2"),
      made("1", cancel)
    ]
    assert.strictEqual(cancellationOf(made("2"), attempts)?.id, "4")
  })

  it("is not that of a later sale under the same id, nor another login's, nor any that is not known", () => {
    assert.isUndefined(cancellationOf(made("1"), [made("3", cancel), made("2"), made("1")]))
    assert.isUndefined(cancellationOf(made("1"), [made("2", { ...cancel, login: "other" }), made("1")]))
    assert.isUndefined(cancellationOf(made("1"), [made("2", cancel)]))
  })
})
