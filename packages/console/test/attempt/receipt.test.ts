import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { assert, describe, it } from "vitest"
import { receiptOf } from "../../src/attempt/receipt.ts"

const attempt = { timeline: [] } as Partial<Attempt> as Attempt

describe("the receipt of an attempt", () => {
  it("is the answer's", () => {
    const answer = { status: 200, body: { receipt: btoa("TICKET CLIENT") } }
    assert.strictEqual(receiptOf({ ...attempt, answer }), "TICKET CLIENT")
  })

  it.each([
    [{ customer: "TICKET CLIENT", merchant: "TICKET COMMERCANT" }, "TICKET CLIENT"],
    [{ merchant: "TICKET COMMERCANT" }, "TICKET COMMERCANT"]
  ])("is what the terminal sent of an unknown payment: %j", (copies, text) => {
    const evidence = {
      received: "ZT",
      fields: [],
      contradictions: [],
      card: {},
      receipt: { format: "text", ...copies }
    }
    const error = { reason: "OutcomeUnknown", kind: "Contradictory", detail: "another amount", evidence } as const
    assert.strictEqual(receiptOf({ ...attempt, answer: { status: 504, body: {} }, error } as Attempt), text)
  })

  it("is none if nothing was printed", () => {
    assert.isUndefined(receiptOf(attempt))
  })
})
