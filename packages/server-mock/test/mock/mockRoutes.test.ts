import { mkdtempSync } from "node:fs"
import type { IncomingHttpHeaders } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished, vi } from "@effect/vitest"
import type { Listener, ServerEvent } from "@hipay-pos/server-mock"
import { type StartedMock, type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import { listenHttp } from "../../../../tests/listen.ts"
import { eventsOf, next } from "../events.ts"
import { authorization, type Body, type Json, order } from "../server.ts"

/** A mock, and how a test steers it. */
const start = async (options: StartServerOptions = {}) => {
  const server: StartedMock = await startServer({ port: 0, ...options })
  const steer = async (method: string, path: string, body?: unknown, space = "") => {
    const response = await fetch(`${server.control.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${server.control.token}`,
        "content-type": "application/json",
        ...(space === "" ? {} : { "x-mock-space": space })
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await response.text()
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) }
  }
  const pay = async (
    host: string,
    orderId = "ORDER_1",
    changes: { readonly info?: Json; readonly order?: Json } = {},
    headers: Readonly<Record<string, string>> = {}
  ) => {
    const response = await fetch(`${server.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json", ...headers },
      body: JSON.stringify(
        order({ order: { order_id: orderId, ...changes.order }, info: { host_information: { host }, ...changes.info } })
      )
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
  }
  return { server, steer, pay, [Symbol.asyncDispose]: server.close }
}

const nepting = (serialNumber: string): Json => ({
  device_information: { serial_number: serialNumber, manufacturer: "PAX" },
  terminal_transaction_display: { protocol: "AppNepting" }
})

describe("an attached terminal", () => {
  it("is not controlled through the mock, which does not simulate it", async () => {
    await using mock = await start({ attach: ["127.0.0.1:18888"] })
    for (const [method, path, call] of [
      ["POST", "/terminals/127.0.0.1:18888/faults", { fault: "silent" }],
      ["PUT", "/terminals/127.0.0.1:18888/script", { script: ["refused"] }],
      ["GET", "/terminals/127.0.0.1:18888", undefined]
    ] as const) {
      const { status, body } = await mock.steer(method, path, call)
      assert.deepStrictEqual([status, body.error.code], [409, "terminal.attached"], path)
      assert.match(body.error.description, /control it at its own control API/)
    }
    assert.deepStrictEqual((await mock.steer("GET", "/terminals")).body, [])
  })
})

describe("notifications", () => {
  it("look like the service's, and not like a browser's", async () => {
    const received = Promise.withResolvers<IncomingHttpHeaders>()
    await using shop = await listenHttp((request, response) => {
      received.resolve(request.headers)
      response.end()
    })
    await using mock = await start({ notifications: { allowed: [shop.host] } })
    await mock.pay("192.0.2.10", "ORDER_1", { info: { notify_url: `${shop.url}/notify` } })
    const headers = await received.promise
    assert.strictEqual(headers["user-agent"], "Allopass")
    assert.strictEqual(headers["content-type"], "application/x-www-form-urlencoded")
    assert.property(headers, "x-allopass-signature")
    assert.deepStrictEqual(
      Object.keys(headers).filter((name) => name.startsWith("sec-") || name === "accept-language"),
      []
    )
  })

  it("are sent nowhere where the address is not allowed, or held a card number, and it is said which", async () => {
    await using mock = await start({ notifications: { allowed: ["127.0.0.1:9"] } })
    for (const [notify_url, why] of [
      ["http://127.0.0.1:10/notify", "its host and port (--notify HOST:PORT)"],
      ["http://127.0.0.1:9/4970101234567893", "held a card number"]
    ] as const) {
      await mock.pay("192.0.2.10", `ORDER ${why}`, { info: { notify_url } })
      const [sent] = await mock.server.mock.notifications()
      assert.strictEqual(sent?.state, "recorded")
      const { status, body } = await mock.steer("POST", `/notifications/${sent?.id}/replay`)
      assert.deepStrictEqual([status, body.error.code], [409, "notification.not.allowed"])
      assert.include(body.error.description, why)
    }
  })
})

describe("reserved terminals", () => {
  it.each([
    ["approved.terminal.test", 200, "Success"],
    ["till1.approved.terminal.test", 200, "Success"],
    ["declined.terminal.test", 200, "Failure"],
    ["red-key.terminal.test", 200, "Failure"],
    ["partial.terminal.test", 200, "Success"],
    ["expired.terminal.test", 200, "Failure"],
    ["busy.terminal.test", 400, "busy.terminal.bad.request"],
    ["unreachable.terminal.test", 400, "unavailable.terminal.bad.request"],
    ["refuse.terminal.test", 400, "unavailable.terminal.bad.request"],
    ["cut.terminal.test", 504, "outcome.unknown"],
    ["reset-after-approval.terminal.test", 504, "outcome.unknown"],
    ["nothing.terminal.test", 200, "Success"]
  ])("%s is answered %i %s", async (host, status, said) => {
    await using mock = await start()
    const answer = await mock.pay(host)
    assert.strictEqual(answer.status, status)
    assert.strictEqual(answer.body.paymentStatus ?? answer.body.error?.code, said)
  })

  it("loses the answer of a payment that was made", async () => {
    await using mock = await start({ answerTimeout: "50 millis" })
    assert.strictEqual((await mock.pay("lost-after-approval.terminal.test")).status, 504)
    const { body } = await mock.steer("GET", "/ledger")
    assert.deepInclude(body.totals[0], { terminal: "lost-after-approval.terminal.test:8888", amount: 1250 })
  })

  it.each([
    ["1850320198", 200, "Success"],
    ["declined", 200, "Failure"],
    ["busy", 200, "Failure"],
    ["unreachable", 400, "unavailable.terminal.bad.request"],
    ["no-passphrase", 403, "passphrase.not.set"]
  ])("an AppNepting terminal with the serial number %s is answered %i %s", async (serialNumber, status, said) => {
    await using mock = await start()
    const answer = await mock.pay("", "ORDER_1", { info: nepting(serialNumber) })
    assert.strictEqual(answer.status, status)
    assert.strictEqual(answer.body.paymentStatus ?? answer.body.error?.code, said)
  })

  it("answers an AppNepting order at once with a failed payment while another one is at the terminal", async () => {
    await using mock = await start()
    const opened = mock.steer("GET", "/wait-for?state=open")
    const first = mock.pay("", "FIRST", { info: nepting("manual") })
    await opened
    const second = await mock.pay("", "SECOND", { info: nepting("manual") })
    assert.deepStrictEqual([second.status, second.body.paymentStatus], [200, "Failure"])
    await mock.steer("POST", "/terminals/PAX%20manual/card", { card: "cb" })
    assert.strictEqual((await first).body.paymentStatus, "Success")
  })

  it("waits ten seconds for an AppNepting terminal to acknowledge", async () => {
    await using mock = await start()
    await mock.steer("POST", "/clock", { action: "freeze" })
    const opened = mock.steer("GET", "/wait-for?state=open")
    const paying = mock.pay("", "ORDER_1", { info: nepting("unacknowledged") })
    await opened
    await mock.steer("POST", "/clock", { action: "advance", milliseconds: 10_000 })
    assert.strictEqual((await paying).status, 504)
  })
})

describe("the clock", () => {
  it("ends a silence of three minutes at once", async () => {
    await using mock = await start()
    await mock.steer("POST", "/clock", { action: "freeze" })
    const opened = mock.steer("GET", "/wait-for?state=open")
    const paying = mock.pay("silent.terminal.test")
    await opened
    const { body } = await mock.steer("POST", "/clock", { action: "advance", milliseconds: 180_000 })
    assert.isTrue(body.frozen)
    assert.strictEqual((await paying).body.error?.code, "outcome.unknown")
  })
})

describe("closing the server", () => {
  it("resumes a frozen clock, so that every payment ends", async () => {
    const mock = await start({ answerTimeout: "50 millis" })
    await mock.steer("POST", "/clock", { action: "freeze" })
    const opened = mock.steer("GET", "/wait-for?state=open")
    const paying = mock.pay("silent.terminal.test")
    await opened
    await mock.server.close()
    assert.strictEqual((await paying).status, 504)
  })

  it("ends waits and event streams", async () => {
    const mock = await start()
    const waiting = mock.steer("GET", "/wait-for?attempts=5&timeout=100000")
    const headers = { authorization: `Bearer ${mock.server.control.token}` }
    const stream = await fetch(`${mock.server.control.url}/terminals/till-7.test/events`, { headers })
    await mock.server.close()
    assert.strictEqual((await waiting).body.error.code, "server.closing")
    assert.match(await stream.text(), /^event: State\n/)
  })
})

describe("a call of the mock's own interface", () => {
  it.each([
    ["GET", "/ledger?terminal=192.168.1.20", undefined, "terminal", "space"],
    ["GET", "/attempts?state=unknown", undefined, "state", "space"],
    ["GET", "/terminals?limit=1", undefined, "limit", "space"],
    ["PUT", "/seed?seed=1", { seed: "1" }, "seed", "space"],
    ["DELETE", "", { space: "other" }, "space", "none"],
    ["DELETE", "/http-fault", { fault: "reset" }, "fault", "none"],
    ["DELETE", "/terminals/192.168.1.20/faults", { fault: "reset" }, "fault", "none"],
    ["POST", "/terminals/192.168.1.20/reset", { ledger: false }, "ledger", "none"]
  ])("refuses what it does not take, and does nothing: %s %s %o", async (method, path, body, name, expected) => {
    await using mock = await start()
    await mock.pay("192.168.1.20")
    const refused = await mock.steer(method, path, body)
    assert.strictEqual(refused.status, 400)
    assert.strictEqual(refused.body.error.description, `${name}: no such name is known here; expected ${expected}`)
    assert.lengthOf((await mock.steer("GET", "/ledger")).body.entries, 1)
  })

  it("is not reported as an action of its login", async () => {
    const actions: Array<ServerEvent> = []
    const listener: Listener = (event) => {
      if (event._tag === "Action") actions.push(event)
    }
    await using mock = await start({ listener })
    assert.strictEqual((await mock.steer("DELETE", "")).status, 204)
    assert.strictEqual((await mock.steer("DELETE", "/http-fault")).status, 204)
    assert.deepStrictEqual(actions, [])
  })

  it("takes an empty body, and a space in its query", async () => {
    await using mock = await start()
    await mock.pay("192.168.1.20")
    assert.strictEqual((await mock.steer("POST", "/terminals/192.168.1.20/reset", {})).status, 200)
    assert.lengthOf((await mock.steer("GET", "/attempts?space=other")).body.attempts, 0)
    assert.strictEqual((await mock.steer("DELETE", "", [])).body.error.description, "the call: expected no body")
    assert.strictEqual((await mock.steer("DELETE", "")).status, 204)
  })
})

describe("waiting for attempts", () => {
  it("counts those that match, now or later, and shows the newest first", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test", "A")
    const waiting = mock.steer("GET", "/wait-for?attempts=2&state=approved")
    await mock.pay("declined.terminal.test", "B")
    await mock.pay("approved.terminal.test", "C")
    const orders = async (path: string) =>
      (await mock.steer("GET", path)).body.attempts.map(({ orderId }: Json) => orderId)
    assert.deepStrictEqual(
      (await waiting).body.attempts.map(({ orderId }: Json) => orderId),
      ["C", "A"]
    )
    assert.deepStrictEqual(await orders("/wait-for?order=B"), ["B"])
  })
})

describe("waiting for attempts under a frozen clock", () => {
  it("shows the newest first, as the list does", async () => {
    await using mock = await start({ clock: new Date("2026-01-02T03:04:05Z") })
    const orderIds = Array.from({ length: 12 }, (_, index) => `ORDER_${index}`)
    for (const orderId of orderIds) await mock.pay("approved.terminal.test", orderId)
    const waited = await mock.server.mock.waitFor({ attempts: orderIds.length })
    assert.deepStrictEqual(
      waited.map(({ orderId }) => orderId),
      orderIds.toReversed()
    )
    assert.deepStrictEqual(waited, await mock.server.mock.attempts())
  })
})

describe("an order that was approved before", () => {
  it.each([
    ["Debit", "This order was paid before."],
    ["Credit", "This order was refunded before."],
    ["Cancel", "This order was cancelled before."]
  ])("as a %s is refused in words of its own", async (type, said) => {
    await using mock = await start()
    const send = () => mock.pay("approved.terminal.test", "ORDER_1", { order: { transaction_type: type } })
    if (type === "Cancel") await mock.pay("approved.terminal.test", "ORDER_1")
    assert.strictEqual((await send()).body.paymentStatus, "Success")
    const { status, body } = await send()
    assert.deepStrictEqual([status, body.error?.code, body.error?.description], [409, "attempt.already.approved", said])
  })
})

describe("an order that comes again as another one", () => {
  it("counts as paid if only its terminal is different, and the answer says what differs", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test", "ORDER_1")
    const { status, body } = await mock.pay("192.0.2.9", "ORDER_1")
    assert.deepStrictEqual([status, body.error?.code], [409, "attempt.already.approved"])
    assert.strictEqual(
      body.error?.description,
      "This order was paid before. It differs in pos_technical_info.host_information."
    )
    assert.deepInclude(body.error?.details, {
      state: "approved",
      paid: 1250,
      differs: ["pos_technical_info.host_information"]
    })
    assert.strictEqual((await mock.steer("GET", "/ledger")).body.totals[0].amount, 1250)
  })

  it("is not known yet where the first terminal was silent, and the till goes on to another one", async () => {
    await using mock = await start()
    assert.strictEqual((await mock.pay("cut.terminal.test", "ORDER_1")).status, 504)
    const { status, body } = await mock.pay("approved.terminal.test", "ORDER_1")
    assert.deepStrictEqual([status, body.error?.code], [409, "attempt.unresolved"])
    assert.strictEqual(
      body.error?.description,
      "This order was sent before, and its outcome is not known yet. Check the terminal first. It differs in pos_technical_info.host_information."
    )
  })

  it.each([
    ["Credit", "refunded", "the customer may be refunded twice"],
    ["Cancel", "cancelled", "another sale may be cancelled"]
  ])("after a lost %s is not told of a charge", async (type, done, otherwise) => {
    await using mock = await start()
    const send = (transaction_type: string) => mock.pay("192.168.1.20", "ORDER_1", { order: { transaction_type } })
    await send("Debit")
    await mock.steer("POST", "/terminals/192.168.1.20:8888/faults", { fault: "reset", stage: "after-approval" })
    const { status, body } = await send(type)
    assert.deepStrictEqual(
      [status, body.error?.description],
      [
        504,
        `The order was sent to the terminal, and it is not known whether it was ${done}. Check the terminal. If you send the order again, keep its order id: under another one ${otherwise}.`
      ]
    )
  })

  it("is not charged again under its own id after a lost answer, and is under another, as the 504 says", async () => {
    await using mock = await start()
    const lost = await mock.pay("reset-after-approval.terminal.test", "ORDER_1")
    assert.strictEqual(lost.status, 504)
    assert.match(
      lost.body.error?.description ?? "",
      /Check the terminal\. If you send the order again, keep its order id: under another one the customer may be charged twice\.$/
    )
    const charged = async () => (await mock.steer("GET", "/ledger")).body.totals[0].amount
    assert.strictEqual((await mock.pay("reset-after-approval.terminal.test", "ORDER_1")).status, 409)
    assert.strictEqual(await charged(), 1250)
    await mock.pay("reset-after-approval.terminal.test", "ORDER_2")
    assert.strictEqual(await charged(), 2500)
  })

  it("is another payment where anything of the sale differs, and is told what was paid", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test", "ORDER_1")
    for (const [order, differs] of [
      [{ price: { amount: 500, currency: "EUR" } }, "order.price"],
      [{ description: "4111111111111111" }, "order.description"]
    ] as const) {
      const { status, body } = await mock.pay("approved.terminal.test", "ORDER_1", { order })
      assert.deepStrictEqual([status, body.error?.code], [409, "attempt.different"])
      assert.strictEqual(body.error?.description, `This order id was used by another order. It differs in ${differs}.`)
      const told = { state: "approved", paid: 1250, amount: 1250, currency: "EUR", differs: [differs] }
      assert.deepInclude(body.error?.details, told)
    }
    assert.strictEqual((await mock.steer("GET", "/ledger")).body.totals[0].amount, 1250)
  })
})

describe("a sale that was reversed", () => {
  const cancel = { order: { transaction_type: "Cancel" } }

  it("is refused in words of its own, with its cancellation's address, whatever was refunded beside it", async () => {
    await using mock = await start()
    const headers = { "idempotency-key": "k" }
    await mock.pay("approved.terminal.test", "ORDER_1", {}, headers)
    const reversed = await mock.pay("approved.terminal.test", "ORDER_1", cancel)
    assert.strictEqual(reversed.body.paymentStatus, "Success")
    await mock.pay("approved.terminal.test", "ORDER_1", { order: { transaction_type: "Credit" } })
    for (const repeated of [{}, headers]) {
      const { status, body } = await mock.pay("approved.terminal.test", "ORDER_1", {}, repeated)
      assert.strictEqual(status, 409)
      assert.notProperty(body, "paymentStatus")
      assert.deepStrictEqual(body.error, {
        status: 409,
        code: "attempt.reversed",
        message: "Conflict",
        description:
          "This order was paid before, and that payment was reversed since. Nothing was charged now: another payment needs an order id of its own.",
        details: { state: "approved", attempt: String(reversed.headers.get("x-hipay-pos-attempt")) }
      })
    }
  })

  it("may have been, if the outcome of its cancellation is not known", async () => {
    await using mock = await start()
    const terminal = "192.0.2.9"
    await mock.pay(terminal, "ORDER_1")
    await mock.steer("POST", `/terminals/${terminal}:8888/faults`, { fault: "reset", stage: "after-approval" })
    const cancelled = await mock.pay(terminal, "ORDER_1", cancel)
    assert.strictEqual(cancelled.status, 504)
    const { status, body } = await mock.pay(terminal, "ORDER_1")
    assert.deepInclude(body.error, {
      code: "attempt.unresolved",
      description:
        "This order was paid before, and that payment may have been reversed: the outcome of its cancellation is not known yet. Nothing was charged now. Check the terminal first.",
      details: { state: "unknown", attempt: String(cancelled.body.error?.details?.attempt) }
    })
    assert.strictEqual(status, 409)
  })
})

describe("a clock that stands still", () => {
  it("stops no payment at a terminal that needs no time", async () => {
    await using mock = await start()
    await mock.steer("POST", "/clock", { action: "freeze" })
    assert.strictEqual((await mock.pay("approved.terminal.test")).body.paymentStatus, "Success")
    assert.strictEqual((await mock.pay("declined.terminal.test", "ORDER_2")).body.paymentStatus, "Failure")
  })
})

describe("the ledger", () => {
  it("names the order and the attempt that each entry was written for, also where the answer was lost", async () => {
    await using mock = await start()
    for (const orderId of ["ORDER_10", "ORDER_1"]) await mock.pay("reset-after-approval.terminal.test", orderId)
    await mock.pay("approved.terminal.test", "ORDER_2")
    const attempts = await mock.server.mock.attempts()
    const { entries } = await mock.server.mock.ledger()
    const orders = ["ORDER_10", "ORDER_1", "ORDER_2"]
    assert.deepStrictEqual(
      entries.map(({ attempt }) => attempts.find(({ id }) => id === attempt)?.orderId),
      orders
    )
    assert.deepStrictEqual(
      entries.map(({ orderId }) => orderId),
      orders
    )
  })
})

describe("the Console's transactions", () => {
  const statuses = async (mock: Awaited<ReturnType<typeof start>>) =>
    (await mock.steer("GET", "/transactions")).body.transactions.map(
      ({ orderId, status, message }: Json) => `${orderId} ${status} ${message}`
    )

  it("are captured at once for AppNepting, and at the remote collection for Concert", async () => {
    await using mock = await start()
    await mock.pay("", "NEPTING", { info: nepting("1850320198") })
    await mock.pay("approved.terminal.test", "CONCERT")
    await mock.pay("declined.terminal.test", "DECLINED")
    assert.deepStrictEqual(await statuses(mock), ["CONCERT 116 Authorized", "NEPTING 118 Captured"])
    const { body } = await mock.steer("POST", "/collection")
    assert.lengthOf(body.captured, 1)
    assert.deepStrictEqual(await statuses(mock), ["CONCERT 118 Captured", "NEPTING 118 Captured"])
    assert.deepStrictEqual((await mock.steer("POST", "/collection", {})).body, { captured: [] })
  })

  it("have other references in each space and after each reset, also with a seed", async () => {
    await using mock = await start({ seed: "same" })
    const references: Array<string> = []
    for (const space of ["", "", "other"]) {
      await mock.pay("approved.terminal.test", "ORDER_1", {}, space === "" ? {} : { "x-mock-space": space })
      const [transaction] = await mock.server.mock.space(space).transactions()
      if (transaction !== undefined) references.push(transaction.reference)
      await mock.server.mock.reset()
    }
    assert.deepStrictEqual(references, ["800000000001", "800000000002", "800000000003"])
  })

  it("have other references after a restart that keeps the store, also with a seed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "references-"))
    const references: Array<string> = []
    for (const orderId of ["FIRST", "SECOND"]) {
      await using mock = await start({ seed: "same", store: join(folder, "attempts.db") })
      await mock.pay("approved.terminal.test", orderId)
      references.push(...(await mock.server.mock.transactions()).map(({ reference }) => reference))
    }
    assert.lengthOf(references, 2)
    assert.notStrictEqual(references[0], references[1])
  })

  it("are collected of one terminal, however its address is written; of one that is not there: 404", async () => {
    await using mock = await start()
    await mock.pay("2001:db8::1", "SIX")
    const { status, body } = await mock.steer("POST", "/collection", { terminal: "2001:db8::1:8888" })
    assert.deepStrictEqual([status, body.error?.code], [404, "terminal.unknown"])
    const collected = await mock.steer("POST", "/collection", { terminal: "[2001:DB8::1]:8888" })
    assert.lengthOf(collected.body.captured, 1)
    const again = await mock.steer("POST", "/collection", { terminal: "[2001:db8::1]:8888" })
    assert.deepStrictEqual(again.body, { captured: [] })
  })

  it("are cancelled with the sale, and then not collected", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test", "SALE")
    await mock.pay("approved.terminal.test", "SALE", { order: { transaction_type: "Cancel" } })
    assert.deepStrictEqual(await statuses(mock), ["SALE 115 Cancelled"])
    assert.deepStrictEqual((await mock.steer("POST", "/collection")).body, { captured: [] })
  })

  it("are not captured of a terminal that was reset, as its sales are gone; of another one they are", async () => {
    await using mock = await start()
    const first = "first.approved.terminal.test"
    await mock.pay(first, "GONE")
    await mock.pay("second.approved.terminal.test", "KEPT")
    await mock.server.mock.terminal(first).reset()
    await mock.pay(first, "NEW")
    assert.lengthOf((await mock.steer("POST", "/collection")).body.captured, 2)
    assert.deepStrictEqual(await statuses(mock), ["NEW 118 Captured", "KEPT 118 Captured", "GONE 116 Authorized"])
  })

  it("are not cancelled by an order that means another sale than the terminal's last", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test", "FIRST")
    await mock.pay("approved.terminal.test", "SECOND")
    for (const [orderId, status] of [
      ["FIRST", 409],
      ["THIRD", 409],
      ["SECOND", 200]
    ] as const) {
      const answer = await mock.pay("approved.terminal.test", orderId, { order: { transaction_type: "Cancel" } })
      assert.strictEqual(answer.status, status, orderId)
      if (status === 409) assert.strictEqual(answer.body.error?.code, "cancel.not.the.last")
    }
    assert.deepStrictEqual(await statuses(mock), ["SECOND 115 Cancelled", "FIRST 116 Authorized"])
  })

  it("are not cancelled where the terminal's last payment was no sale, as in a gateway", async () => {
    await using mock = await start()
    const pay = async (orderId: string, type = "Debit") => {
      const { status, body } = await mock.pay("till", orderId, { order: { transaction_type: type } })
      return body.error?.code ?? `${status} ${body.paymentStatus}`
    }
    const refused = "cancel.not.the.last"
    assert.strictEqual(await pay("NEVER", "Cancel"), refused)
    assert.strictEqual(await pay("FIRST"), "200 Success")
    assert.strictEqual(await pay("SECOND"), "200 Success")
    assert.strictEqual(await pay("SECOND", "Cancel"), "200 Success")
    assert.strictEqual(await pay("FIRST", "Cancel"), refused)
    assert.strictEqual(await pay("THIRD"), "200 Success")
    assert.strictEqual(await pay("BACK", "Credit"), "200 Success")
    assert.strictEqual(await pay("THIRD", "Cancel"), refused)
    assert.deepStrictEqual(await statuses(mock), [
      "BACK 169 Credit requested",
      "THIRD 116 Authorized",
      "SECOND 115 Cancelled",
      "FIRST 116 Authorized"
    ])
  })

  it("are cancelled with what was charged only, which a refusal names", async () => {
    await using mock = await start()
    const cancel = { transaction_type: "Cancel" }
    await mock.pay("partial.terminal.test", "PART")
    const refused = await mock.pay("partial.terminal.test", "PART", { order: cancel })
    assert.strictEqual(refused.status, 409)
    const { code, description, details } = refused.body.error ?? {}
    assert.strictEqual(code, "cancel.not.the.last")
    const { paid, currency } = details as unknown as { readonly paid: number; readonly currency: string }
    assert.include(description, `This order was charged ${(paid / 100).toFixed(2)} EUR: a cancellation asks for`)
    const price = { amount: paid, currency }
    const taken = await mock.pay("partial.terminal.test", "PART", { order: { ...cancel, price } })
    assert.strictEqual(taken.status, 200, JSON.stringify(taken.body))
  })

  it("are cancelled by any order with their amount under faithful validation, and a warning says so", async () => {
    await using mock = await start({ validation: "faithful" })
    const cancel = async (orderId: string, amount = 1250, host = "approved.terminal.test") => {
      const order = { transaction_type: "Cancel", price: { amount, currency: "EUR" } }
      const { status, headers, body } = await mock.pay(host, orderId, { order })
      return [status, body.paymentStatus, headers.get("x-hipay-pos-warnings")]
    }
    const warned = "cancel-not-the-last"
    await mock.pay("approved.terminal.test", "FIRST")
    await mock.pay("approved.terminal.test", "SECOND")
    assert.deepStrictEqual(await cancel("CANCEL_1"), [200, "Success", warned])
    assert.deepStrictEqual(await statuses(mock), ["SECOND 115 Cancelled", "FIRST 116 Authorized"])
    await mock.pay("approved.terminal.test", "THIRD")
    assert.deepStrictEqual(await cancel("FIRST"), [200, "Success", warned])
    await mock.pay("approved.terminal.test", "FOURTH")
    assert.deepStrictEqual(await cancel("FOURTH"), [200, "Success", null])
    await mock.pay("partial.terminal.test", "PART")
    assert.deepStrictEqual(await cancel("PART", 1250, "partial.terminal.test"), [200, "Failure", warned])
  })

  it("are not cancelled by an order that wakes no terminal", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test", "SALE")
    const passive = { transaction_type: "Cancel", initialize_payment_terminal: false }
    for (const [orderId, amount] of [
      ["SALE", 1],
      ["SALE", 1250],
      ["NEVER", 1250]
    ] as const) {
      const order = { ...passive, price: { amount, currency: "EUR" } }
      const { status, body } = await mock.pay("approved.terminal.test", orderId, { order })
      assert.deepStrictEqual([status, body.error?.code], [400, "cancel.not.supported"])
    }
    assert.deepStrictEqual(await statuses(mock), ["SALE 116 Authorized"])
    assert.lengthOf((await mock.steer("POST", "/collection")).body.captured, 1)
  })

  describe("are not cancelled while it is not certain which sale was the last:", () => {
    const cancel = { order: { transaction_type: "Cancel" } }
    const refused = async (mock: Awaited<ReturnType<typeof start>>, orderId: string, why = "is not that one") => {
      const { status, body } = await mock.pay("till", orderId, cancel)
      assert.deepStrictEqual([status, body.error?.code], [409, "cancel.not.the.last"])
      assert.include(body.error?.description, why)
    }
    /** A payment whose answer never comes; the terminal charges it, or not. */
    const losing = async (mock: Awaited<ReturnType<typeof start>>, orderId: string, outcome: string) => {
      const terminal = mock.server.mock.terminal("till")
      await terminal.script([outcome])
      await terminal.faults("answer-lost")
      const paying = mock.pay("till", orderId)
      await mock.server.mock.waitFor({ state: "open" })
      await mock.server.mock.clock.advance("4m")
      const { status } = await paying
      assert.strictEqual(status, 504)
      await terminal.faults()
      const [attempt] = await mock.server.mock.attempts()
      return attempt?.id ?? ""
    }
    const resolve = async (mock: Awaited<ReturnType<typeof start>>, id: string, outcome: string) => {
      const response = await fetch(`${mock.server.url}/attempts/${id}/resolve`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ outcome, by: "Ada", evidence: "the slip", override: true })
      })
      assert.strictEqual(response.status, 200, await response.text())
    }

    it("its own outcome is unknown", async () => {
      await using mock = await start()
      await losing(mock, "SALE", "approved")
      await refused(mock, "SALE", "is unknown")
      assert.deepStrictEqual(await statuses(mock), ["SALE 116 Authorized"])
    })

    it.each([
      ["set-aside", "is unknown"],
      ["declined", "is what a person said"]
    ])("a newer payment is unknown, or was ended by a person: %s", async (outcome, why) => {
      await using mock = await start()
      await mock.pay("till", "SALE")
      const id = await losing(mock, "NEWER", "refused")
      await refused(mock, "SALE", "is unknown")
      await resolve(mock, id, outcome)
      await refused(mock, "SALE", why)
      await mock.pay("till", "LAST")
      await refused(mock, "SALE")
      assert.strictEqual((await mock.pay("till", "LAST", cancel)).body.paymentStatus, "Success")
    })

    it("a newer payment is under way", async () => {
      await using mock = await start()
      await mock.pay("till", "SALE")
      await mock.server.mock.terminal("till").cardholder("manual")
      const paying = mock.pay("till", "NEWER")
      await mock.server.mock.waitFor({ state: "open" })
      await refused(mock, "SALE")
      await mock.server.mock.clock.freeze()
      await mock.server.mock.clock.advance("1h")
      await paying
    })
  })

  it("are there for a payment whose answer was lost", async () => {
    await using mock = await start({ answerTimeout: "50 millis" })
    assert.strictEqual((await mock.pay("lost-after-approval.terminal.test", "LOST")).status, 504)
    await mock.pay("", "NEPTING", { info: nepting("lost-after-approval") })
    assert.deepStrictEqual(await statuses(mock), ["NEPTING 118 Captured", "LOST 116 Authorized"])
  })

  it("cannot be cancelled at the terminal once they are collected", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test", "SALE")
    await mock.steer("POST", "/collection", { terminal: "approved.terminal.test" })
    const cancelled = await mock.pay("approved.terminal.test", "SALE", { order: { transaction_type: "Cancel" } })
    assert.strictEqual(cancelled.body.paymentStatus, "Failure")
    assert.deepStrictEqual(await statuses(mock), ["SALE 118 Captured"])
  })

  it("are captured at once for an order that wakes no terminal, and the ledgers know nothing of it", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test", "PASSIVE", { order: { initialize_payment_terminal: false } })
    assert.deepStrictEqual(await statuses(mock), ["PASSIVE 118 Captured"])
    assert.deepStrictEqual((await mock.steer("GET", "/ledger")).body, { entries: [], totals: [] })
  })

  it("are not collected automatically if the interval is zero", async () => {
    await using mock = await start({ collectEvery: 0 })
    await mock.pay("approved.terminal.test", "SALE")
    await mock.steer("POST", "/clock", { action: "advance", milliseconds: 86_400_000 })
    assert.deepStrictEqual(await statuses(mock), ["SALE 116 Authorized"])
  })

  it("are collected automatically if that was requested", async () => {
    await using mock = await start({ collectEvery: "1 day" })
    await mock.pay("approved.terminal.test")
    await mock.steer("POST", "/clock", { action: "advance", milliseconds: 86_400_000 })
    assert.deepStrictEqual(await statuses(mock), ["ORDER_1 118 Captured"])
  })
})

describe("notifications", () => {
  const url = "http://127.0.0.1:9/notify"

  it("are recorded with body and signature, and not sent", async () => {
    await using mock = await start({ notifications: { passphrase: "SecretPassphrase" } })
    await mock.pay("", "ORDER_1", { info: { ...nepting("1850320198"), notify_url: url } })
    const [sent] = (await mock.steer("GET", "/notifications")).body.notifications
    assert.deepInclude(sent, { url, status: 118, state: "recorded", tries: [] })
    const { body } = await mock.steer("GET", `/notifications/${sent.id}`)
    const form = new URLSearchParams(body.body)
    assert.strictEqual(form.get("captured_amount"), "12.50")
    assert.strictEqual(form.get("order[id]"), "ORDER_1")
    assert.match(body.signature.value, /^[0-9a-f]{64}$/)
    assert.strictEqual(body.signature.algorithm, "SHA-256")
    assert.deepStrictEqual(body.headers, {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-ALLOPASS-SIGNATURE": body.signature.value
    })
    assert.notInclude(JSON.stringify(body), "SecretPassphrase")
  })

  it("are sent to an allowed address, again after a refusal, and by hand", async () => {
    const received: Array<string> = []
    const first = Promise.withResolvers<void>()
    const second = Promise.withResolvers<void>()
    const send = async (to: string, body: string) => {
      received.push(`${to} ${new URLSearchParams(body).get("status")}`)
      if (received.length > 1) second.resolve()
      else first.resolve()
      return received.length === 1 ? 503 : 200
    }
    await using mock = await start({ notifications: { url, allowed: ["127.0.0.1:9"], send } })
    await mock.pay("", "ORDER_1", { info: nepting("1850320198") })
    await first.promise
    assert.strictEqual((await mock.steer("GET", "/notifications")).body.notifications[0].state, "pending")
    await mock.steer("POST", "/clock", { action: "advance", milliseconds: 10_000 })
    await second.promise
    const [sent] = (await mock.steer("GET", "/notifications")).body.notifications
    assert.strictEqual(sent.state, "delivered")
    assert.deepStrictEqual(
      sent.tries.map(({ status }: Json) => status),
      [503, 200]
    )
    await mock.steer("POST", `/notifications/${sent.id}/replay`)
    assert.deepStrictEqual(received, new Array(3).fill(`${url} 118`))
  })
})

describe("what was noticed", () => {
  it("is an order that came again before its outcome was known", async () => {
    await using mock = await start({ answerTimeout: "50 millis" })
    await mock.pay("lost-after-approval.terminal.test")
    assert.strictEqual((await mock.pay("lost-after-approval.terminal.test")).status, 409)
    const { findings } = (await mock.steer("GET", "/findings")).body
    assert.deepStrictEqual(
      findings.map(({ code, orderId }: Json) => `${code} ${orderId}`),
      ["would-have-charged-twice ORDER_1"]
    )
  })

  it("is a caller who hung up while the terminal was asking", async () => {
    await using mock = await start()
    const opened = mock.steer("GET", "/wait-for?state=open")
    const caller = new AbortController()
    const calling = fetch(`${mock.server.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(order({ info: { host_information: { host: "manual.terminal.test" } } })),
      signal: caller.signal
    }).catch(() => "gone")
    await opened
    const now = Date.now
    vi.spyOn(Date, "now").mockImplementation(() => now() + 86_400_000)
    onTestFinished(() => void vi.restoreAllMocks())
    caller.abort()
    assert.strictEqual(await calling, "gone")
    await mock.steer("POST", "/terminals/manual.terminal.test/card", { card: "cb" })
    await mock.steer("GET", "/wait-for?state=approved")
    const { findings } = (await mock.steer("GET", "/findings")).body
    assert.strictEqual(findings[0].code, "caller-hung-up")
    assert.notInclude(findings[0].detail, "86400 s")
  })
})

