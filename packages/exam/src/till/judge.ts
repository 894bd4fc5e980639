/**
 * The verdict on a scenario: from the requests, what was charged, and what the till said, if it said anything.
 *
 * A till that says nothing is judged by its requests alone. What it may claim follows from what it could know from complete
 * answers to its orders and queries.
 */
import { Ledger } from "@hipay-pos/terminal-simulator"
import { money } from "../Language.ts"
import {
  type Charge,
  chargesOf,
  creditsOf,
  type Drive,
  debitsOf,
  type Evidence,
  netOf,
  ordersIn,
  ordersOf,
  type Sent
} from "./Evidence.ts"
import { type Finding, finding, type Grade } from "./Finding.ts"
import { found } from "./findings.ts"
import { isPaid, known, knownBefore, movedBy, ofOrder } from "./knowledge.ts"
import { givenBackTooMuch, givenBackUnproved, takenBack } from "./moneyBack.ts"
import { missingOrder, unexamined, wereRefused } from "./noTerminal.ts"
import type { Scenario } from "./Scenario.ts"
import { paidAgainByItself, questionsOf, resolvedByItself } from "./unattended.ts"
import { wrongClaim } from "./wrongClaim.ts"

/** How a scenario ended. */
export type Verdict = "passed" | "failed" | "not-examined"

/** All findings, the worst first. */
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
  // The finding about the actual loss replaces the one about a possible loss.
  return findings
    .filter(({ exchanges }) => exchanges.length === 0 || charged?.exchanges.join() !== exchanges.join())
    .concat(charged !== undefined && charged.exchanges.length > 0 ? charged : [])
    .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))
}

/** Findings about the money; judged even if a part of the scenario was impossible. */
export const lostMoney = (scenario: Scenario, evidence: Evidence): ReadonlyArray<Finding> => [
  ...overcharged(evidence),
  ...givenBackTooMuch(evidence),
  ...salesOf(scenario).flatMap((sale) => wrongAmount(evidence, sale))
]

const salesOf = ({ steps }: Scenario): ReadonlyArray<number> => [...new Set(steps.map(({ sale }) => sale))]

/** Whether any finding fails the till. */
export const verdictOf = (findings: ReadonlyArray<Finding>): Verdict =>
  findings.some(({ severity }) => severity !== "note") ? "failed" : "passed"

const severities: ReadonlyArray<Grade> = ["critical", "high", "medium", "note"]

/** More was charged than the total of the sales. */
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
    ordersIn(evidence).find(({ order }) => Ledger.privateDataOf(order.orderId) === orderId)
  const shown = debits.slice(0, 2).map(of)
  return [
    debits.length === 2 && net === 2 * owed
      ? found("charged-twice", shown, { owed: money(owed, currency) })
      : found("charged-too-much", shown, {
          charged: money(net, currency),
          owed: money(owed, currency),
          payments: debits.length
        })
  ]
}

/** A sale that could have been paid, but the till cannot know that it was. */
const neverPaid = ({ paid }: Scenario, evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const debits = debitsOf(evidence, sale)
  const knew = known(evidence)
  if (paid !== true || debits.length === 0 || wereRefused(debits) || movedBy(knew, debits) > 0) return []
  const last = debits.slice(-1)
  return [found(netOf(chargesOf(evidence, sale)) > 0 ? "payment-not-learnt" : "nothing-charged", last)]
}

const wrongAmount = (evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const drive = evidence.drives.find((each) => each.sale === sale && each.action === "pay")
  const debits = debitsOf(evidence, sale)
  const wrong = debits.find((each) => {
    const { amount, currency } = each.order
    // Not a whole number of minor units: the server has refused it, and its words say what came.
    if (!Number.isInteger(amount) || amount === 0) return false
    // An order for the rest has another amount.
    const isRest = movedBy(knownBefore(evidence, each), debits) > 0
    return currency !== drive?.currency || (amount !== drive.amount && !isRest)
  })
  if (drive === undefined || wrong === undefined) return []
  const { amount, currency } = wrong.order
  return [
    found("wrong-amount", [wrong], {
      owed: money(drive.amount, drive.currency),
      ordered: money(amount, currency)
    })
  ]
}

