import { type Currency, Money, OrderRequest, Receipt, TerminalTarget } from "@hipay-pos/core"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { interpretResponse, type OrderAnswer } from "../src/interpretResponse.ts"
import { readJsonIn } from "../src/Transport.ts"

const requestOf = (minorUnits: number, currency: Currency.CurrencyCode) =>
  Result.getOrThrow(
    OrderRequest.make(
      { orderId: "A", amount: Result.getOrThrow(Money.make(minorUnits, currency)) },
      TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
    )
  )

const request = requestOf(1250, "EUR")

const resultOf = (status: number, json: unknown, rest: Partial<OrderAnswer> = {}) =>
  interpretResponse(request, { status, headers: new Headers(), json, ...rest })

const tagOf = (...answer: Parameters<typeof resultOf>) => {
  const result = resultOf(...answer)
  return Result.isSuccess(result) ? result.success._tag : result.failure.reason._tag
}

/** The outcome of an answer that proves one. */
const paidOn = (json: object) => Result.getOrThrow(resultOf(200, json))
/** Why an answer proves none. */
const reasonOn = (...answer: Parameters<typeof resultOf>) => Result.getOrThrow(Result.flip(resultOf(...answer))).reason

describe("a status that would mean never started", () => {
  it.each([400, 403, 404, 422])("means it on HTTP %i with the contract's error", (status) => {
    assert.strictEqual(tagOf(status, { error: { code: "unavailable.terminal.bad.request" } }), "NotStarted")
  })

  it.each([
    [409, "terminal.unresolved"],
    [409, "cancel.not.the.last"],
    [500, "attempt.not.recorded"],
    [503, "server.closing"]
  ])("means it on HTTP %i where a server of this toolkit says %s", (status, code) => {
    assert.strictEqual(tagOf(status, { error: { code, details: { attempt: "/attempts/1" } } }), "NotStarted")
    assert.strictEqual(tagOf(504, { error: { code } }), "OutcomeUnknown")
  })

  it("names the attempt to resolve only if it blocks the terminal", () => {
    const details = { attempt: "/attempts/1" }
    const named = reasonOn(409, { error: { code: "terminal.unresolved", details } })
    assert.deepInclude(named, { _tag: "NotStarted", unresolvedAttempt: "/attempts/1" })
    assert.notProperty(reasonOn(409, { error: { code: "cancel.not.the.last", details } }), "unresolvedAttempt")
  })

  it("means it on HTTP 502 if a server of this toolkit names its attempt and why its terminal cannot be reached", () => {
    const unreachable = (details: unknown) =>
      reasonOn(502, { error: { code: "unavailable.terminal.bad.request", description: "Unable.", details } })
    assert.deepInclude(unreachable({ attempt: "/attempts/1", kind: "HostUnknown" }), {
      _tag: "NotStarted",
      kind: "Rejected",
      detail: "Unable.",
      status: 502
    })
    for (const details of [
      undefined,
      null,
      "…",
      {},
      { kind: "HostUnknown" },
      { attempt: "/attempts/1" },
      { attempt: 1, kind: 2 }
    ]) {
      assert.strictEqual(unreachable(details)._tag, "OutcomeUnknown", JSON.stringify(details))
    }
    const details = { attempt: "/attempts/1", kind: "HostUnknown" }
    assert.strictEqual(tagOf(502, { error: { code: "busy.terminal.bad.request", details } }), "OutcomeUnknown")
    assert.strictEqual(
      tagOf(502, { paymentStatus: "Failed", error: { code: "unavailable.terminal.bad.request", details } }),
      "OutcomeUnknown"
    )
  })

  it("proves nothing on HTTP 409 with a code of another service", () => {
    assert.strictEqual(tagOf(409, { error: { code: "conflict" } }), "OutcomeUnknown")
  })

  it.each([500, 502, 503])("proves nothing on HTTP %i with a code of another service", (status) => {
    assert.strictEqual(tagOf(status, { error: { code: "unavailable.terminal.bad.request" } }), "OutcomeUnknown")
  })

  it.each(["Success", "Failure", "Failed", "Pending", 1])("proves nothing beside paymentStatus %s", (paymentStatus) => {
    assert.strictEqual(tagOf(400, { paymentStatus }), "OutcomeUnknown")
  })

  it.each([null, ""])("means it beside paymentStatus %j, which says nothing", (paymentStatus) => {
    assert.strictEqual(tagOf(400, { paymentStatus }), "NotStarted")
  })

  it.each(["outcome.unknown", "attempt.unresolved"])("proves nothing beside the code %s", (code) => {
    assert.strictEqual(tagOf(400, { error: { code } }), "OutcomeUnknown")
  })

  it.each(["1001", "1006", "7777"])("proves nothing beside the payment's error %s", (errorCode) => {
    assert.strictEqual(tagOf(400, { error: { errorCode } }), "OutcomeUnknown")
    assert.strictEqual(tagOf(400, { errorCode }), "OutcomeUnknown")
  })

  it("proves nothing beside two of them that disagree", () => {
    assert.strictEqual(tagOf(400, { error: { errorCode: "1004" }, errorCode: "1006" }), "OutcomeUnknown")
  })

  it.each(["1002", "1004"])("means it beside the payment's error %s, which says the same", (errorCode) => {
    assert.strictEqual(tagOf(401, { errorCode }), "NotStarted")
  })

  it("proves nothing beside a terminal's receipt", () => {
    assert.strictEqual(tagOf(400, { receipt: "UkVDRUlQVCA5OSBFVVI==" }), "OutcomeUnknown")
    assert.strictEqual(tagOf(400, { receipt: "" }), "NotStarted")
  })

  it.each([
    { payment_status: "Success" },
    { PaymentStatus: "Success" },
    { data: { paymentStatus: "Success" } },
    [{ paymentStatus: "Success" }],
    { receipt: "DEBIT 12,45 EUR" },
    { authorizationNumber: "123456" },
    { transaction: { authorisation_code: "123456" } },
    { error: { code: "x.y", paymentStatus: "Success" } }
  ])("proves nothing beside a payment in other words: %j", (json) => {
    assert.strictEqual(tagOf(400, json), "OutcomeUnknown")
  })

  it.each([
    '<b>Warning</b>: mkdir()\n{"paymentStatus": "Success"}',
    ')]}\'\n{"authorization_number":"123456"}',
    JSON.stringify(JSON.stringify({ paymentStatus: "Success" }))
  ])("proves nothing beside a payment in a page or another text: %s", (text) => {
    const bytes = new TextEncoder().encode(text)
    assert.strictEqual(tagOf(400, undefined, readJsonIn(bytes)), "OutcomeUnknown")
    assert.strictEqual(tagOf(400, undefined, readJsonIn(new TextEncoder().encode("<h1>400</h1>"))), "NotStarted")
  })

  it("says why it proves nothing", () => {
    const detailOf = (json: unknown, more = {}) => reasonOn(400, json, more).message
    assert.include(
      detailOf({ data: { paymentStatus: "Success" } }),
      "the server answered 400, but its answer tells of a payment"
    )
    assert.include(
      detailOf({ error: { code: "x.y", message: "No terminal" }, receipt: "DEBIT" }),
      "No terminal, but its answer tells of a payment"
    )
    assert.include(
      detailOf({ errorCode: "INVALID_REQUEST" }),
      "the server answered 400, but its answer has the error code of a payment"
    )
    assert.include(
      detailOf(undefined, { fault: "Truncated" }),
      "the server answered 400, but its answer cannot be read to the end"
    )
  })

  it.each(["", "000000", "      ", 0, null])("means it beside the authorization number %j, which is none", (number) => {
    assert.strictEqual(tagOf(400, { authorization_number: number }), "NotStarted")
  })

  it("means it where only the order that it repeats, or its details, mention one", () => {
    const order = { custom_data: { receipt: "by e-mail" } }
    assert.strictEqual(tagOf(400, { error: { code: "x.y", details: { receipt: "x" } }, order }), "NotStarted")
  })

  it("proves nothing if the answer cannot be read to its end", () => {
    for (const fault of ["Truncated", "Charset", "TooLarge"] as const) {
      assert.strictEqual(tagOf(400, undefined, { fault }), "OutcomeUnknown")
    }
    assert.strictEqual(tagOf(400, undefined, { fault: "NotJson" }), "NotStarted")
    assert.strictEqual(tagOf(400, undefined, { fault: "Empty" }), "NotStarted")
  })
})

