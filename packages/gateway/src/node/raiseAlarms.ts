/**
 * Raises alarms, writes them to the outbox and delivers them, at least once each, for as long as the gateway runs. It also
 * delivers alarms that an earlier process left undelivered, or stored with an attempt without writing them here, and alarms
 * that another gateway has stored with an attempt and may be unable to deliver.
 */

import * as ErrorText from "@hipay-pos/core/ErrorText"
import type { Listener, OwedEnds } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { type Filter, StoreFailed } from "@hipay-pos/server/AttemptStore"
import { isSetAside } from "@hipay-pos/server/Guards"
import * as Effect from "effect/Effect"
import * as AlarmMessage from "../alarms/AlarmMessage.ts"
import type { SharedAlarms } from "../alarms/SharedAlarms.ts"
import { someListed } from "../someListed.ts"
import { type Channel, DEADLINE } from "./alarmChannels.ts"
import type { AlarmOutbox } from "./alarmOutbox.ts"
import { BETWEEN_LOOKS, makeDelivery } from "./deliverAlarms.ts"
import { countUnreachable } from "./unreachableTerminals.ts"

/** How alarms are raised. */
export interface RaiseAlarmsOptions {
  readonly outbox: AlarmOutbox
  readonly channels: ReadonlyArray<Channel>
  readonly store: Pick<OwedEnds.OwedEnds, "list" | "writeProblem">
  /** If several gateways share the store: which of them delivers an attempt's alarm. */
  readonly shared?: SharedAlarms | undefined
  /** The age from which an unknown attempt is an alarm, in milliseconds. */
  readonly unknownAfter: number
  /** How many times in a row a terminal has to be unreachable before it is an alarm. */
  readonly unreachableAfter: number
  /** The name of this gateway among those that share the store. */
  readonly instance: string
  /** Called once with each alarm that this gateway raises itself. */
  readonly onRaised: (message: AlarmMessage.OwnAlarm) => void
  readonly onWarning: (detail: string) => void
  readonly now?: (() => number) | undefined
}

/** Alarms that are being raised. */
export interface RaisedAlarms {
  readonly listener: Listener
  readonly attemptListener: { readonly onChange: (attempt: Attempt) => void }
  /** Called with whether a terminal, by its name, was reachable. */
  readonly onReach: (terminal: string, isReachable: boolean) => void
  /** Called when the other gateways have given this one up. */
  readonly onGivenUp: () => void
  /** Checks the store, and delivers what is due; also runs every {@link BETWEEN_LOOKS}. */
  readonly look: () => Promise<void>
  /** Delivers what is due before the gateway ends, and waits no longer than one delivery may take. */
  readonly deliverLast: () => Promise<void>
  readonly close: () => void
}

/** How far back alarms of attempts are searched at the start, in milliseconds. */
const LOOKBACK = 7 * 24 * 3_600_000

/** The time range of one search, in milliseconds: over all of it, a large store takes too long. */
const LOOKBACK_STEP = 3_600_000

/** How many failed checks in a row are an alarm. */
const FAILURES = 3

/** Attempts that are read at a time. */
const PAGE = 500

