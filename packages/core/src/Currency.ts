/**
 * The 162 currencies of the HiPay POS API, in the order its contract lists them.
 *
 * Exponents are those of ISO 4217 and never those of `Intl`, which follows CLDR and differs for 24 of these codes.
 * Historic codes stay payable at the API; each names the code that replaced it. Source: ISO 4217 lists one and three.
 */
import * as Schema from "effect/Schema"

/** How many decimal digits a currency has: JPY 0, EUR 2, KWD 3. */
export type Exponent = 0 | 2 | 3

/** One currency: alphabetic code, three-digit numeric code as text ("008" keeps its zeros), exponent, English name. */
export interface Currency {
  readonly code: CurrencyCode
  readonly numericCode: string
  readonly exponent: Exponent
  readonly name: string
  /** The code that replaced a historic currency; it may be one that the API does not list. Absent: current. */
  readonly successor?: string
}

type Row = readonly [code: string, numericCode: string, exponent: Exponent, name: string, successor?: string]

const rows = [
  ["FRF", "250", 2, "French Franc", "EUR"],
  ["SKK", "703", 2, "Slovak Koruna", "EUR"],
  ["EEK", "233", 2, "Kroon", "EUR"],
  ["TMT", "934", 2, "Turkmenistan New Manat"],
  ["AED", "784", 2, "UAE Dirham"],
  ["AFN", "971", 2, "Afghani"],
  ["ALL", "008", 2, "Lek"],
  ["AMD", "051", 2, "Armenian Dram"],
  ["ANG", "532", 2, "Netherlands Antillean Guilder", "XCG"],
  ["AOA", "973", 2, "Kwanza"],
  ["ARS", "032", 2, "Argentine Peso"],
  ["AUD", "036", 2, "Australian Dollar"],
  ["AWG", "533", 2, "Aruban Florin"],
  ["AZN", "944", 2, "Azerbaijan Manat"],
  ["BAM", "977", 2, "Convertible Mark"],
  ["BBD", "052", 2, "Barbados Dollar"],
  ["BDT", "050", 2, "Taka"],
  ["BGN", "975", 2, "Bulgarian Lev", "EUR"],
  ["BHD", "048", 3, "Bahraini Dinar"],
  ["BIF", "108", 0, "Burundi Franc"],
  ["BMD", "060", 2, "Bermudian Dollar"],
  ["BND", "096", 2, "Brunei Dollar"],
  ["BOB", "068", 2, "Boliviano"],
  ["BRL", "986", 2, "Brazilian Real"],
  ["BSD", "044", 2, "Bahamian Dollar"],
  ["BTN", "064", 2, "Ngultrum"],
  ["BWP", "072", 2, "Pula"],
  ["BYR", "974", 0, "Belarusian Ruble", "BYN"],
  ["BZD", "084", 2, "Belize Dollar"],
  ["CAD", "124", 2, "Canadian Dollar"],
  ["CDF", "976", 2, "Congolese Franc"],
  ["CHF", "756", 2, "Swiss Franc"],
  ["CLP", "152", 0, "Chilean Peso"],
  ["CNY", "156", 2, "Yuan Renminbi"],
  ["COP", "170", 2, "Colombian Peso"],
  ["CRC", "188", 2, "Costa Rican Colon"],
  ["CUC", "931", 2, "Peso Convertible", "CUP"],
  ["CUP", "192", 2, "Cuban Peso"],
  ["CVE", "132", 2, "Cabo Verde Escudo"],
  ["CZK", "203", 2, "Czech Koruna"],
  ["DJF", "262", 0, "Djibouti Franc"],
  ["DKK", "208", 2, "Danish Krone"],
  ["DOP", "214", 2, "Dominican Peso"],
  ["DZD", "012", 2, "Algerian Dinar"],
  ["EGP", "818", 2, "Egyptian Pound"],
  ["ERN", "232", 2, "Nakfa"],
  ["ETB", "230", 2, "Ethiopian Birr"],
  ["EUR", "978", 2, "Euro"],
  ["FJD", "242", 2, "Fiji Dollar"],
  ["FKP", "238", 2, "Falkland Islands Pound"],
  ["GBP", "826", 2, "Pound Sterling"],
  ["GEL", "981", 2, "Lari"],
  ["GHS", "936", 2, "Ghana Cedi"],
  ["GIP", "292", 2, "Gibraltar Pound"],
  ["GMD", "270", 2, "Dalasi"],
  ["GNF", "324", 0, "Guinean Franc"],
  ["GTQ", "320", 2, "Quetzal"],
  ["GYD", "328", 2, "Guyana Dollar"],
  ["HKD", "344", 2, "Hong Kong Dollar"],
  ["HNL", "340", 2, "Lempira"],
  ["HRK", "191", 2, "Kuna", "EUR"],
  ["HTG", "332", 2, "Gourde"],
  ["HUF", "348", 2, "Forint"],
  ["IDR", "360", 2, "Rupiah"],
  ["ILS", "376", 2, "New Israeli Sheqel"],
  ["INR", "356", 2, "Indian Rupee"],
  ["IQD", "368", 3, "Iraqi Dinar"],
  ["IRR", "364", 2, "Iranian Rial"],
  ["ISK", "352", 0, "Iceland Krona"],
  ["JMD", "388", 2, "Jamaican Dollar"],
  ["JOD", "400", 3, "Jordanian Dinar"],
  ["JPY", "392", 0, "Yen"],
  ["KES", "404", 2, "Kenyan Shilling"],
  ["KGS", "417", 2, "Som"],
  ["KHR", "116", 2, "Riel"],
  ["KMF", "174", 0, "Comorian Franc"],
  ["KPW", "408", 2, "North Korean Won"],
  ["KRW", "410", 0, "Won"],
  ["KWD", "414", 3, "Kuwaiti Dinar"],
  ["KYD", "136", 2, "Cayman Islands Dollar"],
  ["KZT", "398", 2, "Tenge"],
  ["LAK", "418", 2, "Lao Kip"],
  ["LBP", "422", 2, "Lebanese Pound"],
  ["LKR", "144", 2, "Sri Lanka Rupee"],
  ["LRD", "430", 2, "Liberian Dollar"],
  ["LSL", "426", 2, "Loti"],
  ["LTL", "440", 2, "Lithuanian Litas", "EUR"],
  ["LVL", "428", 2, "Latvian Lats", "EUR"],
  ["LYD", "434", 3, "Libyan Dinar"],
  ["MAD", "504", 2, "Moroccan Dirham"],
  ["MDL", "498", 2, "Moldovan Leu"],
  ["MGA", "969", 2, "Malagasy Ariary"],
  ["MKD", "807", 2, "Denar"],
  ["MMK", "104", 2, "Kyat"],
  ["MNT", "496", 2, "Tugrik"],
  ["MOP", "446", 2, "Pataca"],
  ["MRO", "478", 2, "Ouguiya", "MRU"],
  ["MUR", "480", 2, "Mauritius Rupee"],
  ["MVR", "462", 2, "Rufiyaa"],
  ["MWK", "454", 2, "Malawi Kwacha"],
  ["MXN", "484", 2, "Mexican Peso"],
  ["MYR", "458", 2, "Malaysian Ringgit"],
  ["MZN", "943", 2, "Mozambique Metical"],
  ["NAD", "516", 2, "Namibia Dollar"],
  ["NGN", "566", 2, "Naira"],
  ["NIO", "558", 2, "Cordoba Oro"],
  ["NOK", "578", 2, "Norwegian Krone"],
  ["NPR", "524", 2, "Nepalese Rupee"],
  ["NZD", "554", 2, "New Zealand Dollar"],
  ["OMR", "512", 3, "Rial Omani"],
  ["PAB", "590", 2, "Balboa"],
  ["PEN", "604", 2, "Sol"],
  ["PGK", "598", 2, "Kina"],
  ["PHP", "608", 2, "Philippine Peso"],
  ["PKR", "586", 2, "Pakistan Rupee"],
  ["PLN", "985", 2, "Zloty"],
  ["PYG", "600", 0, "Guarani"],
  ["QAR", "634", 2, "Qatari Rial"],
  ["RON", "946", 2, "Romanian Leu"],
  ["RSD", "941", 2, "Serbian Dinar"],
  ["RUB", "643", 2, "Russian Ruble"],
  ["RWF", "646", 0, "Rwanda Franc"],
  ["SAR", "682", 2, "Saudi Riyal"],
  ["SBD", "090", 2, "Solomon Islands Dollar"],
  ["SCR", "690", 2, "Seychelles Rupee"],
  ["SDG", "938", 2, "Sudanese Pound"],
  ["SEK", "752", 2, "Swedish Krona"],
  ["SGD", "702", 2, "Singapore Dollar"],
  ["SHP", "654", 2, "Saint Helena Pound"],
  ["SLL", "694", 2, "Leone", "SLE"],
  ["SOS", "706", 2, "Somali Shilling"],
  ["SRD", "968", 2, "Surinam Dollar"],
  ["STD", "678", 2, "Dobra", "STN"],
  ["SVC", "222", 2, "El Salvador Colon"],
  ["SYP", "760", 2, "Syrian Pound"],
  ["SZL", "748", 2, "Lilangeni"],
  ["THB", "764", 2, "Baht"],
  ["TJS", "972", 2, "Somoni"],
  ["TND", "788", 3, "Tunisian Dinar"],
  ["TOP", "776", 2, "Pa’anga"],
  ["TRY", "949", 2, "Turkish Lira"],
  ["TTD", "780", 2, "Trinidad and Tobago Dollar"],
  ["TWD", "901", 2, "New Taiwan Dollar"],
  ["TZS", "834", 2, "Tanzanian Shilling"],
  ["UAH", "980", 2, "Hryvnia"],
  ["UGX", "800", 0, "Uganda Shilling"],
  ["USD", "840", 2, "US Dollar"],
  ["UYU", "858", 2, "Peso Uruguayo"],
  ["UZS", "860", 2, "Uzbekistan Sum"],
  ["VEF", "937", 2, "Bolivar", "VES"],
  ["VND", "704", 0, "Dong"],
  ["VUV", "548", 0, "Vatu"],
  ["TMM", "795", 2, "Turkmenistan Manat", "TMT"],
  ["WST", "882", 2, "Tala"],
  ["XAF", "950", 0, "CFA Franc BEAC"],
  ["XCD", "951", 2, "East Caribbean Dollar"],
  ["XOF", "952", 0, "CFA Franc BCEAO"],
  ["XPF", "953", 0, "CFP Franc"],
  ["YER", "886", 2, "Yemeni Rial"],
  ["ZAR", "710", 2, "Rand"],
  ["ZMK", "894", 2, "Zambian Kwacha", "ZMW"],
  ["ZWL", "932", 2, "Zimbabwe Dollar", "ZWG"]
] as const satisfies ReadonlyArray<Row>

