/** L’état d’une tentative : en un mot, et en une phrase selon son type. */
import type {
  cancelledLater as cancelledLaterEn,
  queued as queuedEn,
  states as statesEn,
  statesLong as statesLongEn
} from "./states.en.ts"

export const states: typeof statesEn = {
  open: "En cours",
  approved: "Accepté",
  "approved-in-part": "Partiel",
  declined: "Refusé",
  "not-started": "Non démarré",
  unknown: "Inconnu"
}

export const statesLong: typeof statesLongEn = {
  Debit: {
    open: "Le terminal traite ce paiement. Pour l’annuler, appuyez sur la touche rouge du terminal.",
    "approved-in-part": "Une partie du montant a été payée. Encaissez le reste.",
    declined: "Rien n’a été payé.",
    "not-started": "Le paiement n’a pas commencé. Vous pouvez réessayer sans risque.",
    unknown: "On ne sait pas si le client a payé. N’encaissez pas à nouveau avant d’avoir régularisé ce paiement."
  },
  Credit: {
    open: "Le terminal traite ce remboursement. Pour l’annuler, appuyez sur la touche rouge du terminal.",
    "approved-in-part": "Une partie du montant a été remboursée. Remboursez le reste.",
    declined: "Rien n’a été remboursé.",
    "not-started": "Le remboursement n’a pas commencé. Vous pouvez réessayer sans risque.",
    unknown:
      "On ne sait pas si le client a été remboursé. Ne remboursez pas à nouveau avant d’avoir régularisé ce remboursement."
  },
  Cancel: {
    open: "Le terminal traite cette annulation. Pour l’interrompre, appuyez sur la touche rouge du terminal.",
    "approved-in-part": "Une partie de la vente a été annulée. Remboursez le reste.",
    declined: "La vente n’a pas été annulée : elle reste débitée.",
    "not-started": "L’annulation n’a pas commencé. Vous pouvez réessayer sans risque.",
    unknown:
      "On ne sait pas si la vente a été annulée. Avant d’avoir régularisé cette annulation, n’annulez pas la vente à nouveau et ne la remboursez pas."
  }
}

export const queued: typeof queuedEn =
  "Le terminal n’a peut-être pas encore reçu cette commande. Tant qu’il affiche un autre montant, sa touche rouge annulerait une autre commande."

export const cancelledLater: typeof cancelledLaterEn = {
  open: "L’annulation de cette vente est en cours.",
  approved: "Cette vente a été annulée ensuite.",
  "approved-in-part": "Une partie de cette vente a été annulée ensuite.",
  unknown: "On ne sait pas si cette vente a été annulée ensuite."
}