export const raiseAlarms = ({
  outbox,
  channels,
  store,
  shared,
  unknownAfter,
  unreachableAfter,
  instance,
  onRaised,
  onWarning,
  now = Date.now
}: RaiseAlarmsOptions): RaisedAlarms => {
  /** Runs work once at a time: a call while it runs joins it. */
  const once = (work: () => Promise<void>) => {
    let running: Promise<void> | undefined
    return (): Promise<void> => {
      running ??= work()
        .catch((error: unknown) => onWarning(`alarms were not delivered: ${ErrorText.of(error)}`))
        .finally(() => {
          running = undefined
        })
      return running
    }
  }
  const names = channels.map(({ name }) => name)
  const deliver = makeDelivery({ outbox, shared, onWarning, now })
  let failedLooks = 0
  const start = now()
  /** The time from which on earlier alarms have been searched. */
  let seenFrom = start
  let isBlindBefore = false

  const enqueue = (message: AlarmMessage.AlarmMessage) => outbox.add(message, names, now())
  /** Raises an alarm that is in no attempt's record, so that nothing else reports it. */
  const raise = (message: AlarmMessage.OwnAlarm) => {
    if (enqueue(message)) onRaised(message)
  }

  const { onReach, onChange } = countUnreachable(unreachableAfter, (terminal, times) => {
    raise(AlarmMessage.unreachable(terminal, times, now()))
    void deliverAll()
  })

  const onGivenUp = () => {
    raise(AlarmMessage.leaseLost(instance, now()))
    void deliverAll()
  }

  const forEach = (filter: Filter, handle: (attempt: Attempt) => void) =>
    Effect.runPromise(
      someListed(store, { ...filter, isComplete: false, page: PAGE }, (attempt) => {
        handle(attempt)
        return false
      })
    )

  const enqueueAlarms = ({ id, key, alarms = [] }: Attempt, since = 0) => {
    for (const alarm of alarms)
      if (alarm.at >= since && isForPeople(alarm.code))
        enqueue(AlarmMessage.ofAttempt({ id, orderId: key.orderId }, alarm))
  }

  /**
   * Alarms stored with attempts by a process that ended before it could write them here. The newest come first; if a list
   * fails, the next look continues there.
   */
  const lookBack = once(async () => {
    try {
      while (seenFrom > start - LOOKBACK) {
        const from = seenFrom - LOOKBACK_STEP
        const to = seenFrom === start ? undefined : seenFrom
        await forEach({ hasAlarms: true, from, to }, (attempt) => enqueueAlarms(attempt))
        seenFrom = from
      }
    } catch (error) {
      if (!isBlindBefore)
        onWarning(
          `alarms from before the start are not read yet: ${error instanceof StoreFailed ? error.detail : error}`
        )
      isBlindBefore = true
    }
  })

  /** Alarms of other gateways since the start. If the store does not answer, the next look asks again. */
  const lookAtOthers = once(async () => {
    const written = (await shared?.written().catch(() => [])) ?? []
    for (const attempt of written) enqueueAlarms(attempt, now() - LOOKBACK)
  })

  /** Takes the result of a look at the store: why it fails, or undefined. */
  const storeFails = (reason: string | undefined) => {
    failedLooks = reason === undefined ? 0 : failedLooks + 1
    if (reason !== undefined && failedLooks === FAILURES) raise(AlarmMessage.storeFails(reason, now()))
  }

  const inspect = once(async () => {
    outbox.flush()
    try {
      await forEach({ state: "unknown" }, (attempt) => {
        // Also one dated that far in the future: its age is unknown.
        const isOld = Math.abs(now() - attempt.openedAt) > unknownAfter
        if (isOld && !isSetAside(attempt)) raise(AlarmMessage.unknownFor(attempt, now()))
      })
      storeFails(await Effect.runPromise(store.writeProblem))
    } catch (error) {
      storeFails(ErrorText.of(error))
    }
  })

  // Independent of each other: a hanging channel holds up neither the other one nor the looks.
  const deliveries = channels.map((channel) => once(() => deliver(channel)))
  const deliverAll = () => Promise.all(deliveries.map((delivery) => delivery()))
  const deliverLast = async () => {
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, DEADLINE)
    })
    // Twice: a delivery under way may have looked for the next alarm before the last one was raised.
    const delivered = deliverAll().then(deliverAll)
    await Promise.race([delivered, over])
    clearTimeout(timer)
  }
  const look = async () => {
    await Promise.all([inspect(), lookAtOthers()])
    const isBehind = failedLooks === 0 && seenFrom > start - LOOKBACK
    await Promise.all([deliverAll(), isBehind ? lookBack().then(deliverAll) : undefined])
  }
  const timer = setInterval(look, BETWEEN_LOOKS)
  timer.unref()

  return {
    listener: (event) => {
      if (event._tag !== "Alarm" || !isForPeople(event.code)) return
      const { attempt, orderId, ...alarm } = event
      enqueue(AlarmMessage.ofAttempt({ id: attempt, orderId }, alarm))
      void deliverAll()
    },
    attemptListener: { onChange },
    onReach,
    onGivenUp,
    look,
    deliverLast,
    close: () => clearInterval(timer)
  }
}

/** An end that was written after all needs no action. */
const isForPeople = (code: string): boolean => code !== "attempt.end.written.late"
