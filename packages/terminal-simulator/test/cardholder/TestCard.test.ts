import { assert, describe, it } from "@effect/vitest"
import { TruncatedPan } from "@hipay-pos/core/Card"
import * as PaymentApplication from "@hipay-pos/core/PaymentApplication"
import { TestCard } from "@hipay-pos/terminal-simulator"
import * as Schema from "effect/Schema"

describe("TestCard", () => {
  it("offers at least twenty cards, each with a name of its own and a reason to be there", () => {
    assert.isAtLeast(TestCard.all.length, 20)
    assert.strictEqual(new Set(TestCard.all.map(({ name }) => name)).size, TestCard.all.length)
    assert.isTrue(TestCard.all.every(({ shows }) => shows.length > 0))
  })

  it("holds truncated numbers only, all different", () => {
    const pans = TestCard.all.map(({ pan }) => pan).filter((pan) => pan !== "")
    assert.isAtLeast(pans.length, 10)
    assert.isTrue(pans.every(Schema.is(TruncatedPan)))
    assert.strictEqual(new Set(pans).size, pans.length)
  })

  it("is read under applications of the contract, except for the unknown card", () => {
    for (const card of TestCard.all) {
      const known = card.readings.every(({ application }) => PaymentApplication.nameOf(application) !== undefined)
      assert.strictEqual(known, card.name !== "unknown-application", card.name)
    }
  })

  it("makes up whole numbers that fit the truncated ones and pass the Luhn check", () => {
    for (const { pan } of TestCard.all.filter((card) => card.pan !== "")) {
      const whole = TestCard.wholeNumber(pan)
      assert.match(whole, new RegExp(`^${pan.replaceAll("#", "\\d")}$`))
      const sum = [...whole]
        .reverse()
        .map(Number)
        .map((digit, index) => (index % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2))
        .reduce((total, digit) => total + digit, 0)
      assert.strictEqual(sum % 10, 0, pan)
    }
  })
})
