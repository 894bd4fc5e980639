/**
 * `pnpm bench telemetry`: the mock's cost of telemetry: without any, with metrics as in every bin, and with traces and metrics sent to a
 * collector by OTLP. Servers run in processes of their own, in alternating rounds; ratios are those of one round.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Measure } from "./measure/Figure.ts"
import { type Contender, contend, contender, figures } from "./server/Contender.ts"
import * as Measured from "./server/Measured.ts"
import { fullOrders } from "./server/orders.ts"

const ROUNDS = Number(process.env.ROUNDS ?? 9)
const OURS = { warmUp: 8_000, orders: 2_000 }

const body = fullOrders(64)

let received = 0
const collector = createServer((request, response) => {
  request.on("data", (chunk) => {
    received += chunk.length
  })
  request.on("end", () => response.end())
})
export const measure: Measure = async () => {
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve))
  try {
    using none = await Measured.start("mock")
    using counting = await Measured.start("metrics")
    using sending = await Measured.start("otlp", `http://127.0.0.1:${(collector.address() as AddressInfo).port}`)
    const [baseline, metrics, otlp] = [none, counting, sending].map((server) => contender({ ...server, ...OURS, body }))
    if (baseline === undefined || metrics === undefined || otlp === undefined) throw new Error("no servers")
    await contend([baseline, metrics, otlp], ROUNDS)
    if (received === 0) throw new Error("the collector got nothing")
    const figure = (name: string, contender: Contender) => {
      const { ratio, ...rest } = figures(contender, baseline)
      return { name: `telemetry.${name}`, value: ratio, beside: rest }
    }
    return [figure("metrics", metrics), figure("otlp", otlp)]
  } finally {
    collector.close()
    collector.closeAllConnections()
  }
}
