import { assert, describe, it } from "@effect/vitest"
import { Ledger } from "@hipay-pos/terminal-simulator"

const entry = (sequence: number, changes: Partial<Ledger.LedgerEntry> = {}): Ledger.LedgerEntry => ({
  sequence,
  at: 0,
  operation: "debit",
  amount: 100,
  currency: "EUR",
  card: "cb",
  label: "CB",
  pan: "497010######0014",
  expiry: "3112",
  entryMode: "contact",
  paymentApplication: "001",
  ...changes
})

describe("Ledger", () => {
  it("nets debits, credits and cancellations by currency", () => {
    const ledger = Ledger.make(10)
    ledger.append(entry(1, { amount: 1000 }))
    ledger.append(entry(2, { amount: 300, operation: "credit" }))
    ledger.append(entry(3, { amount: 1000, operation: "cancel", cancels: 1 }))
    ledger.append(entry(4, { amount: 50, currency: "USD" }))
    assert.strictEqual(ledger.charged("EUR"), -300)
    assert.strictEqual(ledger.charged("USD"), 50)
    assert.strictEqual(ledger.charged("JPY"), 0)
    assert.strictEqual(ledger.count(), 4)
  })

  it("keeps the newest entries and the totals of all", () => {
    const ledger = Ledger.make(3)
    for (let sequence = 1; sequence <= 100; sequence++) ledger.append(entry(sequence))
    assert.deepStrictEqual(
      ledger.entries().map(({ sequence }) => sequence),
      [98, 99, 100]
    )
    assert.strictEqual(ledger.charged(), 10_000)
  })

  it("lets the last debit be cancelled until it is collected, or something else was approved", () => {
    const ledger = Ledger.make(10)
    assert.isUndefined(ledger.cancellable())
    ledger.append(entry(1))
    assert.strictEqual(ledger.cancellable()?.sequence, 1)
    ledger.append(entry(2, { operation: "credit" }))
    assert.isUndefined(ledger.cancellable())
    ledger.append(entry(3))
    assert.strictEqual(ledger.uncollected(), 3)
    assert.deepStrictEqual(ledger.collect(), { count: 3, upTo: 3 })
    assert.isUndefined(ledger.cancellable())
    assert.strictEqual(ledger.uncollected(), 0)
  })
})
