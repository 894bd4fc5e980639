/**
 * The findings about a till, by code: the severity, and the shop's loss in words.
 *
 * The rules are in `judge.ts` and the files beside it. So are findings whose code is composed of the till's claim or of a
 * question, such as `said-approved-when-unknown`. All codes are in docs/exam.md.
 */

import type { Words } from "../Language.ts"
import type { NoTerminalField } from "./Evidence.ts"
import { type Finding, finding, type Grade, type Shown } from "./Finding.ts"

/** Amounts in words, by name. */
type Amounts<Name extends string> = Readonly<Record<Name, Words>>

/** An order that gives money back, and its amount. */
interface Refund extends Amounts<"amount"> {
  readonly transactionType: string
}

/** The loss by a refund of a sale that was not paid, or that may not be paid. */
const lossBy = ({ transactionType, amount }: Refund, unless: Words = { en: "", fr: "" }): Words =>
  transactionType === "Cancel"
    ? {
        en: "a terminal cancels its last payment, which may be another customer's.",
        fr: "un terminal annule son dernier paiement, peut-être celui d’un autre client."
      }
    : {
        en: `${unless.en}the shop gives ${amount.en} away.`,
        fr: `${unless.fr}le magasin fait cadeau de ${amount.fr}.`
      }

/** What a till did instead of collecting the rest of a sale or giving the part back. */
const aboutTheRest = {
  "said-all-paid": { en: "says that all of it was", fr: "annonce que tout est payé" },
  "said-part-paid": { en: "says that part of it was", fr: "annonce qu’une partie est payée" },
  "did-nothing": { en: "neither collected the rest nor refunded", fr: "n’a ni encaissé le reste ni remboursé" }
} as const satisfies Readonly<Record<string, Words>>

const asksForNoTerminal: Readonly<Record<NoTerminalField, Words>> = {
  sandbox_code: {
    en: "The order has a sandbox_code, which asks for a test answer: no terminal is woken, nothing is charged, and goods leave unpaid. Leave sandbox_code out.",
    fr: "La commande a un sandbox_code, qui demande une réponse de test : aucun terminal n’est réveillé, rien n’est débité et la marchandise part sans être payée. Retirez sandbox_code."
  },
  initialize_payment_terminal: {
    en: "The order says initialize_payment_terminal: false: no terminal is woken, nothing is charged, and goods leave unpaid. Leave the field out, or set it to true.",
    fr: "La commande indique initialize_payment_terminal: false : aucun terminal n’est réveillé, rien n’est débité et la marchandise part sans être payée. Retirez ce champ ou mettez-le à true."
  }
}

