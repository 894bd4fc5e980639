/** Reads `HOST[:PORT]` and `CONTRACT[/RANK[/APPLICATION]]` from the command line. */

import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import type { Connection } from "@hipay-pos/concert-codec"
import type { TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"

/** Reads an address; the default port is 8888. */
export const readAddress = (
  verb: string,
  flag: string,
  text: string
): Effect.Effect<Connection.Address, CommandFailed> => {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]/\s]+)(?::(\d{1,5}))?$/i.exec(text)
  const host = match?.[1]?.replace(/^\[|\]$/g, "")
  const port = Number(match?.[2] ?? 8888)
  return host !== undefined && port >= 1 && port <= 65_535
    ? Effect.succeed({ host, port })
    : Effect.fail(refuse(`${verb}: ${flag}: expected HOST or HOST:PORT, got ${text === "" ? "nothing" : text}`))
}

/** Reads a merchant contract. */
export const readContract = (
  verb: string,
  text: string
): Effect.Effect<TerminalTarget.MerchantContract, CommandFailed> => {
  const [merchantContract = "", rank, paymentApplication, ...more] = text.split("/")
  return more.length === 0
    ? Effect.succeed({
        merchantContract,
        ...(rank ? { rank } : {}),
        ...(paymentApplication ? { paymentApplication } : {})
      })
    : Effect.fail(refuse(`${verb}: --contract: expected CONTRACT[/RANK[/APPLICATION]], got ${more.length + 3} parts`))
}
