import { assert, describe, it } from "@effect/vitest"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Schema from "effect/Schema"

const PAN = "4970101122334422"

/** Digits with their check digit behind them. */
const withCheckDigit = (digits: string): string => {
  const check = [..."0123456789"].find((digit) => CardNumber.passesLuhn(digits + digit))
  return digits + check
}

const Pan = Schema.String.check(Schema.isPattern(/^[2-6]\d{11,17}$/))

/** Whether a text shows seven consecutive digits of a number, whatever separates them. */
const shows = (text: string, pan: string): boolean => {
  const digits = text.replace(/[^\d#]/g, "")
  for (let at = 0; at + 7 <= pan.length; at++) if (digits.includes(pan.slice(at, at + 7))) return true
  return false
}

describe("what people write", () => {
  it.each([
    [`card ${PAN}.`, "card 497010######4422."],
    [`${PAN} 123`, "497010######4422 ###"],
    [`123 ${PAN}`, "### 497010######4422"],
    [`${PAN}123`, "497010######4422###"],
    [`${PAN}, CVV 1234`, "497010######4422, CVV ####"],
    [`cvc: 123, card ${PAN}`, "cvc: ###, card 497010######4422"],
    ["3782 822463 10005 1234", "3782 82#### #0005 ####"],
    [`table 12 ${PAN}`, "table 12 497010######4422"],
    [`2 ${PAN}`, "2 497010######4422"],
    [`12.50 ${PAN}`, "12.50 497010######4422"],
    [`${PAN} 12/28`, "497010######4422 12/28"],
    [`${PAN} 2026-11-23`, "497010######4422 2026-11-23"],
    [`${PAN} 500g`, "497010######4422 500g"],
    [`${PAN} ${PAN}`, "497010######4422 497010######4422"],
    [`0000${PAN}99999`, "0000497010######442299999"]
  ])("has %s as %s: neighbours stay, a security code does not", (text, masked) =>
    assert.strictEqual(CardNumber.maskWritten(text), masked)
  )

  it.each([
    [`;${PAN}=25121010000012345678?`, ";497010######4422=####################?"],
    [`${PAN}D25121010000012345678F`, "497010######4422D####################F"],
    [`%B${PAN}^DOE/JOHN^25121010000012345678?`, "%B497010######4422^DOE/JOHN^####################?"],
    [`track2=${PAN}%3D2512101000001234`, "track2=497010######4422%3D################"],
    [`%25B${PAN}%5EDOE%2FJOHN%5E25121010000012345678`, "%25B497010######4422%5EDOE%2FJOHN%5E####################"],
    [";497010######4422=25121010000012345678?", ";497010######4422=####################?"]
  ])("has the magnetic stripe %s as %s: its security code is among the digits behind the number", (text, masked) => {
    assert.strictEqual(CardNumber.maskWritten(text), masked)
    assert.strictEqual(CardNumber.maskPrinted(text), masked)
  })

  it.each([
    ["q=4970+1011+2233+4422&next=1", "q=4970+10##+####+4422&next=1"],
    ["https://shop.example/?card=4970%201011%202233%204422", "https://shop.example/?card=4970%2010##%20####%204422"],
    ["card=4970%2D1011%2D2233%2d4422", "card=4970%2D10##%2D####%2d4422"],
    ["pan=%34%397010%31%3122334422", "pan=%34%397010%3#%3#####4422"],
    ["25%204970101122334422", "25%20497010######4422"]
  ])("has %s, escaped for a URL or a form, as %s", (text, masked) => {
    assert.strictEqual(CardNumber.maskWritten(text), masked)
  })

  it.each(["tel=+33612345678 +33712345679", "1250+1320+4422+1234", "TVA 20%12,50 5.5%20,00 10%30,00"])(
    "keeps %s: signs of sums and shares are not escapes",
    (text) => {
      assert.strictEqual(CardNumber.maskWritten(text), text)
      assert.strictEqual(CardNumber.maskPrinted(text), text)
    }
  )

  it.each(["#1042D202611301", "CMD*1042D20261130123"])(
    "keeps %s: a number behind one sign is not the end of a masked number",
    (text) => {
      assert.strictEqual(CardNumber.maskWritten(text), text)
      assert.strictEqual(CardNumber.maskReference(text), text)
    }
  )

  it("keeps what is equal to a number, where it is too short to be of a stripe", () =>
    assert.strictEqual(CardNumber.maskWritten(`${PAN}=2512`), "497010######4422=2512"))

  it.each([
    " ",
    "  ",
    ".",
    "/",
    "_",
    ",",
    ":",
    "-",
    " - ",
    "\u00a0",
    "\u2009",
    "\u202f",
    "\u3000",
    "\u2013",
    "\u2014",
    "\u2011",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\n",
    "\r\n",
    "\t",
    "<br/>",
    "&nbsp;",
    "&#32;",
    "&#x2D;",
    '</b><b class="s12">',
    "</font> <font size=2>",
    '</td>\n<td width="25" align="right">',
    `</span><span style="${"font-family:monospace;".repeat(30)}">`,
    "<!-- 12 <b> 34 -->",
    "\x1bE\x01",
    "\x1d!\x00"
  ])("shows none with %j between its groups", (separator) => {
    for (const groups of [
      ["4970", "1011", "2233", "4422"],
      ["497010", "112233", "4422"],
      ["49701011", "22334422"]
    ]) {
      const masked = CardNumber.maskWritten(`no ${groups.join(separator)}!`)
      assert.isFalse(shows(masked.replaceAll(separator, ""), PAN), masked)
    }
  })

  /** The characters of a printer's commands, other than digits. */
  const characters = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i)).filter((character) =>
    /\D/.test(character)
  )
  const common = ["\x1b!", "\x1bE", "\x1bG", "\x1ba", "\x1bM", "\x1bd", "\x1bJ", "\x1bt", "\x1bR", "\x1b-", "\x1d!"]
  const withoutParameter = ["\x1b@", "\x1bL", "\x1bi", "\x1bm", "\x1b2"]

  it.each([
    ...common.map((command) => [command, [..."0123456789", "", "\0", "\x01", "@", "p"]] as const),
    ["\x1b3", [..."0123456789", "\0", "\x01", "@", "p"]] as const,
    ...withoutParameter.map((command) => [command, [""]] as const),
    ...["\x1b", "\x1c", "\x1d"]
      .flatMap((lead) => characters.map((character) => lead + character))
      .filter((command) => !common.includes(command) && !withoutParameter.includes(command))
      .map((command) => [command, ["7", ""]] as const)
  ])("shows none beside the printer's command %j, whatever its parameter", (command, parameters) => {
    for (const parameter of parameters) {
      const set = command + parameter
      for (const groups of [
        ["4970", "1011", "2233", "4422"],
        ["3782", "822463", "10005"],
        ["3056", "930902", "5904"],
        [PAN]
      ]) {
        for (const text of [
          `${set}${groups.join(" ")}`,
          `${set}${groups.join(" ")}${set}`,
          groups.map((group) => set + group).join(" "),
          groups.map((group) => set + group).join(""),
          `${groups.slice(0, -1).join(" ")} ${set}${groups.at(-1)}`
        ]) {
          for (const mask of [CardNumber.maskWritten, CardNumber.maskPrinted]) {
            const masked = mask(`CARTE\n${text}\nDEBIT`)
            assert.isFalse(shows(masked.replaceAll(set, "").replace(/ /g, ""), groups.join("")), JSON.stringify(masked))
            assert.lengthOf(masked, text.length + 12)
          }
        }
      }
    }
  })

  it("shows none in columns that are as its groups on a card", () => {
    for (const groups of [
      ["4970", "1011", "2233", "4422"],
      ["3782", "822463", "10005"]
    ]) {
      const masked = CardNumber.maskWritten(`no ${groups.join("        ")}!`)
      assert.isFalse(shows(masked, groups.join("")), masked)
    }
  })

  it.each([
    ["full width", "\uff10"],
    ["Arabic-Indic", "\u0660"],
    ["Devanagari", "\u0966"],
    ["mathematical", "\u{1d7ce}"],
    ["mathematical monospace", "\u{1d7f6}"]
  ])("shows none in %s digits, at the same length", (_, zero) => {
    const first = zero.codePointAt(0) ?? 0
    const written = PAN.replace(/\d/g, (digit) => String.fromCodePoint(first + Number(digit)))
    const masked = CardNumber.maskWritten(`card ${written}`)
    assert.strictEqual(masked.length, written.length + 5)
    assert.strictEqual(masked.replace(/#/g, "").length, masked.length - (6 * written.length) / 16)
  })

  it.each([
    "4 9 7 0 1 0 1 1 2 2 3 3 4 4 2 2",
    "49 70 10 11 22 33 44 22",
    "4970101122\n334422",
    "4\u200b970101122334422"
  ])("shows none written as %j", (text) => assert.isFalse(shows(CardNumber.maskWritten(text), PAN)))

  it.prop(
    "shows no seven digits of any number with its check digit, whatever stands around it",
    [Pan, Schema.String, Schema.String],
    ([digits, before, after]) => {
      const pan = withCheckDigit(digits)
      const text = `${before} ${pan} ${after}`
      const masked = CardNumber.maskWritten(text)
      assert.isFalse(shows(masked.replace(before, "").replace(after, ""), pan))
      assert.strictEqual(masked.length, text.length)
      assert.strictEqual(CardNumber.maskWritten(masked), masked)
    }
  )

  it.prop(
    "shows none between two long texts of digits either",
    [Pan, Schema.Literals(["4 ", "4:", "5500 0055 5555 5559 ", "4110 0000\n", "1"]), Schema.Literals([" ", "", "\n"])],
    ([digits, part, separator]) => {
      const pan = withCheckDigit(digits)
      const around = part.repeat(300)
      const text = `${around}x ${pan} x${separator}${around}`
      const masked = CardNumber.maskWritten(text)
      assert.strictEqual(masked.length, text.length)
      const at = around.length + 2
      assert.isFalse(shows(masked.slice(at, at + pan.length), pan))
    }
  )

  it.each([
    "3017620422003",
    "1764339737123",
    "ORDER-1764339737123-42",
    "SIRET 552 100 554 00013",
    "2026-11-23 10:20:55",
    "+33 6 12 34 56 78",
    "06 12 34 56 78 / 06 98 76 54 32",
    "1 250 000,00 EUR",
    "550e8400-e29b-41d4-a716-446655440000",
    "497010######4422",
    "4970101234567890"
  ])("keeps %s, which is not a card number", (text) => assert.strictEqual(CardNumber.maskWritten(text), text))
})

describe("what terminals print", () => {
  it("is masked by its length, check digit or not", () => {
    assert.strictEqual(CardNumber.maskPrinted("5017677122000674"), "501767######0674")
    for (const separator of [" ", "  ", ".", "/", "\n", "-", ":", "\xa0", "\xc2\xa0", "\xe2\x80\x89"]) {
      const masked = CardNumber.maskPrinted(["5017", "6771", "2200", "0674"].join(separator))
      assert.isFalse(shows(masked, "5017677122000674"), masked)
    }
    for (const separator of [" ", "\0", "."]) {
      assert.isFalse(shows(CardNumber.maskPrinted([..."5017677122000674"].join(separator)), "5017677122000674"))
    }
  })

  it("is masked as HTML entities, which stay entities", () => {
    const entities = PAN.replace(/\d/g, (digit) => `&#${digit.charCodeAt(0)};`)
    const masked = CardNumber.maskPrinted(entities)
    assert.strictEqual(masked.length, entities.length)
    assert.strictEqual(
      masked.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)),
      "497010######4422"
    )
  })

  it("is masked inside a tag as well, and on both sides of one", () => {
    assert.strictEqual(CardNumber.maskPrinted(`<img alt="${PAN}">`), '<img alt="497010######4422">')
    assert.strictEqual(
      CardNumber.maskPrinted(`49701011<img alt="${PAN}">22334422`),
      '497010##<img alt="497010######4422">####4422'
    )
    assert.strictEqual(CardNumber.maskPrinted(`<b ${PAN}`), "<b 497010######4422")
  })

  it.each([
    ...["4970101122\n334422", "4970 1011 22\n33 4422", "497010112233<br>4422", "49701011\r\n    22334422"],
    ...["4970101122\n334422-01", "497010112233\n4422/1227", "4970101122\n334422:1"]
  ])("is masked where its check digit is right and a line break parts it, whatever goes on behind it: %j", (text) =>
    assert.isFalse(shows(CardNumber.maskPrinted(text), PAN))
  )

  it("is masked in two halves of a brand's number on two lines, check digit or not", () =>
    assert.strictEqual(CardNumber.maskPrinted("50176771\n  22000674"), "501767##\n  ####0674"))

  const Digits = (count: number) => Schema.String.check(Schema.isPattern(new RegExp(`^\\d{${count}}$`)))
  const Printed = Schema.Struct({
    ...{ contract: Digits(7), bank: Digits(5), terminal: Digits(8), first: Digits(6), last: Digits(4) },
    ...{ rank: Digits(3), register: Digits(3), sequence: Digits(6), authorization: Digits(6), cents: Digits(4) }
  })

  it.prop("keeps every number of a ticket whose card number the terminal has masked", [Printed], ([it]) => {
    const amount = `${Number(it.cents.slice(0, 2))},${it.cents.slice(2)}`
    for (const pan of [`${it.first}######${it.last}`, `${it.first} ###### ${it.last}`, `************${it.last}`]) {
      const lines = [
        ...[
          "CARTE BANCAIRE",
          "A0 00 00 00 42 10 10",
          "CB SANS CONTACT",
          "LE 23/11/26 A 09:42:10",
          "BOULANGERIE DUPONT"
        ],
        ...["75011 PARIS", it.contract, it.bank, pan, `${it.rank} ${it.register} ${it.sequence} C @`, "DEBIT"],
        ...[`No AUTO : ${it.authorization}`, "MONTANT REEL :", `${amount} EUR`, `TVA 20,00 ${amount} ${amount}`],
        ...[`TPE ${it.terminal}`, `   ${amount} EUR`, "SIRET 552 100 554 00013", it.contract]
      ]
      for (const end of ["\n", "\r\n", "\r", "<br>"]) {
        const ticket = lines.join(end)
        assert.strictEqual(CardNumber.maskPrinted(ticket), ticket)
        assert.strictEqual(CardNumber.maskWritten(ticket), ticket)
      }
    }
  })

  it.each([
    "************3916\n390 621 001006 C @",
    "5123456789\n497010######4422",
    "497010######4422\n202611231011",
    "TID\n30123456\n12345678",
    "SIRET 377 518 639 60893 4202177",
    "TPE 40355573\n   214,70 EUR",
    "RRN 388304375063\n10/01/26"
  ])("keeps %j, whose digits pass the check by chance", (text) =>
    assert.strictEqual(CardNumber.maskPrinted(text), text)
  )

  it("keeps dates, amounts, business numbers and application identifiers", () => {
    const ticket =
      "LE 23/11/26 A 10:20:55\n001 01 000001\n552 100 554 00013\n12,45 EUR\nA0000000421010\nA0 00 00 00 25 01 08 01"
    assert.strictEqual(CardNumber.maskPrinted(ticket), ticket)
  })
})

