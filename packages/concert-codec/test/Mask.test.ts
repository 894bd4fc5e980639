import { assert, describe, it } from "@effect/vitest"
import * as Mask from "@hipay-pos/concert-codec/Mask"
import * as Receipt from "@hipay-pos/core/Receipt"
import * as Schema from "effect/Schema"

const Pan = Schema.String.check(Schema.isPattern(/^[1-9]\d{12,18}$/))

/** Whether a text holds seven consecutive digits of a number. */
const leaks = (text: string, pan: string): boolean => {
  for (let at = 0; at + 7 <= pan.length; at++) if (text.includes(pan.slice(at, at + 7))) return true
  return false
}

describe("Mask", () => {
  describe("text", () => {
    it("leaves twelve digits and masks thirteen", () => {
      assert.strictEqual(Mask.text("123456789012"), "123456789012")
      assert.strictEqual(Mask.text("1234567890123"), "123456###0123")
    })

    it.prop("keeps the length, the first six and the last four digits", [Pan], ([pan]) => {
      const masked = Mask.text(`CARTE ${pan} FIN`)
      assert.strictEqual(masked, `CARTE ${pan.slice(0, 6)}${"#".repeat(pan.length - 10)}${pan.slice(-4)} FIN`)
    })

    it.prop("masks again to the same", [Schema.String, Pan], ([around, pan]) => {
      const once = Mask.text(around + pan + around)
      assert.strictEqual(Mask.text(once), once)
    })

    it("masks several numbers, and numbers longer than any card's", () => {
      assert.strictEqual(Mask.text("4970101234567890/5017677122000674"), "497010######7890/501767######0674")
      assert.strictEqual(Mask.text("1".repeat(30)), `111111${"#".repeat(20)}1111`)
    })

    it("leaves the application identifier that a ticket has to show", () => {
      for (const shown of ["AID A0000000421010", "A0000000031010\n", "<td>A00000000410101</td>"]) {
        assert.strictEqual(Mask.text(shown), shown)
      }
      assert.strictEqual(Mask.text("B0000000421010"), "B000000###1010")
      assert.strictEqual(Mask.text("A4970101234567890"), "A497010######7890")
      assert.strictEqual(Mask.text("A0000004970101234567890"), `A000000${"#".repeat(12)}7890`)
    })

    it("masks groups with single spaces, hyphens or no-break spaces", () => {
      assert.strictEqual(Mask.text("4970 1012 3456 7890"), "4970 10## #### 7890")
      assert.strictEqual(Mask.text("994970 1012 3456 7890"), "994970 #### #### 7890")
      assert.strictEqual(Mask.text("3782-822463-10005"), "3782-82####-#0005")
      assert.strictEqual(Mask.text("4970\xa01012\xa03456\xa07890"), "4970\xa010##\xa0####\xa07890")
    })

    it("takes groups for a number if card numbers are written that way", () => {
      for (const [written, masked] of [
        ["4970 1012 3456 7", "4970 10## #456 7"],
        ["4970 1012 3456 789", "4970 10## ###6 789"],
        ["3782 822463 10005", "3782 82#### #0005"],
        ["3056 930902 5904", "3056 93#### 5904"],
        ["4970101234567 12345678901", "497010###4567 12345678901"],
        ["4970 1012 3456  7890", "4970 10## ####  7890"],
        ["4970 1012 3456 - 7890", "4970 10## #### - 7890"],
        ["4970.1012.3456.7890", "4970.10##.####.7890"],
        ["4970/1012/3456/7890", "4970/10##/####/7890"],
        ["4970:1012:3456:7890", "4970:10##:####:7890"],
        ["4970 1012\r\n   3456 7890", "4970 10##\r\n   #### 7890"],
        ["4 9 7 0 1 0 1 2 3 4 5 6 7 8 9 0", "4 9 7 0 1 0 # # # # # # 7 8 9 0"],
        ["49 70 10 12 34 56 78 90", "49 70 10 ## ## ## 78 90"],
        [
          "4\x009\x007\x000\x001\x000\x001\x002\x003\x004\x005\x006\x007\x008\x009\x000",
          "4\x009\x007\x000\x001\x000\0#\0#\0#\0#\0#\0#\x007\x008\x009\x000"
        ],
        ["497010123\n4567893", "497010###\n###7893"]
      ] as const) {
        assert.strictEqual(Mask.text(written), masked)
      }
      for (const other of [
        "4970 1012 3456",
        "497 1012 3456 7890",
        "4970 101 3456 7890",
        "4970 1012 345 6789",
        "4970 101234 567",
        "4970 101234 567890",
        "497010 123456 7890",
        "A0 00 00 00 25 01 08 01",
        "2026-11-23 10:20:55",
        "197010123\n4567890"
      ]) {
        assert.strictEqual(Mask.text(other), other)
      }
    })

    it("recognizes an application identifier by its zeros and its length", () => {
      assert.strictEqual(Mask.text("A000000123456789"), "A000000123456789")
      assert.strictEqual(Mask.text("A0000001234567890"), "A000000######7890")
      assert.strictEqual(Mask.text("A123456789012345"), "A123456#####2345")
    })

    it("leaves the numbers of a ticket alone", () => {
      const ticket = "LE 23/11/26 A 10:20:55\n001 01 000001\n552 100 554 00013\n12,45 EUR\n01 23 45 67 89\n2026 1123"
      assert.strictEqual(Mask.text(ticket), ticket)
    })

    it("masks a number that HTML breaks up", () => {
      assert.strictEqual(Mask.text("<b>4970</b>1012<br/>3456&nbsp;7893"), "<b>4970</b>10##<br/>####&nbsp;7893")
      assert.strictEqual(Mask.text("497<i>010</i>123<i>456</i>7<i>8</i>90"), "497<i>010</i>###<i>###</i>7<i>8</i>90")
    })

    it("masks base64 among words, wherever it begins and however long the number is", () => {
      for (const number of ["4970108352961", "497010835296174", "4970108352961747", "4970108352961747123"]) {
        const base64 = btoa(number)
        for (const around of [
          ["REF:", ""],
          ["REF ", " FIN"],
          ['{"p":"', '"}'],
          ["a", ""],
          ["ab", "."],
          ["abc+", "z"]
        ]) {
          const [before = "", behind = ""] = around
          const masked = Mask.text(before + base64 + behind)
          assert.strictEqual(masked.length, before.length + base64.length + behind.length)
          const inside = masked.slice(before.length, before.length + base64.replaceAll("=", "").length)
          assert.match(atob(inside), /^497010#+\d{4}$/, masked)
          assert.isTrue(masked.startsWith(before) && masked.endsWith(behind), masked)
        }
      }
      const words = "REMERCIEMENTSCHALEUREUX 0123456789abcdefABCDEF TRANSACTION/REFERENCE/NUMBER"
      assert.strictEqual(Mask.text(words), words)
    })

    // Quadratic time would be minutes.
    it("takes linear time on hostile markup", { timeout: 60_000 }, () => {
      const hostile = "1<".repeat(500_000)
      assert.strictEqual(Mask.text(hostile), hostile)
    })
  })

  describe("pan", () => {
    it.each([
      ["5017677122000674", "501767######0674"],
      ["902252######8989", "902252######8989"],
      ["***********0674", "***********0674"],
      ["50176771220", "#######1220"],
      ["4970101234567", "497010###4567"],
      ["497010***12345", "######***#2345"],
      ["497010***1234", "497010***1234"],
      ["5017677", "###7677"],
      ["501767", "##1767"],
      ["4970 1098", "#### 1098"],
      ["4970-1098-35", "####-##98-35"],
      ["0674", "0674"],
      ["497010      7890", "497010      7890"],
      ["497010XXXXXX7890", "497010XXXXXX7890"]
    ])("%s becomes %s", (pan, masked) => assert.strictEqual(Mask.pan(pan), masked))
  })

  it("shortens a CMC7 line to its last four digits", () => {
    assert.strictEqual(Mask.cmc7("1234567 123456789012 345678901234"), "####### ############ ########1234")
  })

  describe("base64", () => {
    it.prop(
      "masks what is inside, at the same length",
      [Pan, Schema.Literals(["", " ", "  ", "é"])],
      ([pan, before]) => {
        const base64 = btoa(`${before}CARTE ${pan}`)
        const masked = Mask.base64(base64)
        assert.strictEqual(masked.length, base64.length)
        assert.isFalse(leaks(atob(masked), pan))
      }
    )

    it("keeps line breaks, missing and superfluous padding", () => {
      const base64 = btoa("PAN 4970101234567890").replace(/=+$/, "")
      const broken = `${base64.slice(0, 10)}\n${base64.slice(10)}`
      const masked = Mask.base64(broken)
      assert.strictEqual(masked.indexOf("\n"), 10)
      assert.strictEqual(atob(masked.replace("\n", "")), "PAN 497010######7890")
      assert.strictEqual(Mask.base64(`${btoa("abc")}==`), `${btoa("abc")}==`)
    })

    it.each(["", "\n", "\r\n", "\0"])(
      "masks a number behind a character lost or too much, with %j as line ends",
      (end) => {
        const base64 = (btoa("CARTE BANCAIRE\nCB CONTACT\n4970 1012 3456 7890\nMERCI").match(/.{1,20}/g) ?? []).join(
          end
        )
        for (let at = 0; at < 22; at++) {
          for (const damaged of [
            base64.slice(0, at) + base64.slice(at + 1),
            `${base64.slice(0, at)}x${base64.slice(at)}`
          ]) {
            for (const cut of [0, 1, 2, 3]) {
              const masked = Mask.base64(damaged.slice(0, damaged.length - cut))
              assert.strictEqual(masked.length, damaged.length - cut)
              if (masked[0] !== "#")
                assert.strictEqual(masked.lastIndexOf(end), damaged.slice(0, masked.length).lastIndexOf(end))
              const plain = masked.replace(/[\s\0=]/g, "")
              for (let begin = 0; begin < 4; begin++) {
                const rest = plain.slice(begin)
                assert.notInclude(
                  Receipt.decodeBase64(rest.length % 4 === 1 ? rest.slice(0, -1) : rest) ?? "",
                  "1012 3456"
                )
              }
            }
          }
        }
      }
    )

    it.each(["4970101234567890", "5555666677778884"])("masks %s behind stray characters", (pan) => {
      for (const before of ["x", "12 ", "abc"]) {
        const masked = Mask.base64(before + btoa(pan).replace(/=+$/, "")).slice(before.length)
        assert.isTrue(/^#+$/.test(masked) || !leaks(atob(masked), pan), before + masked)
      }
    })

    it("redacts what is not base64, since parts of it might be", () => {
      assert.strictEqual(Mask.base64(`%${btoa("4970101234567890")}`), "#".repeat(25))
      assert.strictEqual(Mask.base64("abcde"), "#####")
      for (const plain of ["4970101234567890", "4970 1012 3456 7890"]) {
        assert.strictEqual(Mask.base64(plain), "#".repeat(plain.length))
      }
    })

    it("leaves digits that are no card number", () => {
      assert.strictEqual(Mask.base64("QUJD1234 5678QUJD"), "QUJD1234 5678QUJD")
    })
  })

  it("masks a value that could be text or base64 either way", () => {
    assert.strictEqual(Mask.value("4970101234567890"), "497010######7890")
    assert.strictEqual(atob(Mask.value(btoa("PAN=4970101234567890"))), "PAN=497010######7890")
    assert.strictEqual(Mask.value("COMMANDE-2026-000123456"), "COMMANDE-2026-000123456")
  })

  it("masks base64 directly after a word, if the whole could be base64", () => {
    const base64 = btoa("4970101234567890").replaceAll("=", "")
    for (const word of ["a", "ab", "abc", "REFER"]) {
      const masked = Mask.value(`${word}${base64}z`)
      assert.strictEqual(masked.length, word.length + base64.length + 1)
      assert.match(atob(masked.slice(word.length, -1)), /^497010#+7890$/, masked)
    }
  })

  it("masks base64 with line breaks anywhere", () => {
    const base64 = btoa("CARTE 4970101234567890!!")
    for (const between of ["\n", "\r\n", " ", "\n\n\n"]) {
      const masked = Mask.value(base64.slice(0, 9) + between + base64.slice(9))
      assert.strictEqual(atob(masked), "CARTE 497010######7890!!")
    }
  })

  it.each([
    "REFUS EMETTEUR BANCAIRE",
    "ORDER 2026 TABLE DOUZE SALLE B",
    "COMMANDE DE MADAME DUPONT",
    "ABCDEFGHIJKLMNOPQRSTU"
  ])("leaves %s alone, though it has nothing in it but what base64 is made of", (words) =>
    assert.strictEqual(Mask.value(words), words)
  )

  it("redacts a field whose tag is two digits, at the same length", () => {
    assert.strictEqual(Mask.field("12", "49a"), "###")
    assert.strictEqual(Mask.field("12", btoa("CARTE 4970101234567890")), "#".repeat(32))
    assert.strictEqual(Mask.field("1A", "49a"), "49a")
  })

  it.each([
    ["Q7", "A 4970101234", "A 497010####"],
    ["Q7", "4970 CB", "497# CB"],
    ["Q7", "497010123456", "497010123456"],
    ["AE", "497010123456", "497010######"],
    ["CD", "497010123456", "497010######"],
    ["AC", "497010123456", "497010123456"],
    ["CA", "01CB00497010123456", "01CB004970####3456"],
    ["CF", "A 4970101234", "A 4970101234"]
  ])("masks a part of a card number in a value that %s cannot have: %s", (tag, content, masked) => {
    assert.strictEqual(Mask.field(tag, content), masked)
    assert.strictEqual(Mask.field(tag, masked), masked)
  })

  it.each([
    ["4970 1086 4209 7535", "497# 10## #### 7535"],
    ["4970-1086-4209-7535 OF TODAY", "497#-10##-####-7535 OF TODAY"],
    ["3782 822463 10005", "378# 82#### #0005"],
    ["4970108642097535 OF TODAY", "497#########7535 OF TODAY"],
    ["OF TODAY 4970 1086 4209 7535", "OF TODAY 4970 10## #### 7535"]
  ])("masks a number in groups in a field of an unknown tag: %s", (content, masked) => {
    assert.strictEqual(Mask.field("XX", content), masked)
  })

  it.each(["", "\n"])("masks a part of a card number in base64 of such a value, with %j in it", (between) => {
    const base64 = btoa("CARTE 497010123456")
    const masked = Mask.field("G0", `AE00210AK060${base64.slice(0, 14)}${between}${base64.slice(14)}`)
    assert.strictEqual(atob(masked.slice(12)), "CARTE 497010######")
    assert.strictEqual(masked.length, 36 + between.length)
  })

  it.each([9, 10, 11])("masks what %d characters of base64 show of a seventh digit", (length) => {
    const cut = `-AK028${btoa("497010123456").slice(0, length)}`
    assert.strictEqual(Mask.parts(cut), `-AK028${btoa("497010######").slice(0, length)}`)
  })

  it("leaves an application identifier, and masks a card number in its place", () => {
    assert.strictEqual(Mask.aid("A00000000930294384565"), "A00000000930294384565")
    assert.strictEqual(Mask.aid("4970101234567890"), "497010######7890")
    assert.strictEqual(Mask.aid("A4970101234567890"), "A497010######7890")
    assert.strictEqual(Mask.aid("D27600002545500200"), "D27600002545500200")
    assert.strictEqual(Mask.aid("DF4970101234567890"), "DF497010######7890")
    assert.strictEqual(Mask.aid("4970101234567890 A0000"), "497010######7890 A0000")
    assert.strictEqual(Mask.aid("A0000 4970101234567890"), "A0000 497010######7890")
  })

  it("previews eight characters without digits", () => {
    assert.strictEqual(Mask.preview("A49701012345"), "A#######… (12 bytes)")
    assert.strictEqual(Mask.preview("?"), "?")
    assert.strictEqual(Mask.preview("ABCDEFGH"), "ABCDEFGH")
  })
})
