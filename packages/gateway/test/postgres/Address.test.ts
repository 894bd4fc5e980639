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

  it("is without TLS on this machine only, and 127.shop.example is another", () => {
    const modeAt = (host: string) => Address.read(`postgres://gate@${host}/db`, {}).tls
    assert.deepStrictEqual(["127.0.0.1", "[::1]", "localhost"].map(modeAt), ["disable", "disable", "disable"])
    assert.strictEqual(modeAt("127.shop.example"), "verify-full")
  })

  it("may have any letter as its code", () => {
    const { user, database } = Address.read("postgres://ga%25te@h/d%20b", {})
    assert.deepStrictEqual({ user, database }, { user: "ga%te", database: "d b" })
  })
})
