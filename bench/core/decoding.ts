/**
 * Worker of the core benchmark: reading one order compared with `JSON.parse` of it, with Effect's interpreted decoder or with its
 * compiled one. The decoder is chosen once per program, so each has a worker.
 */
import { readFileSync } from "node:fs"
import { parentPort, workerData } from "node:worker_threads"
import { beside } from "../measure/beside.ts"
import type { Figure } from "../measure/Figure.ts"

const { compiled } = workerData as { readonly compiled: boolean }
if (compiled) await import("effect/schema/SchemaJITCompiler/enable")
const OrderRules = await import("@hipay-pos/core/OrderRules")
const RootOrder = await import("@hipay-pos/core/wire/RootOrder")

const order = JSON.parse(
  readFileSync(new URL("../../packages/core/test/fixtures/orders/full.json", import.meta.url), "utf8")
)
const text = JSON.stringify(order)

const broken = structuredClone(order)
broken.order.order_id = 12
broken.order.price.currency = "eur"
broken.order.basket[0].quantity = 1.5
broken.customer.birthdate = "1988-6-12"
broken.pos_technical_info.host_information.host = ""

const REPEATS = 5000
const parse = () => JSON.parse(text)
const works = {
  decode: () => RootOrder.decode(order),
  rules: () => OrderRules.read(order),
  findings: () => OrderRules.read(broken)
}

if (OrderRules.read(order).request === undefined) throw new Error("the order is refused")
const faults = OrderRules.read(broken).findings.filter(({ severity }) => severity === "refused").length
if (faults < 5) throw new Error(`expected five faults, found ${faults}`)

parentPort?.postMessage(
  Object.entries(works).map(([name, work]): Figure => {
    const { ratio, ...times } = beside(work, parse, REPEATS)
    return {
      name: `core.${name}${compiled ? "" : "-interpreted"}`,
      value: ratio,
      beside: { ...times, bytes: text.length }
    }
  })
)
