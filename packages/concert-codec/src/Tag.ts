/**
 * The dictionary of Concert's fields, as data: a tag's name, who sends it, and what its value may contain.
 *
 * The norm itself is not public. Every row names its public evidence and how far that can be trusted; `sources` explains the
 * short names. Encoders enforce the bounds, decoders only warn. Lengths count bytes.
 */
import { pluralize } from "./internal/pluralize.ts"

/** Who sends a tag: the register (`request`), the terminal (`response`), or both. */
export type Direction = "request" | "response" | "both"

/** What a value consists of: digits, printable ASCII, base64 (possibly with line feeds), or nested fields. */
export type Format = "digits" | "text" | "base64" | "fields"

/** `high`: two or more independent sources, one of them a vendor or tested on hardware. `low`: a single weak one. */
export type Confidence = "high" | "medium" | "low"

/** The lowest version that a tag is sent under. Reading never depends on it. */
export type Since = "0300" | "0310" | "0320"

/** Where knowledge of a tag comes from. */
export const sources = {
  AK: "akretion caisse-ap-ip, tested on an Ingenico Desk/5000",
  OCA: "OCA l10n-france point of sale, in production",
  HPL: "HiPay, Local API for Nepting",
  PX: "PayXpert, Concert V3 documents",
  AP: "Association du Paiement, feature list",
  FC: "Fidecoin, CAISSE_AP_V3.20",
  KG: "small public integrations",
  ND: "small public integrations"
} as const

export type Source = keyof typeof sources

/** One tag. */
export interface Tag {
  readonly code: string
  /** In English, for people. */
  readonly name: string
  /** The property that has it in a decoded message; absent if it has none of its own. */
  readonly key?: string | undefined
  readonly direction: Direction
  readonly format: Format
  /** The shortest and longest value, in bytes; 1 and 999 if no limit is published. */
  readonly min: number
  readonly max: number
  readonly since: Since
  readonly confidence: Confidence
  readonly sources: ReadonlyArray<Source>
  /** The vendor of a private tag. */
  readonly vendor?: "PayXpert" | "Fidecoin" | undefined
}

/** The longest value that three digits can announce. */
export const MAX_VALUE_LENGTH = 999

type Row = readonly [
  code: string,
  name: string,
  key: string | undefined,
  direction: Direction,
  format: Format,
  min: number,
  max: number,
  since: Since,
  confidence: Confidence,
  sources: ReadonlyArray<Source>,
  vendor?: Tag["vendor"]
]

const everyone: ReadonlyArray<Source> = ["AK", "OCA", "HPL", "PX", "FC"]

