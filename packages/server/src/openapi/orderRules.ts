/**
 * Our rules for orders beyond the contract's schema, each with its sources. Core implements the rules; a test compares this
 * table with them.
 */

/** Where a rule comes from. */
export const sources = {
  SPEC: "the service's public OpenAPI documents say so",
  DOC: "the service's public pages say so",
  OBS: "seen on the live service by others, and published",
  LIB: "reproduced with the validator that the service evidently runs",
  INF: "inferred from the above",
  ours: "our own judgement, nothing of the service's"
} as const
export type Source = keyof typeof sources

/** A rule. In faithful validation its violation is a warning or, if no order can be made of the body, reaches no terminal. */
export interface OrderRule {
  readonly code: string
  readonly field: string
  readonly severity: "refused" | "warning"
  readonly sources: ReadonlyArray<Source>
  readonly says: string
  /** Faithful validation accepts the violation but still answers 400 `unavailable.terminal.bad.request`. */
  readonly wakesNoTerminal?: true
}

const amount = "order.price.amount"
const line = "order.basket[]"
const info = "pos_technical_info"
const contracts = `${info}.terminal_transaction_display.contract_array`

const refused = (code: string, field: string, sources: ReadonlyArray<Source>, says: string): OrderRule => ({
  code,
  field,
  severity: "refused",
  sources,
  says
})
const fatal = (...rule: Parameters<typeof refused>): OrderRule => ({ ...refused(...rule), wakesNoTerminal: true })
const warning = (...rule: Parameters<typeof refused>): OrderRule => ({ ...refused(...rule), severity: "warning" })

/** All rules, in the order of the contract's fields. */
export const orderRules: ReadonlyArray<OrderRule> = [
  fatal("shape", "any", ["ours"], "An object where the contract names no type, and numbers that are finite."),
  warning("field-unknown", "any", ["LIB"], "A field that the contract does not name is echoed and otherwise ignored."),
  warning(
    "card-number",
    "any text but ids",
    ["ours"],
    "No card number: one is masked before anything is stored or echoed, and refused where the contract requires a number."
  ),
  fatal(
    "text-not-storable",
    `order.order_id, ${info}`,
    ["ours"],
    "No U+0000, no half of a surrogate pair and at most 255 characters in what orders and terminals are found by: databases do not keep others."
  ),
  fatal("order-id-empty", "order.order_id", ["INF"], "Not empty, nor blank: an order is found by it."),
  warning("order-id-long", "order.order_id", ["INF"], "At most 32 characters; other interfaces of the service cut it."),
  warning("order-id-characters", "order.order_id", ["INF"], "Printable ASCII: a terminal is shown others instead."),
  refused(
    "transaction-type-misplaced",
    "any",
    ["ours"],
    "No other type than the order's in a field of that name elsewhere: a refund whose type is ignored would be a payment."
  ),
  refused("cancel-not-served", "order.transaction_type", ["SPEC"], "AppNepting serves Debit and Credit only."),
  fatal("amount-not-whole", amount, ["SPEC"], "A whole number of minor units; the schema lets 12.5 through."),
  fatal("amount-zero", amount, ["INF"], "1 or more; the schema lets 0 through."),
  fatal("amount-out-of-range", amount, ["DOC"], "At most twelve digits, all that a terminal can be told."),
  warning("currency-not-eur", "order.price.currency", ["DOC"], "EUR is the only currency known to be handled."),
  warning("currency-historic", "order.price.currency", ["ours"], "A currency that has been replaced."),
  refused(
    "amount-not-representable",
    "order.price, order.basket[]",
    ["ours"],
    "No more decimals than the currency has; nothing is rounded."
  ),
  refused("basket-sum", "order.basket", ["SPEC"], "The lines add up to the amount, fees being lines of type fee."),
  warning(
    "basket-sum-without-fees",
    "order.basket",
    ["SPEC"],
    "The lines add up to the amount with shipping_fees and tax_fees: the specification's other reading."
  ),
  refused("line-total", `${line}.total_amount`, ["SPEC"], "unit_price × quantity + discount."),
  refused("line-out-of-range", `${line}.total_amount`, ["ours"], "Within twelve digits of minor units."),
  refused("discount-positive", `${line}.discount`, ["SPEC"], "Zero or negative."),
  warning("discount-line-positive", `${line}.total_amount`, ["INF"], "Zero or negative in a line of type discount."),
  warning("quantity-not-positive", `${line}.quantity`, ["ours"], "1 or more."),
  warning("tax-rate-odd", `${line}.tax_rate`, ["SPEC"], "In percent, 0 to 100."),
  warning(
    "ean-invalid",
    `${line}.european_article_numbering`,
    ["ours"],
    "An article number whose check digit is right."
  ),
  warning("custom-data-long", "order.custom_data", ["DOC"], "At most 67 characters a value."),
  warning("custom-data-nested", "order.custom_data", ["DOC"], "Texts, numbers, true or false only."),
  warning("email-invalid", "customer.email", ["ours"], "An e-mail address."),
  warning("date-invalid", "customer.birthdate, shipping.delivery_date", ["SPEC"], "A date as YYYY-MM-DD."),
  warning("country-invalid", "customer, shipping", ["ours"], "Two capitals, such as FR."),
  warning("notify-url-invalid", `${info}.notify_url`, ["ours"], "An address that starts with http or https."),
  fatal("serial-number-missing", `${info}.device_information`, ["SPEC"], "AppNepting finds the terminal by it."),
  fatal("manufacturer-missing", `${info}.device_information`, ["SPEC"], "AppNepting finds the terminal by it."),
  fatal("host-missing", `${info}.host_information.host`, ["SPEC"], "Concert finds the terminal by it."),
  warning("host-invalid", `${info}.host_information.host`, ["ours"], "A name or an address alone: no scheme, no port."),
  fatal("port-out-of-range", `${info}.host_information.port`, ["ours"], "1 to 65535."),
  fatal("contracts-missing", contracts, ["SPEC"], "At least one contract, for Concert."),
  refused(
    "contract-empty",
    contracts,
    ["SPEC"],
    "One of the contracts has its number, or the payment application that finds it."
  ),
  warning("contract-repeated", contracts, ["INF"], "One contract for a payment application and rank."),
  warning("merchant-contract-length", contracts, ["SPEC", "OBS"], "7 characters were meant; 10 are seen in the field."),
  warning("merchant-contract-missing", contracts, ["SPEC"], "The contract's number, or what else finds it."),
  warning("payment-application-unknown", contracts, ["SPEC"], "One of the listed payment applications."),
  warning(
    "terminal-not-woken",
    "order.initialize_payment_terminal",
    ["INF"],
    "With false nothing is woken; what the service answers then is not documented."
  ),
  warning(
    "push-to-simulated",
    `${info}.terminal_transaction_display.push_to`,
    ["ours"],
    "SDK and ECR are the service's own connectors: a mock plays them as POS."
  )
]