describe("an answer that repeats an order", () => {
  const about = (order: object) => ({ order: { price: { amount: 1250, currency: "EUR" }, ...order } })

  it("is believed when the order is the one that was sent", () => {
    const order = about({ order_id: "A", transaction_type: "debit" })
    assert.strictEqual(tagOf(200, { paymentStatus: "Success", ...order }), "Approved")
    assert.strictEqual(tagOf(200, { paymentStatus: "Failure", errorCode: "1006", ...order }), "Declined")
  })

  it("is believed when it has the currency in lower case", () => {
    const order = { order_id: "A", price: { amount: 1250, currency: "eur" } }
    assert.strictEqual(tagOf(200, { paymentStatus: "Success", order }), "Approved")
  })

  it.each([{ order_id: "B" }, { order_id: 7 }, { order_id: "A", transaction_type: "Credit" }])(
    "proves nothing about this one when it repeats %j",
    (order) => {
      assert.strictEqual(tagOf(200, { paymentStatus: "Success", ...about(order) }), "OutcomeUnknown")
      assert.strictEqual(tagOf(200, { paymentStatus: "Failure", errorCode: "1006", ...about(order) }), "OutcomeUnknown")
    }
  )

  it.each([
    ["1000", "ApprovedInPart"],
    ["12.50", "OutcomeUnknown"],
    ["12.00", "OutcomeUnknown"],
    ["1000.0", "OutcomeUnknown"],
    [12.5, "OutcomeUnknown"],
    ["10,00", "OutcomeUnknown"],
    [[1000], "OutcomeUnknown"],
    ["", "OutcomeUnknown"]
  ])("takes the amount %j for no full payment", (amount, expected) => {
    const price = { amount, currency: "EUR" }
    assert.strictEqual(tagOf(200, { paymentStatus: "Success", order: { price } }), expected)
  })
})

