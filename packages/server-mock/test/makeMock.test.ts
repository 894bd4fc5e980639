import { type MakeMockOptions, makeMock } from "@hipay-pos/server-mock"
import { assert, describe, it } from "vitest"
import { eventsOf, next } from "./events.ts"
import { authorization, order } from "./server.ts"
import { unusable } from "./unusable.ts"

const TERMINAL = "192.168.1.20"

const send = (mock: ReturnType<typeof makeMock>, orderId = "A", host = TERMINAL) =>
  mock.fetch(`${mock.url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(order({ order: { order_id: orderId }, info: { host_information: { host } } }))
  })

const statuses = async ({ mock }: ReturnType<typeof makeMock>) =>
  (await mock.transactions()).map(({ status }) => status)

describe("a mock in memory", () => {
  it("answers an order whose frames and end can be read", async () => {
    await using mock = makeMock()
    const paid = await send(mock)
    assert.strictEqual(paid.status, 200)
    const at = paid.headers.get("x-hipay-pos-attempt") ?? ""
    const shown = await mock.fetch(`${mock.url}${at}`, { headers: { authorization } })
    const attempt = (await shown.json()) as { state: string; frames: { request: string; response: string } }
    assert.strictEqual(attempt.state, "approved")
    assert.match(attempt.frames.request, /CB0041250/)
    assert.match(attempt.frames.response, /AE00210/)
  })

  it("waits for a person at its terminal, whose screen and keys are those of its control", async () => {
    await using mock = makeMock()
    const terminal = mock.mock.terminal(TERMINAL)
    await terminal.cardholder("manual")
    const events = await mock.fetch(`${mock.control.url}/terminals/${TERMINAL}%3A8888/events`, {
      headers: { authorization: `Bearer ${mock.control.token}` }
    })
    const paying = send(mock)
    await until(events, /"stage":"woken"/)
    assert.isTrue(await terminal.card("cb-contactless", "contactless"))
    assert.strictEqual(((await (await paying).json()) as { paymentStatus: string }).paymentStatus, "Success")
    assert.lengthOf((await terminal.ledger()).entries, 1)
  })

  it("approves a configured tip, with the amount charged", async () => {
    await using mock = makeMock({ tip: "20%" })
    const paid = await send(mock, "A", "tip.terminal.test")
    const { order } = (await paid.json()) as { order: { price: { amount: number } } }
    assert.deepStrictEqual([paid.status, order.price.amount, paid.headers.get("x-hipay-pos-tip")], [200, 1375, "125"])
    await using sparing = makeMock({ tip: "1.00" })
    assert.strictEqual((await send(sparing, "A", "tip.terminal.test")).status, 504)
    assert.throws(
      () => makeMock({ tip: "much" }),
      'tip: expected a share such as 20%, or an amount such as 5.00, got "much"'
    )
  })

  it("has the faults of a mock that listens", async () => {
    await using mock = makeMock()
    await mock.mock.terminal(TERMINAL).faults("answer-lost")
    await mock.mock.clock.freeze()
    const paying = send(mock)
    await mock.mock.waitFor({ state: "open" })
    await mock.mock.clock.advance("4m")
    assert.strictEqual((await paying).status, 504)
    assert.lengthOf((await mock.mock.ledger()).entries, 1)
  })

  it.each(["split", "byte-by-byte", "pause-in-field"] as const)(
    "pays beside the fault %s as if its time of day had not been set meanwhile",
    async (fault) => {
      for (const day of [1, -1]) {
        await using mock = makeMock()
        const terminal = mock.mock.terminal(TERMINAL)
        await terminal.cardholder("manual")
        await terminal.faults(fault)
        const events = await mock.fetch(`${mock.control.url}/terminals/${TERMINAL}%3A8888/events`, {
          headers: { authorization: `Bearer ${mock.control.token}` }
        })
        const paying = send(mock)
        await until(events, /"stage":"woken"/)
        const { now } = await mock.mock.clock.get()
        await mock.mock.clock.set(new Date(Date.parse(now) + day * 86_400_000))
        await terminal.card("visa")
        await mock.mock.clock.advance("1m")
        const paid = await paying
        assert.strictEqual(paid.status, 200, await paid.text())
      }
    }
  )

  it("collects every minute of a clock that is advanced right after an order", async () => {
    await using mock = makeMock({ clock: new Date("2026-01-05T00:00:00Z"), collectEvery: "1 minute" })
    assert.strictEqual((await send(mock)).status, 200)
    await mock.mock.clock.advance("59s")
    assert.deepEqual(await statuses(mock), [116])
    await mock.mock.clock.advance("1s")
    assert.deepEqual(await statuses(mock), [118])
    const at = ["B", "C", "D"]
    for (const each of at) {
      await send(mock, each)
      await mock.mock.clock.advance("1 minute")
    }
    assert.deepEqual(await statuses(mock), [118, 118, 118, 118])
  })

  it("gives the same answers byte for byte with the same seed and clock, the ids of attempts included", async () => {
    const answers = async () => {
      await using mock = makeMock({ seed: "one", clock: new Date("2026-01-05T00:00:00Z") })
      const texts: Array<string> = []
      for (const [orderId, host] of [
        ["A", TERMINAL],
        ["B", "declined.terminal.test"],
        ["C", "unreachable.terminal.test"],
        ["A", TERMINAL]
      ] as const) {
        const response = await send(mock, orderId, host)
        texts.push(`${response.headers.get("x-hipay-pos-attempt")} ${response.status} ${await response.text()}`)
      }
      return texts
    }
    assert.deepEqual(await answers(), await answers())
  })

  it("says after a reset that changes were missed, even if its clock is frozen", async () => {
    await using mock = makeMock({ clock: new Date("2026-01-05T00:00:00Z") })
    const follow = (last?: string) =>
      mock.fetch(`${mock.url}/attempts/events`, {
        headers: { authorization, ...(last === undefined ? {} : { "last-event-id": last }) }
      })
    await send(mock)
    const { last } = (await next(eventsOf(await follow()), "hello")).data as { readonly last: number }
    await mock.mock.reset()
    for (const orderId of ["B", "C"]) await send(mock, orderId)
    const events = eventsOf(await follow(String(last)))
    await next(events, "hello")
    assert.deepInclude((await events.next()).value, { event: "lost" })
  })

  it("says what a wait missed, whether one attempt or several", async () => {
    await using mock = makeMock()
    for (const [attempts, words] of [
      [1, "No attempt matched within 1 ms."],
      [2, "Fewer than 2 attempts matched within 1 ms."]
    ] as const) {
      const waiting = mock.mock.waitFor({ attempts, timeout: 1 }).catch((error: Error) => error)
      assert.include(String(await waiting), words)
    }
  })

  it("says why a wait ended, after a reset", async () => {
    await using mock = makeMock()
    const waiting = mock.mock.waitFor({ attempts: 5, timeout: "1h" }).catch((error: Error) => error)
    await mock.mock.reset()
    assert.include(String(await waiting), "The space started over before 5 attempts matched.")
  })

  it("takes a login of its own and no other", async () => {
    await using mock = makeMock({ credentials: { username: "till", password: "of this test" } })
    assert.strictEqual((await send(mock)).status, 401)
  })

  it("refuses orders once it was closed", async () => {
    const mock = makeMock()
    await send(mock)
    await mock.close()
    assert.strictEqual((await send(mock, "B")).status, 503)
  })

  it("tells a caller whose order waits for a card when it is closed that the outcome is unknown", async () => {
    const mock = makeMock()
    await mock.mock.terminal(TERMINAL).cardholder("manual")
    const events = await mock.fetch(`${mock.control.url}/terminals/${TERMINAL}%3A8888/events`, {
      headers: { authorization: `Bearer ${mock.control.token}` }
    })
    const paying = send(mock)
    await until(events, /"stage":"woken"/)
    await mock.close()
    const { status, body } = await paying.then(async (answer) => ({ status: answer.status, body: await answer.json() }))
    assert.strictEqual(status, 504)
    assert.nestedPropertyVal(body, "error.code", "outcome.unknown")
  })

  it("names a time zone that there is not", () => {
    assert.throws(() => makeMock({ timeZone: "Europe/Nowhere" }), RangeError, "timeZone: expected")
  })

  it("refuses an option that it cannot use, with what it expected and what came", () => {
    for (const [given, problem] of unusable) {
      assert.throws(() => makeMock(given as MakeMockOptions), RangeError, problem)
    }
    assert.throws(
      () => makeMock({ clok: "2026-01-02T03:04:05Z" } as MakeMockOptions),
      RangeError,
      "clok: no such option; expected one of pace, cardholder, "
    )
  })

  it("takes the cardholder in the words of its control, and the clock as a text", async () => {
    await using mock = makeMock({
      cardholder: { card: "refused" },
      clock: "2026-01-02T03:04:05+01:00",
      seed: undefined
    })
    const answer = (await (await send(mock)).json()) as { paymentStatus: string }
    assert.strictEqual(answer.paymentStatus, "Failure")
    assert.deepStrictEqual(await mock.mock.clock.get(), { now: "2026-01-02T02:04:05.000Z", frozen: true })
    await using byAmount = makeMock({ cardholder: "amount" })
    assert.strictEqual((await byAmount.mock.terminal(TERMINAL).state()).cardholder, "amount")
  })
})

/** Reads a stream until it says something, and lets go of it. */
const until = async (response: Response, what: RegExp) => {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  for (let text = ""; !what.test(text); ) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`the stream ended before it said ${what}`)
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
}
