/** One payment through till, relay, mock and terminal, as a collector sees it. */
import { PosClientError } from "@hipay-pos/client"
import { PosClient } from "@hipay-pos/client/effect"
import { Money, OrderRequest, TerminalTarget } from "@hipay-pos/core"
import { exportTelemetry } from "@hipay-pos/server/bin"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import { assert, describe, it, vi } from "vitest"
import { notify, startMock, startRelay, startService, success, till } from "../relay/relay.ts"
import { type CollectedSpan, startCollector } from "./collector.ts"

const PAN = "4970101122334422"

/** Telemetry of a program; `flush` sends all of it. */
const exporting = async (verb: string) => {
  const scope = Scope.makeUnsafe()
  const { telemetry } = await Effect.runPromise(
    Scope.provide(
      exportTelemetry(verb, {
        host: "127.0.0.1",
        metricsPort: Option.none(),
        version: "1.2.3",
        mode: "test",
        listener: () => {}
      }),
      scope
    )
  )
  return { telemetry, flush: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

type Telemetry = Awaited<ReturnType<typeof exporting>>["telemetry"]

/** Makes a till, a relay and a mock export to a collector while they are used; returns what the collector received. */
const tracing = async (
  env: Readonly<Record<string, string>>,
  use: (telemetry: Readonly<Record<"shop" | "own" | "upstream", Telemetry>>) => Promise<void>
) => {
  const collector = await startCollector()
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env }
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  try {
    const [own, upstream, shop] = [await exporting("gateway"), await exporting("mock"), await exporting("till")]
    await use({ own: own.telemetry, upstream: upstream.telemetry, shop: shop.telemetry })
    for (const { flush } of [shop, own, upstream]) await flush()
    return collector
  } finally {
    vi.unstubAllEnvs()
    await collector.close()
  }
}

/** The outcome of an order that a till pays at a server, traced if it has a tracer. */
const payAt = async (server: string, { tracer }: Telemetry, orderId: string, live = false) => {
  const layer = PosClient.PosClient.layer({
    server,
    username: till.username,
    password: Redacted.make(till.password),
    live,
    journal: "memory"
  })
  const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
  const customer = { email: "ada@example.org" }
  const pay = Effect.gen(function* () {
    const client = yield* PosClient.PosClient
    const order = { orderId, amount: Money.of("12.45", "EUR"), customer }
    return yield* client.pay(yield* Effect.fromResult(OrderRequest.make(order, target)))
  }).pipe(Effect.withSpan("checkout"), Effect.provide(layer))
  const traced = tracer === undefined ? pay : Effect.provideService(pay, Tracer.Tracer, tracer)
  const result = await Effect.runPromise(Effect.result(traced))
  if (Result.isSuccess(result)) return result.success._tag
  const error = result.failure
  return error instanceof PosClientError ? error.reason._tag : String(error)
}

/** Pays an order from a till that traces, through a relay, at a mock; returns what the collector received. */
const payTraced = (env: Readonly<Record<string, string>> = {}, orderId = "TRACED_1") =>
  tracing(env, async ({ shop, own, upstream }) => {
    await using mock = await startMock({ telemetry: upstream })
    await using relay = await startRelay(mock.url, { telemetry: own })
    assert.strictEqual(await payAt(relay.url, shop, orderId), "Approved")
  })

const pathTo = (spans: ReadonlyArray<CollectedSpan>, span: CollectedSpan): string => {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId)
  const own = `${span.service.replace("hipay-pos-", "")} ${span.name.replace("hipay_pos.", "")}`
  return parent === undefined ? own : `${pathTo(spans, parent)} > ${own}`
}

