/** The relay's order path: what is sent to the service, what is returned to the till, and what a repeat gets. */

import { makeClient } from "@hipay-pos/client"
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { Metrics } from "@hipay-pos/server"
import { makeLog } from "@hipay-pos/server/bin"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Metric from "effect/Metric"
import { assert, describe, it } from "vitest"
import { until } from "../until.ts"
import { account, basic, order, startMock, startRelay, startService, success, till } from "./relay.ts"

/** How many terminals a server reports as blocked. */
const blockedIn = async (metrics: Metrics.Metrics) => {
  await metrics.refresh()
  const gauge = Metric.snapshotUnsafe(metrics.context).find(({ id }) => id === "hipay_pos_terminals_blocked")
  return (gauge?.state as { readonly value: number } | undefined)?.value
}

describe("an order at a relay", () => {
  it("is sent as it was received, with the relay's own login, once", async () => {
    await using service = await startService(({ body }, response) => {
      response.setHeader("content-type", "application/json").end(JSON.stringify(success(body)))
    })
    await using relay = await startRelay(service.url)
    const text = `{ "order": {"order_id":"UP_1", "price": {"amount": 1245.0}},\n "unknown_field": [1],
      "pos_technical_info": ${JSON.stringify(order("UP_1").pos_technical_info)} }`
    const answered = await relay.pay(text)
    assert.strictEqual(answered.status, 200)
    assert.lengthOf(service.asked, 1)
    const [asked] = service.asked
    assert.strictEqual(asked?.body, text)
    assert.strictEqual(asked?.headers.authorization, basic(account))
    assert.strictEqual(asked?.headers["content-type"], "application/json")
    assert.notProperty(asked?.headers, "idempotency-key")
  })

  it("is answered byte for byte as the service answered, with added headers of the relay", async () => {
    const body = '{"paymentStatus" : "Success",\n"receipt":"UkVDRUlQVA==","order":{},  "x": 1.0}'
    await using service = await startService((_, response) => {
      response.writeHead(201, { "content-type": "application/json;  charset=UTF-8" }).end(body)
    })
    await using relay = await startRelay(service.url)
    const answered = await relay.pay(order("DOWN_1"))
    assert.strictEqual(answered.status, 201)
    assert.strictEqual(answered.headers.get("content-type"), "application/json;  charset=UTF-8")
    assert.strictEqual(answered.headers.get("x-hipay-pos-mode"), "relay")
    assert.strictEqual(answered.headers.get("x-hipay-pos-upstream"), new URL(service.url).host)
    assert.match(answered.headers.get("x-hipay-pos-attempt") ?? "", /^\/attempts\//)
    assert.strictEqual(await answered.text(), body)
  })

  it("that gives money back is refused if that is disabled, and is not sent", async () => {
    await using service = await startService((_, response) => {
      response.end()
    })
    await using relay = await startRelay(service.url)
    const refuse = async (transactionType: string) => {
      const { order: fields, ...others } = order("BACK_1")
      const answered = await relay.pay({ ...others, order: { ...fields, transaction_type: transactionType } })
      const { error } = (await answered.json()) as { readonly error: { readonly description: string } }
      return [answered.status, error.description]
    }
    assert.deepStrictEqual(await refuse("Credit"), [
      403,
      "Credit is disabled in this gateway; enable it with --allow-credit."
    ])
    assert.deepStrictEqual(await refuse("Cancel"), [
      403,
      "Cancel is disabled in this gateway; enable it with --allow-cancel."
    ])
    assert.isEmpty(service.asked)
  })

  it("that cancels a sale is sent if that is the last one at its terminal, and refused otherwise", async () => {
    await using service = await startService(({ body }, response) => {
      response.setHeader("content-type", "application/json").end(JSON.stringify(success(body)))
    })
    await using relay = await startRelay(service.url, { allowCancel: true })
    const cancel = async (orderId: string) => {
      const { order: fields, ...others } = order(orderId)
      const answered = await relay.pay({ ...others, order: { ...fields, transaction_type: "Cancel" } })
      const { error } = (await answered.json()) as { readonly error?: { readonly code: string } }
      return [answered.status, error?.code]
    }
    for (const orderId of ["SALE_1", "SALE_2"]) assert.strictEqual((await relay.pay(order(orderId))).status, 200)
    assert.deepStrictEqual(await cancel("SALE_1"), [409, "cancel.not.the.last"])
    assert.deepStrictEqual(await cancel("NEVER"), [409, "cancel.not.the.last"])
    assert.deepStrictEqual(await cancel("SALE_2"), [200, undefined])
    assert.deepStrictEqual(await cancel("SALE_1"), [409, "cancel.not.the.last"])
    assert.lengthOf(service.asked, 3)
  })

  it("that was refused before a terminal was asked is answered as the service answered, and may be sent again", async () => {
    const body =
      '{"error":{"status":400,"code":"unavailable.terminal.bad.request","message":"Bad Request","description":"Unable to contact the terminal. Host : \\"1.2.3.4\\", Port: \\"8888\\"","details":{}}}'
    await using service = await startService((_, response) => {
      response.writeHead(400, { "content-type": "application/json" }).end(body)
    })
    await using relay = await startRelay(service.url)
    for (const _ of [1, 2]) {
      const answered = await relay.pay(order("REFUSED_1"))
      assert.strictEqual(answered.status, 400)
      assert.strictEqual(await answered.text(), body)
    }
    assert.lengthOf(service.asked, 2)
    assert.deepStrictEqual(
      (await relay.attempt("REFUSED_1")).map(({ state }) => state),
      ["not-started", "not-started"]
    )
  })

  it("that was approved is not sent again: 409 with the recorded answer, or the answer itself for the same Idempotency-Key", async () => {
    await using service = await startService(({ body }, response) => {
      response.setHeader("content-type", "application/json").end(JSON.stringify(success(body)))
    })
    await using relay = await startRelay(service.url)
    const key = { "idempotency-key": "till-7" }
    const first = await relay.pay(order("AGAIN_1"), key)
    const text = await first.text()
    const same = await relay.pay(order("AGAIN_1"), key)
    assert.strictEqual(same.status, 200)
    assert.strictEqual(await same.text(), text)
    assert.strictEqual(same.headers.get("content-type"), first.headers.get("content-type"))
    const other = await relay.pay(order("AGAIN_1"))
    assert.strictEqual(other.status, 409)
    const { error } = (await other.json()) as {
      readonly error: { readonly code: string; readonly details: { readonly recorded: unknown } }
    }
    assert.strictEqual(error.code, "attempt.already.approved")
    assert.deepStrictEqual(error.details.recorded, JSON.parse(text))
    assert.lengthOf(service.asked, 1)
  })

  it("whose answer holds a card number is answered as it came, while the record and repeats hold it masked", async () => {
    const pan = "4970109876543217"
    await using service = await startService(({ body }, response) => {
      const answer = { ...success(body), receipt: btoa(`CARTE ${pan}\n`), note: pan }
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer))
    })
    await using relay = await startRelay(service.url)
    const key = { "idempotency-key": "till-8" }
    const first = await relay.pay(order("PAN_1"), key)
    assert.include(await first.text(), pan)
    const again = await (await relay.pay(order("PAN_1"), key)).text()
    const [attempt] = await relay.attempt("PAN_1")
    const shown = await (await relay.request(`/attempts/${attempt?.id}`)).text()
    for (const text of [again, shown]) {
      assert.notInclude(text, pan.slice(6, 13))
      const { receipt } = JSON.parse(text) as { readonly receipt?: string }
      if (receipt !== undefined) assert.notInclude(atob(receipt), pan.slice(6, 13))
    }
  })
})

