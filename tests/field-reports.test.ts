/**
 * Problems reported by people in the field, with the inputs they reported: each goes over TCP or HTTP through the gateway to
 * every place where a person would see it.
 */
import { mkdtempSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { AttemptJournal } from "@hipay-pos/client"
import { makeClient } from "@hipay-pos/client/node"
import { dedupeKey, parseNotification } from "@hipay-pos/client/notification"
import * as EvidenceInFrench from "@hipay-pos/core/EvidenceInFrench"
import * as Finding from "@hipay-pos/core/Finding"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import type { GatewayConfig } from "@hipay-pos/gateway"
import { type StartGatewayOptions, startGateway } from "@hipay-pos/gateway/node"
import { makeLog } from "@hipay-pos/server/bin"
import { order } from "@hipay-pos/server/testing"
import { assert, describe, it } from "vitest"
import { run, start as startProcess, stop } from "../packages/cli/test/process.ts"
import { listenTcp } from "./listen.ts"

const folder = mkdtempSync(join(tmpdir(), "field-reports-"))
let files = 0

const credentials = { username: "shop", password: "of its own" }
const authorization = `Basic ${btoa("shop:of its own")}`

/** A terminal that answers every request with the same bytes, and the gateway in front of it. */
const start = async (
  answer: string | (() => string),
  settings: Partial<GatewayConfig.GatewayTerminal> = {},
  options: Partial<StartGatewayOptions> = {}
) => {
  const terminal = await listenTcp((socket) => {
    socket.once("data", () => socket.end(Buffer.from(typeof answer === "string" ? answer : answer(), "latin1")))
  })
  const { port } = terminal
  const lines: Array<Record<string, unknown>> = []
  const log = makeLog({ format: "json" }, (line) => lines.push(JSON.parse(line)))
  const gateway = await startGateway({
    terminals: [{ host: "127.0.0.1", port, ...settings }],
    credentials,
    port: 0,
    store: join(folder, `${++files}.db`),
    listener: log.listener,
    ...options
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
  /** The first events of a stream. */
  const events = async (path: string, last: string) => {
    const gone = new AbortController()
    const response = await fetch(`${gateway.url}${path}`, { headers: { authorization }, signal: gone.signal })
    let text = ""
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      if (text.includes(last)) break
    }
    gone.abort()
    return text
  }
  const client = makeClient({ server: gateway.url, ...credentials, live: true, journal: AttemptJournal.memory() })
  const sell = (amount: number) =>
    client.tryPay(
      { orderId: "TABLE-8", amount: { currency: "EUR", minorUnits: amount } },
      { host: "127.0.0.1", port, contracts: [{ merchantContract: "1234567" }] }
    )
  const dispose = async () => {
    await gateway.close()
    await terminal[Symbol.asyncDispose]()
  }
  return { url: gateway.url, call, pay, events, client, sell, lines, [Symbol.asyncDispose]: dispose }
}

const today = () => new Date().toISOString().slice(0, 10)

describe("a conversion to the card's currency (DCC)", () => {
  const answer = "CZ0040320CJ012012345678901CA00201CB0045000CD0010CE003840CC00300FAE00210AC006123456"

  it("is unknown, with the terminal's words in the answer, the attempt, its timeline, the table and the log", async () => {
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
      "devise annoncée\u00a0: 50,00 USD, demandée\u00a0: 50,00 EUR"
    )
    const table = await shop.call(`/attempts?day=${today()}&format=csv`)
    assert.include(table.text, "123456")
    const line = shop.lines.find(({ status }) => status === 504)
    assert.include(String(line?.evidence), "done, 50.00 USD, authorization 123456, the terminal said 50.00 USD")
  })

  it("is in the attempt's events and in the command line's output", async () => {
    await using shop = await start(answer)
    const { attempt } = (await shop.pay(5000)).json.error.details
    const events = await shop.events(`${attempt}/events`, "event: end")
    const env = { HIPAY_POS_USERNAME: credentials.username, HIPAY_POS_PASSWORD: credentials.password }
    const shown = await run(["attempts", "show", attempt.slice("/attempts/".length), "--url", shop.url], { env })
    assert.strictEqual(shown.code, 0, shown.stderr)
    for (const text of [events, shown.stdout]) {
      assert.include(text, "the terminal said 50.00 USD, asked for 50.00 EUR")
      assert.include(text, "123456")
    }
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

  it("is unknown, with the amount and the terminal's words, if the terminal is not set to take one", async () => {
    await using shop = await start(answer)
    const lost = await shop.pay(1250)
    assert.strictEqual(lost.status, 504)
    assert.include(lost.text, "the terminal said 15.00 EUR, asked for 12.50 EUR; the 2.50 EUR more may be a tip")
  })

  it("is approved with a separate tip if it is, also in the day's totals and for the client", async () => {
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

  it("does not block the terminal: a person enters the amount of the slip, which the books then have", async () => {
    await using shop = await start(answer)
    const { attempt } = (await shop.pay(1250)).json.error.details
    const word = { outcome: "approved", by: "Ada", evidence: "slip 12", paid: 1500, over: true }
    assert.deepInclude((await shop.call(`${attempt}/resolve`, word)).json, { state: "approved", paid: 1500 })
    assert.match((await shop.call(`/attempts?day=${today()}&format=csv`)).text, /approved.*12\.50.*15\.00/)
  })
})

describe("a register whose message has a wrong length, at the simulator", () => {
  const wrong = "CZ0040320CJ012012345678901CA00201CB0241245CD0010CE003978"
  const unreadable = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE0x3978"

  it.each([
    [
      wrong,
      "the text stops inside the field CB at byte 33: 24 bytes announced, 18 came; a field CD begins 4 bytes into it, so the length may be 4"
    ],
    [unreadable, "the length is not three digits (CE at byte 48)"]
  ])(
    "sees in the log which field it is, at which byte, the length that it says and what came: %s",
    async (frame, words) => {
      const child = startProcess(["terminal", "--port", "0"])
      const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
      let said = ""
      for await (const line of lines) {
        const [, port] = /^terminal on 127\.0\.0\.1:(\d+)/.exec(line) ?? []
        if (port !== undefined)
          connect(Number(port), "127.0.0.1")
            .on("error", () => {})
            .end(frame)
        said = line
        if (line.includes(" byte ")) break
      }
      assert.include(said, words)
      assert.strictEqual(await stop(child), 0)
    }
  )
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

  it.each(["Pacific/Kiritimati", "Pacific/Pago_Pago"])(
    "a sale in %s is in the list of the shop's own day, and of no other",
    async (timeZone) => {
      await using shop = await start("CZ0040320CA00201CB0041250CD0010CE003978AE00210", {}, { timeZone })
      await shop.pay(1250)
      const [{ openedAt }] = (await shop.call("/attempts?day=today")).json.attempts
      const dayOf = (at: number) => new Intl.DateTimeFormat("en-CA", { timeZone }).format(at)
      const at = Date.parse(openedAt)
      for (const [day, count] of [
        [dayOf(at), 1],
        [dayOf(at - 86_400_000), 0],
        [dayOf(at + 86_400_000), 0]
      ] as const)
        assert.lengthOf((await shop.call(`/attempts?day=${day}`)).json.attempts, count, day)
    }
  )

  it("set aside: still unknown, but the terminal takes the next order", async () => {
    await using shop = await start("")
    const { attempt } = (await shop.pay(1250)).json.error.details
    assert.strictEqual((await shop.pay(1250)).status, 409)
    const word = { outcome: "set-aside", by: "Ada", evidence: "asked the bank" }
    assert.deepInclude((await shop.call(`${attempt}/resolve`, word)).json, { state: "unknown" })
    const next = await shop.sell(1250)
    assert.strictEqual(next.ok || next.error.reason._tag, "OutcomeUnknown")
  })

  it("an answer for another order of the last day is unknown, not approved in part", async () => {
    let answer = "CZ0040320CA00201CF007TABLE-7CB0041250CD0010CE003978AE00210"
    await using shop = await start(() => answer)
    assert.strictEqual((await shop.pay(1250)).status, 200)
    answer = "CZ0040320CA00201CF007TABLE-7CB0048.00CD0010CE003978AE00210".replace("0048.00", "003800")
    const stale = await shop.sell(1250)
    const reason = stale.ok ? undefined : stale.error.reason
    assert.strictEqual(reason?._tag, "OutcomeUnknown")
    assert.include(reason?._tag === "OutcomeUnknown" ? reason.detail : "", "the id of another order, TABLE-7")
  })

  it.each([
    ["UTF-8", "REÇU CLIENT 12,50 €", Buffer.from("REÇU CLIENT 12,50 €").toString("latin1")],
    ["Latin-1 with the euro of CP1252", "REÇU CLIENT 12,50 €", "REÇU CLIENT 12,50 \x80"]
  ])("a ticket in %s is read as it was printed", async (_, printed, bytes) => {
    const ticket = Buffer.from(bytes, "latin1").toString("base64")
    const field = `AK${String(ticket.length).padStart(3, "0")}${ticket}`
    await using shop = await start(`CZ0040320CA00201CB0041250CD0010CE003978AE00210${field}`)
    const paid = await shop.pay(1250)
    assert.strictEqual(paid.status, 200)
    assert.strictEqual(Buffer.from(paid.json.receipt, "base64").toString(), printed)
  })

  it.each([
    ["STX … ETX LRC", "\x02", "\x03\x15"],
    ["STX … ETX LRC EOT", "\x02", "\x03\x15\x04"],
    ["ACK first", "\x06", ""]
  ])("half of the serial framing, %s, is read", async (_, before, after) => {
    await using shop = await start(`${before}CZ0040320CA00201CB0041250CD0010CE003978AE00210${after}`)
    assert.strictEqual((await shop.pay(1250)).status, 200)
  })

  it("a login in Latin-1 and a route with a slash at its end", async () => {
    await using shop = await start("")
    const latin1 = `Basic ${Buffer.from("shop:Été:2026", "latin1").toString("base64")}`
    const refused = await fetch(`${shop.url}/attempts`, { headers: { authorization: latin1 } })
    assert.strictEqual(refused.status, 401)
    assert.strictEqual((await shop.call("/v1/connector/order/", order({}))).status, 400)
  })

  it("an amount such as 1e3 is refused", async () => {
    const refused = await run(["pay", "1e3", "--terminal", "127.0.0.1:1"])
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, "1e3")
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
