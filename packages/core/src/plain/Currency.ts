/**
 * The 162 currencies of the HiPay POS API, in the order its contract lists them.
 *
 * Exponents are those of ISO 4217 and never those of `Intl`, which follows CLDR and differs for 24 of these codes.
 * Historic codes stay payable at the API; each names the code that replaced it. Source: ISO 4217 lists one and three.
 */
import { defined } from "../Defined.ts"
import { type CurrencyCode, codes, type Exponent, exponentOf, successorOf } from "./CurrencyCode.ts"

export { type CurrencyCode, codes, type Exponent, exponentOf, isCode } from "./CurrencyCode.ts"

/** One currency: alphabetic code, three-digit numeric code as text ("008" keeps its zeros), exponent. */
export interface Currency {
  readonly code: CurrencyCode
  readonly numericCode: string
  readonly exponent: Exponent
  /** The code that replaced a historic currency; it may be one that the API does not list. Absent: current. */
  readonly successor?: string
}

const numericCodes: Readonly<Record<CurrencyCode, string>> = {
  FRF: "250",
  SKK: "703",
  EEK: "233",
  TMT: "934",
  AED: "784",
  AFN: "971",
  ALL: "008",
  AMD: "051",
  ANG: "532",
  AOA: "973",
  ARS: "032",
  AUD: "036",
  AWG: "533",
  AZN: "944",
  BAM: "977",
  BBD: "052",
  BDT: "050",
  BGN: "975",
  BHD: "048",
  BIF: "108",
  BMD: "060",
  BND: "096",
  BOB: "068",
  BRL: "986",
  BSD: "044",
  BTN: "064",
  BWP: "072",
  BYR: "974",
  BZD: "084",
  CAD: "124",
  CDF: "976",
  CHF: "756",
  CLP: "152",
  CNY: "156",
  COP: "170",
  CRC: "188",
  CUC: "931",
  CUP: "192",
  CVE: "132",
  CZK: "203",
  DJF: "262",
  DKK: "208",
  DOP: "214",
  DZD: "012",
  EGP: "818",
  ERN: "232",
  ETB: "230",
  EUR: "978",
  FJD: "242",
  FKP: "238",
  GBP: "826",
  GEL: "981",
  GHS: "936",
  GIP: "292",
  GMD: "270",
  GNF: "324",
  GTQ: "320",
  GYD: "328",
  HKD: "344",
  HNL: "340",
  HRK: "191",
  HTG: "332",
  HUF: "348",
  IDR: "360",
  ILS: "376",
  INR: "356",
  IQD: "368",
  IRR: "364",
  ISK: "352",
  JMD: "388",
  JOD: "400",
  JPY: "392",
  KES: "404",
  KGS: "417",
  KHR: "116",
  KMF: "174",
  KPW: "408",
  KRW: "410",
  KWD: "414",
  KYD: "136",
  KZT: "398",
  LAK: "418",
  LBP: "422",
  LKR: "144",
  LRD: "430",
  LSL: "426",
  LTL: "440",
  LVL: "428",
  LYD: "434",
  MAD: "504",
  MDL: "498",
  MGA: "969",
  MKD: "807",
  MMK: "104",
  MNT: "496",
  MOP: "446",
  MRO: "478",
  MUR: "480",
  MVR: "462",
  MWK: "454",
  MXN: "484",
  MYR: "458",
  MZN: "943",
  NAD: "516",
  NGN: "566",
  NIO: "558",
  NOK: "578",
  NPR: "524",
  NZD: "554",
  OMR: "512",
  PAB: "590",
  PEN: "604",
  PGK: "598",
  PHP: "608",
  PKR: "586",
  PLN: "985",
  PYG: "600",
  QAR: "634",
  RON: "946",
  RSD: "941",
  RUB: "643",
  RWF: "646",
  SAR: "682",
  SBD: "090",
  SCR: "690",
  SDG: "938",
  SEK: "752",
  SGD: "702",
  SHP: "654",
  SLL: "694",
  SOS: "706",
  SRD: "968",
  STD: "678",
  SVC: "222",
  SYP: "760",
  SZL: "748",
  THB: "764",
  TJS: "972",
  TND: "788",
  TOP: "776",
  TRY: "949",
  TTD: "780",
  TWD: "901",
  TZS: "834",
  UAH: "980",
  UGX: "800",
  USD: "840",
  UYU: "858",
  UZS: "860",
  VEF: "937",
  VND: "704",
  VUV: "548",
  TMM: "795",
  WST: "882",
  XAF: "950",
  XCD: "951",
  XOF: "952",
  XPF: "953",
  YER: "886",
  ZAR: "710",
  ZMK: "894",
  ZWL: "932"
}

/** Every currency of the API. */
export const all: ReadonlyArray<Currency> = codes.map((code) => ({
  code,
  numericCode: numericCodes[code],
  exponent: exponentOf(code),
  ...defined({ successor: successorOf(code) })
}))

const byCode = new Map<string, Currency>(all.map((currency) => [currency.code, currency]))
const byNumericCode = new Map(all.map((currency) => [currency.numericCode, currency]))

/** The currency of a known code. Total, because a {@link CurrencyCode} is always in the table. */
export const get = (code: CurrencyCode): Currency => byCode.get(code) as Currency

/** The currency of any text, or `undefined` if the API does not know it. Case matters, as in the API. */
export const fromCode = (code: string): Currency | undefined => byCode.get(code)

/** The currency of a three-digit numeric code as Concert writes it ("978"), or `undefined`. */
export const fromNumericCode = (numericCode: string): Currency | undefined => byNumericCode.get(numericCode)