describe("what proves nothing", () => {
  const about = (order: object | string) => ({ paymentStatus: "Success", order })
  const price = { amount: 1250, currency: "EUR" }

  it.each([
    [about({ order_id: "B" }), "the answer is about another order"],
    [about({ transaction_type: "Credit" }), "the answer is about another type of transaction"],
    [about({ price: { amount: 1250, currency: "USD" } }), "the answer is in USD, the order in EUR"],
    [about({ price: { ...price, amount: 1251 } }), "the answer says 1251 minor units, the order 1250"],
    [about({ price: { ...price, amount: 0 } }), "the answer says 0 minor units, the order 1250"],
    [about({ price: { ...price, amount: 12.5 } }), "the answer says 12.5 minor units, the order 1250"],
    [about({ price: { ...price, amount: "12,50" } }), "the answer's amount cannot be read"],
    [about({ price: 617 }), "the answer's amount cannot be read"],
    [about({ price: "6.17" }), "the answer's amount cannot be read"],
    [about({ price: [{ amount: 617 }] }), "the answer's amount cannot be read"],
    [about([{ order_id: "A", price }]), "the answer is about another order"],
    [about("B"), "the answer is about another order"],
    [about("A"), "the answer's amount cannot be read"],
    [{ paymentStatus: "Failure", errorCode: "1006", order: "B" }, "the answer is about another order"],
    [{ paymentStatus: "Perhaps" }, "the answer does not say how it ended"],
    [{}, "the answer does not say how it ended"]
  ])("is told in words: %j", (json, detail) => {
    assert.deepInclude(reasonOn(200, json), { _tag: "OutcomeUnknown", kind: "Inconclusive", detail, status: 200 })
  })

  it.each([
    [12, "EUR", 1200, "OutcomeUnknown"],
    ["12", "EUR", 1200, "OutcomeUnknown"],
    [3, "KWD", 3000, "OutcomeUnknown"],
    [12, "EUR", 1300, "ApprovedInPart"],
    [1, "JPY", 100, "ApprovedInPart"],
    [100, "JPY", 100, "Approved"]
  ] as const)(
    "is a part of %j %s of %i minor units that is the whole in major units: %s",
    (amount, currency, asked, tag) => {
      const json = about({ price: { amount, currency } })
      const answer = (headers: Headers) => interpretResponse(requestOf(asked, currency), { status: 200, headers, json })
      const result = answer(new Headers())
      assert.strictEqual(Result.isSuccess(result) ? result.success._tag : result.failure.reason._tag, tag)
      // A server of this toolkit says what remains.
      const left = answer(new Headers({ "x-hipay-pos-remaining": `${asked - Number(amount)}` }))
      assert.strictEqual(Result.getOrThrow(left)._tag, asked === amount ? "Approved" : "ApprovedInPart")
    }
  )

  it("is explained if an amount may be the whole in major units", () => {
    const json = about({ price: { amount: 12, currency: "EUR" } })
    const result = interpretResponse(requestOf(1200, "EUR"), { status: 200, headers: new Headers(), json })
    assert.deepInclude(Result.getOrThrow(Result.flip(result)).reason, {
      kind: "Inconclusive",
      detail: "the answer says 12, which is 0.12 EUR in minor units, and may mean all of 12.00 EUR"
    })
  })

  it.each([
    ["tip", 1000, "-250"],
    ["tip", 1250, "0"],
    ["over", 1000, "-250"],
    ["over", 1500, "250 EUR"]
  ])("is explained if nothing can have been charged beyond the order: %s, %i, %s", (name, amount, beyond) => {
    const headers = new Headers({ [`x-hipay-pos-${name}`]: beyond })
    assert.deepInclude(reasonOn(200, about({ price: { amount, currency: "EUR" } }), { headers }), {
      kind: "Inconclusive",
      detail: "the answer's amount and what it says was charged beyond the order do not add up"
    })
  })

  it("is explained if what remains and what was paid do not add up", () => {
    const headers = new Headers({ "x-hipay-pos-remaining": "100" })
    assert.deepInclude(reasonOn(200, about({ price }), { headers }), {
      kind: "Inconclusive",
      detail: "the answer's amount and what it says to remain do not add up"
    })
  })

  it.each([
    ["Empty", "the answer is empty"],
    ["NotJson", "the answer is a page or another text instead of JSON"],
    ["Truncated", "the answer's JSON stops in the middle"],
    ["Charset", "the answer's bytes are not UTF-8"],
    ["TooLarge", "the answer is larger than an answer can be"]
  ] as const)("is told in words where the body cannot be read: %s", (fault, detail) => {
    assert.deepInclude(reasonOn(200, undefined, { fault }), { kind: fault, detail })
  })

  it.each([
    [0, "Redirected"],
    [202, "Inconclusive"],
    [204, "Empty"],
    [205, "Empty"],
    [299, "Inconclusive"],
    [300, "Redirected"],
    [399, "Redirected"],
    [402, "Inconclusive"],
    [499, "Inconclusive"],
    [500, "ServerFailed"],
    [599, "ServerFailed"]
  ] as const)("is the status %i: %s", (status, kind) => {
    assert.deepInclude(reasonOn(status, undefined), { kind, detail: `the server answered ${status}` })
  })

  it("is that an order was approved before, on any other status than 409", () => {
    const json = { error: { code: "attempt.already.approved", details: { recorded: { paymentStatus: "Success" } } } }
    assert.strictEqual(tagOf(409, json), "AlreadyApproved")
    assert.strictEqual(tagOf(410, json), "OutcomeUnknown")
  })
})

describe("a success", () => {
  const success = { paymentStatus: "Success", order: { order_id: "A", price: { amount: 1250, currency: "EUR" } } }

  it.each([
    undefined,
    null,
    {},
    { errorCode: null },
    { errorCode: "00" },
    { code: null },
    { code: "", message: "" },
    false,
    "",
    "00",
    "10",
    1
  ])("is paid beside the error %j, which contradicts nothing", (error) => {
    assert.strictEqual(tagOf(200, { ...success, error }), "Approved")
  })

  it("is paid beside an empty list for the error, and a list that says something contradicts it", () => {
    assert.strictEqual(tagOf(200, { ...success, error: [] }), "Approved")
    assert.strictEqual(tagOf(200, { ...success, error: [[]] }), "OutcomeUnknown")
  })

  it("is paid, and a failure with the code of a refusal declined, beside an empty list for the order or its price", () => {
    for (const order of [[], { order_id: "A", price: [] }]) {
      assert.strictEqual(tagOf(200, { paymentStatus: "Success", order }), "Approved")
      const error = { errorCode: "1006" }
      assert.strictEqual(tagOf(200, { paymentStatus: "Failure", error, order }), "Declined")
    }
  })

  it.each([
    [
      { code: "unavailable.terminal.bad.request", status: 400, description: "Unable to contact the terminal." },
      "unavailable.terminal.bad.request",
      "Unable to contact the terminal."
    ],
    [{ code: "outcome.unknown" }, "outcome.unknown", "Unknown code outcome.unknown"],
    [{ errorCode: "00", code: 400, message: "Bad Request" }, "400", "Bad Request"],
    ["1006", "1006", "Cancelled or refused at the terminal"],
    ["Connection time out", "Connection time out", "Unknown code Connection time out"],
    [1006, "1006", "Cancelled or refused at the terminal"],
    [[{ errorCode: "1006" }], '[{"errorCode":"1006"}]', 'Unknown code [{"errorCode":"1006"}]'],
    ["4970101122334422", "497010******4422", "Unknown code 497010******4422"]
  ])("is unknown beside the error %j, which contradicts it", (error, code, why) => {
    assert.deepInclude(reasonOn(200, { ...success, error }), {
      _tag: "OutcomeUnknown",
      kind: "Inconclusive",
      code,
      detail: `approved, yet with the error code ${code} (${why})`
    })
  })
})

