/**
 * `pnpm bench simulator`: the simulated terminal under load, over loopback: payments per second compared with a bare exchange of
 * the same bytes, and memory over ten thousand payments. A new connection for each; the terminal closes after its answer.
 *
 * Register and terminal share one process, in both halves of the comparison.
 */
import * as net from "node:net"
import * as v8 from "node:v8"
import * as vm from "node:vm"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import type { Measure } from "./measure/Figure.ts"
import { median, rounded } from "./measure/statistics.ts"
import { exchange } from "./server/exchange.ts"

const PAYMENTS = 10_000
const ROUNDS = 5

const request = Buffer.from("CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978CF008ORDER_42CK003100")

const perSecond = async (port: number, count: number): Promise<number> => {
  const begin = performance.now()
  for (let exchanged = 0; exchanged < count; exchanged++) await exchange(port, request)
  return (count / (performance.now() - begin)) * 1000
}

v8.setFlagsFromString("--expose-gc")
const collectGarbage: () => void = vm.runInNewContext("gc")
const heap = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

export const measure: Measure = async () => {
  await using terminal = await startTerminal({ port: 0, seed: "bench" })
  const answer = await exchange(terminal.port, request)

  const bare = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.once("data", () => socket.end(answer))
    socket.on("error", () => {})
  })
  await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve))
  const address = bare.address()
  const barePort = typeof address === "object" && address !== null ? address.port : 0

  await perSecond(barePort, 1000)
  await perSecond(terminal.port, 3000)

  const rounds: Array<{ readonly bare: number; readonly simulated: number }> = []
  const before = heap()
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({
      bare: await perSecond(barePort, PAYMENTS / ROUNDS),
      simulated: await perSecond(terminal.port, PAYMENTS / ROUNDS)
    })
  }
  const growth = heap() - before
  bare.close()

  const counted = terminal.simulator.ledger.count()
  if (counted !== PAYMENTS + 3001) throw new Error(`the terminal counted ${counted} payments`)
  return [
    {
      name: "simulator.payments",
      value: rounded(median(rounds.map(({ bare, simulated }) => simulated / bare))),
      beside: {
        perSecond: Math.round(median(rounds.map(({ simulated }) => simulated))),
        barePerSecond: Math.round(median(rounds.map(({ bare }) => bare))),
        answerBytes: answer.length
      }
    },
    { name: "simulator.growth", value: rounded(growth / 1e6) }
  ]
}