/** The findings whose code is always the same. */
export const findings = {
  // What was charged.
  "charged-twice": {
    severity: "critical",
    loses: ({ owed }: Amounts<"owed">) => ({
      en: `The customer was charged ${owed.en} twice.`,
      fr: `Le client a été débité deux fois de ${owed.fr}.`
    })
  },
  "charged-too-much": {
    severity: "critical",
    loses: ({ charged, owed, payments }: Amounts<"charged" | "owed"> & { readonly payments: number }) => ({
      en: `The customer was charged ${charged.en} in ${payments} ${payments === 1 ? "payment" : "payments"} for ${owed.en}.`,
      fr: `Le client a été débité de ${charged.fr} en ${payments} ${payments === 1 ? "paiement" : "paiements"} pour ${owed.fr}.`
    })
  },
  "wrong-amount": {
    severity: "critical",
    loses: ({ owed, ordered }: Amounts<"owed" | "ordered">) => ({
      en: `The sale is ${owed.en}, the order asks for ${ordered.en}.`,
      fr: `La vente est de ${owed.fr}, la commande demande ${ordered.fr}.`
    })
  },
  "rest-forgotten": {
    severity: "critical",
    loses: ({
      paid,
      owed,
      rest,
      till
    }: Amounts<"paid" | "owed" | "rest"> & { readonly till: keyof typeof aboutTheRest }) => ({
      en: `${paid.en} of ${owed.en} was paid, and the till ${aboutTheRest[till].en}: the shop loses ${rest.en}.`,
      fr: `${paid.fr} sur ${owed.fr} ont été payés, et la caisse ${aboutTheRest[till].fr} : le magasin perd ${rest.fr}.`
    })
  },
  "payment-not-learnt": {
    severity: "high",
    loses: () => ({
      en: "The sale was paid, and the till neither waited for the answer nor asked again: it cannot know of the payment.",
      fr: "La vente est payée, mais la caisse n’a pas attendu la réponse et n’a pas interrogé le serveur ensuite : elle ignore ce paiement."
    })
  },
  "nothing-charged": {
    severity: "high",
    loses: () => ({
      en: "The sale could have been paid, and was not: nothing was charged.",
      fr: "La vente pouvait être payée et ne l’a pas été : rien n’a été débité."
    })
  },

  // Orders that follow others.
  "another-order-while-unknown": {
    severity: "critical",
    loses: ({ ordered }: Amounts<"ordered">) => ({
      en: `A second order over ${ordered.en} was sent under another order id while it was not known whether the first one was paid: the customer may pay twice.`,
      fr: `Une seconde commande de ${ordered.fr} est partie sous un autre numéro alors qu’on ignorait si la première était payée : le client peut payer deux fois.`
    })
  },
  "another-order-after-payment": {
    severity: "critical",
    loses: ({ ordered }: Amounts<"ordered">) => ({
      en: `A second order over ${ordered.en} was sent after the first one had been paid.`,
      fr: `Une seconde commande de ${ordered.fr} est partie alors que la première était payée.`
    })
  },
  "another-refund-while-unknown": {
    severity: "critical",
    loses: ({ transactionType, amount }: Refund) => ({
      en: `Another ${transactionType} over ${amount.en} was sent while it was not known whether the first one gave the money back: the shop may give it back twice.`,
      fr: `Un autre ${transactionType} de ${amount.fr} est parti alors qu’on ignorait si le premier avait rendu l’argent : le magasin peut le rendre deux fois.`
    })
  },
  "order-id-shared": {
    severity: "critical",
    loses: () => ({
      en: "Two sales were sent under one order id: the second one gets the first one's answer, and its goods leave unpaid.",
      fr: "Deux ventes sont parties sous un même numéro : la seconde reçoit la réponse de la première, et sa marchandise part sans être payée."
    })
  },
  "repeated-while-unknown": {
    severity: "note",
    loses: () => ({
      en: "The same order id was sent again while its outcome was unknown. This server and the gateway answer with what they know; HiPay's own service documents no protection against paying twice.",
      fr: "Le même numéro de commande a été renvoyé alors que le résultat était inconnu. Ce serveur et la passerelle répondent ce qu’ils savent ; le service de HiPay ne documente aucune protection contre le double paiement."
    })
  },

  // Money that goes back, or should.
  "given-back-too-much": {
    severity: "critical",
    loses: ({ lost }: Amounts<"lost">) => ({
      en: `${lost.en} more was given back than was charged: the shop loses it.`,
      fr: `${lost.fr} ont été rendus en trop : le magasin les perd.`
    })
  },
  "given-back-while-unknown": {
    severity: "critical",
    loses: (refund: Refund) => {
      const loss = lossBy(refund, { en: "if it was not, ", fr: "si elle ne l’était pas, " })
      return {
        en: `A ${refund.transactionType} was sent while it was not known whether the sale was paid: ${loss.en}`,
        fr: `Un ${refund.transactionType} est parti alors qu’on ignorait si la vente était payée : ${loss.fr}`
      }
    }
  },
  "given-back-unpaid": {
    severity: "critical",
    loses: (refund: Refund) => {
      const loss = lossBy(refund)
      return {
        en: `A ${refund.transactionType} was sent for a sale that was not paid: ${loss.en}`,
        fr: `Un ${refund.transactionType} est parti pour une vente qui n’était pas payée : ${loss.fr}`
      }
    }
  },
  "taken-back": {
    severity: "critical",
    loses: ({ left, owed, byTill }: Amounts<"left" | "owed"> & { readonly byTill: boolean }) =>
      byTill
        ? {
            en: `The sale was paid, and the till gave the money back, which it was not asked for: ${left.en} of ${owed.en} is left.`,
            fr: `La vente était payée et la caisse a rendu l’argent sans qu’on le lui demande : il reste ${left.fr} sur ${owed.fr}.`
          }
        : {
            en: `The till was told that the sale is paid, but the terminals charged only ${left.en} of ${owed.en}.`,
            fr: `La caisse a reçu l’accord, mais les terminaux n’ont débité que ${left.fr} sur ${owed.fr}.`
          }
  },
  "not-given-back": {
    severity: "high",
    loses: ({ charged, ordered }: Amounts<"charged"> & { readonly ordered: boolean }) => ({
      en: `The customer's money did not come back: ${charged.en} is still charged${ordered ? "" : ", and no order for it was sent"}.`,
      fr: `L’argent du client n’est pas revenu : ${charged.fr} restent débités${ordered ? "" : ", et aucune commande n’est partie"}.`
    })
  },

  // What only a person may do.
  "resolved-by-itself": {
    severity: "critical",
    loses: () => ({
      en: "The till resolved an unknown payment by itself: without a person who looks at the terminal, the customer may pay twice, or goods may leave unpaid.",
      fr: "La caisse a régularisé elle-même un paiement inconnu : sans personne pour regarder le terminal, le client peut payer deux fois, ou la marchandise partir sans être payée."
    })
  },
  "paid-again-by-itself": {
    severity: "high",
    loses: () => ({
      en: "The payment was declined, and the till sent another order by itself: the terminal asks for a card again though the customer may have left, and the next one in the queue might pay.",
      fr: "Le paiement était refusé et la caisse a envoyé d’elle-même une autre commande : le terminal redemande une carte alors que le client est peut-être parti, et le suivant pourrait payer."
    })
  },

  // Sales that reach no terminal, and tills that do not finish.
  "no-terminal": {
    severity: "critical",
    loses: ({ field }: { readonly field: NoTerminalField }) => asksForNoTerminal[field]
  },
  "order-refused": {
    severity: "high",
    loses: ({ refusal }: { readonly refusal: string }) => ({
      en: `The server refused the order, and nothing reached a terminal: ${refusal}`,
      fr: `Le serveur a refusé la commande et aucun terminal n’a rien reçu : ${refusal}`
    })
  },
  "no-order": {
    severity: "high",
    loses: ({ sale }: { readonly sale: number }) => ({
      en: `No order of sale ${sale} came under an order id of its own: nothing can be sold.`,
      fr: `Aucune commande de la vente ${sale} n’est arrivée sous son propre numéro : rien ne peut être vendu.`
    })
  },
  "wrong-login": {
    severity: "high",
    loses: () => ({
      en: "The till's orders came with another login than the examination's, such as one with a space (merchant+NAME), or with none (HTTP 401): nothing can be sold.",
      fr: "Les commandes de la caisse sont arrivées avec un autre identifiant que celui de l’examen, par exemple avec un espace (merchant+NOM), ou sans identifiant (HTTP 401) : rien ne peut être vendu."
    })
  },
  "refused-login-repeated": {
    severity: "medium",
    loses: ({ orders }: { readonly orders: number }) => ({
      en: `The login was refused, and the till sent ${orders} orders with it: the cashier waits for nothing, and a server takes it for password guessing and slows it down.`,
      fr: `L’identifiant était refusé et la caisse a envoyé ${orders} commandes avec lui : la personne en caisse attend pour rien, et le serveur, qui peut croire qu’on cherche le mot de passe, ralentit la caisse.`
    })
  },
  unfinished: {
    severity: "high",
    loses: () => ({
      en: "The till had not finished when its time was over: the cashier waits, and no customer can be served.",
      fr: "La caisse n’avait pas fini à l’échéance : la personne en caisse attend et ne peut plus servir."
    })
  },
  "entry-dropped": {
    severity: "high",
    loses: () => ({
      en: "The till's payment entry dropped the connection or was gone: what asked it to pay was not told how the sale ended.",
      fr: "L’entrée de paiement de la caisse a coupé la connexion ou n’était plus là : l’appelant ne sait pas comment la vente s’est terminée."
    })
  }
} as const satisfies Readonly<Record<string, { readonly severity: Grade; readonly loses: (facts: never) => Words }>>

type Code = keyof typeof findings

/** The facts for a finding's text: one object, or none. */
type Facts = { readonly [C in Code]: Parameters<(typeof findings)[C]["loses"]> }

type Rows = { readonly [C in Code]: { readonly severity: Grade; readonly loses: (...facts: Facts[C]) => Words } }
const rows: Rows = findings

/** Makes a finding of the table from the requests that show it and the facts in its text. */
export const found = <C extends Code>(code: C, exchanges: Shown, ...facts: Facts[C]): Finding => {
  const { severity, loses } = rows[code]
  return finding(code, severity, loses(...facts), exchanges)
}
