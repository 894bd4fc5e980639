/** What a line of a file says, as evidence of how an unknown payment ended. */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Money from "@hipay-pos/core/Money"
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import type { ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import type { Line } from "./Line.ts"
import type { Known, Pair } from "./reconcile.ts"

/** The most that a resolution takes as its evidence, in characters. */
const LONGEST = 500

/** An attempt of a server's list, as far as it is compared. */
export const knownOf = ({
  id,
  orderId,
  login,
  transactionType,
  state,
  amount,
  currency,
  paid,
  card
}: AttemptSummary): Known => ({
  id,
  orderId,
  login,
  transactionType,
  state,
  amount,
  currency,
  paid,
  authorization: card?.authorizationNumber
})

/** Whether a proved payment can be resolved by its line. More than was asked for is a person's to decide. */
export const isResolvable = ({ line, attempt }: Pair): boolean =>
  attempt.state === "unknown" && line.amount <= attempt.amount && line.amount > 0

/** A line in a few words. */
export const lineText = ({ amount, currency, transactionType, orderId, authorization }: Line): string =>
  [
    transactionType,
    Money.textOf(amount, currency),
    ...(orderId === undefined ? [] : [`order ${orderId}`]),
    ...(authorization === undefined ? [] : [`authorization ${authorization}`])
  ].join(", ")

/** A line of a file as evidence, without card numbers. */
export const evidenceOf = (file: string, line: Line): string =>
  CardNumber.maskWritten(`${file}, line ${line.number}: ${lineText(line)}`)
    .slice(0, LONGEST)
    .trim()

/** What resolves a payment that a line proves. */
export const toResolveRequest = ({ line, attempt }: Pair, file: string, by: string): ResolveRequest => ({
  outcome: "approved",
  by: CardNumber.maskWritten(by),
  evidence: evidenceOf(file, line),
  ...(line.amount === attempt.amount ? {} : { paid: line.amount })
})
