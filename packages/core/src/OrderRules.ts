/**
 * Every rule of an order, applied to the JSON that carries it: all findings at once, and the request it becomes.
 *
 * The contract's schema is one source of findings; the others are what its words forbid (mandatory fields by protocol,
 * amounts that are not whole minor units, sums that do not add up, a positive discount) and what is known to surprise.
 * Rules read JSON that may be wrong anywhere, so that one wrong field never hides another one's fault.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Basket from "./Basket.ts"
import * as Currency from "./Currency.ts"
import * as Finding from "./Finding.ts"
import * as Money from "./Money.ts"
import type { Order, OrderRequest } from "./Order.ts"
import * as PaymentApplication from "./PaymentApplication.ts"
import * as TerminalTarget from "./TerminalTarget.ts"
import * as Conversion from "./wire/Conversion.ts"
import * as RootOrder from "./wire/RootOrder.ts"

/** What reading an order came to. */
export interface Reading {
  /** The body with the contract's defaults filled in: what an answer echoes. */
  readonly body: unknown
  /** Everything wrong or odd: the contract's faults first, then ours, each in the order of the contract's fields. */
  readonly findings: ReadonlyArray<Finding.Finding>
  /**
   * The request, whenever one can be made of the body. It can be there although a finding refuses the order: a basket
   * that does not add up is then dropped, as HiPay drops it.
   */
  readonly request?: OrderRequest
}

/** Reads a request body: any JSON value. Never throws. */
export const read = (json: unknown): Reading => {
  const body = RootOrder.fillDefaults(json)
  const findings: Array<Finding.Finding> = []
  const decoded = RootOrder.decode(body)
  if (Result.isFailure(decoded)) {
    RootOrder.check(body, "", ({ path, keyword, message, expected, value }) => {
      const actual = Finding.describe(value, path)
      findings.push(
        keyword === "shape"
          ? Finding.make("refused", keyword, path, expected, actual)
          : { path, code: keyword, severity: "refused", rule: "contract", message, expected, actual }
      )
    })
    applyRules(loose(body), findings)
    return { body, findings }
  }
  const root = decoded.success
  const parts = applyRules(root as Loose, findings)
  return parts === undefined ? { body, findings } : { body, findings, request: Conversion.toRequest(root, parts) }
}

/** The request as it stands, or every finding when strict validation would refuse it. */
export const accept = (request: OrderRequest): Result.Result<OrderRequest, InvalidOrder> => {
  const foreign = foreignAmounts(request.order)
  const { findings, request: accepted } = read(Conversion.fromRequest(request))
  return accepted === undefined || foreign.length > 0 || Finding.refuses(findings)
    ? Result.fail(new InvalidOrder({ findings: [...foreign, ...findings] }))
    : Result.succeed(accepted)
}

/** An order that strict validation refuses, with everything that is wrong or odd about it. */
export class InvalidOrder extends Schema.TaggedError<InvalidOrder>()("InvalidOrder", {
  findings: Schema.Array(Finding.Finding)
}) {
  override get message() {
    return this.findings
      .filter((finding) => finding.severity === "refused")
      .map(Finding.toText)
      .join("; ")
  }
}

/** A JSON object of which nothing is known: reading a field of it never fails. */
type Loose = Readonly<Record<string, unknown>>

const nothing: Loose = {}

const loose = (value: unknown): Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : nothing

const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** Applies our own rules; the parts are there when an order can be made at all. */
const applyRules = (root: Loose, findings: Array<Finding.Finding>): Conversion.Parts | undefined => {
  const order = loose(root.order)
  const price = loose(order.price)
  const currency = typeof price.currency === "string" ? Currency.fromCode(price.currency)?.code : undefined
  const hasId = checkOrderId(order, findings)
  const amount = currency && readAmount(price.amount, currency, findings)
  if (currency !== undefined && currency !== "EUR") {
    warn(findings, "currency-not-eur", "order.price.currency", "EUR, the only currency known to be handled", currency)
  }
  const read = (value: unknown, path: string) => (currency ? readDecimal(value, currency, path, findings) : undefined)
  const taxFees = read(price.tax_fees, "order.price.tax_fees")
  const shippingFees = read(price.shipping_fees, "order.price.shipping_fees")
  const lines = currency ? checkBasket(list(order.basket), currency, amount, [shippingFees, taxFees], findings) : []
  checkCustomData(loose(order.custom_data), findings)
  checkDates(root, findings)
  const target = readTarget(loose(root.pos_technical_info), order.transaction_type, findings)
  return hasId && amount && target ? { amount, target, shippingFees, taxFees, lines } : undefined
}

