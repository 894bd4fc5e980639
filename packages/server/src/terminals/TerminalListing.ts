/** What a server says of the terminals that it dials, and of the gateways that share its store. */
import type { InstanceStatus, TerminalStatus } from "@hipay-pos/core/wire/Terminals"
import type * as Effect from "effect/Effect"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import type { TerminalAccess } from "./TerminalAccess.ts"

/** Lists the gateways that share a store. */
export type InstanceListing = Effect.Effect<ReadonlyArray<InstanceStatus>, StoreFailed>

/** Lists terminals, in an order of its own that stays the same; undefined where `after` is none of them any more. */
export type TerminalListing = (page: TerminalPage) => Effect.Effect<ListedTerminals | undefined, StoreFailed>

/** Which ones are asked for. */
export interface TerminalPage {
  /** Those of the login; all where absent. */
  readonly access: TerminalAccess | undefined
  /** Behind the one with this address; from the first one where absent. */
  readonly after: string | undefined
  readonly limit: number
}

/** Some of them, and whether there are more behind. */
export interface ListedTerminals {
  readonly terminals: ReadonlyArray<TerminalStatus>
  readonly isMore: boolean
}
