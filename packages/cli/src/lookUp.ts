/** The address of a terminal, with its host name resolved. */
import type { Address } from "@hipay-pos/concert-codec/Connection"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import type { NotStarted } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"

export const lookUp = (address: Address): Effect.Effect<Address, NotStarted> =>
  TcpConnection.connector.resolve?.(address) ?? Effect.succeed(address)
