/** Flags of several verbs: which terminal, and its dialect. */

import { Flags, refuse } from "@hipay-pos/cli-kit"
import type { ConcertTerminal } from "@hipay-pos/concert-codec"
import type { Address } from "@hipay-pos/concert-codec/Connection"
import { addressText } from "@hipay-pos/core/Host"
import { GatewayConfig } from "@hipay-pos/gateway"
import { readTerminals } from "@hipay-pos/gateway/bin"
import { Profile } from "@hipay-pos/terminal-simulator"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { readAddress } from "./address.ts"

/** A gateway's terminals file, whose terminals can then be named. */
export const terminalsFlag: Flag.Flag<string> = Flags.text(
  "terminals",
  "the terminals file of a gateway: --terminal then names one of it, which is spoken to as the file says"
)

/** The version of Concert. */
export const protocolFlag: Flag.Flag<"3.1" | "3.2"> = Flags.literals("protocol", ["ConcertV3.1", "ConcertV3.2"]).pipe(
  Flag.withDescription("ConcertV3.2 by default"),
  Flag.withDefault("ConcertV3.2" as const),
  Flag.map((protocol) => (protocol === "ConcertV3.2" ? "3.2" : "3.1"))
)

/** The model, by the name of its profile. */
export const profileFlag: Flag.Flag<string> = Flags.literals(
  "profile",
  Profile.all.map(({ name }) => name)
).pipe(
  Flag.withDescription("with --terminal: the model whose habits are respected, plain by default"),
  Flag.withDefault(Profile.plain.name)
)

type Terminator = "none" | "CR" | "LF" | "CRLF"

/** What follows a request. */
export const terminatorFlag: Flag.Flag<Option.Option<Terminator>> = Flags.literals("terminator", [
  "none",
  "CR",
  "LF",
  "CRLF"
]).pipe(Flag.withDescription("with --terminal: what follows the request; the profile's own by default"), Flag.optional)

/** A terminal to speak to directly, and how. */
export interface ConcertTarget {
  /** Its name in the file. */
  readonly name?: string | undefined
  readonly address: Address
  readonly settings: ConcertTerminal.Settings
}

/** The flags about terminals; texts that were not given are empty. */
export interface TerminalOptions {
  readonly terminals: string
  readonly protocol: "3.1" | "3.2"
  readonly profile: string
  readonly terminator: Option.Option<Terminator>
}

/** The terminal at an address, or the one with this name or address in the terminals file. */
export const findTerminal = Effect.fnUntraced(function* (verb: string, where: string, options: TerminalOptions) {
  if (options.terminals === "") return toTarget(yield* readAddress(verb, "--terminal", where), options)
  const listed = yield* readTerminals(verb, { dial: [], terminals: options.terminals })
  const named = listed.find(({ name }) => name === where)
  if (named !== undefined) return listedAs(named, options)
  const known = `known: ${listed.map(nameOf).join(", ")}`
  const address = yield* Effect.mapError(readAddress(verb, "--terminal", where), () =>
    refuse(`${verb}: --terminal: no terminal "${where}" in ${options.terminals}; ${known}`)
  )
  const found = listed.find((terminal) => textOf(GatewayConfig.addressOf(terminal)) === textOf(address))
  if (found === undefined)
    return yield* refuse(`${verb}: --terminal: no terminal ${textOf(address)} in ${options.terminals}; ${known}`)
  return listedAs(found, options)
})

/** Every terminal of the terminals file. */
export const allTerminals = (verb: string, options: TerminalOptions) =>
  Effect.map(readTerminals(verb, { dial: [], terminals: options.terminals }), (listed) =>
    listed.map((terminal) => listedAs(terminal, options))
  )

const toTarget = (address: Address, { protocol: version, profile, terminator }: TerminalOptions): ConcertTarget => {
  const requestTerminator = Option.getOrElse(terminator, () =>
    Profile.get(profile)?.wantsLineEnd === true ? "CRLF" : "none"
  )
  return { address, settings: { version, requestTerminator } }
}

/** The file's settings count, except that a typed terminator wins. */
const listedAs = (terminal: GatewayConfig.GatewayTerminal, options: TerminalOptions): ConcertTarget => {
  const { address, settings } = toTarget(GatewayConfig.addressOf(terminal), options)
  const own = GatewayConfig.toSettings(terminal, settings)
  const { terminator } = options
  return {
    name: terminal.name,
    address,
    settings: Option.isNone(terminator) ? own : { ...own, requestTerminator: terminator.value }
  }
}

const nameOf = (terminal: GatewayConfig.GatewayTerminal): string =>
  terminal.name ?? textOf(GatewayConfig.addressOf(terminal))

const textOf = (address: Address): string => addressText(address).toLowerCase()