describe("a reference that may be an order's id", () => {
  it("is masked if it begins like a card number, but a time in milliseconds is kept", () => {
    assert.strictEqual(CardNumber.maskReference("order 5017677122000674"), "order 501767######0674")
    assert.strictEqual(CardNumber.maskReference("ORDER-1764339737123-42"), "ORDER-1764339737123-42")
  })
})

describe("a JSON text", () => {
  const mayHold = (json: string) => CardNumber.mayBeInJson(new TextEncoder().encode(json))

  it("is only searched if it could hold a number", () => {
    assert.isFalse(mayHold('{"a":"123456789012","b":"3456","amount":1250,"name":"Zoé ’"}'))
    assert.isFalse(mayHold('{"id":"mx1c9e8-4e15","said":"\\"4e15\\"\\n"}'))
    for (const json of [
      `{"a":"${PAN}"}`,
      `{"a":${PAN}}`,
      '{"a":"\\u0034"}',
      '{"a":4.9e15}',
      "4e15",
      "[1, 4970101E9]",
      '{"a":"４９７０１０１１２２３３４４２２"}',
      '{"a":"497010 \\"or\\" 1122334"}',
      '{"a":"&#52;970101122334"}'
    ]) {
      assert.isTrue(mayHold(json), json)
    }
  })
})

