/** The full message of each rule's finding. */
import { assert, describe, it } from "@effect/vitest"
import * as Finding from "@hipay-pos/core/Finding"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import { concert, contract, line } from "./orders.ts"

const INFO = "pos_technical_info"
const CONTRACTS = `${INFO}.terminal_transaction_display.contract_array`

const table: ReadonlyArray<readonly [body: unknown, findings: ReadonlyArray<string>]> = [
  [
    concert({ order_id: "" }),
    ["order.order_id: expected at least one character other than a blank, got an empty text"]
  ],
  [
    concert({ order_id: "A".repeat(33) }),
    ["order.order_id: expected at most 32 characters, or it may be cut, got 33 characters"]
  ],
  [
    concert({ order_id: "ÉTÉ_1" }),
    [`order.order_id: expected printable ASCII characters; a terminal is shown others in their place, got "ÉTÉ_1"`]
  ],
  [
    concert({}, { amount: 1250.5 }),
    ["order.price.amount: expected a whole number of minor units (1250 is 12.50 EUR), got 1250.5"]
  ],
  [concert({}, { amount: 0 }), ["order.price.amount: expected 1 or more, got 0"]],
  [concert({}, { amount: 1e12 }), ["order.price.amount: expected at most 999999999999, got 100000…"]],
  [
    concert({}, { shipping_fees: 0.1 + 0.2 }),
    ["order.price.shipping_fees: expected at most 2 decimal digits for EUR, got 0.30000…"]
  ],
  [concert({}, { tax_fees: 1.005 }), ["order.price.tax_fees: expected at most 2 decimal digits for EUR, got 1.005"]],
  [
    concert({}, { shipping_fees: 1e11 }),
    ["order.price.shipping_fees: expected at most twelve digits of minor units, got 100000000000"]
  ],
  [
    concert({}, { currency: "EURO", amount: 12.5 }),
    [
      'order.price.currency: expected one of the 162 codes of the contract, got "EURO"',
      "order.price.amount: expected a whole number of minor units (1250 is 12.50 EUR), got 12.5"
    ]
  ],
  [
    concert({}, { currency: "HRK" }),
    [
      "order.price.currency: expected EUR, the only currency known to be handled, got HRK",
      "order.price.currency: expected EUR, which replaced it, got HRK"
    ]
  ],
  [
    concert({ basket: [line({ discount: 2.5, total_amount: 15 })] }, { amount: 1500 }),
    ["order.basket[0].discount: expected 0 or less, got 2.50"]
  ],
  [
    concert({ basket: [line({ quantity: 2, total_amount: 24 })] }),
    ["order.basket[0].total_amount: expected 25.00 (unit_price × quantity + discount), got 24.00"]
  ],
  [
    concert({ basket: [line({ quantity: 1e15 })] }),
    [
      "order.basket[0].total_amount: expected unit_price × quantity + discount within twelve digits of minor units, got 12.50"
    ]
  ],
  [
    concert({ basket: [line({ quantity: 1.5, total_amount: 18.75 })] }, { amount: 1875 }),
    ["order.basket[0].quantity: expected a whole number, got 1.5"]
  ],
  [
    concert({ basket: [line(), line()] }),
    ["order.basket: expected a sum of 12.50 EUR (1250 minor units), got 25.00 EUR (2500 minor units)"]
  ],
  [
    concert({ basket: [line()] }, { amount: 1300, shipping_fees: 0.5 }),
    [
      "order.basket: expected a sum of 13.00 EUR (1300 minor units), fees being lines of type fee, got 12.50 EUR (1250 minor units), which fits after adding shipping_fees and tax_fees; HiPay may drop the basket"
    ]
  ],
  [
    concert({ basket: [line(), line({ quantity: 0, total_amount: 0 })] }),
    ["order.basket[1].quantity: expected 1 or more, got 0"]
  ],
  [concert({ basket: [line({ tax_rate: -1 })] }), ["order.basket[0].tax_rate: expected 0 to 100, in percent, got -1"]],
  [
    concert({ basket: [line({ type: "discount" })] }),
    ["order.basket[0].total_amount: expected 0 or less in a line of type discount, got 12.5"]
  ],
  [
    concert({ basket: [line({ european_article_numbering: "40063813339" })] }),
    [
      "order.basket[0].european_article_numbering: expected 8, 12, 13 or 14 digits, the last of them the check digit, got a text of 11 characters"
    ]
  ],
  [
    concert({ custom_data: { note: "x".repeat(68) } }),
    ["order.custom_data.note: expected at most 67 characters, or it may be cut, got 68 characters"]
  ],
  [
    concert({ custom_data: { list: [1] } }),
    ["order.custom_data.list: expected a text, a number, true or false, got an array"]
  ],
  [
    { ...concert(), customer: { birthdate: "2023-02-29", email: "cathy@", customer_location: { country: "France" } } },
    [
      "customer.birthdate: expected a date as YYYY-MM-DD, got a text of 10 characters",
      "customer.email: expected an e-mail address, got a text of 6 characters",
      "customer.customer_location.country: expected a code of two capitals, such as FR, got a text of 6 characters"
    ]
  ],
  [
    { ...concert(), shipping: { delivery_date: "2026-04-31", delivery_address: { country: "fr" } } },
    [
      "shipping.delivery_date: expected a date as YYYY-MM-DD, got a text of 10 characters",
      "shipping.delivery_address.country: expected a code of two capitals, such as FR, got a text of 2 characters"
    ]
  ],
  [
    concert({ transaction_type: "Cancel" }, {}, { terminal_transaction_display: { protocol: "AppNepting" } }),
    [
      `${INFO}.device_information.serial_number: expected a value, because protocol AppNepting finds the terminal by it, got nothing`,
      `${INFO}.device_information.manufacturer: expected a value, because protocol AppNepting finds the terminal by it, got nothing`,
      "order.transaction_type: expected Debit or Credit, all that AppNepting serves, got Cancel"
    ]
  ],
  [
    concert(
      {},
      {},
      { host_information: { port: 0 }, notify_url: "shop.example/notify" },
      { contract_array: undefined }
    ),
    [
      `${INFO}.notify_url: expected an address such as https://shop.example/notify, got "shop.example/notify"`,
      `${INFO}.host_information.host: expected a value, because protocol ConcertV3.2 finds the terminal by it, got nothing`,
      `${INFO}.host_information.port: expected 1 to 65535, got 0`,
      `${CONTRACTS}: expected at least one contract, because the protocol is ConcertV3.2, got none`
    ]
  ],
  [
    concert({}, {}, {}, { contract_array: [{ merchant_contract: "1234567890", payment_application: "ZZZ" }] }),
    [
      `${CONTRACTS}[0].merchant_contract: expected 7 characters (the contract's intent; 10 are seen in the field), got 10`,
      `${CONTRACTS}[0].payment_application: expected a payment application of the contract's list, got "ZZZ"`
    ]
  ],
  [
    concert({}, {}, {}, { contract_array: [{ rank: "001" }] }),
    [`${CONTRACTS}[0]: expected a merchant contract, or the payment application that it is found by, got neither`]
  ],
  [
    concert({}, {}, {}, { contract_array: [{ rank: "001" }, contract(), contract()] }),
    [
      `${CONTRACTS}[0].merchant_contract: expected the merchant contract, got nothing`,
      `${CONTRACTS}[2].payment_application: expected one contract for a payment application and rank, got the one of ${CONTRACTS}[1] again`
    ]
  ],
  [
    concert({ amount: 12.5 }),
    [
      "order.amount: expected a field of the contract: order_id, transaction_type, initialize_payment_terminal, price, basket, description, long_description, soft_descriptor, custom_data, got a field that is ignored"
    ]
  ]
]