const rows: ReadonlyArray<Row> = [
  ["CZ", "protocol version", "version", "both", "digits", 4, 4, "0300", "high", everyone],
  [
    "CJ",
    "protocol identifier",
    "protocolIdentifier",
    "both",
    "digits",
    12,
    12,
    "0300",
    "high",
    ["AK", "OCA", "HPL", "PX", "FC", "AP"]
  ],
  ["CA", "register number", "register", "both", "digits", 2, 2, "0300", "high", everyone],
  ["CB", "amount", "amount", "both", "digits", 2, 12, "0300", "high", everyone],
  ["CC", "payment application", "paymentApplication", "both", "text", 3, 3, "0300", "high", ["AK", "OCA", "HPL", "PX"]],
  ["CD", "action", "action", "both", "text", 1, 1, "0300", "high", everyone],
  ["CE", "currency", "currency", "both", "digits", 3, 3, "0300", "high", everyone],
  ["CF", "private data", "privateData", "both", "text", 1, 99, "0300", "high", ["HPL", "PX", "AK", "FC"]],
  ["CG", "merchant contract", "merchantContract", "both", "text", 1, 10, "0300", "high", ["AK", "HPL", "FC", "AP"]],
  ["CH", "external reference", "reference", "both", "text", 1, 99, "0310", "medium", ["PX", "AP"]],
  ["CI", "reading mode", "readingMode", "both", "digits", 1, 1, "0300", "high", ["AK", "OCA", "PX", "FC"]],
  ["CK", "ticket management", "ticket", "both", "text", 3, 3, "0320", "high", ["HPL", "PX", "FC"]],
  ["AA", "card number", "pan", "response", "text", 1, 64, "0300", "high", ["AK", "OCA", "PX", "FC"]],
  ["AB", "expiry", "expiry", "response", "digits", 4, 4, "0300", "high", ["AK", "PX", "FC"]],
  [
    "AC",
    "authorization number",
    "authorizationNumber",
    "response",
    "text",
    1,
    10,
    "0300",
    "high",
    ["AK", "HPL", "PX", "FC"]
  ],
  ["AD", "CMC7 line of a cheque", "cmc7", "response", "text", 1, 999, "0300", "medium", ["FC"]],
  ["AE", "action status", "status", "response", "digits", 2, 2, "0300", "high", everyone],
  ["AF", "complement to the status", "complement", "response", "text", 2, 50, "0300", "high", everyone],
  ["AG", "cheque register's answer", "chequeRegister", "response", "text", 1, 999, "0300", "medium", ["FC"]],
  ["AH", "cheque guarantee's answer", "chequeGuarantee", "response", "text", 1, 999, "0300", "medium", ["FC"]],
  ["AI", "application identifier (AID)", "aid", "response", "text", 1, 32, "0300", "high", ["AK", "OCA", "PX", "FC"]],
  ["AK", "ticket data", undefined, "both", "base64", 1, 900, "0320", "high", ["HPL", "PX", "FC"]],
  ["AL", "kind of card number", "panType", "response", "digits", 1, 1, "0320", "medium", ["PX"]],
  ["AM", "customer's phone, typed in", "customerPhone", "response", "digits", 1, 999, "0320", "medium", ["FC"]],
  ["AN", "customer's e-mail, typed in", "customerEmail", "response", "text", 1, 999, "0320", "medium", ["FC"]],
  ["BA", "answer delay", "answerDelay", "request", "digits", 1, 1, "0300", "high", ["AK", "PX", "KG", "ND"]],
  ["BB", "authorization request", "forceAuthorization", "request", "digits", 1, 1, "0300", "high", ["HPL", "FC"]],
  ["BF", "partial payment", "partialPayment", "request", "digits", 1, 1, "0300", "high", ["FC", "AK", "OCA"]],
  ["BH", "customer's phone", "customerPhone", "request", "digits", 8, 20, "0320", "high", ["HPL", "PX", "FC"]],
  ["BI", "customer's e-mail", "customerEmail", "request", "text", 6, 256, "0320", "high", ["HPL", "PX", "FC"]],
  ["ZT", "ticket", undefined, "both", "fields", 1, 999, "0320", "high", ["HPL", "PX", "FC"]],
  ["AP", "operation date", undefined, "response", "text", 13, 13, "0300", "medium", ["PX"], "PayXpert"],
  ["AQ", "terminal's serial number", undefined, "response", "text", 2, 20, "0300", "medium", ["PX"], "PayXpert"],
  ["ID", "transaction id", undefined, "response", "text", 1, 999, "0300", "medium", ["PX"], "PayXpert"],
  ["IM", "linked transaction id", undefined, "request", "text", 1, 999, "0300", "medium", ["PX"], "PayXpert"],
  ["OD", "order data", undefined, "request", "base64", 1, 900, "0300", "medium", ["FC"], "Fidecoin"]
]

const byCode = new Map<string, Tag>()
for (const [code, name, key, direction, format, min, max, since, confidence, evidence, vendor] of rows) {
  byCode.set(code, {
    code,
    name,
    key,
    direction,
    format,
    min,
    max,
    since,
    confidence,
    sources: evidence,
    vendor
  })
}

/** Every known tag: of register and terminal, of the terminal, of the register, constructed, private. */
export const all: ReadonlyArray<Tag> = [...byCode.values()]

/** The tag of a code, or `undefined` if no public source has it. */
export const get = (code: string): Tag | undefined => byCode.get(code)

/** The tag of a code that the table must have; asking for another one is a defect. */
export const known = (code: string): Tag => {
  const tag = byCode.get(code)
  if (tag === undefined) throw new Error(`no tag ${code} in the table`)
  return tag
}

/** Whether a code's value consists of nested fields. */
export const isConstructed = (code: string): boolean => code.charCodeAt(0) === 90

/** Why a tag does not allow a value, or `undefined` if it does. Never repeats the value itself. */
export const violation = (tag: Tag, value: string): string | undefined => {
  const { length } = value
  if (length < tag.min || length > tag.max) {
    const expected = tag.min === tag.max ? tag.min : `${tag.min} to ${tag.max}`
    return `${pluralize(length, "character")}, expected ${expected}`
  }
  switch (tag.format) {
    case "digits":
      return isDigits(value) ? undefined : "expected digits only"
    case "text":
      return isPrintable(value) ? undefined : "expected printable ASCII only"
    case "base64":
      return /^[A-Za-z0-9+/\s]+=*\s*$/.test(value) ? undefined : "expected base64"
    case "fields":
      return undefined
  }
}

/** Whether a text consists of ASCII digits; true of the empty text. */
export const isDigits = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return true
}

/** Whether a text consists of U+0020 to U+007E; true of the empty text. */
export const isPrintable = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code < 32 || code > 126) return false
  }
  return true
}