describe("an answer with headers that say what was charged", () => {
  it.each([
    ["a tip", "x-hipay-pos-tip", 1395, { _tag: "Approved" }],
    ["more than was asked for", "x-hipay-pos-over", 1395, { _tag: "Approved" }],
    ["less than was asked for", "x-hipay-pos-remaining", 1095, { _tag: "ApprovedInPart" }]
  ] as const)("comes to the same through the relay: %s", async (_, header, amount, expected) => {
    await using service = await startService(({ body }, response) => {
      const paid = JSON.parse(body) as ReturnType<typeof order>
      paid.order.price.amount = amount
      response.writeHead(200, { "content-type": "application/json", [header]: "150", "x-hipay-pos-mode": "gateway" })
      response.end(JSON.stringify({ paymentStatus: "Success", ...paid }))
    })
    await using relay = await startRelay(service.url)
    const payAt = async (server: string) => {
      const client = makeClient({ server, ...till, live: true, journal: "memory" })
      const target = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
      const result = await client.tryPay({ orderId: `BESIDE_${header}`, amount: "12.45 EUR" }, target)
      if (!result.ok) return result.error.reason
      const { raw: __, ...outcome } = result.outcome
      return outcome
    }
    const straight = await payAt(service.url)
    assert.deepInclude(straight, expected)
    assert.deepStrictEqual(await payAt(relay.url), straight)
    const [kept] = await relay.attempt(`BESIDE_${header}`)
    assert.strictEqual(kept?.paid, amount)
    assert.deepInclude(await payAt(relay.url), { _tag: "AlreadyApproved", paid: amount })
  })
})

