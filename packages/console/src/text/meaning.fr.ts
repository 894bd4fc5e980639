/**
 * Ce que veut dire la valeur d’un champ de Concert, en français. Le serveur le dit en anglais ; ce qui manque ici garde son texte.
 */
import type { MessageField } from "@hipay-pos/core/wire/TimelineEntry"
import { declineInFrench } from "./decline.fr.ts"

type Explained = Pick<MessageField, "tag" | "value" | "meaning">

/** Les valeurs dont une table donne tout le sens. */
const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CC: {
    "000": "indifférente",
    "001": "CB, Visa, Mastercard avec contact",
    "002": "American Express avec contact",
    "003": "CB Enseigne (paiement fractionné Cetelem)",
    "101": "CB, numéro saisi",
    "401": "Optalion (paiement fractionné Crédit Lyonnais)",
    "601": "PNF (paiement fractionné Crédit Mutuel)",
    "607": "paiement par QR code",
    "00B": "CB, Visa, Mastercard sans contact",
    "00C": "chèque",
    "00D": "American Express sans contact",
    "00E": "Conecs avec contact",
    "00F": "DCC (conversion de devise)",
    "10E": "Conecs sans contact"
  },
  CD: {
    "0": "débit",
    "1": "crédit",
    "2": "annulation",
    "3": "duplicata",
    "4": "pré-autorisation",
    "7": "débit différé ou virement",
    B: "télécollecte",
    C: "état du serveur de maintenance, privé",
    I: "identification",
    P: "impression",
    R: "redémarrage, privé",
    T: "état de la transaction"
  },
  CI: { "0": "indifférent", "1": "puce", "2": "sans contact", "3": "piste magnétique", "4": "saisie manuelle" },
  AE: { "10": "effectuée", "01": "non effectuée", "11": "prise en compte" },
  AL: { "1": "partiel" },
  BA: { "0": "à la fin de la transaction", "1": "immédiatement" },
  BB: { "0": "automatique", "1": "forcée" },
  BF: { "0": "non accepté", "1": "accepté" }
}

const currencies = new Intl.DisplayNames("fr", { type: "currency" })

const copies: ReadonlyArray<string> = ["exemplaire client", "exemplaire commerçant", "les deux exemplaires"]

/** Le sens d’une valeur ; absent si l’on n’a que le texte anglais. */
export const meaningInFrench = ({ tag, value, meaning }: Explained): string | undefined => {
  if (meaning === undefined) return undefined
  const known = values[tag]?.[value]
  if (known !== undefined) return known
  switch (tag) {
    case "CB":
      return meaning.replace(/^(-?\d+)\.(\d+) /, "$1,$2 ").replace("minor units", "unités mineures")
    case "CE":
      return `${meaning.slice(0, 3)}, ${currencies.of(meaning.slice(0, 3))}`
    case "CK":
      return value.startsWith("0")
        ? "pas de ticket"
        : `${copies[Number(value[1])]}, en ${value[2] === "0" ? "texte" : "HTML"}`
    case "AF":
      return complementInFrench(value, meaning)
    case "AA":
      return "masqué"
    // Des versions, des dates et des noms propres, qui s’écrivent de même.
    case "CZ":
    case "AB":
    case "CC":
      return meaning
    default:
      return undefined
  }
}

/** Derrière les deux caractères de la table, un complément long porte la réponse du réseau d’autorisation. */
const complementInFrench = (value: string, meaning: string): string => {
  const complement = value.slice(0, 2).trim()
  const label = complement === "" ? "aucun motif donné" : declineInFrench({ reason: "not-performed", complement })
  const [, ...parts] = meaning.split(", ")
  return [label, ...parts].join(", ").replace("response code", "code réponse")
}
