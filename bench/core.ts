/**
 * Core: orders beside `JSON.parse` of the same bytes in the same process, baskets beside dinero.js, and the size of a
 * browser's bundle. One JSON line a figure, with its budget; fails over budget. Times compare within one run only.
 */
import { Worker } from "node:worker_threads"
import * as basket from "./core/basket.ts"
import * as bundle from "./core/bundle.ts"
import * as libraries from "./core/libraries.ts"

interface Row {
  readonly name: string
  readonly ratio?: number
  readonly budget?: number
  readonly least?: number
  readonly bytes?: number
  readonly budgetBytes?: number
  readonly effectBarrel?: boolean
}

/** A worker has modules of its own, and with them a decoder of its own. */
const decoding = (compiled: boolean): Promise<ReadonlyArray<Row>> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("core/decoding.ts", import.meta.url), { workerData: { compiled } })
    worker.once("message", resolve)
    worker.once("error", reject)
  })

const rows: ReadonlyArray<Row> = [
  ...(await decoding(true)),
  ...(await decoding(false)),
  ...libraries.rows(),
  ...basket.rows(),
  ...(await bundle.rows())
]

const over = rows.filter(
  ({ ratio = 0, budget = Number.POSITIVE_INFINITY, least = 0, bytes = 0, budgetBytes = bytes, effectBarrel = false }) =>
    !(ratio <= budget && ratio >= least && bytes <= budgetBytes) || effectBarrel
)
for (const row of rows) console.log(JSON.stringify(over.includes(row) ? { ...row, over: true } : row))
if (over.length > 0) process.exitCode = 1
