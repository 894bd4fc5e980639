/**
 * The canonical name of a simulated terminal: `host:port`, or manufacturer and serial number, however orders write it.
 */
import type { Address } from "@hipay-pos/concert-codec/Connection"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import * as Target from "@hipay-pos/core/TerminalTarget"

/** The name of the terminal that a target stands for. */
export const fromTarget = (target: TerminalTarget): string => fromAddress(toAddress(target))

/** The name of the terminal at an address. */
export const fromAddress = (address: Address): string => {
  const { host, port } = canonical(address)
  if (port === 0) return host
  return isAddressOf6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

/** The address of a target; a terminal that is found by its serial number has no port. */
export const toAddress = (target: TerminalTarget): Address =>
  target._tag === "Concert" ? canonical(target) : { host: Target.toText(target), port: 0 }

/** The target that a text stands for: `host`, `host:port`, or manufacturer and serial number. */
export const toTarget = (text: string): TerminalTarget => {
  const space = text.lastIndexOf(" ")
  if (space !== -1) {
    return { _tag: "Nepting", manufacturer: text.slice(0, space), serialNumber: text.slice(space + 1) }
  }
  const [, host = text, port] = isAddressOf6(text) ? [] : (/^(\[.*\]|.*?)(?::(\d{1,5}))?$/.exec(text) ?? [])
  return { _tag: "Concert", version: "3.2", host, port: port === undefined ? 8888 : Number(port), contracts: [] }
}

const canonical = ({ host, port }: Address): Address => {
  if (port === 0) return { host, port }
  const lower = host.toLowerCase()
  const name = lower.startsWith("[") && lower.endsWith("]") ? lower.slice(1, -1) : lower
  return { host: name === "localhost" ? "127.0.0.1" : name, port }
}

/** An IPv6 address has at least two colons, and points after the last one only; brackets separate it from a port. */
const isAddressOf6 = (host: string): boolean => host.includes(":") && /^[\da-f]*:[\da-f:]*:[\da-f.]*$/i.test(host)