describe("an order that the server knows from before", () => {
  const paid = (amount: number, currency = "EUR") => ({
    paymentStatus: "Success",
    order: { price: { amount, currency } }
  })
  const conflict = (code: string, details: object = {}) => ({
    error: { code, description: "Known.", details: { attempt: "/attempts/1", ...details } }
  })
  const approvedBefore = (recorded: object) => reasonOn(409, conflict("attempt.already.approved", { recorded }))

  it("is unsettled while the server does not know how its attempt ended", () => {
    assert.deepInclude(reasonOn(409, conflict("attempt.unresolved", { state: "unknown" })), {
      _tag: "Unsettled",
      kind: "Reported",
      serverAttempt: "/attempts/1",
      code: "attempt.unresolved",
      status: 409,
      detail: "Known."
    })
  })

  it("was kept back because its attempts cannot be read if the server says so, and shows no signs of a payment", () => {
    const code = "attempts.unreadable"
    const told = (status: number, json: object) => ({ reason: undefined, ...reasonOn(status, json) }).reason
    assert.strictEqual(told(500, { error: { code } }), code)
    assert.isUndefined(told(503, { error: { code } }))
    assert.isUndefined(told(500, { error: { code: "internal.error" } }))
    assert.notStrictEqual(told(500, { error: { code }, authorization_number: "A12345" }), code)
  })

  it.each([undefined, "open", "unknown"])("is unsettled if another order of its id is in the state %s", (state) => {
    assert.strictEqual(tagOf(409, conflict("attempt.different", { state })), "Unsettled")
  })

  it.each(["approved", "approved-in-part"])("is a conflict if another order of its id is %s", (state) => {
    assert.deepInclude(reasonOn(409, conflict("attempt.different", { state })), {
      _tag: "OrderIdConflict",
      serverAttempt: "/attempts/1",
      code: "attempt.different"
    })
  })

  it("was approved before if amount and currency are equal, in full or in part", () => {
    assert.deepInclude(approvedBefore(paid(1250)), { _tag: "AlreadyApproved", state: "approved", paid: 1250 })
    assert.deepInclude(approvedBefore({ paymentStatus: "Success" }), { _tag: "AlreadyApproved", state: "approved" })
    assert.deepInclude(approvedBefore(paid(1000)), { _tag: "AlreadyApproved", state: "approved-in-part", paid: 1000 })
  })

  it("was approved before for more than asked if the server says how much, as a tip or not", () => {
    const approvedFor = (amount: number, details: object) =>
      reasonOn(409, conflict("attempt.already.approved", { recorded: paid(amount), ...details }))
    const more = { _tag: "AlreadyApproved", state: "approved", paid: 1500 } as const
    assert.deepInclude(approvedFor(1500, { paid: 1500, tip: 250 }), { ...more, tip: 250 })
    for (const tip of [undefined, 100]) {
      const withoutTip = approvedFor(1500, { paid: 1500, tip })
      assert.deepInclude(withoutTip, more)
      assert.notProperty(withoutTip, "tip")
    }
    assert.strictEqual(approvedFor(1500, { paid: 1400, tip: 150 })._tag, "OrderIdConflict")
    assert.strictEqual(approvedFor(1500, { paid: "1500", tip: 250 })._tag, "OrderIdConflict")
    assert.deepInclude(approvedFor(1250, { paid: "1000" }), { _tag: "AlreadyApproved", state: "approved", paid: 1250 })
    const unnamed = reasonOn(409, conflict("conflict", { recorded: paid(1500), paid: 1500, tip: 250 }))
    assert.strictEqual(unnamed._tag, "OrderIdConflict")
  })

  it("was approved before in part if the server says so of an amount that is the whole in major units", () => {
    const reason = (details: object) => {
      const json = conflict("attempt.already.approved", { recorded: paid(12), ...details })
      const result = interpretResponse(requestOf(1200, "EUR"), { status: 409, headers: new Headers(), json })
      return Result.getOrThrow(Result.flip(result)).reason
    }
    assert.deepInclude(reason({ paid: 12 }), { _tag: "AlreadyApproved", state: "approved-in-part", paid: 12 })
    assert.strictEqual(reason({})._tag, "OrderIdConflict")
    assert.strictEqual(reason({ paid: 600 })._tag, "OrderIdConflict")
  })

  it("was approved before if only something else differs, and says what", () => {
    const reason = reasonOn(
      409,
      conflict("attempt.already.approved", { recorded: paid(1250), differs: ["order.description"] })
    )
    assert.deepInclude(reason, { _tag: "AlreadyApproved", paid: 1250, differs: ["order.description"] })
    assert.strictEqual(reason.message, "this order was approved before, with another order.description")
    const terminal = "pos_technical_info.host_information"
    const settings = "pos_technical_info.terminal_transaction_display"
    for (const [differs, message] of [
      [[terminal], "this order was approved before at another terminal"],
      [[settings, terminal], "this order was approved before at another terminal"],
      [["pos_technical_info.device_information"], "this order was approved before at another terminal"],
      [[settings], `this order was approved before, with another ${settings}`],
      [["pos_technical_info"], "this order was approved before, with another pos_technical_info"]
    ] as const) {
      const reason = reasonOn(409, conflict("attempt.already.approved", { recorded: paid(1250), differs }))
      assert.strictEqual(reason.message, message)
    }
    for (const differs of [[], [1], "order", null]) {
      const reason = reasonOn(409, conflict("attempt.already.approved", { recorded: paid(1250), differs }))
      assert.strictEqual(reason.message, "this order was approved before")
    }
  })

  it.each(["approved", "approved-in-part"] as const)(
    "was reversed, and is not paid, after a cancellation that is %s",
    (state) => {
      for (const told of [{}, { paid: 1250, recorded: paid(1250) }]) {
        const reason = reasonOn(409, conflict("attempt.reversed", { state, ...told }))
        assert.deepInclude(reason, { _tag: "AlreadyReversed", state, serverAttempt: "/attempts/1" })
      }
    }
  )

  it.each([undefined, "perhaps"])("was reversed in full where the server does not say which part: %s", (state) => {
    const reason = reasonOn(409, conflict("attempt.reversed", { state }))
    assert.deepInclude(reason, { _tag: "AlreadyReversed", state: "approved" })
  })

  it.each([paid(9900), paid(1250, "USD")])("is a conflict if the recorded payment is another: %j", (recorded) => {
    assert.strictEqual(approvedBefore(recorded)._tag, "OrderIdConflict")
  })

  it.each([
    paid(0),
    paid(12.5),
    { paymentStatus: "Success", order: { order_id: "B" } },
    { paymentStatus: "Success", order: "B" },
    { paymentStatus: "Success", order: { price: 500 } },
    { paymentStatus: "Perhaps" }
  ])("proves nothing where what was recorded cannot be compared: %j", (recorded) => {
    assert.strictEqual(approvedBefore(recorded)._tag, "OutcomeUnknown")
  })

  it.each([
    [
      { state: "approved", paid: 1250 },
      { state: "approved", paid: 1250 }
    ],
    [
      { state: "approved", paid: 1500, tip: 250 },
      { state: "approved", paid: 1500, tip: 250 }
    ],
    [
      { state: "approved-in-part", paid: 1000 },
      { state: "approved-in-part", paid: 1000 }
    ]
  ] as const)("was approved before where the server keeps its answer no longer: %j", (details, expected) => {
    const reason = reasonOn(409, conflict("attempt.already.approved", details))
    const recorded = { attempt: "/attempts/1", ...details }
    assert.deepInclude(reason, { _tag: "AlreadyApproved", serverAttempt: "/attempts/1", recorded, ...expected })
  })

  it.each([
    { state: "approved", paid: 1500, tip: 100 },
    { state: "approved", paid: 1500 },
    { state: "approved", paid: 1250, tip: 0 }
  ])("was paid without a tip unless the tip is all that was paid beyond the order: %j", (details) => {
    const reason = reasonOn(409, conflict("attempt.already.approved", details))
    assert.deepInclude(reason, { _tag: "AlreadyApproved", paid: details.paid })
    assert.notProperty(reason, "tip")
  })

  it.each([
    {},
    { state: "approved" },
    { state: "approved", paid: 0 },
    { state: "approved", paid: 1000 },
    { state: "approved-in-part", paid: 1250 },
    { state: "approved-in-part", paid: 0 },
    { paid: 1250 }
  ])("proves nothing without a recorded answer where state and amount do not fit the order: %j", (details) => {
    assert.strictEqual(tagOf(409, conflict("attempt.already.approved", details)), "OutcomeUnknown")
  })

  it("has to repeat amount and currency unless the server's code says that it compared them", () => {
    const recorded = (json: object) => tagOf(409, conflict("conflict", { recorded: json }))
    assert.strictEqual(recorded(paid(1250)), "AlreadyApproved")
    assert.strictEqual(recorded(paid(500)), "OrderIdConflict")
    for (const price of [{}, { amount: 1250 }, { currency: "EUR" }]) {
      assert.strictEqual(recorded({ paymentStatus: "Success", order: { price } }), "OutcomeUnknown")
    }
  })

  it.each(["attempt.unresolved", "attempt.different"])(
    "proves nothing with the code %s beside a payment's status",
    (code) => {
      assert.strictEqual(tagOf(409, { paymentStatus: "Failure", ...conflict(code) }), "OutcomeUnknown")
    }
  )
})

