import { assert, describe, it } from "@effect/vitest"
import * as Basket from "@hipay-pos/core/Basket"
import * as Result from "effect/Result"
import * as Bill from "../../src/sale/Bill.ts"
import { type Command, decide } from "../../src/sale/Command.ts"
import { isAlarming, isContradicted, movedBy, type Sale, stageOf } from "../../src/sale/Sale.ts"
import { evolve } from "../../src/sale/SaleEvent.ts"
import { begun, commandOf, Step, Steps, take, walk } from "./steps.ts"

const openAgain = (sale: Sale): Sale => ({ ...sale, end: undefined, parked: false, revision: sale.revision + 1 })

const billOf = (sale: Sale) => Result.getOrThrow(Bill.make(sale))

const problemOf = (sale: Sale, command: Command) =>
  Result.match(decide(sale, command, 1), { onFailure: ({ problem }) => problem, onSuccess: () => "taken" as const })

const after = (sale: Sale, ...commands: ReadonlyArray<Command>): Sale =>
  commands.reduce((sale, command) => {
    const facts = Result.getOrThrow(decide(sale, command, 1))
    return facts.reduce((sale, fact) => evolve(sale, { sale: sale.id, at: 1, fact }) ?? sale, sale)
  }, sale)

const empty: Sale = { ...begun, lines: [] }

const mug = { reference: "MUG", name: "Mug", unitPrice: 1290, taxRate: 20 }
const add: Command = { _tag: "Add", item: mug, quantity: 1 }
const card = (amount: number): Command => ({ _tag: "StartCard", amount, terminal: "Counter" })
const end = (tender: number, state: "approved" | "declined" | "unknown", paid = 0): Command => ({
  _tag: "EndCard",
  tender,
  ending: { state, paid }
})
const resolution = { outcome: "approved", by: "Ana", evidence: "ticket 12" } as const

describe("whatever is done to a sale, in whatever order", () => {
  it.prop(
    "its total is core's total of its basket, and what remains is the total less what was collected",
    [Steps],
    ([steps]) => {
      for (const sale of walk(steps)) {
        const bill = billOf(sale)
        assert.deepStrictEqual(bill.total, Result.getOrThrow(Basket.total(bill.basket, "EUR")))
        assert.strictEqual(bill.collected.minorUnits + bill.remaining.minorUnits, bill.total.minorUnits)
        assert.strictEqual(bill.tax.gross.minorUnits, bill.total.minorUnits)
      }
    }
  )

  it.prop("customers pay at most the total, and get back at most what they paid", [Steps], ([steps]) => {
    for (const sale of walk(steps)) {
      const { collected, total } = billOf(sale)
      assert.isAtLeast(collected.minorUnits, 0)
      assert.isAtMost(collected.minorUnits, total.minorUnits)
    }
  })

  it.prop("it is completed only when exactly the total was collected", [Steps], ([steps]) => {
    for (const sale of walk(steps)) {
      if (stageOf(sale) === "completed") assert.strictEqual(billOf(sale).remaining.minorUnits, 0)
      if (stageOf(sale) === "abandoned") assert.strictEqual(billOf(sale).collected.minorUnits, 0)
    }
  })

  it.prop(
    "while the outcome of a card payment is unknown, only a resolution changes that or moves money",
    [Steps, Step],
    ([steps, step]) => {
      for (const sale of walk(steps)) {
        if (stageOf(sale) !== "unknown" || step._tag === "Resolve") continue
        const taken = Result.isSuccess(decide(sale, commandOf(sale, step), 99))
        assert.strictEqual(taken, step._tag === (sale.parked === true ? "Recall" : "Park"))
        assert.deepStrictEqual(take(sale, step, 99).tenders, sale.tenders)
      }
    }
  )

  it.prop("while a card is waited for, nothing but its end is taken", [Steps, Step], ([steps, step]) => {
    for (const sale of walk(steps)) {
      if (stageOf(sale) === "waiting" && step._tag !== "EndCard") {
        assert.isTrue(Result.isFailure(decide(sale, commandOf(sale, step), 99)), step._tag)
      }
    }
  })

  it.prop("its lines stay as they are once money has moved", [Steps], ([steps]) => {
    walk(steps).reduce((before, sale) => {
      if (before.tenders.some((tender) => movedBy(tender) > 0)) {
        assert.deepStrictEqual(sale.lines, before.lines)
        assert.deepStrictEqual(sale.discount, before.discount)
      }
      return sale
    })
  })

  it.prop("no two card payments share an order id", [Steps], ([steps]) => {
    const ids = (walk(steps).at(-1) ?? begun).tenders.flatMap((tender) =>
      tender.means === "card" ? [tender.orderId] : []
    )
    assert.strictEqual(new Set(ids).size, ids.length)
  })

  it.prop(
    "it stays as it ended; an abandoned one may be reopened, as it was and with nothing paid",
    [Steps],
    ([steps]) => {
      walk(steps).reduce((before, sale) => {
        const isReopened = before.end?.outcome === "abandoned" && sale !== before
        if (isReopened) {
          assert.deepStrictEqual(sale, openAgain(before))
          assert.strictEqual(billOf(sale).collected.minorUnits, 0)
        } else if (before.end !== undefined) {
          assert.strictEqual(sale, before)
        }
        return sale
      })
    }
  )
})

