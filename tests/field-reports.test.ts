/**
 * What people who do this job met, as the inputs that were reported: each goes over TCP or HTTP through the gateway to
 * every place where a person looks.
 */
import { mkdtempSync, rmSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AttemptJournal } from "@hipay-pos/client"
import { makeClient } from "@hipay-pos/client/node"
import { dedupeKey, parseNotification } from "@hipay-pos/client/notification"
import * as EvidenceInFrench from "@hipay-pos/core/EvidenceInFrench"
import * as Finding from "@hipay-pos/core/Finding"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import type { GatewayConfig } from "@hipay-pos/gateway"
import { startGateway } from "@hipay-pos/gateway/node"
import { makeLog } from "@hipay-pos/server/bin"
import { order } from "@hipay-pos/server/testing"
import { afterAll, assert, describe, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "field-reports-"))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

const credentials = { username: "shop", password: "of its own" }
const authorization = `Basic ${btoa("shop:of its own")}`

/** A terminal that answers every request with the same bytes, and the gateway in front of it. */
const start = async (answer: string, settings: Partial<GatewayConfig.GatewayTerminal> = {}) => {
  const terminal = createServer((socket) => {
    socket.on("error", () => {})
    socket.once("data", () => socket.end(Buffer.from(answer, "latin1")))
  })
  await new Promise<void>((done) => terminal.listen(0, "127.0.0.1", done))
  const { port } = terminal.address() as AddressInfo
  const lines: Array<Record<string, unknown>> = []
  const log = makeLog({ format: "json" }, (line) => lines.push(JSON.parse(line)))
  const gateway = await startGateway({
    terminals: [{ host: "127.0.0.1", port, ...settings }],
    credentials,
    port: 0,
    store: join(folder, `${++files}.db`),
    listener: log.listener
  })
  const call = async (path: string, body?: unknown) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await response.text()
    return { status: response.status, text, json: text.startsWith("{") ? JSON.parse(text) : undefined }
  }
  const pay = (amount: number) =>
    call(
      "/v1/connector/order",
      order({
        order: { order_id: "TABLE-7", price: { amount, currency: "EUR" } },
        info: { host_information: { host: "127.0.0.1", port } }
      })
    )
  const client = makeClient({ server: gateway.url, ...credentials, live: true, journal: AttemptJournal.memory() })
  const sell = (amount: number) =>
    client.tryPay(
      { orderId: "TABLE-8", amount: { currency: "EUR", minorUnits: amount } },
      { host: "127.0.0.1", port, contracts: [{ merchantContract: "1234567" }] }
    )
  const dispose = async () => {
    await gateway.close()
    await new Promise<void>((done) => terminal.close(() => done()))
  }
  return { call, pay, client, sell, lines, [Symbol.asyncDispose]: dispose }
}

const today = () => new Date().toISOString().slice(0, 10)

describe("a conversion to the card's currency (DCC)", () => {
  const answer = "CZ0040320CJ012012345678901CA00201CB0045000CD0010CE003840CC00300FAE00210AC006123456"

  it("is unknown, with what the terminal said in the answer, the attempt, its timeline, the table and the log", async () => {
    await using shop = await start(answer)
    const lost = await shop.pay(5000)
    assert.strictEqual(lost.status, 504)
    const { attempt } = lost.json.error.details
    const shown = (await shop.call(attempt)).json
    for (const text of [lost.text, JSON.stringify(shown.error), JSON.stringify(shown.timeline)]) {
      assert.include(text, "50.00 USD")
      assert.include(text, "123456")
    }
    const { evidence } = shown.error
    assert.deepInclude(evidence, { status: "done", amount: { minorUnits: 5000, currency: "USD" } })
    assert.strictEqual(evidence.card.authorizationNumber, "123456")
    assert.strictEqual(evidence.received, answer)
    const [{ kind, told, asked, message }] = evidence.contradictions
    assert.strictEqual(
      message,
      "the terminal said 50.00 USD, asked for 50.00 EUR; perhaps a conversion to the card's own currency (DCC)"
    )
    assert.strictEqual(
      EvidenceInFrench.contradictions[kind as "currency"](told, asked),
      "devise annoncée : 50.00 USD, demandée : 50.00 EUR"
    )
    const table = await shop.call(`/attempts?day=${today()}&format=csv`)
    assert.include(table.text, "123456")
    const line = shop.lines.find(({ status }) => status === 504)
    assert.include(String(line?.evidence), "done, 50.00 USD, authorization 123456, the terminal said 50.00 USD")
  })

  it("reaches the till through the client, at once and when it asks again", async () => {
    await using shop = await start(answer)
    const result = await shop.sell(5000)
    assert.isFalse(result.ok)
    const received =
      !result.ok && result.error.reason._tag === "OutcomeUnknown" ? result.error.reason.received : undefined
    assert.strictEqual(received?.card.authorizationNumber, "123456")
    const [kept] = await shop.client.unsettled()
    assert.strictEqual(kept?.endings.at(-1)?.received?.amount?.currency, "USD")
    const asked = await shop.client.resolve(kept?.id ?? "")
    const bytes = asked._tag === "NeedsPerson" ? asked.received?.received : undefined
    assert.include(bytes, "CB0045000CD0010CE003840CC00300FAE00210AC006123456")
  })
})

