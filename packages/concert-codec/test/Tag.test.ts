import { assert, describe, it } from "@effect/vitest"
import * as SendPolicy from "@hipay-pos/concert-codec/SendPolicy"
import * as Tag from "@hipay-pos/concert-codec/Tag"

describe("Tag", () => {
  it("has every public tag once", () => {
    const codes =
      "CZ CJ CA CB CC CD CE CF CG CH CI CK AA AB AC AD AE AF AG AH AI AK AL AM AN BA BB BF BH BI ZT AP AQ ID IM OD"
    assert.strictEqual(Tag.all.map(({ code }) => code).join(" "), codes)
  })

  it("shows the sender by its first letter, except for private tags", () => {
    for (const { code, direction, vendor } of Tag.all) {
      if (vendor !== undefined || code === "AK" || code === "ZT") continue
      assert.strictEqual(direction, { A: "response", B: "request", C: "both" }[code.charAt(0)], code)
    }
  })

  it("has evidence and possible bounds for each", () => {
    for (const { code, sources, min, max } of Tag.all) {
      assert.isNotEmpty(sources, code)
      for (const source of sources) assert.property(Tag.sources, source)
      assert.isTrue(1 <= min && min <= max && max <= Tag.MAX_VALUE_LENGTH, code)
    }
  })

  it("is found by its code only", () => {
    assert.strictEqual(Tag.get("CB")?.name, "amount")
    assert.isUndefined(Tag.get("Q7"))
    assert.strictEqual(Tag.known("CB"), Tag.get("CB"))
    assert.throws(() => Tag.known("Q7"))
  })

  it.each(Tag.all.filter(({ format }) => format !== "fields"))("$code takes what fits its bounds", (tag) => {
    const value = (length: number) => "0".repeat(length)
    const characters = (length: number) => (length === 1 ? "1 character" : `${length} characters`)
    assert.isUndefined(Tag.violation(tag, value(tag.min)))
    assert.isUndefined(Tag.violation(tag, value(tag.max)))
    const expected = tag.min === tag.max ? `${tag.min}` : `${tag.min} to ${tag.max}`
    assert.strictEqual(Tag.violation(tag, value(tag.max + 1)), `${characters(tag.max + 1)}, expected ${expected}`)
    assert.strictEqual(Tag.violation(tag, value(tag.min - 1)), `${characters(tag.min - 1)}, expected ${expected}`)
  })

  it("allows what its format consists of", () => {
    for (const wrong of ["1/", "1:", "1é"])
      assert.strictEqual(Tag.violation(Tag.known("CA"), wrong), "expected digits only")
    for (const wrong of ["\x1f", "\x7f", "é"]) {
      assert.strictEqual(Tag.violation(Tag.known("CF"), wrong), "expected printable ASCII only")
    }
    assert.isUndefined(Tag.violation(Tag.known("CF"), " ~"))
    assert.strictEqual(Tag.violation(Tag.known("AK"), "QUJD!"), "expected base64")
    assert.isUndefined(Tag.violation(Tag.known("AK"), "QUJ\nDRA==\r\n"))
    assert.isUndefined(Tag.violation(Tag.known("ZT"), "anything"))
  })
})

describe("SendPolicy", () => {
  it("sends what a version has", () => {
    const sends = (policy: SendPolicy.SendPolicy, ...tags: ReadonlyArray<string>) =>
      tags.map((tag) => SendPolicy.allows(policy, tag))
    assert.deepStrictEqual(sends(SendPolicy.v30, "CB", "BB", "BF", "CH", "CK", "BH", "AE", "IM"), [
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false
    ])
    assert.deepStrictEqual(sends(SendPolicy.v31, "CB", "BB", "CH", "CK", "BH"), [true, true, true, false, false])
    assert.deepStrictEqual(sends(SendPolicy.v32, "CB", "BB", "CH", "CK", "BH", "BI", "ZT", "AE"), [
      true,
      true,
      true,
      true,
      true,
      true,
      true,
      false
    ])
  })

  it("can be widened and narrowed, tag by tag", () => {
    const wider = SendPolicy.including(SendPolicy.v31, ["CK"])
    assert.isTrue(SendPolicy.allows(wider, "CK"))
    assert.isFalse(SendPolicy.allows(SendPolicy.excluding(wider, ["CK"]), "CK"))
    assert.strictEqual(wider.version, "0310")
  })
})
