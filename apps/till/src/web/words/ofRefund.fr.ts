/** Les textes de l'écran pour une carte que l'on rembourse, en français. */
import type { ofRefund as english } from "./ofRefund.en.ts"

export const ofRefund: typeof english = {
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
      ? `L’issue d’un remboursement par carte de ${amount} est inconnue : il n’est pas encore compté dans les totaux.`
      : `L’issue de ${n} remboursements par carte, ${amount} en tout, est inconnue : ils ne sont pas encore comptés dans les totaux.`,
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
}