describe("faults of HTTP", () => {
  it.each(["reset", "half-body"])("%s loses the answer of a payment that was made", async (fault) => {
    await using mock = await start()
    await mock.steer("PUT", "/http-fault", { fault })
    const failed = await mock.pay("approved.terminal.test").then(
      () => undefined,
      (error: unknown) => error
    )
    assert.instanceOf(failed, TypeError)
    assert.strictEqual((await mock.steer("GET", "/ledger")).body.totals[0].amount, 1250)
    assert.isNull((await mock.steer("GET", "/http-fault")).body.fault)
    assert.deepStrictEqual((await mock.steer("GET", "/findings")).body.findings, [])
  })

  it.each([
    ["error-before", 0],
    ["error-after", 1]
  ])("%s answers with its status, after %i payments", async (fault, payments) => {
    await using mock = await start()
    await mock.steer("PUT", "/http-fault", { fault, status: 502, times: 2 })
    assert.strictEqual((await mock.pay("approved.terminal.test")).status, 502)
    assert.lengthOf((await mock.steer("GET", "/ledger")).body.entries, payments)
    assert.strictEqual((await mock.steer("GET", "/http-fault")).body.fault.times, 1)
    await mock.steer("DELETE", "/http-fault")
    assert.strictEqual((await mock.pay("approved.terminal.test", "ORDER_2")).status, 200)
  })

  it("silent never answers", async () => {
    await using mock = await start()
    await mock.steer("PUT", "/http-fault", { fault: "silent" })
    const caller = new AbortController()
    const calling = fetch(`${mock.server.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(order()),
      signal: caller.signal
    }).catch(() => "gone")
    assert.lengthOf((await mock.steer("GET", "/wait-for?state=approved")).body.attempts, 1)
    caller.abort()
    assert.strictEqual(await calling, "gone")
  })
})

describe("a terminal's pinpad", () => {
  it("tells its stages and takes card and PIN", async () => {
    await using mock = await start()
    const response = await fetch(`${mock.server.control.url}/terminals/manual.terminal.test%3A8888/events`, {
      headers: { authorization: `Bearer ${mock.server.control.token}` }
    })
    const events = eventsOf(response)
    assert.deepInclude((await next(events, "State")).data, { stage: "idle", port: 8888 })
    const paying = mock.pay("manual.terminal.test")
    while ((await next(events, "Stage")).data.stage !== "woken") {}
    assert.deepStrictEqual((await mock.steer("POST", "/terminals/manual.terminal.test/card", { card: "cb" })).body, {
      taken: true
    })
    assert.strictEqual((await paying).body.paymentStatus, "Success")
    await events.return()
  })

  it("is asked for its script and its faults by name", async () => {
    await using mock = await start()
    await mock.steer("PUT", "/terminals/till-7.test:9000/script", { script: ["refused"] })
    const answer = await mock.pay("till-7.test", "ORDER_1", {
      info: { host_information: { host: "till-7.test", port: 9000 } }
    })
    assert.strictEqual(answer.body.paymentStatus, "Failure")
    assert.strictEqual((await mock.steer("POST", "/terminals/till-7.test:9000/faults", "cut")).status, 201)
    assert.strictEqual(
      (await mock.steer("PUT", "/terminals/till-7.test:9000/script", { script: ["nonsense"] })).status,
      400
    )
  })
})

describe("the mock's own interface", () => {
  it("needs its token, or a login with the role control", async () => {
    await using mock = await start({
      logins: [
        { username: "till", password: "a", roles: ["pay"] },
        { username: "developer", password: "b", roles: ["control"] }
      ]
    })
    const status = async (authorization: string) =>
      (await fetch(mock.server.control.url, { headers: { authorization } })).status
    assert.strictEqual(await status("Bearer guess"), 401)
    assert.strictEqual(await status(`Basic ${btoa("till:a")}`), 403)
    assert.strictEqual(await status(`Basic ${btoa("developer:b")}`), 200)
    assert.strictEqual(await status(`Bearer ${mock.server.control.token}`), 200)
  })

  it("is about one space, and forgets it on demand", async () => {
    await using mock = await start()
    await mock.pay("approved.terminal.test")
    assert.lengthOf((await mock.steer("GET", "/attempts", undefined, "other")).body.attempts, 0)
    assert.lengthOf((await mock.steer("GET", "/attempts")).body.attempts, 1)
    assert.strictEqual((await mock.steer("DELETE", "")).status, 204)
    assert.deepInclude((await mock.steer("GET", "")).body, { attempts: 0, terminals: 0 })
    assert.strictEqual((await mock.pay("approved.terminal.test")).status, 200)
    const { spaces } = (await mock.steer("GET", "/spaces")).body
    assert.deepStrictEqual(spaces.map(({ name }: Json) => name).sort(), ["", "other"])
  })

  it("answers as the rest of the server does, a terminal's routes included", async () => {
    await using mock = await start()
    for (const path of ["/terminals", "/clock", "/terminals/till-7.test/events"]) {
      const response = await fetch(`${mock.server.control.url}${path}`, {
        method: path.endsWith("events") ? "HEAD" : "GET",
        headers: { authorization: `Bearer ${mock.server.control.token}` }
      })
      assert.strictEqual(response.headers.get("x-hipay-pos-mode"), "simulated")
      assert.isString(response.headers.get("x-request-id"))
    }
    const tooLong = await mock.steer("GET", `/terminals/${"a".repeat(301)}`)
    assert.deepInclude(tooLong.body.error, { status: 404, code: "route.not.found" })
  })

  it("accepts a call without a body, or without a content type, as curl sends it", async () => {
    await using mock = await start()
    const headers = { authorization: `Bearer ${mock.server.control.token}` }
    const bare = await fetch(`${mock.server.control.url}/collection`, { method: "POST", headers })
    assert.deepStrictEqual(await bare.json(), { captured: [] })
    const bytes = new TextEncoder().encode('{"action":"freeze"}')
    const typeless = await fetch(`${mock.server.control.url}/clock`, { method: "POST", headers, body: bytes })
    assert.strictEqual(typeless.status, 200)
  })

  it("advances the clock to the last day of 9998 at most, after which days can no longer be written", async () => {
    await using mock = await start({ clock: new Date("9998-12-31T12:00:00Z") })
    const forward = (milliseconds: number) => mock.steer("POST", "/clock", { action: "advance", milliseconds })
    const { status, body } = await forward(12 * 3_600_000)
    assert.deepStrictEqual(
      [status, body.error.code, body.error.description],
      [400, "malformed.request", "milliseconds: the clock cannot go past the end of 9998"]
    )
    assert.strictEqual((await mock.steer("GET", "/clock")).body.now, "9998-12-31T12:00:00.000Z")
    assert.strictEqual((await forward(12 * 3_600_000 - 1)).body.now, "9998-12-31T23:59:59.999Z")
  })

  it("sets the clock to a time, and leaves it frozen or running", async () => {
    await using mock = await start({ clock: new Date("2026-01-02T03:04:05Z") })
    assert.deepStrictEqual((await mock.steer("GET", "/clock")).body, { now: "2026-01-02T03:04:05.000Z", frozen: true })
    const set = await mock.steer("PUT", "/clock", { at: "2030-01-01T01:00:00+01:00" })
    assert.deepStrictEqual(set.body, { now: "2030-01-01T00:00:00.000Z", frozen: true })
    await mock.steer("POST", "/clock", { action: "resume" })
    const { body } = await mock.steer("PUT", "/clock", { at: "2020-01-01T00:00:00Z" })
    assert.isFalse(body.frozen)
    assert.match(body.now, /^2020-01-01T00:00/)
  })

  it("says which methods a path takes", async () => {
    await using mock = await start()
    for (const [path, allowed] of [
      ["", "GET, HEAD, DELETE, OPTIONS"],
      ["/clock", "GET, HEAD, POST, PUT, OPTIONS"],
      ["/terminals/till-7.test/key", "POST, OPTIONS"]
    ] as const) {
      const headers = { authorization: `Bearer ${mock.server.control.token}` }
      const refused = await fetch(`${mock.server.control.url}${path}`, { method: "PATCH", headers })
      assert.deepStrictEqual([refused.status, refused.headers.get("allow")], [405, allowed])
      const asked = await fetch(`${mock.server.control.url}${path}`, { method: "OPTIONS", headers })
      assert.deepStrictEqual([asked.status, asked.headers.get("allow")], [204, allowed])
    }
  })

  it("has the terminals of a file from the start, by address and by name", async () => {
    await using mock = await start({
      terminals: [{ name: "counter", host: "192.0.2.20", cardholder: "manual", faults: ["cut"] }]
    })
    const [terminal] = (await mock.steer("GET", "/terminals")).body
    assert.deepInclude(terminal, { name: "192.0.2.20:8888", cardholder: "manual" })
    assert.strictEqual((await mock.steer("GET", "/terminals/counter")).body.name, "192.0.2.20:8888")
  })

  const wrong: ReadonlyArray<readonly [method: string, path: string, body: unknown, words: string]> = [
    ["POST", "/clock", {}, "action: expected a value, got nothing"],
    ["POST", "/clock", [], "the call: expected an object"],
    ["POST", "/clock", { action: "stop" }, 'action: expected "freeze" | "resume" | "advance"'],
    [
      "POST",
      "/clock",
      { action: "advance" },
      "the call: expected milliseconds with the action advance, and with no other"
    ],
    [
      "POST",
      "/clock",
      { action: "freeze", milliseconds: 1 },
      "the call: expected milliseconds with the action advance, and with no other"
    ],
    ["POST", "/clock", { action: "advance", milliseconds: 1.5 }, "milliseconds: expected an integer"],
    [
      "PUT",
      "/http-fault",
      { fault: "fire" },
      'fault: expected "reset" | "half-body" | "error-before" | "error-after" | "silent"'
    ],
    [
      "PUT",
      "/http-fault",
      { fault: "reset", time: 3 },
      "time: no such name is known here; expected fault, times and status"
    ],
    ["PUT", "/clock", { at: "yesterday" }, "at: expected a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z"],
    [
      "PUT",
      "/clock",
      { at: "1960-01-02T03:04:05Z" },
      "at: expected a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z"
    ],
    [
      "PUT",
      "/clock",
      { at: "9999-01-01T00:30:00+00:30" },
      "at: expected a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z"
    ],
    [
      "PUT",
      "/clock",
      { at: "2026-02-30T00:00:00Z" },
      "at: expected a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z"
    ],
    [
      "PUT",
      "/clock",
      { at: "2026-01-02T03:04:05" },
      "at: expected a moment from 1970 to 9998, such as 2026-01-02T03:04:05Z"
    ],
    ["GET", "/wait-for?attempts=many", undefined, "attempts: expected a whole number"],
    [
      "GET",
      "/wait-for?count=2",
      undefined,
      "count: no such name is known here; expected attempts, state, order and timeout"
    ],
    ["POST", "/collection", "192.0.2.10", "the call: expected an object"],
    [
      "PUT",
      "/terminals/till-7.test/script",
      { script: "approved" },
      'script: expected a list such as ["declined", "approved"]'
    ],
    [
      "PUT",
      "/terminals/till-7.test/script",
      { script: [], scripts: [] },
      "scripts: no such name is known here; expected script"
    ],
    [
      "PUT",
      "/terminals/till-7.test/cardholder",
      { cardholder: "auto", pace: 1 },
      "pace: no such name is known here; expected cardholder"
    ],
    [
      "POST",
      "/terminals/till-7.test/faults",
      { fault: "delay", after: 1 },
      "after: no such name is known here; expected fault, stage, milliseconds, byte and times"
    ],
    [
      "POST",
      "/terminals/till-7.test/faults",
      [],
      'the call: expected a text such as "split" or "reset@after-wake", or { "fault": … }'
    ],
    ["POST", "/terminals/till-7.test/key", { key: "0", mode: 1 }, "mode: no such name is known here; expected key"],
    ["PUT", "/terminals/till-7.test/script", { script: ["x".repeat(100_000)] }, "the body is too long"]
  ]

  it("says what is wrong with a call", async () => {
    await using mock = await start()
    for (const [method, path, call, words] of wrong) {
      const { status, body } = await mock.steer(method, path, call)
      assert.deepStrictEqual([status, body.error.code, body.error.description], [400, "malformed.request", words])
    }
    const { body } = await mock.steer("POST", "/terminals/till-7.test/card", { card: "gold" })
    assert.match(body.error.description, /^card: expected a test card: cb, cb-pin, /)
    assert.strictEqual((await mock.steer("GET", "/wait-for?attempts=1&timeout=1&space=other")).status, 408)
    assert.strictEqual((await mock.steer("GET", "/wait-for?attempts=1&timeout=1")).status, 408)
    assert.strictEqual((await mock.steer("GET", "/notifications/n1")).status, 404)
  })

  it("is described with the bodies that it takes", async () => {
    await using mock = await start()
    const { paths, components } = (await mock.steer("GET", "/openapi.json")).body
    assert.deepStrictEqual(paths["/_mock/clock"].post.requestBody.content["application/json"].schema, {
      $ref: "#/components/schemas/ClockAction"
    })
    const references = JSON.stringify({ paths, components }).matchAll(/#\/components\/schemas\/(\w+)/g)
    for (const [, name = ""] of references) assert.property(components.schemas, name)
    // An unknown name is refused, and the document says so.
    assert.isFalse(components.schemas.ClockAction.additionalProperties)
    assert.isFalse(components.schemas.ScriptCall.additionalProperties)
  })
})
