import type { TruncatedPan } from "@hipay-pos/core/Card"
import { Money } from "@hipay-pos/core/plain"
import type { AttemptState, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { assert, describe, it } from "vitest"
import * as AttemptList from "../../src/attempts/AttemptList.ts"

const made = (id: string, minutes: number, state: AttemptState = "approved"): AttemptSummary => ({
  id,
  orderId: `ORDER-${id}`,
  transactionType: "Debit",
  login: "merchant",
  amount: 4_250,
  currency: "EUR",
  terminal: { name: "10.0.0.12:8888", kind: "simulated" },
  state,
  openedAt: new Date(Date.UTC(2026, 10, 20, 9, minutes)).toISOString(),
  warnings: 0
})
const ids = (list: AttemptList.AttemptList) => list.attempts.map(({ id }) => id)
const filled = (attempts: ReadonlyArray<AttemptSummary>, filter = AttemptList.unfiltered, next?: string) =>
  AttemptList.withFirstPage(AttemptList.loading(filter), { attempts, ...(next === undefined ? {} : { next }) })

describe("a list of attempts", () => {
  it("puts a new attempt on top and a changed one in its own place", () => {
    const list = filled([made("b", 2), made("a", 1, "open")])
    const changed = AttemptList.withChange(AttemptList.withChange(list, made("c", 3)), made("a", 1, "declined"))
    assert.deepStrictEqual(ids(changed), ["c", "b", "a"])
    assert.strictEqual(changed.attempts[2]?.state, "declined")
  })

  it("keeps changes that come while a page is on its way and puts them over it", () => {
    const waiting = AttemptList.withChange(AttemptList.loading(AttemptList.unfiltered), made("a", 1, "approved"))
    const list = AttemptList.withFirstPage(waiting, { attempts: [made("a", 1, "open")] })
    assert.strictEqual(list.attempts[0]?.state, "approved")
    assert.strictEqual(list.attempts.length, 1)
  })

  it("keeps older attempts that join a page fetched anew, unless they may have changed meanwhile", () => {
    const before = filled([made("d", 4), made("c", 3), made("b", 2)], AttemptList.unfiltered, "/older")
    const again = (list: AttemptList.AttemptList, attempts: ReadonlyArray<AttemptSummary>) =>
      AttemptList.withFirstPage(AttemptList.reloading(list), { attempts, next: "/behind" })
    const kept = again(before, [made("e", 5), made("d", 4), made("c", 3)])
    assert.deepStrictEqual([ids(kept), kept.next], [["e", "d", "c", "b"], "/older"])
    const gap = again(before, [made("g", 7), made("f", 6)])
    assert.deepStrictEqual([ids(gap), gap.next], [["g", "f"], "/behind"])
    for (const state of ["open", "unknown"] as const) {
      const unsettled = again(filled([made("c", 3), made("b", 2, state)]), [made("c", 3)])
      assert.deepStrictEqual([ids(unsettled), unsettled.next], [["c"], "/behind"])
    }
  })

  it("appends the next page, without duplicates, and only the one it asked for", () => {
    const list = filled([made("c", 3), made("b", 2)], AttemptList.unfiltered, "/next")
    const page = { attempts: [made("b", 2, "declined"), made("a", 1)] }
    assert.deepStrictEqual(ids(AttemptList.withNextPage(list, "/next", page)), ["c", "b", "a"])
    assert.strictEqual(AttemptList.withNextPage(list, "/next", page).attempts[1]?.state, "approved")
    assert.strictEqual(AttemptList.withNextPage(list, "/other", page), list)
  })

  it("leaves a change of an attempt that is older than its pages to the page that will bring it", () => {
    const list = filled([made("c", 3), made("b", 2)], AttemptList.unfiltered, "/next")
    assert.deepStrictEqual(ids(AttemptList.withChange(list, made("a", 1))), ["c", "b"])
    assert.deepStrictEqual(ids(AttemptList.withChange(filled([made("c", 3)]), made("a", 1))), ["c", "a"])
  })

  it("shows only what matches its filter, and drops what no longer does", () => {
    const list = filled([made("a", 1, "open")], { ...AttemptList.unfiltered, state: "open" })
    assert.deepStrictEqual(ids(AttemptList.withChange(list, made("b", 2, "declined"))), ["a"])
    assert.deepStrictEqual(ids(AttemptList.withChange(list, made("a", 1, "approved"))), [])
  })

  it("finds text in order, terminal, login, amount, authorization and card, in any case", () => {
    const { matches } = AttemptList
    const card = { authorizationNumber: "680694", pan: "497010######0014" as TruncatedPan }
    const one = { ...made("a", 1), card }
    for (const text of ["order-A", "10.0.0", "MERCHANT", "42.50", "42,5", "680694", "0014"])
      assert.isTrue(matches({ ...AttemptList.unfiltered, text }, one), text)
    assert.isFalse(matches({ ...AttemptList.unfiltered, text: "nobody" }, one))
  })

  it("finds a payment by what was charged, if that is not what was asked for", () => {
    const one = { ...made("a", 1), paid: 3_015 }
    for (const text of ["30.15", "30,15", "42.50"])
      assert.isTrue(AttemptList.matches({ ...AttemptList.unfiltered, text }, one), text)
  })

  it("finds an unknown payment by the terminal's amount", () => {
    const evidence = { received: "", fields: [], contradictions: [], card: {}, amount: Money.of("30.15", "EUR") }
    const error = { reason: "OutcomeUnknown", kind: "Contradictory", detail: "another amount", evidence } as const
    const one = { ...made("a", 1, "unknown"), error }
    for (const text of ["30.15", "30,15 €", "42.50"])
      assert.isTrue(AttemptList.matches({ ...AttemptList.unfiltered, text }, one), text)
  })

  it("finds an amount as the pages write it", () => {
    const one = { ...made("a", 1), amount: 811_459 }
    const texts = [
      "8,114.59",
      "€8,114.59",
      "8 114,59",
      "8\u202f114,59\u00a0€",
      "€ 8114.59",
      "8,114.5",
      "€8,114",
      "8 114"
    ]
    for (const text of texts) {
      assert.isTrue(AttemptList.matches({ ...AttemptList.unfiltered, text }, one), text)
      assert.include(AttemptList.firstPage({ ...AttemptList.unfiltered, text }), "q=8114")
    }
  })

  it("does not change a text that is not an amount", () => {
    for (const text of ["ORDER 1", "12 34", "€", "A,1", "1,2,3", "10.0.0.12"]) {
      const query = new URLSearchParams(AttemptList.firstPage({ ...AttemptList.unfiltered, text }).split("?")[1])
      assert.strictEqual(query.get("q"), text)
    }
  })

  it("asks for its first page by filter", () => {
    assert.strictEqual(AttemptList.firstPage(AttemptList.unfiltered), "/attempts?limit=200")
    assert.strictEqual(
      AttemptList.firstPage({ state: "not-started", text: "a&b", day: "" }),
      "/attempts?limit=200&state=not-started&q=a%26b"
    )
  })
})
