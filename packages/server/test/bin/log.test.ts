/** What a server logs: a line per order, and few lines about callers without a login. */

import * as Money from "@hipay-pos/core/Money"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import type { ServerEvent } from "@hipay-pos/server"
import { makeLog } from "@hipay-pos/server/bin"
import * as Result from "effect/Result"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { attempt } from "../attempts/storeLaws.ts"

const makeLines = () => {
  const lines: Array<Record<string, unknown>> = []
  const log = makeLog({ format: "json" }, (line) => lines.push(JSON.parse(line)))
  const { listener } = log
  const refuse = (address: string, login?: string) =>
    listener({
      _tag: "Unauthorized",
      requestId: "r",
      credentials: "wrong",
      address,
      ...(login === undefined ? {} : { login })
    })
  return { lines, log, listener, refuse }
}

describe("the log", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it("says of a refused login where it came from and which login was meant, once", () => {
    const { lines, listener, refuse } = makeLines()
    refuse("192.0.2.1", "merchant")
    refuse("192.0.2.1")
    const error = { code: "connector.api.login.unauthorized" }
    listener({ _tag: "OrderAnswered", took: 12, requestId: "r", answer: { status: 401, body: { error } } })
    assert.deepStrictEqual(
      lines.map(({ time: _, level: __, ...fields }) => fields),
      [
        { request: "r", status: 401, refused: "wrong password: merchant", address: "192.0.2.1" },
        { request: "r", status: 401, refused: "unknown login", address: "192.0.2.1" }
      ]
    )
  })

  it("says who decided about a payment, and from where", () => {
    const event = { requestId: "r", login: "ada", method: "POST", path: "/attempts/1/resolve", address: "192.0.2.1" }
    const { lines, listener } = makeLines()
    const texts: Array<string> = []
    const text = makeLog({ format: "text" }, (line) => texts.push(line))
    for (const status of [200, 403])
      for (const each of [listener, text.listener]) each({ _tag: "Action", status, ...event })
    assert.deepStrictEqual(
      lines.map(({ time: _, ...fields }) => fields),
      [
        {
          level: "INFO",
          request: "r",
          status: 200,
          action: "POST /attempts/1/resolve",
          login: "ada",
          address: "192.0.2.1"
        },
        {
          level: "WARN",
          request: "r",
          status: 403,
          action: "POST /attempts/1/resolve",
          login: "ada",
          address: "192.0.2.1"
        }
      ]
    )
    assert.match(texts[0] ?? "", / {2}action {2}POST \/attempts\/1\/resolve {2}ada {2}200 {2}192\.0\.2\.1$/)
  })

  it("names the open attempt at a terminal that the next order passes", () => {
    const { lines, listener } = makeLines()
    const headers = { "X-Hipay-Pos-Attempt": "/attempts/2", "X-Hipay-Pos-Unresolved": "/attempts/1" }
    listener({
      _tag: "OrderAnswered",
      took: 12,
      requestId: "r",
      answer: { status: 200, headers, body: { paymentStatus: "Success" } }
    })
    assert.deepInclude(lines[0], { status: 200, outcome: "Success", unresolved: "/attempts/1" })
    const texts: Array<string> = []
    makeLog({ format: "text" }, (line) => texts.push(line)).listener({
      _tag: "OrderAnswered",
      took: 12,
      requestId: "r",
      answer: { status: 200, headers, body: { paymentStatus: "Success" } }
    })
    assert.match(texts[0] ?? "", /unresolved at this terminal: \/attempts\/1$/)
  })

  it("links attempts in words, and leaves their paths to programs", () => {
    const headers = { "X-Hipay-Pos-Attempt": "/attempts/2", "X-Hipay-Pos-Unresolved": "/attempts/1" }
    const answer = { status: 200 as const, headers, body: { paymentStatus: "Success" } }
    const linesOf = (format: "text" | "json") => {
      const lines: Array<string> = []
      const log = makeLog({ format, linkTo: (path) => `http://127.0.0.1:8080/#${path}` }, (line) => lines.push(line))
      log.listener({ _tag: "OrderAnswered", took: 12, requestId: "r", answer })
      log.listener({ _tag: "Defect", attempt: "3", error: new Error("a bug") })
      return lines
    }
    const [words = "", defect = ""] = linesOf("text")
    assert.include(
      words,
      "  http://127.0.0.1:8080/#/attempts/2  unresolved at this terminal: http://127.0.0.1:8080/#/attempts/1"
    )
    assert.match(defect, / http:\/\/127\.0\.0\.1:8080\/#\/attempts\/3$/)
    assert.notInclude(linesOf("json").join(), "http:")
  })

  it("says of an unknown payment what the terminal said, and what contradicts", () => {
    const { lines, listener } = makeLines()
    const evidence = {
      received: "CB0041500",
      fields: [],
      contradictions: [{ kind: "amount", message: "the terminal said 15.00 EUR, asked for 12.50 EUR" }],
      status: "done",
      amount: Money.of("15.00", "EUR"),
      card: { authorizationNumber: "123456" }
    } as const
    const error = new OutcomeUnknown({ kind: "Contradictory", detail: "15.00 EUR", evidence })
    listener({
      _tag: "OrderAnswered",
      took: 12,
      requestId: "r",
      attempt: attempt("A", { state: "unknown", error }),
      answer: { status: 504, body: { error: { code: "outcome.unknown" } } }
    })
    assert.strictEqual(
      lines[0]?.evidence,
      "done, 15.00 EUR, authorization 123456, the terminal said 15.00 EUR, asked for 12.50 EUR"
    )
  })

  it("counts what one address sends beyond five lines a minute, and says so after the minute", () => {
    const { lines, refuse } = makeLines()
    for (let guess = 0; guess < 10_000; guess++) refuse("192.0.2.1")
    refuse("192.0.2.2")
    assert.lengthOf(lines, 6)
    vi.advanceTimersByTime(60_000)
    assert.lengthOf(lines, 7)
    assert.deepInclude(lines[6], { more: 9_995, from: "192.0.2.1" })
    refuse("192.0.2.1")
    assert.lengthOf(lines, 8)
  })

  it("writes at most a hundred lines a minute, however many addresses call", () => {
    const { lines, refuse } = makeLines()
    for (let address = 0; address < 10_000; address++) {
      for (let guess = 0; guess < 7; guess++) refuse(`2001:db8::${address.toString(16)}`)
    }
    vi.advanceTimersByTime(60_000)
    assert.isAtMost(lines.length, 101)
    const counted = lines.reduce((sum, { more }) => sum + (typeof more === "number" ? more : 1), 0)
    assert.strictEqual(counted, 70_000)
  })

  it.each<readonly [string, ServerEvent]>([
    ["no request", { _tag: "Unreadable", requestId: "r", code: "request.malformed", address: "192.0.2.1" }],
    ["another site's page", { _tag: "RequestRefused", requestId: "r", refusal: "cross.site", address: "192.0.2.1" }],
    ["an order without a login", { _tag: "Unauthorized", requestId: "r", credentials: "none", address: "192.0.2.1" }],
    ["a forged notification", { _tag: "NotificationRefused", detail: "the signature is another", address: "192.0.2.1" }]
  ])("bounds the lines about %s in the same way", (_, event) => {
    const { lines, log, listener } = makeLines()
    for (let times = 0; times < 100; times++) listener(event)
    assert.lengthOf(lines, 5)
    assert.deepInclude(lines[0], { address: "192.0.2.1" })
    log.end()
    assert.deepInclude(lines[5], { more: 95, from: "192.0.2.1" })
  })

  it("has a line of an order that another service answered with 202, which is not under way", () => {
    const { lines, listener } = makeLines()
    const body = { paymentStatus: "Success" }
    listener({ _tag: "OrderAnswered", took: 1, requestId: "r", answer: { status: 202, body } })
    const applied = { "Preference-Applied": "respond-async" }
    listener({ _tag: "OrderAnswered", took: 1, requestId: "r", answer: { status: 202, headers: applied, body: {} } })
    assert.lengthOf(lines, 1)
    assert.deepInclude(lines[0], { status: 202, outcome: "Success" })
  })

  it("bounds no lines about what came of a notification that was taken", () => {
    const { lines, listener } = makeLines()
    for (let forged = 0; forged < 100; forged++)
      listener({ _tag: "NotificationRefused", detail: "the signature is another", address: "192.0.2.1" })
    for (const _ of Array(100)) listener({ _tag: "NotificationWarning", detail: "it is given up" })
    assert.lengthOf(lines, 105)
    assert.deepInclude(lines[0], { refused: "notification: the signature is another", address: "192.0.2.1" })
    assert.deepInclude(lines.at(-1), { notification: "it is given up" })
  })

  it("bounds no lines about orders", () => {
    const { lines, listener } = makeLines()
    for (let order = 0; order < 100; order++) {
      listener({
        _tag: "OrderAnswered",
        took: 12,
        requestId: "r",
        answer: { status: 200, body: { paymentStatus: "Success" } }
      })
    }
    assert.lengthOf(lines, 100)
  })

  it("says of an order what it was, what came of it, how long it took, and where it is shown", () => {
    const { lines, listener } = makeLines()
    const texts: Array<string> = []
    const listeners = [listener, makeLog({ format: "text" }, (line) => texts.push(line)).listener]
    const declined = attempt("a1", {
      state: "declined",
      orderId: "ORDER_1",
      terminalName: "Bar",
      outcome: { _tag: "Declined", reason: "cancelled", label: "", card: {}, warnings: [] }
    })
    for (const each of listeners)
      each({
        _tag: "OrderAnswered",
        requestId: "r",
        took: 3_210.4,
        login: "shop",
        orderId: "ORDER_1",
        attempt: declined,
        traceId: "0af7651916cd43dd8448eb211c80319c",
        answer: { status: 200, body: { paymentStatus: "Failure" } }
      })
    const { time, ...fields } = lines[0] ?? {}
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/)
    assert.deepStrictEqual(fields, {
      level: "INFO",
      request: "r",
      status: 200,
      outcome: "Failure",
      state: "declined",
      amount: declined.amount.minorUnits,
      currency: "EUR",
      order: "ORDER_1",
      type: "Debit",
      terminal: "Bar",
      login: "shop",
      attempt: "a1",
      milliseconds: 3210,
      reason: "cancelled",
      link: "/attempts/a1",
      trace_id: "0af7651916cd43dd8448eb211c80319c"
    })
    assert.match(
      texts[0] ?? "",
      /^\d\d:\d\d:\d\d\.\d{3} {2}declined {5}[\d.]+ EUR {2}ORDER_1 {2}Bar {2}shop {2}3\.2 s {2}cancelled {2}\/attempts\/a1$/
    )
  })

  it("does not call a part of the amount a success, and warns of the rest", () => {
    const { lines, listener } = makeLines()
    const money = (minorUnits: number) => Result.getOrThrow(Money.make(minorUnits, "EUR"))
    const part = attempt("a1", {
      state: "approved-in-part",
      outcome: { _tag: "ApprovedInPart", paid: money(300), remaining: money(945), card: {}, warnings: [] }
    })
    const answer = { status: 200, body: { paymentStatus: "Success" } }
    listener({ _tag: "OrderAnswered", requestId: "r", took: 1, attempt: part, answer })
    assert.deepInclude(lines[0], { level: "WARN", outcome: "PartialSuccess", state: "approved-in-part", paid: 300 })
  })

  it("writes nothing below its level, and terminal events only at level debug", () => {
    const lines: Array<string> = []
    const event = { _tag: "Terminal", attempt: "a1", event: { _tag: "Closed", orderId: "ORDER_1" } } as const
    const answered = { _tag: "OrderAnswered", requestId: "r", took: 1, answer: { status: 200, body: {} } } as const
    for (const level of ["debug", "info", "warn", "none"] as const) {
      const { listener } = makeLog({ format: "text", level }, (line) => lines.push(`${level} ${line}`))
      listener(event)
      listener(answered)
    }
    assert.deepStrictEqual(
      lines.map((line) => line.split(" ")[0]),
      ["debug", "debug", "info"]
    )
  })

  it("has a gateway's alarms, with the order and the terminal that they are about", () => {
    const texts: Array<string> = []
    const of = { attempt: "a1", orderId: "T1-0042", terminal: "Bar" }
    for (const format of ["text", "json"] as const) {
      const { listener } = makeLog({ format }, (line) => texts.push(line))
      listener({ _tag: "GatewayAlarm", code: "attempt.unknown.old", message: "Look at the terminal.", ...of })
      listener({ _tag: "GatewayAlarm", code: "lease.lost", message: "Look at the line." })
    }
    const [old = "", lost = "", ...lines] = texts
    assert.include(old, "ALARM attempt.unknown.old  a1  Look at the terminal.")
    assert.include(lost, "ALARM lease.lost  Look at the line.")
    const fields = lines.map((line) => JSON.parse(line))
    const level = "ERROR"
    assert.deepInclude(fields[0], {
      ...{ level, alarm: "attempt.unknown.old", message: "Look at the terminal." },
      ...{ attempt: "a1", order: "T1-0042", terminal: "Bar" }
    })
    assert.deepInclude(fields[1], { level, alarm: "lease.lost", message: "Look at the line." })
  })

  it("stays on one line and moves no cursor, whatever a till sends", () => {
    const hostile = "A\nB12:00:00.000  ALARM attempt.resolution.contradicted  forged\u001b[2J\u009b2J\u007f"
    const texts: Array<string> = []
    const event = {
      _tag: "OrderAnswered",
      requestId: "r",
      took: 1,
      orderId: hostile,
      login: hostile,
      attempt: attempt("a1", { state: "declined", orderId: hostile, terminalName: hostile }),
      answer: { status: 200, headers: { "X-Hipay-Pos-Unresolved": hostile }, body: { paymentStatus: "Failure" } }
    } as const
    const alarm = { at: 1, code: "attempt.end.lost", message: hostile, details: {} } as const
    for (const format of ["text", "json"] as const) {
      const { listener } = makeLog({ format }, (line) => texts.push(line))
      listener(event)
      listener({ _tag: "Alarm", attempt: "a1", orderId: hostile, ...alarm })
      listener({ _tag: "StoreWarning", detail: hostile })
    }
    assert.lengthOf(texts, 6)
    for (const text of texts) assert.notMatch(text, /\p{Cc}/u)
    assert.include(texts[0], "A.B12:00:00.000")
    assert.strictEqual(JSON.parse(texts[3] ?? "").order, hostile)
  })

  it("masks a card number that was used as an order id", () => {
    for (const format of ["text", "json"] as const) {
      const lines: Array<string> = []
      const orderId = "4970101122334422"
      const answer = { status: 400, body: { error: { code: "c" } } }
      makeLog({ format }, (line) => lines.push(line)).listener({
        _tag: "OrderAnswered",
        requestId: "r",
        took: 1,
        orderId,
        answer
      })
      assert.include(lines[0], "497010######4422")
    }
  })
})
