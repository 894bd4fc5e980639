/** What is counted, and that the number of series stays small however large a chain is. */
import { AttemptStore, Metrics } from "@hipay-pos/server"
import type * as Attempt from "@hipay-pos/server/Attempt"
import type { Space } from "@hipay-pos/server/Space"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { sampleSpaces } from "../../src/telemetry/sampleSpaces.ts"
import { attempt } from "../attempts/storeLaws.ts"

const seriesIn = (metrics: Metrics.Metrics) =>
  Metric.snapshotUnsafe(metrics.context).map(({ id, attributes, state }) => ({ id, attributes, state }))

/** Series as Prometheus counts them: each bucket of a histogram is one. */
const countSeries = (metrics: Metrics.Metrics): number =>
  Metric.snapshotUnsafe(metrics.context).reduce(
    (sum, each) => sum + (each.type === "Histogram" ? each.state.buckets.length + 3 : 1),
    0
  )

const find = (metrics: Metrics.Metrics, id: string, labels: Record<string, string> = {}) =>
  seriesIn(metrics).find(
    (each) => each.id === id && Object.entries(labels).every(([name, value]) => each.attributes?.[name] === value)
  )?.state

describe("the metrics of a server", () => {
  it("count an attempt by its first end, and what it becomes later apart from that", () => {
    const metrics = Metrics.make(() => 0)
    const open = attempt("1")
    const resolutions: ReadonlyArray<Attempt.Resolution> = [
      { at: 2, outcome: "approved", by: "Ada", evidence: "receipt", login: "shop" }
    ]
    for (const each of [open, attempt("1", { state: "unknown" }), attempt("1", { state: "approved", resolutions })])
      metrics.attemptListener.onChange?.(each)
    metrics.attemptListener.onUnknownEnded?.("approved", "person")
    assert.deepInclude(find(metrics, "hipay_pos_orders_total", { state: "unknown", type: "Debit" }), { count: 1 })
    assert.isUndefined(find(metrics, "hipay_pos_orders_total", { state: "approved" }))
    assert.deepInclude(find(metrics, "hipay_pos_unknown_ended_total", { state: "approved", by: "person" }), {
      count: 1
    })
  })

  it("have every kind of alarm from the start", () => {
    const metrics = Metrics.make(() => 0)
    const codes = seriesIn(metrics)
      .filter(({ id }) => id === "hipay_pos_alarms_total")
      .map(({ attributes }) => attributes?.code)
    assert.sameMembers(codes, [
      "attempt.end.not.written",
      "attempt.end.written.late",
      "attempt.end.lost",
      "attempt.resolution.contradicted",
      "attempt.notification.contradicts",
      "attempt.unknown.old",
      "store.failing",
      "terminal.unreachable",
      "lease.lost"
    ])
  })

  it("count a gateway's alarms", () => {
    const metrics = Metrics.make(() => 0)
    metrics.listener({ _tag: "GatewayAlarm", code: "lease.lost", message: "It is lost." })
    assert.deepInclude(find(metrics, "hipay_pos_alarms_total", { code: "lease.lost" }), { count: 1 })
  })

  it("have the failures of orders at HiPay's service, and refused logins, from the start", () => {
    const metrics = Metrics.make(() => 0)
    for (const kind of ["ConnectionRefused", "LoginRefused", "SilentAfterSend", "ServerFailed", "Reported"])
      assert.deepInclude(
        find(metrics, "hipay_pos_order_errors_total", { kind, terminal: "relayed" }),
        { count: 0 },
        kind
      )
    for (const credentials of ["none", "wrong"])
      assert.deepInclude(find(metrics, "hipay_pos_logins_refused_total", { credentials }), { count: 0 }, credentials)
  })

  it("measure the exchange and the wait for the terminal", () => {
    let now = 0
    const metrics = Metrics.make(() => now)
    metrics.attemptListener.onChange?.(attempt("1"))
    now = 2_000
    const address = { host: "192.0.2.1", port: 8888 }
    metrics.listener({ _tag: "Terminal", attempt: "1", event: { _tag: "Connecting", orderId: "A", address } })
    metrics.listener({ _tag: "Terminal", attempt: "1", event: { _tag: "RequestSent", orderId: "A", frame: "" } })
    now = 32_000
    const reason = { _tag: "Unknown", orderId: "A" } as const
    metrics.listener({ _tag: "Terminal", attempt: "1", event: { ...reason, reason: undefined as never } })
    assert.deepInclude(find(metrics, "hipay_pos_queue_wait_seconds"), { count: 1, sum: 2 })
    assert.deepInclude(find(metrics, "hipay_pos_exchange_seconds"), { count: 1, sum: 30 })
  })

  it("have at most 10 000 series with 20 000 terminals and 5 000 logins", async () => {
    const metrics = Metrics.make(() => 0)
    const states = ["approved", "approved-in-part", "declined", "not-started", "unknown"] as const
    const types = ["Debit", "Credit", "Cancel"] as const
    for (let number = 0; number < 20_000; number++) {
      const login = `till-${number % 5_000}`
      const open = attempt(String(number), { login, terminalName: `terminal ${number}`, orderId: `order ${number}` })
      const key = { ...open.key, transactionType: types[number % 3] ?? "Debit" }
      metrics.attemptListener.onChange?.({ ...open, key })
      metrics.attemptListener.onChange?.(attempt(open.id, { ...open, key, state: states[number % 5] ?? "unknown" }))
      metrics.listener({
        _tag: "Unauthorized",
        requestId: "r",
        credentials: "wrong",
        login,
        address: `2001:db8::${number}`
      })
      metrics.listener({
        _tag: "OrderAnswered",
        requestId: "r",
        took: 1,
        login,
        answer: { status: 400, body: { error: { code: `code.${number}` } } }
      })
    }
    await metrics.refresh()
    assert.isAtMost(countSeries(metrics), 1_000)
    assert.deepInclude(find(metrics, "hipay_pos_orders_refused_total", { code: "other" }), { count: 20_000 - 100 })
  })

  it("time the store's calls", () => {
    const metrics = Metrics.make(() => 0)
    metrics.count("hipay_pos_test_total", "A test.", { kind: "a" })
    metrics.count("hipay_pos_test_total", "A test.", { kind: "b" }, 3)
    assert.deepInclude(find(metrics, "hipay_pos_test_total", { kind: "b" }), { count: 3 })
  })

  it("name the store that several servers share, beside what is undecided in it", async () => {
    const metrics = Metrics.make(() => 0)
    const list = () => Effect.succeed([attempt("1", { state: "unknown", terminal: "dialled" })])
    const space = { attempts: { list, owed: () => [] }, now: () => 60_000 } as unknown as Space
    sampleSpaces(metrics, async () => [space], "6f1c0a52-9d3e-4b7a-8c15-2e0f7b94d6a3")
    await metrics.refresh()
    for (const gauge of ["attempts_unknown", "oldest_unknown_seconds", "terminals_blocked"])
      assert.isDefined(find(metrics, `hipay_pos_${gauge}`, { store: "6f1c0a52-9d3e-4b7a-8c15-2e0f7b94d6a3" }), gauge)
  })

  it("count a blocked terminal behind HiPay's service where an unknown payment blocks it, and only there", async () => {
    const metrics = Metrics.make(() => 0)
    const relayed = { state: "unknown", terminal: "relayed" } as const
    const aside = [{ at: 1, outcome: "set-aside", by: "Ada", evidence: "", login: "shop" }] as const
    const list = () =>
      Effect.succeed([
        attempt("1", { ...relayed, terminalName: "a", guarded: true }),
        attempt("2", { ...relayed, terminalName: "b", guarded: true, resolutions: aside }),
        attempt("3", { ...relayed, terminalName: "c" })
      ])
    sampleSpaces(metrics, async () => [{ attempts: { list, owed: () => [] }, now: () => 0 } as unknown as Space])
    await metrics.refresh()
    assert.deepInclude(find(metrics, "hipay_pos_terminals_blocked"), { value: 1 })
  })

  it("are read although a store does not answer, and values that change meanwhile are set last", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    onTestFinished(() => void vi.useRealTimers())
    const metrics = Metrics.make(() => 0)
    let left = 12
    metrics.onRead(() => metrics.set("hipay_pos_test_left", "A test.", left))
    metrics.onRefresh(() => metrics.set("hipay_pos_test_known", "A test.", 1))
    metrics.onRefresh(() => new Promise(() => {}))
    const read = metrics.refresh()
    left = 7
    await vi.advanceTimersByTimeAsync(5_000)
    await read
    assert.deepInclude(find(metrics, "hipay_pos_test_known"), { value: 1 })
    assert.deepInclude(find(metrics, "hipay_pos_test_left"), { value: 7 })
  })

  it("keep what is undecided while the store cannot be read, and still say what is owed to it", async () => {
    let time = 0
    const metrics = Metrics.make(() => time)
    let isAway = false
    const list = () =>
      isAway
        ? Effect.fail(AttemptStore.unavailable("away"))
        : Effect.succeed([attempt("1", { state: "unknown", terminal: "dialled" })])
    const owed = () => (isAway ? [1, 2] : [])
    sampleSpaces(metrics, async () => [{ attempts: { list, owed }, now: () => 60_000 } as unknown as Space])
    const gauges = async () => {
      time += 10_000
      await metrics.refresh()
      return [
        find(metrics, "hipay_pos_attempts_unknown", { set_aside: "false" }),
        ...["hipay_pos_oldest_unknown_seconds", "hipay_pos_terminals_blocked", "hipay_pos_ends_owed"].map((id) =>
          find(metrics, id)
        )
      ].map((state) => (state as { readonly value: number } | undefined)?.value)
    }
    assert.deepStrictEqual(await gauges(), [1, 60, 1, 0])
    isAway = true
    assert.deepStrictEqual(await gauges(), [1, 60, 1, 2])
  })
})