const refuse = (findings: Array<Finding.Finding>, code: string, path: string, expected: string, actual: string) => {
  findings.push(Finding.make("refused", code, path, expected, actual))
}

const warn = (findings: Array<Finding.Finding>, code: string, path: string, expected: string, actual: string) => {
  findings.push(Finding.make("warning", code, path, expected, actual))
}

/** Order ids longer than this are cut by other interfaces of the service and by Concert's private data. */
const ORDER_ID_LENGTH = 32

const checkOrderId = (order: Loose, findings: Array<Finding.Finding>): boolean => {
  const id = order.order_id
  if (typeof id !== "string") return false
  if (id === "") {
    refuse(findings, "order-id-empty", "order.order_id", "at least one character", "an empty text")
    return false
  }
  if (id.length > ORDER_ID_LENGTH) {
    const expected = `at most ${ORDER_ID_LENGTH} characters, or it may be cut on its way`
    warn(findings, "order-id-long", "order.order_id", expected, `${id.length} characters`)
  }
  return true
}

const readAmount = (
  amount: unknown,
  currency: Currency.CurrencyCode,
  findings: Array<Finding.Finding>
): Money.Money | undefined => {
  const path = "order.price.amount"
  // The contract's schema has spoken of anything that is not a finite number from zero.
  if (typeof amount !== "number" || !Number.isFinite(amount) || amount < 0) return undefined
  const money = Money.make(amount, currency)
  if (Result.isFailure(money)) {
    if (money.failure._tag === "NotRepresentable") {
      const expected = "a whole number of minor units (1250 is 12.50 EUR)"
      refuse(findings, "amount-not-whole", path, expected, String(amount))
    } else {
      refuse(findings, "amount-out-of-range", path, `at most ${Money.MAX_MINOR_UNITS}`, String(amount))
    }
    return undefined
  }
  if (amount === 0) {
    refuse(findings, "amount-zero", path, "1 or more", "0")
    return undefined
  }
  return money.success
}

const readDecimal = (
  value: unknown,
  currency: Currency.CurrencyCode,
  path: string,
  findings: Array<Finding.Finding>
): Money.Money | undefined => {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined
  const money = Money.fromDecimal(value, currency)
  if (Result.isSuccess(money)) return money.success
  if (money.failure._tag === "NotRepresentable") {
    refuse(findings, "amount-not-representable", path, `${money.failure.expected} for ${currency}`, String(value))
  } else {
    refuse(findings, "amount-out-of-range", path, `at most twelve digits of minor units`, String(value))
  }
  return undefined
}

/** Gives the lines' amounts when all of them hold and their sum is the order's amount; otherwise nothing. */
const checkBasket = (
  basket: ReadonlyArray<unknown>,
  currency: Currency.CurrencyCode,
  amount: Money.Money | undefined,
  fees: ReadonlyArray<Money.Money | undefined>,
  findings: Array<Finding.Finding>
): ReadonlyArray<Conversion.LineAmounts> => {
  const lines: Array<Conversion.LineAmounts> = []
  let sum = 0
  for (let i = 0; i < basket.length; i++) {
    const line = checkLine(loose(basket[i]), `order.basket[${i}]`, currency, findings)
    if (line === undefined) continue
    lines.push(line)
    sum += line.total.minorUnits
  }
  if (amount === undefined || lines.length < basket.length || basket.length === 0) return []
  if (sum === amount.minorUnits) return lines
  const total = Money.make(sum, currency)
  const withFees = fees.reduce((all, fee) => all + (fee?.minorUnits ?? 0), sum)
  const expected = `a sum of ${Money.toText(amount)} (${amount.minorUnits} minor units)`
  const actual = Result.isSuccess(total) ? `${Money.toText(total.success)} (${sum} minor units)` : `${sum} minor units`
  if (withFees === amount.minorUnits) {
    warn(
      findings,
      "basket-sum-without-fees",
      "order.basket",
      `${expected}, fees being lines of type fee`,
      `${actual}, which fits after adding shipping_fees and tax_fees; HiPay may drop the basket`
    )
    return lines
  }
  refuse(findings, "basket-sum", "order.basket", expected, actual)
  return []
}

