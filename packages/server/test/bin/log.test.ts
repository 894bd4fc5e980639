/** What a server logs: a line per order, and few lines about callers without a login. */

import type { ServerEvent } from "@hipay-pos/server"
import { makeLog } from "@hipay-pos/server/bin"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"

const makeLines = () => {
  const lines: Array<Record<string, unknown>> = []
  const log = makeLog(true, undefined, (line) => lines.push(JSON.parse(line)))
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
      lines.map(({ time: _, ...fields }) => fields),
      [
        { request: "r", status: 401, refused: "wrong password: merchant", address: "192.0.2.1" },
        { request: "r", status: 401, refused: "unknown login", address: "192.0.2.1" }
      ]
    )
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
    makeLog(false, undefined, (line) => texts.push(line)).listener({
      _tag: "OrderAnswered",
      took: 12,
      requestId: "r",
      answer: { status: 200, headers, body: { paymentStatus: "Success" } }
    })
    assert.match(texts[0] ?? "", /Success {2}unresolved at this terminal: \/attempts\/1$/)
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
    ["no request", { _tag: "Unreadable", code: "request.malformed", address: "192.0.2.1" }],
    ["another site's page", { _tag: "RequestRefused", requestId: "r", refusal: "cross.site", address: "192.0.2.1" }],
    ["an order without a login", { _tag: "Unauthorized", requestId: "r", credentials: "none", address: "192.0.2.1" }]
  ])("bounds the lines about %s in the same way", (_, event) => {
    const { lines, log, listener } = makeLines()
    for (let times = 0; times < 100; times++) listener(event)
    assert.lengthOf(lines, 5)
    assert.deepInclude(lines[0], { address: "192.0.2.1" })
    log.end()
    assert.deepInclude(lines[5], { more: 95, from: "192.0.2.1" })
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
})
