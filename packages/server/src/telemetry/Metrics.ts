/**
 * One server's counts and times, for any exporter: a separate registry of effect's metrics.
 *
 * Names include their unit. Each label has a few values known in advance, never a terminal, login or order, so a chain of
 * twenty thousand terminals has as many series as a shop. Times are in seconds.
 */
import type * as Context from "effect/Context"
import * as EffectContext from "effect/Context"
import * as Metric from "effect/Metric"
import { type Listener, safeListener } from "../ServerEvent.ts"
import type { Instruments, Labels } from "./Instruments.ts"
import { makeRecorder, type Recorder } from "./recordEvents.ts"

/** The metrics of one server. */
export interface Metrics extends Instruments {
  /** Holds the registry, for exporters. */
  readonly context: Context.Context<never>
  /** Receives the server's events. */
  readonly listener: Listener
  /** Receives the reports of its attempts. */
  readonly attemptListener: Recorder["attemptListener"]
  /** Registers a look-up that runs before each read of the metrics. Its exceptions are dropped. */
  readonly onRefresh: (look: () => Promise<void> | void) => void
  /**
   * Registers a setter that runs after those look-ups, even abandoned ones: for values that change while the store is asked.
   */
  readonly onRead: (set: () => void) => void
  /** Updates the gauges, at most once a second; a look-up that takes longer than {@link LOOK_TIMEOUT} changes nothing. */
  readonly refresh: () => Promise<void>
}

/** Up to 200 seconds, the longest that a till waits. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 200]

/** The most series of one metric; the rest are counted as `other`. */
const MAX_SERIES = 100

/** How long gauges count as current, in milliseconds. */
const FRESH = 1_000

/** How long the look-ups may take, in milliseconds: less than Prometheus waits, in case a database does not answer. */
const LOOK_TIMEOUT = 5_000

/** Makes empty metrics. */
export const make = (now: () => number = () => performance.now()): Metrics => {
  const context = EffectContext.make(Metric.MetricRegistry, new Map())
  const series = new Map<string, Metric.Metric<number, unknown>>()
  const counts = new Map<string, number>()
  const looks: Array<() => Promise<void> | void> = []
  const sets: Array<() => void> = []
  let refreshing: Promise<void> = Promise.resolve()
  let refreshedAt = Number.NEGATIVE_INFINITY

  const seriesOf = (
    name: string,
    labels: Labels,
    make: (attributes: Labels) => Metric.Metric<number, unknown>
  ): Metric.Metric<number, unknown> => {
    const key = keyOf(name, labels)
    const known = series.get(key)
    if (known !== undefined) return known
    const among = counts.get(name) ?? 0
    if (among >= MAX_SERIES && !isOther(labels)) {
      return seriesOf(name, Object.fromEntries(Object.keys(labels).map((label) => [label, OTHER])), make)
    }
    const made = make(labels)
    counts.set(name, among + 1)
    series.set(key, made)
    return made
  }

  const count: Instruments["count"] = (name, description, labels = none, by = 1) =>
    seriesOf(name, labels, (attributes) =>
      Metric.counter(name, { description, attributes, incremental: true })
    ).updateUnsafe(by, context)

  const observe: Instruments["observe"] = (name, description, seconds, labels = none) =>
    seriesOf(name, labels, (attributes) =>
      Metric.histogram(name, { description, attributes, boundaries: BOUNDARIES })
    ).updateUnsafe(Math.max(0, seconds), context)

  const set: Instruments["set"] = (name, description, value, labels = none) =>
    seriesOf(name, labels, (attributes) => Metric.gauge(name, { description, attributes })).updateUnsafe(value, context)

  const instruments: Instruments = { count, observe, set }
  const recorder = makeRecorder(instruments, now)
  looks.push(recorder.refresh)

  return {
    ...instruments,
    context,
    listener: safeListener(recorder.listener),
    attemptListener: recorder.attemptListener,
    onRefresh: (look) => void looks.push(look),
    onRead: (set) => void sets.push(set),
    refresh: () => {
      if (now() - refreshedAt < FRESH) return refreshing
      refreshedAt = now()
      refreshing = within(LOOK_TIMEOUT, Promise.allSettled(looks.map(async (look) => look()))).then(() => {
        for (const set of sets) set()
      })
      return refreshing
    }
  }
}

/** Waits for work, but only for this many milliseconds. */
const within = async (milliseconds: number, work: Promise<unknown>): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, over])
  clearTimeout(timer)
}

const none: Labels = {}

const OTHER = "other"

const isOther = (labels: Labels): boolean => Object.values(labels).every((value) => value === OTHER)

const keyOf = (name: string, labels: Labels): string => `${name}\n${Object.values(labels).join("\n")}`
