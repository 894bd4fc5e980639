/**
 * `pnpm bench gateway`: an order that is dialled over loopback, beside the bare TCP exchange of the same bytes, and what a
 * gateway adds to its terminal's own time. One caller, one terminal that answers at once.
 *
 * The terminal is a listener that gives back what the simulated terminal answered to the first request, under the order's
 * own id, so that nothing but the gateway is measured. Orders and exchanges take turns.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs"
import { Agent, request } from "node:http"
import * as net from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import type { Measure } from "./measure/Figure.ts"
import { median, quantile, rounded } from "./measure/statistics.ts"
import * as Measured from "./server/Measured.ts"
import { smallOrder } from "./server/orders.ts"

const WARM_UP = 1_000
const ORDERS = 3_000

/** What came back over one connection. */
const exchange = (port: number, sent: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = []
    const socket = net.connect({ host: "127.0.0.1", port, noDelay: true })
    socket.write(sent)
    socket.on("data", (chunk: Buffer) => chunks.push(chunk))
    socket.on("error", reject)
    socket.on("close", () => resolve(Buffer.concat(chunks)))
  })

/** The order id in a Concert message. */
const idIn = (message: Buffer): string =>
  /CF\d{3}([\w-]+?)(?=[A-Z]{2}\d{3}|$)/.exec(message.toString("latin1"))?.[1] ?? ""

/** Answers as a simulated terminal answered the first time; keeps that first request. */
const listen = async (simulated: number) => {
  let first: { readonly asked: Buffer; readonly answer: string; readonly id: string } | undefined
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => {})
    socket.once("data", async (asked: Buffer) => {
      if (first === undefined) {
        const answer = (await exchange(simulated, asked)).toString("latin1")
        first = { asked, answer, id: idIn(asked) }
      }
      const { answer, id } = first
      socket.end(Buffer.from(answer.replace(id, idIn(asked)), "latin1"))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return { port: (server.address() as net.AddressInfo).port, asked: () => first?.asked ?? Buffer.alloc(0) }
}

const agent = new Agent({ keepAlive: true })

const pay = (port: number, login: string, terminal: number): Promise<void> => {
  const body = JSON.stringify(smallOrder("127.0.0.1", terminal))
  const headers = {
    authorization: `Basic ${btoa(login)}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body)
  }
  const asked = { agent, host: "127.0.0.1", port, method: "POST", path: "/v1/connector/order", headers }
  return new Promise((resolve, reject) => {
    request(asked, (answer) => {
      let text = ""
      answer.on("data", (chunk) => {
        text += chunk
      })
      answer.once("end", () => (answer.statusCode === 200 ? resolve() : reject(new Error(text))))
    })
      .once("error", reject)
      .end(body)
  })
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

/** What it costs to write a page and to flush it, in milliseconds: what every gateway waits for before it dials. */
const flush = (folder: string): number => {
  const file = openSync(join(folder, "flush"), "w")
  const page = Buffer.alloc(4_096)
  const times = Array.from({ length: 500 }, () => {
    const begin = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    return performance.now() - begin
  })
  closeSync(file)
  return median(times)
}

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-gateway-"))
  process.once("exit", () => rmSync(folder, { recursive: true }))
  await using simulator = await startTerminal({ port: 0, seed: "bench" })
  const terminal = await listen(simulator.port)
  const address = `127.0.0.1:${terminal.port}`
  using mock = await Measured.start("dialled", address)
  using gateway = await Measured.start("gateway", address, join(folder, "gateway.db"))
  const times = { bare: [] as Array<number>, dialled: [] as Array<number>, flushed: [] as Array<number> }
  for (let number = 0; number < WARM_UP + ORDERS; number++) {
    const dialled = await timed(() => pay(mock.port, "merchant:secret", terminal.port))
    const flushed = await timed(() => pay(gateway.port, "till:of the bench", terminal.port))
    const bare = await timed(() => exchange(terminal.port, terminal.asked()))
    if (number < WARM_UP) continue
    times.bare.push(bare)
    times.dialled.push(dialled)
    times.flushed.push(flushed)
  }
  const added = (share: number) => quantile(times.flushed, share) - quantile(times.bare, share)
  const seen = { bare: rounded(median(times.bare)), flush: rounded(flush(folder)) }
  return [
    {
      name: "gateway.dialled",
      value: rounded(median(times.dialled.map((time, index) => (times.bare[index] ?? Number.NaN) / time))),
      beside: { ...seen, dialled: rounded(median(times.dialled)) }
    },
    {
      name: "gateway.added-p50",
      value: rounded(added(0.5)),
      beside: { ...seen, order: rounded(median(times.flushed)) }
    },
    { name: "gateway.added-p99", value: rounded(added(0.99)) }
  ]
}
