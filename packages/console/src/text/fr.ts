/** Les mots des pages, en français. */
import type { Words } from "./en.ts"

const accord = (n: number, un: string, plusieurs: string) => `${n} ${n < 2 ? un : plusieurs}`

export const words: Words = {
  title: "hipay-pos",
  skip: "Aller au contenu",
  mode: { simulated: "Simulation", gateway: "Passerelle" },
  modeHint: {
    simulated: "Tous les terminaux sont des logiciels. Aucun argent ne circule.",
    gateway: "De vrais terminaux. De l’argent circule."
  },
  places: {
    attempts: "Tentatives",
    terminals: "Terminaux",
    transactions: "Transactions",
    notifications: "Notifications",
    findings: "Constats",
    ledger: "Registre",
    simulation: "Simulation"
  },
  menu: "Vues",
  settings: {
    language: "Langue",
    theme: "Apparence",
    themes: { system: "Comme le système", light: "Clair", dark: "Sombre" },
    space: "Espace",
    defaultSpace: "par défaut",
    signOut: "Se déconnecter",
    signedInAs: (login) => `Connecté : ${login}`
  },
  login: {
    title: "Connexion",
    intro: "L’identifiant avec lequel les commandes sont envoyées.",
    username: "Identifiant",
    password: "Mot de passe",
    submit: "Se connecter",
    wrong: "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez les deux et réessayez.",
    mockHint: "Un serveur de simulation lancé sans identifiants en connaît un :",
    space: "Espace (facultatif)",
    ended: "Votre session est terminée. Connectez-vous pour reprendre où vous étiez."
  },
  link: {
    connecting: "Connexion",
    live: "En direct",
    gone: (seconds) => `Serveur absent, nouvel essai dans ${seconds} s`,
    goneLong:
      "Le serveur ne répond pas. Ce que vous voyez peut être dépassé ; rien n’est perdu, tout sera relu à son retour.",
    ended: "Terminé"
  },
  problem: {
    gone: "Le serveur ne répond pas. Est-il toujours lancé ?",
    forbidden: "Cet identifiant n’a pas le droit de faire cela.",
    notFound: "Le serveur ne connaît pas cet élément. Il a peut-être été effacé.",
    other: (status, message) => message || `Le serveur a répondu ${status}.`,
    retry: "Réessayer"
  },
  loading: "Chargement",
  states: {
    open: "En cours",
    approved: "Accepté",
    "approved-in-part": "En partie",
    declined: "Refusé",
    "not-started": "Non démarré",
    unknown: "Inconnu"
  },
  statesLong: {
    open: "Le terminal travaille. Seule la touche rouge du terminal peut annuler.",
    approved: "Payé en entier.",
    "approved-in-part": "Une partie du montant est payée. Le reste est encore à encaisser.",
    declined: "Non payé, et le terminal l’a dit.",
    "not-started": "Le paiement n’a jamais commencé. On peut réessayer sans risque.",
    unknown: "Personne ne sait si le client a payé. N’encaissez pas de nouveau avant d’avoir tranché."
  },
  types: { Debit: "Débit", Credit: "Crédit", Cancel: "Annulation" },
  attempts: {
    search: "Rechercher",
    searchHint: "Commande, terminal, identifiant",
    state: "État",
    all: "Tout",
    columns: { time: "Heure", order: "Commande", terminal: "Terminal", amount: "Montant", state: "État" },
    list: "Tentatives, la plus récente d’abord",
    empty: "Aucune tentative pour l’instant.",
    emptyHint: "Envoyez une commande à ce serveur : elle apparaît ici pendant que le terminal travaille.",
    nothing: "Aucune tentative ne correspond.",
    clear: "Tout afficher",
    shown: (n, more) => (more ? `${n} chargées, la suite plus bas` : `${n} en tout`),
    warnings: (n) => accord(n, "avertissement", "avertissements"),
    resolved: "tranchée par une personne",
    paid: (amount) => `${amount} payés`,
    pick: "Choisissez une tentative pour voir tout ce qui lui est arrivé."
  },
  attempt: {
    back: "Toutes les tentatives",
    title: (orderId) => `Commande ${orderId}`,
    of: (paid, asked) => `${paid} sur ${asked}`,
    took: (time) => `a pris ${time}`,
    since: (time) => `en cours depuis ${time}`,
    terminal: "Terminal",
    login: "Identifiant",
    opened: "Ouverte",
    id: "Tentative",
    simulated: "simulé",
    dialled: "appelé",
    timeline: "Ce qui s’est passé",
    copyCurl: "Copier pour curl",
    copyFrame: "Copier la trame",
    copied: "Copié",
    notCopied: "Le navigateur a refusé la copie.",
    export: "Exporter en JSON",
    openFace: "Ouvrir le terminal",
    sendAgain: {
      action: "Renvoyer",
      title: "Renvoyer cette commande",
      intro:
        "Un nouveau paiement avec le même contenu, sous un nouveau numéro de commande. La tentative affichée reste telle quelle.",
      orderId: "Nouveau numéro de commande",
      submit: "Envoyer",
      cancel: "Fermer"
    },
    receipt: "Ticket",
    resolve: {
      title: "Trancher cette tentative",
      intro:
        "Consultez le journal du terminal, son ticket ou la banque avant de répondre. Votre réponse est conservée avec votre nom et ne peut pas être retirée.",
      approved: "Le client a payé",
      declined: "Le client n’a pas payé",
      by: "Votre nom",
      evidence: "Sur quoi cela repose",
      evidenceHint: "Numéro de ticket, journal du terminal, banque du client…",
      submit: "Enregistrer cette réponse",
      notAllowed: "Une personne ayant le rôle « resolve » peut répondre ici.",
      outcome: "Ce qui s’est passé"
    }
  },
  entry: {
    request: "Commande reçue",
    findings: "Contrôle",
    connected: "Connecté au terminal",
    "terminal-request": "Envoyé au terminal",
    stage: "Au terminal",
    "terminal-response": "Le terminal a répondu",
    fault: "Panne",
    "late-response": "Réponse tardive du terminal",
    closed: "Connexion fermée",
    answer: "Réponse à l’appelant",
    resolution: "Tranché par une personne",
    transaction: "Transaction",
    notification: "Notification",
    details: "Détails",
    fields: "Champs du message",
    tag: "Champ",
    name: "Nom",
    value: "Valeur",
    meaning: "Sens",
    headers: "En-têtes",
    body: "Corps",
    frame: "Trame",
    expected: "attendu :",
    actual: "reçu :",
    faultAt: (fault, stage) => `${fault}, à ${stage}`,
    severity: { refused: "refusé", warning: "avertissement" },
    noResponse: "aucune trame",
    evidence: "Preuve",
    resolution_outcome: { approved: "payé", declined: "non payé" },
    wait: (time) => `${time} plus tard`,
    httpAnswer: (status) => `HTTP ${status}`
  },
  stages: {
    idle: "Au repos",
    woken: "Attend une carte",
    "chip-asked": "Demande la puce",
    "card-presented": "Lit la carte",
    pin: "Attend le code",
    authorising: "Interroge la banque",
    approved: "Accepté",
    refused: "Refusé",
    cancelled: "Annulé par la touche rouge",
    "timed-out": "Aucune carte présentée",
    printing: "Imprime"
  }
}
