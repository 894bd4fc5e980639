import { assert, describe, it } from "@effect/vitest"
import { Money } from "@hipay-pos/core"
import * as Result from "effect/Result"
import * as Report from "../src/Report.ts"

const asked = Result.getOrThrow(Money.make(1245, "EUR"))

describe("a report in words", () => {
  it("keeps the lines of a receipt and shows the control characters of a terminal as dots", () => {
    const report = Report.fromOutcome(
      {
        _tag: "Approved",
        amount: asked,
        card: {},
        receipt: { format: "text", customer: "\u001b[2JDÉBIT\r\n12,45 EUR\u0007\rMERCI" },
        warnings: [{ code: "contract-unmatched", message: "contract \u001b[1m7654321" }]
      },
      asked
    )
    assert.include(Report.toText(report, asked), ".[2JDÉBIT\n12,45 EUR.\nMERCI")
    assert.include(Report.toText(report, asked), "contract .[1m7654321")
    assert.strictEqual(report.receipt, "\u001b[2JDÉBIT\r\n12,45 EUR\u0007\rMERCI")
  })
})