describe("an order at a relay whose answer proves nothing", () => {
  const cases = {
    "a page": {
      kind: "NotJson",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200, { "content-type": "text/html" }).end("<html>4970109876543217</html>")
    },
    "no content": { kind: "Empty", write: (r: import("node:http").ServerResponse) => r.writeHead(204).end() },
    "a failure of the service": {
      kind: "ServerFailed",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(502, { "content-type": "application/json" }).end('{"error":{"code":"x.y","description":"gone"}}')
    },
    "half of an answer": {
      kind: "Truncated",
      write: (r: import("node:http").ServerResponse) => r.writeHead(200).end('{"paymentStatus":"Succ')
    },
    "a redirect": {
      kind: "Redirected",
      write: (r: import("node:http").ServerResponse) => r.writeHead(307, { location: "/elsewhere" }).end()
    },
    "an answer for another order": {
      kind: "Inconclusive",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end('{"paymentStatus":"Success","order":{"order_id":"OTHER"}}')
    },
    "a success with a refusal's code": {
      kind: "Inconclusive",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end('{"paymentStatus":"Success","error":{"errorCode":"1006"}}')
    },
    "a success with the error of a request": {
      kind: "Inconclusive",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end('{"paymentStatus":"Success","error":{"code":"unavailable.terminal.bad.request"}}')
    },
    "an order that is not an object": {
      kind: "Inconclusive",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end('{"paymentStatus":"Success","order":"OTHER"}')
    },
    "a price that is not an object": {
      kind: "Inconclusive",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end('{"paymentStatus":"Success","order":{"order_id":"NOTHING_1","price":617}}')
    },
    "two statuses": {
      kind: "Inconclusive",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end('{"paymentStatus":"Failure","paymentStatus":"Success"}')
    },
    "a compressed answer": {
      kind: "Charset",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.from([31, 139, 8, 0, 1, 2]))
    },
    "more than an answer can be": {
      kind: "TooLarge",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end(`{"paymentStatus":"Success","x":"${"x".repeat(1_100_000)}"}`)
    },
    "JSON nested deeper than an answer can be": {
      kind: "TooLarge",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end(`{"paymentStatus":"Success","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`)
    },
    "JSON nested as deeply, and a cut line behind it": {
      kind: "CutLine",
      write: (r: import("node:http").ServerResponse) => {
        const deep = `{"paymentStatus":"Success","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`
        r.writeHead(200, { "content-length": deep.length + 1 }).write(deep, () => r.destroy())
      }
    },
    "an error code that is not a refusal": {
      kind: "Reported",
      write: (r: import("node:http").ServerResponse) =>
        r.writeHead(200).end('{"paymentStatus":"Failure","error":{"errorCode":"1001","errorDescription":"Timeout"}}')
    },
    "a cut line": { kind: "CutLine", write: (r: import("node:http").ServerResponse) => r.destroy() }
  } as const

  for (const [name, { kind, write }] of Object.entries(cases)) {
    it(`is unknown after ${name}, is not sent again, and says why`, async () => {
      await using service = await startService((_, response) => write(response))
      await using relay = await startRelay(service.url)
      const answered = await relay.pay(order("NOTHING_1"))
      assert.strictEqual(answered.status, 504)
      const { error } = (await answered.json()) as {
        readonly error: { readonly code: string; readonly details: { readonly kind: string; readonly attempt: string } }
      }
      assert.strictEqual(error.code, "outcome.unknown")
      assert.strictEqual(error.details.kind, kind)
      assert.notInclude(JSON.stringify(error), "109876543")
      const again = await relay.pay(order("NOTHING_1"))
      assert.strictEqual(again.status, 409)
      assert.lengthOf(service.asked, 1)
      // Its terminal is not blocked, and the next order's answer names the open attempt.
      const next = await relay.pay(order("NOTHING_2"))
      assert.strictEqual(next.headers.get("x-hipay-pos-unresolved"), error.details.attempt)
      // A person can look at it.
      assert.strictEqual((await relay.request(error.details.attempt)).status, 200)
    })
  }

  it("keeps what had come of an answer when the connection broke, for the person who decides", async () => {
    const ticket = btoa("CARTE 4970101234567893 MONTANT 12.45 EUR")
    const half = `{"paymentStatus":"Success","receipt":"${ticket}","order":{"order_id":"HALF_1"`
    await using service = await startService((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "900" })
      response.write(half, () => response.destroy())
    })
    await using relay = await startRelay(service.url)
    const answered = await relay.pay(order("HALF_1"))
    assert.strictEqual(answered.status, 504)
    const [listed] = await relay.attempt("HALF_1")
    const { error, received } = (await (await relay.request(`/attempts/${listed?.id}`)).json()) as Attempt
    assert.deepInclude(error, { kind: "CutLine", detail: "the connection broke before the answer was complete" })
    const { status, body = "" } = received ?? {}
    assert.strictEqual(status, 200)
    assert.include(body, '{"paymentStatus":"Success"')
    assert.include(body, '"order":{"order_id":"HALF_1"')
    assert.notInclude(body, ticket)
  })

  it("keeps what had come of an answer that stopped coming, once nobody waits for its rest", async () => {
    await using service = await startService((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "900" })
      response.write('{"paymentStatus":"Success","order":{"order_id":"STUCK_1"')
    })
    // The first half has to come within these, on a busy machine too.
    await using relay = await startRelay(service.url, {
      answerTimeout: "1 second",
      relay: { lateAnswer: "1 second" }
    })
    assert.strictEqual((await relay.pay(order("STUCK_1"))).status, 504)
    const [listed] = await relay.attempt("STUCK_1")
    const { state, error, received } = await until("what had come is kept", async () => {
      const found = (await (await relay.request(`/attempts/${listed?.id}`)).json()) as Attempt
      return found.received !== undefined && found
    })
    assert.strictEqual(state, "unknown")
    assert.deepInclude(error, { kind: "SilentAfterSend", detail: "no answer within 1s" })
    assert.deepInclude(received, { status: 200, body: '{"paymentStatus":"Success","order":{"order_id":"STUCK_1"' })
  })

  it("is named by the log when the next order passes it, even if that is answered at once", async () => {
    await using service = await startService((_, response) => response.destroy())
    const logged: Array<Readonly<Record<string, unknown>>> = []
    const hasEnded = Promise.withResolvers<void>()
    const { listener } = makeLog({ format: "json" }, (line) => {
      logged.push(JSON.parse(line))
      if (logged.at(-1)?.order === "NAMED_3") hasEnded.resolve()
    })
    await using relay = await startRelay(service.url, { listener })
    const first = await relay.pay(order("NAMED_1"))
    await relay.pay(order("NAMED_2"))
    const [open, next] = [await relay.attempt("NAMED_1"), await relay.attempt("NAMED_2")]
    const third = await relay.pay(order("NAMED_3"), { prefer: "respond-async" })
    assert.deepStrictEqual([first.status, third.status], [504, 202])
    assert.strictEqual(third.headers.get("x-hipay-pos-unresolved"), `/attempts/${next[0]?.id}`)
    await hasEnded.promise
    assert.deepStrictEqual(
      logged.flatMap(({ status, unresolved }) => (status === undefined ? [] : [[status, unresolved]])),
      [
        [504, undefined],
        [504, `/attempts/${open[0]?.id}`],
        [504, `/attempts/${next[0]?.id}`]
      ]
    )
  })

  it("blocks its terminal as well if configured", async () => {
    await using service = await startService((_, response) => response.destroy())
    let time = 0
    const metrics = Metrics.make(() => (time += 10_000))
    await using relay = await startRelay(service.url, { relay: { blockUnknown: true }, telemetry: { metrics } })
    assert.strictEqual((await relay.pay(order("BLOCK_1"))).status, 504)
    assert.strictEqual((await relay.pay(order("BLOCK_2"))).status, 409)
    assert.strictEqual((await relay.pay(order("BLOCK_3", "192.168.1.21"))).status, 504)
    assert.lengthOf(service.asked, 2)
    assert.strictEqual(await blockedIn(metrics), 2)
    const [blocking] = await relay.attempt("BLOCK_1")
    const aside = { outcome: "set-aside", by: "Ada", evidence: "asked the bank", override: true }
    const path = `/attempts/${blocking?.id}/resolve`
    assert.strictEqual((await relay.request(path, { method: "POST", body: JSON.stringify(aside) })).status, 200)
    assert.strictEqual(await blockedIn(metrics), 1)
    assert.strictEqual((await relay.pay(order("BLOCK_2"))).status, 504)
  })

  it("ends when the answer comes late", async () => {
    const { promise: late, resolve: answer } = Promise.withResolvers<void>()
    await using service = await startService(({ body }, response) => {
      void late.then(() => response.end(JSON.stringify(success(body))))
    })
    const { promise: ended, resolve: seen } = Promise.withResolvers<void>()
    await using relay = await startRelay(service.url, {
      answerTimeout: "50 millis",
      listener: (event) => {
        if (event._tag === "Terminal" && event.event._tag === "Closed") seen()
      }
    })
    assert.strictEqual((await relay.pay(order("LATE_1"))).status, 504)
    answer()
    await ended
    const stateOf = async () => (await relay.attempt("LATE_1"))[0]?.state
    await until("LATE_1 has ended", async () => (await stateOf()) !== "unknown")
    assert.strictEqual(await stateOf(), "approved")
    assert.strictEqual((await relay.pay(order("LATE_1"))).status, 409)
  })

  it("keeps a late answer that proves no outcome, even after a person's resolution, and is not sent again", async () => {
    const { promise: late, resolve: answer } = Promise.withResolvers<void>()
    const answers: Readonly<Record<string, object>> = {
      REFUSED: { error: { status: 400, code: "unavailable.terminal.bad.request", message: "Bad Request" } },
      TICKET: { paymentStatus: "Failure", error: { errorCode: "1003" }, receipt: btoa("N AUTO 123456") },
      AMOUNT: { paymentStatus: "Success", order: { order_id: "AMOUNT", price: { amount: 1500, currency: "EUR" } } }
    }
    await using service = await startService(({ body }, response) => {
      const orderId = Object.keys(answers).find((id) => body.includes(id)) ?? ""
      response.statusCode = orderId === "REFUSED" ? 400 : 200
      void late.then(() => response.end(JSON.stringify(answers[orderId])))
    })
    await using relay = await startRelay(service.url, { answerTimeout: "50 millis" })
    const attempts = await Promise.all(
      Object.keys(answers).map(async (orderId) => {
        assert.strictEqual((await relay.pay(order(orderId))).status, 504)
        return (await relay.attempt(orderId))[0]?.id ?? ""
      })
    )
    const [, , amount = ""] = attempts
    const declined = { outcome: "declined", by: "Ada", evidence: "nothing seen", override: true }
    await relay.request(`/attempts/${amount}/resolve`, { method: "POST", body: JSON.stringify(declined) })
    answer()
    for (const [place, orderId] of Object.keys(answers).entries()) {
      const look = async () => (await (await relay.request(`/attempts/${attempts[place]}`)).json()) as Attempt
      const shown = await until(`the late answer to ${orderId} is kept`, async () => {
        const found = await look()
        return found.received !== undefined && { ...found, received: found.received }
      })
      assert.strictEqual(shown.state, "unknown")
      assert.deepStrictEqual(JSON.parse(shown.received.body), answers[orderId])
      assert.notInclude(shown.error?.detail, "no answer within")
      assert.deepStrictEqual(shown.alarms, orderId === "AMOUNT" ? ["attempt.resolution.contradicted"] : undefined)
      assert.strictEqual((await relay.pay(order(orderId))).status, 409)
    }
    assert.lengthOf(service.asked, 3)
  })

  it("is not approved by a person without an amount if the answer gave another one than the order's", async () => {
    await using service = await startService(({ body }, response) => {
      const { paymentStatus, order: echoed } = success(body) as ReturnType<typeof success> & ReturnType<typeof order>
      response.end(JSON.stringify({ paymentStatus, order: { ...echoed, price: { amount: 1500, currency: "EUR" } } }))
    })
    await using relay = await startRelay(service.url)
    assert.strictEqual((await relay.pay(order("MORE_1"))).status, 504)
    const [listed] = await relay.attempt("MORE_1")
    const resolve = async (paid?: number) => {
      const body = JSON.stringify({ outcome: "approved", by: "Ada", evidence: "the receipt", paid })
      const answered = await relay.request(`/attempts/${listed?.id}/resolve`, { method: "POST", body })
      return [answered.status, await answered.text()] as const
    }
    const [status, text] = await resolve()
    assert.strictEqual(status, 400)
    assert.include(text, "the terminal said 15.00 EUR (1500 minor units), not the 12.45 EUR")
    assert.strictEqual((await resolve(1245))[0], 200)
  })

  it("is unknown again after a person's resolution if a late answer breaks off after it said that the order was paid", async () => {
    const { promise: late, resolve: answer } = Promise.withResolvers<void>()
    await using service = await startService((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "900" })
      void late.then(() => response.write('{ "paymentStatus" : "Success", "order": {', () => response.destroy()))
    })
    await using relay = await startRelay(service.url, { answerTimeout: "50 millis" })
    assert.strictEqual((await relay.pay(order("LATE_HALF"))).status, 504)
    const [listed] = await relay.attempt("LATE_HALF")
    const declined = { outcome: "declined", by: "Ada", evidence: "nothing seen", override: true }
    await relay.request(`/attempts/${listed?.id}/resolve`, { method: "POST", body: JSON.stringify(declined) })
    answer()
    const shown = await until("the late answer is kept", async () => {
      const found = (await (await relay.request(`/attempts/${listed?.id}`)).json()) as Attempt
      return found.received !== undefined && found
    })
    assert.strictEqual(shown.state, "unknown")
    assert.deepStrictEqual(shown.alarms, ["attempt.resolution.contradicted"])
    assert.strictEqual((await relay.pay(order("LATE_HALF"))).status, 409)
    assert.lengthOf(service.asked, 1)
  })
})

