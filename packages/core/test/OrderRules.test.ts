import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Basket from "@hipay-pos/core/Basket"
import * as Finding from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import * as OrderRequest from "@hipay-pos/core/OrderRequest"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import * as PaymentApplication from "@hipay-pos/core/PaymentApplication"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Conversion from "@hipay-pos/core/wire/Conversion"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { concert, contract, type Json, line, number } from "./orders.ts"

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`fixtures/orders/${name}.json`, import.meta.url), "utf8"))

/** An order for a terminal with the Nepting app, with this said of it. */
const nepting = (device: Json) =>
  concert({}, {}, { device_information: device, terminal_transaction_display: { protocol: "AppNepting" } })

const discount = line({ type: "discount", unit_price: -2.5, total_amount: -2.5 })

/** The body once for each value in it, with the secret in place of that value, as a text and inside one. */
function* replacing(body: unknown, secret: string): Generator<unknown> {
  for (const [name, value] of Object.entries(body as Json)) {
    const within = (replaced: unknown) =>
      Array.isArray(body) ? body.with(Number(name), replaced) : { ...(body as Json), [name]: replaced }
    yield within(secret)
    if (typeof value === "string") yield within(`${value.slice(0, 4)} ${secret}`)
    if (typeof value === "object") for (const replaced of replacing(value, secret)) yield within(replaced)
  }
}

