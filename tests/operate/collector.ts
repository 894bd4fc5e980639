/** A collector for tests: takes OTLP over HTTP, and reads it by OpenTelemetry's own messages. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import protobuf from "protobufjs"

const root = new protobuf.Root()
const proto = fileURLToPath(new URL("proto", import.meta.url))
root.resolvePath = (_, target) => `${proto}/${target}`
await root.load([
  "opentelemetry/proto/collector/trace/v1/trace_service.proto",
  "opentelemetry/proto/collector/metrics/v1/metrics_service.proto"
])
const messages = {
  "/v1/traces": root.lookupType("opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest"),
  "/v1/metrics": root.lookupType("opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest")
} as const

/** A span as it came; ids in hexadecimal. */
export interface CollectedSpan {
  readonly service: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
}

type Fields = Readonly<Record<string, unknown>>

const list = (value: unknown): ReadonlyArray<Fields> => (value ?? []) as ReadonlyArray<Fields>

const attributesOf = (value: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(list(value).map((each) => [each.key, Object.values(each.value as Fields)[0]]))

/** Starts one. */
export const startCollector = async () => {
  const bodies: Array<{ readonly path: string; readonly bytes: Buffer }> = []
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk) => chunks.push(chunk))
    request.on("end", () => {
      bodies.push({ path: String(request.url), bytes: Buffer.concat(chunks) })
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const decoded = (path: keyof typeof messages): ReadonlyArray<Fields> =>
    bodies
      .filter((each) => each.path === path)
      .map(({ bytes }) => {
        const type = messages[path]
        return type.toObject(type.decode(bytes), { bytes: String, longs: String }) as Fields
      })
  const hex = (base64: unknown): string => Buffer.from(String(base64 ?? ""), "base64").toString("hex")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans: (): ReadonlyArray<CollectedSpan> =>
      decoded("/v1/traces").flatMap((request) =>
        list(request.resourceSpans).flatMap((each) => {
          const service = String(attributesOf((each.resource as Fields).attributes)["service.name"])
          return list(each.scopeSpans).flatMap(({ spans }) =>
            list(spans).map((span) => ({
              service,
              traceId: hex(span.traceId),
              spanId: hex(span.spanId),
              parentSpanId: hex(span.parentSpanId),
              name: String(span.name),
              attributes: attributesOf(span.attributes)
            }))
          )
        })
      ),
    metrics: (): ReadonlyArray<string> =>
      decoded("/v1/metrics").flatMap((request) =>
        list(request.resourceMetrics).flatMap((each) =>
          list(each.scopeMetrics).flatMap(({ metrics }) => list(metrics).map(({ name }) => String(name)))
        )
      ),
    close: () => new Promise<void>((resolve) => server.close(() => resolve()))
  }
}
