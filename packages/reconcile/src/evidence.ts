/** A line of a file as evidence of how an unknown payment ended. */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Money from "@hipay-pos/core/Money"
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { amountByTerminal, authorizationNumberProblem, type ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import type { Line, OtherLine } from "./Line.ts"
import type { Known, Pair } from "./reconcile.ts"

/** The longest evidence of a resolution, in characters. */
const MAX_EVIDENCE = 500

/** The compared part of an attempt of a server's list. */
export const knownOf = ({
  id,
  openedAt,
  orderId,
  login,
  transactionType,
  state,
  amount,
  currency,
  paid,
  card,
  error
}: Omit<Known, "authorization" | "byTerminal"> & Pick<AttemptSummary, "card" | "error">): Known => ({
  id,
  openedAt,
  orderId,
  login,
  transactionType,
  state,
  amount,
  currency,
  paid,
  byTerminal: amountByTerminal(error?.evidence, currency),
  authorization: card?.authorizationNumber
})

/**
 * Whether its line can resolve a proved payment. If its amount differs from the order's or the terminal's, a person decides:
 * more may be a tip, less may be what the acquirer's fee has left.
 */
export const isResolvable = ({ line, attempt: { state, amount, byTerminal = amount } }: Pair): boolean =>
  state === "unknown" && line.amount === amount && byTerminal === amount

/** A line in a few words. */
export const lineText = (line: Line): string =>
  [line.transactionType, Money.textOf(line.amount, line.currency), ...namesText(line)].join(", ")

/** A line that was left out, in a few words. */
export const otherLineText = (line: OtherLine): string => [JSON.stringify(line.says), ...namesText(line)].join(", ")

const namesText = ({ orderId, authorization }: Line | OtherLine): ReadonlyArray<string> => [
  ...(orderId === undefined ? [] : [`order ${orderId}`]),
  ...(authorization === undefined ? [] : [`authorization ${authorization}`])
]

/** A line of a file as evidence, without card numbers. */
export const evidenceOf = (file: string, line: Line): string =>
  CardNumber.maskWritten(`${file}, line ${line.number}: ${lineText(line)}`)
    .slice(0, MAX_EVIDENCE)
    .trim()

/** The resolution of a payment that a line proves, {@link isResolvable}. */
export const toResolveRequest = ({ line }: Pair, file: string, by: string): ResolveRequest => ({
  outcome: "approved",
  by: CardNumber.maskWritten(by),
  evidence: evidenceOf(file, line),
  // A number that the server would refuse is in the evidence only.
  ...(line.authorization === undefined || authorizationNumberProblem(line.authorization) !== undefined
    ? {}
    : { authorizationNumber: line.authorization })
})
