/**
 * The verdict on a scenario: from the requests, what was charged, and what the till said, if it said anything.
 *
 * A till that says nothing is judged by its requests alone. What it may say follows from what it could know: from whole
 * answers, to its orders or to its questions about them.
 */
import { Ledger } from "@hipay-pos/terminal-simulator"
import {
  type Charge,
  chargesOf,
  creditsOf,
  type Drive,
  debitsOf,
  type Evidence,
  netOf,
  ordersOf,
  type Sent
} from "./Evidence.ts"
import { type Finding, finding, type Grade, money, type Words } from "./Finding.ts"
import { isPaid, known, knownBefore, movedBy, ofOrder } from "./knowledge.ts"
import { givenBackTooMuch, givenBackUnproved, takenBack } from "./moneyBack.ts"
import { missingOrder, unexamined, wereRefused } from "./noTerminal.ts"
import type { Scenario } from "./Scenario.ts"
import { paidAgainByItself, questionsOf, resolvedByItself } from "./unattended.ts"
import { wrongClaim } from "./wrongClaim.ts"

/** How a scenario ended. */
export type Verdict = "passed" | "failed" | "not-examined"

/** Everything that is wrong, the worst first. */
export const judge = (scenario: Scenario, evidence: Evidence): ReadonlyArray<Finding> => {
  const sales = salesOf(scenario)
  const findings = [
    ...unexamined(evidence),
    ...lostMoney(scenario, evidence),
    ...sales.flatMap((sale) => [
      ...missingOrder(evidence, sale),
      ...neverPaid(scenario, evidence, sale),
      ...furtherOrders(evidence, sale),
      ...forgottenRest(evidence, sale),
      ...furtherRefunds(evidence, sale),
      ...givenBackUnproved(scenario, evidence, sale),
      ...takenBack(scenario, evidence, sale)
    ]),
    ...resolvedByItself(evidence),
    ...paidAgainByItself(evidence),
    ...evidence.drives.flatMap((drive) => [
      ...wrongClaim(scenario, evidence, drive),
      ...unfinished(drive),
      ...dropped(drive)
    ]),
    ...sharedIds(evidence, sales),
    ...questionsOf(scenario, evidence.exchanges).flatMap(({ name, otherwise, severity }) =>
      evidence.answers[name] === false ? [finding(`no-${name}`, severity, otherwise)] : []
    ),
    ...(scenario.judge?.(evidence) ?? [])
  ]
  const charged = findings.find(({ code }) => code === "charged-twice")
  // What followed from it says it better than what could have followed.
  return findings
    .filter(({ exchanges }) => exchanges.length === 0 || charged?.exchanges.join() !== exchanges.join())
    .concat(charged !== undefined && charged.exchanges.length > 0 ? charged : [])
    .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))
}

/** What is wrong with the money; judged even where a part of the scenario was impossible. */
export const lostMoney = (scenario: Scenario, evidence: Evidence): ReadonlyArray<Finding> => [
  ...overcharged(evidence),
  ...givenBackTooMuch(evidence),
  ...salesOf(scenario).flatMap((sale) => wrongAmount(evidence, sale))
]

const salesOf = ({ steps }: Scenario): ReadonlyArray<number> => [...new Set(steps.map(({ sale }) => sale))]

/** Whether something that was found fails the till. */
export const verdictOf = (findings: ReadonlyArray<Finding>): Verdict =>
  findings.some(({ severity }) => severity !== "note") ? "failed" : "passed"

const severities: ReadonlyArray<Grade> = ["critical", "high", "medium", "note"]

/** More was charged than the sales come to. */
const overcharged = (evidence: Evidence): ReadonlyArray<Finding> => {
  const { charges, drives } = evidence
  const sales = new Map(drives.filter(({ action }) => action === "pay").map((drive) => [drive.sale, drive]))
  const owed = [...sales.values()].reduce((sum, { amount }) => sum + amount, 0)
  const net = netOf(charges)
  const [first] = sales.values()
  if (first === undefined || net <= owed) return []
  const { currency } = first
  const debits = charges.filter(({ operation }) => operation === "debit")
  const of = ({ orderId }: Charge) =>
    evidence.exchanges.find(({ order }) => order !== undefined && Ledger.privateDataOf(order.orderId) === orderId)
  return [
    debits.length === 2 && net === 2 * owed
      ? finding(
          "charged-twice",
          "critical",
          {
            en: `The customer was charged ${money(owed, currency).en} twice.`,
            fr: `Le client a été débité deux fois de ${money(owed, currency).fr}.`
          },
          debits.slice(0, 2).map(of)
        )
      : finding(
          "charged-too-much",
          "critical",
          {
            en: `The customer was charged ${money(net, currency).en} in ${debits.length} ${debits.length === 1 ? "payment" : "payments"} for ${money(owed, currency).en}.`,
            fr: `Le client a été débité de ${money(net, currency).fr} en ${debits.length} ${debits.length === 1 ? "paiement" : "paiements"} pour ${money(owed, currency).fr}.`
          },
          debits.slice(0, 2).map(of)
        )
  ]
}

