/**
 * What telemetry costs the mock: without any, with metrics as every bin has them, and with traces and metrics sent to a
 * collector by OTLP. Servers run in processes of their own, in alternating rounds; ratios are those of one round.
 */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { contend, contender, figures } from "./server/Contender.ts"
import * as Measured from "./server/Measured.ts"

const ROUNDS = Number(process.env.ROUNDS ?? 9)
const OURS = { warmUp: 8_000, orders: 2_000 }
const budgets = { metrics: 0.95, otlp: 0.85 }

const full = JSON.parse(
  readFileSync(new URL("../packages/core/test/fixtures/orders/full.json", import.meta.url), "utf8")
)
const run = Date.now().toString(36)
let orders = 0
const body = (): string => {
  const number = ++orders
  full.order.order_id = `${run}-${number}`
  full.pos_technical_info.host_information = { host: `till-${number % 64}.test`, port: 8888 }
  return JSON.stringify(full)
}

let received = 0
const collector = createServer((request, response) => {
  request.on("data", (chunk) => {
    received += chunk.length
  })
  request.on("end", () => response.end())
})
await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve))
{
  using none = await Measured.start("mock")
  using counting = await Measured.start("metrics")
  using sending = await Measured.start("otlp", `http://127.0.0.1:${(collector.address() as AddressInfo).port}`)
  const [baseline, metrics, otlp] = [none, counting, sending].map((server) => contender({ ...server, ...OURS, body }))
  if (baseline === undefined || metrics === undefined || otlp === undefined) throw new Error("no servers")
  await contend([baseline, metrics, otlp], ROUNDS)
  const measured = {
    none: figures(baseline, baseline),
    metrics: figures(metrics, baseline),
    otlp: { ...figures(otlp, baseline), receivedMegabytes: Math.round(received / 1e6) }
  }
  for (const [name, each] of Object.entries(measured)) console.log(`${name}: ${JSON.stringify(each)}`)
  for (const name of ["metrics", "otlp"] as const) {
    if (measured[name].ratio >= budgets[name]) continue
    console.error(`budget missed: ${name} over none: ${measured[name].ratio}, at least ${budgets[name]}`)
    process.exitCode = 1
  }
  if (received === 0) throw new Error("the collector got nothing")
}
collector.close()
collector.closeAllConnections()
