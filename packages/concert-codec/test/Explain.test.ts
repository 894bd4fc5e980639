import { assert, describe, it } from "@effect/vitest"
import * as Explain from "@hipay-pos/concert-codec/Explain"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import { frameOf } from "./vectors.ts"

const explain = (text: string) => Result.getOrThrow(Explain.explain(text))

const meanings = (text: string) => Object.fromEntries(explain(text).fields.map(({ tag, meaning }) => [tag, meaning]))

describe("Explain", () => {
  it("annotates every field of a request", () => {
    assert.strictEqual(
      Explain.toText(explain(frameOf("credit-310-contact"))),
      [
        "request, register to terminal",
        "    0  CZ  protocol version              0310  (Concert V3.10)",
        "    9  CJ  protocol identifier           247300123456",
        "   26  CA  register number               01",
        "   33  CB  amount                        0300  (3.00 EUR)",
        "   42  CD  action                        1  (credit)",
        "   48  CE  currency                      978  (EUR, Euro)",
        "   56  BH  customer's phone              18295910399",
        "   72  BI  customer's e-mail             your.email@gmail.com",
        "   97  CK  ticket management             120  (both copies as text)"
      ].join("\n")
    )
  })

  it("annotates every field of an answer", () => {
    assert.deepStrictEqual(meanings(frameOf("ok-cb-contact")), {
      CZ: "Concert V3.00",
      CJ: undefined,
      CA: undefined,
      CE: "EUR, Euro",
      BA: "at the end of the transaction",
      CD: "debit",
      CB: "12.45 EUR",
      AE: "done",
      CC: "CB, Visa, Mastercard contact",
      CI: "contact",
      AC: undefined,
      AA: "masked",
      AI: undefined,
      AB: "2027-11",
      CF: undefined,
      CG: undefined
    })
    assert.strictEqual(meanings(frameOf("field-af-extended")).AF, 'refused, response code 14, "8HOLDER INVALID"')
  })

  it.each([
    ["CB0041245", "CB", "1245 minor units"],
    ["CB004abcd", "CB", undefined],
    ["CD001I", "CD", "identification"],
    ["CD001T", "CD", "transaction status"],
    ["CD001Y", "CD", undefined],
    ["CE003999", "CE", undefined],
    ["CE003392", "CE", "JPY, Yen"],
    ["CI0013", "CI", "stripe"],
    ["CI0019", "CI", undefined],
    ["CK003000", "CK", "no ticket"],
    ["CK003101", "CK", "the customer's copy as HTML"],
    ["CK003110", "CK", "the merchant's copy as text"],
    ["CK003999", "CK", undefined],
    ["AE00211", "AE", "taken-into-account"],
    ["AE00242", "AE", undefined],
    ["AF00211", "AF", "not performed: abandoned by the operator"],
    ["AF002  ", "AF", "no reason given"],
    ["AB0043102", "AB", "2031-02"],
    ["AB0043113", "AB", undefined],
    ["AA016497010XXXXXX7890", "AA", "masked"],
    ["AA008TOKEN_1X", "AA", undefined],
    ["AL0011", "AL", "partial"],
    ["BA0011", "BA", "at once"],
    ["BB0011", "BB", "forced"],
    ["BF0010", "BF", "not accepted"],
    ["CC00300C", "CC", "Cheque"],
    ["CC003ZZZ", "CC", undefined]
  ])("says of %s what it means", (text, tag, meaning) => {
    assert.strictEqual(meanings(text)[tag], meaning)
  })

  it("tells a request from an answer, a lone field too", () => {
    const ticket = Tlv.encode([{ tag: "ZT", value: `AK008${btoa("MERCI")}` }])
    for (const [text, direction] of [
      ["CZ0040300", "request"],
      ["CK003100", "request"],
      ["AF00204", "response"],
      ["CZ0040300CB0041245AE00210", "response"],
      [`CZ0040320${ticket}`, "response"],
      [`CZ0040320CD001P${ticket}`, "request"]
    ] as const) {
      assert.strictEqual(explain(text).direction, direction, text)
    }
  })

  it("marks unknown and private tags, and puts warnings beneath their fields", () => {
    const text = Explain.toText(explain("CZ0040300CD0010IM00277Q7003abcCA0017"))
    assert.strictEqual(
      text,
      [
        "request, register to terminal",
        "    0  CZ  protocol version              0300  (Concert V3.00)",
        "    9  CD  action                        0  (debit)",
        "   15  IM  linked transaction id         77  (private tag of PayXpert)",
        "   22  Q7  unknown                       abc",
        "       !  no public source knows this tag",
        "   30  CA  register number               7",
        "       !  register number: 1 character, expected 2"
      ].join("\n")
    )
  })

  it("shows a ticket's fields and its text, without control characters", () => {
    const inner = `CK003100AK016${btoa("AB\x1b[2J\r\nCD")}`
    const text = Explain.toText(explain(`CZ0040320CB00210AE00210ZT0${inner.length}${inner}`))
    assert.include(text, "ticket                        2 fields")
    assert.include(text, "  CK  ticket management             100  (the customer's copy as text)")
    assert.isTrue(text.endsWith("receipt:\n  | AB.[2J\n  | CD"))
  })

  it("shortens long values and says what contradicts what", () => {
    const text = Explain.toText(explain(`CZ0040300AE00210AF00204Q7070${"x".repeat(70)}`))
    assert.include(text, `${"x".repeat(60)}… (70 bytes)`)
    assert.include(text, "!! contradiction: done, yet with the complement 04 (refused)")
  })

  it("has a JSON of direction, fields, message and warnings", () => {
    assert.deepStrictEqual(JSON.parse(JSON.stringify(Explain.toJson(explain("CZ0040300AE00201AF00204Q7001x")))), {
      direction: "response",
      fields: [
        { offset: 0, tag: "CZ", name: "protocol version", value: "0300" },
        { offset: 9, tag: "AE", name: "action status", value: "01" },
        { offset: 16, tag: "AF", name: "complement to the status", value: "04" },
        { offset: 23, tag: "Q7", name: "unknown", value: "x" }
      ],
      message: { version: "0300", status: "not-done", complement: "04" },
      warnings: [{ code: "unknown-tag", tag: "Q7", offset: 23, message: "no public source knows this tag" }]
    })
  })

  it("has in its message the contradiction, the receipt, and no list of copies", () => {
    const { message } = explain(`CZ0040320AE00210ZT021CK003100AK008${btoa("MERCI")}`)
    assert.strictEqual(message.contradiction, "done, yet without an amount")
    assert.strictEqual(message.receipt, "MERCI")
    assert.notProperty(message, "tickets")
  })

  it("reads each amount in the currency of its own message", () => {
    const { fields } = explain("CZ0040320CB0041000CE003978AE00211CZ0040320CB0042500CE003840AE00210CB0011")
    assert.deepStrictEqual(
      fields.filter(({ tag }) => tag === "CB").map(({ meaning }) => meaning),
      ["10.00 EUR", "25.00 USD", "0.01 USD"]
    )
  })

  // Some fifty milliseconds; quadratic time would be minutes.
  it("takes linear time for many fields and as many warnings", { timeout: 60_000 }, () => {
    const text = `CZ0040300CD0010${"Q7001x".repeat(20_000)}`
    assert.include(Explain.toText(explain(text)), "no public source knows this tag")
  })

  it("explains a text as far as it goes", () => {
    const prefix = Explain.explainPrefix("CZ0040300AE00201AF0")
    assert.strictEqual(prefix.fields.length, 2)
    assert.deepInclude(prefix.error, { _tag: "TlvIncomplete", offset: 16, tag: "AF" })
    const failure = Result.getOrThrow(Result.flip(Explain.explain("CZ0040300AE00201AF0")))
    assert.deepInclude(failure, { _tag: "TlvIncomplete", offset: 16, tag: "AF" })
  })
})
