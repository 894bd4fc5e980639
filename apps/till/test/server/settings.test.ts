import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { sample } from "../../src/catalogue/sample.ts"
import { type Environment, readSettings } from "../../src/server/settings.ts"

const folder = mkdtempSync(join(tmpdir(), "till-settings-"))

const fileOf = (text: string): string => {
  const path = join(folder, "catalogue.json")
  writeFileSync(path, text)
  return path
}

const problemOf = (env: Environment) => Result.getOrThrow(Result.flip(readSettings(env)))

describe("the till's environment", () => {
  it("may be empty, and a variable in it too", () => {
    const expected = {
      port: 8090,
      server: { url: "http://127.0.0.1:8080", username: "merchant", password: "secret", live: false },
      terminals: [{ name: "Counter", host: "127.0.0.1", port: 8888 }],
      dataDir: "till-data",
      catalogue: undefined,
      days: undefined,
      details: undefined,
      receiptsUrl: undefined,
      shop: undefined
    }
    assert.deepStrictEqual(Result.getOrThrow(readSettings({})), expected)
    assert.deepStrictEqual(Result.getOrThrow(readSettings({ TILL_PORT: "", TILL_TERMINALS: "" })), expected)
  })

  it("says what receipts say of the shop, and where customers find them", () => {
    const { details, receiptsUrl, terminals } = Result.getOrThrow(
      readSettings({
        TILL_ADDRESS: "4 quai des Exemples; 29200 Brest",
        TILL_SIRET: "123 456 782 00010",
        TILL_VAT: "FR 11 123456782",
        TILL_NAME: "2",
        TILL_RECEIPTS: "https://receipts.shop.example",
        TILL_TERMINALS: "Bar=10.0.0.1:8888,Door=10.0.0.2:8888",
        TILL_TIPS: "Bar"
      })
    )
    assert.deepStrictEqual(details, {
      address: ["4 quai des Exemples", "29200 Brest"],
      siret: "12345678200010",
      vat: "FR11123456782",
      register: "2"
    })
    assert.strictEqual(receiptsUrl, "https://receipts.shop.example")
    assert.deepStrictEqual(
      terminals.map(({ tips }) => tips),
      [true, undefined]
    )
    assert.deepStrictEqual(
      readSettings({ TILL_SIRET: "12345678200011" }),
      Result.fail("TILL_SIRET: expected 14 digits, the last of them their check digit, got 12345678200011")
    )
    assert.deepStrictEqual(
      readSettings({ TILL_TIPS: "Cellar" }),
      Result.fail("TILL_TIPS: expected names of TILL_TERMINALS, got Cellar")
    )
    assert.deepStrictEqual(
      readSettings({ TILL_RECEIPTS: "receipts" }),
      Result.fail("TILL_RECEIPTS: expected a URL such as https://receipts.shop.example, got receipts")
    )
  })

  it("says what a day of the shop is", () => {
    const { days } = Result.getOrThrow(readSettings({ TILL_TIME_ZONE: "Europe/Paris", TILL_DAY_STARTS: "04:00" }))
    assert.strictEqual(days?.dayOf(Date.parse("2026-11-29T01:30:00Z")), "2026-11-28")
    assert.deepStrictEqual(
      readSettings({ TILL_TIME_ZONE: "Paris" }),
      Result.fail('TILL_TIME_ZONE: expected a time zone by its IANA name, such as Europe/Paris, got "Paris"')
    )
    assert.deepStrictEqual(
      readSettings({ TILL_DAY_STARTS: "4h" }),
      Result.fail('TILL_DAY_STARTS: expected an hour from 00:00 to 23:59, such as 04:00, got "4h"')
    )
  })

  it("names several terminals, by address too", () => {
    const { terminals } = Result.getOrThrow(readSettings({ TILL_TERMINALS: "Bar=10.0.0.1:8888, Door 2=[::1]:1" }))
    assert.deepStrictEqual(terminals, [
      { name: "Bar", host: "10.0.0.1", port: 8888 },
      { name: "Door 2", host: "::1", port: 1 }
    ])
  })

  it("names a catalogue, with or without a byte order mark", () => {
    for (const mark of ["", "\ufeff"]) {
      const env = { TILL_CATALOGUE: fileOf(mark + JSON.stringify(sample)) }
      assert.deepStrictEqual(Result.getOrThrow(readSettings(env)).catalogue, sample)
    }
  })

  it.each([
    [{ TILL_PORT: "abc" }, "TILL_PORT: expected 0 to 65535, got abc"],
    [{ TILL_PORT: "99999" }, "TILL_PORT: expected 0 to 65535, got 99999"],
    [{ TILL_TERMINALS: "foo" }, "TILL_TERMINALS: expected NAME=HOST:PORT, got foo"],
    [{ TILL_TERMINALS: "A=1.2.3.4:88888" }, "TILL_TERMINALS: expected NAME=HOST:PORT, got A=1.2.3.4:88888"],
    [{ TILL_TERMINALS: "A=h:1," }, "TILL_TERMINALS: expected NAME=HOST:PORT, got nothing"],
    [{ TILL_TERMINALS: "A=h:1,A=h:2" }, "TILL_TERMINALS: expected a name for each terminal, got A twice"],
    [
      { TILL_SERVER: "nonsense" },
      "TILL_SERVER: expected stage, production or a URL such as http://127.0.0.1:8080, got nonsense"
    ],
    [{ TILL_LIVE: "true" }, "TILL_LIVE: expected yes or no, got true"],
    [{ TILL_CATALOGUE: "/nowhere/at/all" }, "TILL_CATALOGUE: cannot read /nowhere/at/all"]
  ])("is refused in one sentence: %j", (env, problem) => {
    assert.strictEqual(problemOf(env), problem)
  })

  it("is refused in one line for a catalogue that is none, which is named", () => {
    for (const text of ["{", "{}", "[]"]) {
      const problem = problemOf({ TILL_CATALOGUE: fileOf(text) })
      assert.match(problem, /^TILL_CATALOGUE: .*catalogue\.json: .+$/)
    }
  })
})
