/**
 * What a simulated terminal goes by: `host:port`, or manufacturer and serial number. One spelling per terminal, however
 * orders write it.
 */
import type { Address } from "@hipay-pos/concert-codec/Connection"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"

/** The name of the terminal that a target stands for. */
export const ofTarget = (target: TerminalTarget): string => ofAddress(toAddress(target))

/** The name of the terminal at an address. */
export const ofAddress = (address: Address): string => {
  const { host, port } = canonical(address)
  return port === 0 ? host : `${host}:${port}`
}

/** Where a target is; a terminal that is found by its serial number has no port. */
export const toAddress = (target: TerminalTarget): Address =>
  target._tag === "Concert" ? canonical(target) : { host: `${target.manufacturer} ${target.serialNumber}`, port: 0 }

/** The target that a text stands for: `host`, `host:port`, or manufacturer and serial number. */
export const toTarget = (text: string): TerminalTarget => {
  const space = text.lastIndexOf(" ")
  if (space !== -1) {
    return { _tag: "Nepting", manufacturer: text.slice(0, space), serialNumber: text.slice(space + 1) }
  }
  const [, host = text, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? []
  return { _tag: "Concert", version: "3.2", host, port: port === undefined ? 8888 : Number(port), contracts: [] }
}

const canonical = ({ host, port }: Address): Address => {
  if (port === 0) return { host, port }
  const name = host.toLowerCase()
  return { host: name === "localhost" ? "127.0.0.1" : name, port }
}