describe("a sale of which a card payment has not ended", () => {
  const waiting = after(empty, add, add, card(1290))
  const unknown = after(waiting, end(1, "unknown"))
  const discount = { _tag: "Percent", percent: 10 } as const
  const others: ReadonlyArray<Command> = [
    add,
    { _tag: "ChangeQuantity", line: 1, quantity: 1 },
    { _tag: "DiscountLine", line: 1, discount },
    { _tag: "DiscountOrder", discount },
    { _tag: "TakeCash", given: 1290 },
    card(1290),
    { _tag: "GiveBackCash", amount: 1 },
    { _tag: "Complete" },
    { _tag: "Abandon" }
  ]

  it("refuses everything else while the card is waited for, being parked and resolved too", () => {
    const refused = others.map((command) => problemOf(waiting, command))
    assert.deepStrictEqual(refused, [...Array(4).fill("locked"), ...Array(5).fill("waiting")])
    assert.strictEqual(problemOf(waiting, { _tag: "Park" }), "waiting")
    assert.strictEqual(problemOf(waiting, { _tag: "Resolve", tender: 1, resolution }), "not-unknown")
  })

  it("refuses everything but being parked while the outcome is unknown", () => {
    const refused = others.map((command) => problemOf(unknown, command))
    assert.deepStrictEqual(refused, [...Array(4).fill("locked"), ...Array(5).fill("unknown")])
    assert.strictEqual(problemOf(unknown, { _tag: "Park" }), "taken")
    assert.strictEqual(problemOf(unknown, end(1, "approved", 1290)), "ended")
  })
})

describe("a sale that is parked", () => {
  const parked = after(empty, add, { _tag: "Park" })

  it("takes nothing until it is recalled, once", () => {
    for (const command of [add, card(1290), { _tag: "Park" }, { _tag: "Abandon" }] as const) {
      assert.strictEqual(problemOf(parked, command), "parked")
    }
    const recalled = after(parked, { _tag: "Recall" })
    assert.strictEqual(problemOf(recalled, { _tag: "Recall" }), "not-parked")
    assert.strictEqual(problemOf(recalled, card(1290)), "taken")
  })
})

describe("a sale that was paid in part", () => {
  const part = after(empty, add, add, card(1290), end(1, "approved", 1290))

  it("is not completed while one minor unit is missing, and is by the last", () => {
    assert.strictEqual(stageOf(after(part, { _tag: "TakeCash", given: 1289 })), "open")
    assert.strictEqual(
      stageOf(after(part, { _tag: "TakeCash", given: 1289 }, { _tag: "TakeCash", given: 1 })),
      "completed"
    )
    assert.strictEqual(problemOf(part, { _tag: "Complete" }), "not-collected")
  })

  it("takes no card for more than what remains, and gives change on cash", () => {
    assert.strictEqual(problemOf(part, card(1291)), "amount")
    assert.strictEqual(problemOf(part, card(0)), "amount")
    const [, cash] = after(part, { _tag: "TakeCash", given: 2000 }).tenders
    assert.deepStrictEqual(cash?.means === "cash" && [cash.amount, cash.given, cash.change], [1290, 2000, 710])
  })

  it("keeps its lines and discounts", () => {
    const discount = { _tag: "Percent", percent: 10 } as const
    for (const command of [
      add,
      { _tag: "ChangeQuantity", line: 1, quantity: 1 },
      { _tag: "DiscountLine", line: 1, discount },
      { _tag: "DiscountOrder", discount }
    ] as const) {
      assert.strictEqual(problemOf(part, command), "locked")
    }
  })
})

