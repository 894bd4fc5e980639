import { appendFileSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"
import type { SaleDetail, SaleList, TillState } from "../../src/api.ts"
import type { DayReport } from "../../src/sale/DayReport.ts"
import { fault, named, openShop, type Shop, seenOf } from "./shop.ts"

const add = (shop: Shop, code: string, quantity = 1) => shop.act({ do: "add", code, quantity })

const card = async (shop: Shop, amount: number) =>
  shop.act({ do: "card", amount, terminal: "Counter", ...seenOf((await shop.state()).sale) })

const settled = ({ sale }: TillState) => sale?.stage !== "waiting"

describe("a sale through the server to the terminal", () => {
  it("is paid by card: the till's total is the terminal's amount, and the receipt comes back", async () => {
    await using shop = await openShop()
    await add(shop, "MUG", 2)
    const { sale } = await add(shop, "BAG")
    assert.strictEqual(sale?.total, 2715)
    assert.deepStrictEqual(
      sale?.tax.map(({ rate, gross }) => [rate, gross]),
      [
        [5.5, 135],
        [20, 2580]
      ]
    )
    await card(shop, 2715)
    const after = await shop.until(settled)
    assert.strictEqual(after.sale?.stage, "completed")
    const [tender] = after.sale?.tenders ?? []
    assert.strictEqual(tender?.means === "card" && tender.state, "approved")
    assert.include((tender?.means === "card" && tender.receipt?.customer) || "", "SIMULATION")
    assert.deepStrictEqual(
      shop.terminal.ledger.entries().map(({ amount }) => amount),
      [2715]
    )
  })

  it("stays open after a refusal, and is paid at the second try under an id of its own", async () => {
    await using shop = await openShop({
      terminal: { cardholder: Cardholder.scripted([Cardholder.pays(named("refused")), Cardholder.pays()]) }
    })
    await add(shop, "MUG")
    await card(shop, 1290)
    const refused = await shop.until(settled)
    assert.strictEqual(refused.sale?.stage, "open")
    assert.strictEqual(refused.sale?.locked, false)
    await card(shop, 1290)
    const paid = await shop.until(settled)
    assert.strictEqual(paid.sale?.stage, "completed")
    const ids = paid.sale?.tenders.map((tender) => tender.means === "card" && tender.orderId) ?? []
    assert.strictEqual(new Set(ids).size, 2)
  })

  it("approved in part leaves the rest to collect, and cash completes it with change", async () => {
    await using shop = await openShop({
      terminal: { cardholder: Cardholder.auto(named("partial")) }
    })
    await add(shop, "MUG")
    await card(shop, 1290)
    const part = await shop.until(settled)
    assert.strictEqual(part.sale?.stage, "open")
    assert.strictEqual(part.sale?.collected, 645)
    assert.strictEqual(part.sale?.remaining, 645)
    assert.strictEqual(await shop.refusal({ do: "add", code: "BAG", quantity: 1 }), "locked")
    const done = await shop.act({ do: "cash", given: 1000, ...seenOf(part.sale) })
    assert.strictEqual(done.sale?.stage, "completed")
    const cash = done.sale?.tenders[1]
    assert.deepStrictEqual(cash?.means === "cash" && [cash.amount, cash.change], [645, 355])
  })

  it("an answer that is lost after approval is unknown, moves nothing, and a person resolves it", async () => {
    await using shop = await openShop()
    shop.terminal.setFault(fault("reset@after-approval"))
    await add(shop, "MUG")
    await card(shop, 1290)
    const lost = await shop.until(settled)
    assert.strictEqual(lost.sale?.stage, "unknown")
    const shown = seenOf(lost.sale)
    const again = { do: "card", amount: 1290, terminal: "Counter", ...shown } as const
    assert.strictEqual(await shop.refusal(again), "unknown")
    assert.strictEqual(await shop.refusal({ do: "cash", given: 1290, ...shown }), "unknown")
    assert.strictEqual(await shop.refusal({ do: "abandon", ...shown }), "unknown")
    const seen = { do: "resolve", tender: 1, by: "Ana", evidence: "ticket 000001 on the terminal", ...shown } as const
    assert.strictEqual(await shop.refusal({ ...seen, by: " ", outcome: "approved" }), "resolution")
    const resolved = await shop.act({ ...seen, outcome: "approved" })
    assert.strictEqual(resolved.sale?.stage, "completed")
    assert.deepStrictEqual(
      shop.terminal.ledger.entries().map(({ amount }) => amount),
      [1290]
    )
  })

  it("a person's evidence is accepted with surrounding blanks, and stored without its card number", async () => {
    await using shop = await openShop()
    shop.terminal.setFault(fault("reset@after-approval"))
    await shop.act({ do: "add-amount", amount: 1290, rate: 20, name: "4111 1111 1111 1111" })
    await card(shop, 1290)
    const lost = await shop.until(settled)
    const words = { by: "Ana ", evidence: "slip 12 of 4970 1011 2233 4422\n" } as const
    const word = { do: "resolve", tender: 1, outcome: "approved", ...words, ...seenOf(lost.sale) } as const
    const done = await shop.act(word)
    assert.strictEqual(done.sale?.stage, "completed")
    const [tender] = done.sale?.tenders ?? []
    const said = { by: "Ana", evidence: "slip 12 of 4970 10** **** 4422" }
    assert.deepInclude(tender?.means === "card" ? tender.resolution : undefined, said)
    const file = join(shop.dataDir, "sales.jsonl")
    const kept = readFileSync(file, "utf8")
    assert.include(kept, said.evidence)
    assert.include(kept, "4111 11## #### 1111")
    assert.notMatch(kept, /1011 2233|1111 1111/)
    // A file that was kept before is shown masked, too.
    await shop.stop()
    writeFileSync(file, kept.replace(said.evidence, "4970 1011 2233 4422").replace("11## ####", "1111 1111"))
    await shop.restart()
    const detail = JSON.stringify(await shop.get<SaleDetail>(`/api/sales/${done.sale?.id}`))
    assert.include(detail, "4970 10## #### 4422")
    assert.notMatch(detail, /1011 2233|1111 1111/)
  })

  it("an answer that is lost between server and till is fetched later, and completes the sale", async () => {
    await using shop = await openShop()
    await add(shop, "MUG")
    const lost = await fetch(`${shop.server}/_mock/http-fault`, {
      method: "PUT",
      headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
      body: JSON.stringify({ fault: "error-after", status: 500 })
    })
    assert.strictEqual(lost.status, 200)
    await card(shop, 1290)
    const after = await shop.until(({ sale }) => sale?.stage === "completed")
    const [tender] = after.sale?.tenders ?? []
    assert.strictEqual(tender?.means === "card" && tender.resolution?.source, "server")
    assert.strictEqual(shop.terminal.ledger.count(), 1)
  })

  it("an answer that comes late ends the payment automatically", async () => {
    const late = Result.getOrThrow(Fault.make("late-answer", { milliseconds: 400 }))
    await using shop = await openShop({ server: { answerTimeout: "100 millis" }, till: { askEvery: 50 } })
    shop.terminal.setFault(late)
    await add(shop, "MUG")
    await card(shop, 1290)
    assert.strictEqual((await shop.until(settled)).sale?.stage, "unknown")
    const after = await shop.until(({ sale }) => sale?.stage !== "unknown")
    assert.strictEqual(after.sale?.stage, "completed")
  })

  it("a repeated click does not move money twice", async () => {
    await using shop = await openShop()
    const state = await add(shop, "MUG")
    const cash = { do: "cash", given: 500, ...seenOf(state.sale) } as const
    await shop.act(cash)
    assert.strictEqual(await shop.refusal(cash), "stale")
  })

  it("money that was meant for one sale is not taken for another one, whose revision may be the same", async () => {
    await using shop = await openShop()
    const { sale: meant } = await add(shop, "MUG")
    await shop.act({ do: "park", ...seenOf(meant) })
    const { sale: other } = await add(shop, "BAG")
    assert.strictEqual(other?.revision, meant?.revision)
    const means = [
      { do: "cash", given: 1290 },
      { do: "card", amount: 100, terminal: "Counter" },
      { do: "resolve", tender: 1, outcome: "approved", by: "Ana", evidence: "receipt 12" },
      { do: "give-back", amount: 100 },
      { do: "complete" },
      { do: "abandon" },
      { do: "park" }
    ] as const
    for (const action of means) {
      assert.strictEqual(await shop.refusal({ ...action, ...seenOf(meant) }), "stale", action.do)
    }
    assert.deepStrictEqual((await shop.state()).sale, other)
  })
})

describe("a sale that is parked", () => {
  it("lets the next customer be served, survives a restart, and is settled later", async () => {
    await using shop = await openShop()
    shop.terminal.setFault(fault("reset@after-approval"))
    await add(shop, "MUG")
    await card(shop, 1290)
    const lost = await shop.until(settled)
    const id = lost.sale?.id ?? ""
    shop.terminal.clearFault()
    const free = await shop.act({ do: "park", ...seenOf(lost.sale) })
    assert.isNull(free.sale)
    await shop.restart()
    assert.isNull((await shop.state()).sale)
    await add(shop, "BAG")
    assert.strictEqual(await shop.refusal({ do: "recall", sale: id }), "busy")
    await card(shop, 135)
    const next = await shop.until(settled)
    assert.strictEqual(next.sale?.stage, "completed")
    assert.deepStrictEqual(
      next.parked.map(({ stage }) => stage),
      ["unknown"]
    )
    const back = await shop.act({ do: "recall", sale: id })
    assert.strictEqual(back.sale?.stage, "unknown")
    const word = { outcome: "approved", by: "Ana", evidence: "ticket 000001" } as const
    const done = await shop.act({ do: "resolve", tender: 1, ...word, ...seenOf(back.sale) })
    assert.strictEqual(done.sale?.stage, "completed")
    assert.deepStrictEqual(done.parked, [])
  })
})

describe("a sale with money on it", () => {
  /** Sale A with 4.00 in cash, parked; sale B with nothing on it in hand. */
  const parkedBeside = async (shop: Shop) => {
    const { sale } = await add(shop, "MUG")
    const part = await shop.act({ do: "cash", given: 400, ...seenOf((await shop.state()).sale) })
    await shop.act({ do: "park", ...seenOf(part.sale) })
    const other = await add(shop, "BAG")
    await shop.act({ do: "quantity", line: 1, quantity: 0 })
    return { id: sale?.id ?? "", empty: other.sale?.id ?? "" }
  }

  it("that is recalled over an empty one is in hand after a restart, too", async () => {
    await using shop = await openShop()
    const { id, empty } = await parkedBeside(shop)
    assert.strictEqual(await shop.refusal({ do: "recall", sale: "T0" }), "no-sale")
    assert.strictEqual((await shop.state()).sale?.id, empty)
    await shop.act({ do: "recall", sale: id })
    assert.strictEqual((await shop.get<SaleDetail>(`/api/sales/${empty}`)).sale.stage, "abandoned")
    await shop.restart()
    const { sale } = await shop.state()
    assert.deepStrictEqual([sale?.id, sale?.collected], [id, 400])
  })

  it("an abandoned sale that is reopened over an empty one is in hand after a restart, too", async () => {
    await using shop = await openShop()
    const { sale } = await add(shop, "MUG")
    await shop.act({ do: "abandon", ...seenOf(sale) })
    await add(shop, "BAG")
    await shop.act({ do: "quantity", line: 1, quantity: 0 })
    await shop.act({ do: "reopen", sale: sale?.id ?? "" })
    await shop.restart()
    assert.strictEqual((await shop.state()).sale?.id, sale?.id)
  })

  it("is found again where a file has several open sales: one is in hand, the others are parked", async () => {
    await using shop = await openShop()
    const { id, empty } = await parkedBeside(shop)
    await shop.stop()
    const file = join(shop.dataDir, "sales.jsonl")
    const append = (sale: string, fact: object) => appendFileSync(file, `${JSON.stringify({ sale, at: 1, fact })}\n`)
    append(id, { _tag: "Recalled" })
    await shop.restart()
    assert.deepStrictEqual([(await shop.state()).sale?.id, (await shop.state()).parked], [id, []])
    await shop.stop()
    append(empty, { _tag: "LineRestored" })
    await shop.restart()
    const state = await shop.state()
    assert.deepStrictEqual([state.sale?.id, state.parked.map((each) => each.id)], [empty, [id]])
  })
})

describe("a sale that costs nothing", () => {
  it("is completed without a payment", async () => {
    await using shop = await openShop()
    await add(shop, "MUG")
    const free = await shop.act({ do: "discount-order", discount: { _tag: "Percent", percent: 100 } })
    assert.strictEqual(await shop.refusal({ do: "cash", given: 1, ...seenOf(free.sale) }), "amount")
    const done = await shop.act({ do: "complete", ...seenOf(free.sale) })
    assert.strictEqual(done.sale?.stage, "completed")
  })
})

describe("a stop in the middle of a payment", () => {
  it("leaves the sale on the screen and the payment unknown until someone has checked", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.manual } })
    await add(shop, "MUG")
    await card(shop, 1290)
    await shop.until(({ sent }) => sent)
    await shop.restart()
    const found = await shop.state()
    assert.strictEqual(found.sale?.stage, "unknown")
    assert.strictEqual(found.sale?.total, 1290)
    const word = { outcome: "declined", by: "Ana", evidence: "the terminal shows nothing" } as const
    const open = await shop.act({ do: "resolve", tender: 1, ...word, ...seenOf(found.sale) })
    assert.strictEqual(open.sale?.stage, "open")
    await shop.restart()
    assert.strictEqual((await shop.state()).sale?.stage, "open")
    shop.terminal.pressKey("cancel")
  })
})

