/**
 * Finds the attempt that a notification is about. Once bound, a transaction stays bound to its attempt.
 *
 * An attempt's own notification address names it. At the common address the notification's order has to have exactly one
 * attempt, with that amount: a late refusal of an earlier try must not end the one that was charged.
 */
import type { Notification } from "@hipay-pos/client/notification"
import * as Money from "@hipay-pos/core/Money"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import type { Attempt, AttemptStore, NotificationStore } from "@hipay-pos/server"
import { urlOf } from "@hipay-pos/server/Attempt"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

/** Where attempts are found. */
export interface AttemptLookup {
  readonly store: Pick<NotificationStore, "bindingsOf" | "attemptsUnder">
  readonly get: AttemptStore.AttemptStore["get"]
}

/** The logins of this server whose orders are sent under one account of HiPay's. */
export interface AccountLogins {
  /** The owner that the account's transactions are bound under: one of those logins, or `*` if none has it as its own. */
  readonly owner: string
  readonly isOf: (login: string) => boolean
  /** Those that are known now. */
  readonly logins: () => ReadonlyArray<string>
}

/**
 * The attempt that a notification of an account is about, by the id that its address names, if any; or a sentence that says
 * why there is none. Also returns the owner that its transaction is bound under.
 */
export const attemptOfNotification = Effect.fnUntraced(function* (
  lookup: AttemptLookup,
  account: AccountLogins,
  notification: Notification,
  named: string | undefined
) {
  const bound = yield* bindingOf(lookup, account, notification.transactionReference)
  const owner = bound?.owner ?? account.owner
  if (named !== undefined) return { owner, found: yield* attemptNamed(lookup, account, notification, named, bound?.id) }
  if (bound !== undefined) return { owner, found: bound.attempt ?? "its attempt is not in the store" }
  return { owner, found: yield* onlyAttempt(lookup, account, notification) }
})

/**
 * The binding of a transaction. Its owner may have another passphrase by now, or no longer be a login: then the attempt's
 * login decides.
 */
const bindingOf = Effect.fnUntraced(function* (
  { store, get }: AttemptLookup,
  account: AccountLogins,
  reference: string
) {
  for (const { owner, attempt: id } of yield* store.bindingsOf(reference)) {
    const attempt = yield* get(id)
    if (account.isOf(owner) || (attempt !== undefined && account.isOf(attempt.key.login))) return { owner, id, attempt }
  }
  return undefined
})

/** The attempt that an address names. */
const attemptNamed = Effect.fnUntraced(function* (
  { get }: AttemptLookup,
  account: AccountLogins,
  { orderId }: Notification,
  named: string,
  bound: string | undefined
) {
  const attempt = yield* get(named)
  if (attempt === undefined || !account.isOf(attempt.key.login)) return "its address names no attempt of that login"
  if (!mayBeIdOf(attempt, orderId)) return `its order is not that of ${urlOf({ id: named })}`
  return bound === undefined || bound === named ? attempt : `its transaction belongs to ${urlOf({ id: bound })}`
})

/** The attempt of the order, if it has only one. */
const onlyAttempt = Effect.fnUntraced(function* (
  { store }: AttemptLookup,
  account: AccountLogins,
  notification: Notification
) {
  const { orderId } = notification
  if (orderId === undefined) return "it names no order"
  const keys = account
    .logins()
    .flatMap((login) => TransactionType.literals.map((transactionType) => ({ login, orderId, transactionType })))
  const found = (yield* store.attemptsUnder(keys)).filter(({ terminal }) => terminal === "relayed")
  const [attempt, other] = found
  if (attempt === undefined) return "its order is not known"
  if (other !== undefined) return `its order has ${found.length} attempts`
  return agrees(attempt, notification) ? attempt : `its amount is not that of ${urlOf(attempt)}`
})

/** Whether the order's amount is the attempt's. */
const agrees = ({ amount }: Attempt.Attempt, { fields, authorizedAmount }: Notification): boolean => {
  const order = typeof fields.order === "object" ? fields.order : {}
  if (typeof order.amount !== "string" || order.amount === "")
    return authorizedAmount?.currency === amount.currency && authorizedAmount.minorUnits === amount.minorUnits
  const currency = order.currency || fields.currency
  const asked = Money.fromDecimal(order.amount, amount.currency)
  return currency === amount.currency && Result.isSuccess(asked) && asked.success.minorUnits === amount.minorUnits
}

/** HiPay may keep no more of an order's id. */
const ID_LENGTH = 32

/** Whether an order id may be an attempt's: equal, cut as HiPay keeps it, or absent. */
const mayBeIdOf = ({ key }: Attempt.Attempt, orderId: string | undefined): boolean =>
  orderId === undefined || orderId === key.orderId || (orderId.length >= ID_LENGTH && key.orderId.startsWith(orderId))
