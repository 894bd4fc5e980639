import { assert, describe, it } from "@effect/vitest"
import * as Receipt from "@hipay-pos/core/Receipt"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Latin1 = Schema.String.check(Schema.isPattern(/^[\0-\xff]*$/))

describe("Receipt", () => {
  it("reads the contract's own example, which is padded too much", () => {
    assert.strictEqual(Receipt.decodeBase64("UkVDRUlQVCA5OSBFVVI=="), "RECEIPT 99 EUR")
  })

  it("reads it without padding, and with line breaks inside", () => {
    assert.strictEqual(Receipt.decodeBase64("UkVDRUlQVCA5OSBFVVI"), "RECEIPT 99 EUR")
    assert.strictEqual(Receipt.decodeBase64("UkVD\nRUlQ\r\nVCA5 OSBF\tVVI="), "RECEIPT 99 EUR")
  })

  it("keeps Latin-1", () => {
    assert.strictEqual(Receipt.decodeBase64(Receipt.encodeBase64("REÇU N° 1 — €")), "REÇU N° 1 ? ?")
  })

  it("says so when it is not base64", () => {
    for (const text of ["RECEIPT!", "UkVDR", "a=b", "é"]) assert.isUndefined(Receipt.decodeBase64(text))
  })

  it.effect.prop("comes back from base64", [Latin1], ([text]) =>
    Effect.sync(() => {
      assert.strictEqual(Receipt.decodeBase64(Receipt.encodeBase64(text)), text)
    })
  )

  it("gives lines without trailing blanks", () => {
    assert.deepStrictEqual(Receipt.lines("A  \r\nB\rC\n"), ["A", "B", "C", ""])
  })
})
