import type { ReadProblem } from "@hipay-pos/reconcile"
import { assert, describe, it } from "vitest"
import { problemText } from "../../src/reconcileProblem.ts"

describe("a file that cannot be reconciled", () => {
  it.each<readonly [ReadProblem, string]>([
    [{ _tag: "NotCurrency", line: 2, text: "XXY" }, 'line 2: expected a currency such as EUR or 978, got "XXY"'],
    [
      { _tag: "NoColumn", names: ["montant", "autorisation"], columns: ["a", "b"], separator: ";" },
      'has no columns "montant", "autorisation"; its columns are "a", "b". A mapping (--mapping FILE) says what the columns of a file are called'
    ],
    [
      { _tag: "NoColumn", names: ["autorisation"], columns: ["montant", "b"], separator: ";" },
      'has no column "autorisation"; its columns are "montant", "b". A mapping (--mapping FILE) says what the columns of a file are called'
    ],
    [
      {
        _tag: "NoColumn",
        names: ["amount", "order_id", "authorization", "currency", "type"],
        columns: ["date;amount;order_id;authorization"],
        separator: ","
      },
      'has no columns "amount", "order_id", "authorization", "currency", "type"; it has one column, "date;amount;order_id;authorization". Is the separator ","? A mapping (--mapping FILE) may name another "separator"'
    ],
    [
      { _tag: "NegativeDebit", line: 3, type: "sale", text: "-12.50" },
      'line 3: expected an amount without a minus for the type "sale", got "-12.50". Give reversals a type of their own, or give "type": null and no "types" in the mapping where a minus means money given back'
    ],
    [
      { _tag: "NoKnownType", expected: ["sale", "refund"], types: ["Sale"] },
      'has no line of a type that the mapping names ("sale", "refund"); its types are "Sale". Name them in "types" of a mapping'
    ],
    [{ _tag: "NotAmount", line: 3, currency: "EUR", text: "" }, 'line 3: expected an amount of EUR, got ""'],
    [{ _tag: "NoLines" }, "has no lines below the names of its columns"],
    [{ _tag: "RepeatedColumn", name: "amount" }, 'has more than one column "amount"; give each a name of its own'],
    [
      { _tag: "NonePaid", expected: ["ACCEPTED"], statuses: ["accepted", "constructor"] },
      'has no line whose status the mapping calls paid ("ACCEPTED"); its statuses are "accepted", "constructor". Name those that mean paid in "paid" of the mapping'
    ],
    [
      { _tag: "OtherEncoding", found: "unknown" },
      'is not UTF-8: save it as CSV UTF-8, or use a mapping with "encoding": "latin1"'
    ],
    [{ _tag: "OtherEncoding", found: "utf-16" }, "is UTF-16: save it as CSV UTF-8"],
    [{ _tag: "OtherEncoding", found: "xlsx" }, "is a workbook: save the sheet as CSV UTF-8"],
    [
      { _tag: "OtherFields", line: 3, fields: 2, columns: ["sep=;"], separator: "," },
      'line 3: expected a field for each of the columns "sep=;", got 2. Is the separator ","? A mapping may name another "separator", and lines to "skip" before the names of the columns'
    ],
    [{ _tag: "NotCsv", detail: "a quote is not closed" }, "cannot be read as CSV: a quote is not closed"]
  ])("is told what to do: %o", (problem, text) => assert.strictEqual(problemText(problem), text))
})
