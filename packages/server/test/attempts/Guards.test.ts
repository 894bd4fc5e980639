import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { attemptStates } from "@hipay-pos/core/wire/AttemptState"
import {
  GUARDS_ORDER,
  guardName,
  guardsOrder,
  guardsTerminal,
  isAt,
  isGuarded,
  MAY_HAVE_MOVED,
  mayHaveMoved,
  movedNothing,
  namesOf,
  resolvedAs,
  standsAs
} from "../../src/attempts/Guards.ts"
import { attempt, setAside, terminalAt } from "./storeLaws.ts"

const declined = { ...setAside, outcome: "declined" as const }

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

describe("the guard of a terminal", () => {
  it.each([
    ["open", "open", [], true],
    ["unknown", "unknown", [], true],
    ["unknown, and set aside", "unknown", [setAside], false],
    ["unknown again after a person's word", "unknown", [declined], true],
    ["unknown again after a person's word, and set aside", "unknown", [declined, setAside], false],
    ["unknown again after it was set aside and resolved", "unknown", [setAside, declined], true],
    ["approved", "approved", [], false],
    ["approved in part", "approved-in-part", [], false],
    ["declined", "declined", [], false],
    ["not started", "not-started", [], false]
  ] as const)("after an attempt that is %s stands while it is undecided", (_, state, resolutions, stands) => {
    assert.strictEqual(guardsTerminal({ state, resolutions }), stands)
  })

  it("is taken where its attempt says so, and in older stores where it was dialled", () => {
    assert.isTrue(isGuarded({ guarded: true, terminal: "relayed" }))
    assert.isTrue(isGuarded({ terminal: "dialled" }))
    assert.isFalse(isGuarded({ terminal: "relayed" }))
    assert.isFalse(isGuarded({ terminal: "simulated" }))
  })

  it("is under its name and the address that it led to, once where both are the same", () => {
    assert.deepStrictEqual(namesOf(terminalAt("bar:8888", "192.0.2.7:8888")), ["bar:8888", "192.0.2.7:8888"])
    assert.deepStrictEqual(namesOf(terminalAt("192.0.2.7:8888", "192.0.2.7:8888")), ["192.0.2.7:8888"])
    assert.deepStrictEqual(namesOf(terminalAt("bar:8888")), ["bar:8888"])
    assert.deepStrictEqual(namesOf(undefined), [])
  })

  it("is found by either of them", () => {
    const names = ["bar:8888", "192.0.2.7:8888"]
    assert.isTrue(isAt(names, terminalAt("192.0.2.7:8888")))
    assert.isTrue(isAt(names, terminalAt("counter:8888", "192.0.2.7:8888")))
    assert.isFalse(isAt(names, terminalAt("counter:8888")))
    assert.isTrue(isAt(names, undefined))
  })
})

describe("a person's word alone", () => {
  it.each([
    ["approved", { state: "approved", guardsOrder: true, guardsTerminal: false }],
    ["declined", { state: "declined", guardsOrder: false, guardsTerminal: false }],
    ["set-aside", { state: "unknown", guardsOrder: true, guardsTerminal: false }]
  ] as const)("that says %s leaves these guards", (outcome, guards) => {
    assert.deepStrictEqual(resolvedAs({ ...setAside, outcome }), guards)
  })

  it("that nothing was paid does not prove that no money moved, as the terminal's does", () => {
    assert.isTrue(movedNothing(attempt("1", { state: "not-started" })))
    assert.isTrue(movedNothing(attempt("1", { state: "declined" })))
    assert.isFalse(movedNothing(attempt("1", { state: "declined", resolutions: [declined] })))
    for (const state of ["open", "approved", "approved-in-part", "unknown"] as const)
      assert.isFalse(movedNothing(attempt("1", { state })))
  })
})

describe("an attempt that was seen", () => {
  it("stands so until an end or a resolution is written", () => {
    const seen = attempt("1", { state: "unknown" })
    assert.isTrue(standsAs({ ...seen, events: [{ at: 1, kind: "late-response" }] }, seen))
    assert.isFalse(standsAs(attempt("1", { state: "unknown", resolutions: [setAside] }), seen))
    assert.isFalse(standsAs(attempt("1", { state: "declined" }), seen))
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
  /** Whether a row meets the condition. */
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
    for (const resolutions of [[], [setAside], [setAside, declined]]) {
      it(`says what its predicate says of an attempt that is ${state}, with ${resolutions.length} resolutions`, () => {
        const known = { state, resolutions }
        const has = (condition: string) => meets(condition, state, resolutions.length)
        assert.strictEqual(has(GUARDS_ORDER), guardsOrder(known))
        assert.strictEqual(MAY_HAVE_MOVED.some(has), mayHaveMoved(known))
      })
    }
  }
})
