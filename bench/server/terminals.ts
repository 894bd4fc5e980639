/**
 * Terminals to be dialled, as many as the argument says, in a process of their own as the dialled ones are: listeners that give
 * back what a simulated terminal answered to the first request, under the order's own id, so that they cost next to nothing.
 *
 * Prints their ports as JSON. Each line on standard input is answered with the first request, as JSON; the end of input ends
 * them.
 */
import { once } from "node:events"
import * as net from "node:net"
import { createInterface } from "node:readline"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { exchange } from "./exchange.ts"

const simulator = await startTerminal({ port: 0, seed: "bench" })
let first: { readonly asked: string; readonly answer: string; readonly id: string } | undefined

/** The order id in a Concert message. */
const idIn = (message: string): string => /CF\d{3}([\w-]+?)(?=[A-Z]{2}\d{3}|$)/.exec(message)?.[1] ?? ""

const answerTo = async (request: Buffer): Promise<Buffer> => {
  const asked = request.toString("latin1")
  first ??= { asked, answer: (await exchange(simulator.port, request)).toString("latin1"), id: idIn(asked) }
  return Buffer.from(first.answer.replace(first.id, idIn(asked)), "latin1")
}

const listen = async (): Promise<number> => {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => {})
    socket.once("data", async (request: Buffer) => socket.end(await answerTo(request)))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return (server.address() as net.AddressInfo).port
}

const ports = await Promise.all(Array.from({ length: Number(process.argv[2]) }, listen))
createInterface(process.stdin)
  .on("line", () => console.log(JSON.stringify(first?.asked)))
  .on("close", () => process.exit())
console.log(JSON.stringify(ports))
