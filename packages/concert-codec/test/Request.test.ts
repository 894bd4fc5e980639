import { assert, describe, it } from "@effect/vitest"
import * as Mask from "@hipay-pos/concert-codec/Mask"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as SendPolicy from "@hipay-pos/concert-codec/SendPolicy"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Currency from "@hipay-pos/core/Currency"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const debit: Request.Request = {
  version: "0320",
  protocolIdentifier: "012345678901",
  register: "01",
  amount: 1245,
  action: "debit",
  currency: "EUR"
}

const encode = (request: Request.Request, policy?: SendPolicy.SendPolicy) =>
  Result.getOrThrow(Request.encode(request, policy))
const refusal = (request: Request.Request, policy?: SendPolicy.SendPolicy) =>
  Result.getOrThrow(Result.flip(Request.encode(request, policy)))
const decode = (text: string) => Result.getOrThrow(Request.decode(text))

/** A request with all mandatory fields and any content. */
const AnyRequest = Schema.Struct({
  ...Request.Request.fields,
  version: Schema.Literals(["0300", "0310", "0320"]),
  protocolIdentifier: Schema.String.check(Schema.isPattern(/^\d{12}$/)),
  register: Schema.String.check(Schema.isPattern(/^(?:0[1-9]|[1-9]\d)$/)),
  amount: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999_999_999 })),
  currency: Currency.CurrencyCode,
  action: Schema.Literals(["debit", "credit", "cancel", "duplicata", "identification", "print", "4", "B"]),
  customerPhone: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\d{8,20}$/))),
  extra: Schema.optionalKey(
    Schema.Tuple([
      Schema.Struct({ tag: Schema.Literal("IM"), value: Schema.String.check(Schema.isPattern(/^[!-~]{1,50}$/)) }),
      Schema.Struct({ tag: Schema.Literal("Q7"), value: Schema.String.check(Schema.isPattern(/^[!-~]{1,50}$/)) })
    ])
  ),
  tickets: Schema.optionalKey(
    Schema.Tuple([
      Schema.Struct({
        copy: Schema.Literals(["customer", "merchant"]),
        format: Schema.Literals(["text", "html"]),
        text: Schema.String.check(Schema.isPattern(/^[ -~À-ÿ]{1,200}$/))
      })
    ])
  )
})

/** Reading masks the value; the rest must be unchanged. */
const masked = <A>(value: A): A =>
  typeof value === "string"
    ? (Mask.value(value) as A)
    : Array.isArray(value)
      ? (value.map(masked) as A)
      : typeof value === "object" && value !== null
        ? (Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)])) as A)
        : value

describe("the frame of a request", () => {
  const frameOf = (request: Request.Request) => Result.getOrThrow(Request.encodeWithFrame(request))

  it.effect.prop("is the text as reading would mask it, for any request", [AnyRequest], ([any]) =>
    Effect.sync(() => {
      // A ticket turns anything but a print request into a response.
      const request = { ...any, action: any.tickets === undefined ? any.action : "print" } as Request.Request
      const { text, frame } = frameOf(request)
      assert.strictEqual(text, encode(request))
      assert.strictEqual(frame, Tlv.redact(text))
    })
  )

  it("masks a card number wherever it stands, but not the order's id", () => {
    const pan = "4970101234567890"
    const ticket = { copy: "merchant", format: "text", text: `card ${pan} sold` } as const
    for (const request of [
      { ...debit, customerPhone: pan },
      { ...debit, customerEmail: `${pan}@shop.example` },
      { ...debit, extra: [{ tag: "IM", value: pan }] },
      { ...debit, action: "print", tickets: [ticket, ticket] }
    ] satisfies ReadonlyArray<Request.Request>) {
      const { text, frame } = frameOf({ ...request, privateData: "1732790400000123" })
      assert.notStrictEqual(frame, text)
      assert.notInclude(frame, pan)
      assert.include(frame, "CF0161732790400000123")
      assert.strictEqual(frame, Tlv.redact(text))
    }
  })
})

