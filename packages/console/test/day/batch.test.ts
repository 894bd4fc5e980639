import { Money } from "@hipay-pos/core/plain"
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { assert, describe, it } from "vitest"
import { byHour, guessOf, kinds, numbersOf, tipsOf, undecidedSums } from "../../src/day/batch.ts"

let made = 0
const attempt = (more: Partial<AttemptSummary>): AttemptSummary => ({
  id: String(++made),
  login: "merchant",
  orderId: "ORDER-1",
  transactionType: "Debit",
  terminal: { kind: "dialled", name: "192.168.1.20:8888" },
  amount: 1_250,
  currency: "EUR",
  state: "approved",
  openedAt: "2026-11-27T10:00:00.000Z",
  warnings: 0,
  ...more
})
const at = (hour: number, more: Partial<AttemptSummary> = {}) =>
  attempt({ openedAt: `2026-11-27T${String(hour).padStart(2, "0")}:10:00.000Z`, ...more })
/** The hour of a day that begins at an hour. */
const from = (begin: number) => (moment: string) => (Number(moment.slice(11, 13)) - begin + 24) % 24
const undecided = { state: "unknown" } as const
const refund = { transactionType: "Credit" } as const

describe("payments by hour", () => {
  it("are what was paid, as the day's figures count it; what is unknown stands apart", () => {
    const hours = byHour(
      [
        at(9, { paid: 1_250 }),
        at(9, { ...undecided, amount: 700 }),
        at(9, { ...refund, paid: 300 }),
        at(9, { ...refund, ...undecided, amount: 5_000 }),
        at(9, { paid: 100, currency: "USD" })
      ],
      "EUR",
      from(0),
      0
    )
    assert.deepStrictEqual(
      hours.filter(({ hour }) => hour === 9),
      [{ hour: 9, count: 1, amount: 1_250, unknown: 700 }]
    )
  })

  it("begin with the hour at which the shop's day does", () => {
    const hours = byHour([at(23, { paid: 100 }), at(1, { paid: 200 })], "EUR", from(4), 4)
    assert.deepStrictEqual(
      hours.map(({ hour }) => hour),
      [18, 19, 20, 21, 22, 23, 0, 1]
    )
  })

  it("have a row of their own, after the others, for the last half hour of a day that begins at half past", () => {
    const hourOf = (moment: string) => (moment.startsWith("2026-11-28T04") ? 24 : from(4)(moment))
    const early = { openedAt: "2026-11-28T04:10:00.000Z", paid: 9_900 }
    const hours = byHour([at(4, { paid: 100 }), at(20, { paid: 1_000 }), attempt(early)], "EUR", hourOf, 4)
    assert.deepStrictEqual(
      hours.filter(({ count }) => count > 0).map(({ hour, amount }) => [hour, amount]),
      [
        [4, 100],
        [20, 1_000],
        [4, 9_900]
      ]
    )
  })

  it("show an hour in which nothing is known yet", () => {
    assert.strictEqual(byHour([at(9, undecided)], "EUR", from(0), 0).find(({ hour }) => hour === 9)?.unknown, 1_250)
  })

  it("are none without a payment", () => {
    assert.deepStrictEqual(byHour([at(9, { state: "declined" }), at(9, { ...refund, paid: 5 })], "EUR", from(0), 0), [])
  })
})

describe("the tips of a day", () => {
  it("are the sum over its terminals, and nothing without any", () => {
    assert.strictEqual(tipsOf([{ tip: { count: 2, amount: 350 } }, {}, { tip: { count: 1, amount: 50 } }]), 400)
    assert.strictEqual(tipsOf([{}]), 0)
  })
})

describe("what a day has to resolve", () => {
  it("is payments, and apart from them what may have been given back", () => {
    const refunds = { unknown: { count: 3, amount: 2_001 }, unknownReturned: { count: 2, amount: 701 } }
    assert.deepStrictEqual(undecidedSums([{ unknown: { count: 0, amount: 0 } }]), { taken: 0, returned: 0 })
    assert.deepStrictEqual(undecidedSums([refunds]), { taken: 1_300, returned: 701 })
    assert.deepStrictEqual(undecidedSums([refunds, { unknown: { count: 1, amount: 50 } }]), {
      taken: 1_350,
      returned: 701
    })
  })
})