/** Findings as `severity code path`, which is what a till can rely on. */
const findingsOf = (json: unknown) =>
  OrderRules.read(json).findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`)

const DISPLAY = "pos_technical_info.terminal_transaction_display"

describe("OrderRules", () => {
  it.each(["terminal-3", "caisse.magasin.example", "10.0.0.5", "::1", "fe80::1", "2001:db8::5"])(
    "takes %s for a host without a word",
    (host) => {
      assert.deepStrictEqual(findingsOf(concert({}, {}, { host_information: { host } })), [])
    }
  )

  it("accepts the contract's smallest orders without a word", () => {
    for (const name of ["minimal-concert", "minimal-nepting"]) {
      const { findings, request } = OrderRules.read(fixture(name))
      assert.deepStrictEqual(findings, [])
      assert.isDefined(request)
    }
  })

  it("reads every field of the contract, and warns of a basket that needs the fees to add up", () => {
    const { findings, request } = OrderRules.read(fixture("full"))
    assert.deepStrictEqual(
      findings.map(({ severity, code }) => `${severity} ${code}`),
      ["warning basket-sum-without-fees"]
    )
    assert.strictEqual(request?.order.basket.length, 3)
    assert.strictEqual(request?.order.customer?.address?.houseNumber, "101")
    assert.strictEqual(request?.order.shipping?.recipient?.phone, "33112345678")
    assert.strictEqual(request?.notifyUrl, "https://hipay.com/notify")
    assert.isTrue(request?.forceAuthorization)
  })

  describe("refuses, of our own rules,", () => {
    it.each([
      ["an empty order id", concert({ order_id: "" }), "order-id-empty order.order_id"],
      ["half a character in an order id", concert({ order_id: "A\ud800" }), "text-not-storable order.order_id"],
      ["a NUL in an order id", concert({ order_id: "A\0x" }), "text-not-storable order.order_id"],
      ["an order id that no index takes", concert({ order_id: "A".repeat(256) }), "text-not-storable order.order_id"],
      [
        "a refund whose type is in the wrong place",
        concert({}, {}, { transaction_type: "Credit" }),
        "transaction-type-misplaced pos_technical_info.transaction_type"
      ],
      [
        "a cancellation whose type is not spelt as in the contract",
        concert({ transactionType: "Cancel" }),
        "transaction-type-misplaced order.transactionType"
      ],
      [
        "a type of transaction in the wrong place that has no text",
        concert({ transactionType: { toString: 1, valueOf: 1 } }),
        "transaction-type-misplaced order.transactionType"
      ],
      ["half a cent", concert({}, { amount: 1250.5 }), "amount-not-whole order.price.amount"],
      ["nothing to pay", concert({}, { amount: 0 }), "amount-zero order.price.amount"],
      ["thirteen digits", concert({}, { amount: 1e12 }), "amount-out-of-range order.price.amount"],
      ["an infinite amount", concert({}, { amount: Number.POSITIVE_INFINITY }), "shape order.price.amount"],
      ["a fee of half a cent", concert({}, { tax_fees: 1.005 }), "amount-not-representable order.price.tax_fees"],
      [
        "a fee beyond twelve digits",
        concert({}, { shipping_fees: 1e11 }),
        "amount-out-of-range order.price.shipping_fees"
      ],
      [
        "a price of half a cent",
        concert({ basket: [line({ unit_price: 12.505 })] }),
        "amount-not-representable order.basket[0].unit_price"
      ],
      [
        "a positive discount",
        concert({ basket: [line({ discount: 2.5, total_amount: 15 })] }, { amount: 1500 }),
        "discount-positive order.basket[0].discount"
      ],
      [
        "a line that does not add up",
        concert({ basket: [line(), line({ quantity: 2, total_amount: 24 })] }, { amount: 3650 }),
        "line-total order.basket[1].total_amount"
      ],
      [
        "a line beyond twelve digits",
        concert({ basket: [line({ quantity: 1e15 })] }),
        "line-out-of-range order.basket[0].total_amount"
      ],
      ["a basket that does not add up", concert({ basket: [line(), line()] }), "basket-sum order.basket"],
      [
        "Concert without a host",
        concert({}, {}, { host_information: {} }),
        "host-missing pos_technical_info.host_information.host"
      ],
      [
        "half a character in a host",
        concert({}, {}, { host_information: { host: "till-\udc00" } }),
        "text-not-storable pos_technical_info.host_information.host"
      ],
      [
        "a host that no index takes",
        concert({}, {}, { host_information: { host: "a".repeat(256) } }),
        "text-not-storable pos_technical_info.host_information.host"
      ],
      [
        "a port that is none",
        concert({}, {}, { host_information: { host: "a", port: 65_536 } }),
        "port-out-of-range pos_technical_info.host_information.port"
      ],
      [
        "Concert without contracts",
        concert({}, {}, {}, { contract_array: [] }),
        `contracts-missing ${DISPLAY}.contract_array`
      ],
      [
        "a contract of which nothing is said",
        concert({}, {}, {}, { contract_array: [{}] }),
        `contract-empty ${DISPLAY}.contract_array[0]`
      ],
      [
        "a contract by its rank alone",
        concert({}, {}, {}, { contract_array: [{ rank: "001" }] }),
        `contract-empty ${DISPLAY}.contract_array[0]`
      ],
      ["a blank order id", concert({ order_id: "  " }), "order-id-empty order.order_id"],
      [
        "a blank host",
        concert({}, {}, { host_information: { host: "  " } }),
        "host-missing pos_technical_info.host_information.host"
      ],
      [
        "a terminal_transaction_display that is not an object",
        concert({}, {}, { terminal_transaction_display: "x" }),
        `shape ${DISPLAY}`
      ]
    ])("%s", (_, json, expected) => {
      assert.deepStrictEqual(findingsOf(json), [`refused ${expected}`])
      assert.isTrue(Finding.refuses(OrderRules.read(json).findings))
    })

    it.each([
      ["null for a contract", concert({}, {}, {}, { contract_array: [null] }), `type ${DISPLAY}.contract_array[0]`],
      ["a list for a contract", concert({}, {}, {}, { contract_array: [[]] }), `type ${DISPLAY}.contract_array[0]`],
      ["a text for a contract", concert({}, {}, {}, { contract_array: ["x"] }), `type ${DISPLAY}.contract_array[0]`],
      ["a text for the contracts", concert({}, {}, {}, { contract_array: "" }), `type ${DISPLAY}.contract_array`],
      [
        "a port beyond all numbers",
        concert({}, {}, { host_information: { host: "a", port: 1e20 } }),
        "shape pos_technical_info.host_information.port"
      ],
      ["a fee far below zero", concert({}, { tax_fees: -1e20 }), "minimum order.price.tax_fees"]
    ])("once, %s", (_, json, expected) => {
      assert.deepStrictEqual(findingsOf(json), [`refused ${expected}`])
    })

    it("the contract's faults first, wherever they are", () => {
      const address = { delivery_address: { house_number: 1.5 } }
      const json = { ...concert({ basket: [line({ quantity: 1e20 })] }), shipping: address }
      assert.deepStrictEqual(findingsOf(json).slice(0, 2), [
        "refused type shipping.delivery_address.house_number",
        "refused shape order.basket[0].quantity"
      ])
    })

    it("a Nepting device that no store can name", () => {
      const device_information = { serial_number: "1850\0", manufacturer: "PAX" }
      const info = { device_information, terminal_transaction_display: { protocol: "AppNepting" } }
      const json = { ...concert(), pos_technical_info: info }
      assert.deepStrictEqual(findingsOf(json), [
        "refused text-not-storable pos_technical_info.device_information.serial_number"
      ])
      assert.isUndefined(OrderRules.read(json).request)
    })

    it("Nepting without its device, and Cancel over Nepting", () => {
      const info = { terminal_transaction_display: { protocol: "AppNepting" } }
      const json = { ...concert({ transaction_type: "Cancel" }), pos_technical_info: info }
      assert.deepStrictEqual(findingsOf(json), [
        "refused serial-number-missing pos_technical_info.device_information.serial_number",
        "refused manufacturer-missing pos_technical_info.device_information.manufacturer",
        "refused cancel-not-served order.transaction_type"
      ])
    })
  })

  describe("warns, and lets through,", () => {
    it.each([
      ["a long order id", concert({ order_id: "A".repeat(33) }), "order-id-long order.order_id"],
      ["the longest order id", concert({ order_id: "A".repeat(255) }), "order-id-long order.order_id"],
      ["a currency other than EUR", concert({}, { currency: "JPY" }), "currency-not-eur order.price.currency"],
      [
        "a long custom value",
        concert({ custom_data: { note: "x".repeat(68) } }),
        "custom-data-long order.custom_data.note"
      ],
      ["a nested custom value", concert({ custom_data: { a: {} } }), "custom-data-nested order.custom_data.a"],
      [
        "a day that does not exist",
        { ...concert(), customer: { birthdate: "2023-02-29" } },
        "date-invalid customer.birthdate"
      ],
      [
        "a merchant contract of 10",
        concert({}, {}, {}, { contract_array: [{ merchant_contract: "1234567890" }] }),
        `merchant-contract-length ${DISPLAY}.contract_array[0].merchant_contract`
      ],
      [
        "a contract without its number",
        concert({}, {}, {}, { contract_array: [{ rank: "001", payment_application: "001" }] }),
        `merchant-contract-missing ${DISPLAY}.contract_array[0].merchant_contract`
      ],
      [
        "an empty contract beside one with its number",
        concert({}, {}, {}, { contract_array: [number, {}] }),
        `merchant-contract-missing ${DISPLAY}.contract_array[1].merchant_contract`
      ],
      [
        "a contract by its rank alone beside one with its payment application",
        concert({}, {}, {}, { contract_array: [{ rank: "002" }, contract()] }),
        `merchant-contract-missing ${DISPLAY}.contract_array[0].merchant_contract`
      ],
      [
        "a payment application and rank that are there twice",
        concert({}, {}, {}, { contract_array: [contract(), contract({ rank: "002" }), contract({ rank: "002" })] }),
        `contract-repeated ${DISPLAY}.contract_array[2].payment_application`
      ],
      ["an order id that a terminal cannot show", concert({ order_id: "ÉTÉ_1" }), "order-id-characters order.order_id"],
      [
        "a quantity of none",
        concert({ basket: [line(), line({ quantity: 0, total_amount: 0 })] }),
        "quantity-not-positive order.basket[1].quantity"
      ],
      ["a negative tax rate", concert({ basket: [line({ tax_rate: -1 })] }), "tax-rate-odd order.basket[0].tax_rate"],
      [
        "a tax rate over 100",
        concert({ basket: [line({ tax_rate: 100.5 })] }),
        "tax-rate-odd order.basket[0].tax_rate"
      ],
      [
        "a line of type discount that costs money",
        concert({ basket: [line({ type: "discount" })] }),
        "discount-line-positive order.basket[0].total_amount"
      ],
      [
        "an article number with a wrong check digit",
        concert({ basket: [line({ european_article_numbering: "4006381333932" })] }),
        "ean-invalid order.basket[0].european_article_numbering"
      ],
      [
        "an article number of eleven digits",
        concert({ basket: [line({ european_article_numbering: "40063813339" })] }),
        "ean-invalid order.basket[0].european_article_numbering"
      ],
      [
        "an article number with a letter",
        concert({ basket: [line({ european_article_numbering: "400638133393A" })] }),
        "ean-invalid order.basket[0].european_article_numbering"
      ],
      [
        "an e-mail address that is none",
        { ...concert(), customer: { email: "cathy@" } },
        "email-invalid customer.email"
      ],
      [
        "a country that is not a code",
        { ...concert(), customer: { customer_location: { country: "France" } } },
        "country-invalid customer.customer_location.country"
      ],
      [
        "the same of a delivery",
        { ...concert(), shipping: { delivery_address: { country: "fr" } } },
        "country-invalid shipping.delivery_address.country"
      ],
      [
        "a day of delivery that does not exist",
        { ...concert(), shipping: { delivery_date: "2026-04-31" } },
        "date-invalid shipping.delivery_date"
      ],
      [
        "a notification address without a scheme",
        concert({}, {}, { notify_url: "shop.example/notify" }),
        "notify-url-invalid pos_technical_info.notify_url"
      ],
      [
        "a host that is an address of the web",
        concert({}, {}, { host_information: { host: "http://10.0.0.5" } }),
        "host-invalid pos_technical_info.host_information.host"
      ],
      [
        "a host with its port",
        concert({}, {}, { host_information: { host: "10.0.0.5:8888" } }),
        "host-invalid pos_technical_info.host_information.host"
      ],
      ["a field that is ignored", concert({ amount: 12.5 }), "field-unknown order.amount"],
      [
        "a type of transaction in the wrong place that is the order's",
        concert({}, {}, { transaction_type: "debit" }),
        "field-unknown pos_technical_info.transaction_type"
      ],
      [
        "a type of transaction in the wrong place that is null",
        concert({ transaction_type: "Credit" }, {}, { transaction_type: null }),
        "field-unknown pos_technical_info.transaction_type"
      ],
      [
        "a payment application that is not known",
        concert({}, {}, {}, { contract_array: [{ merchant_contract: "1234567", payment_application: "ZZZ" }] }),
        `payment-application-unknown ${DISPLAY}.contract_array[0].payment_application`
      ]
    ])("%s", (_, json, expected) => {
      assert.deepStrictEqual(findingsOf(json), [`warning ${expected}`])
      assert.isDefined(OrderRules.read(json).request)
    })

    it("a historic currency, naming its successor", () => {
      const json = concert({}, { currency: "HRK" })
      assert.deepStrictEqual(findingsOf(json), [
        "warning currency-not-eur order.price.currency",
        "warning currency-historic order.price.currency"
      ])
      assert.strictEqual(OrderRules.read(json).findings[1]?.expected, "EUR, which replaced it")
    })

    it.each<readonly [subject: string, json: unknown]>([
      ["an order id of 32", concert({ order_id: "A".repeat(32) })],
      [
        "a custom value of 67, and others that are no text",
        concert({ custom_data: { a: "x".repeat(67), b: 1, c: true, d: null } })
      ],
      ["leap days", { ...concert(), customer: { birthdate: "2024-02-29" }, shipping: { delivery_date: "2000-02-29" } }],
      [
        "the last days of months",
        { ...concert(), customer: { birthdate: "1988-12-31" }, shipping: { delivery_date: "2026-04-30" } }
      ],
      [
        "tax rates of nothing and of all",
        concert({ basket: [line({ tax_rate: 0 }), line({ tax_rate: 100 })] }, { amount: 2500 })
      ],
      ["a discount as a line", concert({ basket: [line({ unit_price: 15, total_amount: 15 }), discount] })],
      ...["73513537", "036000291452", "4006381333931", "10614141000415"].map(
        (ean) =>
          [`the article number ${ean}`, concert({ basket: [line({ european_article_numbering: ean })] })] as const
      ),
      [
        "one application on two ranks",
        concert({}, {}, {}, { contract_array: [contract(), contract({ rank: "002" })] })
      ],
      ["two contracts that name no application", concert({}, {}, {}, { contract_array: [number, number] })],
      ["the first and the last port", concert({}, {}, { host_information: { host: "a", port: 65_535 } })],
      ["port one", concert({}, {}, { host_information: { host: "a", port: 1 } })],
      ["the largest amount", concert({}, { amount: 999_999_999_999 })],
      ["the smallest", concert({}, { amount: 1 })]
    ])("nothing of %s", (_, json) => {
      assert.deepStrictEqual(findingsOf(json), [])
      assert.isDefined(OrderRules.read(json).request)
    })

    it("nothing of any payment application of the list", () => {
      assert.strictEqual(PaymentApplication.known.length, 36)
      for (const payment_application of PaymentApplication.known) {
        assert.deepStrictEqual(
          findingsOf(concert({}, {}, {}, { contract_array: [contract({ payment_application })] })),
          []
        )
      }
    })
  })

  describe("reports everything at once", () => {
    it("the contract's faults in the validator's words, then ours", () => {
      const json = concert(
        { order_id: 12, basket: [line({ unit_price: 1.005 })] },
        { amount: "100", currency: "eur" },
        { host_information: {} }
      )
      const { findings } = OrderRules.read(json)
      assert.deepStrictEqual(findings.map(({ rule, code, path, message }) => [rule, code, path, message]).slice(0, 3), [
        ["contract", "type", "order.order_id", "should be string"],
        ["contract", "type", "order.price.amount", "should be number"],
        ["contract", "enum", "order.price.currency", "should be equal to one of the allowed values"]
      ])
      assert.include(findingsOf(json), "refused host-missing pos_technical_info.host_information.host")
    })

    it("lines of the basket even where the amount is wrong", () => {
      assert.deepStrictEqual(
        findingsOf(concert({ basket: [line({ discount: 1, total_amount: 13.5 })] }, { amount: 0.5 })),
        ["refused amount-not-whole order.price.amount", "refused discount-positive order.basket[0].discount"]
      )
    })

    it("lines that do not add up even where the currency is wrong", () => {
      const { findings } = OrderRules.read(
        concert({ basket: [line({ quantity: 2, total_amount: 24.5 })] }, { currency: "EURO" })
      )
      const found = findings.find(({ code }) => code === "line-total")
      assert.strictEqual(found?.path, "order.basket[0].total_amount")
      assert.strictEqual(found?.expected, "25 (unit_price × quantity + discount)")
      assert.strictEqual(found?.actual, "24.5")
    })

    it("no line that adds up with its discount where the currency is wrong", () => {
      const reduced = line({ quantity: 2, discount: -0.5, total_amount: 24.5 })
      const { findings } = OrderRules.read(concert({ basket: [reduced] }, { currency: "EURO" }))
      assert.deepStrictEqual(
        findings.map(({ path }) => path),
        ["order.price.currency"]
      )
    })

    it("says what was expected and what came, with both sums", () => {
      const [finding] = OrderRules.read(concert({ basket: [line()] }, { amount: 1300 })).findings
      assert.strictEqual(finding?.expected, "a sum of 13.00 EUR (1300 minor units)")
      assert.strictEqual(finding?.actual, "12.50 EUR (1250 minor units)")
    })
  })

  it.each([
    ["an empty id", concert({ order_id: "" })],
    ["an amount that is none", concert({}, { amount: 0.5 })],
    ["no host", concert({}, {}, { host_information: {} })],
    ["a port that is none", concert({}, {}, { host_information: { host: "a", port: 0 } })],
    ["no contract", concert({}, {}, {}, { contract_array: [] })],
    ["a serial number alone", nepting({ serial_number: "1850320198" })],
    ["a manufacturer alone", nepting({ manufacturer: "PAX" })]
  ])("makes no request of an order with %s", (_, json) => {
    assert.isUndefined(OrderRules.read(json).request)
    assert.isTrue(Finding.refuses(OrderRules.read(json).findings))
  })

  it("finds the terminal as its protocol does", () => {
    const targetOf = (json: unknown) => OrderRules.read(json).request?.target
    assert.deepStrictEqual(targetOf(nepting({ serial_number: "1850320198", manufacturer: "PAX" })), {
      _tag: "Nepting",
      serialNumber: "1850320198",
      manufacturer: "PAX"
    })
    const contracts = [{ merchantContract: "1234567", rank: "001", paymentApplication: "001" }]
    for (const [protocol, version] of [
      ["ConcertV3.1", "3.1"],
      ["ConcertV3.2", "3.2"],
      [undefined, "3.1"]
    ] as const) {
      const json = concert({}, {}, {}, { protocol })
      assert.deepEqual(targetOf(json), { _tag: "Concert", version, host: "192.168.1.20", port: 8888, contracts })
    }
  })

  it.each([
    ["1988-00-10", "date-invalid"],
    ["1988-13-10", "date-invalid"],
    ["1988-06-00", "date-invalid"],
    ["1988-06-31", "date-invalid"],
    ["1900-02-29", "date-invalid"],
    ["19880-6-10", "date-invalid"],
    ["1988-06-1x", "date-invalid"],
    ["2000-02-29", undefined],
    ["1988-06-01", undefined]
  ])("finds of the date %s: %s", (birthdate, code) => {
    const codes = OrderRules.read({ ...concert(), customer: { birthdate } }).findings.map((finding) => finding.code)
    assert.deepStrictEqual(codes, code === undefined ? [] : [code])
  })

  it.each([
    ["a@b.fr", []],
    ["a b@c.fr", ["email-invalid"]],
    ["a@b.fr c", ["email-invalid"]],
    ["@b.fr", ["email-invalid"]]
  ])("finds of the e-mail address %s: %j", (email, codes) => {
    const { findings } = OrderRules.read({ ...concert(), customer: { email } })
    assert.deepStrictEqual(
      findings.map(({ code }) => code),
      codes
    )
  })

  it.each([
    ["FR", 0],
    ["FRA", 1],
    ["aFR", 1],
    ["Fr", 1]
  ])("finds of the country %s: %i", (country, count) => {
    const shipping = { delivery_address: { country } }
    assert.strictEqual(OrderRules.read({ ...concert(), shipping }).findings.length, count)
  })

  it.each([
    ["https://shop.example", 0],
    ["HTTP://shop.example/a", 0],
    ["see https://shop.example", 1],
    ["ftp://shop.example", 1],
    ["https://", 1]
  ])("finds of the notification address %s: %i", (notify_url, count) => {
    assert.strictEqual(OrderRules.read(concert({}, {}, { notify_url })).findings.length, count)
  })

  it("drops an invalid basket and keeps the order, as HiPay does", () => {
    const { request } = OrderRules.read(concert({ basket: [line(), line()] }))
    assert.deepStrictEqual(request?.order.basket, [])
    assert.strictEqual(request?.order.amount.minorUnits, 1250)
  })

  it("reads baskets in currencies with no or three decimal digits", () => {
    const yen = concert({ basket: [line({ unit_price: 1250, total_amount: 1250 })] }, { amount: 1250, currency: "JPY" })
    const dinar = concert(
      { basket: [line({ unit_price: 1.25, total_amount: 1.25 })] },
      { amount: 1250, currency: "KWD" }
    )
    for (const json of [yen, dinar]) assert.strictEqual(OrderRules.read(json).request?.order.basket.length, 1)
  })

  describe("keeps personal data to itself", () => {
    it("in findings about the customer and the recipient", () => {
      const secret = {
        email: ["someone@example.com"],
        phone: 33012345678,
        first_name: { a: 1 },
        gender: "Cathy",
        birthdate: "Cathy"
      }
      const json = { ...concert(), customer: secret, shipping: { recipient_information: { phone: 33012345678 } } }
      const text = JSON.stringify(OrderRules.read(json).findings)
      for (const word of ["someone", "33012345678", "Cathy"]) assert.notInclude(text, word)
    })

    it.each([
      ...["cathy@shop.example", "+33 6 12 34 56 78", "33612345678", "4970101234567890", "4970 1012 3456 7890"],
      ...["٣٣٦١٢٣٤٥٦٧٨", "٤٩٧٠١٠١٢٣٤٥٦٧٨٩٠", "４９７０ １０１２ ３４５６ ７８９０"]
    ])("and %s wherever it stands", (secret) => {
      const bodies = [...replacing(fixture("full"), secret)]
      assert.isAbove(bodies.length, 60)
      for (const body of bodies) {
        const { findings } = OrderRules.read(body)
        const text = JSON.stringify(findings) + new OrderRules.OrderRefused({ findings }).message
        assert.notInclude(text, secret)
        assert.notMatch(text, /cathy|\p{Nd}{9}|612 ?34|1012/u)
      }
    })

    it("and such things as names of fields", () => {
      for (const name of ["cathy@shop.example", "4970101234567890", "4970-1012-3456-7890", "٤٩٧٠١٠١٢٣٤٥٦٧٨٩٠"]) {
        const text = JSON.stringify(OrderRules.read(concert({ custom_data: { [name]: {} }, [name]: 1 })).findings)
        assert.notMatch(text, /cathy|4970|٤٩٧٠/)
        assert.match(text, /"path":"order\.custom_data\.(?:…|#+)"/)
      }
    })

    it("and numbers that are too long for anything else", () => {
      const json = concert({ order_id: 33612345678 }, { amount: 4970101234567890 })
      assert.notMatch(JSON.stringify(OrderRules.read(json).findings), /33612345678|4970101/)
    })
  })

  describe("never throws", () => {
    it.effect.prop("on any JSON", [Schema.Json], ([json]) =>
      Effect.sync(() => {
        assert.isAbove(OrderRules.read(json).findings.length, 0)
      })
    )

    it.effect.prop("on an order with anything in any place", [Schema.Json, Schema.Json, Schema.Json], ([a, b, c]) =>
      Effect.sync(() => {
        for (const json of [
          { order: a, pos_technical_info: b, customer: c },
          concert({ order_id: a, basket: [b, c], custom_data: a }),
          concert({ basket: a }, { amount: b, currency: c, tax_fees: a }),
          concert({}, {}, { host_information: a, device_information: b }, { contract_array: [c], protocol: a }),
          concert({ basket: [line({ unit_price: a, quantity: b, total_amount: c })] })
        ]) {
          assert.doesNotThrow(() => OrderRules.read(json))
        }
      })
    )

    it("on prototypes, depth, lone surrogates and numbers that are none", () => {
      let deep: unknown = {}
      for (let i = 0; i < 10_000; i++) deep = { order: deep }
      const hostile = [
        JSON.parse('{"__proto__":{"order":{}},"order":{"constructor":1}}'),
        concert({ order_id: "\ud800" }),
        concert({}, { amount: Number.NaN }),
        concert({ basket: [line({ quantity: 1e308, unit_price: -0 })] }),
        concert({ basket: Array.from({ length: 10_000 }, () => 0) }),
        undefined,
        deep
      ]
      for (const json of hostile) assert.doesNotThrow(() => OrderRules.read(json))
    })
  })
})

describe("OrderRequest.make", () => {
  const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
  const eur = (decimal: number) => Result.getOrThrow(Money.fromDecimal(decimal, "EUR"))

  it("makes a request that adds up", () => {
    const mug = Result.getOrThrow(
      Basket.item("good", { reference: "M", name: "Mug", quantity: 3, unitPrice: eur(8.99) })
    )
    const fee = Result.getOrThrow(Basket.item("fee", { reference: "S", name: "Shipping", unitPrice: eur(1.3) }))
    const request = OrderRequest.make({ orderId: "A", amount: eur(28.27), basket: [mug, fee] }, target)
    assert.isTrue(Result.isSuccess(request))
  })

  it.each(["A ", " A", "A\u00a0", "A\n", "A\rB", "\tA", "A\u007f"])(
    "refuses the order id %j, which looks like another one: JSON may carry it all the same",
    (orderId) => {
      const made = OrderRequest.make({ orderId, amount: eur(1) }, target)
      const problem = `order.order_id: expected no blanks around it and no control characters, got ${JSON.stringify(orderId)}`
      assert.strictEqual(Result.isFailure(made) ? made.failure.message : "made", problem)
      const json = Conversion.fromRequest(
        Result.getOrThrow(OrderRequest.make({ orderId: "A", amount: eur(1) }, target))
      )
      const { findings, request } = OrderRules.read({ ...json, order: { ...json.order, order_id: orderId } })
      assert.strictEqual(request?.order.orderId, orderId)
      assert.isFalse(Finding.refuses(findings))
      // A sale that another program made under it can be cancelled.
      const cancel = OrderRequest.make({ orderId, amount: eur(1), transactionType: "Cancel" }, target)
      assert.isTrue(Result.isSuccess(cancel))
    }
  )

  it.each(["A B", "A", "É"])("takes the order id %j", (orderId) => {
    assert.isTrue(Result.isSuccess(OrderRequest.make({ orderId, amount: eur(1) }, target)))
  })

  it("gives every finding where it does not", () => {
    const result = OrderRequest.make({ orderId: "", amount: eur(0) }, { ...target, contracts: [] })
    assert.isTrue(Result.isFailure(result))
    if (Result.isFailure(result)) {
      assert.deepStrictEqual(
        result.failure.findings.map(({ code }) => code),
        ["order-id-empty", "amount-zero", "contracts-missing"]
      )
      assert.include(result.failure.message, "order.price.amount: expected 1 or more, got 0")
    }
  })

  it("refuses lines in another currency, which JSON cannot express", () => {
    const usd = Result.getOrThrow(Money.make(100, "USD"))
    const tip = Result.getOrThrow(Basket.item("good", { reference: "T", name: "Tip", unitPrice: usd }))
    const result = OrderRequest.make({ orderId: "A", amount: eur(1), basket: [tip] }, target)
    assert.isTrue(Result.isFailure(result))
    if (Result.isFailure(result)) {
      assert.include(
        result.failure.findings.map(({ code, path }) => `${code} ${path}`),
        "currency-mismatch order.basket[0].unit_price"
      )
    }
  })

  it("comes back the same through JSON", () => {
    const { request } = OrderRules.read(fixture("full"))
    assert.isDefined(request)
    if (request !== undefined) {
      const again = OrderRules.read(JSON.parse(JSON.stringify(Conversion.fromRequest(request)))).request
      assert.deepStrictEqual(again, request)
    }
  })
})
