/** What a collector receives under which environment variables. */
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { gunzipSync } from "node:zlib"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import { afterAll, assert, beforeAll, beforeEach, describe, it, vi } from "vitest"
import { exportOtlp } from "../../src/bin/exportOtlp.ts"
import type { ServerEvent } from "../../src/ServerEvent.ts"
import * as Metrics from "../../src/telemetry/Metrics.ts"

interface Got {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let got: Array<Got> = []
let answers = true
let said: Array<ServerEvent> = []
const collector = createServer((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk) => chunks.push(chunk))
  request.on("end", () => {
    const bytes = Buffer.concat(chunks)
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes
    got.push({ path: request.url ?? "", headers: request.headers, body: body.toString("latin1") })
    if (answers) response.end()
  })
})
let url = ""

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve))
  url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
})
afterAll(() => {
  collector.closeAllConnections()
  return new Promise<void>((resolve) => collector.close(() => resolve()))
})
beforeEach(() => {
  got = []
  answers = true
  said = []
})

/** Exports these spans under these variables, until all are sent. */
const exporting = async (env: Readonly<Record<string, string>>, spans = 1): Promise<void> => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const scope = Scope.makeUnsafe()
  try {
    const tracer = await Effect.runPromise(
      Scope.provide(
        exportOtlp("mock", "1.2.3", Metrics.make(), (event) => said.push(event)),
        scope
      )
    )
    for (let n = 0; n < spans; n++) tracer?.span(spanOptions).end(1n, Exit.void)
  } finally {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    vi.unstubAllEnvs()
  }
}

const spanOptions: Parameters<Tracer.Tracer["span"]>[0] = {
  name: "hipay_pos.claim",
  kind: "internal",
  parent: Option.none(),
  annotations: Context.empty(),
  links: [],
  startTime: 0n,
  root: true,
  sampled: true
}

const warnings = () => said.map((event) => event._tag === "TelemetrySent" && !event.isSent && event.detail)

const traces = () => got.filter(({ body }) => body.includes("hipay_pos.claim"))

describe("telemetry is sent", () => {
  it("nowhere without an endpoint, or if the SDK or both exporters are off", async () => {
    await exporting({})
    for (const off of [{ OTEL_SDK_DISABLED: "true" }, { OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" }])
      await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...off })
    assert.lengthOf(got, 0)
  })

  it("below the endpoint, with the headers, in protobuf that says which service it is", async () => {
    await exporting({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/collect/`,
      OTEL_EXPORTER_OTLP_HEADERS: "x-shop=Caf%C3%A9,authorization=Bearer%20key",
      OTEL_SERVICE_NAME: "till-3",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=shop"
    })
    const [trace] = traces()
    assert.strictEqual(trace?.path, "/collect/v1/traces")
    assert.deepInclude(trace?.headers, { "content-type": "application/x-protobuf", authorization: "Bearer key" })
    for (const part of ["till-3", "1.2.3", "deployment.environment.name"]) assert.include(trace?.body, part)
  })

  it("to the traces endpoint unchanged, compressed, in requests of the configured size", async () => {
    await exporting(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
        OTEL_METRICS_EXPORTER: "none",
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/only-traces`,
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-signal=traces",
        OTEL_EXPORTER_OTLP_HEADERS: "x-signal=any",
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: "gzip",
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "30"
      },
      80
    )
    assert.deepStrictEqual(
      traces()
        .map(({ path, headers, body }) => [
          path,
          headers["x-signal"],
          headers["content-encoding"],
          body.split("hipay_pos.claim").length - 1
        ])
        .sort(([, , , a], [, , , b]) => Number(b) - Number(a)),
      [30, 30, 20].map((spans) => ["/only-traces", "traces", "gzip", spans])
    )
  })

  it("in JSON on request", async () => {
    await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" })
    const [trace] = traces()
    assert.strictEqual(trace?.headers["content-type"], "application/json")
    assert.deepInclude(JSON.parse(trace?.body ?? "").resourceSpans[0].scopeSpans[0].spans[0], {
      name: "hipay_pos.claim"
    })
  })

  it("without waiting for a silent collector beyond the timeout", async () => {
    answers = false
    await exporting({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_METRICS_EXPORTER: "none",
      OTEL_EXPORTER_OTLP_TIMEOUT: "500"
    })
    assert.isAtLeast(traces().length, 1)
  })

  it("and an unreachable collector is reported", async () => {
    await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1", OTEL_METRICS_EXPORTER: "none" })
    assert.deepStrictEqual(warnings(), [
      "traces cannot be sent to 127.0.0.1:1: ECONNREFUSED; until they can, they are dropped"
    ])
  })

  it("each kind by its own protocol", async () => {
    await exporting({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http/protobuf"
    })
    assert.deepStrictEqual(warnings(), [])
    assert.deepStrictEqual(
      new Set(got.map(({ path, headers }) => `${path} ${headers["content-type"]}`)),
      new Set(["/v1/traces application/json", "/v1/metrics application/x-protobuf"])
    )
  })

  it("by the default sampler if another one is requested, with a warning", async () => {
    for (const sampler of [{ OTEL_TRACES_SAMPLER: "jaeger_remote" }, { OTEL_TRACES_SAMPLER_ARG: "half" }])
      await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_SAMPLER: "traceidratio", ...sampler })
    assert.lengthOf(traces(), 2)
    for (const warning of warnings()) assert.match(String(warning), /^OTEL_TRACES_SAMPLER: expected .*; all are kept$/)
    assert.lengthOf(said, 2)
  })

  it("nowhere if the SDK is off, whatever the rest says", async () => {
    await exporting({
      OTEL_SDK_DISABLED: "True",
      OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317",
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc"
    })
    assert.deepStrictEqual(said, [])
  })

  it("not at all if a variable has an invalid value, and a warning names it", async () => {
    for (const [name, value] of [
      ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
      ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector"],
      ["OTEL_EXPORTER_OTLP_COMPRESSION", "zip"],
      ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "many"],
      ["OTEL_EXPORTER_OTLP_TIMEOUT", "soon"]
    ] as const) {
      said = []
      await exporting({ OTEL_EXPORTER_OTLP_ENDPOINT: url, [name]: value })
      assert.isAtLeast(said.length, 1)
      for (const warning of warnings()) {
        assert.match(String(warning), new RegExp(`^${name}: [^\\n]*; no (traces|metrics) are sent$`))
        assert.notInclude(String(warning), "collector")
      }
    }
    assert.lengthOf(traces(), 0)
  })
})
