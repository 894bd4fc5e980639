/** What a server reports about the terminals that it dials and the gateways that share its store. */
import type { InstanceStatus, TerminalStatus } from "@hipay-pos/core/wire/Terminals"
import type * as Effect from "effect/Effect"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import type { TerminalAccess } from "./TerminalAccess.ts"

/** Lists the gateways that share a store. */
export type InstanceListing = Effect.Effect<ReadonlyArray<InstanceStatus>, StoreFailed>

/** Lists terminals in a stable order; undefined if `after` is no longer one of them. */
export type TerminalListing = (page: TerminalPage) => Effect.Effect<ListedTerminals | undefined, StoreFailed>

/** Which terminals to list. */
export interface TerminalPage {
  /** Only those of the login; all if absent. */
  readonly access: TerminalAccess | undefined
  /** Only those after the one with this address; from the first if absent. */
  readonly after: string | undefined
  readonly limit: number
}

/** Some of the terminals, and whether more follow. */
export interface ListedTerminals {
  readonly terminals: ReadonlyArray<TerminalStatus>
  readonly isMore: boolean
}
