/** Payments with a disturbance: a second click, a restart, a clock change, another till. */
import type { Scenario } from "../Scenario.ts"
import { one, sell } from "./words.ts"

export const disturbances: ReadonlyArray<Scenario> = [
  {
    name: "duplicate-click",
    title: { en: "Two clicks on Pay", fr: "Double clic sur Payer" },
    reason: {
      en: "An impatient second click must not become a second payment.",
      fr: "Un second clic impatient ne doit pas devenir un second paiement."
    },
    right: {
      en: "One payment, whatever is clicked: one order id, or one request.",
      fr: "Un seul paiement, quoi qu’on clique : un seul numéro de commande, ou une seule requête."
    },
    severity: "critical",
    todo: {
      en: "Sell something for exactly 12.34 and press Pay twice, as fast as you can.",
      fr: "Vendez pour 12,34 exactement et appuyez deux fois sur Payer, le plus vite possible."
    },
    steps: [one[0], { ...one[0], together: true }],
    paid: true,
    orders: [
      {
        shows: { en: "the terminal takes 3 s", fr: "le terminal prend 3 s" },
        fault: { fault: "delay", stage: "authorising", milliseconds: 3_000, times: 1 }
      }
    ],
    alsoRight: ["unknown", "not-started"]
  },
  {
    name: "restart",
    title: { en: "The till is killed in mid-payment", fr: "La caisse est arrêtée en plein paiement" },
    reason: {
      en: "Tills crash. What was sent must be remembered: the sale that comes up again must not be charged again.",
      fr: "Les caisses tombent en panne. Ce qui est parti doit rester connu : la vente qui revient ne doit pas être débitée à nouveau."
    },
    right: {
      en: "Remembers what it sent: asks for it, or repeats the same order id; charges once.",
      fr: "Se souvient de ce qu’elle a envoyé : demande, ou répète le même numéro ; ne débite qu’une fois."
    },
    severity: "critical",
    todo: {
      en: "Sell something for exactly 12.34 and press Pay; within 3 seconds switch the till's program off, start it again and pay the same sale.",
      fr: "Vendez pour 12,34 exactement et appuyez sur Payer ; dans les 3 secondes, arrêtez le programme de caisse, relancez-le et payez la même vente."
    },
    steps: [{ ...one[0], killAfter: 500 }, one[0]],
    orders: [
      {
        shows: { en: "the terminal takes 3 s", fr: "le terminal prend 3 s" },
        fault: { fault: "delay", stage: "authorising", milliseconds: 3_000, times: 1 }
      }
    ],
    needs: ["process"],
    alsoRight: ["unknown"]
  },
  {
    name: "clock-change",
    title: { en: "The clock goes back an hour", fr: "L’heure recule d’une heure" },
    reason: {
      en: "Summer time ends while a card is in the reader. Deadlines must not depend on the time of day.",
      fr: "L’heure d’été finit pendant un paiement. Les délais ne doivent pas dépendre de l’heure du jour."
    },
    right: { en: "Takes the approval, once.", fr: "Prend l’accord, une fois." },
    severity: "medium",
    todo: sell("12.34"),
    steps: one,
    paid: true,
    orders: [
      {
        shows: {
          en: "the server's clock goes back an hour meanwhile",
          fr: "l’heure du serveur recule pendant le paiement"
        },
        fault: { fault: "delay", stage: "authorising", milliseconds: 1_500, times: 1 },
        clockJump: -3_600_000
      }
    ]
  },
  {
    name: "two-tills",
    title: { en: "Two tills at one terminal", fr: "Deux caisses sur un terminal" },
    reason: {
      en: "A second till's order meets a terminal that is busy: it must wait or be told so, and neither sale may be mixed up.",
      fr: "La commande d’une seconde caisse rencontre un terminal occupé : elle attend ou le dit, sans mélanger les ventes."
    },
    right: {
      en: "Each till says what became of its own sale.",
      fr: "Chaque caisse annonce le résultat de sa propre vente."
    },
    severity: "high",
    todo: {
      en: "At one till sell for exactly 8.20 and press Pay; at once sell for exactly 5.10 at another till with the same terminal.",
      fr: "À une caisse, vendez pour 8,20 et appuyez sur Payer ; aussitôt, vendez pour 5,10 à une autre caisse du même terminal."
    },
    steps: [
      { sale: 1, amount: "8.20" },
      { sale: 2, amount: "5.10", together: true }
    ],
    orders: [
      {
        shows: { en: "the terminal takes 2 s", fr: "le terminal prend 2 s" },
        fault: { fault: "delay", stage: "authorising", milliseconds: 2_000, times: 1 }
      }
    ]
  }
]