describe("a refused request", () => {
  it("has the server's code and words, the longer ones first", () => {
    const error = { code: "x", message: "Bad Request", description: "order: expected an object" }
    assert.deepInclude(reasonOn(400, { error }), { code: "x", detail: "order: expected an object" })
    assert.deepInclude(reasonOn(400, { error: { code: "x", message: "Bad Request" } }), { detail: "Bad Request" })
  })

  it("has its status if the server says nothing", () => {
    const reason = reasonOn(400, undefined)
    assert.deepInclude(reason, { kind: "Rejected", detail: "the server answered 400" })
    assert.notProperty(reason, "code")
  })
})

describe("a declined payment", () => {
  it.each([
    ["02", "refused"],
    ["04", "refused"],
    ["05", "refused"],
    ["06", "cancelled"],
    ["11", "cancelled"],
    ["08", "timed-out"],
    ["00", "not-performed"],
    ["1006", "not-performed"]
  ] as const)("with the code %s is %s", (errorCode, reason) => {
    assert.deepInclude(paidOn({ paymentStatus: "Failure", errorCode }), { _tag: "Declined", reason })
  })

  it.each([
    ["1006", "04", "Declined"],
    ["04", "04", "Declined"],
    ["1006", "1001", "OutcomeUnknown"],
    ["01", "04", "OutcomeUnknown"],
    ["1004", "1006", "OutcomeUnknown"],
    ["1004", "1002", "NotStarted"]
  ])("with the codes %s and %s, nested and flat, is read as %s", (nested, flat, tag) => {
    assert.strictEqual(tagOf(200, { paymentStatus: "Failure", error: { errorCode: nested }, errorCode: flat }), tag)
  })

  it.each([
    [{ code: "outcome.unknown", errorCode: "1006" }, "OutcomeUnknown"],
    [{ code: "outcome.unknown", description: "cut" }, "OutcomeUnknown"],
    [{ code: 1005 }, "OutcomeUnknown"],
    ["Connection time out", "OutcomeUnknown"],
    ["1005", "OutcomeUnknown"],
    [[{ errorCode: "1005" }], "OutcomeUnknown"],
    [true, "OutcomeUnknown"],
    [{ code: "1006" }, "Declined"],
    [{ code: "" }, "Declined"],
    ["04", "Declined"],
    [{ errorDescription: "Refused" }, "Declined"],
    [{ errorCode: "1006", errorDescription: "Refused" }, "Declined"],
    [[], "Declined"],
    ["", "Declined"],
    [null, "Declined"],
    [undefined, "Declined"]
  ])("is one beside the error %j only where that says the same", (error, tag) => {
    assert.strictEqual(tagOf(200, { paymentStatus: "Failure", errorCode: "1006", error }), tag)
  })

  it("has the server's words as its label, else the code's", () => {
    const words = { errorCode: "04", errorDescription: "Do not honour" }
    assert.deepInclude(paidOn({ paymentStatus: "Failure", error: words }), { label: "Do not honour" })
    assert.deepInclude(paidOn({ paymentStatus: "Failure", errorCode: "04" }), { label: "Refused", complement: "04" })
  })
})

