/**
 * The 162 currencies of the HiPay POS API, in the order its contract lists them.
 *
 * Exponents are those of ISO 4217 and never those of `Intl`, which follows CLDR and differs for 24 of these codes.
 * Historic codes stay payable at the API; each names the code that replaced it. Source: ISO 4217 lists one and three.
 */

/** How many decimal digits a currency has: JPY 0, EUR 2, KWD 3. */
export type Exponent = 0 | 2 | 3

/** One currency: alphabetic code, three-digit numeric code as text ("008" keeps its zeros), exponent. */
export interface Currency {
  readonly code: CurrencyCode
  readonly numericCode: string
  readonly exponent: Exponent
  /** The code that replaced a historic currency; it may be one that the API does not list. Absent: current. */
  readonly successor?: string
}

type Row = readonly [code: string, numericCode: string, exponent: Exponent, successor?: string]

const rows = [
  ["FRF", "250", 2, "EUR"],
  ["SKK", "703", 2, "EUR"],
  ["EEK", "233", 2, "EUR"],
  ["TMT", "934", 2],
  ["AED", "784", 2],
  ["AFN", "971", 2],
  ["ALL", "008", 2],
  ["AMD", "051", 2],
  ["ANG", "532", 2, "XCG"],
  ["AOA", "973", 2],
  ["ARS", "032", 2],
  ["AUD", "036", 2],
  ["AWG", "533", 2],
  ["AZN", "944", 2],
  ["BAM", "977", 2],
  ["BBD", "052", 2],
  ["BDT", "050", 2],
  ["BGN", "975", 2, "EUR"],
  ["BHD", "048", 3],
  ["BIF", "108", 0],
  ["BMD", "060", 2],
  ["BND", "096", 2],
  ["BOB", "068", 2],
  ["BRL", "986", 2],
  ["BSD", "044", 2],
  ["BTN", "064", 2],
  ["BWP", "072", 2],
  ["BYR", "974", 0, "BYN"],
  ["BZD", "084", 2],
  ["CAD", "124", 2],
  ["CDF", "976", 2],
  ["CHF", "756", 2],
  ["CLP", "152", 0],
  ["CNY", "156", 2],
  ["COP", "170", 2],
  ["CRC", "188", 2],
  ["CUC", "931", 2, "CUP"],
  ["CUP", "192", 2],
  ["CVE", "132", 2],
  ["CZK", "203", 2],
  ["DJF", "262", 0],
  ["DKK", "208", 2],
  ["DOP", "214", 2],
  ["DZD", "012", 2],
  ["EGP", "818", 2],
  ["ERN", "232", 2],
  ["ETB", "230", 2],
  ["EUR", "978", 2],
  ["FJD", "242", 2],
  ["FKP", "238", 2],
  ["GBP", "826", 2],
  ["GEL", "981", 2],
  ["GHS", "936", 2],
  ["GIP", "292", 2],
  ["GMD", "270", 2],
  ["GNF", "324", 0],
  ["GTQ", "320", 2],
  ["GYD", "328", 2],
  ["HKD", "344", 2],
  ["HNL", "340", 2],
  ["HRK", "191", 2, "EUR"],
  ["HTG", "332", 2],
  ["HUF", "348", 2],
  ["IDR", "360", 2],
  ["ILS", "376", 2],
  ["INR", "356", 2],
  ["IQD", "368", 3],
  ["IRR", "364", 2],
  ["ISK", "352", 0],
  ["JMD", "388", 2],
  ["JOD", "400", 3],
  ["JPY", "392", 0],
  ["KES", "404", 2],
  ["KGS", "417", 2],
  ["KHR", "116", 2],
  ["KMF", "174", 0],
  ["KPW", "408", 2],
  ["KRW", "410", 0],
  ["KWD", "414", 3],
  ["KYD", "136", 2],
  ["KZT", "398", 2],
  ["LAK", "418", 2],
  ["LBP", "422", 2],
  ["LKR", "144", 2],
  ["LRD", "430", 2],
  ["LSL", "426", 2],
  ["LTL", "440", 2, "EUR"],
  ["LVL", "428", 2, "EUR"],
  ["LYD", "434", 3],
  ["MAD", "504", 2],
  ["MDL", "498", 2],
  ["MGA", "969", 2],
  ["MKD", "807", 2],
  ["MMK", "104", 2],
  ["MNT", "496", 2],
  ["MOP", "446", 2],
  ["MRO", "478", 2, "MRU"],
  ["MUR", "480", 2],
  ["MVR", "462", 2],
  ["MWK", "454", 2],
  ["MXN", "484", 2],
  ["MYR", "458", 2],
  ["MZN", "943", 2],
  ["NAD", "516", 2],
  ["NGN", "566", 2],
  ["NIO", "558", 2],
  ["NOK", "578", 2],
  ["NPR", "524", 2],
  ["NZD", "554", 2],
  ["OMR", "512", 3],
  ["PAB", "590", 2],
  ["PEN", "604", 2],
  ["PGK", "598", 2],
  ["PHP", "608", 2],
  ["PKR", "586", 2],
  ["PLN", "985", 2],
  ["PYG", "600", 0],
  ["QAR", "634", 2],
  ["RON", "946", 2],
  ["RSD", "941", 2],
  ["RUB", "643", 2],
  ["RWF", "646", 0],
  ["SAR", "682", 2],
  ["SBD", "090", 2],
  ["SCR", "690", 2],
  ["SDG", "938", 2],
  ["SEK", "752", 2],
  ["SGD", "702", 2],
  ["SHP", "654", 2],
  ["SLL", "694", 2, "SLE"],
  ["SOS", "706", 2],
  ["SRD", "968", 2],
  ["STD", "678", 2, "STN"],
  ["SVC", "222", 2],
  ["SYP", "760", 2],
  ["SZL", "748", 2],
  ["THB", "764", 2],
  ["TJS", "972", 2],
  ["TND", "788", 3],
  ["TOP", "776", 2],
  ["TRY", "949", 2],
  ["TTD", "780", 2],
  ["TWD", "901", 2],
  ["TZS", "834", 2],
  ["UAH", "980", 2],
  ["UGX", "800", 0],
  ["USD", "840", 2],
  ["UYU", "858", 2],
  ["UZS", "860", 2],
  ["VEF", "937", 2, "VES"],
  ["VND", "704", 0],
  ["VUV", "548", 0],
  ["TMM", "795", 2, "TMT"],
  ["WST", "882", 2],
  ["XAF", "950", 0],
  ["XCD", "951", 2],
  ["XOF", "952", 0],
  ["XPF", "953", 0],
  ["YER", "886", 2],
  ["ZAR", "710", 2],
  ["ZMK", "894", 2, "ZMW"],
  ["ZWL", "932", 2, "ZWG"]
] as const satisfies ReadonlyArray<Row>

