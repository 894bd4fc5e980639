/** Scenarios around a payment: refunds, other currencies, receipts, long names. Most need a person, or a capable driver. */

import type { Words } from "../../Language.ts"
import { type Evidence, isTaken } from "../Evidence.ts"
import { type Finding, finding } from "../Finding.ts"
import type { Forgery } from "../notify.ts"
import type { Scenario } from "../Scenario.ts"
import { wrongRefund } from "../wrongRefund.ts"
import { one, pays, sell } from "./words.ts"

/** The finding for a notification that the service did not sign. */
const forged: Readonly<Record<Forgery, Words>> = {
  forged: { en: "with a wrong signature", fr: "dont la signature est fausse" },
  unsigned: { en: "without a signature", fr: "sans signature" },
  "signed-without-passphrase": {
    en: "that was signed without the passphrase",
    fr: "signée sans la phrase secrète"
  }
}

const isForgery = (kind: string): kind is Forgery => Object.hasOwn(forged, kind)

/** How the till's endpoint answered. */
const notifications = ({ notified = [] }: Evidence): ReadonlyArray<Finding> =>
  notified.flatMap((posted): ReadonlyArray<Finding> => {
    const { kind, status } = posted
    const taken = isTaken(posted)
    if (isForgery(kind)) {
      if (status === undefined || (status >= 400 && status < 500)) return []
      const what = forged[kind]
      return [
        taken
          ? finding(`${kind}-notification-taken`, "critical", {
              en: `A notification ${what.en} was taken (HTTP ${status}): anyone on the network can say that a sale was paid.`,
              fr: `Une notification ${what.fr} a été acceptée (HTTP ${status}) : n’importe qui peut annoncer une vente payée.`
            })
          : finding(`${kind}-notification-not-refused`, "medium", {
              en: `A notification ${what.en} was answered with HTTP ${status} in place of a 4xx: it cannot be told whether the endpoint refuses it or fails.`,
              fr: `Une notification ${what.fr} a reçu HTTP ${status} au lieu d’un 4xx : on ne sait pas si la caisse la refuse ou si elle échoue.`
            })
      ]
    }
    if (taken) return []
    return [
      finding(`notification-refused-${kind}`, "high", {
        en: `A genuine notification (${kind}) was answered with ${status === undefined ? "nothing" : `HTTP ${status}`}: the service sends it again and again, and the books miss it.`,
        fr: `Une notification authentique (${kind}) a reçu ${status === undefined ? "aucune réponse" : `HTTP ${status}`} : le service la renvoie sans fin, et elle manque aux comptes.`
      })
    ]
  })

/** The person's instructions for a sale that is refunded. */
const refund: Words = {
  en: "Sell something for exactly 12.34 and pay by card; then refund the sale to the card.",
  fr: "Vendez pour 12,34 exactement et payez par carte ; puis remboursez la vente sur la carte."
}