/** Orders under another id, sent while earlier ones may have been paid. */
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
        return [found("another-order-while-unknown", [before, order], { ordered: money(amount, currency) })]
      }
      if (
        told?.outcome === "approved" ||
        (told?.outcome === "approved-in-part" && amount > restOf(told.paid, before) + back)
      ) {
        return [found("another-order-after-payment", [before, order], { ordered: money(amount, currency) })]
      }
    }
    return []
  })
  return notedOnce(findings)
}

/** Noted once, because a till may repeat an order for minutes. */
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
    return [
      found("another-refund-while-unknown", [before, credit], { transactionType, amount: money(amount, currency) })
    ]
  })
  return notedOnce(findings)
}

const restOf = (paid: number | undefined, { order }: Sent): number => order.amount - (paid ?? 0)

/** The same order id again: right with this server; the real service documents no protection. */
const repeated = (evidence: Evidence, earlier: ReadonlyArray<Sent>, order: Sent): ReadonlyArray<Finding> => {
  const first = earlier.find((each) => each.order.orderId === order.order.orderId)
  const told = ofOrder(knownBefore(evidence, order), order.order)
  return told?.outcome === "unknown" ? [found("repeated-while-unknown", [first, order])] : []
}

/** Part of a sale was paid, and the till ignores the rest. */
const forgottenRest = (evidence: Evidence, sale: number): ReadonlyArray<Finding> => {
  const orders = debitsOf(evidence, sale)
  const knew = known(evidence)
  const part = orders.find(({ order, answer }) => answer && ofOrder(knew, order)?.outcome === "approved-in-part")
  const learnt = part && ofOrder(knew, part.order)
  const drives = evidence.drives.filter((each) => each.sale === sale)
  const drive = drives[0]
  if (part === undefined || learnt === undefined || drive === undefined) return []
  const net = Math.max(0, netOf(evidence.charges))
  if (net >= drive.amount) return []
  const said = drives.at(-1)?.said.outcome
  // The part was given back, and the till says so or says nothing.
  if (net === 0 && !isPaid(said)) return []
  // A cashier goes on from there, and from an unknown outcome whose answer was lost, whenever it turns out to be a part.
  const isLeftToCashier = said === "approved-in-part" || (said === "unknown" && learnt.exchange !== part.id)
  if (net > 0 && isLeftToCashier && evidence.headless) return []
  return [
    found("rest-forgotten", learnt.exchange === part.id ? [part] : [part, { id: learnt.exchange }], {
      paid: money(net, drive.currency),
      owed: money(drive.amount, drive.currency),
      rest: money(drive.amount - net, drive.currency),
      till: said === "approved" ? "said-all-paid" : net === 0 ? "said-part-paid" : "did-nothing"
    })
  ]
}

const unfinished = ({ said }: Drive): ReadonlyArray<Finding> =>
  said.unfinished === undefined ? [] : [found("unfinished", [])]

const dropped = ({ said }: Drive): ReadonlyArray<Finding> =>
  said.dropped === undefined ? [] : [found("entry-dropped", [])]

/** One order id for two sales. */
const sharedIds = (evidence: Evidence, sales: ReadonlyArray<number>): ReadonlyArray<Finding> => {
  const owners = new Map<string, Sent>()
  for (const sale of sales) {
    for (const order of ordersOf(evidence, sale)) {
      const owner = owners.get(order.order.orderId)
      if (owner === undefined) owners.set(order.order.orderId, order)
      else if (owner.sale !== sale) {
        return [found("order-id-shared", [owner, order])]
      }
    }
  }
  return []
}
