import * as Effect from "effect/Effect"
import { entriesToAttributes } from "effect/observability/OtlpResource"
import { layerProtobuf, OtlpSerialization } from "effect/observability/OtlpSerialization"
import type { TraceData } from "effect/observability/OtlpTracer"
import { assert, describe, it } from "vitest"
import { encodeSpans } from "../../src/bin/encodeSpans.ts"

const effects = Effect.runSync(Effect.provide(OtlpSerialization, layerProtobuf))

/** The bytes that effect's own encoder makes, as text, for a readable difference. */
const expected = (data: TraceData): string => {
  const { body } = effects.traces(data) as unknown as { readonly body: Uint8Array }
  return Buffer.from(body).toString("latin1")
}
const encoded = (data: TraceData): string => Buffer.from(encodeSpans(data)).toString("latin1")

type Span = TraceData["resourceSpans"][number]["scopeSpans"][number]["spans"][number]

const span = (attributes: Readonly<Record<string, unknown>>, more: Partial<Span> = {}): Span => ({
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "00f067aa0ba902b7",
  parentSpanId: undefined,
  name: "hipay_pos.exchange",
  kind: 3,
  startTimeUnixNano: "1700000000123456789",
  endTimeUnixNano: "18446744073709551615",
  attributes: entriesToAttributes(Object.entries(attributes)),
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  status: { code: 1 },
  links: [],
  droppedLinksCount: 0,
  ...more
})

const sent = (...spans: ReadonlyArray<Span>): TraceData => ({
  resourceSpans: [
    {
      resource: { attributes: entriesToAttributes([["service.name", "hipay-pos-gateway"]]), droppedAttributesCount: 0 },
      scopeSpans: [{ scope: { name: "effect", version: "4.1.0" }, spans: [...spans] }]
    }
  ]
})

describe("spans in protobuf", () => {
  it("are, byte for byte, what effect's encoder makes of them", () => {
    const event = { name: "request sent", timeUnixNano: "1700000000123456790", droppedAttributesCount: 0 }
    const all = sent(
      span({ text: "é€😀", empty: "", yes: true, no: false }, { parentSpanId: "b7ad6b7169203331" }),
      span({ zero: 0, one: 1, minus: -1, high: 2 ** 53 - 1, low: -(2 ** 53), long: 2n ** 63n - 1n, half: 0.5 }),
      span({ list: ["a", 1, true, ["b"]], infinite: Number.POSITIVE_INFINITY, object: { a: 1 } }),
      span(
        {},
        {
          status: { code: 2, message: "silence" },
          events: [{ ...event, attributes: entriesToAttributes([["stage", "pin"]]) }],
          links: [{ traceId: "1".repeat(32), spanId: "2".repeat(16), attributes: [], droppedAttributesCount: 0 }]
        }
      )
    )
    assert.strictEqual(encoded(all), expected(all))
    assert.strictEqual(encoded({ resourceSpans: [] }), expected({ resourceSpans: [] }))
  })

  it("have their lengths right where these take one, two, three and four bytes", () => {
    for (const length of [100, 110, 120, 125, 126, 127, 128, 129, 16_383, 16_384, 70_000, 2_097_151, 2_097_152]) {
      const data = sent(span({ text: "x".repeat(length) }), span({ after: 1 }))
      assert.isTrue(encoded(data) === expected(data), `${length} bytes`)
    }
    const many = sent(...Array.from({ length: 2_000 }, (_, n) => span({ n, name: "y".repeat(n % 300) })))
    assert.isTrue(encoded(many) === expected(many))
  })
})
