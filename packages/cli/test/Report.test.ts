import { assert, describe, it } from "@effect/vitest"
import { OutcomeUnknown, PosClientError, Unsettled } from "@hipay-pos/client"
import { Money } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { PaymentInput } from "../src/PaymentRoute.ts"
import { fromError } from "../src/payThroughApi.ts"
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

describe("the report of an unknown outcome", () => {
  it("advises at a terminal what it advises through a server", () => {
    const { next } = Report.withoutOutcome("unknown", "the connection broke", asked)
    assert.strictEqual(next, new OutcomeUnknown({ kind: "CutLine", detail: "the connection broke" }).advice)
  })

  it("ends with the command that resolves it, unless a person has resolved it and no server has it", () => {
    const report = { ...Report.withoutOutcome("unknown", "the connection broke", asked), attempt: "a1" }
    const there = { server: "http://127.0.0.1:8080", serverAttempt: "http://127.0.0.1:8080/attempts/7" }
    const command = "Then: hipay-pos resolve a1"
    assert.include(Report.toText(report, asked), command)
    assert.notInclude(Report.toText({ ...report, isResolved: true }, asked), command)
    assert.include(Report.toText({ ...report, ...there, isResolved: true }, asked), command)
  })
})

describe("the report of a payment that a journal kept from being sent", () => {
  const input = { verb: "pay", amount: asked, timeout: Option.none() } as PaymentInput
  const unreadable = { kind: "Unreadable", detail: "the journal of attempts failed: the disk is gone" } as const

  it.effect("says that the outcome is unknown where the journal had shown that the order may be paid", () =>
    Effect.gen(function* () {
      const reason = new Unsettled({ ...unreadable, attempt: "1" })
      assert.deepInclude(yield* fromError(new PosClientError({ reason }), input), { outcome: "unknown", attempt: "1" })
    })
  )

  it.effect("refuses the journal where that shows nothing", () =>
    Effect.gen(function* () {
      const reason = new Unsettled(unreadable)
      const refused = yield* Effect.flip(fromError(new PosClientError({ reason }), input))
      assert.strictEqual(refused.message, unreadable.detail)
    })
  )
})