/** A sale that could be paid, and of which the till cannot say that it is. */
const neverPaid = ({ paid }: Scenario, evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const debits = debitsOf(evidence, sale)
  const knew = known(evidence)
  if (paid !== true || debits.length === 0 || wereRefused(debits) || movedBy(knew, debits) > 0) return []
  const last = debits.slice(-1)
  return netOf(chargesOf(evidence, sale)) > 0
    ? [
        finding(
          "payment-not-learnt",
          "high",
          {
            en: "The sale was paid, and the till neither waited for the answer nor asked again: it cannot know of the payment.",
            fr: "La vente est payée, mais la caisse n'a pas attendu la réponse et n'a pas interrogé le serveur ensuite : elle ignore ce paiement."
          },
          last
        )
      ]
    : [
        finding(
          "nothing-charged",
          "high",
          {
            en: "The sale could have been paid, and was not: nothing was charged.",
            fr: "La vente pouvait être payée et ne l'a pas été : rien n'a été débité."
          },
          last
        )
      ]
}

const wrongAmount = (evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const drive = evidence.drives.find((each) => each.sale === sale && each.action === "pay")
  const debits = debitsOf(evidence, sale)
  const wrong = debits.find((each) => {
    const { amount, currency } = each.order
    // A rest is another amount.
    const isRest = movedBy(knownBefore(evidence, each), debits) > 0
    return currency !== drive?.currency || (amount !== drive.amount && !isRest)
  })
  if (drive === undefined || wrong === undefined) return []
  const { amount, currency } = wrong.order
  return [
    finding(
      "wrong-amount",
      "critical",
      {
        en: `The sale is ${money(drive.amount, drive.currency).en}, the order asks for ${money(amount, currency).en}.`,
        fr: `La vente est de ${money(drive.amount, drive.currency).fr}, la commande demande ${money(amount, currency).fr}.`
      },
      [wrong]
    )
  ]
}

/** Orders under another id, sent while the ones before may have been paid. */
const furtherOrders = (evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const orders = debitsOf(evidence, sale)
  const findings = orders.flatMap((order, index): ReadonlyArray<Finding> => {
    const earlier = orders.slice(0, index)
    if (earlier.some((each) => each.order.orderId === order.order.orderId)) return repeated(evidence, earlier, order)
    const knew = knownBefore(evidence, order)
    const back = movedBy(knew, creditsOf(evidence, sale))
    for (const before of earlier.toReversed()) {
      const told = ofOrder(knew, before.order)
      const { amount, currency } = order.order
      if (told?.outcome === "unknown") {
        return [
          finding(
            "another-order-while-unknown",
            "critical",
            {
              en: `A second order over ${money(amount, currency).en} was sent under another order id while it was not known whether the first one was paid: the customer may pay twice.`,
              fr: `Une seconde commande de ${money(amount, currency).fr} est partie sous un autre numéro alors qu'on ignorait si la première était payée : le client peut payer deux fois.`
            },
            [before, order]
          )
        ]
      }
      if (
        told?.outcome === "approved" ||
        (told?.outcome === "approved-in-part" && amount > restOf(told.paid, before) + back)
      ) {
        return [
          finding(
            "another-order-after-payment",
            "critical",
            {
              en: `A second order over ${money(amount, currency).en} was sent after the first one had been paid.`,
              fr: `Une seconde commande de ${money(amount, currency).fr} est partie alors que la première était payée.`
            },
            [before, order]
          )
        ]
      }
    }
    return []
  })
  return notedOnce(findings)
}

/** A till may repeat an order for minutes: that is noted once. */
const notedOnce = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const note = findings.find(({ severity }) => severity === "note")
  return findings.filter((each) => each === note || each.severity !== "note")
}

/** A further order to give money back, sent while an earlier one may have done so. */
const furtherRefunds = (evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const credits = creditsOf(evidence, sale)
  const findings = credits.flatMap((credit, index): ReadonlyArray<Finding> => {
    const { orderId, transactionType, amount, currency } = credit.order
    const earlier = credits.slice(0, index)
    const isSame = ({ order }: Sent) => order.orderId === orderId && order.transactionType === transactionType
    if (earlier.some(isSame)) return repeated(evidence, earlier.filter(isSame), credit)
    const knew = knownBefore(evidence, credit)
    const before = earlier.findLast(({ order }) => ofOrder(knew, order)?.outcome === "unknown")
    if (before === undefined) return []
    const asked = money(amount, currency)
    return [
      finding(
        "another-refund-while-unknown",
        "critical",
        {
          en: `Another ${transactionType} over ${asked.en} was sent while it was not known whether the first one gave the money back: the shop may give it back twice.`,
          fr: `Un autre ${transactionType} de ${asked.fr} est parti alors qu'on ignorait si le premier avait rendu l'argent : le magasin peut le rendre deux fois.`
        },
        [before, credit]
      )
    ]
  })
  return notedOnce(findings)
}