describe("lines", () => {
  it("one more of the same joins its line, unless that line has a discount", () => {
    const twice = after(empty, add, add)
    assert.deepStrictEqual(
      twice.lines.map(({ quantity }) => quantity),
      [2]
    )
    const discount = { _tag: "Percent", percent: 10 } as const
    const apart = after(empty, add, { _tag: "DiscountLine", line: 1, discount }, add)
    assert.deepStrictEqual(
      apart.lines.map(({ number, quantity }) => [number, quantity]),
      [
        [1, 1],
        [2, 1]
      ]
    )
  })

  it("a discount that is larger than its price is refused, and taking it away works again", () => {
    const sale = after(empty, add)
    const tooMuch = { _tag: "Amount", minorUnits: 1291 } as const
    assert.strictEqual(problemOf(sale, { _tag: "DiscountOrder", discount: tooMuch }), "discount")
    assert.strictEqual(problemOf(sale, { _tag: "DiscountLine", line: 1, discount: tooMuch }), "discount")
    const discounted = after(sale, { _tag: "DiscountOrder", discount: { _tag: "Percent", percent: 50 } })
    assert.strictEqual(billOf(discounted).total.minorUnits, 645)
    assert.strictEqual(billOf(after(discounted, { _tag: "DiscountOrder" })).total.minorUnits, 1290)
  })

  it("an amount at the limit is taken, one more is refused", () => {
    const dear = (unitPrice: number): Command => ({ _tag: "Add", item: { ...mug, unitPrice }, quantity: 1 })
    const sale = after(empty, dear(999_999_999_999))
    assert.strictEqual(billOf(sale).total.minorUnits, 999_999_999_999)
    assert.strictEqual(problemOf(sale, dear(1)), "too-large")
  })
})

describe("an unknown card payment", () => {
  const unknown = after(empty, add, card(1290), end(1, "unknown"))

  it("resolved as approved completes the sale; resolved as declined makes it payable again", () => {
    assert.strictEqual(stageOf(after(unknown, { _tag: "Resolve", tender: 1, resolution })), "completed")
    const declined = { ...resolution, outcome: "declined" } as const
    assert.strictEqual(
      stageOf(after(unknown, { _tag: "Resolve", tender: 1, resolution: declined }, card(1290))),
      "waiting"
    )
  })

  it("resolved as approved for a part leaves the rest to collect", () => {
    const sale = after(unknown, { _tag: "Resolve", tender: 1, resolution: { ...resolution, paid: 1000 } })
    assert.strictEqual(stageOf(sale), "open")
    assert.strictEqual(billOf(sale).remaining.minorUnits, 290)
    const [tender] = sale.tenders
    assert.strictEqual(tender?.means === "card" && tender.state, "approved-in-part")
  })

  it("needs a name and what was seen", () => {
    for (const missing of [{ by: "  " }, { evidence: "" }]) {
      const given = { ...resolution, ...missing }
      assert.strictEqual(problemOf(unknown, { _tag: "Resolve", tender: 1, resolution: given }), "resolution")
    }
  })

  it("resolved for more than was asked, and said so twice, is paid, with what is beyond it apart", () => {
    const over = { ...resolution, paid: 1500, over: true }
    const sale = after(unknown, { _tag: "Resolve", tender: 1, resolution: over })
    assert.strictEqual(stageOf(sale), "completed")
    assert.deepInclude(sale.tenders[0], { state: "approved", paid: 1290, extra: 210 })
  })

  it("resolved with a tip, as the server knows it, is paid, with the tip apart", () => {
    const tipped = { ...resolution, paid: 1500, over: true, tip: true }
    const sale = after(unknown, { _tag: "Resolve", tender: 1, resolution: tipped })
    assert.deepInclude(sale.tenders[0], { state: "approved", paid: 1290, extra: 210, tip: true })
  })

  it("cannot be resolved for more than was asked, nor twice", () => {
    const more = { ...resolution, paid: 1291 }
    assert.strictEqual(problemOf(unknown, { _tag: "Resolve", tender: 1, resolution: more }), "amount")
    const again = after(unknown, { _tag: "Resolve", tender: 1, resolution: { ...resolution, paid: 1 } })
    assert.strictEqual(problemOf(again, { _tag: "Resolve", tender: 1, resolution }), "not-unknown")
  })
})