describe("a refund", () => {
  it("gives back what was paid for a piece, to the card, and no more than was sold", async () => {
    await using shop = await openShop()
    await add(shop, "MUG", 3)
    const before = await shop.act({ do: "discount-order", discount: { _tag: "Amount", minorUnits: 870 } })
    assert.strictEqual(before.sale?.total, 3000)
    await card(shop, 3000)
    const sold = await shop.until(settled)
    const id = sold.sale?.id ?? ""
    await shop.act({ do: "next" })
    const opened = await shop.act({ do: "refund", sale: id, lines: [{ line: 1, quantity: 2 }] })
    assert.strictEqual(opened.sale?.total, 2000)
    await card(shop, 2000)
    const back = await shop.until(settled)
    assert.strictEqual(back.sale?.stage, "completed")
    assert.deepStrictEqual(
      shop.terminal.ledger.entries().map(({ operation, amount }) => [operation, amount]),
      [
        ["debit", 3000],
        ["credit", 2000]
      ]
    )
    await shop.act({ do: "next" })
    assert.strictEqual(await shop.refusal({ do: "refund", sale: id, lines: [{ line: 1, quantity: 2 }] }), "refund")
    const detail = await shop.get<SaleDetail>(`/api/sales/${id}`)
    assert.deepStrictEqual(detail.refundable, [{ line: 1, quantity: 1, amount: 1000 }])
    const { day } = await shop.get<{ day: string }>("/api/today")
    const report = await shop.get<DayReport>(`/api/days/${day}`)
    assert.strictEqual(report.net, 1000)
    assert.deepStrictEqual(report.means, [
      { name: "Counter", means: "card", in: { count: 1, amount: 3000 }, out: { count: 1, amount: 2000 }, net: 1000 }
    ])
    const { sales, more } = await shop.get<SaleList>("/api/sales")
    assert.isFalse(more)
    const newest = await shop.get<SaleList>("/api/sales?limit=1")
    assert.deepStrictEqual([newest.sales.map(({ kind }) => kind), newest.more], [["refund"], true])
    assert.deepStrictEqual(
      sales.map(({ kind, total }) => [kind, total]),
      [
        ["refund", 2000],
        ["sale", 3000]
      ]
    )
  })
})
