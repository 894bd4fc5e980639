/**
 * Whether a cancellation may be sent to a terminal. It names no sale on the wire: the terminal takes back its last one, so that
 * has to be the sale that is meant, with the amount that was charged. Pure: the caller finds the last sale.
 */
import type * as Money from "@hipay-pos/core/Money"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { Attempt } from "../attempts/Attempt.ts"

/** A cancellation is not sent, and nothing was dialled. */
export interface CancelRefused {
  readonly _tag: "CancelRefused"
  readonly reason: CancelReason
}

/** Why not. */
export type CancelReason =
  /** AppNepting takes back nothing at the terminal. */
  | { readonly _tag: "ThroughNepting" }
  /** It wakes no terminal, and only a terminal can take back what it charged. */
  | { readonly _tag: "WithoutTerminal" }
  /** The terminal's last sale is another one. */
  | { readonly _tag: "NotTheLast" }
  /** It is the last sale, and another amount was charged: with a tip, or a part. */
  | { readonly _tag: "OtherAmount"; readonly charged: Money.Money; readonly asked: Money.Money }
  /** The outcome of an attempt there is unknown, or is only what a person said. */
  | { readonly _tag: "LastInDoubt"; readonly attempt: string; readonly state: Attempt["state"] }

/** The last sale at a terminal. */
export interface LastSale {
  readonly login: string
  readonly orderId: string
  /** What was paid, tip included; undefined where it is not known. */
  readonly charged: Money.Money | undefined
}

const refused = (reason: CancelReason): CancelRefused => ({ _tag: "CancelRefused", reason })

/** Refuses a cancellation that no terminal can perform; undefined where one may. */
export const unsupported = ({ order, target }: OrderRequest): CancelRefused | undefined => {
  if (target._tag === "Nepting") return refused({ _tag: "ThroughNepting" })
  return order.initializePaymentTerminal ? undefined : refused({ _tag: "WithoutTerminal" })
}

/**
 * Refuses a login's cancellation that means another sale than the terminal's last one, or another amount; undefined where it
 * may be sent.
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

/** Refuses any cancellation at a terminal where an attempt is undecided, or was decided by a person. */
export const lastInDoubt = ({ id, state }: Pick<Attempt, "id" | "state">): CancelRefused =>
  refused({ _tag: "LastInDoubt", attempt: id, state })
