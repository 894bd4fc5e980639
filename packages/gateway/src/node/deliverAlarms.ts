/** Delivers an outbox's due alarms, each until it is taken. */
import * as ErrorText from "@hipay-pos/core/ErrorText"
import type { SharedAlarms, Taken } from "../alarms/SharedAlarms.ts"
import { retryPause } from "../retryPause.ts"
import type { Channel } from "./alarmChannels.ts"
import type { AlarmOutbox, Waiting } from "./alarmOutbox.ts"

/** Milliseconds between two looks at the store and the outbox. */
export const BETWEEN_LOOKS = 10_000

/** What a delivery needs. */
export interface Delivery {
  readonly outbox: AlarmOutbox
  readonly shared: SharedAlarms | undefined
  readonly onWarning: (detail: string) => void
  readonly now: () => number
}

/** Delivers what is due for a channel. */
export const makeDelivery = ({ outbox, shared, onWarning, now }: Delivery) => {
  const deliverNext = async ({ name, deliver }: Channel, { message, tries }: Waiting, sharedId: string | undefined) => {
    try {
      await deliver(message)
      outbox.delivered(name, message.id, now())
      if (sharedId !== undefined) await shared?.delivered(sharedId).catch(() => {})
    } catch (error) {
      if (sharedId !== undefined) await shared?.release(sharedId).catch(() => {})
      const reason = ErrorText.of(error)
      if (tries === 0)
        onWarning(`an alarm (${message.code}) was not taken by the ${name} and is tried again: ${reason}`)
      outbox.delay(name, message.id, now() + retryPause(tries), tries + 1)
    }
  }

  /** If the store does not say which gateway delivers it, an alarm twice is better than none. */
  const take = async (id: string | undefined): Promise<Taken> =>
    id === undefined || shared === undefined ? "taken" : shared.take(id).catch(() => "taken" as const)

  return async (channel: Channel): Promise<void> => {
    const { name } = channel
    for (let next = outbox.next(name, now()); next !== undefined; next = outbox.next(name, now())) {
      const { message, tries } = next
      // Every gateway finds an attempt's alarms in the store in time; of the others, only the gateway that raised them knows.
      const sharedId = message.attempt === undefined ? undefined : `${name} ${message.id}`
      switch (await take(sharedId)) {
        case "taken":
          await deliverNext(channel, next, sharedId)
          break
        case "elsewhere":
          outbox.delay(name, message.id, now() + BETWEEN_LOOKS, tries)
          break
        case "delivered":
          outbox.delivered(name, message.id, now())
      }
    }
  }
}