describe("the attempts of a day", () => {
  it("are counted as in its totals: paid ones by type, undecided ones apart", () => {
    const numbers = numbersOf([
      at(9),
      at(9, { state: "approved-in-part" }),
      at(9, refund),
      at(9, { ...refund, ...undecided }),
      at(9, { state: "open" }),
      at(9, { transactionType: "Cancel", state: "declined" }),
      at(9, { state: "not-started" })
    ])
    assert.deepStrictEqual(
      kinds.map((kind, index) => [kind, numbers[index]]),
      [
        ["debit", 2],
        ["credit", 1],
        ["cancel", 0],
        ["unknown", 2]
      ]
    )
  })
})

describe("the attempt that may explain a difference", () => {
  const row = { terminal: "192.168.1.20:8888", currency: "EUR" }
  const guess = (difference: number, attempts: ReadonlyArray<AttemptSummary>) => {
    const found = guessOf(difference, row, attempts)
    if (found?.kind === "all-unknown") return [found.kind, found.count]
    return found && [found.kind, found.attempt.transactionType, found.attempt.state]
  }
  const cancel = { transactionType: "Cancel" } as const
  const sale = at(9, { paid: 700, amount: 700 })

  it("is, if the report is higher, a payment that was charged after all, or a refund that the terminal lacks", () => {
    assert.deepStrictEqual(guess(700, [sale, at(9, { ...undecided, amount: 700 })]), ["unknown", "Debit", "unknown"])
    assert.deepStrictEqual(guess(700, [at(9, { state: "declined", amount: 700 })]), ["declined", "Debit", "declined"])
    for (const back of [refund, cancel]) {
      assert.deepStrictEqual(guess(700, [at(9, { ...back, amount: 900, paid: 700 })]), [
        "once",
        back.transactionType,
        "approved"
      ])
    }
  })

  it("is, if the report is lower, a payment that the terminal lacks, or money that went back after all", () => {
    assert.deepStrictEqual(guess(-700, [sale]), ["once", "Debit", "approved"])
    for (const back of [refund, cancel]) {
      for (const [state, kind] of [
        ["unknown", "unknown"],
        ["declined", "declined"]
      ] as const) {
        assert.deepStrictEqual(guess(-700, [sale, at(9, { ...back, state, amount: 700 })]), [
          kind,
          back.transactionType,
          state
        ])
      }
    }
  })

  it("is an unknown payment with the amount that the terminal gave, such as one with a tip", () => {
    const evidence = { received: "", fields: [], contradictions: [], card: {}, amount: Money.of("7.70", "EUR") }
    const error = { reason: "OutcomeUnknown", kind: "Contradictory", detail: "another amount", evidence } as const
    const tipped = at(9, { ...undecided, amount: 700, error })
    assert.deepStrictEqual(guess(770, [sale, tipped]), ["unknown", "Debit", "unknown"])
    assert.isUndefined(guess(700, [tipped]))
  })

  it("is all unknown ones, if the difference is their sum", () => {
    const sales = [1_916, 1_952].map((amount) => at(9, { ...undecided, amount }))
    const back = at(9, { ...refund, ...undecided, amount: 300 })
    assert.deepStrictEqual(guess(3_868, [sale, ...sales]), ["all-unknown", 2])
    assert.deepStrictEqual(guess(3_568, [...sales, back]), ["all-unknown", 3])
    assert.isUndefined(guess(3_868, [...sales, back]))
  })

  it("is never one whose money went the other way", () => {
    assert.isUndefined(guess(700, [sale, at(9, { ...refund, ...undecided, amount: 700 })]))
    assert.isUndefined(guess(-700, [at(9, { ...undecided, amount: 700 }), at(9, { ...refund, paid: 700 })]))
  })

  it("is never one of another terminal or another currency, nor any without a difference", () => {
    const other = { terminal: { kind: "dialled", name: "192.168.1.21:8888" } } as const
    assert.isUndefined(guess(700, [at(9, { ...undecided, ...other, amount: 700 })]))
    assert.isUndefined(guess(700, [at(9, { ...undecided, currency: "USD", amount: 700 })]))
    assert.isUndefined(guess(0, [at(9, { ...undecided, amount: 0 })]))
  })
})
