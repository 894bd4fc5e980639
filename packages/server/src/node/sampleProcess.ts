/** Gauges of the process: memory, start time, and event-loop delay. */
import { monitorEventLoopDelay } from "node:perf_hooks"
import type { Metrics } from "../telemetry/Metrics.ts"

/** Makes a monitor of the event loop's delay; Node's own by default. */
type Monitor = (
  options: NonNullable<Parameters<typeof monitorEventLoopDelay>[0]>
) => Pick<ReturnType<typeof monitorEventLoopDelay>, "enable" | "disable" | "reset" | "percentile" | "max">

/** Sets the gauges before each read. Returns a function that stops it. */
export const sampleProcess = (metrics: Metrics, monitor: Monitor = monitorEventLoopDelay): (() => void) => {
  // Reads reset nothing, so that each of several readers sees every delay. The older monitor has measured for at least a
  // minute.
  let [elder, younger] = [monitor({ resolution: RESOLUTION }), monitor({ resolution: RESOLUTION })]
  for (const delay of [elder, younger]) delay.enable()
  const turn = setInterval(() => {
    ;[elder, younger] = [younger, elder]
    younger.reset()
  }, WINDOW)
  turn.unref()
  const startedAt = Date.now() / 1_000 - process.uptime()
  metrics.onRefresh(() => {
    const { set } = metrics
    set("process_resident_memory_bytes", "Memory of the process.", process.memoryUsage.rss())
    set("process_start_time_seconds", "Start of the process, in seconds since 1970.", startedAt)
    set("hipay_pos_event_loop_delay_p99_seconds", `${DELAY}, for 99 % of the time.`, late(elder.percentile(99)))
    set("hipay_pos_event_loop_delay_max_seconds", `${DELAY}, at most.`, late(elder.max))
  })
  return () => {
    clearInterval(turn)
    for (const delay of [elder, younger]) delay.disable()
  }
}

/** Milliseconds between two checks of the loop. */
const RESOLUTION = 20

/** How long a delay is shown at least, in milliseconds: longer than the time between two reads. */
const WINDOW = 60_000

const DELAY = "How late the event loop was in the last one to two minutes"

/** Converts the time between two checks, in nanoseconds, to the seconds beyond the resolution. */
const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1_000)
