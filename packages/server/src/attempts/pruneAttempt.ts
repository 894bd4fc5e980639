/**
 * What is left of an attempt that is older than a shop wants to keep: nothing of one that moved no money, and of an approved
 * one what guards its order id and makes the totals of its day.
 *
 * Kept whole are attempts that are undecided, those that a person resolved or has to act on, and those to which something
 * has happened since.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as JsonText from "@hipay-pos/core/JsonText"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { notifyUrlIn } from "@hipay-pos/core/wire/TechnicalInformation"
import { type Attempt, close } from "./Attempt.ts"
import type { digest } from "./digest.ts"
import { withoutPersonalData } from "./personalData.ts"

/** What becomes of an attempt. */
export type Pruning =
  | { readonly _tag: "Kept" }
  | { readonly _tag: "Removed" }
  | { readonly _tag: "Reduced"; readonly attempt: Attempt }

/**
 * Decides on an attempt; `before` and `at`, the time of the pruning, in milliseconds since 1970. `digestOf` gives what
 * {@link digest} resolves to.
 */
export const prune = (attempt: Attempt, before: number, at: number, digestOf: (text: string) => string): Pruning => {
  if (!mayGo(attempt) || lastChange(attempt) >= before) return { _tag: "Kept" }
  switch (attempt.state) {
    case "open":
    case "unknown":
      return { _tag: "Kept" }
    case "declined":
    case "not-started":
      return { _tag: "Removed" }
    case "approved":
    case "approved-in-part":
      // Without an outcome a person resolved it.
      return attempt.outcome === undefined
        ? { _tag: "Kept" }
        : { _tag: "Reduced", attempt: reduce(attempt, at, digestOf) }
  }
}

/** Whether it is never pruned: a person resolved it, or has to act on it. */
export const staysWhole = ({ resolutions = [], alarms = [] }: Attempt): boolean =>
  resolutions.length > 0 || alarms.length > 0

const mayGo = (attempt: Attempt): boolean => attempt.prunedAt === undefined && !staysWhole(attempt)

const lastChange = ({ openedAt, endedAt = openedAt, events, notifications = [] }: Attempt): number =>
  Math.max(openedAt, endedAt, ...[...events, ...notifications].map(({ at }) => at))

/**
 * Without order, receipt and what happened on the way. Where notifications go stays: HiPay sends them after months, too. What
 * they say then is not held against those that proved the outcome, which are gone, and changes it no more.
 */
const reduce = (
  attempt: Attempt & { readonly outcome: PaymentOutcome },
  at: number,
  digestOf: (text: string) => string
): Attempt => {
  const { id, key, amount, target, terminal, terminalName, upstream, openedAt, endedAt } = attempt
  const { receipt: _, ...outcome } = attempt.outcome
  const reduced: Attempt = {
    ...{ id, key, order: attempt.order.map(notifyUrlOnly), amount, target, terminal, findings: [], openedAt },
    state: "open",
    events: [],
    prunedAt: at,
    orderDigest: digestOf(JsonText.canonical(withoutPersonalData(attempt.order.body))),
    ...defined({ terminalName, upstream })
  }
  return close(reduced, { _tag: "Outcome", outcome }, endedAt)
}

const notifyUrlOnly = (body: unknown): unknown => {
  const url = notifyUrlIn(body)
  return url === undefined ? null : { pos_technical_info: { notify_url: url } }
}
