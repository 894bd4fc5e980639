/** `HOST[:PORT]` as it is written on the command line. */

import { type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import type { Connection } from "@hipay-pos/concert-codec"
import * as Effect from "effect/Effect"

/** Reads an address; port 8888 unless it says otherwise. */
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
