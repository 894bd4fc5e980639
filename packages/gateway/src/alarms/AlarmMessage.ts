/**
 * The message to a person who has to act: one JSON object for each alarm, the same for the webhook and the program. It names
 * attempt, order and terminal, and holds nothing about customers, cards or logins.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Money from "@hipay-pos/core/Money"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { GatewayAlarmCode } from "@hipay-pos/server"
import { type Alarm, type Attempt, terminalNameOf } from "@hipay-pos/server/Attempt"

/** An alarm to be delivered. */
export interface AlarmMessage {
  /** The same at each delivery. */
  readonly id: string
  readonly code: string
  /** ISO 8601 in UTC. */
  readonly at: string
  /** What happened, then what to do. */
  readonly message: string
  readonly attempt?: string
  readonly order?: string
  readonly terminal?: string
}

/** An alarm that a gateway raises itself; the others are stored with their attempts. */
export type OwnAlarm = AlarmMessage & { readonly code: GatewayAlarmCode }

const make = <Message extends AlarmMessage>(message: Message): Message =>
  Object.fromEntries(
    Object.entries(message).map(([name, value]) => [name, CardNumber.maskWritten(String(value))])
  ) as unknown as Message

/** A length of time, in the largest unit of which there are two or more. */
const span = (milliseconds: number): string => {
  const [length, unit] = units.find(([each]) => milliseconds >= 2 * each) ?? [1_000, "s"]
  return `${Math.round(milliseconds / length)} ${unit}`
}

const units = [
  [86_400_000, "days"],
  [3_600_000, "h"],
  [60_000, "min"]
] as const

const time = (at: number): string => new Date(at).toISOString()

/** An alarm of an attempt, as it is stored with it. */
export const ofAttempt = (attempt: { readonly id: string; readonly orderId: string }, alarm: Alarm): AlarmMessage =>
  make({
    id: `${attempt.id}-${alarm.code}-${alarm.at}`,
    code: alarm.code,
    at: time(alarm.at),
    message: alarm.message,
    attempt: attempt.id,
    order: attempt.orderId
  })

/** An attempt has been unknown for too long, or is dated in the future: that clock was ahead, or this one is behind. */
export const unknownFor = (attempt: Attempt, now: number): OwnAlarm => {
  const { openedAt, key } = attempt
  const age =
    openedAt <= now
      ? `has been unknown for ${span(now - openedAt)}`
      : `is unknown, and was opened at ${time(openedAt)}, which is ahead of this gateway's clock`
  const terminal = terminalNameOf(attempt)
  return make({
    id: `${attempt.id}-unknown`,
    code: "attempt.unknown.old",
    at: time(now),
    message: `The ${named[key.transactionType]} of ${Money.toText(attempt.amount)} for order ${key.orderId} at ${terminal} ${age}. Look at the terminal's journal, then resolve it.`,
    attempt: attempt.id,
    order: key.orderId,
    terminal
  })
}

const named: Readonly<Record<TransactionType, string>> = {
  Debit: "payment",
  Credit: "refund",
  Cancel: "cancellation"
}

/** A terminal could not be reached several times in a row. */
export const unreachable = (terminal: string, times: number, now: number): OwnAlarm =>
  make({
    id: `unreachable-${terminal}-${now}`,
    code: "terminal.unreachable",
    at: time(now),
    message: `The terminal ${terminal} could not be reached ${times} times in a row; nothing was sent to it. Check that it is switched on, and check its network.`,
    terminal
  })

/** The store does not answer. */
export const storeFails = (reason: string, now: number): OwnAlarm =>
  make({
    id: `store-${now}`,
    code: "store.failing",
    at: time(now),
    message: `The store fails: ${reason}. New orders are refused before anything is sent. Check the disk or the database.`
  })

/** The other gateways have given this one up. */
export const leaseLost = (instance: string, now: number): OwnAlarm =>
  make({
    id: `lease-${instance}-${now}`,
    code: "lease.lost",
    at: time(now),
    message: `The gateway ${instance} has lost its lease: the others have given it up, and payments that it had under way may be unknown. Check its connection to the database and whether its machine was suspended, then look at the unknown payments.`
  })
