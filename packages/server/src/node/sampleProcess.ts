/** Gauges of the process: its memory, when it started, and how late its event loop is. */
import { monitorEventLoopDelay } from "node:perf_hooks"
import type { Metrics } from "../telemetry/Metrics.ts"

/** Sets them each time before they are read. Returns how to stop. */
export const sampleProcess = (metrics: Metrics): (() => void) => {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  delay.enable()
  const startedAt = Date.now() / 1_000 - process.uptime()
  metrics.onRefresh(() => {
    const { set } = metrics
    set("process_resident_memory_bytes", "Memory of the process.", process.memoryUsage.rss())
    set("process_start_time_seconds", "Start of the process, in seconds since 1970.", startedAt)
    set("hipay_pos_event_loop_delay_p99_seconds", `${DELAY}, for 99 % of the time.`, late(delay.percentile(99)))
    set("hipay_pos_event_loop_delay_max_seconds", `${DELAY}, at most.`, late(delay.max))
    delay.reset()
  })
  return () => delay.disable()
}

/** Milliseconds between two looks at the loop. */
const RESOLUTION = 20

const DELAY = "How late the event loop was since the metrics were last read"

/** From the time between two looks, in nanoseconds, to seconds beyond it. */
const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1_000)
