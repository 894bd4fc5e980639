/** The address of a shared store. */
import { Address } from "@hipay-pos/gateway/postgres"
import { assert, describe, it } from "vitest"

describe("the address of a database", () => {
  it.each([
    ["postgres://ga%te@h/db", "--store: USER: expected %25 for each %, got ga%te"],
    ["postgres://gate@h/d%b", "--store: DATABASE: expected %25 for each %, got d%b"]
  ])("%s is refused with a sentence that says where the %% stands", (text, problem) => {
    assert.throws(() => Address.read(text, {}), problem)
  })

  it("may have any letter as its code", () => {
    const { user, database } = Address.read("postgres://ga%25te@h/d%20b", {})
    assert.deepStrictEqual({ user, database }, { user: "ga%te", database: "d b" })
  })
})
