/** Les mots de l'écran en français. */
import type { Words } from "./en.ts"
import { problems } from "./problems.fr.ts"

export const fr: Words = {
  language: "Français",
  till: "Caisse",
  sale: "Vente",
  history: "Historique",
  day: "Journée",
  skip: "Aller à la vente",
  simulated: "Simulation",
  simulatedHint: "Aucun argent ne circule",
  live: "Réel",
  unreachable: "Serveur de paiement injoignable",
  linkLost: "La caisse ne répond plus. L’affichage n’est peut-être pas à jour ; la reconnexion est automatique.",
  storageFailed:
    "L’issue d’un paiement n’a pas pu être enregistrée sur le disque. Ne faites plus rien ici : arrêtez la caisse et faites-la vérifier.",
  loading: "Ouverture de la caisse…",
  loadingView: "Chargement…",
  viewFailed:
    "Cette page n’a pas pu être chargée : la caisse a été mise à jour ou ne répond pas. La vente en cours est conservée.",
  reload: "Recharger",
  theme: "Apparence",
  themes: { auto: "Auto", light: "Clair", dark: "Sombre" },
  close: "Fermer",
  back: "Retour",

  find: "Scannez, ou cherchez par nom, EAN ou référence",
  findHint: "Entrée ajoute le premier résultat. 3*code en ajoute trois.",
  all: "Tout",
  noMatch: "Aucun résultat. Vérifiez le code ou cherchez par nom.",
  add: "Ajouter",
  added: (name, quantity) => `${name} : ${quantity} dans la vente`,
  products: "Articles",
  categories: "Rayons",

  ticket: "Ticket",
  empty: "Rien pour l’instant",
  emptyHint: "Scannez un article ou touchez-le dans les rayons.",
  articles: "Articles",
  freeAmount: "Montant libre",
  freeAmountHint: "Pour ce qui n’a pas de code : saisissez le prix et choisissez le taux de TVA.",
  amountName: "Libellé sur le ticket (facultatif)",
  taxRate: "Taux de TVA",
  addAmount: (amount) => `Ajouter ${amount}`,
  keypad: "Pavé numérique",
  showKeypad: "Afficher le pavé numérique",
  hideKeypad: "Masquer le pavé numérique",
  backspace: "Effacer le dernier chiffre",
  clear: "Effacer",
  pieces: (n) => (n <= 1 ? `${n} article` : `${n} articles`),
  each: (price) => `${price} l’unité`,
  less: (name) => `${name} : un de moins`,
  more: (name) => `${name} : un de plus`,
  named: (name, value) => `${name} : ${value}`,
  edit: "Modifier",
  quantity: "Quantité",
  discount: "Remise",
  lineDiscount: "Remise sur la ligne",
  orderDiscount: "Remise sur la vente",
  noDiscount: "Aucune",
  percent: "Pourcentage",
  amount: "Montant",
  apply: "Appliquer",
  remove: "Supprimer la ligne",
  subtotal: "Sous-total",
  total: "Total",
  totalToRefund: "À rembourser",
  tax: "Dont TVA",
  rate: "Taux",
  net: "HT",
  taxAmount: "TVA",
  gross: "TTC",
  pay: "Encaisser",
  refundNow: "Rembourser",
  free: "Terminer sans paiement",
  abandon: "Abandonner",
  abandonSure: (pieces, amount) =>
    `Abandonner ${pieces}, ${amount} ? La vente reste dans l’historique, d’où elle peut être reprise.`,
  abandonRefundSure: "Abandonner ce remboursement ? Il reste dans l’historique.",
  abandonedSaid: (ticket) => `Ticket ${ticket} abandonné`,
  removedSaid: (name) => `${name} : ligne supprimée`,
  undo: "Annuler",
  reopen: "Reprendre la vente",
  keep: "La garder",
  park: "Mettre en attente",
  parkHint:
    "Inutile d’attendre : mettez cette vente en attente et servez le client suivant, sur un autre terminal ou en espèces. Ce terminal peut refuser tout paiement tant que celui-ci n’est pas régularisé ; faites-le dès que vous saurez.",
  parkUnknown: "Mettre en attente et servir le client suivant",
  parkedTitle: "Ventes en attente",
  recall: (amount) => `Reprendre ${amount}`,
  lockedHint: "Les lignes ne peuvent plus changer : un paiement a eu lieu.",
  refundOf: (ticket) => `Remboursement du ticket ${ticket}`,

  toPay: "À payer",
  toGiveBack: "À rembourser",
  stillToPay: "Reste à payer",
  paidSoFar: "Déjà payé",
  thisPayment: "Montant de ce paiement",
  wholeRest: "Tout",
  half: "Moitié",
  third: "1/3",
  quarter: "1/4",
  terminal: "Terminal",
  byCard: (amount) => `Carte ${amount}`,
  toCard: (amount) => `Recréditer la carte de ${amount}`,
  card: "Carte",
  cash: "Espèces",
  cashOut: "Espèces rendues",
  cashTakenBack: "Espèces reprises",
  cashGiven: "Espèces reçues",
  exact: "L’appoint",
  takeCash: (amount) => `Encaisser ${amount} en espèces`,
  giveCash: (amount) => `Rembourser ${amount} en espèces`,
  willChange: (amount) => `Monnaie à rendre : ${amount}`,
  tenders: "Paiements",
  partHint: (remaining) =>
    `Une partie seulement a été acceptée. Il reste ${remaining} à encaisser : par une autre carte ou en espèces.`,
  giveBack: (amount) => `Rembourser ${amount} en espèces`,
  giveBackHint:
    "Si le client ne paie pas le reste, remboursez ce qui a été payé ; la vente pourra ensuite être abandonnée.",
  chargedOver: (amount) =>
    `La carte a été débitée de ${amount} de plus que demandé. Si ce n’est pas un pourboire, rendez cette somme au client.`,
  noTerminal: "Aucun terminal n’est configuré : espèces uniquement.",

  waitingTitle: (terminal) => `Le client paie sur « ${terminal} »`,
  waitingRefundTitle: (terminal) => `La carte est recréditée sur « ${terminal} »`,
  seconds: (text) => `Attente : ${text}`,
  sending: "La demande part vers le serveur…",
  steps: { asked: "Terminal", card: "Carte", pin: "Code", bank: "Banque" },
  doing: {
    asked: "Le terminal a reçu la demande et attend la carte.",
    card: "Le terminal attend la carte.",
    pin: "Le client saisit son code.",
    bank: "La banque est interrogée.",
    answered: "Le terminal a répondu."
  },
  mayTip: "Le client peut ajouter un pourboire sur le terminal.",
  sentToTerminal: "La demande est partie. Le terminal attend la carte.",
  redKey: "Pour annuler, appuyez sur la touche rouge du terminal. La caisse ne peut pas l’annuler elle-même.",
  mayReload: "Vous pouvez fermer ou recharger cette page : le paiement continue et la vente reste ici.",
  longWait: "C’est long. Regardez l’écran du terminal.",
  veryLongWait: "Le terminal devrait avoir fini. La caisse attend encore un peu, puis vous demandera ce qu’il affiche.",

  approved: "Accepté",
  "approved-in-part": "Accepté en partie",
  declined: "Refusé",
  "not-started": "Non démarré",
  unknown: "Inconnu",
  waiting: "En attente",
  completed: "Terminée",
  abandoned: "Abandonnée",
  open: "En cours",
  resolvedBy: (by) => `régularisé par ${by}`,
  resolvedByServer: "régularisé par le serveur",
  personResolved: (by, outcome) => `Régularisé par ${by} : ${outcome}.`,
  serverResolved: (outcome) => `Régularisé par le serveur de paiement : ${outcome}.`,
  lostDraft: (ticket, resolved, entered) =>
    `Ticket ${ticket}. ${resolved} La saisie faite sur cet écran n’a pas été enregistrée : ${entered}. Vérifiez ce qu’il en est avant d’encaisser ou de rembourser autre chose.`,
  serverPaid: (amount) => `le serveur de paiement indique un montant débité de ${amount}`,
  contradicted: (ticket) =>
    `Ticket ${ticket} : le serveur de paiement contredit ce qui a été enregistré pendant qu’il était injoignable. Vérifiez ce qui a été débité ou remboursé, puis réglez la différence avec le client.`,
  acknowledge: "Marquer comme traité",
  serverContradicts: "Contredit par le serveur",

  declinedTitle: "Non payé",
  reasons: {
    refused: "La carte a été refusée. Rien n’a été débité. Proposez une autre carte ou des espèces.",
    cancelled: "Annulé sur le terminal. Rien n’a été débité. Recommencez quand le client est prêt.",
    "timed-out": "Aucune carte présentée à temps. Rien n’a été débité. Recommencez quand le client est prêt.",
    busy: "Le terminal est occupé par un autre paiement. Rien n’a été débité. Patientez ou changez de terminal.",
    "not-performed":
      "Le terminal n’a pas encaissé le paiement. Rien n’a été débité. Recommencez, ou proposez une autre carte ou des espèces."
  },
  notStartedTitle: "Le paiement n’a pas démarré",
  notStartedHint:
    "Rien n’a été débité. Vérifiez que le terminal est allumé et que le serveur de paiement répond, puis recommencez.",

  unknownTitle: "L’issue du paiement est inconnue",
  unknownWhy: {
    "no-answer":
      "La réponse du terminal n’est pas arrivée et la carte a peut-être été débitée. Ne débitez pas une seconde fois : regardez le ticket du terminal, puis saisissez ce qu’il indique.",
    cut: "Le terminal n’a envoyé qu’une partie de sa réponse et la carte a peut-être été débitée. Ne débitez pas une seconde fois : regardez le ticket du terminal, puis saisissez ce qu’il indique.",
    contradicts:
      "La réponse du terminal ne correspond pas au paiement et la carte a peut-être été débitée. Ne débitez pas une seconde fois : regardez le ticket du terminal, puis saisissez ce qu’il indique."
  },
  doubts: {
    "operation-not-named":
      "Le paiement a été effectué et le terminal ne dit pas s’il a été annulé ensuite. Ne débitez pas une seconde fois : cherchez une annulation dans le journal du terminal, puis saisissez ce qu’il indique."
  },
  unknownAsks:
    "La caisse continue d’interroger le serveur de paiement. Si la réponse arrive, cet écran passera à la suite de lui-même.",
  askTerminal: "Interroger le serveur et le terminal",
  askTerminalHint: "Le terminal peut imprimer un duplicata de son dernier ticket.",
  facts: "Ce que l’on sait",
  orderId: "Commande",
  when: "Début",
  lookTitle: "1. Regardez le terminal",
  lookHint:
    "Lisez son écran et son dernier ticket. S’il n’y en a pas, imprimez un duplicata depuis son menu et comparez montant et heure.",
  sawApproved: "Il a accepté",
  sawApprovedHint: "Un ticket ou le journal du terminal montre ce montant à cette heure.",
  sawDeclined: "Il n’a pas accepté",
  sawDeclinedHint: "Le ticket indique refus ou abandon, ou le dernier ticket est celui d’un paiement précédent.",
  cannotTell: "Je ne sais pas",
  cannotTellHint:
    "Renseignez-vous auprès de votre banque ou de HiPay en donnant le numéro de commande ci-dessus. D’ici là, rien d’autre ne peut être payé sur cette vente.",
  evidenceTitle: "2. Qu’avez-vous vu ?",
  evidence: "Preuve",
  evidenceHint:
    "Par exemple : numéro de ticket, numéro d’autorisation, ou « terminal au repos, dernier ticket 10:32 ».",
  paidOver: (paid, asked) => `${paid} ont été débités, plus que les ${asked} demandés`,
  saidNothing: "Le terminal n’en a rien dit.",
  said: ({ refund, status, amount, asked, authorizationNumber, card }) => {
    const what = refund ? "remboursement" : "paiement"
    const begin =
      status === undefined
        ? `Le terminal n’a pas dit si le ${what} est effectué`
        : `Le terminal a dit que le ${what} ${status === "done" ? "est effectué" : "n’est pas effectué"}`
    const sum = amount === undefined ? "sans montant" : amount === asked ? amount : `${amount} au lieu de ${asked}`
    const number = authorizationNumber === undefined ? "" : `, numéro d’autorisation ${authorizationNumber}`
    return `${begin} : ${sum}${number}${card === undefined ? "" : `, carte ${card}`}.`
  },
  technical: "Détail technique, pour l’assistance",
  paidAmount: "Montant accepté",
  nameTitle: "3. Qui êtes-vous ?",
  name: "Votre nom",
  recording:
    "Le serveur de paiement est interrogé d’abord. Cela peut prendre une minute ; vous pouvez mettre la vente en attente entre-temps.",
  record: (outcome) => `Enregistrer : ${outcome}`,
  outcomes: { approved: (amount) => `${amount} payés`, declined: "non payé" },

  ofRefund: {
    declinedTitle: "Non remboursé",
    reasons: {
      refused: "La carte a été refusée. Rien n’a été remboursé. Proposez une autre carte ou des espèces.",
      cancelled: "Annulé sur le terminal. Rien n’a été remboursé. Recommencez quand le client est prêt.",
      "timed-out": "Aucune carte présentée à temps. Rien n’a été remboursé. Recommencez quand le client est prêt.",
      busy: "Le terminal est occupé par un autre paiement. Rien n’a été remboursé. Patientez ou changez de terminal.",
      "not-performed":
        "Le terminal n’a pas effectué le remboursement. Rien n’a été remboursé. Recommencez, ou proposez une autre carte ou des espèces."
    },
    notStartedTitle: "Le remboursement n’a pas démarré",
    notStartedHint:
      "Rien n’a été remboursé. Vérifiez que le terminal est allumé et que le serveur de paiement répond, puis recommencez.",
    partHint: (remaining) =>
      `Une partie seulement a été remboursée. Il reste ${remaining} à rembourser : sur une autre carte ou en espèces.`,
    unknownTitle: "L’issue du remboursement est inconnue",
    unknownWhy: {
      "no-answer":
        "La réponse du terminal n’est pas arrivée et la carte a peut-être été recréditée. Ne remboursez pas une seconde fois : regardez le ticket du terminal, puis saisissez ce qu’il indique.",
      cut: "Le terminal n’a envoyé qu’une partie de sa réponse et la carte a peut-être été recréditée. Ne remboursez pas une seconde fois : regardez le ticket du terminal, puis saisissez ce qu’il indique.",
      contradicts:
        "La réponse du terminal ne correspond pas au remboursement et la carte a peut-être été recréditée. Ne remboursez pas une seconde fois : regardez le ticket du terminal, puis saisissez ce qu’il indique."
    },
    serverPaid: (amount) => `le serveur de paiement indique un montant remboursé de ${amount}`,
    doubts: {
      "operation-not-named":
        "Le remboursement a été effectué et le terminal ne dit pas s’il a été annulé ensuite. Ne remboursez pas une seconde fois : cherchez une annulation dans le journal du terminal, puis saisissez ce qu’il indique."
    },
    unknownOnDay: (n, amount) =>
      n === 1
        ? `L’issue d’un remboursement par carte de ${amount} est inconnue : il n’est pas encore compté dans les totaux.`
        : `L’issue de ${n} remboursements par carte, ${amount} en tout, est inconnue : ils ne sont pas encore comptés dans les totaux.`,
    stillToPay: "Reste à rembourser",
    giveBack: (amount) => `Reprendre ${amount} en espèces`,
    giveBackHint:
      "Si le reste n’est pas remboursé, reprenez au client ce qui l’a été ; le remboursement pourra ensuite être abandonné.",
    cannotTellHint:
      "Renseignez-vous auprès de votre banque ou de HiPay en donnant le numéro de commande ci-dessus. D’ici là, rien d’autre ne peut être remboursé.",
    chargedOver: (amount) =>
      `La carte a été recréditée de ${amount} de plus que demandé. Réglez la différence avec le client.`,
    paidOver: (paid, asked) => `Montant remboursé : ${paid}, soit plus que les ${asked} demandés`,
    outcomes: { approved: (amount) => `${amount} remboursés`, declined: "non remboursé" }
  },

  doneTitle: "Payé",
  refundDoneTitle: "Remboursé",
  change: "Monnaie à rendre",
  print: "Imprimer le ticket",
  nextSale: "Client suivant",
  receipt: "Ticket",
  cardReceipt: "Ticket carte",

  date: "Jour",
  more100: "Afficher 100 ventes de plus",
  noSales: "Aucune vente ce jour-là.",
  refund: "Remboursement",
  refundsOfDay: "Remboursements",
  refundSome: "Rembourser",
  refundHint: "Combien d’articles sont rendus ?",
  refundAll: "La totalité",
  refundOpen: (amount) => `Rembourser ${amount}`,
  refundNothing: "Choisissez les articles rendus",
  nothingLeft: "Tout a été remboursé.",
  refunds: "Remboursements de cette vente",
  busyHint: "Terminez d’abord la vente en cours.",
  reprint: "Réimprimer",
  searchPast: "Chercher dans tous les jours",
  searchPastHint: "Chercher dans tous les jours : ticket, montant, 4 derniers chiffres, article",
  search: "Chercher",
  clearSearch: "Effacer la recherche",
  found: (n, more) => (more ? `Plus de ${n} ventes trouvées` : n <= 1 ? `${n} vente trouvée` : `${n} ventes trouvées`),
  foundNone:
    "Aucune vente trouvée. Essayez un numéro de ticket, un montant comme 19,18 ou les 4 derniers chiffres d’une carte.",
  receiptLink: "Ticket sur le téléphone",
  receiptScan: "Le client scanne ce code pour garder son ticket.",
  receiptLoopback:
    "Sur cette machine, le lien ne s’ouvre qu’ici. Pour les téléphones des clients, donnez une adresse à la caisse avec TILL_RECEIPTS.",
  receiptOpen: "Ouvrir le ticket",
  tryAgain: "Réessayer",
  receiptAway: "Le ticket ne peut pas être chargé pour le moment. Vérifiez la connexion, puis réessayez.",
  receiptMissing: "Ce ticket n’existe pas. Vérifiez le lien.",
  showSale: "Voir la vente",

  dayTitle: "Totaux de la journée",
  dayOf: (day) => `Totaux du ${day}`,
  printedAt: (when) => `Imprimé le ${when}`,
  ticketsOfDay: (first, last) => `Tickets ${first} à ${last}`,
  fromTo: (from, to) => `de ${from} à ${to}`,
  signature: "Signature",
  register: (name) => `Caisse ${name}`,
  byHour: "Recette par heure",
  hour: (hour) => `${hour} h`,
  salesInHour: (hour, count, amount) => `${hour} : ${count}, ${amount}`,
  salesCount: (n) => (n <= 1 ? `${n} vente` : `${n} ventes`),
  bestSellers: "Meilleures ventes",
  noSalesYet: "Aucune vente terminée ce jour-là.",
  tips: "Pourboires",
  averageSale: "Panier moyen",
  closeTitle: "Clôturer la journée",
  closeHint: "Comptez le tiroir. L’écart avec ce qu’il devrait contenir est enregistré avec la clôture.",
  float: "Fond de caisse",
  countOf: (value) => `Nombre de ${value}`,
  counted: "Compté",
  expectedCash: "Attendu",
  difference: "Écart",
  even: "Aucun",
  note: "Remarque (facultatif)",
  closeDay: "Clôturer la journée",
  closedSaid: (n) => `Clôture ${n} enregistrée`,
  closingTitle: (n) => `Clôture ${n}`,
  closedBy: (by, when) => `${when}, par ${by}`,
  closingOutdated: (net) =>
    `La journée a changé depuis : la recette était de ${net} à la clôture. Recomptez pour la clôturer telle qu’elle est maintenant.`,
  closeAgain: "Recompter",
  drawer: "Tiroir",
  customerDisplay: "Afficheur client",
  welcome: "Bienvenue",
  yourTotal: "À payer",
  presentCard: "Suivez les instructions du terminal",
  thankYou: "Merci !",
  yourChange: "Votre monnaie",
  oneMoment: "Un instant, s’il vous plaît",
  demo: "Démo",
  demoLong:
    "Caisse de démonstration : ce n’est pas un logiciel de caisse certifié (art. 286 du CGI). Ne l’utilisez pas pour de vraies ventes.",
  demoReceipt: "DÉMONSTRATION - sans valeur de ticket de caisse",
  sales: "Ventes",
  salesAndRefunds: "Ventes et remboursements",
  ofWhichExtra: "dont supplément",
  ofWhichTip: "dont pourboire",
  extraOnDay: (count, amount) =>
    `Les cartes ont été débitées de ${amount} de plus que demandé (${count} ${count === 1 ? "paiement" : "paiements"}, par exemple des pourboires). Le ticket du terminal en tient compte, pas les totaux affichés ici.`,
  takings: "Recette",
  byMeans: "Par moyen de paiement",
  means: "Moyen",
  in: "Entrées",
  out: "Sorties",
  balance: "Solde",
  byRate: "Par taux de TVA",
  unknownOnDay: (n, amount) =>
    n === 1
      ? `L’issue d’un paiement par carte de ${amount} est inconnue : il n’est pas encore compté dans les totaux.`
      : `L’issue de ${n} paiements par carte, ${amount} en tout, est inconnue : ils ne sont pas encore comptés dans les totaux.`,
  printDay: "Imprimer les totaux",
  backToSale: "Revenir au paiement",
  underWay: "Un paiement de cette vente est en cours.",
  needsYou: "Un paiement de cette vente est à régulariser.",
  keys: { find: "F2", pay: "F4", discount: "F8" },
  ticketNumber: "Ticket",
  thanks: "Merci et à bientôt !",
  noValue: "SIMULATION - aucun argent n’a circulé",
  noReceipt: {
    open: "NON TERMINÉ - sans valeur de ticket de caisse",
    waiting: "PAIEMENT EN COURS - sans valeur de ticket de caisse",
    unknown: "ISSUE DU PAIEMENT INCONNUE - sans valeur de ticket de caisse",
    abandoned: "ABANDONNÉ - sans valeur de ticket de caisse"
  },
  copy: "Copie",

  problems
}
