/** Ce que le terminal a dit d’un paiement inconnu, et comment une personne le régularise. */
import * as EvidenceInFrench from "@hipay-pos/core/EvidenceInFrench"
import { whyNotProvedInFrench } from "./proof.fr.ts"
import type { evidence as evidenceEn, resolve as resolveEn } from "./resolve.en.ts"

export const resolve: typeof resolveEn = {
  byType: {
    Debit: {
      title: "Régulariser le paiement",
      approved: "Le client a payé",
      declined: "Le client n’a pas payé",
      over: (moved, asked) => `Montant débité : ${moved}, soit plus que les ${asked} de la commande`
    },
    Credit: {
      title: "Régulariser le remboursement",
      approved: "Le client a été remboursé",
      declined: "Le client n’a pas été remboursé",
      over: (moved, asked) => `Montant remboursé : ${moved}, soit plus que les ${asked} de la commande`
    },
    Cancel: {
      title: "Régulariser l’annulation",
      approved: "La vente a été annulée",
      declined: "La vente n’a pas été annulée",
      over: (moved, asked) => `Montant annulé : ${moved}, soit plus que les ${asked} de la commande`
    }
  },
  intro:
    "Consultez d’abord le journal du terminal, le ticket ou la banque. La régularisation est enregistrée avec votre nom et ne peut pas être annulée.",
  setAside: "On ne sait toujours pas ; libérer le terminal pour la commande suivante",
  paid: "Montant sur le ticket",
  notAmount: (example) => `Ce n’est pas un montant. Saisissez-en un comme ${example}.`,
  authorization: "Numéro d’autorisation, si le ticket en porte un",
  lastFour: "Quatre derniers chiffres de la carte",
  by: "Votre nom",
  evidence: "Justificatif",
  evidenceHint: "Numéro de ticket, journal du terminal, banque…",
  submit: "Enregistrer la régularisation",
  ask: "Interroger le terminal",
  notProved:
    "L’issue n’est pas prouvée. Consultez le ticket ou le journal du terminal, puis enregistrez ce que vous avez vu.",
  whyNotProved: whyNotProvedInFrench,
  notAllowed: "Seul un identifiant ayant le rôle « resolve » peut régulariser cette tentative.",
  answerPending: (time) =>
    `Le terminal peut encore répondre à cette tentative${time === undefined ? "" : ` pendant ${time}`} : cette régularisation peut être fausse. Regardez le terminal et attendez.`,
  override: "Enregistrer bien que le terminal puisse encore répondre",
  outcome: "Issue",
  damaged: "Une tentative illisible",
  damagedTitle: "Régulariser cette tentative",
  damagedOutcomes: { approved: "Le terminal l’a exécutée", declined: "Le terminal ne l’a pas exécutée" },
  damagedIntro:
    "L’enregistrement de cette tentative est endommagé : son montant et son terminal sont inconnus, et elle ne figure ni dans les listes ni dans les totaux. De l’argent a peut-être été débité ou rendu. Consultez le journal des terminaux.",
  damagedHint: "Ce qui a été payé ou remboursé, et où : numéro de ticket, journal du terminal, banque…",
  damagedOverride: "Enregistrer bien qu’on ne sache pas si le terminal peut encore répondre",
  damagedStays: "Son enregistrement reste illisible ; elle ne figure ni dans les listes ni dans les totaux.",
  recordedBy: (outcome, by, time, evidence) =>
    `${outcome === "set-aside" ? "Mis de côté" : "Régularisé"} par ${by}, ${time} : ${evidence}`,
  notRecorded: "L’issue de ce paiement a été enregistrée entre-temps. Votre saisie n’a pas été enregistrée.",
  contrary: "Vérifiez laquelle des deux est exacte avant de débiter ou de rembourser quoi que ce soit.",
  close: "Fermer",
  recorded: (state) => `Enregistré : ${state}.`
}

export const evidence: typeof evidenceEn = {
  title: "Ce que le terminal a dit",
  nothing: "Le terminal n’a rien envoyé.",
  amount: "Montant",
  status: "Paiement",
  statuses: { done: "effectué", "not-done": "non effectué" },
  authorization: "Numéro d’autorisation",
  card: "Carte",
  contradictions: "Contradictions",
  stopped: "Où la réponse s’arrête",
  kinds: {
    SilentAfterSend: "Le terminal n’a pas donné de réponse complète dans le délai.",
    CutLine: "La connexion avec le terminal s’est coupée avant une réponse complète.",
    Garbled: "La réponse du terminal est illisible.",
    Contradictory: "La réponse du terminal se contredit, ou ne correspond pas à la commande.",
    AcknowledgedOnly: "Le terminal a pris la demande en compte, sans dire comment le paiement s’est terminé.",
    Redirected: "Le service de paiement renvoie vers une autre adresse, qui n’est pas suivie.",
    Empty: "La réponse du service de paiement est vide.",
    NotJson: "La réponse du service de paiement est une page ou un autre texte, pas du JSON.",
    Truncated: "La réponse du service de paiement s’arrête au milieu.",
    Charset: "La réponse du service de paiement est illisible : encodage inattendu.",
    TooLarge: "La réponse du service de paiement est trop longue.",
    ServerFailed: "Le service de paiement, ou un équipement placé avant lui, a échoué.",
    Inconclusive: "La réponse du service de paiement ne prouve ni une acceptation ni un refus.",
    Reported: "Le service de paiement ne sait pas non plus comment le paiement s’est terminé."
  },
  detail: "Détail technique",
  stop: ({ tag, offset, announced, found = 0 }) =>
    [
      tag === undefined ? `octet ${offset}` : `champ ${tag}, octet ${offset}`,
      ...(announced === undefined
        ? []
        : [`${announced} octet${announced < 2 ? " annoncé" : "s annoncés"}, ${found} reçu${found < 2 ? "" : "s"}`])
    ].join(" : "),
  contradiction: EvidenceInFrench.contradictions
}
