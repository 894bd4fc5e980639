import { assert, describe, it } from "@effect/vitest"
import * as OrderIdGenerator from "@hipay-pos/core/OrderIdGenerator"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"

describe("a generated order id", () => {
  it.effect("has ten characters of time, then sixteen random ones", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-23T10:00:00Z"))
      const id = yield* OrderIdGenerator.generate()
      assert.match(id, /^01M83XJ880[0-9A-HJKMNP-TV-Z]{16}$/)
    })
  )

  it.effect("sorts after every earlier one, at any time a till will see", () =>
    Effect.gen(function* () {
      const ids: Array<string> = []
      for (const time of [0, 1, 31, 32, 1023, 1024, 1_763_892_000_000, 1_763_892_000_001, 2 ** 48 - 1]) {
        yield* TestClock.setTime(time)
        ids.push(yield* OrderIdGenerator.generate())
      }
      assert.deepStrictEqual([...ids].sort(), ids)
    })
  )

  it.effect("is another one within the same millisecond", () =>
    Effect.gen(function* () {
      const ids = yield* Effect.all(Array.from({ length: 1000 }, () => OrderIdGenerator.generate()))
      assert.strictEqual(new Set(ids).size, 1000)
    })
  )

  it.effect("stays within every known limit, prefix included", () =>
    Effect.gen(function* () {
      const id = yield* OrderIdGenerator.generate(OrderIdGenerator.Prefix.make("SHOP01"))
      assert.match(id, /^SHOP01[0-9A-Z]{26}$/)
      const order = { order_id: id, price: { amount: 1 } }
      const findings = OrderRules.read({ order, pos_technical_info: { terminal_transaction_display: {} } }).findings
      assert.isFalse(findings.some(({ path }) => path === "order.order_id"))
    })
  )
})
