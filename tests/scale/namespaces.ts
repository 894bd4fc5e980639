/**
 * A machine of its own for a gateway: a network namespace with links to the database, the terminals and the tills. A link
 * that is cut goes silent in both directions, and the interfaces stay up: neither side is notified.
 *
 * It is made before all tests and removed after them: a browser gives up its requests when an interface comes or goes. So may
 * one of another run on this computer: a run without the tests that need the machine does not make it.
 */
import { execFileSync } from "node:child_process"
import type { TestProject } from "vitest/node"

const LINKS = ["database", "terminals", "tills"] as const
export type Link = (typeof LINKS)[number]

const ip = (...args: ReadonlyArray<string>) =>
  execFileSync("ip", args, { stdio: ["ignore", "pipe", "pipe"] }).toString()

/** A machine beside this one. */
export interface Machine {
  /** The command prefix that runs a program there. */
  readonly through: ReadonlyArray<string>
  /** This side's address on a link. */
  readonly here: (link: Link) => string
  /** The machine's own address on a link. */
  readonly there: (link: Link) => string
  readonly cut: (link: Link) => void
  readonly heal: (link: Link) => void
}

/** The network of a link, without the last number: one of 512 in the range for benchmarks, so that two runs rarely meet. */
const networkOf = (id: number, place: number): string => {
  const network = (id * LINKS.length + place) % 512
  return `198.${18 + (network >> 8)}.${network & 255}`
}

const machineOf = (id: number): Machine => {
  const name = `hipay-${id}`
  const network = (link: Link) => networkOf(id, LINKS.indexOf(link))
  const port = (link: Link) => `there${LINKS.indexOf(link)}`
  return {
    through: ["ip", "netns", "exec", name],
    here: (link) => `${network(link)}.1`,
    there: (link) => `${network(link)}.2`,
    cut: (link) => void ip("-n", `${name}-hub`, "link", "set", port(link), "nomaster"),
    heal: (link) => void ip("-n", `${name}-hub`, "link", "set", port(link), "master", `br${LINKS.indexOf(link)}`)
  }
}

const { TESTS_MACHINE } = process.env

/** Why tests with the machine are skipped, for the name of their suite; empty if they run. */
export const skipped = TESTS_MACHINE === undefined ? " (it needs root, for network namespaces)" : ""

/** The machine that was made for these tests. */
export const machine: Machine = machineOf(Number(TESTS_MACHINE ?? 0))

/** The global setup of all tests: makes the machine if a test needs it, and if that is possible here. */
export default ({ vitest }: TestProject): (() => void) | undefined => {
  if (!vitest.state.getPaths().some((path) => path.endsWith("/tests/scale/partition.test.ts"))) return undefined
  const id = process.pid
  const names = [`hipay-${id}`, `hipay-${id}-hub`] as const
  const remove = () => {
    for (const place of LINKS.keys()) tryIp("link", "del", `hp${id}h${place}`)
    for (const each of names) tryIp("netns", "del", each)
  }
  try {
    make(id, ...names)
    // The workers inherit it.
    process.env.TESTS_MACHINE = String(id)
    process.once("exit", remove)
  } catch {
    remove()
  }
  return remove
}

/** Removes what may not have been made. */
const tryIp = (...args: ReadonlyArray<string>): void => {
  try {
    ip(...args)
  } catch {
    // It was not made.
  }
}

const make = (id: number, name: string, hub: string): void => {
  ip("netns", "add", name)
  ip("netns", "add", hub)
  ip("-n", name, "link", "set", "lo", "up")
  for (const place of LINKS.keys()) {
    const net = networkOf(id, place)
    const here = `hp${id}h${place}`
    ip("-n", hub, "link", "add", `br${place}`, "type", "bridge")
    ip("-n", hub, "link", "set", `br${place}`, "up")
    ip("link", "add", here, "type", "veth", "peer", "name", `here${place}`, "netns", hub)
    ip("link", "add", `there${place}`, "netns", hub, "type", "veth", "peer", "name", `e${place}`, "netns", name)
    for (const port of [`here${place}`, `there${place}`]) {
      ip("-n", hub, "link", "set", port, "master", `br${place}`)
      ip("-n", hub, "link", "set", port, "up")
    }
    ip("addr", "add", `${net}.1/24`, "dev", here)
    // Otherwise an IPv6 address would appear a second later, while tests run.
    ip("link", "set", here, "addrgenmode", "none")
    ip("link", "set", here, "up")
    ip("-n", name, "addr", "add", `${net}.2/24`, "dev", `e${place}`)
    ip("-n", name, "link", "set", `e${place}`, "up")
    // Permanent neighbour entries: an unanswered ARP request would give an error that a cut link does not.
    const macOf = (...link: ReadonlyArray<string>) => /link\/ether (\S+)/.exec(ip(...link))?.[1] ?? ""
    const [mac, own] = [macOf("link", "show", here), macOf("-n", name, "link", "show", `e${place}`)]
    ip("neigh", "replace", `${net}.2`, "lladdr", own, "nud", "permanent", "dev", here)
    ip("-n", name, "neigh", "replace", `${net}.1`, "lladdr", mac, "nud", "permanent", "dev", `e${place}`)
  }
}
