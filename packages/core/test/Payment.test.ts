import { assert, describe, it } from "@effect/vitest"
import * as Money from "@hipay-pos/core/Money"
import * as Payment from "@hipay-pos/core/Payment"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const minorUnits = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Money.MAX_MINOR_UNITS }))
const euros = (amount: number) => Result.getOrThrow(Money.make(amount, "EUR"))

describe("what a charge comes to", () => {
  it("is approved in part below the amount asked for, and approved from there on", () => {
    assert.deepStrictEqual(Payment.ofCharged(euros(1250), euros(1249)), {
      _tag: "ApprovedInPart",
      paid: euros(1249),
      remaining: euros(1)
    })
    assert.deepStrictEqual(Payment.ofCharged(euros(1250), euros(1250)), { _tag: "Approved", amount: euros(1250) })
    assert.deepStrictEqual(Payment.ofCharged(euros(1250), euros(1251)), { _tag: "Approved", amount: euros(1251) })
  })

  it.effect.prop(
    "is what was charged; in part, the rest makes it the whole",
    [minorUnits, minorUnits],
    ([asked, charged]) =>
      Effect.sync(() => {
        const paid = Payment.ofCharged(euros(asked), euros(charged))
        assert.deepStrictEqual(Payment.chargedOf(paid), euros(charged))
        if (paid._tag === "Approved") assert.isAtLeast(charged, asked)
        else {
          assert.isAbove(paid.remaining.minorUnits, 0)
          assert.strictEqual(paid.paid.minorUnits + paid.remaining.minorUnits, asked)
        }
      })
  )

  it("is nothing where it was declined", () => assert.isUndefined(Payment.chargedOf({ _tag: "Declined" })))
})
