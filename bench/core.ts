/**
 * `pnpm bench core`: orders compared with `JSON.parse` of the same bytes in the same process, baskets compared with dinero.js, and
 * the size of a browser's bundle. Compare times within one run only.
 */
import { Worker } from "node:worker_threads"
import * as basket from "./core/basket.ts"
import * as bundle from "./core/bundle.ts"
import * as libraries from "./core/libraries.ts"
import type { Figure, Measure } from "./measure/Figure.ts"

/** A worker loads its own modules, and so has its own decoder. */
const decoding = (compiled: boolean): Promise<ReadonlyArray<Figure>> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("core/decoding.ts", import.meta.url), { workerData: { compiled } })
    worker.once("message", resolve)
    worker.once("error", reject)
  })

export const measure: Measure = async () => [
  ...(await decoding(true)),
  ...(await decoding(false)),
  ...libraries.figures(),
  basket.figure(),
  await bundle.figure()
]