describe("the trace of one payment", () => {
  it("is one tree from the till through the relay and the mock to the terminal, by OpenTelemetry's own messages", async () => {
    const collector = await payTraced()
    const spans = collector.spans()
    assert.lengthOf(new Set(spans.map(({ traceId }) => traceId)), 1)
    assert.lengthOf(
      spans.filter(({ parentSpanId }) => parentSpanId === ""),
      1
    )
    const post = "POST /v1/connector/order"
    const relay = `till checkout > till pay > gateway ${post}`
    const mock = `${relay} > gateway exchange > mock ${post}`
    assert.sameMembers(
      spans.map((span) => pathTo(spans, span)),
      [
        "till checkout",
        "till checkout > till pay",
        relay,
        ...["receive", "validate", "claim", "exchange", "conclude", "render"].map(
          (step) => `${relay} > gateway ${step}`
        ),
        mock,
        ...["receive", "validate", "claim", "connect", "exchange", "conclude", "render"].map(
          (step) => `${mock} > mock ${step}`
        ),
        `${mock} > mock exchange > mock simulated_terminal`
      ]
    )
    const served = spans.find(({ service, name }) => service === "hipay-pos-gateway" && name === post)
    assert.deepInclude(served?.attributes, {
      "http.request.method": "POST",
      "http.route": "/v1/connector/order",
      "hipay_pos.order_id": "TRACED_1",
      "hipay_pos.state": "approved",
      "hipay_pos.outcome": "Approved",
      "hipay_pos.transaction_type": "Debit"
    })
    assert.include(collector.metrics(), "hipay_pos_orders_total")
  })

  it("goes on below the relay's request where an end comes later: an answer, a notification, or a person's", async () => {
    const orders = ["LATE", "NOTIFIED", "RESOLVED"]
    const ids: Array<string> = []
    const collector = await tracing({}, async ({ shop, own }) => {
      const { promise: late, resolve: answer } = Promise.withResolvers<void>()
      await using service = await startService(({ body }, response) => {
        if (body.includes("LATE")) void late.then(() => response.end(JSON.stringify(success(body))))
        else response.destroy()
      })
      await using relay = await startRelay(service.url, {
        telemetry: own,
        answerTimeout: "50 millis",
        relay: { notifications: { passphrase: "SecretPassphrase" } }
      })
      for (const orderId of orders)
        assert.strictEqual(await payAt(relay.url, shop, orderId, true), "OutcomeUnknown", orderId)
      answer()
      assert.strictEqual(await notify(relay.url, "SecretPassphrase", "NOTIFIED"), 204)
      const [unknown] = await relay.attempt("RESOLVED")
      const word = JSON.stringify({ outcome: "approved", by: "Ada", evidence: "receipt 000123" })
      const resolved = await relay.request(`/attempts/${unknown?.id}/resolve`, { method: "POST", body: word })
      assert.strictEqual(resolved.status, 200)
      for (const orderId of orders) {
        let [attempt] = await relay.attempt(orderId)
        while (attempt?.state !== "approved") [attempt] = await relay.attempt(orderId)
        ids.push(attempt.id)
      }
    })
    const spans = collector.spans()
    const orderOf = ({ traceId, parentSpanId }: CollectedSpan) =>
      spans.find((span) => span.traceId === traceId && span.spanId === parentSpanId)?.attributes["hipay_pos.order_id"]
    // On a busy machine a connection may end after the short wait for an answer: then that is a late end, too.
    const later = ["late_answer", "notification", "resolution"].flatMap((name, place) =>
      spans.filter((span) => span.name === `hipay_pos.${name}` && orderOf(span) === orders[place])
    )
    const post = "till checkout > till pay > gateway POST /v1/connector/order"
    assert.deepStrictEqual(
      later.map((span) => [pathTo(spans, span), span.attributes]),
      [
        [`${post} > gateway late_answer`, { "hipay_pos.outcome": "Approved" }],
        [`${post} > gateway notification`, { "hipay_pos.attempt": ids[1], "hipay_pos.state": "approved" }],
        [`${post} > gateway resolution`, { "hipay_pos.attempt": ids[2], "hipay_pos.state": "approved" }]
      ]
    )
  })

  it("holds no card number, address, password or order, and neither do the metrics", async () => {
    const collector = await payTraced({}, `${PAN}`)
    const sent = collector.bodies.map(({ bytes }) => bytes.toString("latin1")).join("\n")
    assert.include(sent, "hipay_pos.order_id")
    for (const secret of [
      PAN,
      PAN.slice(6, 13),
      "ada@example.org",
      till.password,
      "merchant_contract",
      btoa(`${till.username}:${till.password}`)
    ])
      assert.notInclude(sent, secret)
  })

  it("is sent as the standard variables say", async () => {
    const none = await payTraced({ OTEL_TRACES_EXPORTER: "none" })
    assert.deepStrictEqual([none.spans().length, none.metrics().length > 0], [0, true])
    const disabled = await payTraced({ OTEL_SDK_DISABLED: "true" })
    assert.lengthOf(disabled.bodies, 0)
    const unsampled = await payTraced({ OTEL_TRACES_SAMPLER: "always_off" })
    assert.lengthOf(unsampled.spans(), 0)
  })
})
