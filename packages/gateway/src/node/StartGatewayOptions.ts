/** How a gateway is set up. */
import type * as DurationText from "@hipay-pos/core/DurationText"
import type { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import type { ServerOptions } from "@hipay-pos/server/node"
import type * as GatewayConfig from "../terminals/GatewayConfig.ts"
import type { RelayOptions } from "./makeRelay.ts"
import type { AlarmOptions } from "./startAlarms.ts"

/** The set-up of {@link startGateway}. */
export interface StartGatewayOptions extends ServerOptions {
  /** The terminals that it dials, and no others. */
  readonly terminals: ReadonlyArray<GatewayConfig.GatewayTerminal>
  /** Sends all other orders to HiPay's own service; they are refused by default. */
  readonly relay?: RelayOptions | undefined
  /**
   * The file that keeps the attempts, for one gateway; made if it is not there, unless `requireStore` says otherwise. Or the
   * database that several share, `postgres://USER@HOST/DATABASE`, migrated before.
   */
  readonly store: string
  /** The name of this one among those that share a store; its machine's and its process's by default. */
  readonly instance?: string | undefined
  /** How long after its last sign of life the others give this one up; 15 s by default, and at least 1 s. */
  readonly lease?: DurationText.Input | undefined
  /** The file that keeps payment results which the store does not take, for the next start; none by default. */
  readonly spool?: string | undefined
  /** Refuses to start where there is no store; false by default. */
  readonly requireStore?: boolean | undefined
  /**
   * Reads terminals and logins again, and gives them to the gateway's `reload`: asked by `POST /reload`, of which there is
   * none by default. Rejects with a sentence.
   */
  readonly onReload?: (() => Promise<Reloaded>) | undefined
  /** Where alarms go beside the log; nowhere by default. */
  readonly alarms?: AlarmOptions | undefined
  /** How often it looks whether its terminals accept a connection, from 1 s; it does not look by default. */
  readonly watchTerminals?: DurationText.Input | undefined
  /** Money back to cards; off by default. */
  readonly allowCredit?: boolean | undefined
  /** Taking back the last sale; off by default. */
  readonly allowCancel?: boolean | undefined
}
