/** Gauges of the process: its memory, when it started, and how late its event loop is. */
import { monitorEventLoopDelay } from "node:perf_hooks"
import type { Metrics } from "../telemetry/Metrics.ts"

/** Makes what measures how late the event loop is; Node's own by default. */
type Monitor = (
  options: NonNullable<Parameters<typeof monitorEventLoopDelay>[0]>
) => Pick<ReturnType<typeof monitorEventLoopDelay>, "enable" | "disable" | "reset" | "percentile" | "max">

/** Sets them each time before they are read. Returns how to stop. */
export const sampleProcess = (metrics: Metrics, monitor: Monitor = monitorEventLoopDelay): (() => void) => {
  // Reads reset nothing, so that each of several readers sees every delay: the elder has measured for a minute at least.
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

/** Milliseconds between two looks at the loop. */
const RESOLUTION = 20

/** How long a delay is shown at least, in milliseconds: longer than between two reads. */
const WINDOW = 60_000

const DELAY = "How late the event loop was in the last one to two minutes"

/** From the time between two looks, in nanoseconds, to seconds beyond it. */
const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1_000)
