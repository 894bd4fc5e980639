import { assert, describe, it } from "@effect/vitest"
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import type { Request } from "@hipay-pos/concert-codec/Request"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { frameOf } from "./vectors.ts"

const request: Request = {
  version: "0300",
  protocolIdentifier: "012345678901",
  register: "01",
  amount: 1245,
  action: "debit",
  currency: "EUR"
}

const decode = (text: string, options?: Response.DecodeOptions) => Result.getOrThrow(Response.decode(text, options))
const encode = (response: Response.Response) => Result.getOrThrow(Response.encode(response))
const refusal = (response: Response.Response) => Result.getOrThrow(Result.flip(Response.encode(response)))
const said = ({ contradictions }: Response.Decoded) => contradictions.map(({ message }) => message).join("; ")
const codes = ({ warnings }: Response.Decoded) => warnings.map(({ code }) => code)

const head = "CZ0040300CD0010CE003978"
const done = `${head}CB0041245AE00210`

/** Only letters, where digits could be taken for a card number. */
const words = (maximum: number) => Schema.String.check(Schema.isPattern(new RegExp(`^[A-Z]{1,${maximum}}$`)))

const part = (length: number) =>
  Schema.optionalKey(Schema.String.check(Schema.isPattern(new RegExp(`^[A-Z]{${length}}$`))))

/** A response in the canonical form that terminals send, so that it must be unchanged after a round trip. */
const AnyResponse = Schema.Struct({
  ...Response.Response.fields,
  version: Schema.Literals(["0300", "0310", "0320"]),
  status: Schema.Literals(["done", "not-done", "taken-into-account", "42"]),
  complement: Schema.String.check(Schema.isPattern(/^\d\d$/)),
  extended: Schema.optionalKey(Schema.Struct({ field39: part(2), text: part(21), field55: part(2), field58: part(2) })),
  action: Schema.Literals(["debit", "credit", "cancel", "duplicata", "T"]),
  readingMode: Schema.Literals(["indifferent", "contact", "contactless", "stripe", "manual", "9"]),
  privateData: words(99),
  reference: words(99),
  authorizationNumber: words(10),
  pan: Schema.Literals(["497010######7890", "***********0674"]),
  aid: Schema.Literals(["A0000000421010", "A00000000930294384565"]),
  merchantContract: words(10),
  cmc7: Schema.optionalKey(Schema.Literal("####### ############ ########1234")),
  chequeRegister: words(20),
  chequeGuarantee: words(20),
  customerPhone: Schema.Literals(["0612345678"]),
  customerEmail: words(50),
  extra: Schema.optionalKey(Schema.Tuple([Schema.Struct({ tag: Schema.Literal("ID"), value: words(50) })])),
  receipt: Schema.optionalKey(Schema.Never),
  tickets: Schema.Tuple([
    Schema.Struct({
      copy: Schema.Literal("customer"),
      format: Schema.Literals(["text", "html"]),
      text: Schema.String.check(Schema.isPattern(/^[A-ZÀ-ÿ \n]{1,600}$/))
    }),
    Schema.Struct({
      copy: Schema.Literal("merchant"),
      format: Schema.Literals(["text", "html"]),
      text: Schema.String.check(Schema.isPattern(/^[A-ZÀ-ÿ \n]{1,600}$/))
    })
  ])
})

