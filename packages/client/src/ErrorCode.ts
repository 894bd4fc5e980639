/**
 * What a failed payment's `errorCode` says of the money: refused, never started, or nothing certain.
 *
 * Two families are mixed in the service's documents: four digits of HiPay's SDKs, and Concert's two characters. A code
 * that is not in the table is unknown, because only a refusal proves that nothing was paid.
 */

/** What a code proves. */
export type Meaning = "declined" | "not-started" | "unknown"

/** A code with what it says to people. */
export interface ErrorCode {
  readonly meaning: Meaning
  readonly en: string
  readonly fr: string
}

const declined = (en: string, fr: string): ErrorCode => ({ meaning: "declined", en, fr })
const notStarted = (en: string, fr: string): ErrorCode => ({ meaning: "not-started", en, fr })
const unknown = (en: string, fr: string): ErrorCode => ({ meaning: "unknown", en, fr })

/** Every code that is documented. */
export const table: ReadonlyMap<string, ErrorCode> = new Map([
  ["1000", unknown("Unknown error", "Erreur inconnue")],
  ["1001", unknown("The terminal did not answer in time", "Le terminal n'a pas répondu à temps")],
  ["1002", notStarted("HiPay rejected the credentials", "HiPay a refusé les identifiants")],
  ["1003", unknown("The network is unavailable", "Le réseau est indisponible")],
  ["1004", notStarted("The terminal is not connected", "Le terminal n'est pas connecté")],
  ["1005", unknown("The terminal's status could not be read", "L'état renvoyé par le terminal est illisible")],
  ["1006", declined("Cancelled or refused at the terminal", "Annulé ou refusé sur le terminal")],
  ["1007", unknown("The terminal's answer could not be read", "La réponse du terminal est illisible")],
  [
    "1008",
    unknown("The request to the terminal could not be made", "La demande au terminal n'a pas pu être construite")
  ],
  ["1009", unknown("The merchant contract is unknown", "Le contrat commerçant est inconnu")],
  ["00", declined("Not performed, no reason given", "Non effectué, sans motif")],
  ["01", unknown("Authorised, and yet reported as failed", "Autorisé, et pourtant déclaré en échec")],
  ["02", declined("Call for authorisation", "Appel phonie")],
  ["03", declined("Forcing asked for", "Forçage demandé")],
  ["04", declined("Refused", "Refusé")],
  ["05", declined("Card barred", "Carte interdite")],
  ["06", declined("Abandoned by the customer", "Abandon du porteur")],
  ["07", declined("Not completed", "Non abouti")],
  ["08", declined("No action in time", "Délai de saisie dépassé")],
  ["09", declined("Not performed: message format", "Non effectué : format du message")],
  ["10", declined("Not performed", "Non effectué")],
  ["11", declined("Abandoned at the terminal", "Abandon sur le terminal")],
  ["12", declined("Not performed: type of action", "Non effectué : type d'action")],
  ["13", declined("Currency not supported", "Devise non supportée")]
])

/** A code that means something else at one server than the table says, and how that is known. */
export interface Override {
  readonly meaning: Meaning
  /** The evidence: who said so, and when. */
  readonly reason: string
}

/** Overrides by code. */
export type Overrides = Readonly<Record<string, Override>>

/** What a code says; undocumented codes are unknown. */
export const get = (code: string | undefined, overrides: Overrides = {}): ErrorCode => {
  const known =
    table.get(code ?? "") ?? unknown(`Unknown code ${code ?? "(none)"}`, `Code inconnu ${code ?? "(aucun)"}`)
  const override = code !== undefined && Object.hasOwn(overrides, code) ? overrides[code] : undefined
  return override === undefined ? known : { ...known, meaning: override.meaning }
}
