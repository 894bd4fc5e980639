import { assert, describe, it } from "vitest"
import { driftReport } from "../src/gateway/driftReport.ts"

describe("a relay's drift as text for an issue", () => {
  it("is a table in Markdown, whose cells no sample can end", () => {
    const entry = {
      code: "upstream-field-unknown",
      path: "transaction_id",
      expected: "no such field",
      sample: '"a | b\n`c` ****"',
      count: 12,
      firstAt: "2026-11-23T09:00:00.000Z",
      lastAt: "2026-11-25T10:00:00.000Z",
      attempt: "/attempts/abc"
    }
    assert.deepStrictEqual(
      driftReport({ upstream: "stage", drift: [entry, { ...entry, path: "" }] }, "0.1.0").split("\n"),
      [
        "Answers of `stage` that hipay-pos 0.1.0 does not know:",
        "",
        "| what | where | expected | sample | times | first | last |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| upstream-field-unknown | `transaction_id` | `no such field` | `\"a \\| b 'c' ****\"` | 12 | 2026-11-23 | 2026-11-25 |",
        "| upstream-field-unknown | – | `no such field` | `\"a \\| b 'c' ****\"` | 12 | 2026-11-23 | 2026-11-25 |"
      ]
    )
  })
})
