import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { attemptStates } from "@hipay-pos/core/wire/AttemptState"
import { GUARDS_ORDER, guardName, guardsOrder, MAY_HAVE_MOVED, mayHaveMoved } from "../../src/attempts/Guards.ts"
import { setAside } from "./storeLaws.ts"

describe("the guard of an order", () => {
  it.each([
    ["open", true],
    ["approved", true],
    ["approved-in-part", true],
    ["unknown", true],
    ["declined", false],
    ["not-started", false]
  ] as const)("after an attempt that is %s stands: %s", (state, stands) => {
    assert.strictEqual(guardsOrder({ state }), stands)
  })
})

describe("the name of a terminal's guard", () => {
  it("is in lower case", () => {
    assert.strictEqual(guardName({ host: "Bar.shop.LAN", port: 8888 }), "bar.shop.lan:8888")
  })

  it("has an IPv6 address without brackets, as stores have it", () => {
    assert.strictEqual(guardName({ host: "::1", port: 8888 }), "::1:8888")
  })
})

describe("a condition in SQL", () => {
  /** Whether a row meets it. */
  const meets = (condition: string, state: string, resolutions: number): boolean => {
    const database = new DatabaseSync(":memory:")
    try {
      const row = database
        .prepare(`SELECT ${condition} AS met FROM (SELECT ? AS state, ? AS resolutions)`)
        .get(state, resolutions)
      return row?.met === 1
    } finally {
      database.close()
    }
  }

  for (const state of attemptStates) {
    for (const resolutions of [[], [setAside], [setAside, { ...setAside, outcome: "declined" as const }]]) {
      it(`says what its predicate says of an attempt that is ${state}, with ${resolutions.length} resolutions`, () => {
        const known = { state, resolutions }
        const has = (condition: string) => meets(condition, state, resolutions.length)
        assert.strictEqual(has(GUARDS_ORDER), guardsOrder(known))
        assert.strictEqual(MAY_HAVE_MOVED.some(has), mayHaveMoved(known))
      })
    }
  }
})
