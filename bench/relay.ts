/**
 * `pnpm bench relay`: the time that a relay with a store on disk adds to a payment, compared with the same payment straight at the
 * mock behind it, in the same run. Servers run in processes of their own; payments alternate, one at a time, so that noise
 * affects both. The attempt is flushed to the disk before anything is sent: one flush of the same disk is measured too, and
 * the budget applies to the added time without it.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Measure } from "./measure/Figure.ts"
import { flushes } from "./measure/flushes.ts"
import { quantile, rounded } from "./measure/statistics.ts"
import * as Measured from "./server/Measured.ts"
import { smallOrder } from "./server/orders.ts"

const WARM_UP = 300
const PAYMENTS = 2_000

const agent = new Agent({ keepAlive: true })

/** Pays an order, and returns the milliseconds until its answer was read. */
const pay = (port: number, login: string): Promise<number> => {
  const body = JSON.stringify(smallOrder("till.test"))
  const headers = {
    authorization: `Basic ${btoa(login)}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body)
  }
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    const asked = request(
      { agent, host: "127.0.0.1", port, method: "POST", path: "/v1/connector/order", headers },
      (answer) => {
        answer.resume()
        answer.once("end", () =>
          answer.statusCode === 200
            ? resolve(performance.now() - begun)
            : reject(new Error(`HTTP ${answer.statusCode}`))
        )
      }
    )
    asked.once("error", reject)
    asked.end(body)
  })
}

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-relay-"))
  try {
    using mock = await Measured.start("mock")
    using relay = await Measured.start("relay", `http://127.0.0.1:${mock.port}`, join(folder, "relay.db"))
    const straight: Array<number> = []
    const relayed: Array<number> = []
    let spent = { mock: 0, relay: 0 }
    for (let number = 0; number < WARM_UP + PAYMENTS; number++) {
      if (number === WARM_UP) spent = { mock: await mock.cpu(), relay: await relay.cpu() }
      const direct = await pay(mock.port, "merchant:secret")
      const through = await pay(relay.port, "till:of the bench")
      if (number < WARM_UP) continue
      straight.push(direct)
      relayed.push(through)
    }
    /** Milliseconds of processor time per payment, which other work on the machine does not affect. */
    const cpu = {
      relay: rounded(((await relay.cpu()) - spent.relay) / PAYMENTS / 1_000),
      mock: rounded(((await mock.cpu()) - spent.mock) / PAYMENTS / 2 / 1_000)
    }
    const figures = (times: ReadonlyArray<number>) => ({ p50: quantile(times, 0.5), p99: quantile(times, 0.99) })
    const [before, after] = [figures(straight), figures(relayed)]
    const added = { p50: after.p50 - before.p50, p99: after.p99 - before.p99 }
    const flush = figures(flushes(folder))
    const beyond = { p50: added.p50 - flush.p50, p99: added.p99 - flush.p99 }
    return (["p50", "p99"] as const).map((each) => ({
      name: `relay.added-${each}`,
      value: rounded(beyond[each]),
      beside: {
        straight: rounded(before[each]),
        relayed: rounded(after[each]),
        flush: rounded(flush[each]),
        ...(each === "p50" ? { payments: PAYMENTS, processor: cpu } : {})
      }
    }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