describe("the check digit", () => {
  it("is Luhn's", () => {
    assert.isTrue(CardNumber.passesLuhn("378282246310005"))
    assert.isFalse(CardNumber.passesLuhn("378282246310006"))
  })
})

describe("hostile texts", () => {
  it.each([
    "1<",
    "1<b",
    "1<!--",
    "1<!--<b>",
    "1<b <!-->",
    "1<b>",
    "1 ",
    "1     ",
    "12.",
    "4970 ",
    "4970101122334422 123 ",
    "2000000000008 123 ",
    "&#4",
    "1%20",
    "=1+",
    "###1111%5Eab",
    "1".repeat(9)
  ])("of %j take linear time: quadratic would be a minute", { timeout: 30_000 }, (part) => {
    const text = part.repeat(Math.ceil(300_000 / part.length))
    assert.lengthOf(CardNumber.maskPrinted(text), text.length)
    assert.lengthOf(CardNumber.maskWritten(text), text.length)
  })
})

describe("the start of a text", () => {
  const number = "4970 1012 3456 7893"

  it("has the requested length, and no part of a number that crosses its end", () => {
    for (let length = 0; length <= number.length; length++)
      assert.strictEqual(CardNumber.maskedStart(`${number} and more`, length), "4970 10## #### 7893".slice(0, length))
    assert.strictEqual(CardNumber.maskedStart("short", 10), "short")
  })

  it("is masked as is asked for", () => {
    const stars = (text: string) => CardNumber.maskPrinted(text, "*")
    assert.strictEqual(CardNumber.maskedStart("4970101234567890", 12, stars), "497010******")
  })
})