describe("a tip that the customer typed in at the terminal", () => {
  const answer = "CZ0040320CJ012012345678901CA00201CB0041500CD0010CE003978AE00210AF00201"

  it("is unknown with the amount and the words where the terminal is not set to take one", async () => {
    await using shop = await start(answer)
    const lost = await shop.pay(1250)
    assert.strictEqual(lost.status, 504)
    assert.include(lost.text, "the terminal said 15.00 EUR, asked for 12.50 EUR; the 2.50 EUR more may be a tip")
  })

  it("is approved with the tip beside it where it is, also in the day's totals and for the client", async () => {
    await using shop = await start(answer, { tip: "20%" })
    const paid = await shop.pay(1250)
    assert.strictEqual(paid.status, 200)
    const list = (await shop.call("/attempts?state=approved")).json
    assert.deepInclude(list.attempts[0], { amount: 1250, paid: 1500, tip: 250 })
    const totals = (await shop.call(`/attempts?day=${today()}&format=totals`)).json
    assert.include(JSON.stringify(totals), '"tip":{"count":1,"amount":250}')
    const sold = await shop.sell(1250)
    assert.isTrue(sold.ok)
    if (sold.ok && sold.outcome._tag === "Approved") assert.strictEqual(sold.outcome.tip?.minorUnits, 250)
  })

  it("does not close the terminal: a person enters what the slip says, and the books say it, too", async () => {
    await using shop = await start(answer)
    const { attempt } = (await shop.pay(1250)).json.error.details
    const word = { outcome: "approved", by: "Ada", evidence: "slip 12", paid: 1500, over: true }
    assert.deepInclude((await shop.call(`${attempt}/resolve`, word)).json, { state: "approved", paid: 1500 })
    assert.match((await shop.call(`/attempts?day=${today()}&format=csv`)).text, /approved.*12\.50.*15\.00/)
  })
})

describe("other reports", () => {
  it("25.00 of 32.00 by meal voucher, the answer lost: a person's word is a part, with the rest to collect", async () => {
    await using shop = await start("")
    const { attempt } = (await shop.pay(3200)).json.error.details
    const word = { outcome: "approved", by: "Ada", evidence: "slip 13", paid: 2500 }
    const resolved = (await shop.call(`${attempt}/resolve`, word)).json
    assert.deepInclude(resolved, { state: "approved-in-part", paid: 2500 })
    assert.strictEqual((await shop.call(`${attempt}/resolve`, { ...word, foo: 1 })).status, 400)
  })

  it.each([
    [
      "an answer for another register",
      "CZ0040320CA00202CB0041250CD0010CE003978AE00210",
      "the answer is for the register 02"
    ],
    ["an amount with a point", "CZ0040320CA00201CB00512.50CD0010CE003978AE00210", "asked for 1250 (12.50 EUR)"],
    ["a currency by letters", "CZ0040320CA00201CB0041250CD0010CE003EURAE00210", "asked for 978 (EUR)"],
    [
      "a refusal, then a sale",
      "CZ0040320CA00201AE00201AF00204CZ0040320CA00201CB0041250AE00210",
      "two answers that say different things"
    ],
    ["NAK alone", "\x15", "Concert V3"]
  ])("%s: unknown, in words that are true", async (_, answer, words) => {
    await using shop = await start(answer)
    const lost = await shop.pay(1250)
    assert.strictEqual(lost.status, 504)
    assert.include(lost.text, words)
  })

  it("shows a refused number as it came or cut, never rounded", () => {
    const body = order({ order: { price: { amount: 1798.9999999999998, currency: "EUR" } } })
    assert.include(OrderRules.read(body).findings.map(Finding.toText).join("\n"), "got 1798.99…")
  })

  it("tells two partial refunds of one sale apart, and knows the same one again", () => {
    const refund = (operation: string, refunded: string) => {
      const form = { transaction_reference: "800012345678", status: "126", currency: "EUR", "operation[id]": operation }
      const read = parseNotification(new URLSearchParams({ ...form, refunded_amount: refunded }).toString())
      return dedupeKey(read)
    }
    assert.notStrictEqual(refund("800012345678-1", "10.00"), refund("800012345678-2", "25.00"))
    assert.strictEqual(refund("800012345678-1", "10.00"), refund("800012345678-1", "10.00"))
  })
})