describe("Request", () => {
  it.prop("comes back as it was encoded, card numbers masked", [AnyRequest], ([request]) => {
    const { request: read, warnings } = decode(encode(request))
    assert.deepStrictEqual(read, masked(request))
    assert.isTrue(warnings.every(({ code }) => code === "unknown-tag" || code === "bounds"))
  })

  it("reads a phone number that is as long as a card's, and never sends its mask", () => {
    for (const customerPhone of ["06123456", "0033612345678", "12345678901234567890"]) {
      const { request, warnings } = decode(encode({ ...debit, customerPhone }))
      assert.strictEqual(request.customerPhone, Mask.text(customerPhone))
      assert.deepStrictEqual(warnings, [])
      assert.isTrue(Result.isSuccess(Schema.decodeUnknownResult(Request.Request)(request)))
      assert.strictEqual(Result.isSuccess(Request.encode(request)), customerPhone.length < 13)
    }
  })

  describe("encoding", () => {
    it("puts the fields in the order of published samples, then the options", () => {
      assert.strictEqual(encode(debit), "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978")
      assert.strictEqual(
        encode({
          ...debit,
          ticket: "100",
          customerEmail: "a@b.fr",
          customerPhone: "0612345678",
          reference: "R1",
          privateData: "ORDER_1",
          paymentApplication: "00C",
          partialPayment: false,
          forceAuthorization: true,
          answerDelay: "end",
          extra: [{ tag: "IM", value: "77" }]
        }),
        "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978BA0010BB0011BF0010CC00300CCF007ORDER_1CH002R1BH0100612345678BI006a@b.frCK003100IM00277"
      )
    })

    it("writes the actions that have names, and any other character", () => {
      for (const [action, code] of [
        ["debit", "0"],
        ["credit", "1"],
        ["cancel", "2"],
        ["duplicata", "3"],
        ["identification", "I"],
        ["print", "P"],
        ["T", "T"]
      ] as const) {
        assert.include(encode({ ...debit, action }), `CD001${code}`)
        assert.strictEqual(decode(encode({ ...debit, action })).request.action, action)
      }
      assert.deepInclude(refusal({ ...debit, action: "refund" }), { tag: "CD", problem: "6 characters, expected 1" })
    })

    it("pads an amount to two digits and no further", () => {
      for (const [amount, field] of [
        [0, "CB00200"],
        [9, "CB00209"],
        [10, "CB00210"],
        [100, "CB003100"],
        [999_999_999_999, "CB012999999999999"]
      ] as const) {
        assert.include(encode({ ...debit, amount }), field)
      }
    })

    it.each([-1, 0.5, 1_000_000_000_000, Number.NaN, Number.POSITIVE_INFINITY, 1e21])(
      "refuses %d as an amount",
      (amount) => {
        assert.deepInclude(refusal({ ...debit, amount }), {
          tag: "CB",
          problem: "expected whole minor units, 0 to 999999999999"
        })
      }
    )

    it("writes the numeric code of every currency of the API, zeros included", () => {
      for (const { code, numericCode } of Currency.all) {
        const text = encode({ ...debit, currency: code })
        assert.include(text, `CE003${numericCode}`)
        assert.strictEqual(decode(text).request.currency, code)
      }
    })

    it.each([
      ["CZ", { version: "320" }],
      ["CZ", { version: "03.2" }],
      ["CZ", { version: "0330" }],
      ["CZ", { version: "9999" }],
      ["CJ", { protocolIdentifier: "012" }],
      ["CJ", { protocolIdentifier: "0123456789012" }],
      ["CA", { register: "1" }],
      ["CA", { register: "00" }],
      ["CC", { paymentApplication: "00" }],
      ["CC", { paymentApplication: "00c" }],
      ["CF", { privateData: "é" }],
      ["CF", { privateData: "x".repeat(100) }],
      ["CF", { privateData: "" }],
      ["CF", { privateData: "line\nbreak" }],
      ["BH", { customerPhone: "0612345" }],
      ["BH", { customerPhone: "+33612345678" }],
      ["BI", { customerEmail: "a@b.f" }],
      ["CK", { ticket: "10" }],
      ["CK", { ticket: "130" }],
      ["CK", { ticket: "ABC" }],
      ["q7", { extra: [{ tag: "q7", value: "x" }] }],
      ["CF", { extra: [{ tag: "CF", value: "x" }] }],
      ["Q7", { extra: [{ tag: "Q7", value: "" }] }],
      [
        "IM",
        {
          extra: [
            { tag: "IM", value: "77" },
            { tag: "IM", value: "77" }
          ]
        }
      ],
      ["OD", { extra: [{ tag: "OD", value: "no base64!" }] }],
      ["AK", { tickets: [{ copy: "customer", format: "text", text: "x".repeat(676) }] }]
    ] as const)("refuses what %s does not take: %j", (tag, change) => {
      assert.strictEqual(refusal({ ...debit, ...change }).tag, tag)
    })

    it.each([
      ["CZ", { version: 320 }],
      ["CZ", { version: null }],
      ["CJ", { protocolIdentifier: 12345678901 }],
      ["CA", { register: 1 }],
      ["CB", { amount: "1245" }],
      ["CB", { amount: null }],
      ["CD", { action: undefined }],
      ["CD", { action: 0 }],
      ["CE", { currency: 978 }],
      ["CC", { paymentApplication: 1 }],
      ["CF", { privateData: 5 }],
      ["CF", { privateData: null }],
      ["CH", { reference: ["R1"] }],
      ["CK", { ticket: 100 }],
      ["BA", { answerDelay: "later" }],
      ["BA", { answerDelay: null }],
      ["BB", { forceAuthorization: "yes" }],
      ["BF", { partialPayment: 0 }],
      ["BH", { customerPhone: 33612345678 }],
      ["Q7", { extra: [{ tag: "Q7", value: 5 }] }],
      ["7", { extra: [{ tag: 7, value: "x" }] }]
    ] as const)("refuses for %s what only a program without types can say: %j", (tag, change) => {
      const request = { ...debit, ...change } as unknown as Request.Request
      assert.strictEqual(refusal(request).tag, tag)
    })

    it("accepts the longest value of a tag and refuses the next, naming the bound and never the value", () => {
      assert.include(encode({ ...debit, privateData: "x".repeat(99) }), "CF099x")
      const error = refusal({ ...debit, privateData: `secret${"x".repeat(94)}` })
      assert.strictEqual(error.message, "CF: 100 characters, expected 1 to 99")
    })

    it.each([
      ["protocolIdentifier", "CJ"],
      ["register", "CA"],
      ["amount", "CB"],
      ["currency", "CE"]
    ] as const)("needs %s for a payment", (key, tag) => {
      const { [key]: _, ...rest } = debit
      assert.deepInclude(refusal(rest), { tag, problem: "missing" })
    })

    it("says what a version and a register may be", () => {
      assert.strictEqual(refusal({ ...debit, version: "0330" }).message, "CZ: expected 0300, 0310 or 0320")
      assert.strictEqual(refusal({ ...debit, register: "00" }).message, "CA: expected 01 to 99")
      assert.include(encode({ ...debit, register: "99" }), "CA00299")
    })

    it("begins each request with its own version, identifier and register, whatever came before", () => {
      const begins = (change: Partial<Request.Request>) => encode({ ...debit, ...change }).slice(0, 33)
      const own = begins({})
      assert.strictEqual(own, "CZ0040320CJ012012345678901CA00201")
      for (const [change, head] of [
        [{ version: "0310" }, "CZ0040310CJ012012345678901CA00201"],
        [{ protocolIdentifier: "323540032810" }, "CZ0040320CJ012323540032810CA00201"],
        [{ register: "02" }, "CZ0040320CJ012012345678901CA00202"]
      ] as const) {
        assert.strictEqual(begins(change), head)
        assert.strictEqual(begins({}), own)
      }
    })

    it("refuses the same request again and again", () => {
      for (const wrong of [{ register: "1" }, { protocolIdentifier: "012" }, { version: "3.2" }]) {
        const first = refusal({ ...debit, ...wrong })
        assert.deepStrictEqual(refusal({ ...debit, ...wrong }), first)
      }
      const { register: _, ...without } = debit
      refusal(without)
      assert.deepInclude(refusal(without), { tag: "CA", problem: "missing" })
    })

    it("says whether the answer is wanted at the end or at once", () => {
      assert.include(encode({ ...debit, answerDelay: "end" }), "BA0010")
      assert.include(encode({ ...debit, answerDelay: "immediate" }), "BA0011")
    })

    it("needs no amount and no currency to identify the terminal", () => {
      const { amount: _, currency: __, ...rest } = debit
      assert.strictEqual(encode({ ...rest, action: "identification" }), "CZ0040320CJ012012345678901CA00201CD001I")
    })
  })

  it.each([
    ["ticket", "121", "201", "131", "103", "1000", "x100"],
    ["customerPhone", "12345678", "1234567", "123456789012345678901", "x12345678", "12345678x"]
  ] as const)("has a schema for %s", (field, good, ...bad) => {
    const fits = (value: string) => Schema.is(Request.Request)({ ...debit, [field]: value })
    assert.isTrue(fits(good))
    for (const value of bad) assert.isFalse(fits(value), value)
  })

  describe("under a policy", () => {
    it("sends what the version has and refuses the rest", () => {
      const old = { ...debit, version: "0310", forceAuthorization: true, reference: "R1" }
      assert.include(encode(old, SendPolicy.v31), "BB0011CH002R1")
      assert.deepInclude(refusal({ ...old, ticket: "100" }, SendPolicy.v31), {
        tag: "CK",
        problem: "not sent under 0310"
      })
      assert.include(encode({ ...debit, ticket: "100" }, SendPolicy.v32), "CK003100")
    })

    it("refuses another version", () => {
      assert.deepInclude(refusal(debit, SendPolicy.v31), { tag: "CZ", problem: "expected 0310" })
    })

    it("holds for what never changes, too", () => {
      const without = SendPolicy.excluding(SendPolicy.v32, ["CJ", "CE"])
      encode(debit, SendPolicy.v32)
      assert.strictEqual(refusal(debit, without).tag, "CJ")
    })
  })

  describe("decoding", () => {
    it("takes any order", () => {
      assert.deepStrictEqual(decode("CE003978CD0010CB0041245CA00201CJ012012345678901CZ0040320").request, debit)
    })

    it("counts a request without a version as 0300, with a warning", () => {
      const { request, warnings } = decode("CJ012012345678901CA00201CB0041245CD0010CE003978")
      assert.strictEqual(request.version, "0300")
      assert.deepStrictEqual(warnings, [{ code: "no-version", tag: "CZ", message: "no version" }])
      assert.deepStrictEqual(decode("CD001I").warnings, [])
    })

    it("says where the version stands, if it is not the first field", () => {
      assert.deepStrictEqual(decode("CD001ICZ0040320").warnings, [
        { code: "order", tag: "CZ", offset: 6, message: "the version is not the first field" }
      ])
    })

    it("needs an action", () => {
      assert.deepInclude(Result.getOrThrow(Result.flip(Request.decode("CZ0040320CB0041245"))), {
        _tag: "TlvMalformed",
        tag: "CD",
        offset: 18,
        problem: "the action is missing"
      })
    })

    it("keeps unknown and private fields in their order", () => {
      const { request, warnings } = decode(`${encode(debit)}Q7003abcIM00277Q8001x`)
      assert.deepStrictEqual(request.extra, [
        { tag: "Q7", value: "abc" },
        { tag: "IM", value: "77" },
        { tag: "Q8", value: "x" }
      ])
      assert.deepStrictEqual(
        warnings.map(({ code, tag }) => [code, tag]),
        [
          ["unknown-tag", "Q7"],
          ["unknown-tag", "Q8"]
        ]
      )
    })

    it("keeps each of several unknown fields with one tag, with a warning", () => {
      const { request, warnings } = decode("CZ0040320CD0010Q7001aQ7001b")
      assert.deepStrictEqual(request.extra, [
        { tag: "Q7", value: "a" },
        { tag: "Q7", value: "b" }
      ])
      assert.deepInclude(warnings, { code: "duplicate", tag: "Q7", offset: 21, message: "sent twice" })
    })

    it.each([
      ["CB", "CB003abc", "amount", "amount"],
      ["CB", "CB0130000000001245", "amount", "amount"],
      ["CE", "CE003999", "currency", "currency"],
      ["BA", "BA0012", "answerDelay", "answer delay"],
      ["BB", "BB0012", "forceAuthorization", "authorization request"],
      ["BF", "BF001x", "partialPayment", "partial payment"]
    ] as const)("leaves out what it does not understand in %s, with a warning", (tag, field, key, name) => {
      const { request, warnings } = decode(`CZ0040320CD0010${field}`)
      assert.isUndefined(request[key])
      assert.deepInclude(warnings, { code: "not-understood", tag, offset: 15, message: `${name}: no known value` })
    })

    it.each([
      ["CZ0040330CD0010CA00201", { tag: "CZ", offset: 0, message: "protocol version: expected 0300, 0310 or 0320" }],
      ["CZ0040320CD0010CA00200", { tag: "CA", offset: 15, message: "register number: expected 01 to 99" }]
    ])("takes what a terminal may take and no register should send, with a warning: %s", (text, warning) => {
      const { request, warnings } = decode(text)
      assert.deepInclude(request, { version: text.slice(5, 9), register: text.slice(-2) })
      assert.deepStrictEqual(warnings, [{ code: "not-documented", ...warning }])
    })

    it("reads the first of two fields with one tag, with a warning", () => {
      const { request, warnings } = decode("CZ0040320CD0010CB00210CB00220")
      assert.strictEqual(request.amount, 10)
      assert.deepInclude(warnings, {
        code: "duplicate",
        tag: "CB",
        offset: 22,
        message: "sent twice; the first one counts"
      })
    })

    it("reads one message and says where another begins", () => {
      const { request, fields, warnings } = decode(encode(debit) + encode({ ...debit, amount: 5 }))
      assert.strictEqual(request.amount, 1245)
      assert.strictEqual(fields.length, 6)
      assert.deepInclude(warnings[0], {
        code: "another-message",
        offset: encode(debit).length,
        message: "a second message begins here; it was not read"
      })
    })

    it("reads what is to be printed", () => {
      const { amount: _, currency: __, ...rest } = debit
      const tickets = [{ copy: "customer", format: "text", text: "BONJOUR" }] as const
      assert.deepStrictEqual(decode(encode({ ...rest, action: "print", tickets })).request.tickets, tickets)
    })

    it("reads what is to be printed where it stands outside a ZT", () => {
      const [ticket, ...others] = decode(`CZ0040320CD001PAK012${btoa("BONJOUR")}`).request.tickets ?? []
      assert.strictEqual(ticket?.text, "BONJOUR")
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual(decode(`CZ0040320CD001PAK012${btoa("BONJOUR")}`).request.extra, undefined)
    })

    it("has no list of tickets, rather than an empty one, if nothing can be printed", () => {
      assert.notProperty(decode("CZ0040320CD001P").request, "tickets")
      assert.notProperty(decode("CZ0040320CD001PZT008CK003100").request, "tickets")
    })

    it("keeps the warnings that reading the fields gave", () => {
      const { fields, warnings } = decode("??CZ0040300CD0010")
      assert.deepStrictEqual(
        warnings.map(({ code }) => code),
        ["leading-bytes"]
      )
      assert.deepStrictEqual(Request.fromFields(fields).warnings, [])
      assert.deepStrictEqual(Request.fromFields(fields, warnings).warnings, warnings)
    })

    it("reads the first ticket request, whatever tickets follow it", () => {
      assert.strictEqual(decode("CZ0040320CD001PCK003100CK003110").request.ticket, "100")
    })

    it("passes on why a text cannot be read", () => {
      assert.strictEqual(Result.getOrThrow(Result.flip(Request.decode("CZ00403"))) instanceof Tlv.Incomplete, true)
    })
  })
})