describe("a paid order", () => {
  const success = { paymentStatus: "Success" }

  it("has the authorization number in its card, too", () => {
    const { card, authorizationNumber } = paidOn({ ...success, authorization_number: "A12345" })
    assert.deepStrictEqual([card, authorizationNumber], [{ authorizationNumber: "A12345" }, "A12345"])
  })

  it.each(["", "1234567890123", "12 34", "<b>", 123456, null])("has none where %j stands in its place", (odd) => {
    const paid = paidOn({ ...success, authorization_number: odd })
    assert.deepStrictEqual(paid.card, {})
    assert.notProperty(paid, "authorizationNumber")
  })

  it.each([
    ["<html>", "html"],
    ["\n <p>", "html"],
    ["TOTAL <12.50>", "text"],
    ["<<< MERCI >>>", "text"],
    ["x<y", "text"]
  ] as const)("has the receipt %j as %s", (receipt, format) => {
    assert.deepStrictEqual(paidOn({ ...success, receipt: Receipt.encodeBase64(receipt) }).receipt, {
      format,
      customer: receipt
    })
  })
})

it("a paid order with an earlier request's answer says so", () => {
  const warningsOf = (headers: Record<string, string>) => {
    const answer = { status: 200, headers: new Headers(headers), json: { paymentStatus: "Success" } }
    return Result.getOrThrow(interpretResponse(request, answer)).warnings
  }
  assert.deepStrictEqual(warningsOf({}), [])
  assert.deepStrictEqual(warningsOf({ "x-hipay-pos-replayed": "2026-11-30T08:00:00.000Z" }), [
    { code: "replayed", message: "paid by an earlier request, at 2026-11-30T08:00:00.000Z" }
  ])
})

describe("the warnings of a server that names its attempt", () => {
  const told = (codes: string) => new Headers({ "x-hipay-pos-attempt": "/attempts/1", "x-hipay-pos-warnings": codes })
  const warningsOf = (json: object, codes: string) =>
    Result.getOrThrow(resultOf(200, json, { headers: told(codes) })).warnings
  const about = (code: string) => ({ code, message: `${code}: see the server's attempt /attempts/1` })

  it("are with the outcome, paid or not, by their codes", () => {
    const codes = ["currency-not-eur", "contract-unmatched"]
    for (const json of [{ paymentStatus: "Success" }, { paymentStatus: "Failure", errorCode: "04" }])
      assert.deepStrictEqual(warningsOf(json, codes.join(", ")), codes.map(about))
  })

  it("are told beside what the answer itself says", () => {
    const headers = told("currency-not-eur")
    headers.set("x-hipay-pos-replayed", "2026-11-30T08:00:00.000Z")
    const { warnings } = Result.getOrThrow(resultOf(200, { paymentStatus: "Success" }, { headers }))
    assert.deepStrictEqual(
      warnings.map(({ code }) => code),
      ["replayed", "currency-not-eur"]
    )
  })

  it("are told once, if the answer itself says the same", () => {
    const refused = { paymentStatus: "Failure", errorCode: "04", authorization_number: "123456" }
    assert.deepStrictEqual(warningsOf(refused, "authorized-not-done, receipt-damaged"), [
      about("authorized-not-done"),
      about("receipt-damaged")
    ])
  })

  it("hold no card number, and are none without a code", () => {
    const hostile = JSON.stringify(warningsOf({ paymentStatus: "Success" }, "currency, 4111111111111111"))
    assert.include(hostile, "currency")
    assert.notInclude(hostile, "111111111")
    assert.deepStrictEqual(warningsOf({ paymentStatus: "Success" }, " , "), [])
  })
})