const checkLine = (
  line: Loose,
  path: string,
  currency: Currency.CurrencyCode,
  findings: Array<Finding.Finding>
): Conversion.LineAmounts | undefined => {
  const before = findings.length
  const unitPrice = readDecimal(line.unit_price, currency, `${path}.unit_price`, findings)
  const discount =
    line.discount === undefined
      ? Money.zero(currency)
      : readDecimal(line.discount, currency, `${path}.discount`, findings)
  const total = readDecimal(line.total_amount, currency, `${path}.total_amount`, findings)
  if (discount !== undefined && discount.minorUnits > 0) {
    refuse(findings, "discount-positive", `${path}.discount`, "0 or less", Money.toDecimalString(discount))
  }
  if (!unitPrice || !discount || !total || typeof line.quantity !== "number") return undefined
  const expected = Basket.lineTotal(unitPrice, line.quantity, discount)
  if (Result.isFailure(expected)) {
    const limit = "unit_price × quantity + discount within twelve digits of minor units"
    refuse(findings, "line-out-of-range", `${path}.total_amount`, limit, Money.toDecimalString(total))
  } else if (!Money.equals(expected.success, total)) {
    refuse(
      findings,
      "line-total",
      `${path}.total_amount`,
      `${Money.toDecimalString(expected.success)} (unit_price × quantity + discount)`,
      Money.toDecimalString(total)
    )
  }
  return findings.length === before ? { unitPrice, discount, total } : undefined
}

/** What Concert's private data leaves for a custom value after the order id. */
const CUSTOM_VALUE_LENGTH = 67

const checkCustomData = (data: Loose, findings: Array<Finding.Finding>) => {
  for (const key of Object.keys(data)) {
    const value = data[key]
    const path = `order.custom_data.${key}`
    if (typeof value === "string" && value.length > CUSTOM_VALUE_LENGTH) {
      const expected = `at most ${CUSTOM_VALUE_LENGTH} characters, or it may be cut`
      warn(findings, "custom-data-long", path, expected, `${value.length} characters`)
    } else if (typeof value === "object" && value !== null) {
      warn(findings, "custom-data-nested", path, "a text, a number, true or false", Finding.describe(value, path))
    }
  }
}

const checkDates = (root: Loose, findings: Array<Finding.Finding>) => {
  const dates = [
    ["customer.birthdate", loose(root.customer).birthdate],
    ["shipping.delivery_date", loose(root.shipping).delivery_date]
  ] as const
  for (const [path, value] of dates) {
    if (typeof value === "string" && value.length === 10 && !isDate(value)) {
      warn(findings, "date-invalid", path, "a date as YYYY-MM-DD", Finding.describe(value, path))
    }
  }
}

const isDate = (text: string): boolean => {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (match === null) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  return days !== undefined && day >= 1 && day <= days
}

const TECHNICAL = "pos_technical_info"

const readTarget = (
  info: Loose,
  transactionType: unknown,
  findings: Array<Finding.Finding>
): TerminalTarget.TerminalTarget | undefined => {
  const display = loose(info.terminal_transaction_display)
  switch (display.protocol) {
    case "AppNepting":
      return readNepting(loose(info.device_information), transactionType, findings)
    case "ConcertV3.1":
    case "ConcertV3.2":
      return readConcert(display.protocol === "ConcertV3.1" ? "3.1" : "3.2", info, display, findings)
    default:
      return undefined
  }
}

