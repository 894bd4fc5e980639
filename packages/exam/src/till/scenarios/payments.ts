/** Payments whose answer arrives: the till must interpret it correctly. */
import { toProblem } from "@hipay-pos/server/http"
import { type Evidence, ordersIn } from "../Evidence.ts"
import type { Finding } from "../Finding.ts"
import { found } from "../findings.ts"
import type { Question, Scenario } from "../Scenario.ts"
import { sentAs } from "../sentAs.ts"
import { one, pays, sell } from "./words.ts"

const stillOpen: Question = {
  name: "still-open",
  asks: {
    en: "Can the sale still be paid, by card again or in another way?",
    fr: "La vente peut-elle encore être payée, par carte ou autrement ?"
  },
  otherwise: {
    en: "A sale is lost where the customer has another card or cash.",
    fr: "Une vente est perdue alors que le client a une autre carte ou des espèces."
  },
  severity: "medium"
}

/** How many orders a till may send with a login that is refused. */
const MAX_TRIES = 3

/** A refused login that is sent repeatedly. */
const triedAgain = (evidence: Evidence): ReadonlyArray<Finding> => {
  const orders = ordersIn(evidence)
  return orders.length <= MAX_TRIES
    ? []
    : [found("refused-login-repeated", orders.slice(-2), { orders: orders.length })]
}