describe("a relay", () => {
  it("says whose login is wrong when the service refuses its own, and starts nothing", async () => {
    await using mock = await startMock()
    await using relay = await startRelay(mock.url, {
      relay: { credentials: { username: "merchant", password: "wrong" } }
    })
    const answered = await relay.pay(order("LOGIN_1"))
    assert.strictEqual(answered.status, 403)
    const { error } = (await answered.json()) as {
      readonly error: { readonly code: string; readonly description: string }
    }
    assert.strictEqual(error.code, "relay.login.refused")
    assert.include(error.description, "not the till's")
    assert.deepStrictEqual(
      (await relay.attempt("LOGIN_1")).map(({ state }) => state),
      ["not-started"]
    )
  })

  for (const [status, code] of [
    [401, "unauthorized"],
    [403, "forbidden"]
  ] as const) {
    it(`takes ${status} of the service as a refusal of the relay's own login, never of the till's`, async () => {
      await using service = await startService((_, response) => {
        response.writeHead(status, { "content-type": "application/json", "www-authenticate": "Basic" })
        response.end(JSON.stringify({ error: { code, description: "No." } }))
      })
      await using relay = await startRelay(service.url)
      for (const id of [`REFUSED_${status}_1`, `REFUSED_${status}_2`]) {
        const answered = await relay.pay(order(id))
        assert.strictEqual(answered.status, 403)
        assert.isNull(answered.headers.get("www-authenticate"))
        const { error } = (await answered.json()) as {
          readonly error: { readonly code: string; readonly description: string }
        }
        assert.strictEqual(error.code, "relay.login.refused")
        assert.include(error.description, `refused the login of this relay, not the till's`)
        assert.include(error.description, "Nothing was started")
        assert.deepStrictEqual(
          (await relay.attempt(id)).map(({ state }) => state),
          ["not-started"]
        )
      }
    })
  }

  it("says that orders are simulated if the service is a mock", async () => {
    await using mock = await startMock()
    await using relay = await startRelay(mock.url)
    const health = await relay.request("/v1/connector/healthcheck")
    assert.strictEqual(health.headers.get("x-hipay-pos-mode"), "simulated")
    assert.match(await health.text(), /^up\nupstream 127\.0\.0\.1:\d+: up, last good answer 0 s ago\n$/)
    const answered = await relay.pay(order("MOCK_1"))
    assert.strictEqual(answered.headers.get("x-hipay-pos-mode"), "simulated")
    assert.strictEqual(answered.status, 200)
  })

  it("is ready and answers that nothing was started while the service is unreachable", async () => {
    const { url, [Symbol.asyncDispose]: stop } = await startService(() => {})
    await stop()
    await using relay = await startRelay(url)
    assert.strictEqual((await relay.request("/readyz")).status, 200)
    assert.include(await (await relay.request("/v1/connector/healthcheck")).text(), "down (")
    const answered = await relay.pay(order("GONE_1"))
    assert.strictEqual(answered.status, 400)
    assert.include(await answered.text(), "relay.upstream.unreachable")
    assert.deepStrictEqual(
      (await relay.attempt("GONE_1")).map(({ state }) => state),
      ["not-started"]
    )
  })

  it("passes the till's own login through if configured, and refuses one that the service does not know", async () => {
    await using mock = await startMock({ credentials: { username: "shop", password: "at HiPay" } })
    await using relay = await startRelay(mock.url, { relay: { passThrough: true } })
    const own = { authorization: basic({ username: "shop", password: "at HiPay" }) }
    assert.strictEqual((await relay.pay(order("PASS_1"), own)).status, 200)
    const wrong = { authorization: basic({ username: "shop", password: "another" }) }
    assert.strictEqual((await relay.pay(order("PASS_1"), wrong)).status, 401)
    assert.strictEqual((await relay.pay(order("PASS_1"), own)).status, 409)
    const [attempt] = await relay.attempt("PASS_1")
    assert.propertyVal(attempt, "login", "shop")
  })

  it("uses the service's login of each of its own logins", async () => {
    await using service = await startService(({ body }, response) => response.end(JSON.stringify(success(body))))
    const shop = { username: "shop", password: "two" }
    await using relay = await startRelay(service.url, {
      logins: [till, shop],
      relay: { loginCredentials: { shop: { username: "account of two", password: "x" } } }
    })
    await relay.pay(order("TWO_1"))
    await relay.pay(order("TWO_1"), { authorization: basic(shop) })
    assert.deepStrictEqual(
      service.asked.map(({ headers }) => headers.authorization),
      [basic(account), basic({ username: "account of two", password: "x" })]
    )
  })

  it("takes orders that strict validation would refuse, and says so in warnings", async () => {
    await using service = await startService(({ body }, response) => response.end(JSON.stringify(success(body))))
    await using relay = await startRelay(service.url)
    const push = {
      order: { order_id: "PUSH_1", price: { amount: 100 } },
      pos_technical_info: { terminal_transaction_display: { push_to: "SDK" } }
    }
    const answered = await relay.pay(push)
    assert.strictEqual(answered.status, 200)
    assert.include(answered.headers.get("x-hipay-pos-warnings") ?? "", "host-missing")
    const broken = await relay.pay({
      order: { price: { amount: 100 } },
      pos_technical_info: { terminal_transaction_display: {} }
    })
    assert.strictEqual(broken.status, 400)
    assert.include(await broken.text(), "required.openapi.requestValidation")
  })

  it("refuses a sandbox_code unless the service is HiPay's stage", async () => {
    await using service = await startService(({ body }, response) => response.end(JSON.stringify(success(body))))
    await using relay = await startRelay(service.url)
    assert.strictEqual((await relay.pay({ ...order("CODE_1"), sandbox_code: "00" })).status, 400)
    assert.lengthOf(service.asked, 0)
  })

  it("lists the unknown things in the service's answers", async () => {
    await using service = await startService(({ body }, response) => {
      response.end(JSON.stringify({ ...success(body), surprise: { a: "text", customer: 4970109876543217 } }))
    })
    await using relay = await startRelay(service.url)
    await relay.pay(order("DRIFT_1"))
    await relay.pay(order("DRIFT_2"))
    const { drift } = (await (await relay.request("/drift")).json()) as {
      readonly drift: ReadonlyArray<{ readonly path: string; readonly count: number; readonly sample: string }>
    }
    assert.lengthOf(drift, 1)
    assert.propertyVal(drift[0], "path", "surprise")
    assert.propertyVal(drift[0], "count", 2)
    assert.notInclude(drift[0]?.sample ?? "", "49701012")
  })

  it("describes its list of unknown things, which a gateway does not have", async () => {
    await using mock = await startMock()
    await using relay = await startRelay(mock.url)
    interface Description {
      readonly info: { readonly description: string }
      readonly paths: Readonly<Record<string, unknown>>
      readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
    }
    const described = async (url: string) => (await (await fetch(`${url}/openapi.json`)).json()) as Description
    const { info, paths, components } = await described(relay.url)
    assert.include(info.description, "in front of HiPay's service")
    assert.nestedPropertyVal(
      paths["/drift"],
      "get.responses.200.content.application/json.schema.$ref",
      "#/components/schemas/Drift"
    )
    assert.containsAllKeys(components.schemas, ["Drift", "DriftEntry"])
    const errors = "post.responses.400.content.application/json.schema.anyOf"
    assert.nestedPropertyVal(paths["/v1/connector/order"], `${errors}[1].$ref`, "#/components/schemas/ErrorResponse")
    const { drift } = (await (await relay.request("/drift")).json()) as { readonly drift: unknown }
    assert.deepStrictEqual(drift, [])
    const other = await described(mock.url)
    assert.notProperty(other.paths, "/drift")
    assert.notProperty(other.components.schemas, "Drift")
  })

  it("tells a client where an amount comes from: the order if it was relayed, the terminal if it was dialled", async () => {
    await using service = await startService(({ body }, response) => response.end(JSON.stringify(success(body))))
    await using terminal = await startTerminal({ port: 0 })
    await using relay = await startRelay(service.url, { terminals: [{ host: "127.0.0.1", port: terminal.port }] })
    const client = makeClient({ server: relay.url, ...till, journal: "memory", live: true })
    const amount = { currency: "EUR", minorUnits: 1245 } as const
    const contracts = [{ merchantContract: "1234567" }]
    const relayed = await client.pay({ orderId: "SOURCE_1", amount }, { host: "192.168.1.20", contracts })
    assert.strictEqual(relayed.amountSource, "echo")
    const dialled = await client.pay(
      { orderId: "SOURCE_2", amount },
      { host: "127.0.0.1", port: terminal.port, contracts }
    )
    assert.strictEqual(dialled.amountSource, "terminal")
    assert.lengthOf(service.asked, 1)
  })
})
