/** Les textes de l’essai en ligne, en français. */
import type { Texts } from "./en.ts"

export const texts: Texts = {
  title: "hipay-pos : un paiement par carte dans cette page",
  skip: "Aller à la commande",
  nav: { label: "Site", playground: "Essai", docs: "Documentation", reference: "Référence" },
  language: "Langue",
  theme: "Apparence",
  before: "Votre caisse demande 12,50 € à un terminal. La ligne tombe.",
  lead: "Le client a-t-il payé ?",
  intro:
    "Un paiement par carte complet dans cette page : la commande de votre caisse, l’API, le terminal, et vous dans le rôle du client. Payez, refusez, ou coupez la ligne, et voyez ce que votre caisse en sait.",
  facts: "Tout est simulé et reste dans ce navigateur. Non officiel : sans lien avec HiPay.",
  order: {
    title: "Votre caisse envoie une commande",
    editor: "La commande en JSON",
    examples: "Exemples",
    example: { simple: "Simple", basket: "Avec panier", refund: "Remboursement", mistakes: "Avec des erreurs" },
    pay: (amount) => `Payer ${amount}`,
    send: "Envoyer la commande",
    paying: "Au terminal …",
    payKeys: "Ctrl + Entrée",
    refused: (n) =>
      n === 1 ? "L’API refuserait cette commande : 1 erreur" : `L’API refuserait cette commande : ${n} erreurs`,
    accepted: "L’API accepte cette commande.",
    warned: (n) =>
      n === 1 ? "L’API accepte cette commande, avec 1 remarque." : `L’API accepte cette commande, avec ${n} remarques.`,
    line: (line) => `Ligne ${line}`,
    body: "la commande",
    expected: "attendu",
    got: "reçu",
    notJson: (problem) =>
      `Ce texte n’est pas du JSON valide${/line (\d+), column (\d+)/.test(problem) ? problem.replace(/^.*line (\d+), column (\d+).*$/, " à partir de la ligne $1, colonne $2") : ""}.`,
    sameId:
      "L’issue est inconnue : la commande garde son identifiant. Renvoyée, elle n’est pas débitée une seconde fois.",
    copyCurl: "Copier en curl",
    share: "Copier le lien",
    shared: "Lien copié"
  },
  line: {
    title: "La ligne jusqu’au terminal",
    choices: {
      whole: { name: "Tient", says: "Chaque octet arrive." },
      refuse: { name: "Terminal éteint", says: "Pas de connexion : le paiement ne commence pas." },
      "reset@authorising": {
        name: "Coupure pendant l’autorisation",
        says: "La connexion tombe pendant la demande d’autorisation."
      },
      "answer-lost@after-approval": {
        name: "Réponse perdue",
        says: "Le paiement se termine normalement ; sa réponse n’est jamais envoyée."
      },
      "cut@mid-answer": { name: "Réponse tronquée", says: "La connexion se ferme au milieu d’un champ." }
    },
    more: "Une autre panne",
    other: "Choisir parmi toutes les pannes …"
  },
  terminal: {
    title: "Vous êtes le client",
    hints: {
      idle: "Le terminal est au repos. Envoyez la commande pour le réveiller.",
      woken: "Insérez, approchez ou glissez la carte.",
      "chip-asked": "Montant trop élevé sans contact : insérez la carte.",
      "card-presented": "Lecture de la carte …",
      pin: "Tapez 1234, puis la touche verte.",
      authorising: "La banque est interrogée …",
      approved: "Accepté.",
      refused: "Refusé.",
      cancelled: "Vous avez appuyé sur la touche rouge.",
      "timed-out": "Aucune carte n’a été présentée.",
      printing: "Le ticket s’imprime."
    },
    none: "Cette commande ne nomme aucun terminal.",
    moreCards: "Toutes les cartes"
  },
  outcome: {
    title: "Ce qu’apprend votre caisse",
    empty: "Rien n’a encore été envoyé.",
    emptySteps: [
      "Appuyez sur Payer : le terminal se réveille et demande une carte.",
      "Insérez la carte, tapez 1234, puis la touche verte.",
      "Coupez ensuite la ligne, payez encore, et voyez ce qu’on peut encore savoir."
    ],
    waiting: "La caisse attend la réponse.",
    skipWait: "Avancer de 3 minutes",
    httpRefused: "L’API a refusé la commande. Aucun terminal n’a été réveillé.",
    repeated: "Cette commande a déjà été envoyée : l’API répète ce qu’elle sait et ne débite rien.",
    tabs: {
      frames: "Concert",
      http: "Réponse HTTP",
      notification: "Notification",
      screens: "Écrans",
      receipt: "Ticket",
      all: "Tout"
    },
    tabsLabel: "Ce qui est passé sur les lignes",
    toTerminal: "API → terminal",
    toApi: "terminal → API",
    bytes: (n) => `${n} octets`,
    noFrames: "Aucun message n’est parti vers le terminal.",
    noAnswer: "Aucune réponse n’est venue du terminal.",
    noHttp: "L’API n’a pas encore répondu.",
    noNotification: "Pas encore de notification : elle part quand la transaction change.",
    notificationTo: "L’API prévient aussi le serveur de votre boutique :",
    signature: "Signature",
    signatureHow: "SHA-256 du corps suivi de la phrase secrète.",
    tries: (n, state) => `${n === 1 ? "Envoyée une fois" : `Envoyée ${n} fois`}, ${state}`,
    noReceipt: "Aucun ticket n’a été imprimé.",
    noScreens: "Le terminal n’a pas été réveillé."
  },
  foot: {
    local: "La même chose sur votre machine, avec une console et une API pour tous les langages :",
    docs: "Documentation"
  }
}