const restOf = (paid: number | undefined, { order }: Sent): number => order.amount - (paid ?? 0)

/** The same order id again: right with this server; the real service documents no protection. */
const repeated = (evidence: Evidence, earlier: ReadonlyArray<Sent>, order: Sent): ReadonlyArray<Finding> => {
  const first = earlier.find((each) => each.order.orderId === order.order.orderId)
  const told = ofOrder(knownBefore(evidence, order), order.order)
  if (told?.outcome !== "unknown") return []
  return [
    finding(
      "repeated-while-unknown",
      "note",
      {
        en: "The same order id was sent again while its outcome was unknown. This server and the gateway answer with what they know; HiPay's own service documents no protection against paying twice.",
        fr: "Le même numéro de commande a été renvoyé alors que le résultat était inconnu. Ce serveur et la passerelle répondent ce qu'ils savent ; le service de HiPay ne documente aucune protection contre le double paiement."
      },
      [first, order]
    )
  ]
}

/** Part of a sale was paid, and the till does nothing about the rest. */
const forgottenRest = (evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const orders = debitsOf(evidence, sale)
  const part = orders.find(({ order, answer }) => {
    const told = answer && ofOrder(known(evidence), order)
    return told?.outcome === "approved-in-part"
  })
  const drives = evidence.drives.filter((each) => each.sale === sale)
  const drive = drives[0]
  if (part === undefined || drive === undefined) return []
  const net = Math.max(0, netOf(evidence.charges))
  if (net >= drive.amount) return []
  const said = drives.at(-1)?.said.outcome
  // What was paid is given back, and the till says so or says nothing.
  if (net === 0 && !isPaid(said)) return []
  if (net > 0 && said === "approved-in-part" && evidence.headless) return []
  const rest = money(drive.amount - net, drive.currency)
  const does: Words =
    said === "approved"
      ? { en: "says that all of it was", fr: "annonce que tout est payé" }
      : net === 0
        ? { en: "says that part of it was", fr: "annonce qu'une partie est payée" }
        : { en: "neither collected the rest nor refunded", fr: "n'a ni encaissé le reste ni remboursé" }
  return [
    finding(
      "rest-forgotten",
      "critical",
      {
        en: `${money(net, drive.currency).en} of ${money(drive.amount, drive.currency).en} was paid, and the till ${does.en}: the shop loses ${rest.en}.`,
        fr: `${money(net, drive.currency).fr} sur ${money(drive.amount, drive.currency).fr} ont été payés, et la caisse ${does.fr} : le magasin perd ${rest.fr}.`
      },
      [part]
    )
  ]
}

const unfinished = ({ said }: Drive): ReadonlyArray<Finding> =>
  said.unfinished === undefined
    ? []
    : [
        finding("unfinished", "high", {
          en: "The till had not finished when its time was over: the cashier waits, and no customer can be served.",
          fr: "La caisse n'avait pas fini à l'échéance : la personne en caisse attend et ne peut plus servir."
        })
      ]

const dropped = ({ said }: Drive): ReadonlyArray<Finding> =>
  said.dropped === undefined
    ? []
    : [
        finding("entry-dropped", "high", {
          en: "The till's payment entry dropped the connection or was gone: what asked it to pay was not told how the sale ended.",
          fr: "L'entrée de paiement de la caisse a coupé la connexion ou n'était plus là : l'appelant ne sait pas comment la vente s'est terminée."
        })
      ]

/** One order id for two sales. */
const sharedIds = (evidence: Evidence, sales: ReadonlyArray<number>): ReadonlyArray<Finding> => {
  const owners = new Map<string, Sent>()
  for (const sale of sales) {
    for (const order of ordersOf(evidence, sale)) {
      const owner = owners.get(order.order.orderId)
      if (owner === undefined) owners.set(order.order.orderId, order)
      else if (owner.sale !== sale) {
        return [
          finding(
            "order-id-shared",
            "critical",
            {
              en: "Two sales were sent under one order id: the second one gets the first one's answer, and its goods leave unpaid.",
              fr: "Deux ventes sont parties sous un même numéro : la seconde reçoit la réponse de la première, et sa marchandise part sans être payée."
            },
            [owner, order]
          )
        ]
      }
    }
  }
  return []
}
