/**
 * `pnpm bench server`: the mock under load, over loopback, compared with a bare Hono app that answers the same body. Every order
 * is validated, recorded, encoded, paid at a simulated terminal, decoded and answered.
 *
 * Servers run in processes of their own, the load generator in this one; rounds alternate, so that noise affects all of them.
 * `PEERS=1` adds Prism and Mockoon, fed with the mock's own OpenAPI document: they only make up an answer of the right shape.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Figure, LeftOut, Measure } from "./measure/Figure.ts"
import { ASKED_FOR, peerPackages } from "./measure/peers.ts"
import { type Contender, contend, contender, figures } from "./server/Contender.ts"
import * as Measured from "./server/Measured.ts"
import { fullOrders } from "./server/orders.ts"
import * as Peer from "./server/Peer.ts"

const ROUNDS = Number(process.env.ROUNDS ?? 5)
/** The mock is steady once its code is compiled and its stores, of ten thousand attempts, are full. */
const OURS = { warmUp: 20_000, orders: 4_000 }
/** The others store nothing, and are steady sooner. */
const OTHERS = { warmUp: 4_000, orders: 500 }
const TERMINALS = 64

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-"))
  process.once("exit", () => rmSync(folder, { recursive: true }))
  using echoing = await Measured.start("echo")
  using bare = await Measured.start("floor")
  using bareStored = await Measured.start("floor", "stored", join(folder, "floor.db"))
  using mocking = await Measured.start("mock")
  using storing = await Measured.start("stored", join(folder, "attempts.db"))
  const document = join(folder, "openapi.json")
  writeFileSync(document, await (await fetch(`http://127.0.0.1:${mocking.port}/openapi.json`)).text())
  const peers = peerPackages(["@stoplight/prism-cli", "@mockoon/cli"])
  using prism = peers === undefined ? undefined : await Peer.start("prism", document, peers)
  using mockoon = peers === undefined ? undefined : await Peer.start("mockoon", document, peers)

  const body = fullOrders(TERMINALS)
  const echo = contender({ ...echoing, ...OURS, body })
  const floor = contender({ ...bare, ...OURS, body })
  const storedFloor = contender({ ...bareStored, ...OURS, body })
  const mock = contender({ ...mocking, ...OURS, body })
  const stored = contender({ ...storing, ...OURS, body })
  const others = { prism, mockoon }
  const theirs = Object.entries(others).map(([name, peer]) => ({
    name: `server.${name}`,
    state: peer?.state ?? ASKED_FOR,
    contender: peer?.port === undefined ? undefined : contender({ port: peer.port, ...OTHERS, body })
  }))
  await contend([echo, floor, storedFloor, mock, stored, ...theirs.flatMap(({ contender }) => contender ?? [])], ROUNDS)

  const { perSecond, microseconds } = figures(echo, echo)
  const figure = (name: string, contender: Contender, seen: object): Figure => {
    const { ratio, ...rest } = figures(contender, echo)
    return { name, value: ratio, beside: { ...rest, ...seen } }
  }
  const ours = {
    "server.floor": floor,
    "server.mock": mock,
    "server.stored-floor": storedFloor,
    "server.stored": stored
  }
  for (const [name, contender] of Object.entries(ours)) {
    const paid = figures(contender, echo).statuses[200] ?? 0
    if (paid < ROUNDS * OURS.orders) throw new Error(`${name}: only ${paid} orders were paid`)
  }
  return [
    ...Object.entries(ours).map(([name, contender]) => figure(name, contender, { echo: { perSecond, microseconds } })),
    ...theirs.map(({ name, state, contender }): Figure | LeftOut =>
      contender === undefined ? { name, leftOut: state } : figure(name, contender, { version: state })
    )
  ]
}