/** A currency code that the API accepts, such as `"EUR"`. */
export type CurrencyCode = (typeof rows)[number][0]

/** Every currency code of the API, in the contract's order. */
export const codes: ReadonlyArray<CurrencyCode> = rows.map((row) => row[0])

/** Every currency of the API. */
export const all: ReadonlyArray<Currency> = (rows as ReadonlyArray<Row>).map(
  ([code, numericCode, exponent, successor]) => ({
    code: code as CurrencyCode,
    numericCode,
    exponent,
    ...(successor === undefined ? {} : { successor })
  })
)

const byCode = new Map<string, Currency>(all.map((currency) => [currency.code, currency]))
// Pure, for bundlers: amounts need no numbers.
const byNumericCode = /* @__PURE__ */ new Map(all.map((currency) => [currency.numericCode, currency]))

/** The currency of a known code. Total, because a {@link CurrencyCode} is always in the table. */
export const get = (code: CurrencyCode): Currency => byCode.get(code) as Currency

/** The currency of any text, or `undefined` where the API does not know it. Case matters, as at the API. */
export const fromCode = (code: string): Currency | undefined => byCode.get(code)

/** The currency of a three-digit numeric code as Concert writes it ("978"), or `undefined`. */
export const fromNumericCode = (numericCode: string): Currency | undefined => byNumericCode.get(numericCode)