const readNepting = (
  device: Loose,
  transactionType: unknown,
  findings: Array<Finding.Finding>
): TerminalTarget.Nepting | undefined => {
  const { serial_number: serialNumber, manufacturer } = device
  for (const field of ["serial_number", "manufacturer"]) {
    if (isMissing(device[field])) {
      const path = `${TECHNICAL}.device_information.${field}`
      const code = field === "manufacturer" ? "manufacturer-missing" : "serial-number-missing"
      refuse(findings, code, path, "a value, because protocol AppNepting finds the terminal by it", "nothing")
    }
  }
  if (transactionType === "Cancel") {
    const expected = "Debit or Credit, all that AppNepting serves"
    refuse(findings, "cancel-not-served", "order.transaction_type", expected, "Cancel")
  }
  return isText(serialNumber) && isText(manufacturer)
    ? TerminalTarget.nepting({ serialNumber, manufacturer })
    : undefined
}

const readConcert = (
  version: TerminalTarget.Concert["version"],
  info: Loose,
  display: Loose,
  findings: Array<Finding.Finding>
): TerminalTarget.Concert | undefined => {
  const before = findings.length
  const { host, port = TerminalTarget.DEFAULT_PORT } = loose(info.host_information)
  const protocol = `ConcertV${version}`
  if (isMissing(host)) {
    const path = `${TECHNICAL}.host_information.host`
    refuse(findings, "host-missing", path, `a value, because protocol ${protocol} finds the terminal by it`, "nothing")
  }
  if (typeof port === "number" && Number.isInteger(port) && (port < 1 || port > 65_535)) {
    refuse(findings, "port-out-of-range", `${TECHNICAL}.host_information.port`, "1 to 65535", String(port))
  }
  const path = `${TECHNICAL}.terminal_transaction_display.contract_array`
  const contracts = list(display.contract_array).map((contract, i) =>
    readContract(loose(contract), `${path}[${i}]`, findings)
  )
  if (isMissing(display.contract_array) || (Array.isArray(display.contract_array) && contracts.length === 0)) {
    refuse(findings, "contracts-missing", path, `at least one contract, because the protocol is ${protocol}`, "none")
  }
  const refused = findings.slice(before).some((finding) => finding.severity === "refused")
  return !refused && isText(host) && typeof port === "number"
    ? TerminalTarget.concert({ host, port, version, contracts })
    : undefined
}

const readContract = (
  contract: Loose,
  path: string,
  findings: Array<Finding.Finding>
): TerminalTarget.MerchantContract => {
  const { merchant_contract: merchantContract, rank, payment_application: paymentApplication } = contract
  if (isText(merchantContract) && merchantContract.length !== 7) {
    const expected = "7 characters (the contract's intent; 10 are seen in the field)"
    warn(findings, "merchant-contract-length", `${path}.merchant_contract`, expected, `${merchantContract.length}`)
  }
  if (isMissing(merchantContract)) {
    warn(findings, "merchant-contract-missing", `${path}.merchant_contract`, "the merchant contract", "nothing")
  }
  if (isText(paymentApplication) && PaymentApplication.nameOf(paymentApplication) === undefined) {
    const expected = "a payment application of the contract's list"
    const actual = Finding.describe(paymentApplication, path)
    warn(findings, "payment-application-unknown", `${path}.payment_application`, expected, actual)
  }
  return {
    ...(isText(merchantContract) ? { merchantContract } : {}),
    ...(isText(rank) ? { rank } : {}),
    ...(isText(paymentApplication) ? { paymentApplication } : {})
  }
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

/** Absent or empty; a value of another type is the contract's fault to report. */
const isMissing = (value: unknown): boolean => value === undefined || value === ""

/** Amounts of another currency than the order's, which JSON decimals could not show any more. */
const foreignAmounts = (order: Order): Array<Finding.Finding> => {
  const findings: Array<Finding.Finding> = []
  const { currency } = order.amount
  const check = (money: Money.Money | undefined, path: string) => {
    if (money !== undefined && money.currency !== currency) {
      refuse(findings, "currency-mismatch", path, currency, money.currency)
    }
  }
  order.basket.forEach((line, i) => {
    check(line.unitPrice, `order.basket[${i}].unit_price`)
    check(line.discount, `order.basket[${i}].discount`)
    check(line.total, `order.basket[${i}].total_amount`)
  })
  check(order.taxFees, "order.price.tax_fees")
  check(order.shippingFees, "order.price.shipping_fees")
  return findings
}
