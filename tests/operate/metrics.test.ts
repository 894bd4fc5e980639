/** The metrics of a gateway that runs as a process of its own, read as Prometheus reads them. */
import { once } from "node:events"
import { get, type IncomingMessage } from "node:http"
import { join } from "node:path"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { authorization, folder, type GatewayProcess, orderAt, startGatewayProcess } from "../gatewayProcess.ts"
import { hasPromtool, promtool } from "./promtool.ts"

/** A sample of a line such as `name{label="value"} 1`. */
const sampleOf = (text: string, series: string): number | undefined => {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

describe("the metrics of a gateway", () => {
  let gateway: GatewayProcess
  let terminal: Awaited<ReturnType<typeof startTerminal>>

  beforeAll(async () => {
    terminal = await startTerminal({ port: 0 })
    gateway = await startGatewayProcess([
      "--dial",
      `127.0.0.1:${terminal.port}`,
      "--store",
      join(folder, "metrics.db"),
      "--metrics-port",
      "0",
      "--allow-host",
      "gateway"
    ])
    await gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, "A"))
    await gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, "A"))
    await gateway.request("POST", "/v1/connector/order", orderAt(1, "B"))
    await gateway.request("POST", "/v1/connector/order", { order: {} })
  })

  afterAll(async () => {
    gateway.stop()
    await gateway.ended
    await terminal.close()
  })

  it("have an address of their own, which the ready line says, without a login", async () => {
    assert.match(gateway.metrics ?? "", /^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    const response = await fetch(String(gateway.metrics))
    assert.strictEqual(response.status, 200)
    assert.strictEqual(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8")
    assert.strictEqual((await fetch(String(gateway.metrics).replace("/metrics", "/attempts"))).status, 404)
  })

  it("are given to callers by address, localhost and the names of --allow-host, and to no web page", async () => {
    const statusFor = async (headers: Readonly<Record<string, string>>) => {
      const [answer] = (await once(get(String(gateway.metrics), { headers }), "response")) as [IncomingMessage]
      answer.resume()
      return answer.statusCode
    }
    for (const host of ["gateway:9464", "localhost:9464", "10.0.0.7:9464"]) {
      assert.strictEqual(await statusFor({ host }), 200, host)
    }
    assert.strictEqual(await statusFor({ host: "evil.example:9464" }), 403)
    assert.strictEqual(await statusFor({ origin: "http://evil.example" }), 403)
    assert.strictEqual(await statusFor({ "sec-fetch-site": "cross-site" }), 403)
  })

  it("count orders by state and type, repeats, and refusals by their code", async () => {
    const text = await (await fetch(String(gateway.metrics))).text()
    assert.strictEqual(sampleOf(text, 'hipay_pos_orders_total{state="approved",type="Debit"}'), 1)
    assert.strictEqual(sampleOf(text, 'hipay_pos_repeats_total{answer="refused"}'), 1)
    assert.strictEqual(sampleOf(text, 'hipay_pos_orders_refused_total{code="unknown.terminal.bad.request"}'), 1)
    assert.strictEqual(sampleOf(text, 'hipay_pos_order_seconds_count{type="Debit"}'), 1)
    assert.strictEqual(sampleOf(text, 'hipay_pos_exchange_seconds_count{terminal="dialled"}'), 1)
    assert.strictEqual(sampleOf(text, "hipay_pos_queue_wait_seconds_count"), 1)
    assert.isDefined(sampleOf(text, 'hipay_pos_exchange_seconds_bucket{terminal="dialled",le="200"}'))
    for (const gauge of ["orders_in_flight", "orders_queued", "ends_owed", "terminals_blocked"]) {
      assert.strictEqual(sampleOf(text, `hipay_pos_${gauge}`), 0, gauge)
    }
    assert.isAbove(sampleOf(text, "process_resident_memory_bytes") ?? 0, 1_000_000)
    assert.isAbove(sampleOf(text, 'hipay_pos_store_seconds_count{call="claim"}') ?? 0, 0)
  })

  it("are at /metrics of the API, too, for a login that may read", async () => {
    const response = await fetch(`${gateway.url}/metrics`, { headers: { authorization } })
    assert.strictEqual(response.status, 200)
    assert.include(await response.text(), "hipay_pos_orders_total")
    assert.strictEqual((await fetch(`${gateway.url}/metrics`)).status, 401)
  })

  it.skipIf(!hasPromtool)("pass promtool's check (needs promtool: Debian's package prometheus)", async () => {
    const text = await (await fetch(String(gateway.metrics))).text()
    assert.deepStrictEqual(promtool(["check", "metrics"], text), { status: 0, said: "" })
  })
})
