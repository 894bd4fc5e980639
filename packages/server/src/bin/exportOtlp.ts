/**
 * Sends traces and metrics to an OpenTelemetry collector by OTLP over HTTP if the standard environment variables name one. The
 * code that sends them is loaded only then.
 */
import { variable } from "@hipay-pos/cli-kit"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import type { Listener } from "../ServerEvent.ts"
import type * as Metrics from "../telemetry/Metrics.ts"

/** Starts to send; when the scope ends, sends the rest and stops. Returns the tracer, or undefined if no traces are sent. */
export const exportOtlp = (
  verb: string,
  version: string,
  metrics: Metrics.Metrics,
  listener: Listener
): Effect.Effect<Tracer.Tracer | undefined, never, Scope.Scope> =>
  Effect.suspend(() =>
    Effect.provideService(start(version, metrics, listener), ConfigProvider.ConfigProvider, provider(verb))
  )

const start = Effect.fnUntraced(function* (
  version: string,
  metrics: Metrics.Metrics,
  listener: Listener
): Effect.fn.Return<Tracer.Tracer | undefined, never, Scope.Scope> {
  if ((yield* variable("OTEL_SDK_DISABLED"))?.toLowerCase() === "true") return undefined
  const endpoints = [
    yield* variable("OTEL_EXPORTER_OTLP_ENDPOINT"),
    yield* variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
    yield* variable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")
  ]
  if (!endpoints.some(Boolean)) return undefined
  const { sendOtlp } = yield* Effect.promise(() => import("./sendOtlp.ts"))
  return yield* sendOtlp(version, metrics, listener)
})

/** The environment. Effect's exporters are off unless named, while the standard's are on by default. */
const provider = (verb: string): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromEnv({
    env: {
      OTEL_SERVICE_NAME: `hipay-pos-${verb.replace(/^hipay-pos-/, "")}`,
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "otlp",
      ...set(process.env)
    }
  })

/** The environment without empty variables, which count as not set. */
const set = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])))
