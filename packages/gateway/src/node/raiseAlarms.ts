/**
 * Raises alarms, writes them to the outbox and delivers them, at least once each, for as long as the gateway runs. What a
 * process before this one left undelivered, or stored with an attempt and did not write here, is delivered now.
 */
import type { Listener } from "@hipay-pos/server"
import { type Attempt, terminalNameOf } from "@hipay-pos/server/Attempt"
import { type AttemptStore, isSetAside } from "@hipay-pos/server/AttemptStore"
import * as Effect from "effect/Effect"
import * as AlarmMessage from "../alarms/AlarmMessage.ts"
import type { SharedAlarms } from "../alarms/SharedAlarms.ts"
import type { Channel } from "./alarmChannels.ts"
import type { AlarmOutbox } from "./alarmOutbox.ts"
import { BETWEEN_LOOKS, makeDelivery } from "./deliverAlarms.ts"

/** How alarms are raised. */
export interface RaiseAlarmsOptions {
  readonly outbox: AlarmOutbox
  readonly channels: ReadonlyArray<Channel>
  readonly store: Pick<AttemptStore, "list">
  /** Where several gateways have the store: which of them delivers what is about an attempt. */
  readonly shared?: SharedAlarms | undefined
  /** The age from which an unknown attempt is an alarm, in milliseconds. */
  readonly unknownAfter: number
  /** How many times in a row a terminal is out of reach before it is an alarm. */
  readonly unreachableAfter: number
  /** Milliseconds that are left of the lease, and whose; absent where there is none. */
  readonly lease?: { readonly left: () => number; readonly instance: string } | undefined
  readonly onWarning: (detail: string) => void
  readonly now?: (() => number) | undefined
}

/** Alarms that are being raised. */
export interface RaisedAlarms {
  readonly listener: Listener
  readonly observer: { readonly onChange: (attempt: Attempt) => void }
  /** Takes that a terminal, by its name, was within reach or not. */
  readonly onReach: (terminal: string, isReachable: boolean) => void
  /** Looks at the store and delivers what is due; by itself every {@link BETWEEN_LOOKS}. */
  readonly look: () => Promise<void>
  readonly close: () => void
}

/** How far back alarms of attempts are looked for at the start, in milliseconds. */
const BACK = 7 * 24 * 3_600_000

/** Failed looks in a row that are an alarm. */
const FAILURES = 3

export const raiseAlarms = ({
  outbox,
  channels,
  store,
  shared,
  unknownAfter,
  unreachableAfter,
  lease,
  onWarning,
  now = Date.now
}: RaiseAlarmsOptions): RaisedAlarms => {
  const names = channels.map(({ name }) => name)
  const deliver = makeDelivery({ outbox, shared, onWarning, now })
  const failures = new Map<string, number>()
  let failedLooks = 0
  let hadLease = true
  let hasLookedBack = false
  let looking: Promise<void> | undefined

  const raise = (message: AlarmMessage.AlarmMessage) => {
    try {
      outbox.add(message, names, now())
    } catch (error) {
      onWarning(
        `an alarm (${message.code}) could not be written down: ${error instanceof Error ? error.message : error}`
      )
    }
  }

  const onReach: RaisedAlarms["onReach"] = (terminal, isReachable) => {
    if (isReachable) {
      failures.delete(terminal)
      return
    }
    const times = (failures.get(terminal) ?? 0) + 1
    failures.set(terminal, times)
    if (times !== unreachableAfter) return
    raise(AlarmMessage.unreachable(terminal, times, now()))
    void lookOnce()
  }

  /** Alarms that are stored with attempts: of a process that ended before it could write them here. */
  const lookBack = async () => {
    const attempts = await Effect.runPromise(store.list({ from: now() - BACK, isBrief: true }))
    for (const { id, key, alarms = [] } of attempts)
      for (const alarm of alarms)
        if (isForPeople(alarm.code)) raise(AlarmMessage.ofAttempt({ id, orderId: key.orderId }, alarm))
    hasLookedBack = true
  }

  const inspect = async () => {
    if (lease !== undefined) {
      const holds = lease.left() > 0
      if (hadLease && !holds) raise(AlarmMessage.leaseLost(lease.instance, now()))
      hadLease = holds
    }
    try {
      if (!hasLookedBack) await lookBack()
      const unknown = await Effect.runPromise(store.list({ state: "unknown", to: now() - unknownAfter, isBrief: true }))
      failedLooks = 0
      for (const attempt of unknown) if (!isSetAside(attempt)) raise(AlarmMessage.unknownFor(attempt, now()))
    } catch (error) {
      failedLooks++
      if (failedLooks === FAILURES)
        raise(AlarmMessage.storeFails(error instanceof Error ? error.message : String(error), now()))
    }
  }

  const look = async () => {
    await inspect()
    await Promise.all(channels.map(deliver))
  }
  const lookOnce = () => {
    looking ??= look()
      .catch((error: unknown) =>
        onWarning(`alarms were not delivered: ${error instanceof Error ? error.message : error}`)
      )
      .finally(() => {
        looking = undefined
      })
    return looking
  }
  const timer = setInterval(lookOnce, BETWEEN_LOOKS)
  timer.unref()

  return {
    listener: (event) => {
      if (event._tag !== "Alarm" || !isForPeople(event.code)) return
      const { attempt, orderId, ...alarm } = event
      raise(AlarmMessage.ofAttempt({ id: attempt, orderId }, alarm))
      void lookOnce()
    },
    observer: {
      onChange: (attempt) => {
        if (attempt.state === "open" || attempt.terminal !== "dialled") return
        const isReachable = attempt.state !== "not-started"
        if (isReachable || isOutOfReach(attempt)) onReach(terminalNameOf(attempt), isReachable)
      }
    },
    onReach,
    look: lookOnce,
    close: () => clearInterval(timer)
  }
}

/** Whether it could not be connected to; one that was busy, or not asked at all, may be within reach. */
const isOutOfReach = ({ error }: Attempt): boolean =>
  error?.kind === "Unreachable" || error?.kind === "ConnectionRefused" || error?.kind === "HostUnknown"

/** An end that was written after all needs no action. */
const isForPeople = (code: string): boolean => code !== "attempt.end.written.late"
