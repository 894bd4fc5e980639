/** Un ticket de télécollecte ou un relevé d'acquéreur face aux paiements d'une journée. */
import { accord } from "./plural.ts"
import type { reconcile as english } from "./reconcile.en.ts"

export const reconcile: typeof english = {
  hint: "Compare le ticket de télécollecte ou le relevé d’un acquéreur aux paiements d’une journée. Le fichier ne quitte pas ce navigateur.",
  file: "Le fichier",
  choose: "Choisir un fichier CSV",
  drop: "ou déposez-le ici, ou collez ses lignes :",
  paste: "Lignes du fichier",
  compare: "Comparer ces lignes",
  pasted: "lignes collées",
  loaded: (name) => `Fichier : ${name}`,
  clear: "Prendre un autre fichier",
  columns: "Colonnes",
  format: "Format",
  formats: { settlement: "Relevé", "batch-report": "Ticket de télécollecte", own: "Choisir les colonnes" },
  separator: "Séparateur",
  separators: { ",": "virgule", ";": "point-virgule", "\t": "tabulation", "|": "barre verticale" },
  decimalComma: "Montants à virgule, comme 12,50",
  amount: "Montant",
  orderId: "Numéro de commande",
  authorization: "Numéro d’autorisation",
  currency: "Devise",
  type: "Type",
  types: {
    Debit: "Types des ventes, un par ligne",
    Credit: "Types des remboursements, un par ligne",
    Cancel: "Types des annulations, un par ligne"
  },
  status: "Statut",
  paid: "Statuts qui signifient payé, un par ligne",
  absent: "pas dans le fichier",
  needsProof: "Choisissez le montant, et le numéro de commande ou d’autorisation : un montant seul ne prouve rien.",
  problem: {
    NotCsv: () =>
      "Le fichier n’est pas lisible comme CSV. Vérifiez le séparateur, ou enregistrez-le de nouveau en CSV.",
    OtherEncoding: ({ found }) =>
      found === "xlsx"
        ? "Le fichier est un classeur. Enregistrez la feuille en CSV UTF-8."
        : "Enregistrez de nouveau le fichier en CSV UTF-8.",
    OtherFields: ({ line, fields, columns }) =>
      `Ligne ${line} : un champ attendu pour chacune des colonnes ${columns.join(", ")} ; lu ${fields}. Vérifiez le séparateur.`,
    NoLines: () => "Le fichier n’a aucune ligne sous le nom de ses colonnes.",
    NoColumn: ({ names, columns }) =>
      columns.length === 1
        ? `Le fichier n’a qu’une colonne, « ${columns[0]} ». Vérifiez le séparateur.`
        : `Le fichier n’a pas ${names.length === 1 ? "la colonne" : "les colonnes"} ${names.map((name) => `« ${name} »`).join(", ")}. Ses colonnes : ${columns.join(", ")}. Choisissez-les vous-même.`,
    RepeatedColumn: ({ name }) => `Le fichier a plusieurs colonnes « ${name} ». Donnez à chacune son propre nom.`,
    NoKnownType: ({ types }) =>
      `Aucune ligne n’a un type connu. Les types : ${types.join(", ")}. Choisissez vous-même les colonnes, et indiquez à côté quels types sont des ventes et lesquels n’en sont pas.`,
    NonePaid: ({ statuses }) =>
      `Aucune ligne n’a un statut qui signifie payé. Les statuts : ${statuses.join(", ")}. Indiquez à côté des colonnes ceux qui signifient payé.`,
    NotCurrency: ({ line, text }) => `Ligne ${line} : devise attendue, comme EUR ou 978 ; lu « ${text} ».`,
    NotAmount: ({ line, currency, text }) => `Ligne ${line} : montant en ${currency} attendu ; lu « ${text} ».`,
    NegativeDebit: ({ line, type, text }) =>
      `Ligne ${line} : montant sans signe moins attendu pour le type « ${type} » ; lu « ${text} ». Choisissez vous-même les colonnes, sans type, si le signe moins indique un remboursement.`
  },
  leftOut: (n, types) =>
    `${accord(n, "ligne d’un autre type ignorée", "lignes d’autres types ignorées")} : ${types.join(", ")}.`,
  unpaid: (n, statuses) =>
    `${accord(n, "ligne non payée d’après son statut ignorée", "lignes non payées d’après leur statut ignorées")} : ${statuses.join(", ")}.`,
  statusColumn: (names) =>
    `La colonne « ${names} » indique peut-être les lignes non payées. Avant d’enregistrer des paiements, choisissez vous-même les colonnes et indiquez laquelle est le statut, s’il y en a une.`,
  typeColumn: (names) =>
    `La colonne « ${names} » distingue peut-être les ventes des lignes qui rendent de l’argent. Avant d’enregistrer des paiements, choisissez vous-même les colonnes et indiquez laquelle est le type, s’il y en a une.`,
  agrees: "Tout concorde.",
  kinds: {
    proved: "Inconnu ici, payé dans le fichier",
    perhapsReversed: "Inconnu ici, peut-être annulé dans le fichier",
    stillUnknown: "Inconnu ici, absent du fichier",
    otherAmount: "Autre montant",
    contradicted: "Non payé ici, payé dans le fichier",
    onlyHere: "Seulement ici",
    onlyThere: "Seulement dans le fichier",
    cancelled: "Annulés",
    matched: "Concordent"
  },
  hints: {
    proved: "La ligne sert de justificatif. Regardez chaque paiement avant de l’enregistrer.",
    perhapsReversed:
      "Une autre ligne de la même commande ou autorisation rend de l’argent ou a été ignorée, ou une colonne de la ligne elle-même la contredit. Regardez-les, puis régularisez le paiement sur sa propre page.",
    stillUnknown: "Cela ne prouve rien : le paiement sera peut-être dans le fichier de demain.",
    otherAmount: "Regardez le ticket : un pourboire, ou un remboursement partiel.",
    contradicted: "Le client a peut-être été débité à tort. Regardez le journal du terminal, puis remboursez.",
    onlyHere: "Le paiement sera peut-être dans le fichier de demain, ou le terminal ne l’a pas envoyé.",
    onlyThere: "Un paiement d’un autre jour, d’une autre caisse, ou sans commande sur ce serveur.",
    cancelled: "Payés puis annulés ici : ni la vente ni son annulation ne figurent dans le fichier, et rien n’est dû.",
    matched: ""
  },
  line: "Ligne",
  inFile: "Dans le fichier",
  here: "Ici",
  order: "Commande",
  login: "Identifiant",
  state: "État",
  record: "Enregistrer",
  recordIt: (order) => `Enregistrer ${order} comme payé`,
  amountsDiffer: "Les montants diffèrent : à régulariser sur la page du paiement.",
  stillOpen: "Encore en cours ici.",
  by: "Votre nom",
  submit: (n) => `Enregistrer ${accord(n, "paiement comme payé", "paiements comme payés")}`,
  note: "Chacun est enregistré avec votre nom et sa ligne comme justificatif, sans retour possible.",
  notAllowed: "Il faut un identifiant avec le rôle « resolve » pour enregistrer.",
  recorded: (n) => accord(n, "paiement enregistré comme payé.", "paiements enregistrés comme payés."),
  notRecorded: (order) => `${order} n’a pas été enregistré :`,
  perhapsRecorded: (order) => `On ne sait pas si ${order} a été enregistré :`
}
