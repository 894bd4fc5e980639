import { assert, describe, it } from "@effect/vitest"
import * as ErrorCode from "@hipay-pos/core/ErrorCode"

describe("the codes of failed payments", () => {
  it("are ten of HiPay's and fourteen of the terminal's, each once and in two languages", () => {
    const codes = ErrorCode.all.map(({ code }) => code)
    assert.strictEqual(new Set(codes).size, 24)
    assert.lengthOf(ErrorCode.all.filter(ErrorCode.isComplement), 14)
    for (const { en, fr } of ErrorCode.all) assert.isAbove(Math.min(en.length, fr.length), 0)
  })

  it("give a reason if, and only if, they prove a refusal", () => {
    for (const { code, meaning, reason } of ErrorCode.all) {
      assert.strictEqual(reason !== undefined, meaning === "declined", code)
    }
  })

  it("have 11 for an operator who cancels, as every source but one says", () => {
    assert.deepInclude(ErrorCode.all.find(({ code }) => code === "11") ?? {}, {
      reason: "cancelled",
      en: "not performed: abandoned by the operator"
    })
  })
})
