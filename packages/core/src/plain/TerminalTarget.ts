/**
 * Which terminal serves an order, and what its protocol needs to find it.
 *
 * Concert terminals are found by host and port and know their merchant contracts; terminals with the Nepting app are
 * found by serial number and manufacturer. Source: the contract's TechnicalInformation, whose rules are prose.
 */
import type { Undefinable } from "../Defined.ts"
import type { Concert, MerchantContract, Nepting, TerminalTarget, Unnamed } from "../schemas/TerminalTarget.ts"

export type { Concert, MerchantContract, Nepting, PushTo, TerminalTarget, Unnamed } from "../schemas/TerminalTarget.ts"

/** The default port of Concert terminals. */
export const DEFAULT_PORT = 8888

/** A Concert target; by default version 3.2, which carries receipts, and port 8888. */
export const concert = (options: {
  readonly host: string
  readonly port?: number | undefined
  readonly version?: Concert["version"] | undefined
  readonly contracts: ReadonlyArray<Undefinable<MerchantContract>>
}): Concert => ({
  _tag: "Concert",
  version: options.version ?? "3.2",
  host: options.host,
  port: options.port ?? DEFAULT_PORT,
  // What is undefined is left out where the order is written.
  contracts: options.contracts as ReadonlyArray<MerchantContract>
})

/** A Nepting target. */
export const nepting = (options: { readonly serialNumber: string; readonly manufacturer: string }): Nepting => ({
  _tag: "Nepting",
  ...options
})

/** The target of an order that does not name its terminal. */
export const unnamed: Unnamed = { _tag: "Unnamed" }

/** The target as people name a terminal: `192.168.1.20:8888`, `PAX 1850320198`. */
export const toText = (target: TerminalTarget): string => {
  switch (target._tag) {
    case "Concert":
      return `${target.host}:${target.port}`
    case "Nepting":
      return `${target.manufacturer} ${target.serialNumber}`
    case "Unnamed":
      return "not named"
  }
}
