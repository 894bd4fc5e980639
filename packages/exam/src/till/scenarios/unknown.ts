/** Payments whose answer does not arrive, or proves nothing: the heart of the examination. */
import { toProblem } from "@hipay-pos/server/http"
import type { Words } from "../../Language.ts"
import type { Question, Scenario, Treatment } from "../Scenario.ts"
import { sentAs } from "../sentAs.ts"
import { one, pays, sell } from "./words.ts"

const right: Words = {
  en: "Says that the outcome is unknown, sends no other order for the sale, and finds the truth by asking for the attempt, by repeating the same order id, or by a person who settles it.",
  fr: "Annonce un résultat inconnu, n’envoie aucune autre commande pour la vente et cherche la vérité : question sur la tentative, même numéro de commande, ou régularisation par une personne."
}

const settles: Question = {
  name: "settled",
  asks: {
    en: "The terminal's receipt says that it was paid. Does the till let you settle the sale as paid, without another card payment?",
    fr: "Le ticket du terminal indique un paiement. La caisse permet-elle de régulariser la vente comme payée, sans nouveau paiement ?"
  },
  otherwise: {
    en: "A payment that was made cannot be booked: the shop's books and the bank's differ by this sale.",
    fr: "Un paiement fait ne peut être enregistré : les comptes du magasin et de la banque diffèrent de cette vente."
  },
  severity: "high"
}

const finishAgain: Words = {
  en: "Sell something for exactly 12.34 and pay by card. When the till says how it ended, try to finish the same sale.",
  fr: "Vendez pour 12,34 exactement et payez par carte. Quand la caisse donne le résultat, essayez de terminer la même vente."
}

const answeredUnknown: Treatment = {
  shows: { en: "charged; answered 504", fr: "débité ; réponse 504" },
  fault: { fault: "answer-lost", times: 1 },
  timesOutAfter: 300
}