describe("Response", () => {
  it.prop("comes back as it was encoded, with the customer's copy as its receipt", [AnyResponse], ([response]) => {
    const { extended, ...rest } = response
    const some = extended !== undefined && Object.keys(extended).length > 0
    const decoded = decode(encode(response))
    assert.deepStrictEqual(decoded.response, {
      ...rest,
      ...(some ? { extended } : {}),
      receipt: response.tickets[0].text
    })
    // Any field can occur with any status here, but an authorization number does not belong to a refusal.
    const odd = response.status === "not-done" ? ["authorized-not-done", "ticket-of-sale-not-done"] : []
    assert.deepStrictEqual(
      decoded.warnings.filter(({ code }) => !odd.includes(code)),
      []
    )
  })

  describe("encoding", () => {
    it("needs a version and a status", () => {
      assert.deepInclude(refusal({ status: "done" }), { tag: "CZ", problem: "missing" })
      assert.deepInclude(refusal({ version: "0300" }), { tag: "AE", problem: "missing" })
      assert.strictEqual(encode({ version: "0300", status: "not-done", complement: "04" }), frameOf("ko-minimal"))
    })

    it("masks a card number, a card number in another place, and the line of a cheque", () => {
      assert.strictEqual(
        encode({ version: "0300", status: "done", pan: "5017677122000674", cmc7: "1234567" }),
        "CZ0040300AE00210AA016501767######0674AD007###4567"
      )
    })

    it("writes a complement of 29 characters, blanks where parts are absent", () => {
      const text = encode({
        version: "0300",
        status: "not-done",
        complement: "04",
        extended: { field39: "14", text: "8HOLDER INVALID" }
      })
      assert.strictEqual(text, `CZ0040300AE00201${frameOf("field-af-extended")}`)
      assert.strictEqual(refusal({ version: "0300", status: "done", extended: { field39: "14" } }).tag, "AF")
    })

    it("takes a receipt alone for the customer's copy", () => {
      const { response } = decode(encode({ version: "0320", status: "done", amount: 1, receipt: "MERCI" }))
      assert.deepStrictEqual(response.tickets, [{ copy: "customer", format: "text", text: "MERCI" }])
    })
  })

  describe("decoding", () => {
    it("keeps an unknown status", () => {
      assert.strictEqual(decode("CZ0040300AE00242").response.status, "42")
    })

    it("does not confuse a code with the name of a status or an action", () => {
      for (const name of ["done", "not-done", "taken-into-account"]) {
        const { status } = decode(`CZ0040300AE0${String(name.length).padStart(2, "0")}${name}`).response
        assert.strictEqual(status, `"${name}"`)
      }
      assert.strictEqual(decode("CZ0040300AE00201CD005debit").response.action, '"debit"')
    })

    it("reads the first of two fields with one tag, with a warning", () => {
      const decoded = decode("CZ0040300AE00201AF00204AF00204CI0011CI0012")
      assert.deepInclude(decoded.response, { complement: "04", readingMode: "contact" })
      assert.deepStrictEqual(codes(decoded), ["duplicate", "duplicate"])
      assert.isEmpty(decoded.contradictions)
    })

    it("finds another register even if it is the second one", () => {
      const request = { version: "0320", protocolIdentifier: "012345678901", register: "01", action: "debit" } as const
      for (const status of ["AE00210CB0041245", "AE00201AF00204"]) {
        const frame = `CZ0040320CA00201CA00202${status}`
        const { contradictions } = decode(frame, { request })
        assert.deepInclude(contradictions[0], { kind: "register", asked: "01", told: "02" })
        assert.isEmpty(decode(frame, { request, ownRegister: true }).contradictions)
        assert.isEmpty(decode(frame.replace("CA00202", "CA003001"), { request }).contradictions)
      }
    })

    it("warns of a refusal with an amount, a currency or an action of another request", () => {
      const asked = { version: "0320", protocolIdentifier: "012345678901", register: "01" } as const
      const request = { ...asked, action: "debit", amount: 1250, currency: "EUR" } as const
      const warned = (fields: string, of: Request = request) => {
        const decoded = decode(`CZ0040320${fields}AE00201AF00204`, { request: of })
        assert.isEmpty(decoded.contradictions)
        return decoded.warnings.map(({ code, message }) => [code, message])
      }
      assert.deepStrictEqual(warned("CB00549900CD0012CE003840"), [
        ["another-request", "not done, for another amount, currency, action than was asked for"]
      ])
      assert.deepStrictEqual(warned("CB0041251"), [
        ["another-request", "not done, for another amount than was asked for"]
      ])
      for (const fields of ["", "CB012000000001250CD0010CE003978", "CB0041250", "CB00200"]) {
        assert.isEmpty(warned(fields), fields)
      }
      assert.isEmpty(warned("CB00549900CD0012CE003840", { ...asked, action: "duplicata" }))
    })

    it("keeps echoed fields of the request, and private ones", () => {
      const { response } = decode(`${done}BA0010ID00277`)
      assert.deepStrictEqual(response.extra, [
        { tag: "BA", value: "0" },
        { tag: "ID", value: "77" }
      ])
    })

    it("warns of values beyond their bounds and keeps them", () => {
      const decoded = decode(`${done}CJ003012AC012123456789012`)
      assert.deepInclude(decoded.response, { protocolIdentifier: "012", authorizationNumber: "123456789012" })
      assert.deepStrictEqual(
        decoded.warnings.map(({ code, tag, message }) => [code, tag, message]),
        [
          ["bounds", "CJ", "protocol identifier: 3 characters, expected 12"],
          ["bounds", "AC", "authorization number: 12 characters, expected 1 to 10"]
        ]
      )
    })

    it("says when the version is missing or not first", () => {
      assert.deepStrictEqual(codes(decode("AE00201AF00204")), ["no-version"])
      assert.deepStrictEqual(codes(decode("AE00201CZ0040300")), ["order"])
    })

    it("reads an amount however it is padded", () => {
      assert.strictEqual(decode(`${head}CB012000000001245AE00210`, { request }).response.amount, 1245)
    })
  })

  describe("contradictions", () => {
    it.each([
      ["a reason for failure", `${done}AF00204`, "done, yet with the complement 04 (refused)"],
      ["an unknown reason", `${done}AF00277`, "done, yet with the complement 77 (unknown reason 77)"],
      ["no amount", `${head}AE00210`, "done, yet without an amount"],
      [
        "an amount in decimals",
        `${head}CB00512.45AE00210`,
        'the terminal said the amount "12.45", asked for 1245 (12.45 EUR)'
      ],
      [
        "more than was asked for",
        done.replace("1245", "1445"),
        "the terminal said 14.45 EUR, asked for 12.45 EUR; the 2.00 EUR more may be a tip, which this terminal is not set to take"
      ],
      [
        "another currency and no amount",
        `${head.replace("978", "840")}AE00210`,
        "the terminal said USD, asked for EUR; done, yet without an amount"
      ],
      ["nothing paid", done.replace("CB0041245", "CB00200"), "the terminal said 0.00 EUR, asked for 12.45 EUR"],
      [
        "another currency with the same amount",
        done.replace("978", "840"),
        "the terminal said 12.45 USD, asked for 12.45 EUR; perhaps a conversion to the card's own currency (DCC)"
      ],
      [
        "another currency with an amount of its own",
        done.replace("978", "840").replace("1245", "1402"),
        "the terminal said 14.02 USD, asked for 12.45 EUR"
      ],
      [
        "an application that converts",
        `${done.replace("978", "840").replace("1245", "1402")}CC00300F`,
        "the terminal said 14.02 USD, asked for 12.45 EUR; perhaps a conversion to the card's own currency (DCC)"
      ],
      ["an unknown currency", done.replace("978", "001"), 'the terminal said the currency "001", asked for 978 (EUR)'],
      [
        "a currency in letters",
        done.replace("978", "EUR"),
        'the terminal said the currency "EUR", asked for 978 (EUR)'
      ],
      [
        "several things at once",
        `${done.replace("1245", "1445")}AF00204`,
        "done, yet with the complement 04 (refused); the terminal said 14.45 EUR, asked for 12.45 EUR; the 2.00 EUR more may be a tip, which this terminal is not set to take"
      ],
      ["another register", `${done}CA00202`, "the answer is for the register 02, asked by 01"],
      ["a register that is not a number", `${done}CA002A1`, "the answer is for the register A1, asked by 01"],
      ["another action", done.replace("CD0010", "CD0011"), "done, yet for the action credit, asked for debit"],
      ["two statuses", `${done}AE00201`, "action status sent twice, with different values"],
      ["two amounts", `${done}CB0041244`, "amount sent twice, with different values"],
      ["an amount and one that is none", `${done}CB0051245 `, "amount sent twice, with different values"],
      ["two actions", `${done}CD0011`, "action sent twice, with different values"],
      ["two currencies", `${done}CE003840`, "currency sent twice, with different values"]
    ])("are seen: %s", (_, text, contradiction) => {
      assert.strictEqual(said(decode(text, { request })), contradiction)
    })

    it("shows an amount as it should be if the request is not known, too", () => {
      assert.strictEqual(
        said(decode(`${head}CB00512.45AE00210`)),
        'the terminal said the amount "12.45", expected one such as 1245 (12.45 EUR)'
      )
    })

    it.each([
      ["authorised", `${done}AF00201`],
      ["authorised, at length", `${done}AF02901${" ".repeat(27)}`],
      ["a blank complement", `${done}AF002  `],
      ["a lower amount", done.replace("1245", "1000")],
      ["no echo of action and currency", "CZ0040300CB0041245AE00210"],
      ["another identifier, version and private data", `${done}CJ012999999999999CF003abc`],
      ["the same status twice", `${done}AE00210`],
      ["the same amount twice, once with zeros", `${done}CB00800001245`],
      ["the same complement twice, once at length", `${done}AF00201AF02901${" ".repeat(27)}`]
    ])("are not seen where there is none: %s", (_, text) => {
      assert.isEmpty(decode(text, { request }).contradictions)
    })

    it("are no other amount, currency or second reason of a refusal, which needs nothing", () => {
      assert.isEmpty(decode("CZ0040300AE00201AF00204CB0049999CE003840", { request }).contradictions)
      assert.isEmpty(decode("CZ0040300AE00211", { request }).contradictions)
      assert.isEmpty(decode("CZ0040300AE00201AF00204AF00206").contradictions)
      assert.isNotEmpty(decode("CZ0040300AE00201AE00210CB0041245").contradictions)
    })

    const refused = `${head}CB0041245AE00201`
    const ticketOf = (text: string) => {
      const value = `CK003100AK${String(btoa(text).length).padStart(3, "0")}${btoa(text)}`
      return `ZT${String(value.length).padStart(3, "0")}${value}`
    }
    const saleTicket = ticketOf("CARTE BANCAIRE\nDEBIT\nMONTANT REEL : 12,45 EUR")

    it.each([
      ["authorised", `${refused}AF00201`, "not done, yet with the complement 01 (authorised)"],
      [
        "authorised, at length",
        `${refused}AF02901${" ".repeat(27)}`,
        "not done, yet with the complement 01 (authorised)"
      ],
      ["refused and authorised", `${refused}AF00204AF00201`, "not done, yet with the complement 01 (authorised)"],
      [
        "an authorization number and no reason",
        `${refused}AC006123456`,
        "not done, without a reason that is known, yet with an authorization number"
      ],
      [
        "an authorization number and an unknown reason",
        `${refused}AF00200AC006123456`,
        "not done, without a reason that is known, yet with an authorization number"
      ],
      [
        "an authorization number and a reason that no table lists",
        `${refused}AF00277AC006123456`,
        "not done, without a reason that is known, yet with an authorization number"
      ],
      [
        "the ticket of a sale and no reason",
        `${refused}${saleTicket}`,
        "not done, without a reason that is known, yet with a debit ticket"
      ],
      [
        "an authorization number and the ticket of a sale",
        `${refused}AF00204AC006123456${saleTicket}`,
        "not done, yet with an authorization number and a debit ticket"
      ],
      [
        "the ticket of a sale beside another copy",
        `${refused}${saleTicket}${ticketOf("COPIE COMMERCANT")}`,
        "not done, without a reason that is known, yet with a debit ticket"
      ]
    ])("of an answer that says not done are seen: %s", (_, text, contradiction) => {
      assert.strictEqual(said(decode(text, { request })), contradiction)
    })

    it.each([
      ["an authorization number beside its reason", `${refused}AF00207AC006123456`, ["authorized-not-done"]],
      ["the ticket of a sale beside its reason", `${refused}AF00211${saleTicket}`, ["ticket-of-sale-not-done"]],
      ["zeros for an authorization number", `${refused}AC006000000`, []],
      ["the ticket of a refusal", `${refused}AF00206${ticketOf("CARTE BANCAIRE\nABANDON DEBIT\n12,45 EUR")}`, []]
    ])("are not made of what a refusal may carry: %s", (_, text, codes) => {
      const decoded = decode(text, { request })
      assert.isEmpty(decoded.contradictions)
      assert.deepStrictEqual(
        decoded.warnings.map(({ code }) => code),
        codes
      )
    })

    it("are not made of the ticket of a cancellation that was not done, which names its sale", () => {
      const decoded = decode(`${refused.replace("CD0010", "CD0012")}${saleTicket}`, {
        request: { ...request, action: "cancel" }
      })
      assert.isEmpty(decoded.contradictions)
      assert.isEmpty(codes(decoded))
    })

    it("compare registers as numbers, and take an absent or blank one for no proof", () => {
      for (const register of ["", "CA0011", "CA003001", "CA002  ", "CA002 1"]) {
        assert.deepStrictEqual(decode(done + register, { request }).contradictions, [], register)
      }
    })

    it("are found in the register of a refusal, too, which may be another payment's", () => {
      assert.deepStrictEqual(decode(`${refused}CA00202`, { request }).contradictions, [
        { kind: "register", asked: "01", told: "02", message: "the answer is for the register 02, asked by 01" }
      ])
    })

    it("ignore the register if a terminal fills it with its own data", () => {
      assert.isEmpty(decode(`${done}CA00242`, { request, ownRegister: true }).contradictions)
    })

    it("ignore the register of a repeated transaction, which may be another's", () => {
      assert.isEmpty(decode(`${done}CA00242`, { request: { ...request, action: "duplicata" } }).contradictions)
    })

    it("take a debit's higher amount up to the highest tip, and no other action's", () => {
      const options = { request, highestTip: 200 }
      assert.isEmpty(decode(done.replace("1245", "1445"), options).contradictions)
      assert.strictEqual(
        said(decode(done.replace("1245", "1446"), options)),
        "the terminal said 14.46 EUR, asked for 12.45 EUR; the 2.01 EUR more are above the highest tip of this terminal, 2.00 EUR"
      )
      const credit = done.replace("1245", "1445").replace("CD0010", "CD0011")
      assert.strictEqual(
        said(decode(credit, { request: { ...request, action: "credit" }, highestTip: 200 })),
        "the terminal said 14.45 EUR, asked for 12.45 EUR"
      )
    })

    it("carry what was asked and what was told", () => {
      assert.deepInclude(decode(done.replace("1245", "1445"), { request }).contradictions[0], {
        kind: "amount",
        asked: "12.45 EUR",
        told: "14.45 EUR"
      })
    })

    it("of an answer that says not done are those of payments: a repeated ticket proves nothing", () => {
      const question = { ...request, action: "duplicata" }
      assert.isEmpty(decode(`${refused.replace("CD0010", "CD0013")}AC006123456`, { request: question }).contradictions)
    })

    it("need no amount if none was requested", () => {
      const { amount: _, ...question } = { ...request, action: "identification" }
      assert.isEmpty(decode("CZ0040300AE00210", { request: question }).contradictions)
      assert.isEmpty(decode("CZ0040300CD001IAE00210").contradictions)
      assert.isEmpty(decode(done, { request: { ...question, action: "duplicata" } }).contradictions)
    })

    it("are seen without the request as far as the answer goes", () => {
      assert.strictEqual(said(decode("CZ0040300AE00210")), "done, yet without an amount")
      assert.isEmpty(decode("CZ0040300CB0021AAE00201").contradictions)
    })
  })

  it("passes on why a text cannot be read", () => {
    assert.isTrue(Result.getOrThrow(Result.flip(Response.decode("?"))) instanceof Tlv.Malformed)
  })
})

