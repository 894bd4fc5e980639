/**
 * Whether a cancellation may be sent to a terminal. On the wire it names no sale: the terminal cancels its last one, so that must
 * be the intended sale, with the amount that was charged. Pure: the caller finds the last sale.
 */
import type * as Money from "@hipay-pos/core/Money"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { Attempt } from "../attempts/Attempt.ts"

/** The cancellation is not sent, and nothing is dialled. */
export interface CancelRefused {
  readonly _tag: "CancelRefused"
  readonly reason: CancelReason
}

/** Why it is refused. */
export type CancelReason =
  /** AppNepting does not support cancellations at the terminal. */
  | { readonly _tag: "ThroughNepting" }
  /** The order uses no terminal, and only a terminal can cancel what it charged. */
  | { readonly _tag: "WithoutTerminal" }
  /** The terminal's last sale is another one. */
  | { readonly _tag: "NotTheLast" }
  /** It is the last sale, but another amount was charged: with a tip, or in part. */
  | { readonly _tag: "OtherAmount"; readonly charged: Money.Money; readonly asked: Money.Money }
  /** The outcome of an attempt there is unknown, or known only from a person. */
  | { readonly _tag: "LastInDoubt"; readonly attempt: string; readonly state: Attempt["state"] }

/** The last sale at a terminal. */
export interface LastSale {
  readonly login: string
  readonly orderId: string
  /** What was paid, tip included; undefined if not known. */
  readonly charged: Money.Money | undefined
}

const refused = (reason: CancelReason): CancelRefused => ({ _tag: "CancelRefused", reason })

/** Refuses a cancellation that no terminal can perform. */
export const unsupported = ({ order, target }: OrderRequest): CancelRefused | undefined => {
  if (target._tag === "Nepting") return refused({ _tag: "ThroughNepting" })
  return order.initializePaymentTerminal ? undefined : refused({ _tag: "WithoutTerminal" })
}

/**
 * Refuses a login's cancellation of another sale than the terminal's last one, or of another amount; undefined if it may be
 * sent.
 */
export const refusedAfter = (
  last: LastSale | undefined,
  { order }: OrderRequest,
  login: string
): CancelRefused | undefined => {
  if (last?.login !== login || last.orderId !== order.orderId || last.charged === undefined)
    return refused({ _tag: "NotTheLast" })
  const { charged } = last
  const isMeant = charged.minorUnits === order.amount.minorUnits && charged.currency === order.amount.currency
  return isMeant ? undefined : refused({ _tag: "OtherAmount", charged, asked: order.amount })
}

/** Refuses any cancellation at a terminal with an attempt that is undecided or was decided by a person. */
export const lastInDoubt = ({ id, state }: Pick<Attempt, "id" | "state">): CancelRefused =>
  refused({ _tag: "LastInDoubt", attempt: id, state })