describe("a finding's words", () => {
  for (const [body, findings] of table) {
    it(findings.join(" and "), () => {
      assert.deepStrictEqual(OrderRules.read(body).findings.map(Finding.toText), findings)
    })
  }

  it("are the first thousand refusals and the first thousand warnings", () => {
    const basket = Array.from({ length: 3_000 }, () => line({ tax_rate: -1, price: 1, total_amount: "x" }))
    const { findings } = OrderRules.read(concert({ basket }))
    assert.deepStrictEqual(
      ["refused", "warning"].map((each) => findings.filter(({ severity }) => severity === each).length),
      [1_000, 1_000]
    )
    assert.strictEqual(findings[0]?.path, "order.basket[0].total_amount")
  })

  it("name the body where the body is wrong", () => {
    assert.deepStrictEqual(OrderRules.read([]).findings.slice(0, 1).map(Finding.toText), [
      "body: expected an object, got an array"
    ])
  })

  it("are joined in the error, warnings left out", () => {
    const { findings } = OrderRules.read(concert({ order_id: "" }, { amount: 0, currency: "USD" }))
    assert.strictEqual(
      new OrderRules.OrderRefused({ findings }).message,
      "order.order_id: expected at least one character other than a blank, got an empty text; order.price.amount: expected 1 or more, got 0"
    )
  })
})
