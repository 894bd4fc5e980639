/** Pourquoi la caisse n’a pas fait ce qui était demandé, en français. */
import type { problems as english } from "./problems.en.ts"

export const problems: typeof english = {
  "no-product": "Aucun article avec ce code.",
  "code-misread": "Ce code a été mal lu ou mal saisi : sa clé de contrôle est fausse.",
  stale: "Un changement a eu lieu entre-temps. Vérifiez.",
  busy: "Une autre vente est en cours. Terminez-la d’abord.",
  locked: "Les lignes ne peuvent plus changer : un paiement a eu lieu ou est en cours.",
  waiting: "Un paiement par carte est en cours.",
  unknown: "L’issue d’un paiement de cette vente est inconnue. Saisissez d’abord ce qu’indique le ticket du terminal.",
  "no-such-line": "Cette ligne n’existe plus.",
  quantity: "De 1 à 9999 articles.",
  discount: "La remise dépasse le prix.",
  "too-large": "Le total dépasse ce qu’un terminal accepte.",
  amount: "Ce montant ne peut pas être payé ici.",
  empty: "Cette vente est vide.",
  "not-collected": "Il reste quelque chose à encaisser.",
  "money-taken": "Un paiement a eu lieu : encaissez le reste ou remboursez-le d’abord.",
  "money-given": "Une partie a été remboursée : remboursez aussi le reste, ou reprenez-la d’abord.",
  "not-unknown": "L’issue de ce paiement est connue.",
  "not-contradicted": "Cet écart a déjà été traité.",
  "under-way":
    "Le paiement est encore en cours et le terminal peut répondre. Attendez qu’il affiche le résultat, puis enregistrez-le de nouveau.",
  "in-doubt":
    "Le terminal a répondu, mais l’issue reste incertaine. Lisez ce que l’on sait maintenant, puis enregistrez de nouveau.",
  "not-told": "Ni le serveur de paiement ni le terminal n’ont pu indiquer l’issue du paiement. Regardez le terminal.",
  "may-be-recorded":
    "La réponse du serveur de paiement s’est perdue : on ne sait pas s’il a enregistré votre saisie. La caisse continue de l’interroger. Si cet écran ne passe pas à la suite de lui-même, enregistrez de nouveau.",
  "not-resolved":
    "Le serveur de paiement n’a pas confirmé votre saisie ; rien n’a été enregistré ici. Faites régulariser ce paiement sur le serveur par une personne autorisée : cet écran passera à la suite de lui-même.",
  "part-paid":
    "Une partie a été payée, mais le serveur de paiement ne sait pas combien. Regardez le ticket et enregistrez le paiement avec ce montant.",
  resolution: "Indiquez votre nom et ce que vous avez vu.",
  refund: "Cet article n’est pas remboursable, ou pas dans cette quantité.",
  "no-sale": "Vente introuvable.",
  "no-terminal": "Terminal introuvable.",
  ended: "Cette vente est terminée.",
  "not-abandoned": "Seule une vente abandonnée peut être reprise.",
  name: "Indiquez qui clôture la journée.",
  day: "Choisissez un jour jusqu’à aujourd’hui.",
  parked: "Cette vente est en attente. Reprenez-la d’abord.",
  "not-parked": "Cette vente n’est pas en attente.",
  unreachable: "La caisse ne répond pas. Regardez de nouveau la vente avant de recommencer quoi que ce soit.",
  failed: "La caisse a rencontré une erreur. Rien n’a été fait au-delà de ce que vous voyez.",
  "not-amount": (example) => `Saisissez un montant, par exemple ${example}.`,
  "not-percent": "Saisissez un pourcentage de 0,01 à 100."
}
