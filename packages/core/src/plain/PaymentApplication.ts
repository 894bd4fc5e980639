/**
 * Payment applications: the kind of card or means of payment used, three characters in the API and in Concert's `CC`.
 *
 * The table holds the 35 codes of the contract and `000`, which Concert adds for "any". Terminals may answer others, so
 * the schema takes any three of `0-9 A-Z`. `00E` is read as HiPay reads it (Conecs), not as other integrators do.
 */
export type { PaymentApplication } from "../schemas/PaymentApplication.ts"

/** Separate from their names, which a page that only checks orders does not load. */
const codes = [
  "000",
  "001",
  "002",
  "003",
  "004",
  "005",
  "006",
  "007",
  "008",
  "009",
  "101",
  "201",
  "301",
  "401",
  "501",
  "601",
  "602",
  "603",
  "604",
  "605",
  "607",
  "608",
  "609",
  "701",
  "00A",
  "00B",
  "00C",
  "00D",
  "00E",
  "00F",
  "00G",
  "00I",
  "00S",
  "00U",
  "10E",
  "30F"
] as const

/** Every known code. */
export const known: ReadonlyArray<string> = codes

const names: Readonly<Record<(typeof codes)[number], string>> = {
  "000": "any",
  "001": "CB, Visa, Mastercard contact",
  "002": "American Express contact",
  "003": "CB Enseigne (Cetelem instalments)",
  "004": "Cetelem",
  "005": "Cofinoga",
  "006": "Diners Club",
  "007": "Pass",
  "008": "Franfinance",
  "009": "JCB",
  "101": "CB by entered card number",
  "201": "Quasi-cash",
  "301": "PLBS",
  "401": "Optalion (Crédit Lyonnais instalments)",
  "501": "Cash-Agence",
  "601": "PNF (Crédit Mutuel instalments)",
  "602": "P3F",
  "603": "Optalion",
  "604": "Préauto-CM",
  "605": "PRCME",
  "607": "Payment by QR code",
  "608": "TOP3-3XCB",
  "609": "PNF-HPS",
  "701": "PPFCA (Crédit Agricole)",
  "00A": "Banque Accord EMV",
  "00B": "CB, Visa, Mastercard contactless",
  "00C": "Cheque",
  "00D": "American Express contactless",
  "00E": "Conecs contact",
  "00F": "DCC (dynamic currency conversion)",
  "00G": "QuickPass",
  "00I": "CPEI-EMV",
  "00S": "Sofinco",
  "00U": "UnionPay",
  "10E": "Conecs contactless",
  "30F": "PLBS-DCC-GB"
}

/** Whether the contract or Concert lists it. */
export const isKnown = (application: string): application is (typeof codes)[number] => known.includes(application)

/** The name of a known application, or `undefined`. */
export const nameOf = (application: string): string | undefined =>
  isKnown(application) ? names[application] : undefined
