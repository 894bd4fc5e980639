/** Instructions and questions for the person at the terminal, in the languages of the examination. */
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import { type Language, money } from "../Language.ts"
import { CANCEL, COLLECTION } from "./Examination.ts"
import type { Act } from "./Operator.ts"

/** The texts of a language. */
export interface PersonWords {
  /** A step, by its name in the evidence, and its amount in minor units; absent if no money moves. */
  readonly title: (step: string, amount: number | undefined, act: Act) => string
  readonly instructions: Readonly<Record<Act, string>>
  readonly hints: Partial<Readonly<Record<Act, string>>>
  readonly hint: string
  readonly goOn: string
  /** The same, for a step that is left out without an answer. */
  readonly goOnIfAsked: string
  readonly wasDone: Readonly<Record<TransactionType, (minorUnits: number) => string>>
  /** First letters of an answer. */
  readonly yes: string
  readonly no: string
}

/** Minor units of EUR as text, such as 0.03 EUR. */
export const euros = (minorUnits: number) => money(minorUnits, "EUR").en
const eurosInFrench = (minorUnits: number) => money(minorUnits, "EUR").fr

const wasDoneInEnglish = (minorUnits: number, what: string) =>
  `Does the terminal's receipt or journal say that ${euros(minorUnits)} was ${what}? [y]es, [n]o, [?]: `
const wasDoneInFrench = (minorUnits: number, what: string) =>
  `Le ticket ou le journal du terminal indique-t-il ${what} de ${eurosInFrench(minorUnits)} ? [o]ui, [n]on, [?] : `

const en: PersonWords = {
  title: (step, amount, act) =>
    `${step}: ${act === "collect" ? "settles the day's sales" : amount === undefined ? "no money moves" : euros(amount)}`,
  instructions: {
    nothing: "Nothing to do at the terminal.",
    approve: "Present a test card and have the payment approved.",
    refuse: "Present a test card that the issuer refuses.",
    "red-key": "Present no card; press the red key when the amount is shown.",
    "walk-away": "Present no card and press nothing, until the terminal gives up.",
    "red-key-later": "Present no card; press the red key only when this program says so.",
    "cut-before-approval": "Present no card yet. Press Enter here to cut the line, then present a test card.",
    "cut-after-approval": "Present a test card; press Enter here the moment the terminal shows that it was approved.",
    tip: "Add a tip, if the terminal offers it; then present a test card and have the payment approved.",
    convert: "Present a test card of another currency, and accept the conversion if the terminal offers it.",
    sleep: "Leave the terminal alone until its screen is dark.",
    collect:
      "The terminal sends its sales to the bank, real ones too. They are settled, and can no longer be cancelled at the terminal.",
    cancel: "This cancels the terminal's last sale, whichever it is. Answer no if anyone has made another sale since."
  },
  hints: {
    "red-key-later":
      "When the terminal shows the amount, press Enter here; a second later, the red key, and again if another amount is shown.",
    "cut-before-approval": "When the terminal shows the amount, press Enter here; then present the card.",
    "cut-after-approval": "When the terminal shows that it was approved, press Enter here."
  },
  hint: "Press Enter.",
  goOn: "Go on? [Y]es, [n]o: leave it out, [q]uit: ",
  goOnIfAsked: "Go on? [y]es, [N]o: leave it out, [q]uit: ",
  wasDone: {
    Debit: (minorUnits) => wasDoneInEnglish(minorUnits, "paid"),
    Credit: (minorUnits) => wasDoneInEnglish(minorUnits, "credited"),
    Cancel: (minorUnits) => wasDoneInEnglish(minorUnits, "cancelled")
  },
  yes: "y",
  no: "n"
}

const stepsInFrench: Readonly<Record<string, string>> = {
  "red key": "touche rouge",
  "request without CR LF": "requête sans CR LF",
  "approved payment, with a ticket": "paiement accepté, avec ticket",
  duplicata: "duplicata",
  [CANCEL]: "annulation de la dernière vente",
  tip: "pourboire",
  "card of another currency": "carte d’une autre devise",
  "refused card": "carte refusée",
  "CF of 60 characters": "CF de 60 caractères",
  "answer at once (BA=1)": "réponse immédiate (BA=1)",
  "no card is presented": "aucune carte présentée",
  "first of two requests": "première de deux requêtes",
  "second of two requests": "seconde de deux requêtes",
  "half-close before the answer": "demi-fermeture avant la réponse",
  "line cut before approval": "ligne coupée avant l’accord",
  "line cut after approval": "ligne coupée après l’accord",
  "wake-up after a pause": "réveil après une pause",
  "cancel what was paid": "annulation de ce qui a été payé",
  credit: "crédit",
  cancel: "annulation",
  identification: "identification",
  [COLLECTION]: "télécollecte (CD=B)"
}

const fr: PersonWords = {
  title: (step, amount, act) =>
    `${stepsInFrench[step] ?? step.replace(/^field /, "champ ")} : ${act === "collect" ? "remet en banque les ventes du jour" : amount === undefined ? "sans mouvement d’argent" : eurosInFrench(amount)}`,
  instructions: {
    nothing: "Rien à faire au terminal.",
    approve: "Présentez une carte de test et laissez accepter le paiement.",
    refuse: "Présentez une carte de test que l’émetteur refuse.",
    "red-key": "Ne présentez pas de carte ; appuyez sur la touche rouge quand le montant s’affiche.",
    "walk-away": "Ne présentez pas de carte et n’appuyez sur rien, jusqu’à ce que le terminal abandonne.",
    "red-key-later": "Ne présentez pas de carte ; n’appuyez sur la touche rouge que lorsque ce programme le demande.",
    "cut-before-approval":
      "Ne présentez pas encore de carte. Appuyez ici sur Entrée pour couper la ligne, puis présentez une carte de test.",
    "cut-after-approval": "Présentez une carte de test ; appuyez ici sur Entrée dès que le terminal affiche l’accord.",
    tip: "Ajoutez un pourboire, si le terminal le propose ; puis présentez une carte de test et laissez accepter le paiement.",
    convert: "Présentez une carte de test d’une autre devise et acceptez la conversion, si le terminal la propose.",
    sleep: "Laissez le terminal jusqu’à ce que son écran s’éteigne.",
    collect:
      "Le terminal transmet ses ventes à la banque, y compris les vraies. Elles sont remises et ne peuvent plus être annulées au terminal.",
    cancel:
      "Cette étape annule la dernière vente du terminal, quelle qu’elle soit. Répondez non si une autre vente a été faite depuis."
  },
  hints: {
    "red-key-later":
      "Quand le terminal affiche le montant, appuyez ici sur Entrée ; une seconde après, sur la touche rouge, et encore si un autre montant s’affiche.",
    "cut-before-approval": "Quand le terminal affiche le montant, appuyez ici sur Entrée ; puis présentez la carte.",
    "cut-after-approval": "Quand le terminal affiche l’accord, appuyez ici sur Entrée."
  },
  hint: "Appuyez sur Entrée.",
  goOn: "Continuer ? [O]ui, [n]on : passer l’étape, [q]uitter : ",
  goOnIfAsked: "Continuer ? [o]ui, [N]on : passer l’étape, [q]uitter : ",
  wasDone: {
    Debit: (minorUnits) => wasDoneInFrench(minorUnits, "un paiement"),
    Credit: (minorUnits) => wasDoneInFrench(minorUnits, "un crédit"),
    Cancel: (minorUnits) => wasDoneInFrench(minorUnits, "une annulation")
  },
  yes: "o",
  no: "n"
}

export const personWords: Readonly<Record<Language, PersonWords>> = { en, fr }
