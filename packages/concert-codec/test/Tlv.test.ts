import { assert, describe, it } from "@effect/vitest"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { frameOf } from "./vectors.ts"

const decode = (text: string) => Result.getOrThrow(Tlv.decode(text))
const failure = (text: string) => Result.getOrThrow(Result.flip(Tlv.decode(text)))
const shape = (text: string) => decode(text).fields.map(({ tag, value }) => [tag, value])
const codes = (text: string) => decode(text).warnings.map(({ code }) => code)

const RawField = Schema.Struct({
  // Constructed tags and those whose values are masked have tests of their own.
  tag: Schema.String.check(Schema.isPattern(/^[B-Y][A-Z0-9]$/)),
  value: Schema.String.check(Schema.isPattern(/^[A-Za-z !-/]{1,40}$/))
})

const ak = btoa("TICKET CLIENT")
const inner = `CK003100AK${String(ak.length).padStart(3, "0")}${ak}`
const zt = (length: number) => `ZT${String(length).padStart(3, "0")}${inner}`

describe("Tlv", () => {
  describe("fields", () => {
    it.prop("come back as they were written", [Schema.Array(RawField).check(Schema.isNonEmpty())], ([fields]) => {
      assert.deepStrictEqual(
        decode(Tlv.encode(fields)).fields.map(({ tag, value }) => ({ tag, value })),
        fields
      )
    })

    it("say where they begin", () => {
      assert.deepStrictEqual(decode("CZ0040300AE00201").fields, [
        { tag: "CZ", offset: 0, value: "0300" },
        { tag: "AE", offset: 9, value: "01" }
      ])
    })

    it("hold 999 characters and no more", () => {
      const value = "x".repeat(999)
      assert.deepStrictEqual(shape(Tlv.encode([{ tag: "XX", value }])), [["XX", value]])
      assert.throws(() => Tlv.encode([{ tag: "XX", value: `${value}x` }]), RangeError)
    })

    it("may have unknown tags, of letters and digits", () => {
      assert.deepStrictEqual(shape("CZ0040300Q7003abc99002xx"), [
        ["CZ", "0300"],
        ["Q7", "abc"],
        ["99", "##"]
      ])
    })

    it("keep bytes beyond ASCII as Latin-1", () => {
      assert.deepStrictEqual(shape("AF006é€\xffÀ  ".replace("€", "\x80")), [["AF", "é\x80\xffÀ  "]])
    })

    it("of length 000 count as absent, with a warning", () => {
      assert.deepStrictEqual(shape("CZ0040300CF000AE00201"), [
        ["CZ", "0300"],
        ["AE", "01"]
      ])
      assert.deepStrictEqual(decode("CZ0040300CF000AE00201").warnings, [
        { code: "empty-field", tag: "CF", offset: 9, message: "an empty field counts as absent" }
      ])
    })

    it("are found by tag, the first of several", () => {
      const { fields } = decode("CZ0040300AE00201AE00210")
      assert.strictEqual(Tlv.find(fields, "AE"), "01")
      assert.isUndefined(Tlv.find(fields, "AF"))
    })
  })

  describe("a text", () => {
    it("without a field is malformed", () => {
      assert.deepInclude(failure(""), { _tag: "TlvMalformed", offset: 0, problem: "no field at all" })
    })

    it.each([
      ["lower-case tags", "CZ0040300ae00210", 9, undefined, "no field begins here"],
      ["a letter in a length", "CZ0040300AE0O210", 9, "AE", "the length is not three digits"],
      ["a sign in a length", "CZ0040300AE+0210", 9, "AE", "the length is not three digits"],
      ["a blank in a length", "CZ0040300AE 0210", 9, "AE", "the length is not three digits"],
      ["bytes too few for a header that cannot begin one", "CZ0040300?", 9, undefined, "no field begins here"]
    ])("with %s is malformed there", (_, text, offset, tag, problem) => {
      const error = failure(text)
      assert.deepInclude(error, { _tag: "TlvMalformed", offset, problem })
      assert.strictEqual(error.tag, tag)
    })

    it.each([
      ["CZ0040300A", undefined],
      ["CZ0040300AE", "AE"],
      ["CZ0040300AE0", "AE"],
      ["CZ0040300AE002", "AE"],
      ["CZ0040300AE0021", "AE"]
    ])("%s stops inside a field", (text, tag) => {
      const error = failure(text)
      assert.deepInclude(error, { _tag: "TlvIncomplete", offset: 9 })
      assert.strictEqual(error.tag, tag)
    })

    it("may have CR, LF, NUL and spaces between its fields, with a warning, but not inside them", () => {
      assert.deepStrictEqual(shape("CZ0040300\r\n\0 AE00210\r\n"), [
        ["CZ", "0300"],
        ["AE", "10"]
      ])
      assert.deepStrictEqual(
        decode("\r\nCZ0040300\r\n\0 AE00210\n").warnings.map(({ code, offset, message }) => [code, offset, message]),
        [
          ["filler", 11, "4 bytes of white space outside the fields"],
          ["filler", 22, "1 byte of white space outside the fields"]
        ]
      )
      assert.deepStrictEqual(shape("AF004 \r\n "), [["AF", " \r\n "]])
    })

    it.each(["\x02", "??", "hello ", "\0\0", "AB", "CZ", "CZCZ"])("may have %j before its first CZ", (before) => {
      const text = before + frameOf("ko-minimal")
      assert.deepStrictEqual(
        decode(text).fields.map(({ tag }) => tag),
        ["CZ", "AE", "AF"]
      )
      assert.strictEqual(decode(text).fields[0]?.offset, before.length)
    })

    it.each(["?CZ", "?CZABC", "?CZ00", "?CCZ12 CZ00X", "?C"])(
      "is not begun by what only looks like a CZ: %s",
      (before) => {
        const text = `${before}${frameOf("ko-minimal")}`
        assert.deepStrictEqual(
          decode(text).fields.map(({ tag, offset }) => [tag, offset - before.length]),
          [
            ["CZ", 0],
            ["AE", 9],
            ["AF", 16]
          ]
        )
        assert.deepStrictEqual(codes(text), ["leading-bytes"])
      }
    )

    it("says how many bytes it skipped before the message", () => {
      assert.deepInclude(decode(`hello, ${frameOf("ko-minimal")}`).warnings, {
        code: "leading-bytes",
        offset: 0,
        message: "skipped 7 bytes before the message"
      })
    })

    it("may be wrapped like the serial variant", () => {
      const text = `\x02${frameOf("ko-minimal")}\x03A`
      assert.strictEqual(decode(text).fields.length, 3)
      assert.deepStrictEqual(codes(text), ["leading-bytes", "serial-framing"])
    })
  })

  describe("a constructed field", () => {
    it("holds its fields in their order, with their places in the text", () => {
      const [, ticket] = decode(`CZ0040320${zt(inner.length)}`).fields
      assert.deepStrictEqual(ticket, {
        tag: "ZT",
        offset: 9,
        value: inner,
        fields: [
          { tag: "CK", offset: 14, value: "100" },
          { tag: "AK", offset: 22, value: ak }
        ]
      })
    })

    it("may be of an unknown kind", () => {
      assert.deepStrictEqual(decode("ZX008XX003abc").fields[0]?.fields, [{ tag: "XX", offset: 5, value: "abc" }])
    })

    it("keeps whatever it holds, unless it is a ticket, which holds no other field of the protocol", () => {
      assert.deepStrictEqual(shape("CZ0040320ZX009CB0041245CG0071234567"), [
        ["CZ", "0320"],
        ["ZX", "CB0041245"],
        ["CG", "1234567"]
      ])
      assert.deepStrictEqual(shape("CZ0040320ZX009CB0091245"), [
        ["CZ", "0320"],
        ["ZX", "#########"]
      ])
      assert.deepStrictEqual(shape("CZ0040320ZT009CB0041245CG0071234567"), [
        ["CZ", "0320"],
        ["CB", "1245"],
        ["CG", "1234567"]
      ])
    })

    it("passes on what is odd inside", () => {
      const text = `CZ0040320ZT${String(inner.length + 1).padStart(3, "0")}CK003100 ${inner.slice(8)}`
      assert.deepStrictEqual(
        decode(text).warnings.map(({ code, offset }) => [code, offset]),
        [
          ["filler", 22],
          ["ticket-length", 9]
        ]
      )
    })

    it.each([
      ["AB", "CG0071234567"],
      ["Q", "CG0071234567"],
      ["QX00", "4A003abc"],
      ["CABCDEFG", "CG0071234567"],
      ["AE1", "CG0071234567"],
      ["CB00", "CG0071234567"],
      ["AE01ABCD", "CG0071234567"]
    ])("ends before a rest that begins no field of the protocol: %s", (rest, behind) => {
      const text = `CZ0040320ZT${String(inner.length + rest.length).padStart(3, "0")}${inner}${rest}${behind}`
      assert.deepStrictEqual(
        decode(text).fields.map(({ tag }) => tag),
        ["CZ", "ZT", behind.slice(0, 2)]
      )
      assert.include(codes(text), "nested-fields")
    })

    it("that announces too much gives back the fields it swallowed", () => {
      for (const more of [1, 2, 5, 8, 9, 12]) {
        const text = `CZ0040320AE00210${zt(inner.length + more)}CG0071234567CI0011`
        assert.deepStrictEqual(
          decode(text).fields.map(({ tag }) => tag),
          ["CZ", "AE", "ZT", "CG", "CI"],
          `${more} too many`
        )
        assert.include(codes(text), "ticket-length")
        assert.isTrue(Tlv.find(decode(text).fields, "ZT")?.startsWith(inner))
      }
    })

    it("that announces too little is still read to its end", () => {
      for (const less of [1, 2, 3, 7, 12]) {
        for (const behind of ["", "CG0071234567CI0011", "\r\n"]) {
          const { fields, warnings } = decode(`CZ0040320AE00210${zt(inner.length - less)}${behind}`)
          assert.deepInclude(fields[2], { tag: "ZT", offset: 16, value: inner }, `${less} too few`)
          assert.deepInclude(fields[2]?.fields?.[1], { tag: "AK", value: ak })
          assert.include(
            warnings.map(({ code }) => code),
            "ticket-length"
          )
          assert.lengthOf(fields, behind.startsWith("CG") ? 5 : 3)
        }
      }
    })

    it("whose text announces a little too much is read as far as it goes", () => {
      for (const more of [1, 2, 3, 4]) {
        const within = `CK003100AK${String(ak.length + more).padStart(3, "0")}${ak}`
        for (const behind of ["", "CG0071234567", "\r\n"]) {
          const { fields, warnings } = decode(`CZ0040320AE00210ZT0${within.length}${within}${behind}`)
          assert.deepInclude(fields[2]?.fields?.[1], { tag: "AK", value: ak })
          assert.strictEqual(warnings[0]?.code, "ticket-length")
          assert.lengthOf(fields, behind.startsWith("CG") ? 4 : 3)
        }
      }
    })

    it("shows no digits at the end of a text that may go on", () => {
      const cut = btoa("CARTE 497010112233")
      const { fields } = decode(`CZ0040320AE00210ZT0${cut.length + 5}AK0${cut.length + 3}${cut}`)
      assert.deepStrictEqual(fields[2]?.fields, [])
      assert.strictEqual(fields[2]?.value, "#".repeat(cut.length + 5))
    })

    it("never becomes longer than a field can be", () => {
      const long = `AK998${"A".repeat(994)}`
      const { fields } = decode(`CZ0040320AE00210ZT999${long}AAAACI0011`)
      assert.deepStrictEqual(
        fields.map(({ tag, value }) => [tag, value.length]),
        [
          ["CZ", 4],
          ["AE", 2],
          ["ZT", 999],
          ["CI", 1]
        ]
      )
    })

    it("may count white space at its end", () => {
      const text = `CZ0040320${zt(inner.length + 2)}\r\nAE00210`
      assert.deepStrictEqual(
        decode(text).fields.map(({ tag }) => tag),
        ["CZ", "ZT", "AE"]
      )
      assert.include(codes(text), "ticket-length")
    })

    it("that holds no fields is redacted, with a warning", () => {
      const { fields, warnings } = decode("CZ0040320ZT008whatever")
      assert.deepInclude(fields[1], { tag: "ZT", value: "########", fields: [] })
      assert.deepInclude(warnings[0], {
        code: "nested-fields",
        tag: "ZT",
        offset: 14,
        message: "what stands inside cannot be read to its end"
      })
    })
  })

  describe("redact", () => {
    it("gives a whole message back, card numbers masked", () => {
      assert.strictEqual(Tlv.redact(frameOf("ok-cb-contact")), frameOf("ok-cb-contact"))
      assert.strictEqual(Tlv.redact(frameOf("field-pan-full")), "AA016501767######0674")
    })

    it("shows only the header of a cut field, and a preview without letters and digits of other bytes", () => {
      assert.strictEqual(Tlv.redact("CZ0040300AA01650176771"), "CZ0040300AA016…")
      assert.strictEqual(Tlv.redact("CZ0040300A?5017677122000674"), "CZ0040300#?######… (18 bytes)")
      assert.strictEqual(Tlv.redact("CZ0040300AA0"), "CZ0040300AA0…")
      assert.strictEqual(Tlv.redact("CZ0040300TE3"), "CZ0040300###")
    })
  })

  it("shows of a card number's field no more than ten digits, however short it was cut", () => {
    assert.deepStrictEqual(shape("AA00850176771AA012501767712200AD0071234567"), [
      ["AA", "####6771"],
      ["AA", "########2200"],
      ["AD", "###4567"]
    ])
  })

  it("stops where decoding stops, and keeps what came before", () => {
    const { fields, error } = Tlv.decodePrefix("CZ0040300AE00201AF")
    assert.strictEqual(fields.length, 2)
    assert.deepInclude(error, { _tag: "TlvIncomplete", offset: 16, tag: "AF" })
    assert.isUndefined(Tlv.decodePrefix("CZ0040300AE00201").error)
  })
})

describe("the diagnosis of a text that cannot be read", () => {
  it.each([
    ["CZ00X0300", "the length is not three digits (CZ at byte 0)"],
    ["CZ0040300AE00X10", "the length is not three digits (AE at byte 9)"],
    ["CZ0040300AE002", "the text stops inside the field AE at byte 9: 2 bytes announced, 0 came"],
    ["CZ0040300A", "the text stops inside the field at byte 9"]
  ])("%s: %s", (text, message) => {
    assert.strictEqual(failure(text).message, message)
  })

  it("names no tag where there is none", () => {
    assert.match(failure("?").message, /^[^(]+\(at byte 0\)$/)
  })

  it("is absent where a prefix is whole", () => {
    assert.notProperty(Tlv.decodePrefix("CZ0040300"), "error")
    assert.property(Tlv.decodePrefix("CZ0040300AE002"), "error")
  })
})