export const payments: ReadonlyArray<Scenario> = [
  {
    name: "approved",
    title: { en: "Approved", fr: "Paiement accepté" },
    reason: {
      en: "The plain sale: everything else is compared with it.",
      fr: "La vente ordinaire : tout le reste s’y compare."
    },
    right: {
      en: "One order for the exact amount; the sale is paid.",
      fr: "Une seule commande, du montant exact ; la vente est payée."
    },
    severity: "high",
    todo: sell("12.34"),
    steps: one,
    paid: true,
    orders: [pays]
  },
  {
    name: "declined",
    title: { en: "Declined by the issuer", fr: "Refus de l’émetteur" },
    reason: {
      en: "A till that takes a refusal for a payment gives goods away.",
      fr: "Une caisse qui prend un refus pour un paiement donne la marchandise."
    },
    right: {
      en: "Says that the payment was declined, and leaves the sale open.",
      fr: "Annonce le refus et laisse la vente ouverte."
    },
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [{ shows: { en: "the issuer refuses", fr: "l’émetteur refuse" }, cardholder: "refused" }],
    questions: [stillOpen]
  },
  {
    name: "red-key",
    title: { en: "Red key", fr: "Touche rouge" },
    reason: {
      en: "Cardholders cancel at the terminal; the till must offer another means of payment.",
      fr: "Le porteur annule au terminal ; la caisse doit proposer un autre moyen de paiement."
    },
    right: {
      en: "Says that the payment was not made, and leaves the sale open.",
      fr: "Annonce que rien n’a été payé et laisse la vente ouverte."
    },
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "the cardholder presses the red key", fr: "le porteur appuie sur la touche rouge" },
        cardholder: "cancelled"
      }
    ],
    questions: [stillOpen]
  },
  {
    name: "approved-in-part",
    title: { en: "Approved in part", fr: "Paiement partiel" },
    reason: {
      en: 'Meal vouchers and prepaid cards pay what they hold. A till that reads only "Success" forgets the rest.',
      fr: "Titres-restaurant et cartes prépayées paient ce qu’elles contiennent. Une caisse qui ne lit que « Success » oublie le reste."
    },
    right: {
      en: "Collects the rest, or refunds what was paid; says how much is still to pay.",
      fr: "Encaisse le reste ou rembourse ce qui a été payé ; indique combien il reste à payer."
    },
    severity: "critical",
    todo: {
      en: "Sell something for exactly 12.34 and pay by card. Half of it will be paid: then go on as the till wants you to.",
      fr: "Vendez pour 12,34 exactement et payez par carte. La moitié sera payée : continuez comme la caisse le demande."
    },
    steps: one,
    orders: [{ shows: { en: "the card pays half of it", fr: "la carte paie la moitié" }, cardholder: "partial" }],
    questions: [
      {
        name: "rest-shown",
        asks: {
          en: "Did the till say that 6.17 was still to pay?",
          fr: "La caisse a-t-elle indiqué qu’il restait 6,17 à payer ?"
        },
        otherwise: {
          en: "The cashier does not know what to ask for: the customer pays too much or too little.",
          fr: "La personne en caisse ne sait pas combien demander : le client paie trop ou pas assez."
        },
        severity: "medium"
      }
    ]
  },
  {
    name: "slow-approval",
    title: { en: "Approved after 8 seconds", fr: "Accepté après 8 secondes" },
    reason: {
      en: "A card, a PIN and an authorization take their time. A till that gives up early loses the answer of a payment that is made.",
      fr: "Carte, code et autorisation prennent du temps. Une caisse qui abandonne trop tôt perd la réponse d’un paiement fait."
    },
    right: { en: "Waits, and takes the approval.", fr: "Attend, et prend l’accord." },
    severity: "high",
    todo: sell("12.34"),
    steps: one,
    paid: true,
    orders: [
      {
        shows: { en: "the terminal takes 8 s", fr: "le terminal prend 8 s" },
        fault: { fault: "delay", stage: "authorising", milliseconds: 8_000, times: 1 }
      }
    ]
  },
  {
    name: "slow-first-byte",
    title: { en: "The answer comes slowly", fr: "Réponse lente" },
    reason: {
      en: "Mobile networks deliver an answer late and in pieces.",
      fr: "Les réseaux mobiles livrent la réponse tard et par morceaux."
    },
    right: { en: "Reads the whole answer and takes the approval.", fr: "Lit toute la réponse et prend l’accord." },
    severity: "high",
    todo: sell("12.34"),
    steps: one,
    paid: true,
    orders: [
      {
        shows: { en: "3 s to the first byte, then in pieces", fr: "3 s avant le premier octet, puis par morceaux" },
        delivery: { _tag: "Slow", firstByteAfter: 3_000 }
      }
    ]
  },
  {
    name: "not-started",
    title: { en: "Not started, then good", fr: "Non démarré, puis bon" },
    reason: {
      en: "The terminal is off. Nothing was paid, and paying again is safe: the sale must not be stuck.",
      fr: "Le terminal est éteint. Rien n’est payé et recommencer est sûr : la vente ne doit pas rester bloquée."
    },
    right: {
      en: "Says that nothing was paid; the same sale can be paid at the next try.",
      fr: "Annonce que rien n’est payé ; la même vente peut être payée à l’essai suivant."
    },
    severity: "high",
    todo: {
      en: "Sell something for exactly 12.34 and pay by card. The terminal cannot be reached: pay the same sale again.",
      fr: "Vendez pour 12,34 exactement et payez par carte. Le terminal est injoignable : payez la même vente à nouveau."
    },
    steps: [...one, ...one],
    paid: true,
    orders: [
      {
        shows: { en: "the terminal cannot be reached (400)", fr: "terminal injoignable (400)" },
        fault: { fault: "refuse", times: 1 }
      }
    ],
    alsoRight: ["declined"]
  },
  {
    name: "unauthorized",
    title: { en: "Login refused (401)", fr: "Identifiant refusé (401)" },
    reason: {
      en: "A password was changed. Nothing reached the terminal; the till must say so and not try on and on.",
      fr: "Le mot de passe a changé. Rien n’a atteint le terminal ; la caisse doit le dire et ne pas insister."
    },
    right: {
      en: `Says that nothing was paid, and that the login was refused; gives up after ${MAX_TRIES} tries at most.`,
      fr: `Annonce que rien n’a été payé et que l’identifiant est refusé ; abandonne après ${MAX_TRIES} essais au plus.`
    },
    severity: "medium",
    todo: sell("12.34"),
    steps: one,
    orders: Array.from({ length: 20 }, () => ({
      shows: { en: "answered 401, nothing reaches the terminal", fr: "réponse 401, rien n’atteint le terminal" },
      instead: sentAs(toProblem({ _tag: "Unauthorized" }))
    })),
    alsoRight: ["declined"],
    questions: [
      {
        name: "login-named",
        asks: {
          en: "Does the till say that its login was refused?",
          fr: "La caisse dit-elle que son identifiant est refusé ?"
        },
        otherwise: {
          en: "The shop checks the terminal and the network, and cannot sell until someone thinks of the password.",
          fr: "Le magasin cherche du côté du terminal et du réseau, et ne vend plus tant que personne ne pense au mot de passe."
        },
        severity: "medium"
      }
    ],
    judge: triedAgain
  },
  {
    name: "duplicate-order",
    title: { en: "The same sale twice (409)", fr: "La même vente deux fois (409)" },
    reason: {
      en: "A sale that is paid is paid for once more by mistake: the server answers 409 with what it knows.",
      fr: "Une vente déjà payée est présentée à nouveau par erreur : le serveur répond 409 avec ce qu’il sait."
    },
    right: {
      en: "Does not charge again: no order under another id; shows the sale as paid.",
      fr: "Ne débite pas à nouveau : pas de commande sous un autre numéro ; montre la vente comme payée."
    },
    severity: "critical",
    todo: {
      en: "Sell something for exactly 12.34 and pay by card. If the till lets you, pay the same sale again.",
      fr: "Vendez pour 12,34 exactement et payez par carte. Si la caisse le permet, payez encore la même vente."
    },
    steps: [...one, ...one],
    paid: true,
    orders: [pays]
  },
  {
    name: "order-id-reuse",
    title: { en: "Two sales, two order ids", fr: "Deux ventes, deux numéros de commande" },
    reason: {
      en: "A till that uses an order id for two sales gets the first one's answer for the second: goods leave unpaid.",
      fr: "Une caisse qui réutilise un numéro reçoit pour la seconde vente la réponse de la première : marchandise impayée."
    },
    right: {
      en: "Each sale has an order id of its own; both are charged.",
      fr: "Chaque vente a son numéro ; les deux sont débitées."
    },
    severity: "critical",
    todo: {
      en: "Sell something for exactly 7.50 and pay by card; then sell the same again, for exactly 7.50, to another customer.",
      fr: "Vendez pour 7,50 exactement et payez par carte ; puis vendez la même chose, 7,50, à un autre client."
    },
    steps: [
      { sale: 1, amount: "7.50" },
      { sale: 2, amount: "7.50" }
    ],
    paid: true,
    orders: [pays, pays]
  },
  {
    name: "exact-amount",
    title: { en: "Amounts that floats get wrong", fr: "Montants que les flottants faussent" },
    reason: {
      en: "4.35 × 100 is 434.99999999999994 in floating point: a till that cuts it off charges a cent less.",
      fr: "4,35 × 100 vaut 434,99999999999994 en virgule flottante : une caisse qui tronque débite un centime de moins."
    },
    right: { en: "Charges 4.35, 1.15 and 19.99 to the cent.", fr: "Débite 4,35, 1,15 et 19,99 au centime près." },
    severity: "high",
    todo: {
      en: "Make three sales and pay each by card: exactly 4.35, exactly 1.15, exactly 19.99.",
      fr: "Faites trois ventes et payez chacune par carte : 4,35, 1,15 et 19,99 exactement."
    },
    steps: [
      { sale: 1, amount: "4.35" },
      { sale: 2, amount: "1.15" },
      { sale: 3, amount: "19.99" }
    ],
    paid: true,
    orders: [pays, pays, pays]
  }
]
