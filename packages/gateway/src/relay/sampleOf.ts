/**
 * Describes an unknown value for a finding. It may be anything, even a customer's name or a token, and samples are pasted
 * into issues: its type and size are shown, and the value itself only if it can be neither.
 *
 * Values have no quotation marks: in findings of earlier versions, which kept values as they came, they have them.
 */
import { isSecretName } from "@hipay-pos/client/response"

/** Describes a value, with its parts down to `depth`. */
export const sampleOf = (value: unknown, path: string, depth = 2): string => {
  switch (typeof value) {
    case "undefined":
      return "nothing"
    case "boolean":
      return String(value)
    case "number":
      return countDigits(String(value)) <= DIGITS && !isSensitive(path) ? String(value) : "a number"
    case "string":
      return CODE.test(value) && countDigits(value) <= DIGITS && holdsCodes(path) ? value : lengthOf(value)
    default:
      return value === null
        ? "null"
        : Array.isArray(value)
          ? sampleOfArray(value, path, depth)
          : sampleOfFields(value as Fields, path, depth)
  }
}

/** Describes an error code: HiPay's have up to seven digits. */
export const codeSampleOf = (value: unknown): string => {
  const text = String(value)
  const isCode = (typeof value === "string" || typeof value === "number") && /^[\w.:-]{1,80}$/.test(text)
  return isCode && countDigits(text) <= CODE_DIGITS ? text : sampleOf(value, "")
}

/** A path without what may not be a field's name: an answer's key can be anything. */
export const nameOnly = (path: string): string =>
  path
    .split(".")
    .map((name) => (name === "" || isName(name) ? name : "…"))
    .join(".")

const isName = (text: string): boolean => {
  const name = text.replace(/(\[\d+\])+$/, "")
  return /^[\w-]{1,40}$/.test(name) && countDigits(name) <= DIGITS
}

type Fields = Readonly<Record<string, unknown>>

/** The most digits that are shown: fewer than in a date, a postal code, a telephone number, an account or a card. */
const DIGITS = 4
const CODE_DIGITS = 7
const CODE = /^[A-Za-z][\w.-]{0,39}$/
const PARTS = 8

const countDigits = (text: string): number => text.replace(/\D/g, "").length

const lengthOf = ({ length }: string): string => `a text of ${length} characters`

const sampleOfArray = (values: ReadonlyArray<unknown>, path: string, depth: number): string => {
  if (values.length === 0) return "[]"
  return depth === 0 ? "an array" : `[${sampleOf(values[0], path, depth - 1)}, …]`
}

const sampleOfFields = (fields: Fields, path: string, depth: number): string => {
  if (depth === 0) return "an object"
  const names = Object.keys(fields)
  const parts = names
    .slice(0, PARTS)
    .map((name) => `${nameOnly(name)}: ${sampleOf(fields[name], `${path}.${name}`, depth - 1)}`)
  if (parts.length === 0) return "{}"
  return `{ ${parts.join(", ")}${names.length > PARTS ? ", …" : ""} }`
}

/** The words of each name in a path. */
const wordsIn = (path: string): ReadonlyArray<string> =>
  path
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "")

/** Whether a field may be about a person, or a secret. */
const isSensitive = (path: string): boolean =>
  path.split(".").some(isSecretName) || wordsIn(path).some((word) => SENSITIVE.has(word))

/** Whether a field, by its name, holds a program's codes. */
const holdsCodes = (path: string): boolean => CODE_NAMES.has(wordsIn(path).at(-1) ?? "") && !isSensitive(path)

const CODE_NAMES = new Set(
  "brand category code currency kind level mode protocol reason result scheme severity state status type version".split(
    " "
  )
)

const SENSITIVE = new Set(
  (
    "customer shipping delivery billing address person personal holder cardholder owner user username login firstname " +
    "lastname name contact email mail phone mobile city street town zip postal postcode birth birthdate birthday iban pan " +
    "account password passphrase passwd pwd pass secret token auth authorization authentication credential credentials key " +
    "apikey cookie session signature pin cvv cvc otp security verification access promo voucher coupon gift"
  ).split(" ")
)