export const unknown: ReadonlyArray<Scenario> = [
  {
    name: "lost-after-approval",
    title: { en: "Answer lost after approval", fr: "Réponse perdue après l’accord" },
    reason: {
      en: "The card was charged and the answer got lost: the most expensive moment in a shop. A second payment now charges the card twice.",
      fr: "La carte est débitée et la réponse se perd : le moment le plus coûteux. Payer à nouveau, c’est payer deux fois."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "charged; no answer comes, then 504", fr: "débité ; aucune réponse, puis 504" },
        fault: { fault: "answer-lost", times: 1 },
        timesOutAfter: "silence"
      }
    ],
    questions: [settles]
  },
  {
    name: "silence",
    title: { en: "Silence for 3 minutes", fr: "Trois minutes de silence" },
    reason: {
      en: "The terminal says nothing for as long as a payment may take. Nothing was charged here, but the till cannot know: a payment of the same amount is the sale before.",
      fr: "Le terminal se tait aussi longtemps qu’un paiement peut durer. Rien n’est débité ici, mais la caisse ne peut le savoir : un paiement du même montant est celui de la vente d’avant."
    },
    right,
    severity: "critical",
    todo: {
      en: "Sell something for exactly 12.34 and pay by card; then sell the same again, for exactly 12.34, to another customer. What the till says of this second sale counts.",
      fr: "Vendez pour 12,34 exactement et payez par carte ; puis vendez la même chose, 12,34, à un autre client. C’est ce que la caisse dit de cette seconde vente qui compte."
    },
    steps: [one[0], { ...one[0], sale: 2 }],
    orders: [
      pays,
      {
        shows: { en: "no answer, then 504; nothing was charged", fr: "aucune réponse, puis 504 ; rien n’est débité" },
        cardholder: "refused",
        fault: { fault: "answer-lost", times: 1 },
        timesOutAfter: "silence"
      }
    ]
  },
  {
    name: "unknown-504",
    title: { en: "504 at once: outcome unknown", fr: "504 immédiat : résultat inconnu" },
    reason: {
      en: "The server says that it does not know. That is not a refusal: the card was charged.",
      fr: "Le serveur dit qu’il ne sait pas. Ce n’est pas un refus : la carte a été débitée."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [answeredUnknown]
  },
  {
    name: "late-approval",
    title: { en: "The approval comes late", fr: "Accord tardif" },
    reason: {
      en: "After the 504 the terminal answers after all. A till that asks again, under the same order id, learns that it was paid.",
      fr: "Après le 504, le terminal répond enfin. Une caisse qui redemande sous le même numéro apprend que c’est payé."
    },
    right,
    severity: "critical",
    todo: finishAgain,
    steps: [one[0], one[0]],
    orders: [
      {
        shows: { en: "504; the approval follows a moment later", fr: "504 ; l’accord suit peu après" },
        fault: { fault: "late-answer", milliseconds: 240_000, times: 1 },
        timesOutAfter: 300,
        thenForward: 120_000
      }
    ]
  },
  {
    name: "cut-before-body",
    title: { en: "Connection cut before the answer", fr: "Connexion coupée avant la réponse" },
    reason: {
      en: "A router restarts: the connection is reset after the card was charged. Libraries call that a network error, and some repeat the request by themselves.",
      fr: "Un routeur redémarre : la connexion tombe après le débit. Les bibliothèques y voient une erreur réseau, et certaines renvoient la requête."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      { shows: { en: "charged; connection reset", fr: "débité ; connexion coupée" }, delivery: { _tag: "CutBefore" } }
    ]
  },
  {
    name: "cut-in-body",
    title: { en: "Connection cut in the answer", fr: "Connexion coupée dans la réponse" },
    reason: {
      en: "Half an answer with status 200 proves nothing about the other half.",
      fr: "Une moitié de réponse au statut 200 ne prouve rien de l’autre moitié."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "charged; half of the answer, then cut", fr: "débité ; moitié de la réponse, puis coupure" },
        delivery: { _tag: "CutInBody" }
      }
    ]
  },
  {
    name: "cut-after-body",
    title: { en: "Connection cut after the answer", fr: "Connexion coupée après la réponse" },
    reason: {
      en: "All of the JSON is there, but the connection ends as if more was to come.",
      fr: "Tout le JSON est là, mais la connexion s’arrête comme s’il manquait une suite."
    },
    right: {
      en: "Takes the approval, or says that the outcome is unknown; sends no other order.",
      fr: "Prend l’accord, ou annonce un résultat inconnu ; n’envoie aucune autre commande."
    },
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "charged; the whole answer, then cut", fr: "débité ; réponse entière, puis coupure" },
        delivery: { _tag: "CutAfterBody" }
      }
    ],
    alsoRight: ["approved"]
  },
  {
    name: "server-error",
    title: { en: "Server error after the charge (500)", fr: "Erreur serveur après le débit (500)" },
    reason: {
      en: "A 500 says nothing about the terminal: this one comes after the card was charged.",
      fr: "Un 500 ne dit rien du terminal : celui-ci vient après le débit."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "charged; answered 500", fr: "débité ; réponse 500" },
        delivery: {
          _tag: "Replaced",
          by: sentAs(toProblem({ _tag: "Unexpected" }))
        }
      }
    ]
  },
  {
    name: "proxy-html",
    title: { en: "HTML from a proxy", fr: "HTML d’un proxy" },
    reason: {
      en: "A proxy gives up first and answers with a page of its own; the card was charged meanwhile.",
      fr: "Un proxy abandonne le premier et répond par sa propre page ; la carte a été débitée entre-temps."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "charged; answered 502 with HTML", fr: "débité ; réponse 502 en HTML" },
        delivery: {
          _tag: "Replaced",
          by: {
            status: 502,
            headers: { "content-type": "text/html; charset=utf-8" },
            body: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
          }
        }
      }
    ]
  },
  {
    name: "part-lost",
    title: { en: "Answer of a part payment lost", fr: "Réponse d’un paiement partiel perdue" },
    reason: {
      en: "A card pays half of a sale, and the answer gets lost. A repeat of the order is told that it was paid before, and how much: a till that takes this for the whole gives half of the goods away.",
      fr: "Une carte paie la moitié d’une vente et la réponse se perd. À la même commande, le serveur répond qu’elle a déjà été payée, et combien : une caisse qui prend cela pour le tout offre la moitié de la marchandise."
    },
    right: {
      en: "Says that the outcome is unknown, or asks under the same order id; then collects the amount less error.details.paid, or says that a part is paid.",
      fr: "Annonce un résultat inconnu ou redemande sous le même numéro de commande ; puis encaisse le montant moins error.details.paid, ou annonce qu’une partie est payée."
    },
    severity: "critical",
    todo: finishAgain,
    steps: [one[0], one[0]],
    orders: [
      {
        shows: {
          en: "the card pays half of it; connection reset",
          fr: "la carte paie la moitié ; connexion coupée"
        },
        cardholder: "partial",
        delivery: { _tag: "CutBefore" }
      }
    ]
  },
  {
    name: "rest-lost",
    title: { en: "Answer of a rest lost", fr: "Réponse du reste perdue" },
    reason: {
      en: "A card pays half of a sale; another one pays the rest, and its answer gets lost. A rest that is collected again is paid twice.",
      fr: "Une carte paie la moitié d’une vente ; une autre paie le reste, et sa réponse se perd. Un reste encaissé à nouveau est payé deux fois."
    },
    right: {
      en: "Says that a part is paid and the rest unknown, and sends no other order for the rest. A till that leaves the rest to the cashier says that a part is paid.",
      fr: "Annonce une partie payée et un reste inconnu, et n’envoie aucune autre commande pour le reste. Une caisse qui laisse le reste à la personne en caisse annonce une partie payée."
    },
    severity: "critical",
    todo: {
      en: "Sell something for exactly 12.34 and pay by card. Half of it will be paid: have the rest paid by card, too.",
      fr: "Vendez pour 12,34 exactement et payez par carte. La moitié sera payée : encaissez aussi le reste par carte."
    },
    steps: one,
    orders: [
      { shows: { en: "the card pays half of it", fr: "la carte paie la moitié" }, cardholder: "partial" },
      answeredUnknown
    ]
  },
  {
    name: "another-json",
    title: { en: "200 that says nothing", fr: "Un 200 qui ne dit rien" },
    reason: {
      en: 'Something on the way answers 200 with JSON of its own. Only "Success" is a payment; the card was refused.',
      fr: "Un intermédiaire répond 200 avec un JSON à lui. Seul « Success » est un paiement ; la carte a été refusée."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "refused; answered 200 with other JSON", fr: "refusé ; réponse 200 avec un autre JSON" },
        cardholder: "refused",
        delivery: { _tag: "Replaced", by: sentAs({ status: 200, body: { status: "ok" } }) }
      }
    ]
  },
  {
    name: "another-order",
    title: { en: "An answer about another order", fr: "Réponse d’une autre commande" },
    reason: {
      en: "A cache or a proxy mixes answers up: this Success is another customer's, and the card of this one was refused.",
      fr: "Un cache ou un proxy mélange les réponses : ce Success est celui d’un autre client, et la carte de celui-ci a été refusée."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "refused; the Success of another order", fr: "refusé ; le Success d’une autre commande" },
        cardholder: "refused",
        delivery: {
          _tag: "Replaced",
          by: sentAs({
            status: 200,
            body: {
              paymentStatus: "Success",
              order: {
                order_id: "ANOTHER-ORDER",
                transaction_type: "Debit",
                price: { amount: 1234, currency: "EUR" }
              }
            }
          })
        }
      }
    ]
  },
  {
    name: "failure-unproved",
    title: { en: "A failure that is not a refusal", fr: "Un échec qui n’est pas un refus" },
    reason: {
      en: "Failure with the code 1001 says that the terminal did not answer in time, not that nothing was paid: the card was charged.",
      fr: "Failure avec le code 1001 dit que le terminal n’a pas répondu à temps, non que rien n’est payé : la carte a été débitée."
    },
    right,
    severity: "critical",
    todo: sell("12.34"),
    steps: one,
    orders: [
      {
        shows: { en: "charged; answered Failure with 1001", fr: "débité ; réponse Failure avec 1001" },
        delivery: {
          _tag: "Replaced",
          by: sentAs({ status: 200, body: { paymentStatus: "Failure", error: { errorCode: "1001" } } })
        }
      }
    ]
  }
]
