/** A settlement beside a day's payments: what agrees, what does not, and what it proves. */
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { formats, type Line, problemText, read } from "../src/Line.ts"
import { type Known, reconcile } from "../src/reconcile.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

const line = (number: number, orderId: string | undefined, amount: number, authorization?: string): Line => ({
  number,
  amount,
  currency: "EUR",
  transactionType: "Debit",
  ...(orderId === undefined ? {} : { orderId }),
  ...(authorization === undefined ? {} : { authorization })
})

const known = (id: string, state: Known["state"], paid?: number, authorization?: string): Known => ({
  id,
  orderId: `ORDER_${id}`,
  transactionType: "Debit",
  state,
  amount: 1250,
  currency: "EUR",
  paid,
  authorization
})

const readText = (...file: Parameters<typeof read>) => Result.mapError(read(...file), problemText)

describe("a settlement file", () => {
  it("is read by its mapping, and refused with line, expectation and value where it cannot be", () => {
    const header = "order_id,amount,currency,authorization,type\n"
    assert.deepStrictEqual(
      readText(bytes(`${header}A,12.50,EUR,123456,sale\nB,1.00,EUR,,fee\n`), formats.settlement),
      Result.succeed([line(2, "A", 1250, "123456")])
    )
    assert.deepStrictEqual(
      readText(bytes(`${header}A,12.505,EUR,,sale\n`), formats.settlement),
      Result.fail('line 2: expected an amount of EUR, got "12.505"')
    )
    assert.deepStrictEqual(
      readText(bytes(`${header}A,12.50,XXY,,sale\n`), formats.settlement),
      Result.fail('line 2: expected a currency such as EUR, got "XXY"')
    )
    assert.deepStrictEqual(
      readText(bytes("a;b\n1;2\n"), formats["batch-report"]),
      Result.fail('has no column "montant"; its columns are "a", "b"')
    )
  })

  it("may have decimal commas, and credits as negative amounts", () => {
    assert.deepStrictEqual(
      readText(bytes("montant;autorisation\n1 234,50;A1\n-3,00;\n"), formats["batch-report"]),
      Result.succeed([line(2, undefined, 123450, "A1"), { ...line(3, undefined, 300), transactionType: "Credit" }])
    )
  })
})

describe("reconciliation", () => {
  it("tells apart what agrees, what is only here or there, and other amounts", () => {
    const attempts = [
      known("1", "approved", 1250),
      known("2", "approved", 1250),
      known("3", "approved", 1250),
      known("4", "declined")
    ]
    const found = reconcile(
      [line(2, "ORDER_1", 1250), line(3, "ORDER_2", 1000), line(4, "ORDER_4", 1250), line(5, "ORDER_5", 1250)],
      attempts
    )
    assert.deepStrictEqual(
      {
        matched: found.matched.map(({ attempt }) => attempt.id),
        otherAmount: found.otherAmount.map(({ attempt }) => attempt.id),
        contradicted: found.contradicted.map(({ attempt }) => attempt.id),
        onlyHere: found.onlyHere.map(({ id }) => id),
        onlyThere: found.onlyThere.map(({ number }) => number)
      },
      { matched: ["1"], otherAmount: ["2"], contradicted: ["4"], onlyHere: ["3"], onlyThere: [5] }
    )
  })

  it("takes an order id or an authorization number of one attempt alone for proof, and an amount for none", () => {
    const proofOf = (each: Line, attempts: ReadonlyArray<Known>) =>
      reconcile([each], attempts).proved.map(({ attempt }) => attempt.id)
    const unknown = known("1", "unknown", undefined, "A1")
    assert.deepStrictEqual(proofOf(line(2, "ORDER_1", 1250), [unknown]), ["1"])
    assert.deepStrictEqual(proofOf(line(2, undefined, 1250, "A1"), [unknown]), ["1"])
    assert.deepStrictEqual(
      proofOf(line(2, undefined, 1250, "A1"), [unknown, known("2", "unknown", undefined, "A1")]),
      []
    )
    assert.deepStrictEqual(proofOf(line(2, undefined, 1250), [unknown]), [])
    assert.deepStrictEqual(reconcile([], [unknown]).stillUnknown, [unknown])
  })

  it("counts a line that stands there twice as one too many", () => {
    const found = reconcile([line(2, "ORDER_1", 1250), line(3, "ORDER_1", 1250)], [known("1", "approved", 1250)])
    assert.deepStrictEqual([found.matched.length, found.onlyThere.length], [1, 1])
  })
})
