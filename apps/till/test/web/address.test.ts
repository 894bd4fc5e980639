import { assert, describe, it } from "@effect/vitest"
import { hashOf, type Route, routeOf } from "../../src/web/address.ts"

const plain = (route: Route) => Object.fromEntries(Object.entries(route).filter(([, value]) => value !== undefined))

describe("the address", () => {
  it.each([
    [{ view: "sale" }, "#/sale"],
    [{ view: "history" }, "#/history"],
    [{ view: "history", sale: "S12" }, "#/history/S12"],
    [{ view: "history", search: "12,90 €?&#", day: "2026-11-28" }, undefined],
    [{ view: "history", sale: "S12", search: "0014", day: "2026-11-28" }, "#/history/S12?q=0014&day=2026-11-28"]
  ] as ReadonlyArray<[Route, string | undefined]>)("finds again what the history showed: %j", (route, hash) => {
    if (hash !== undefined) assert.strictEqual(hashOf(route), hash)
    assert.deepStrictEqual(plain(routeOf(hashOf(route))), route)
  })

  it("is the sale where it is nothing", () => {
    assert.deepStrictEqual(plain(routeOf("")), { view: "sale" })
    assert.deepStrictEqual(plain(routeOf("#/nowhere?q=1")), { view: "sale" })
    assert.deepStrictEqual(plain(routeOf("#/history?day=yesterday&q=")), { view: "history" })
  })
})
