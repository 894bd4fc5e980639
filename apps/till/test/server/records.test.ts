/** Tickets, receipts, searches and closings through the till's own API, on one shop. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as Result from "effect/Result"
import type { DayView, ReceiptView, SaleList, TillState } from "../../src/api.ts"
import type { Fact, SaleEvent } from "../../src/sale/SaleEvent.ts"
import { makeRecords } from "../../src/server/records.ts"
import { makeSaleBook } from "../../src/server/SaleBook.ts"
import { openShop, type Shop, seenOf } from "./shop.ts"

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const sell = async (code: string): Promise<TillState> => {
  const { sale } = await shop.act({ do: "add", code, quantity: 1 })
  return shop.act({ do: "cash", given: sale?.remaining ?? 0, ...seenOf(sale) })
}

const today = async () => (await shop.get<{ readonly day: string }>("/api/today")).day

describe("a ticket's number", () => {
  it("counts from 1 at a till, goes on after a restart, and is not part of an order id", async () => {
    const first = await sell("MUG")
    assert.strictEqual(first.sale?.ticket, 1)
    await shop.act({ do: "next" })
    await shop.restart()
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    assert.strictEqual(sale?.ticket, 2)
    await shop.act({ do: "card", amount: 1290, terminal: "Counter", ...seenOf(sale) })
    const { sale: paid } = await shop.until(({ sale }) => sale?.stage === "completed")
    const [tender] = paid?.tenders ?? []
    assert.isTrue(tender?.means === "card" && tender.orderId === `${paid?.id}-1`)
    assert.match(paid?.id ?? "", /^T\w{20,}$/)
    await shop.act({ do: "next" })
  })
})

describe("an amount without a code", () => {
  it("is a line of its own, by name, price and tax rate", async () => {
    await shop.act({ do: "add-amount", amount: 750, rate: 5.5 })
    await shop.act({ do: "add-amount", amount: 750, rate: 5.5 })
    await shop.act({ do: "add-amount", amount: 750, rate: 20 })
    const { sale } = await shop.act({ do: "add-amount", amount: 750, rate: 20, name: "Bouquet" })
    assert.deepStrictEqual(
      sale?.lines.map(({ name, quantity, taxRate, total }) => [name, quantity, taxRate, total]),
      [
        ["Montant libre", 2, 5.5, 1500],
        ["Montant libre", 1, 20, 750],
        ["Bouquet", 1, 20, 750]
      ]
    )
    await shop.act({ do: "abandon", ...seenOf(sale) })
  })

  it("is paid by card: the order carries it in its basket", async () => {
    const { sale } = await shop.act({ do: "add-amount", amount: 750, rate: 20 })
    await shop.act({ do: "card", amount: 750, terminal: "Counter", ...seenOf(sale) })
    await shop.until(({ sale }) => sale?.stage === "completed")
    assert.strictEqual(shop.terminal.ledger.entries().at(-1)?.amount, 750)
    await shop.act({ do: "next" })
  })
})

describe("what was done by mistake", () => {
  it("a line that was taken out comes back in its place, with its discount", async () => {
    await shop.act({ do: "add", code: "MUG", quantity: 2 })
    await shop.act({ do: "discount-line", line: 1, discount: { _tag: "Percent", percent: 10 } })
    const before = await shop.act({ do: "add", code: "BAG", quantity: 1 })
    await shop.act({ do: "quantity", line: 1, quantity: 0 })
    const after = await shop.act({ do: "restore" })
    assert.deepStrictEqual(after.sale?.lines, before.sale?.lines)
    assert.strictEqual(await shop.refusal({ do: "restore" }), "no-such-line")
  })

  it("an abandoned sale is reopened, while no other is in hand, and pays under an order id of its own", async () => {
    const { sale } = await shop.state()
    assert.isNotNull(sale)
    await shop.act({ do: "abandon", ...seenOf(sale) })
    await shop.act({ do: "add", code: "BAG", quantity: 1 })
    assert.strictEqual(await shop.refusal({ do: "reopen", sale: sale.id }), "busy")
    const other = (await shop.state()).sale
    await shop.act({ do: "abandon", ...seenOf(other) })
    const { sale: again } = await shop.act({ do: "reopen", sale: sale.id })
    assert.deepStrictEqual([again?.id, again?.ticket, again?.stage], [sale.id, sale.ticket, "open"])
    await shop.act({ do: "cash", given: 5000, ...seenOf(again) })
    assert.strictEqual(await shop.refusal({ do: "reopen", sale: sale.id }), "not-abandoned")
    await shop.act({ do: "next" })
  })
})

describe("a receipt behind its link", () => {
  it("is shown to anyone with the link, without the merchant's copy and the cashier's words", async () => {
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "card", amount: 1290, terminal: "Counter", ...seenOf(sale) })
    const { receipt = "" } = await shop.until(({ sale }) => sale?.stage === "completed")
    const { pathname } = new URL(receipt)
    const page = await fetch(receipt)
    assert.strictEqual(page.status, 200)
    const view = await shop.get<ReceiptView>(`/api/receipts/${pathname.slice("/r/".length)}`)
    assert.deepStrictEqual([view.sale.total, view.shop, view.simulated], [1290, "Épicerie du Port", true])
    assert.deepInclude(view.details, { siret: "12345678200010", vat: "FR11123456782" })
    const [tender] = view.sale.tenders
    const { customer = "" } = (tender?.means === "card" && tender.receipt) || {}
    assert.include(customer, "497010######0014")
    // Each field that a customer sees is listed, so that a new field of the till is not included by accident.
    const card = { last4: "0014" }
    assert.deepStrictEqual(tender, { means: "card", number: 1, paid: 1290, card, receipt: { customer } })
    const shown = ["ticket", "kind", "stage", "lines", "off", "total", "tax", "tenders", "openedAt", "endedAt"]
    assert.hasAllKeys(view.sale, shown)
    const line = ["number", "reference", "name", "quantity", "unitPrice", "taxRate", "off", "total"]
    assert.hasAllKeys(view.sale.lines[0], line)
    await shop.act({ do: "next" })
  })

  it("opens no other receipt: a forged token finds nothing", async () => {
    const { sales } = await shop.get<SaleList>("/api/sales")
    for (const token of [`${sales[0]?.id}.${"A".repeat(22)}`, sales[0]?.id, "..", "x"]) {
      assert.strictEqual((await fetch(`${shop.url}/api/receipts/${encodeURIComponent(token ?? "")}`)).status, 404)
    }
  })
})

describe("past sales", () => {
  it("are found by amount, ticket and last four digits, the newest first", async () => {
    const found = async (text: string) =>
      (await shop.get<SaleList>(`/api/sales?q=${encodeURIComponent(text)}`)).sales.map(({ ticket }) => ticket)
    assert.deepStrictEqual(await found("12,90"), await found("12.90"))
    assert.isAbove((await found("12,90")).length, 2)
    assert.deepStrictEqual(await found("000001"), [1])
    assert.include(await found("0014"), 2)
    assert.deepStrictEqual(await found("0099"), [])
  })
})

describe("the close of a day", () => {
  it("keeps what was counted beside what should be there, numbered, over a restart", async () => {
    const day = await today()
    const { means } = await shop.get<DayView>(`/api/days/${day}`)
    const cash = means.find((row) => row.means === "cash")?.net ?? 0
    const counts = [
      { value: 5000, count: 2 },
      { value: 100, count: 0 }
    ]
    const close = { do: "close-day", day, closings: 0, float: 5000, counts, by: "Ana" } as const
    assert.strictEqual(await shop.refusal({ ...close, by: " " }), "name")
    assert.strictEqual(await shop.refusal({ ...close, day: "2999-01-01" }), "day")
    assert.strictEqual(await shop.refusal({ ...close, day: "2026-02-30" }), "day")
    await shop.act({ ...close, note: "one torn note" })
    await shop.restart()
    const { closings, float } = await shop.get<DayView>(`/api/days/${day}`)
    assert.strictEqual(float, 5000)
    assert.deepInclude(closings[0], {
      closing: 1,
      by: "Ana",
      counts: [{ value: 5000, count: 2 }],
      counted: 10_000,
      expected: 5000 + cash,
      difference: 5000 - cash,
      note: "one torn note"
    })
    assert.strictEqual(await shop.refusal(close), "stale")
    await shop.act({ ...close, closings: 1, by: "Ben 4111111111111111" })
    const again = await shop.get<DayView>(`/api/days/${day}`)
    assert.deepStrictEqual(
      again.closings.map(({ closing, by }) => [closing, by]),
      [
        [2, "Ben 411111######1111"],
        [1, "Ana"]
      ]
    )
    const kept = readFileSync(join(shop.dataDir, "closings.jsonl"), "utf8")
    assert.match(kept, /^\{"closing":1,/)
    assert.notInclude(kept, "4111111111111111")
  })

  it("has the day's hours, best sellers and first and last ticket", async () => {
    const { hours, articles, tickets, net } = await shop.get<DayView>(`/api/days/${await today()}`)
    assert.strictEqual(
      hours.reduce((sum, { amount }) => sum + amount, 0),
      net
    )
    assert.strictEqual(articles[0]?.reference, "MUG")
    assert.strictEqual(tickets?.first.ticket, 1)
  })
})

describe("a day among many sales", () => {
  const days = Result.getOrThrow(BusinessDay.make({ timeZone: "Europe/Paris", startsAt: "04:00" }))
  let asked = 0
  const counted: BusinessDay.BusinessDay = {
    ...days,
    dayOf: (at) => {
      asked++
      return days.dayOf(at)
    },
    boundsOf: (day) => {
      asked++
      return days.boundsOf(day)
    }
  }
  const bounds = days.boundsOf("2026-11-28") ?? { from: 0, to: 0 }
  const moments = [bounds.from - 1, bounds.from, bounds.to - 1, bounds.to]
  const events = moments.flatMap((at, index) => {
    const line = { number: 1, quantity: 1, reference: "MUG", name: "Mug", unitPrice: 1000, taxRate: 20 }
    const facts: ReadonlyArray<Fact> = [
      { _tag: "Opened", kind: "sale", currency: "EUR", lines: [], ticket: index + 1 },
      { _tag: "LineAdded", line },
      {
        _tag: "CashTaken",
        tender: { means: "cash", number: 1, direction: "in", amount: 1000, given: 1000, change: 0, at }
      },
      { _tag: "Completed" }
    ]
    return facts.map((fact): SaleEvent => ({ sale: `T${index}`, at, fact }))
  })
  const records = makeRecords({
    book: makeSaleBook({ read: () => events, append: () => {}, close: () => {} }, "EUR"),
    closings: { all: () => [], append: () => {}, close: () => {} },
    currency: "EUR",
    days: counted,
    linkOf: () => ""
  })

  it("is looked up in the calendar once, not for each sale: its first millisecond is on it, the next day's is not", () => {
    asked = 0
    const report = records.report("2026-11-28")
    assert.deepStrictEqual([report?.sales.count, report?.net, report?.means[0]?.in.count], [2, 2000, 2])
    assert.strictEqual(asked, 1)
    asked = 0
    assert.deepStrictEqual(
      records.history("2026-11-28", 10).sales.map(({ ticket }) => ticket),
      [3, 2]
    )
    assert.strictEqual(asked, 1)
  })

  it("that does not exist has no report and no sales", async () => {
    assert.isUndefined(records.report("2026-02-30"))
    assert.deepStrictEqual(records.history("2026-02-30", 10), { sales: [], more: false })
    const answer = await fetch(`${shop.url}/api/days/2026-02-30`)
    assert.strictEqual(answer.status, 404)
    assert.deepStrictEqual(await answer.json(), { error: { code: "no-day", message: "there is no such day" } })
  })
})
