/**
 * What a server's program exports: metrics as text for Prometheus, on a separate port or at the API's `/metrics`; and, if
 * `OTEL_EXPORTER_OTLP_ENDPOINT` is set, traces and metrics by OTLP.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { type CommandFailed, refuse, tryLater } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import type * as Scope from "effect/Scope"
import { mayListenLater } from "../node/serve.ts"
import type { Telemetry } from "../node/serveApp.ts"
import { toProblem } from "../render/problems.ts"
import type { Listener } from "../ServerEvent.ts"
import * as Metrics from "../telemetry/Metrics.ts"
import { exportOtlp } from "./exportOtlp.ts"
import { makeRequestPolicy } from "./requestPolicy.ts"

/** What is exported. */
export interface Exported {
  readonly telemetry: Telemetry
  /** Where Prometheus reads; absent without a separate port. */
  readonly metrics?: string
}

/** Makes a program's telemetry; its port is closed with the scope. */
export const exportTelemetry = Effect.fnUntraced(function* (
  verb: string,
  options: {
    readonly host: string
    readonly metricsPort: Option.Option<number>
    /** Names by which Prometheus may call it, besides `localhost` and addresses. */
    readonly allowedHosts?: ReadonlyArray<string> | undefined
    readonly version: string
    readonly mode: string
    readonly listener: Listener
  }
): Effect.fn.Return<Exported, CommandFailed, Scope.Scope> {
  const metrics = Metrics.make()
  const { host, allowedHosts, version, mode, listener } = options
  metrics.set("hipay_pos_build_info", "1, with the version and the mode of the server.", 1, { version, mode })
  const metricsText = async () => {
    await metrics.refresh()
    return PrometheusMetrics.formatUnsafe(metrics.context)
  }
  const tracer = yield* exportOtlp(verb, version, metrics, listener)
  const telemetry: Telemetry = { metrics, metricsText, tracer }
  if (Option.isNone(options.metricsPort)) return { telemetry }
  const port = options.metricsPort.value
  const url = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () => serveMetrics(host, port, makeRequestPolicy(allowedHosts), metricsText),
      catch: (error) => {
        const { code, message } = error as NodeJS.ErrnoException
        const flag = `${verb}: --metrics-port`
        const problem =
          code === "EADDRINUSE"
            ? `port ${port} on ${host} is in use; choose another, or 0 for any that is free`
            : `cannot listen on ${host}:${port}: ${code ?? message}`
        return (mayListenLater(code) ? tryLater : refuse)(`${flag}: ${problem}`)
      }
    }),
    ({ close }) => Effect.promise(close)
  )
  return { telemetry, metrics: url.url }
})

/**
 * Serves only the text at `/metrics`. It has no login, so it belongs on an address that only Prometheus reaches; the host
 * policy keeps out web pages shown by browsers on such a network.
 */
const serveMetrics = (
  host: string,
  port: number,
  requestPolicy: ReturnType<typeof makeRequestPolicy>,
  toText: () => Promise<string>
) =>
  new Promise<{ readonly url: string; readonly close: () => Promise<void> }>((resolve, reject) => {
    const server = createServer((request, response) => {
      const refusal = requestPolicy(request)
      if (refusal !== undefined) {
        const { status, body } = toProblem({ _tag: "RequestRefused", refusal, host: request.headers.host })
        return void response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body))
      }
      if (request.url?.split("?")[0] !== "/metrics") return void response.writeHead(404).end()
      if (request.method !== "GET" && request.method !== "HEAD")
        return void response.writeHead(405, { Allow: "GET, HEAD" }).end()
      void toText().then(
        (text) => response.writeHead(200, { "Content-Type": CONTENT_TYPE, "Cache-Control": "no-store" }).end(text),
        () => response.writeHead(500).end()
      )
    })
    server.once("error", reject)
    server.listen(port, host, () => {
      const { address, family, port: bound } = server.address() as AddressInfo
      const shown = family === "IPv6" ? `[${address}]` : address
      resolve({
        url: `http://${shown}:${bound}/metrics`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          })
      })
    })
  })

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
