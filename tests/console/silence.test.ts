/** What the pages say while the server is gone, or is silent on a connection that stays open. */
import { request } from "node:http"
import { assert, describe } from "vitest"
import { listenHttp } from "../listen.ts"
import { browserIt, useBrowser, visit } from "./Browser.ts"
import { startMock } from "./mock.ts"

const browser = useBrowser()

const timeout = 60_000

const gone = "The server is not responding."

/** A proxy that passes everything on but what comes in a stream of events. */
const startBufferingProxy = (port: number) =>
  listenHttp((incoming, outgoing) => {
    const { method, url: path, headers } = incoming
    const passedOn = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      if (answer.headers["content-type"]?.startsWith("text/event-stream")) outgoing.flushHeaders()
      else answer.pipe(outgoing)
    })
    passedOn.on("error", () => outgoing.destroy())
    outgoing.on("close", () => passedOn.destroy())
    incoming.pipe(passedOn)
  })

describe("a server that cannot be reached", () => {
  browserIt("is said on the page of an open payment, on a phone too", { timeout }, async () => {
    await using mock = await startMock()
    const open = await mock.send("OPEN", { host: "10.0.0.12", async: true })
    await using visitor = await visit(browser, `${mock.url}#/attempts/${open}`, {
      viewport: { width: 360, height: 700 }
    })
    const { page, context } = visitor
    const said = page.locator(".attempt").getByRole("alert").getByText(gone)
    await page.getByText("The terminal is processing this payment.").waitFor()
    await context.setOffline(true)
    await said.waitFor()
    await page.getByText("The terminal is processing this payment.").waitFor()
    await context.setOffline(false)
    await said.waitFor({ state: "detached" })
    assert.deepStrictEqual(visitor.complaints, [])
  })
})

describe("a server that is silent on an open connection", () => {
  browserIt("is said beside the figures of the day that may be out of date", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("PAID", { amount: 4_250 })
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    await page.clock.install()
    await page.goto(`${mock.url}#/day`)
    await page.locator(".figures").getByText("€42.50", { exact: true }).waitFor()
    const isAsked = Promise.withResolvers<void>()
    await page.route(/\/attempts\?.*format=totals/, () => isAsked.resolve())
    await page.clock.fastForward(5_000)
    await isAsked.promise
    await page.clock.fastForward(30_000)
    await page.getByRole("alert").getByText(gone).waitFor()
    await page.locator(".figures").getByText("€42.50", { exact: true }).waitFor()
    await mock.send("PAID-2", { amount: 1_000 })
    await page.unroute(/\/attempts\?.*format=totals/)
    await page.clock.fastForward(5_000)
    await page.locator(".figures").getByText("€52.50", { exact: true }).waitFor()
    await page.getByText(gone).waitFor({ state: "detached" })
    assert.deepStrictEqual(visitor.complaints, [])
  })
})

describe("a proxy that keeps back events", () => {
  browserIt("delays the list, and it is not called live", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("PAID", { amount: 4_250 })
    await mock.send("LOST", { host: "cut.terminal.test" })
    await using proxy = await startBufferingProxy(mock.port)
    await using visitor = await visit(browser, proxy.url)
    const { page } = visitor
    await page.locator(".rows").getByText("PAID", { exact: true }).waitFor()
    await page.locator(".pinned").getByText("LOST", { exact: true }).waitFor()
    await mock.send("PAID-2", { amount: 1_000 })
    await page.locator(".rows").getByText("PAID-2", { exact: true }).waitFor()
    assert.strictEqual(await page.locator(".connection.live").count(), 0)
    assert.deepStrictEqual(visitor.complaints, [])
  })
})
