import { assert, describe, it } from "@effect/vitest"
import * as Receipt from "@hipay-pos/core/Receipt"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Latin1 = Schema.String.check(Schema.isPattern(/^[\0-\xff]*$/))

describe("Receipt", () => {
  it("reads the contract's own example, which has too much padding", () => {
    assert.strictEqual(Receipt.decodeBase64("UkVDRUlQVCA5OSBFVVI=="), "RECEIPT 99 EUR")
  })

  it("reads it without padding, and with line breaks inside", () => {
    assert.strictEqual(Receipt.decodeBase64("UkVDRUlQVCA5OSBFVVI"), "RECEIPT 99 EUR")
    assert.strictEqual(Receipt.decodeBase64("UkVD\nRUlQ\r\nVCA5 OSBF\tVVI="), "RECEIPT 99 EUR")
  })

  it("keeps Latin-1, and what CP1252 has beyond it", () => {
    const text = "REÇU N° 1 — AU CŒUR D’ÉVRY, 12,45 €"
    assert.strictEqual(Receipt.fromBase64(Receipt.encodeBase64(text)), text)
    assert.strictEqual(Receipt.decodeBase64(Receipt.encodeBase64("1 € → 2 😀")), "1 \x80 ? 2 ?")
    assert.strictEqual(Receipt.fromBase64(Receipt.toBase64("REÇU N° 1 — €")), "REÇU N° 1 — €")
    assert.strictEqual(Receipt.toBase64("REÇU N° 1"), Receipt.encodeBase64("REÇU N° 1"))
  })

  it("says so when it is not base64", () => {
    for (const text of ["RECEIPT!", "UkVDR", "a=b", "é"]) assert.isUndefined(Receipt.decodeBase64(text))
  })

  it.effect.prop("comes back from base64", [Latin1], ([text]) =>
    Effect.sync(() => {
      assert.strictEqual(Receipt.decodeBase64(Receipt.encodeBase64(text)), text)
    })
  )

  it.prop("reads bytes as UTF-8 where they are that, and only there", [Latin1, Schema.String], ([bytes, text]) => {
    const strict = new TextDecoder("utf-8", { fatal: true })
    const expected = (of: string) => {
      try {
        return strict.decode(Buffer.from(of, "latin1"))
      } catch {
        return undefined
      }
    }
    const wellFormed = text.toWellFormed()
    for (const each of [bytes, Receipt.encodeUtf8(wellFormed), `${Receipt.encodeUtf8(`\ufffd${text}`)}${bytes}`]) {
      assert.strictEqual(Receipt.decodeUtf8(each), expected(each))
    }
    assert.strictEqual(Receipt.decodeUtf8(Receipt.encodeUtf8(`\ufffd ${wellFormed}`)), `\ufffd ${wellFormed}`)
  })

  it("reads UTF-8 with a lost byte, and marks it as doubtful", () => {
    const utf8 = Receipt.encodeUtf8("REÇU PAYÉ 12,50 €")
    assert.deepStrictEqual(Receipt.fromBytes(utf8.slice(0, -1)), { text: "REÇU PAYÉ 12,50 \ufffd", isDoubtful: true })
    assert.deepStrictEqual(Receipt.fromBytes(utf8.replace("U", "\xe9")), {
      text: "REÇ\ufffd PAYÉ 12,50 €",
      isDoubtful: true
    })
  })

  it("reads CP1252 if bytes are not UTF-8, and marks what is more likely CP850 as doubtful", () => {
    const text = (bytes: string) => Receipt.fromBytes(bytes)
    assert.deepStrictEqual(text("L\x92\x8cUVRE\x85 \x96 12 \x80"), { text: "L’ŒUVRE… – 12 €", isDoubtful: false })
    assert.deepStrictEqual(text("pay\x82"), { text: "pay‚", isDoubtful: true })
    const table = new TextDecoder("windows-1252")
    for (let byte = 0x80; byte <= 0xff; byte++) {
      assert.strictEqual(text(String.fromCharCode(byte)).text, table.decode(Uint8Array.of(byte)))
    }
  })

  it("encodes code page 858, and decodes it again except for characters that it lacks", () => {
    const bytes = (text: string) => Buffer.from(Receipt.toCp858(text)).toString("latin1")
    assert.strictEqual(bytes("12,50 €\n"), "12,50 \xd5\n")
    const upper = Array.from({ length: 128 }, (_, index) => String.fromCharCode(0x80 + index)).join("")
    assert.strictEqual(bytes(Receipt.fromBytes(upper, "cp850").text), upper)
    assert.strictEqual(bytes("l’œuvre… 1\u202f234 日 😀 e\u0301"), "l'oeuvre... 1 234 ? ? \x82")
  })

  it("gives lines without trailing blanks", () => {
    assert.deepStrictEqual(Receipt.lines("A  \r\nB\rC\n"), ["A", "B", "C", ""])
  })
})

