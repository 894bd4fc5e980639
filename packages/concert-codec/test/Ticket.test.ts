import { assert, describe, it } from "@effect/vitest"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Ticket from "@hipay-pos/concert-codec/Ticket"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const done = "CZ0040320CB0041245AE00210"
const read = (text: string) => Result.getOrThrow(Response.decode(text))
const zt = (...fields: ReadonlyArray<readonly [tag: string, value: string]>) =>
  Tlv.encode([{ tag: "ZT", value: Tlv.encode(fields.map(([tag, value]) => ({ tag, value }))) }])

const customer = { copy: "customer", format: "text", text: "TICKET CLIENT\nÀ CONSERVER" } as const
const merchant = { copy: "merchant", format: "text", text: "TICKET COMMERÇANT" } as const

const Pan = Schema.String.check(Schema.isPattern(/^[3-6]\d{12,18}$/))
const Space = Schema.Literals([" ", "\u00a0", "\u202f", "\u2009"])
const longestRun = (text: string) => text.replace(/\D/g, "").length

describe("Ticket", () => {
  it("is a pair of fields in ZT: what it is, and its base64", () => {
    const { response, warnings } = read(done + zt(["CK", "100"], ["AK", btoa(customer.text)]))
    assert.deepStrictEqual(response.tickets, [customer])
    assert.strictEqual(response.receipt, customer.text)
    assert.deepStrictEqual(warnings, [])
  })

  it.each([
    ["in one field", done + zt(["CK", "100"], ["AK", btoa(customer.text)], ["CK", "110"], ["AK", btoa(merchant.text)])],
    [
      "in one field each",
      done + zt(["CK", "100"], ["AK", btoa(customer.text)]) + zt(["CK", "110"], ["AK", btoa(merchant.text)])
    ],
    ["behind one description", done + zt(["CK", "120"], ["AK", btoa(customer.text)], ["AK", btoa(merchant.text)])],
    ["without a description", done + zt(["AK", btoa(customer.text)], ["AK", btoa(merchant.text)])]
  ])("may come as two copies %s", (_, text) => {
    const { response, warnings } = read(text)
    assert.deepStrictEqual(response.tickets, [customer, merchant])
    assert.strictEqual(response.receipt, customer.text)
    assert.deepStrictEqual(warnings, [])
  })

  it("may come as two copies, of which the second says nothing of itself in a field of its own", () => {
    const { response, warnings } = read(
      done + zt(["CK", "100"], ["AK", btoa(customer.text)]) + zt(["AK", btoa(merchant.text)])
    )
    assert.deepStrictEqual(response.tickets, [customer, merchant])
    assert.deepStrictEqual(warnings, [])
    const turned = read(done + zt(["CK", "110"], ["AK", btoa(merchant.text)]) + zt(["AK", btoa(customer.text)]))
    assert.deepStrictEqual(turned.response.tickets, [merchant, customer])
    assert.deepStrictEqual(turned.warnings, [])
  })

  it("may come twice as the same copy: the first is the receipt, and the other is reported", () => {
    const again = zt(["CK", "100"], ["AK", btoa("SUITE")])
    const { response, warnings } = read(done + zt(["CK", "100"], ["AK", btoa(customer.text)]) + again)
    assert.deepStrictEqual(
      response.tickets?.map(({ copy }) => copy),
      ["customer", "customer"]
    )
    assert.strictEqual(response.receipt, customer.text)
    assert.deepStrictEqual(warnings, [
      {
        code: "receipt-repeated",
        tag: "AK",
        offset: done.length + zt(["CK", "100"], ["AK", btoa(customer.text)]).length + 13,
        message: "another ticket for the customer; the first one is the receipt"
      }
    ])
    const three = read(done + zt(["CK", "120"], ["AK", btoa("A")], ["AK", btoa("B")], ["AK", btoa("C")]))
    assert.deepStrictEqual(
      three.warnings.map(({ message }) => message),
      ["another ticket for the merchant; the first one is the receipt"]
    )
    const same = zt(["CK", "100"], ["AK", btoa(customer.text)])
    assert.deepStrictEqual(read(done + same + same).warnings, [])
  })

  it("may come as two copies in either order: the customer's is the receipt", () => {
    const turned = zt(["CK", "110"], ["AK", btoa(merchant.text)], ["CK", "100"], ["AK", btoa(customer.text)])
    const { response } = read(done + turned)
    assert.deepStrictEqual(response.tickets, [merchant, customer])
    assert.strictEqual(response.receipt, customer.text)
  })

  it("may come as the merchant's copy alone, which is then the receipt", () => {
    const { response } = read(done + zt(["CK", "110"], ["AK", btoa(merchant.text)]))
    assert.deepStrictEqual(response.tickets, [merchant])
    assert.strictEqual(response.receipt, merchant.text)
  })

  it("may come without ZT", () => {
    const base64 = btoa(customer.text)
    const { response } = read(`${done}CK003100AK0${base64.length}${base64}`)
    assert.strictEqual(response.receipt, customer.text)
  })

  it("may stand beside unknown fields, in any order", () => {
    const text = done + zt(["X1", "abc"], ["AK", btoa(customer.text)], ["Y2", "d"])
    const { response, warnings } = read(text)
    assert.deepStrictEqual(response.tickets, [customer])
    assert.deepStrictEqual(warnings, [])
  })

  it("may be none, where the terminal says so", () => {
    const { response, warnings } = read(done + zt(["CK", "000"]))
    assert.isUndefined(response.receipt)
    assert.deepStrictEqual(warnings, [])
  })

  it("may have line breaks in its base64, and none of its padding", () => {
    const base64 = btoa(customer.text).replace(/=+$/, "")
    const { response } = read(done + zt(["CK", "100"], ["AK", `${base64.slice(0, 8)}\n${base64.slice(8)}\r\n`]))
    assert.strictEqual(response.receipt, customer.text)
  })

  it("is HTML where it says so, or looks like it and says nothing", () => {
    const html = "<p>MERCI</p>"
    for (const text of [done + zt(["CK", "101"], ["AK", btoa(html)]), done + zt(["AK", btoa(html)])]) {
      assert.deepStrictEqual(read(text).response.tickets, [{ copy: "customer", format: "html", text: html }])
    }
    const plain = read(done + zt(["CK", "100"], ["AK", btoa(html)]))
    assert.strictEqual(plain.response.tickets?.[0]?.format, "text")
    const ornament = read(done + zt(["AK", btoa("<<< MERCI >>>")]))
    assert.strictEqual(ornament.response.tickets?.[0]?.format, "text")
  })

  const bytesOf = (text: string) => String.fromCharCode(...new TextEncoder().encode(text))
  const textOf = (bytes: string, ticketEncoding?: "auto" | "cp850") => {
    const answer = done + zt(["CK", "100"], ["AK", btoa(bytes)])
    const { response, warnings } = Result.getOrThrow(Response.decode(answer, { ticketEncoding }))
    return [response.receipt, warnings.map(({ code }) => code)] as const
  }

  it.each([
    ["UTF-8, where its bytes are that", bytesOf("REÇU CLIENT 12,50 €"), undefined, "REÇU CLIENT 12,50 €", []],
    ["Latin-1", "REÇU CLIENT", undefined, "REÇU CLIENT", []],
    ["Latin-1 with the euro sign of CP1252", "REÇU 12,50 \x80", undefined, "REÇU 12,50 €", []],
    ["CP850, where that is set", "RE\x80U CLIENT \x85 CONSERVER", "cp850", "REÇU CLIENT à CONSERVER", []],
    ["CP850, which is a doubt where it is not set", "CLIENT \x85", undefined, "CLIENT …", ["receipt-encoding"]],
    ["ASCII", "MERCI", "cp850", "MERCI", []]
  ] as const)("is read in %s", (_, bytes, encoding, text, codes) => {
    assert.deepStrictEqual<unknown>(textOf(bytes, encoding), [text, codes])
  })

  it.prop("shows no card number, whatever spaces its encoding has between the digits", [Pan, Space], ([pan, space]) => {
    const [said = ""] = textOf(bytesOf(`CARTE ${pan.replace(/(.{4})/g, `$1${space}`)} FIN`))
    assert.isBelow(longestRun(said), 11, said)
    const [damaged = ""] = textOf(`${bytesOf(`ÉÈÀ ${pan.replace(/(.{4})/g, `$1${space}`)}`)}\xe9`)
    assert.isBelow(longestRun(damaged), 11, damaged)
    for (const nbsp of ["\xa0", "\xff"]) {
      const grouped = `CARTE ${pan.replace(/(.{4})/g, `$1${nbsp}`)} FIN`
      const answer = done + zt(["CK", "100"], ["AK", btoa(grouped)])
      const shown = atob(/AK\d{3}([A-Za-z0-9+/=]+)/.exec(Tlv.redact(answer))?.[1] ?? "")
      assert.isBelow(longestRun(shown), 11, shown)
      assert.isBelow(longestRun(textOf(grouped, "cp850")[0] ?? ""), 11)
    }
    for (const middleDotOrHyphen of ["\xfa", "\xf0"]) {
      const [cp850 = ""] = textOf(`CARTE ${pan.replace(/(.{4})/g, `$1${middleDotOrHyphen}`)} FIN`, "cp850")
      assert.isBelow(longestRun(cp850), 11, cp850)
    }
  })

  it("can come with a refusal", () => {
    const { response } = read(`CZ0040320AE00201AF00204${zt(["CK", "100"], ["AK", btoa("REFUS")])}`)
    assert.deepInclude(response, { status: "not-done", receipt: "REFUS" })
  })

  it.each([
    ["that is not base64", done + zt(["CK", "100"], ["AK", "%%%%"])],
    ["that lost a character", done + zt(["CK", "100"], ["AK", "QUJDR"])],
    ["that holds nothing", done + zt(["CK", "100"], ["AK", "=="])],
    ["without its data", done + zt(["CK", "100"])],
    ["whose fields cannot be read", `${done}ZT010CK00310?AK`]
  ])("%s is a warning beside a payment that stands", (_, text) => {
    const { response, warnings, contradictions } = read(text)
    assert.strictEqual(response.status, "done")
    assert.isUndefined(response.receipt)
    assert.isUndefined(response.tickets)
    assert.isEmpty(contradictions)
    assert.deepInclude(
      warnings.find(({ code }) => code === "receipt-damaged"),
      { message: "the ticket cannot be read" }
    )
  })

  describe("written", () => {
    it("is one field as long as everything fits", () => {
      assert.strictEqual(Ticket.write([customer, merchant]).length, 1)
      assert.strictEqual(Ticket.write([]).length, 0)
    })

    it("is one field per copy if both are too long together", () => {
      const long = "x".repeat(500)
      const fields = Ticket.write([
        { ...customer, text: long },
        { ...merchant, text: long }
      ])
      assert.deepStrictEqual(
        fields.map(({ tag, value }) => [tag, value.length]),
        [
          ["ZT", 681],
          ["ZT", 681]
        ]
      )
    })

    it("fills one field to its last byte", () => {
      const together = (length: number) =>
        Ticket.write([
          { ...customer, text: "x".repeat(360) },
          { ...merchant, text: "x".repeat(length) }
        ]).map(({ value }) => value.length)
      assert.deepStrictEqual(together(363), [990])
      assert.deepStrictEqual(together(366), [994])
      assert.deepStrictEqual(together(369), [998])
      assert.deepStrictEqual(together(370), [493, 509])
    })

    it("holds 675 bytes a copy and refuses the next, naming the tag", () => {
      const longest = { version: "0320", status: "done", tickets: [{ ...customer, text: "x".repeat(675) }] } as const
      assert.isTrue(Result.isSuccess(Response.encode(longest)))
      const error = Result.getOrThrow(
        Result.flip(Response.encode({ ...longest, tickets: [{ ...customer, text: "x".repeat(676) }] }))
      )
      assert.strictEqual(error.message, "AK: 904 characters, expected 1 to 900")
    })

    it("has question marks for what CP1252 lacks", () => {
      const text = Result.getOrThrow(
        Response.encode({ version: "0320", status: "done", amount: 1, receipt: "CŒUR D’ÉVRY 10 € →" })
      )
      assert.strictEqual(read(text).response.receipt, "CŒUR D’ÉVRY 10 € ?")
    })
  })
})
