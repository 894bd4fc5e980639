/**
 * Rules of the terminal: what each protocol needs to find it. The contract says these in prose only, because its schema
 * has no conditions.
 */

import { isObject, type JsonObject, object } from "../JsonObject.ts"
import type { OrderRequest } from "../Order.ts"
import * as Finding from "../plain/Finding.ts"
import * as PaymentApplication from "../plain/PaymentApplication.ts"
import * as TerminalTarget from "../plain/TerminalTarget.ts"
import type { FindingCollector } from "./FindingCollector.ts"
import { checkIndexable } from "./TextRules.ts"
import { isIndexable, isMissing, isText, list } from "./UntypedJson.ts"

const ROOT = "pos_technical_info"

/** A blank, a scheme, a path, or a port behind a colon; an IPv6 address has two colons at least. */
const MORE_THAN_A_HOST = /[\s/?#@]|^[^:]*:[^:]*$/

/** Checks a target, and what depends on it. */
export const checkTarget = ({ target, notifyUrl, order }: OrderRequest, report: FindingCollector): void => {
  checkNotifyUrl(notifyUrl, report)
  if (target._tag === "Nepting") checkNepting(target, order.transactionType, report)
  else if (target._tag === "Concert" && (target.version === "3.1" || target.version === "3.2")) {
    // Untyped programs may leave the contracts out, or put something else there.
    checkConcert({ ...target, contracts: list(target.contracts).filter(isObject) }, report)
  }
}

/** The target that an order's JSON names, if it names one completely. */
export const readTarget = (
  info: JsonObject,
  transactionType: unknown,
  report: FindingCollector
): TerminalTarget.TerminalTarget | undefined => {
  const display = object(info.terminal_transaction_display)
  checkNotifyUrl(info.notify_url, report)
  switch (display.protocol) {
    case "AppNepting":
      return readNepting(object(info.device_information), transactionType, report)
    case "ConcertV3.1":
      return readConcert("3.1", info, display, report)
    case "ConcertV3.2":
      return readConcert("3.2", info, display, report)
    default:
      return undefined
  }
}

const readNepting = (
  { serial_number: serialNumber, manufacturer }: JsonObject,
  transactionType: unknown,
  report: FindingCollector
): TerminalTarget.Nepting | undefined => {
  checkNepting({ serialNumber, manufacturer }, transactionType, report)
  return isName(serialNumber) && isName(manufacturer)
    ? TerminalTarget.nepting({ serialNumber, manufacturer })
    : undefined
}

const readConcert = (
  version: TerminalTarget.Concert["version"],
  info: JsonObject,
  display: JsonObject,
  report: FindingCollector
): TerminalTarget.Concert | undefined => {
  const { host, port = TerminalTarget.DEFAULT_PORT } = object(info.host_information)
  const { contract_array: given } = display
  const contracts = list(given).map((contract) => {
    const { merchant_contract, rank, payment_application } = object(contract)
    return { merchantContract: merchant_contract, rank, paymentApplication: payment_application }
  })
  checkConcert(
    { version, host, port, contracts: isMissing(given) || Array.isArray(given) ? contracts : undefined },
    report
  )
  return isName(host) && isPort(port) && contracts.length > 0
    ? TerminalTarget.concert({ host, port, version, contracts: contracts.map(withTexts) })
    : undefined
}

/** Whether a terminal can be found by this value. */
const isName = (value: unknown): value is string => isText(value) && isIndexable(value)

const isPort = (port: unknown): port is number =>
  typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535

/** The text fields of a merchant contract; the schema check reports values of another type. */
const withTexts = ({
  merchantContract,
  rank,
  paymentApplication
}: ContractFields): TerminalTarget.MerchantContract => ({
  ...(isText(merchantContract) ? { merchantContract } : {}),
  ...(isText(rank) ? { rank } : {}),
  ...(isText(paymentApplication) ? { paymentApplication } : {})
})

const checkNotifyUrl = (url: unknown, report: FindingCollector): void => {
  if (typeof url === "string" && !/^https?:\/\/[^\s/]/i.test(url)) {
    const path = `${ROOT}.notify_url`
    report.warn(
      "notify-url-invalid",
      path,
      "an address such as https://shop.example/notify",
      Finding.describe(url, path)
    )
  }
}

const checkNepting = (
  { serialNumber, manufacturer }: { readonly serialNumber: unknown; readonly manufacturer: unknown },
  transactionType: unknown,
  report: FindingCollector
): void => {
  const need = (value: unknown, code: string, field: string) => {
    const path = `${ROOT}.device_information.${field}`
    if (isMissing(value)) {
      const expected = "a value, because protocol AppNepting finds the terminal by it"
      report.refuse(code, path, expected, "nothing")
    } else if (isText(value)) checkIndexable(value, path, report)
  }
  need(serialNumber, "serial-number-missing", "serial_number")
  need(manufacturer, "manufacturer-missing", "manufacturer")
  if (transactionType === "Cancel") {
    const expected = "Debit or Credit, all that AppNepting serves"
    report.refuse("cancel-not-served", "order.transaction_type", expected, "Cancel")
  }
}

/** A merchant contract whose fields may be absent or of another type. */
type ContractFields = { readonly [K in keyof TerminalTarget.MerchantContract]?: unknown }

interface ConcertFields {
  readonly version: TerminalTarget.Concert["version"]
  readonly host: unknown
  readonly port: unknown
  /** Absent if they are of another type, which the schema check reports. */
  readonly contracts: ReadonlyArray<ContractFields> | undefined
}

const checkConcert = ({ version, host, port, contracts }: ConcertFields, report: FindingCollector): void => {
  const protocol = `ConcertV${version}`
  const path = `${ROOT}.host_information.host`
  if (isMissing(host)) {
    report.refuse("host-missing", path, `a value, because protocol ${protocol} finds the terminal by it`, "nothing")
  } else if (isText(host) && checkIndexable(host, path, report) && MORE_THAN_A_HOST.test(host)) {
    report.warn("host-invalid", path, "a name or an IP address alone", Finding.describe(host, path))
  }
  const portPath = `${ROOT}.host_information.port`
  // JSON has a default; a target from an untyped program may have none.
  if (port === undefined) report.refuse("port-missing", portPath, "1 to 65535", "nothing")
  else if (Number.isInteger(port) && !isPort(port)) {
    report.refuse("port-out-of-range", portPath, "1 to 65535", String(port))
  }
  if (contracts !== undefined) checkContracts(contracts, protocol, report)
}

const checkContracts = (contracts: ReadonlyArray<ContractFields>, protocol: string, report: FindingCollector): void => {
  const path = `${ROOT}.terminal_transaction_display.contract_array`
  const isOneNamed = contracts.some(isNamed)
  contracts.forEach((contract, i) => {
    checkContract(contract, `${path}[${i}]`, isOneNamed, report)
  })
  if (contracts.length === 0) {
    report.refuse("contracts-missing", path, `at least one contract, because the protocol is ${protocol}`, "none")
  }
  const seen = contracts.map(withTexts)
  seen.forEach(({ paymentApplication, rank }, i) => {
    if (paymentApplication === undefined) return
    const same = seen.findIndex((other) => other.paymentApplication === paymentApplication && other.rank === rank)
    if (same < i) {
      const expected = "one contract for a payment application and rank"
      report.warn(
        "contract-repeated",
        `${path}[${i}].payment_application`,
        expected,
        `the one of ${path}[${same}] again`
      )
    }
  })
}

/** Whether it has a field that identifies the merchant contract. */
const isNamed = ({ merchantContract, paymentApplication }: ContractFields): boolean =>
  !isMissing(merchantContract) || !isMissing(paymentApplication)

const checkContract = (
  { merchantContract, paymentApplication }: ContractFields,
  path: string,
  isOneNamed: boolean,
  report: FindingCollector
): void => {
  if (isText(merchantContract) && merchantContract.length !== 7) {
    const expected = "7 characters (the contract's intent; 10 are seen in the field)"
    report.warn("merchant-contract-length", `${path}.merchant_contract`, expected, `${merchantContract.length}`)
  }
  if (!isOneNamed) {
    const expected = "a merchant contract, or the payment application that it is found by"
    report.refuse("contract-empty", path, expected, "neither")
  } else if (isMissing(merchantContract)) {
    report.warn("merchant-contract-missing", `${path}.merchant_contract`, "the merchant contract", "nothing")
  }
  if (isText(paymentApplication) && !PaymentApplication.isKnown(paymentApplication)) {
    const expected = "a payment application of the contract's list"
    const actual = Finding.describe(paymentApplication, path)
    report.warn("payment-application-unknown", `${path}.payment_application`, expected, actual)
  }
}
