/**
 * Prunes attempts older than a shop wants to keep: one that moved no money is removed; an approved one keeps what guards its
 * order id and makes up its day's totals.
 *
 * Kept whole are attempts that are undecided, that a person resolved or has to act on, or that changed since.
 */
import { defined } from "@hipay-pos/core/Defined"
import * as JsonText from "@hipay-pos/core/JsonText"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { notifyUrlIn } from "@hipay-pos/core/wire/TechnicalInformation"
import { type Attempt, close } from "./Attempt.ts"
import type { digest } from "./digest.ts"
import { withoutPersonalData } from "./personalData.ts"

/** What pruning does with an attempt. */
export type Pruning =
  | { readonly _tag: "Kept" }
  | { readonly _tag: "Removed" }
  | { readonly _tag: "Reduced"; readonly attempt: Attempt }

/**
 * Decides on an attempt. `before` and `at` (the time of the pruning) are in milliseconds since 1970. `digestOf` is a synchronous
 * {@link digest}.
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
      // Approved without an outcome: resolved by a person.
      return attempt.outcome === undefined
        ? { _tag: "Kept" }
        : { _tag: "Reduced", attempt: reduce(attempt, at, digestOf) }
  }
}

/** Whether it is never pruned, because a person resolved it or has to act on it. */
export const staysWhole = ({ resolutions = [], alarms = [] }: Attempt): boolean =>
  resolutions.length > 0 || alarms.length > 0

const mayGo = (attempt: Attempt): boolean => attempt.prunedAt === undefined && !staysWhole(attempt)

const lastChange = ({ openedAt, endedAt = openedAt, events, notifications = [] }: Attempt): number =>
  Math.max(openedAt, endedAt, ...[...events, ...notifications].map(({ at }) => at))

/**
 * Drops order, receipt and events. The notification URL stays, since HiPay sends notifications months later, too. Those no
 * longer change the outcome: the ones that proved it are gone, so there is nothing to compare them with.
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
