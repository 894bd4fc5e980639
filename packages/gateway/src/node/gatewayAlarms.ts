/** The alarms of a gateway, if they are configured, and the listener that hands its events on to them and to the log. */
import { type Listener, type ServerEvent, safeListener } from "@hipay-pos/server"
import { listenersOf } from "@hipay-pos/server/node"
import type { GatewayStore } from "./openGatewayStore.ts"
import type { StartGatewayOptions } from "./StartGatewayOptions.ts"
import { type StartedAlarms, startAlarms } from "./startAlarms.ts"

/** The alarms of a gateway. They may be raised before the store is open. */
export interface GatewayAlarms {
  readonly listener: Listener
  /** Undefined before {@link open}, and if none are configured. */
  readonly started: () => StartedAlarms | undefined
  /** Starts them on the open store, and delivers what happened before, such as what became of the ends in the spool. */
  readonly open: (opened: GatewayStore) => StartedAlarms | undefined
}

export const makeGatewayAlarms = (
  options: Pick<StartGatewayOptions, "alarms" | "store" | "listener" | "telemetry">
): GatewayAlarms => {
  const logged = listenersOf(options)
  let started: StartedAlarms | undefined
  const early: Array<ServerEvent> = []
  return {
    listener: (event) => {
      if (started !== undefined) safeListener(started.listener)(event)
      else if (options.alarms !== undefined) early.push(event)
      logged?.(event)
    },
    started: () => started,
    open: (opened) => {
      started = options.alarms && startAlarms(options.alarms, partsOf(options.store, opened, logged))
      for (const event of early.splice(0)) safeListener(started?.listener)(event)
      return started
    }
  }
}

/** What alarms are raised from; each is also logged. */
const partsOf = (
  storePath: string,
  { store, alarms: sharedAlarms, summary }: GatewayStore,
  logged: Listener | undefined
): Parameters<typeof startAlarms>[1] => ({
  storePath,
  store,
  sharedAlarms,
  instance: summary.instance,
  onRaised: ({ code, message, attempt, order: orderId, terminal }) =>
    safeListener(logged)({ _tag: "GatewayAlarm", code, message, attempt, orderId, terminal }),
  onWarning: (detail) => safeListener(logged)({ _tag: "StoreWarning", detail })
})