describe("A ticket on the till's printer", () => {
  it("stays as it is where it fits", () => {
    const ticket = "      CARTE BANCAIRE    \r\nMONTANT          12,50 EUR\r\n\r\nMERCI"
    assert.deepStrictEqual(Receipt.toColumns(ticket, 40), [
      "      CARTE BANCAIRE",
      "MONTANT          12,50 EUR",
      "",
      "MERCI"
    ])
  })

  it("keeps centred text centred and right-aligned text at the right edge, on narrower paper", () => {
    const ticket = [
      "                 CARTE BANCAIRE                 ",
      "MONTANT                                12,50 EUR"
    ]
    assert.deepStrictEqual(Receipt.toColumns(ticket.join("\n"), 40), [
      "             CARTE BANCAIRE",
      "MONTANT                        12,50 EUR"
    ])
    assert.deepStrictEqual(Receipt.toColumns(`${"-".repeat(48)}\n${" ".repeat(36)}TICKET CLIENT`, 40), [
      "-".repeat(40),
      `${" ".repeat(27)}TICKET CLIENT`
    ])
  })

  it("narrows the widest gap first, and breaks a line only where gaps are not enough", () => {
    assert.deepStrictEqual(Receipt.toColumns("1234567890  1234567890               1234567890", 40), [
      "1234567890  1234567890        1234567890"
    ])
    assert.deepStrictEqual(
      Receipt.toColumns("  Conservez ce ticket, il pourra vous être demandé en cas d'échange", 40, "text"),
      ["  Conservez ce ticket, il pourra vous", "  être demandé en cas d'échange"]
    )
    assert.deepStrictEqual(Receipt.toColumns(`https://shop.example/${"a".repeat(40)}`, 32), [
      `https://shop.example/${"a".repeat(11)}`,
      "a".repeat(29)
    ])
  })

  it("has no printer commands, and no characters that are not one column wide", () => {
    assert.deepStrictEqual(Receipt.toColumns("\x1bp\0\x19\xfaTOTAL\t1\u00a0€\u202e\x07 💶", 40), ["púTOTAL 1 € ?"])
  })

  it("is read from HTML: alignment, rows, rules, preformatted text", () => {
    const html = `<!DOCTYPE html><html><head><title>Ticket</title><style>p { color: red }</style></head><body>
      <center><b>CARTE</b> BANCAIRE</center><p style="text-align: right">le 12/03/26</p>
      <table><tr><td>MONTANT</td><td>12,50&nbsp;EUR</td></tr>
      <tr><td align="center">D&Eacute;BIT</td></tr></table><hr><!-- <p>never</p> -->
      <pre>A   B\n  C</pre>ligne 1<br>ligne&#32;2<br/><br/>fin &lt;&#233;&#xE9;&euro;&unknown;&amp;lt;
      <script>alert("1")</script></body></html>`
    assert.deepStrictEqual(Receipt.toColumns(html, 32), [
      "         CARTE BANCAIRE",
      "                     le 12/03/26",
      "MONTANT                12,50 EUR",
      "             DÉBIT",
      "-".repeat(32),
      "A   B",
      "  C",
      "ligne 1",
      "ligne 2",
      "",
      "fin <éé€&unknown;&lt;"
    ])
  })

  it("keeps a `<` that begins no tag", () => {
    assert.deepStrictEqual(Receipt.toColumns("<p>PRIX < 5 EUR <3 <b>MERCI</b> <</p>FIN", 32), [
      "PRIX < 5 EUR <3 MERCI <",
      "FIN"
    ])
  })

  it("has the characters of HTML's names beyond Latin-1, and of the numbers that CP1252 gives them", () => {
    const html = "<p>L&rsquo;&OElig;uvre &ndash; &hellip; &#146; &#x80; &#8217; &thinsp;&le;</p>"
    assert.deepStrictEqual(Receipt.toColumns(html, 40), ["L’Œuvre – … ’ € ’ \u2009≤"])
  })

  it.each([
    '<table><tr><td width="25">4970</td><td>1011</td><td>2233</td><td>4422</td></tr></table>',
    "49701011<!-- 12 -->22334422",
    "49701011<style>p { width: 25 }</style>22334422",
    "<pre>4970 1011\n2233 4422</pre>",
    "<p>4970&ensp;1011&#8194;2233&mdash;4422</p>"
  ])("shows no card number that markup hides: %s", (html) => {
    const digits = Receipt.toColumns(html, 48, "html")
      .join("")
      .replace(/[^\d#]/g, "")
    assert.strictEqual(digits, "497010######4422")
  })

  it("is aligned as its own element says, and no other one", () => {
    const html = '<table><tr><td align="right"> </td></tr></table>left<p align=right>right</p><div>left again</div>'
    assert.deepStrictEqual(Receipt.toColumns(html, 32), ["left", `${" ".repeat(27)}right`, "left again"])
  })

  it("breaks rows whose cells are too long", () => {
    const row = (left: string, right: string) => `<table><tr><td>${left}</td><td>${right}</td></tr></table>`
    assert.deepStrictEqual(Receipt.toColumns(row("Un article au nom trop long pour la ligne", "8,99"), 32), [
      "Un article au nom trop long",
      "pour la ligne               8,99"
    ])
    assert.deepStrictEqual(Receipt.toColumns(row("REFERENCE", "ORDER_1537532589263"), 32), [
      "REFERENCE",
      "             ORDER_1537532589263"
    ])
  })

  it("tells HTML from text by its first tag", () => {
    for (const html of ["<html>", " \n<!DOCTYPE html>", "<P>x", "<table width=1>", "<b>TOTAL</b>", "<!-- -->"]) {
      assert.strictEqual(Receipt.formatOf(html), "html")
    }
    for (const text of ["", "TOTAL", "<3 MERCI <3", "a <p>", "<<<"]) assert.strictEqual(Receipt.formatOf(text), "text")
  })

  it.effect.prop(
    "never has a line wider than the paper, and never loses a word that fits",
    [Schema.Array(Schema.String), Schema.Literals([32, 40, 42, 48]), Receipt.ReceiptFormat],
    ([words, columns, format]) =>
      Effect.sync(() => {
        for (const line of Receipt.toColumns(words.join("  "), columns, format)) {
          assert.isAtMost(line.length, columns)
          assert.isTrue(
            [...line].every((character) => character >= " " && !(character >= "\x7f" && character < "\xa0"))
          )
        }
        const plain = words.map((word) => word.replace(/[^a-z]/gi, "").slice(0, 30)).filter((word) => word !== "")
        const printed = Receipt.toColumns(plain.join("   "), columns, format).join(" ")
        assert.deepStrictEqual(printed.split(/ +/), plain.length === 0 ? printed.split(/ +/) : plain)
      })
  )

  it("is laid out in time however odd it is", () => {
    for (const part of [
      "<",
      "<!--",
      "<p>",
      "<td>",
      "<pre>",
      "<b> ",
      "</p>",
      "&#1",
      "a  ",
      "<script>",
      "<p align=   "
    ]) {
      const lines = Receipt.toColumns(part.repeat(100_000 / part.length), 40, "html")
      assert.isTrue(lines.every((line) => line.length <= 40))
    }
  })

  // Less than a second; quadratic time would be minutes.
  it("is laid out in linear time even if tags break one line into many texts", { timeout: 60_000 }, () => {
    assert.lengthOf(Receipt.toColumns("a<b>".repeat(1_000_000), 40, "html"), 25_000)
    assert.deepStrictEqual(Receipt.toColumns(`<pre>${" <td>".repeat(1_000_000)}</pre>a`, 40, "html"), ["a"])
  })
})