describe("a card payment that the server took for approved, and its terminal leaves open", () => {
  const doubt: Command = { _tag: "Doubt", tender: 1, doubt: "operation-not-named" }
  const unknown = after(empty, add, card(1290), end(1, "unknown"))

  it("stays unknown and keeps why, also of a parked sale, until a person says", () => {
    for (const sale of [after(unknown, doubt), after(unknown, { _tag: "Park" }, doubt)]) {
      assert.strictEqual(stageOf(sale), "unknown")
      assert.deepInclude(sale.tenders[0], { state: "unknown", doubt: "operation-not-named" })
      assert.strictEqual(stageOf(after(sale, { _tag: "Resolve", tender: 1, resolution })), "completed")
    }
  })

  it("is one whose outcome is unknown", () => {
    assert.strictEqual(problemOf(after(empty, add, card(1290)), doubt), "not-unknown")
    assert.strictEqual(problemOf(after(empty, add, card(1290), end(1, "declined")), doubt), "not-unknown")
  })
})

describe("what the server later says about a person's resolution while it was unreachable", () => {
  const unknown = after(empty, add, card(1290), end(1, "unknown"))
  const said = { ...resolution, outcome: "declined", serverNotAsked: true } as const
  const settled = after(unknown, { _tag: "Resolve", tender: 1, resolution: said }, { _tag: "TakeCash", given: 1290 })

  it("is kept once with the tender, of a sale that has ended, and changes no amount", () => {
    const compared = after(settled, { _tag: "Compare", tender: 1, paid: 1290 })
    assert.deepStrictEqual(billOf(compared), billOf(settled))
    assert.deepStrictEqual(compared.end, settled.end)
    const [tender] = compared.tenders
    assert.isTrue(tender && isAlarming(tender))
    assert.strictEqual(problemOf(compared, { _tag: "Compare", tender: 1 }), "not-unknown")
  })

  it("is dealt with once, and stays with the tender", () => {
    const compared = after(settled, { _tag: "Compare", tender: 1, paid: 1290 })
    const acknowledged = after(compared, { _tag: "Acknowledge", tender: 1 })
    const [tender] = acknowledged.tenders
    assert.deepStrictEqual(tender && [isContradicted(tender), isAlarming(tender)], [true, false])
    for (const sale of [acknowledged, settled])
      assert.strictEqual(problemOf(sale, { _tag: "Acknowledge", tender: 1 }), "not-contradicted")
  })

  it("is absent if it agrees, or was asked at once", () => {
    const [tender] = after(settled, { _tag: "Compare", tender: 1 }).tenders
    assert.isFalse(tender && isContradicted(tender))
    const asked = after(unknown, { _tag: "Resolve", tender: 1, resolution })
    assert.strictEqual(problemOf(asked, { _tag: "Compare", tender: 1 }), "not-unknown")
  })
})

describe("money that was taken for a sale that is not completed", () => {
  it("has to be given back before the sale is abandoned", () => {
    const part = after(empty, add, card(1000), end(1, "approved", 1000))
    assert.strictEqual(problemOf(part, { _tag: "Abandon" }), "money-taken")
    assert.strictEqual(problemOf(part, { _tag: "GiveBackCash", amount: 1001 }), "amount")
    const back = after(part, { _tag: "GiveBackCash", amount: 1000 })
    assert.strictEqual(stageOf(after(back, { _tag: "Abandon" })), "abandoned")
  })

  it("of a refund is taken back in cash, and no more than that, before the refund is abandoned", () => {
    const refund: Sale = { ...after(empty, add), id: "R1", kind: "refund", refundOf: "T1" }
    const part = after(refund, card(1290), end(1, "approved", 500))
    assert.strictEqual(problemOf(part, { _tag: "Abandon" }), "money-given")
    assert.strictEqual(problemOf(part, { _tag: "GiveBackCash", amount: 501 }), "amount")
    const back = after(part, { _tag: "GiveBackCash", amount: 500 })
    assert.deepInclude(back.tenders.at(-1), { means: "cash", direction: "in", amount: 500 })
    assert.strictEqual(billOf(back).remaining.minorUnits, 1290)
    assert.strictEqual(stageOf(after(back, { _tag: "Abandon" })), "abandoned")
  })
})
