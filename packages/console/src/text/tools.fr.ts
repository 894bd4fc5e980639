/** Ce qui se dit autour d’un paiement : le premier, son image, ses échanges, et ce qui est simulé. */
import { accord } from "./plural.ts"
import type { tools as toolsEn } from "./tools.en.ts"

export const tools: typeof toolsEn = {
  toast: { undo: "Annuler" },
  chips: {
    frozen: (time) => `Horloge arrêtée à ${time}`,
    ahead: (time) => `Horloge ${time}`,
    setToNow: "Remettre à l’heure",
    clockSet: "L’horloge est à l’heure.",
    resume: "Relancer",
    resumed: "L’horloge est relancée.",
    httpFault: (fault, times) =>
      times === 1 ? `Prochaine commande : ${fault}` : `${times} prochaines commandes : ${fault}`,
    clear: "Arrêter",
    faultCleared: "La panne de l’API est arrêtée.",
    faulty: (n) => accord(n, "terminal en panne", "terminaux en panne"),
    terminalsCleared: "Toutes les pannes des terminaux sont arrêtées.",
    leave: "Quitter",
    examination: "Examen d’une caisse"
  },
  palette: {
    title: "Aller à…",
    hint: "Une vue, une commande, un montant, une carte…",
    keys: "Raccourcis clavier",
    search: "Rechercher un paiement",
    step: "Paiement suivant, précédent",
    open: "Ouvrir",
    close: "Fermer",
    done: "Fermer"
  },
  start: {
    action: "Nouveau paiement",
    first: "Envoyez votre premier paiement",
    title: "Envoyer un paiement de test",
    titleLive: "Envoyez un paiement depuis votre caisse",
    intro: "Choisissez ce qui se passe au terminal. Tout est simulé : aucun paiement n’est réel.",
    introLive:
      "Les commandes viennent de votre caisse. Voici l’appel qu’elle fait ; indiquez l’adresse de votre terminal.",
    scenario: "Ce qui se passe",
    scenarios: {
      approved: "Accepté",
      declined: "Refusé",
      partial: "Partiel",
      unknown: "Inconnu",
      manual: "Je suis le client"
    },
    says: {
      approved: "La carte est acceptée.",
      declined: "La banque refuse.",
      partial: "La moitié est payée, le reste est dû.",
      unknown: "La réponse se perd en route.",
      manual: "Vous tenez la carte et appuyez sur les touches."
    },
    amount: "Montant en EUR",
    orderId: "Numéro de commande",
    send: "Envoyer",
    snippets: "Le même appel depuis un programme",
    more: "Chaque champ, erreur et statut est décrit dans la",
    docs: "documentation de l’API"
  },
  swimlane: {
    title: "Répartition du temps",
    waiting: (percent) => `attente du client ${percent} %`,
    lanes: { till: "Caisse", api: "API", terminal: "Terminal", bank: "Banque" },
    bars: {
      request: "Commande",
      prepare: "Contrôle et connexion",
      answer: "Réponse à la caisse",
      serving: "Au terminal",
      silent: "Pas de réponse complète",
      upstream: "Service de HiPay",
      stage: "Au terminal"
    }
  },
  inspector: {
    title: "Échanges",
    asked: "Requête Concert",
    said: "Réponse Concert",
    request: "Requête HTTP",
    answer: "Réponse HTTP",
    notified: (n) => (n === 1 ? "Notification" : `Notifications (${n})`),
    everything: "Tous les événements",
    noTries: "Non envoyée : cette adresse n’est pas autorisée. Démarrez la simulation avec --notify."
  },
  phone: {
    action: "Jouer sur un téléphone",
    hint: "Scannez ce code pour tenir le terminal en main. Il n’ouvre que ce terminal.",
    open: "Ouvrir ici dans un nouvel onglet",
    loopback:
      "Un téléphone n’atteint pas 127.0.0.1. Démarrez la simulation avec --host 0.0.0.0 et un identifiant qui lui est propre, puis ouvrez-la par l’adresse de cette machine."
  },
  truth: {
    intro:
      "Dans une simulation, le journal du terminal sait ce qui s’est passé. En magasin, rien sur cette page ne le dirait.",
    reveal: "Révéler ce que dit le journal",
    forgotten:
      "Le terminal a accepté l’opération, mais son journal n’en a plus trace, par exemple après un redémarrage de la simulation.",
    moved: {
      debit: (amount) => `Journal : ${amount} au débit de la carte.`,
      credit: (amount) => `Journal : ${amount} au crédit de la carte.`,
      cancel: (amount) => `Journal : vente annulée, ${amount}.`
    },
    nothing: {
      Debit: "Journal : rien n’a été débité.",
      Credit: "Journal : rien n’a été remboursé.",
      Cancel: "Journal : rien n’a été annulé."
    }
  }
}
