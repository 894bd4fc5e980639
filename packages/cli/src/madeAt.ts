/**
 * Which attempts were made at a terminal, by any of its names: `localhost` and `127.0.0.1` with one port are one
 * terminal.
 */

import { isIPv6 } from "node:net"
import { addressText } from "@hipay-pos/core/Host"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { lookUp } from "./lookUp.ts"

interface Place {
  readonly name: string
  /** Only if the name has a host and a port. */
  readonly port?: number
  /** The name with its host resolved; undefined if that failed. */
  readonly found: string | undefined
}

/** The terminal in an attempt: `HOST:PORT`, perhaps with `through SERVER`, or another name. */
const placeOf = (terminal: string): Effect.Effect<Place> => {
  const name = (terminal.split(" through ")[0] ?? "").toLowerCase()
  const [, typed = "", digits] = /^(.+):(\d+)(?: |$)/.exec(name) ?? []
  if (digits === undefined) return Effect.succeed({ name, found: name })
  const port = Number(digits)
  const address = { host: canonical(typed.replace(/^\[|\]$/g, "")), port }
  return Effect.map(Effect.option(lookUp(address)), (found) => ({
    ...{ name: addressText(address), port },
    found: Option.getOrUndefined(Option.map(found, addressText))
  }))
}

/** An IPv6 address in its usual form, whatever zeros it has. */
const canonical = (host: string): string =>
  isIPv6(host) ? (URL.parse(`http://[${host}]`)?.hostname.slice(1, -1) ?? host) : host

/** Whether two places are the same; undefined if a name was not resolved. */
const isSame = (one: Place, other: Place): boolean | undefined => {
  if (one.name === other.name) return true
  if (one.found !== undefined && other.found !== undefined) return one.found === other.found
  return one.port === other.port ? undefined : false
}

/**
 * The attempts that were made at a terminal, through a server or not. One whose terminal's name cannot be resolved may
 * have been made there, too, and is marked as not certain.
 */
export const madeAt = Effect.fnUntraced(function* <A extends { readonly terminal: string }>(
  attempts: ReadonlyArray<A>,
  terminal: string
) {
  if (attempts.length === 0) return []
  const place = yield* placeOf(terminal)
  const names = [...new Set(attempts.map((each) => each.terminal))]
  const places = yield* Effect.forEach(names, placeOf, { concurrency: 16 })
  const same = new Map(names.map((name, index) => [name, isSame(places[index] as Place, place)]))
  return attempts.flatMap((each) => {
    const isHere = same.get(each.terminal)
    return isHere === false ? [] : [{ ...each, isCertain: isHere === true }]
  })
})