describe("a field", () => {
  it.each([
    ...["pan", "PAN", "cardpan", "order_pan1", "payment_method[pan]", "payment_method.pan", "pan[0]", "ns:pan"],
    ...["truncated_pan", "card_number", "card-number", "cardNumber", "payment_method[card][number]", "cardnumber2"]
  ])("%s is one for a card number", (name) => assert.isTrue(CardNumber.isField(name)))

  it.each([
    ...["company_siret", "company", "custom_data[panel]", "spanish", "Épandage", "japan", "order[id]"],
    ...["transaction_reference", "discard_numbers", "card_holder", "number"]
  ])("%s is not, whatever letters are in it", (name) => assert.isFalse(CardNumber.isField(name)))
})

describe("a security code in a field of its own", () => {
  it.each([
    "cvv",
    "CVC2",
    "card_cvv",
    "cardCvc",
    "security_code",
    "securityCode",
    "cardVerificationValue",
    "cryptogramme"
  ])("is masked under the name %s", (name) => {
    assert.strictEqual(CardNumber.maskCode(name, "123"), "###")
    assert.strictEqual(CardNumber.maskCode(name, 1234, "*"), "****")
  })

  it.each([
    ["cvv", "12"],
    ["cvv", "12345"],
    ["cvv", "present"],
    ["cvv", null],
    ["cvvResult", "M"],
    ["table", "123"],
    ["discvvery", "123"],
    ["code", "123"]
  ])("is not what %s has as %j", (name, value) => assert.strictEqual(CardNumber.maskCode(name, value), value))
})