describe("a success with an error code", () => {
  const success = (code: unknown) => ({ paymentStatus: "Success", errorCode: code })

  it.each(["10", "01", "00", "", "0", 10, null])("is paid where the code names no failure: %j", (code) => {
    assert.strictEqual(tagOf(200, success(code)), "Approved")
    assert.strictEqual(tagOf(201, { paymentStatus: "Success", error: { errorCode: code } }), "Approved")
  })

  it("is paid if no document lists the code: it is no known refusal", () => {
    assert.strictEqual(tagOf(200, success("7777")), "Approved")
    assert.strictEqual(
      Result.getOrThrow(
        Result.flip(
          interpretResponse(
            request,
            { status: 200, headers: new Headers(), json: success("7777") },
            { "7777": { meaning: "declined", reason: "told by support" } }
          )
        )
      ).reason._tag,
      "OutcomeUnknown"
    )
  })

  it.each(["1006", "1001", "1003", "1002", 1004, "02", "04", 4, "06", "08", "11", "13"])(
    "contradicts itself if the code names a failure: %j",
    (code) => {
      assert.strictEqual(tagOf(200, { paymentStatus: "Success", error: { errorCode: code } }), "OutcomeUnknown")
      assert.deepInclude(reasonOn(200, success(code)), { _tag: "OutcomeUnknown", kind: "Inconclusive", status: 200 })
    }
  )

  it.each([
    ["04", "04"],
    ["10", "04"],
    ["04", "10"],
    ["7777", "1001"]
  ])("proves nothing with the codes %s and %s, nested and flat", (nested, flat) => {
    assert.strictEqual(tagOf(200, { ...success(flat), error: { errorCode: nested } }), "OutcomeUnknown")
  })

  it("proves nothing beside the error of a request, whatever its code", () => {
    assert.strictEqual(tagOf(200, { paymentStatus: "Success", error: { code: "00" } }), "OutcomeUnknown")
    assert.strictEqual(tagOf(200, { paymentStatus: "Success", error: "00" }), "Approved")
  })

  it("is paid if both codes agree with it", () => {
    assert.strictEqual(tagOf(200, { ...success("00"), error: { errorCode: "10" } }), "Approved")
  })

  it("says so in words", () => {
    const detail = "approved, yet with the error code 04 (Refused)"
    assert.deepInclude(reasonOn(200, success("04")), { detail, code: "04" })
  })

  it("proves no earlier payment either, unless the server's code says that there was one", () => {
    const price = { amount: 1250, currency: "EUR" }
    const recorded = { ...success("1006"), order: { price } }
    const conflict = (code: string) => tagOf(409, { error: { code, details: { recorded } } })
    assert.strictEqual(conflict("conflict"), "OutcomeUnknown")
    assert.strictEqual(conflict("attempt.already.approved"), "AlreadyApproved")
  })
})

describe("an answer with a repeated name", () => {
  const said = (text: string, status = 200) => {
    const bytes = new TextEncoder().encode(text)
    return tagOf(status, JSON.parse(text), { bytes })
  }

  it.each([
    '{"paymentStatus":"Failure","paymentStatus":"Success"}',
    '{"paymentStatus":"Success","order":{"price":{"amount":625,"currency":"EUR","amount":1250}}}',
    '{"paymentStatus":"Success","order":{"order_id":"B","order_id":"A"}}',
    '{"error":{"errorCode":"1001","errorCode":"1006"},"paymentStatus":"Failure"}'
  ])("proves nothing: %s", (text) => {
    assert.strictEqual(said(text), "OutcomeUnknown")
  })

  it.each([
    ['"payment_status":"Success","payment_status":"Failure"', "1006"],
    ['"data":{"authorizationCode":"A12345"},"data":{}', "1006"],
    ['"authorization_number":"A12345","authorization_number":"000000"', "1002"],
    ['"receipt":"VElDS0VU","receipt":""', "1002"]
  ])("hides no field that only a payment has: %s", (fields, errorCode) => {
    const text = `{"paymentStatus":"Failure","errorCode":"${errorCode}",${fields}}`
    assert.strictEqual(said(text), "OutcomeUnknown")
  })

  it("says which name is the repeated one", () => {
    const text =
      '{ "order": { "order_id": "A" }, "errorCode": "1001", "errorCode": "1006", "paymentStatus": "Failure" }'
    const reason = reasonOn(200, JSON.parse(text), { bytes: new TextEncoder().encode(text) })
    assert.deepInclude(reason, { kind: "Inconclusive", detail: 'the answer says "errorCode" twice' })
  })

  it("proves nothing on a status that would mean never started", () => {
    assert.strictEqual(
      said('{"paymentStatus":"Success","paymentStatus":null,"error":{"code":"x"}}', 400),
      "OutcomeUnknown"
    )
  })

  it("may have the same name in different objects", () => {
    const custom = { amount: 1, paymentStatus: '"paymentStatus"', errorCode: ["amount", "amount"] }
    const order = { price: { amount: 1250, currency: "EUR" }, custom_data: custom }
    assert.strictEqual(said(JSON.stringify({ paymentStatus: "Success", order }, undefined, 2)), "Approved")
  })
})