/** A currency code that the API accepts, such as `"EUR"`. */
export type CurrencyCode = (typeof rows)[number][0]

/** Every currency code of the API, in the contract's order. */
export const codes: ReadonlyArray<CurrencyCode> = rows.map((row) => row[0])

/** Schema of a currency code. */
export const CurrencyCode = Schema.Literals(codes).annotate({
  identifier: "CurrencyCode",
  description: "ISO 4217 alphabetic code."
})

const byCode = new Map<string, Currency>()
const byNumericCode = new Map<string, Currency>()
for (const [code, numericCode, exponent, name, successor] of rows as ReadonlyArray<Row>) {
  const currency: Currency = {
    code: code as CurrencyCode,
    numericCode,
    exponent,
    name,
    ...(successor === undefined ? {} : { successor })
  }
  byCode.set(code, currency)
  byNumericCode.set(numericCode, currency)
}

/** Every currency of the API. */
export const all: ReadonlyArray<Currency> = [...byCode.values()]

/** The currency of a known code. Total, because a {@link CurrencyCode} is always in the table. */
export const get = (code: CurrencyCode): Currency => byCode.get(code) as Currency

/** The currency of any text, or `undefined` where the API does not know it. Case matters, as at the API. */
export const fromCode = (code: string): Currency | undefined => byCode.get(code)

/** The currency of a three-digit numeric code as Concert writes it ("978"), or `undefined`. */
export const fromNumericCode = (numericCode: string): Currency | undefined => byNumericCode.get(numericCode)
