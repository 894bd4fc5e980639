/**
 * A machine of its own for a gateway: a network namespace with links to the database, the terminals and the tills. A link
 * that is cut goes silent in both directions, and the interfaces stay up: neither side is notified.
 */
import { execFileSync } from "node:child_process"

/** The links of a machine and their networks, from the range for benchmarks: this side is `.1`, the machine `.2`. */
export const lines = { database: "198.18.1", terminals: "198.18.2", tills: "198.18.3" } as const
export type Line = keyof typeof lines

const ip = (...args: ReadonlyArray<string>) =>
  execFileSync("ip", args, { stdio: ["ignore", "pipe", "pipe"] }).toString()

/** Why tests with it are skipped, for the name of their suite; empty if they run. */
export const skipped = ((): string => {
  if (process.getuid?.() !== 0) return " (it needs root, for network namespaces)"
  const name = `hipay-${process.pid}-try`
  try {
    ip("netns", "add", name)
    ip("netns", "del", name)
    return ""
  } catch {
    return " (network namespaces are not here)"
  }
})()

/** A machine beside this one. */
export interface Machine {
  /** The command prefix that runs a program there. */
  readonly through: ReadonlyArray<string>
  readonly cut: (line: Line) => void
  readonly heal: (line: Line) => void
  readonly remove: () => void
}

/** Creates a machine; this side's addresses are `.1`, its own are `.2`. */
export const makeMachine = (): Machine => {
  const name = `hipay-${process.pid}`
  const hub = `${name}-hub`
  const ports = Object.keys(lines).map((line, i) => ({ line, net: Object.values(lines)[i] ?? "", i }))
  const remove = () => {
    for (const { i } of ports) {
      try {
        ip("link", "del", `hp${process.pid}h${i}`)
      } catch {
        // It was not made.
      }
    }
    for (const each of [name, hub]) {
      try {
        ip("netns", "del", each)
      } catch {
        // It was not made.
      }
    }
  }
  try {
    ip("netns", "add", name)
    ip("netns", "add", hub)
    ip("-n", name, "link", "set", "lo", "up")
    for (const { net, i } of ports) {
      const here = `hp${process.pid}h${i}`
      ip("-n", hub, "link", "add", `br${i}`, "type", "bridge")
      ip("-n", hub, "link", "set", `br${i}`, "up")
      ip("link", "add", here, "type", "veth", "peer", "name", `here${i}`, "netns", hub)
      ip("link", "add", `there${i}`, "netns", hub, "type", "veth", "peer", "name", `e${i}`, "netns", name)
      for (const port of [`here${i}`, `there${i}`]) {
        ip("-n", hub, "link", "set", port, "master", `br${i}`)
        ip("-n", hub, "link", "set", port, "up")
      }
      ip("addr", "add", `${net}.1/24`, "dev", here)
      ip("link", "set", here, "up")
      ip("-n", name, "addr", "add", `${net}.2/24`, "dev", `e${i}`)
      ip("-n", name, "link", "set", `e${i}`, "up")
      // Permanent neighbour entries: an unanswered ARP request would give an error that a cut link does not.
      const macOf = (...link: ReadonlyArray<string>) => /link\/ether (\S+)/.exec(ip(...link))?.[1] ?? ""
      const [mac, own] = [macOf("link", "show", here), macOf("-n", name, "link", "show", `e${i}`)]
      ip("neigh", "replace", `${net}.2`, "lladdr", own, "nud", "permanent", "dev", here)
      ip("-n", name, "neigh", "replace", `${net}.1`, "lladdr", mac, "nud", "permanent", "dev", `e${i}`)
    }
  } catch (error) {
    remove()
    throw error
  }
  const indexOf = (line: Line) => Object.keys(lines).indexOf(line)
  return {
    through: ["ip", "netns", "exec", name],
    cut: (line) => void ip("-n", hub, "link", "set", `there${indexOf(line)}`, "nomaster"),
    heal: (line) => void ip("-n", hub, "link", "set", `there${indexOf(line)}`, "master", `br${indexOf(line)}`),
    remove
  }
}