export const desk: ReadonlyArray<Scenario> = [
  {
    name: "refund",
    title: { en: "Refund", fr: "Remboursement" },
    reason: {
      en: "Goods come back. The money must, once.",
      fr: "La marchandise revient. L’argent doit revenir, une seule fois."
    },
    right: { en: "One Credit over the amount that was paid.", fr: "Un seul Credit, du montant payé." },
    severity: "high",
    todo: refund,
    steps: [...one, { ...one[0], action: "refund" }],
    paid: true,
    orders: [pays, pays],
    needs: ["action"],
    judge: wrongRefund
  },
  {
    name: "refund-lost",
    title: { en: "Answer of a refund lost", fr: "Réponse d’un remboursement perdue" },
    reason: {
      en: "The money was given back and the answer got lost. A refund that is sent again gives it back twice.",
      fr: "L’argent est rendu et la réponse se perd. Un remboursement renvoyé le rend deux fois."
    },
    right: {
      en: "Says that the outcome of the refund is unknown, and sends no other one for the sale.",
      fr: "Annonce que le résultat du remboursement est inconnu, et n’en envoie aucun autre pour la vente."
    },
    severity: "critical",
    todo: {
      en: `${refund.en} What the till says of the refund counts.`,
      fr: `${refund.fr} C’est ce que la caisse dit du remboursement qui compte.`
    },
    steps: [...one, { ...one[0], action: "refund" }],
    paid: true,
    orders: [
      pays,
      {
        shows: { en: "given back; answered 504", fr: "rendu ; réponse 504" },
        fault: { fault: "answer-lost", times: 1 },
        timesOutAfter: 300
      }
    ],
    needs: ["action"],
    judge: wrongRefund
  },
  {
    name: "cancel",
    title: { en: "Cancellation of the last sale", fr: "Annulation de la dernière vente" },
    reason: {
      en: "A sale is taken back at once, before the terminal's collection.",
      fr: "Une vente est annulée aussitôt, avant la télécollecte."
    },
    right: { en: "One Cancel with the sale's own order id.", fr: "Un seul Cancel, avec le numéro de la vente." },
    severity: "medium",
    todo: {
      en: "Sell something for exactly 12.34 and pay by card; then cancel the sale at once.",
      fr: "Vendez pour 12,34 exactement et payez par carte ; puis annulez aussitôt la vente."
    },
    steps: [...one, { ...one[0], action: "cancel" }],
    paid: true,
    orders: [pays, pays],
    needs: ["action", "concert"],
    judge: wrongRefund
  },
  {
    name: "zero-decimals",
    title: { en: "A currency without decimals", fr: "Une devise sans décimales" },
    reason: {
      en: "1200 JPY is 1200 minor units: a till that multiplies by 100 charges a hundred times as much.",
      fr: "1200 JPY font 1200 unités : une caisse qui multiplie par 100 débite cent fois trop."
    },
    right: { en: "Orders 1200 JPY.", fr: "Commande 1200 JPY." },
    severity: "critical",
    todo: {
      en: "Sell something for exactly 1200 JPY and pay by card.",
      fr: "Vendez pour 1200 JPY exactement et payez par carte."
    },
    steps: [{ sale: 1, amount: "1200", currency: "JPY" }],
    paid: true,
    orders: [pays],
    needs: ["currency"]
  },
  {
    name: "three-decimals",
    title: { en: "A currency with three decimals", fr: "Une devise à trois décimales" },
    reason: {
      en: "1.250 KWD is 1250 minor units: a till that multiplies by 100 charges a tenth.",
      fr: "1,250 KWD font 1250 unités : une caisse qui multiplie par 100 débite le dixième."
    },
    right: { en: "Orders 1250 minor units of KWD.", fr: "Commande 1250 unités de KWD." },
    severity: "critical",
    todo: {
      en: "Sell something for exactly 1.250 KWD and pay by card.",
      fr: "Vendez pour 1,250 KWD exactement et payez par carte."
    },
    steps: [{ sale: 1, amount: "1.250", currency: "KWD" }],
    paid: true,
    orders: [pays],
    needs: ["currency"]
  },
  {
    name: "long-names",
    title: { en: "Long names and emoji", fr: "Noms longs et emoji" },
    reason: {
      en: "A name that the terminal cannot print must not stop the sale.",
      fr: "Un nom que le terminal ne sait pas imprimer ne doit pas bloquer la vente."
    },
    right: {
      en: "The sale is paid; the name is whole in the till.",
      fr: "La vente est payée ; le nom reste entier dans la caisse."
    },
    severity: "medium",
    todo: {
      en: "Make an article “Crème brûlée à l'ancienne, œufs fermiers et vanille de Tahiti, pour huit personnes 🍮” at 12.34, sell it and pay by card.",
      fr: "Créez un article « Crème brûlée à l'ancienne, œufs fermiers et vanille de Tahiti, pour huit personnes 🍮 » à 12,34, vendez-le et payez par carte."
    },
    steps: one,
    paid: true,
    orders: [pays],
    needs: ["person"],
    questions: [
      {
        name: "whole-name",
        asks: { en: "Is the name whole on the screen?", fr: "Le nom est-il entier à l’écran ?" },
        otherwise: {
          en: "Articles cannot be told apart by their names.",
          fr: "Les articles ne se distinguent plus par leur nom."
        },
        severity: "medium"
      }
    ]
  },
  {
    name: "receipt",
    title: { en: "Receipts", fr: "Tickets" },
    reason: {
      en: "The customer has a right to a receipt, and the shop needs its own in a dispute.",
      fr: "Le client a droit à son ticket, et le magasin a besoin du sien en cas de litige."
    },
    right: {
      en: "Prints the customer's copy and keeps the shop's, with right accents.",
      fr: "Imprime le ticket client et garde celui du commerçant, avec les accents."
    },
    severity: "medium",
    todo: sell("12.34"),
    steps: one,
    paid: true,
    orders: [pays],
    needs: ["person"],
    questions: [
      {
        name: "receipt",
        asks: { en: "Was the card receipt printed or shown?", fr: "Le ticket carte a-t-il été imprimé ou affiché ?" },
        otherwise: { en: "The customer leaves without a receipt.", fr: "Le client part sans ticket." },
        severity: "medium"
      },
      {
        name: "shop-copy",
        asks: {
          en: "Can the shop's copy be found in the till?",
          fr: "Le ticket commerçant se retrouve-t-il dans la caisse ?"
        },
        otherwise: {
          en: "The shop has nothing to show in a dispute.",
          fr: "Le magasin n’a rien à montrer en cas de litige."
        },
        severity: "medium"
      },
      {
        name: "accents",
        asks: {
          en: "Are the accents right, as in DÉBIT and À CONSERVER?",
          fr: "Les accents sont-ils justes, comme dans DÉBIT et À CONSERVER ?"
        },
        otherwise: { en: "Receipts are hard to read.", fr: "Les tickets se lisent mal." },
        severity: "medium"
      }
    ]
  },
  {
    name: "notification",
    title: { en: "Notifications", fr: "Notifications" },
    reason: {
      en: "The service tells the shop what became of a payment. A forged message must not pass, a repeated one must not count twice, and two refunds are two.",
      fr: "Le service annonce le sort d’un paiement. Un faux message ne doit pas passer, un message répété ne compte qu’une fois, et deux remboursements sont deux."
    },
    right: {
      en: 'Refuses a wrong or missing signature with 4xx. A right one, in the header X-Allopass-Signature, is the hash of the body followed by the passphrase, not an HMAC. The hash is SHA-256 unless --notify-hash names another; the passphrase is "passphrase" unless HIPAY_POS_PASSPHRASE is set. Takes the same message twice with 2xx; books both partial refunds.',
      fr: "Refuse par un 4xx une signature fausse ou absente. La bonne, dans l’en-tête X-Allopass-Signature, est l’empreinte du corps suivi de la phrase secrète, et non un HMAC : SHA-256, ou celle de --notify-hash, avec « passphrase » si HIPAY_POS_PASSPHRASE n’en donne pas d’autre. Accepte deux fois le même message par un 2xx ; enregistre les deux remboursements."
    },
    severity: "high",
    todo: {
      en: "Sell something for exactly 12.34 and pay by card; wait ten seconds, then look at the sale: it was refunded by 2.00 and by 2.34.",
      fr: "Vendez pour 12,34 exactement et payez par carte ; attendez dix secondes et regardez la vente : remboursée de 2,00 puis de 2,34."
    },
    steps: one,
    paid: true,
    orders: [pays],
    needs: ["notification"],
    notifies: true,
    questions: [
      {
        name: "both-refunds",
        asks: {
          en: "Does the till show both refunds, 2.00 and 2.34?",
          fr: "La caisse montre-t-elle les deux remboursements, 2,00 et 2,34 ?"
        },
        otherwise: {
          en: "A refund is missing in the books: the shop's totals and the bank's differ.",
          fr: "Un remboursement manque dans les comptes : les totaux du magasin et de la banque diffèrent."
        },
        severity: "high"
      }
    ],
    judge: notifications
  }
]