describe("a server's own words", () => {
  const long = `card 4111111111111111 ${"and so on, ".repeat(90_000)}`

  it("are truncated to what a journal and a person can still read, without card numbers", () => {
    for (const json of [
      { error: { code: "x", description: long } },
      { paymentStatus: "Failure", errorDescription: long }
    ]) {
      const result = interpretResponse(request, { status: 200, headers: new Headers(), json })
      const { message } = Result.isFailure(result) ? result.failure : assert.fail()
      assert.isBelow(message.length, 600)
      assert.notInclude(message, "4111111111111111")
    }
    const refused = interpretResponse(request, {
      status: 400,
      headers: new Headers(),
      json: { error: { code: "x", description: long } }
    })
    assert.isBelow(Result.isFailure(refused) ? refused.failure.message.length : assert.fail(), 600)
  })

  it("are so too if they say why an order was not started", () => {
    const error = { code: "unavailable.terminal.bad.request", details: { kind: long } }
    const reason = reasonOn(400, { error })
    assert.propertyVal(reason, "_tag", "NotStarted")
    assert.isBelow(JSON.stringify(reason).length, 800)
    assert.notInclude(JSON.stringify(reason), "4111111111111111")
  })
})

describe("an answer with two statuses", () => {
  const failed = { paymentStatus: "Failure", errorCode: "04" }

  it.each([
    { ...failed, payment_status: "Success" },
    { ...failed, errorCode: "1004", data: { paymentStatus: "SUCCESS" } },
    { paymentStatus: "Success", payment_status: "failed" },
    { paymentStatus: "Success", data: [{ PaymentStatus: "Failure" }] }
  ])("that contradict each other proves nothing: %j", (answer) => {
    const reason = reasonOn(200, answer)
    assert.deepInclude(reason, { _tag: "OutcomeUnknown", kind: "Inconclusive", status: 200 })
    assert.include(reason.message, "the answer says both success and failure")
  })

  it("that agree, or of which one is the order's or says nothing, proves what the first one says", () => {
    for (const other of ["Failed", "", null, { toString: 1, valueOf: 1 }])
      assert.strictEqual(tagOf(200, { ...failed, payment_status: other }), "Declined")
    const order = { custom_data: { payment_status: "Success" } }
    assert.strictEqual(tagOf(200, { ...failed, order }), "Declined")
    assert.strictEqual(tagOf(200, { paymentStatus: "Success", payment_status: "success" }), "Approved")
  })
})

describe("a failure with signs of a payment", () => {
  const failure = (errorCode: string, number = "123456") => ({
    paymentStatus: "Failure",
    errorCode,
    authorization_number: number
  })
  const warned = [{ code: "authorized-not-done", message: "an authorization number beside an answer that says failed" }]

  it.each(["1006", "00"])("proves nothing if the code is %s, which gives no reason", (errorCode) => {
    assert.deepInclude(reasonOn(200, failure(errorCode)), { _tag: "OutcomeUnknown", kind: "Inconclusive" })
    assert.include(JSON.stringify(reasonOn(200, failure(errorCode))), "yet with an authorization number")
    assert.strictEqual(
      tagOf(200, { paymentStatus: "Failure", errorCode }, { authorizationNumber: "A1" }),
      "OutcomeUnknown"
    )
  })

  it.each([
    { authorization_number: "123456" },
    { authorizationCode: "123456" },
    { authorisation_number: 123456 },
    { transaction: { authorization_code: "123456" } }
  ])("proves nothing beside %j, under each name that the number has", (signs) => {
    for (const errorCode of ["1002", "1004", "1006"])
      assert.include(
        JSON.stringify(reasonOn(200, { paymentStatus: "Failure", error: { errorCode }, ...signs })),
        "yet with an authorization number"
      )
  })

  it("proves nothing with a receipt if the code says that nothing was started", () => {
    const failure = { paymentStatus: "Failure", error: { errorCode: "1004" } }
    const reason = reasonOn(200, { ...failure, receipt: "UkVDRUlQVCA5OSBFVVI=" })
    assert.deepInclude(reason, { _tag: "OutcomeUnknown", kind: "Inconclusive", status: 200 })
    assert.include(reason.message, "failed (The terminal is not connected), yet with a receipt")
    for (const receipt of ["DEBIT 12,50 EUR", { customer: "UkVDRUlQVA==" }])
      assert.strictEqual(tagOf(200, { ...failure, receipt }), "OutcomeUnknown")
    assert.strictEqual(tagOf(200, { ...failure, Receipt: "UkVDRUlQVA==" }), "OutcomeUnknown")
    const blank = { ...failure, receipt: "", authorization_number: "000000" }
    assert.strictEqual(tagOf(200, { ...blank, order: { custom_data: { authorization_code: "7" } } }), "NotStarted")
  })

  it("was not started if an override of its code says so, unless it has one", () => {
    const overrides = { "09": { meaning: "not-started", reason: "told by support" } } as const
    const reasonWith = (signs: object) => {
      const json = { paymentStatus: "Failure", errorCode: "09", ...signs }
      return Result.getOrThrow(
        Result.flip(interpretResponse(request, { status: 200, headers: new Headers(), json }, overrides))
      ).reason._tag
    }
    assert.strictEqual(reasonWith({}), "NotStarted")
    assert.strictEqual(reasonWith({ authorization_number: "123456" }), "OutcomeUnknown")
  })

  it.each(["04", "06", "07", "11"])(
    "is a refusal with a warning if the code is the terminal's reason %s",
    (errorCode) => {
      assert.deepInclude(paidOn(failure(errorCode)), { _tag: "Declined", warnings: warned })
    }
  )

  it("is a refusal with a warning if the server names its attempt and has seen the terminal's answer", () => {
    const headers = new Headers({ "x-hipay-pos-attempt": "/attempts/1" })
    assert.deepInclude(Result.getOrThrow(resultOf(200, failure("1006"), { headers })), {
      _tag: "Declined",
      warnings: warned
    })
  })

  it("is none if the number is all zeros", () => {
    const result = paidOn(failure("1006", "000000"))
    assert.deepInclude(result, { _tag: "Declined", warnings: [], card: {} })
    assert.notProperty(result, "authorizationNumber")
  })
})
