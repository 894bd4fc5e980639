/** How a gateway is set up. */
import type * as DurationText from "@hipay-pos/core/DurationText"
import type { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import type { ServerOptions } from "@hipay-pos/server/node"
import type * as GatewayConfig from "../terminals/GatewayConfig.ts"
import type { RelayOptions } from "./makeRelay.ts"
import type { AlarmOptions } from "./startAlarms.ts"

/** The set-up of {@link startGateway}. */
export interface StartGatewayOptions extends ServerOptions {
  /** The only terminals that it dials. */
  readonly terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>
  /** Sends all other orders to HiPay's own service; they are refused by default. */
  readonly relay?: RelayOptions | undefined
  /**
   * The file of attempts, for one gateway; created if it does not exist, unless `requireStore` is set. Or the database that
   * several share, `postgres://USER@HOST/DATABASE`, migrated before.
   */
  readonly store: string
  /** The name of this gateway among those that share a store; the machine's and the process's by default. */
  readonly instance?: string | undefined
  /** How long after it last renewed its lease the others count this gateway as gone; 15 s by default, at least 1 s. */
  readonly lease?: DurationText.Input | undefined
  /** The file for payment results that cannot be written to the store, for the next start; none by default. */
  readonly spool?: string | undefined
  /** Refuses to start if there is no store; false by default. */
  readonly requireStore?: boolean | undefined
  /**
   * Reads terminals and logins again and passes them to the gateway's `reload`; called by `POST /reload`, which does not
   * exist without it. Rejects with a sentence.
   */
  readonly onReload?: (() => Promise<Reloaded>) | undefined
  /** Where alarms go besides the log; nowhere by default. */
  readonly alarms?: AlarmOptions | undefined
  /** How often to check whether terminals accept a connection, at least 1 s; not checked by default. */
  readonly watchTerminals?: DurationText.Input | undefined
  /** Money back to cards; off by default. */
  readonly allowCredit?: boolean | undefined
  /** Cancelling the last sale; off by default. */
  readonly allowCancel?: boolean | undefined
}
