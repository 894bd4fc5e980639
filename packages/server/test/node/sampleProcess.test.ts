/** The gauges of the process, for any reader at any interval. */
import { Metrics } from "@hipay-pos/server"
import * as Metric from "effect/Metric"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { sampleProcess } from "../../src/node/sampleProcess.ts"

/** Monitors of an event loop with a given delay, from then until each is reset. */
const makeLoop = () => {
  const monitors: Array<{ max: number; isEnabled: boolean }> = []
  const monitor = () => {
    const own = { max: 0, isEnabled: false }
    monitors.push(own)
    return {
      enable: () => {
        own.isEnabled = true
        return true
      },
      disable: () => {
        own.isEnabled = false
        return true
      },
      reset: () => {
        own.max = 0
      },
      percentile: () => own.max,
      get max() {
        return own.max
      }
    }
  }
  const stall = (seconds: number) => {
    for (const each of monitors) each.max = Math.max(each.max, (seconds + 0.02) * 1e9)
  }
  return { monitor, monitors, stall }
}

describe("how late the event loop is", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it("is reported to every reader for at least one minute, and at most two", async () => {
    const { monitor, monitors, stall } = makeLoop()
    let now = 0
    const metrics = Metrics.make(() => now)
    const stop = sampleProcess(metrics, monitor)
    const pass = async (seconds: number) => {
      now += seconds * 1_000
      await vi.advanceTimersByTimeAsync(seconds * 1_000)
    }
    const read = async () => {
      await metrics.refresh()
      return ["p99", "max"].map((which) => {
        const gauge = Metric.snapshotUnsafe(metrics.context).find(
          ({ id }) => id === `hipay_pos_event_loop_delay_${which}_seconds`
        )
        const { value = Number.NaN } = (gauge?.state ?? {}) as { readonly value?: number }
        return Math.round(value * 1_000)
      })
    }
    await pass(59)
    stall(2)
    assert.deepStrictEqual(await read(), [2_000, 2_000])
    for (let times = 0; times < 60; times += 15) {
      await pass(15)
      assert.deepStrictEqual(await read(), [2_000, 2_000])
    }
    await pass(60)
    assert.deepStrictEqual(await read(), [0, 0])
    stop()
    assert.deepStrictEqual(
      monitors.map(({ isEnabled }) => isEnabled),
      [false, false]
    )
  })
})
