/** Where terminals are, whatever they are called: `localhost` and `127.0.0.1` on one port are one terminal. */
import type { Address } from "@hipay-pos/concert-codec/Connection"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import * as Effect from "effect/Effect"

/** An address as it is typed: an IPv6 host stands in brackets. */
export const addressText = ({ host, port }: Address): string => `${host.includes(":") ? `[${host}]` : host}:${port}`

/** The place of a terminal as an attempt names it: `HOST:PORT`, perhaps with `through SERVER`, or another name. */
export const placeOf = (terminal: string): Effect.Effect<string> => {
  const name = (terminal.split(" through ")[0] ?? "").toLowerCase()
  const [, host = "", port] = /^(.+):(\d+)(?: |$)/.exec(name) ?? []
  if (port === undefined) return Effect.succeed(name)
  const address = { host: host.replace(/^\[|\]$/g, ""), port: Number(port) }
  return Effect.map(
    Effect.orElseSucceed(TcpConnection.connector.resolve?.(address) ?? Effect.succeed(address), () => address),
    addressText
  )
}

/** Those of some attempts that were made at a terminal, through a server or not. */
export const madeAt = Effect.fnUntraced(function* <A extends { readonly terminal: string }>(
  attempts: ReadonlyArray<A>,
  terminal: string
) {
  const place = yield* placeOf(terminal)
  const names = [...new Set(attempts.map((each) => each.terminal))]
  const places = yield* Effect.forEach(names, placeOf, { concurrency: 16 })
  const here = new Set(names.filter((_, index) => places[index] === place))
  return attempts.filter((each) => here.has(each.terminal))
})