describe("what a response is made of", () => {
  it("reads every field of a cheque and of a card", () => {
    const text = `${done}AD0041234AG0040935AH006GARANTAL0011AM0100601020304AN005a@b.cAA016497010######0014`
    const { response } = decode(text)
    assert.deepInclude(response, {
      cmc7: "1234",
      chequeRegister: "0935",
      chequeGuarantee: "GARANT",
      panType: "1",
      customerPhone: "0601020304",
      customerEmail: "a@b.c",
      pan: "497010######0014"
    })
  })

  it("writes the kind of card number beside the number", () => {
    assert.include(encode({ version: "0320", status: "done", pan: "497010######0014", panType: "1" }), "AL0011")
  })

  it("has neither tickets nor receipt if there are none, and an empty list of contradictions", () => {
    const decoded = decode(done)
    assert.deepStrictEqual(decoded.contradictions, [])
    for (const key of ["tickets", "receipt", "extended"]) assert.notProperty(decoded.response, key)
    assert.deepStrictEqual(decoded.warnings, [])
  })

  it("keeps the warnings that reading the fields gave", () => {
    const decoded = decode(`??${done}`)
    assert.deepStrictEqual(codes(decoded), ["leading-bytes"])
    assert.deepStrictEqual(Response.fromFields(decoded.fields).warnings, [])
    assert.deepStrictEqual(Response.fromFields(decoded.fields, decoded.warnings).warnings, decoded.warnings)
  })

  it("contradicts itself where the bytes before it hold an action status, wherever they are cut", () => {
    const text = `?Z0040320AE00201AF00204${done}`
    assert.deepStrictEqual(decode(text).contradictions, [
      {
        kind: "second-answer",
        message: "another action status stands outside the fields, or inside one of a wrong length"
      }
    ])
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = MessageParser.make()
      parser.push(text.slice(0, cut))
      parser.push(text.slice(cut))
      assert.strictEqual(parser.end()._tag, "Whole")
      const { fields, warnings } = parser.message()
      assert.deepInclude(
        warnings,
        {
          code: "hidden-not-done",
          offset: 0,
          message: "skipped 23 bytes before the message, with an action status (AE) among them"
        },
        `cut at ${cut}`
      )
      assert.lengthOf(Response.fromFields(fields, warnings).contradictions, 1)
    }
  })

  it.each([
    ["an amount", "CB0412451CD0010CE003978AE00210CZ0040320CA00201", "CB"],
    ["a field of an unknown tag", "QQ026abcAE00210CZ0040320CA00201", "QQ"],
    ["a field of a tag of digits, which is not shown", "40023AE00210CZ0040320CA00201", undefined],
    ["a ticket that cannot be read", "ZT0458CK003100AK008QUJDREVGAE00210CZ0040320CA00201", "ZT"],
    ["a ticket whose text announces too much", "ZT022CK003100AK0339QUJDREVGHAE00210CZ0040320CA00201", "ZT"]
  ])("contradicts itself where the wrong length of %s hides an action status, wherever it is cut", (_, hidden, tag) => {
    const text = `CZ0040320${hidden}AE00201AF00204`
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = MessageParser.make()
      parser.push(text.slice(0, cut))
      parser.push(text.slice(cut))
      assert.strictEqual(parser.end()._tag, "Whole")
      const { fields, warnings } = parser.message()
      assert.strictEqual(Tlv.find(fields, "AE"), "01")
      const decoded = Response.fromFields(fields, warnings)
      assert.deepStrictEqual(
        decoded.contradictions.map(({ kind }) => kind),
        ["second-answer"],
        `cut at ${cut}`
      )
      const hiddenStatus = decoded.warnings.find(({ code }) => code === "hidden-done")
      assert.strictEqual(hiddenStatus?.offset, 9)
      assert.strictEqual(hiddenStatus?.tag, tag)
    }
  })

  it("does not contradict itself by an action status in a wrong place that says the same", () => {
    assert.isEmpty(decode(`?Z0040320AE00210${done}`).contradictions)
    assert.isEmpty(decode(`${done}QQ010AE00210abc`).contradictions)
    assert.lengthOf(decode(`${done}QQ014AE00210AE00201`).contradictions, 1)
  })

  it("may have a text like an action status in a field that allows it", () => {
    for (const field of ["CF008TAE00210", "CH007AE00201", "AN012AE00210@a.fr"]) {
      assert.isEmpty(decode(`${done}${field}`).contradictions, field)
    }
  })

  it("contradicts itself by two complements when done, not when refused; a tag repeated alike does not count", () => {
    assert.include(said(decode(`${done}AF00201AF00204`)), "sent twice")
    assert.isEmpty(decode(`${head}CB0041245AE00201AF00204AF00205`).contradictions)
    assert.isEmpty(decode(`${done}AE00210`).contradictions)
    assert.isEmpty(decode(`${done}CA00201CA00202`).contradictions)
  })

  it("is not written without a status, and says so", () => {
    const error = refusal({ version: "0320" })
    assert.strictEqual(error.tag, "AE")
  })

  it("is not written with the rest of a complement and no complement", () => {
    const extended = { field39: "14", text: "HOLDER INVALID       ", field55: "  ", field58: "  " }
    const error = refusal({ version: "0320", status: "not-done", extended })
    assert.strictEqual(error.tag, "AF")
    assert.include(error.message, "no complement")
  })

  it.each([
    [{ complement: "4" }, "AF: the complement: expected 2 characters, got 1"],
    [{ complement: "042" }, "AF: the complement: expected 2 characters, got 3"],
    [{ complement: "04", extended: { field39: "514" } }, "AF: field39: expected at most 2 characters, got 3"],
    [
      { complement: "04", extended: { text: "A TEXT THAT IS LONGER THAN 21", field55: "01" } },
      "AF: text: expected at most 21 characters, got 29"
    ],
    [{ complement: "04", extended: { rest: "x".repeat(22) } }, "AF: rest: expected at most 21 characters, got 22"]
  ])("is not written with what its complement cannot carry: %j", (fields, problem) => {
    assert.strictEqual(refusal({ version: "0320", status: "not-done", ...fields }).message, problem)
  })

  it("has no ticket if its text is empty", () => {
    const done = { version: "0320", status: "done", amount: 1 } as const
    const bare = encode(done)
    assert.strictEqual(encode({ ...done, receipt: "" }), bare)
    const empty = { copy: "customer", format: "text", text: "" } as const
    assert.strictEqual(encode({ ...done, tickets: [empty] }), bare)
    const merchant = { copy: "merchant", format: "text", text: "M" } as const
    assert.strictEqual(encode({ ...done, tickets: [merchant, empty] }), encode({ ...done, tickets: [merchant] }))
  })

  it("warns of a complement of one character, and keeps it", () => {
    const decoded = decode(`${head}AE00201AF0014`)
    assert.strictEqual(decoded.response.complement, "4")
    assert.deepStrictEqual(codes(decoded), ["bounds", "not-understood"])
  })

  it("reads a ticket outside its tag as one, not as fields out of bounds", () => {
    const decoded = decode(`${done}CK003100AK004QUJD`)
    assert.strictEqual(decoded.response.receipt, "ABC")
    assert.deepStrictEqual(decoded.warnings, [])
  })

  it("reads a phone number even if it is as long as a card's, and masked", () => {
    const { response, warnings } = decode(`${done}AM0130033612345678`)
    assert.strictEqual(response.customerPhone, "003361###5678")
    assert.deepStrictEqual(warnings, [])
    assert.deepStrictEqual(codes(decode(`${done}AM0130033612x45678`)), ["bounds"])
    assert.isTrue(Result.isSuccess(Schema.decodeUnknownResult(Response.Response)(response)))
  })

  it("reads only digits as a phone number", () => {
    const phone = Schema.decodeUnknownResult(Response.Response)
    assert.isTrue(Result.isSuccess(phone({ customerPhone: "0601020304" })))
    for (const customerPhone of ["x0601020304", "0601020304x", "", "abc"]) {
      assert.isTrue(Result.isFailure(phone({ customerPhone })))
    }
  })
})
