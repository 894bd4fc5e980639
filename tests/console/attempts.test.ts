/** The list of attempts: live, filtered, interrupted, very long, and on a phone. */
import { once } from "node:events"
import { mkdtempSync } from "node:fs"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { AttemptList, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import type { Page } from "playwright-core"
import { assert, describe } from "vitest"
import { browserIt, useBrowser, visit } from "./Browser.ts"
import { COUNTER, sendGallery, startMock } from "./mock.ts"

const browser = useBrowser()

const timeout = 60_000
const counter = `terminals/${encodeURIComponent(COUNTER)}`

describe("the list", () => {
  browserIt("shows attempts as they open and change, without a reload", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("BEFORE")
    await using visitor = await visit(browser, mock.url)
    const first = visitor.page.locator(".rows li.payment").first()
    await first.getByText("BEFORE").waitFor()
    await mock.send("NEW", { host: "10.0.0.12", async: true })
    await first.getByText("NEW").waitFor()
    await first.getByText("Open").waitFor()
    await mock.control("POST", `${counter}/key`, { key: "cancel" })
    await first.getByText("Declined").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("can be narrowed to a state and to a text, and says when nothing matches", { timeout }, async () => {
    await using mock = await startMock()
    await sendGallery(mock)
    await using visitor = await visit(browser, mock.url)
    const { page } = visitor
    const rows = page.locator(".rows li.payment")
    await page.getByText("8 in total").waitFor()
    await page.getByRole("radio", { name: "Unknown 1" }).check()
    await page.getByText("1 in total").waitFor()
    assert.strictEqual(await rows.count(), 1)
    await page.getByLabel("Search").fill("nowhere")
    await page.getByText("No payments match.").waitFor()
    await page.getByRole("button", { name: "Show all" }).click()
    await page.getByText("8 in total").waitFor()
    await page.getByLabel("Search").fill("table-12")
    await page.getByText("1 in total").waitFor()
    await rows.getByText("TABLE-12-A").waitFor()
  })

  browserIt(
    "does not leave the view or the payment that was opened right after a search was typed",
    { timeout },
    async () => {
      await using mock = await startMock()
      const id = await mock.send("FOUND")
      await using visitor = await visit(browser, mock.url)
      const { page } = visitor
      const row = page.locator(".rows").getByText("FOUND")
      await row.waitFor()
      await page.clock.install()
      for (const hash of [`#/attempts/${id}`, "#/day"]) {
        await page.getByLabel("Search").fill(hash)
        await page.evaluate((hash) => {
          location.hash = hash
        }, hash)
        await page.waitForFunction((hash) => location.hash.startsWith(hash), hash)
        await page.locator(hash === "#/day" ? ".day-view" : ".attempt-head").waitFor()
        await page.clock.fastForward(300)
        assert.include(page.url(), hash)
      }
    }
  )

  browserIt(
    "says when the server cannot be reached, comes back by itself, and misses nothing",
    { timeout },
    async () => {
      await using mock = await startMock()
      await sendGallery(mock)
      await using relay = await startRelay(mock.port)
      await using visitor = await visit(browser, relay.url)
      await visitor.page.locator(".connection.live").waitFor()
      await visitor.page.getByText("8 in total").waitFor()
      await relay.cut()
      await visitor.page.getByText("Disconnected, retrying in").waitFor()
      // One attempt changes and one arrives meanwhile.
      await mock.control("POST", `${counter}/key`, { key: "cancel" })
      await mock.send("MEANWHILE", { host: "declined.terminal.test" })
      await relay.restore()
      await visitor.page.locator(".connection.live").waitFor({ timeout: 20_000 })
      await visitor.page.getByText("9 in total").waitFor()
      const rows = await visitor.page.locator(".rows li.payment").allInnerTexts()
      assert.include(rows[0], "MEANWHILE")
      assert.include(rows[1], "Declined")
      await mock.send("AFTERWARDS")
      await visitor.page.getByText("AFTERWARDS").waitFor()
    }
  )

  browserIt("asks for a new sign-in after a restart, and shows what the store has kept", { timeout }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "console-restart-"))
    const store = join(folder, "attempts.db")
    const first = await startMock({ store })
    await first.send("KEPT")
    await using visitor = await visit(browser, first.url)
    const { page } = visitor
    await page.getByText("KEPT").waitFor()
    await first[Symbol.asyncDispose]()
    await page.getByText("Disconnected, retrying in").waitFor()
    await using second = await startMock({ store, port: first.port })
    await page.getByText("Your session has expired.").waitFor({ timeout: 20_000 })
    await page.fill("[name=username]", "merchant")
    await page.fill("[name=password]", "secret")
    await page.keyboard.press("Enter")
    await page.getByText("KEPT").waitFor()
    await second.send("AFTERWARDS")
    await page.getByText("AFTERWARDS").waitFor()
    await page.getByText("2 in total").waitFor()
  })

  browserIt("holds ten thousand attempts with no more rows than can be seen", { timeout: 120_000 }, async () => {
    await using mock = await startMock()
    await using visitor = await visit(browser, mock.url, { viewport: { width: 1280, height: 800 }, signedIn: false })
    const { page } = visitor
    await answerLists(page, 10_000)
    await visitor.context.request.post(`${mock.url}session`, { data: { username: "merchant", password: "secret" } })
    await page.reload()
    await page.waitForSelector(".rows li.payment")
    const counts = await page.evaluate(async () => {
      const rows = document.querySelector(".rows") as HTMLElement
      const drawn: Array<number> = []
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
      const shown = () => document.querySelector(".footnote")?.textContent ?? ""
      for (let turn = 0; turn < 6_000 && !shown().includes("in total"); turn++) {
        rows.scrollTop = rows.scrollHeight
        await frame()
        drawn.push(rows.querySelectorAll("li.payment").length)
      }
      rows.scrollTop = rows.scrollHeight
      return { most: Math.max(...drawn), shown: shown() }
    })
    assert.strictEqual(counts.shown, "10,000 in total")
    assert.isBelow(counts.most, 80)
    await page.getByText("SALE-000001").waitFor()
    // A new attempt does not move the rows that are being read far down.
    const place = () =>
      page.evaluate(() => [...document.querySelectorAll(".rows li.payment")].at(-1)?.getBoundingClientRect().top)
    const before = await place()
    await mock.send("NEWEST")
    await page.getByText("10,001 in total").waitFor()
    assert.strictEqual(await place(), before)
    await page.evaluate(() => document.querySelector(".rows")?.scrollTo(0, 0))
    await page.getByText("NEWEST").waitFor()
  })
})

describe("a phone", () => {
  browserIt("shows every payment below those to resolve, however low its screen is", { timeout }, async () => {
    await using mock = await startMock()
    await mock.send("PAID")
    for (const number of [1, 2, 3, 4]) await mock.send(`LOST-${number}`, { host: `lost${number}.cut.terminal.test` })
    for (const viewport of [
      { width: 640, height: 360 },
      { width: 320, height: 568 }
    ]) {
      await using visitor = await visit(browser, mock.url, { viewport })
      const { page } = visitor
      await page.getByText("All 4 to resolve").waitFor()
      for (const locator of [page.getByText("All 4 to resolve"), page.locator(".rows").getByText("PAID")]) {
        const isSeen = await locator.evaluate((element) => {
          element.scrollIntoView({ block: "center" })
          const { left, top, width, height } = element.getBoundingClientRect()
          return document.elementFromPoint(left + width / 2, top + height / 2)?.closest("a") === element.closest("a")
        })
        assert.isTrue(isSeen, `${await locator.textContent()} on ${viewport.width} by ${viewport.height}`)
      }
    }
  })

  browserIt("comes back from an attempt to where the list was", { timeout }, async () => {
    await using mock = await startMock()
    for (let number = 1; number <= 150; number++) await mock.send(`SALE-${String(number).padStart(6, "0")}`)
    await using visitor = await visit(browser, mock.url, { viewport: { width: 390, height: 700 } })
    const { page } = visitor
    await page.waitForSelector(".rows li.payment")
    const place = () => page.evaluate(() => document.querySelector(".rows")?.scrollTop)
    await page.evaluate(() => document.querySelector(".rows")?.scrollTo(0, 3_000))
    await page.getByRole("link", { name: "SALE-000104" }).click()
    await page.getByRole("heading", { name: "Order SALE-000104" }).waitFor()
    await page.goBack()
    await page.getByRole("link", { name: "SALE-000104" }).waitFor()
    assert.strictEqual(await place(), 3_000)
  })
})

/**
 * Answers the pages of the list with so many attempts, newest first; the mock answers everything else. Sending ten thousand
 * orders would take a minute, and a mock drops attempts beyond that; only the browser's part is tested.
 */
const answerLists = (page: Page, count: number) =>
  page.route(/\/attempts\?/, (route) => {
    const query = new URL(route.request().url()).searchParams
    if (query.get("format") === "counts") return route.fulfill({ json: { counts: { approved: count }, more: false } })
    if (query.has("state") || query.has("q")) return route.fulfill({ json: { attempts: [] } })
    const limit = Number(query.get("limit"))
    const newest = Number(query.get("before") ?? count + 1) - 1
    const oldest = Math.max(1, newest - limit + 1)
    const attempts = Array.from({ length: newest - oldest + 1 }, (_, index) => plainAttempt(newest - index))
    const list: AttemptList = {
      attempts,
      ...(oldest === 1 ? {} : { next: `/attempts?limit=${limit}&before=${oldest}` })
    }
    return route.fulfill({ json: list })
  })

const plainAttempt = (number: number): AttemptSummary => ({
  id: String(number),
  orderId: `SALE-${String(number).padStart(6, "0")}`,
  transactionType: "Debit",
  login: "merchant",
  amount: 100 + ((number * 37) % 20_000),
  currency: "EUR",
  terminal: { name: COUNTER, kind: "simulated" },
  state: number % 7 === 0 ? "declined" : "approved",
  openedAt: new Date(Date.UTC(2026, 0, 1) + number * 1_000).toISOString(),
  warnings: 0
})

/** A TCP relay in front of a port, whose connections can be cut, as a network does. */
const startRelay = async (port: number) => {
  const sockets = new Set<Socket>()
  const relay = createServer((client) => {
    const upstream = connect(port, "127.0.0.1")
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on("close", () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
      socket.on("error", () => socket.destroy())
    }
    client.pipe(upstream).pipe(client)
  })
  const listen = async (on: number) => {
    relay.listen(on, "127.0.0.1")
    await once(relay, "listening")
    return (relay.address() as AddressInfo).port
  }
  const cut = async () => {
    const closed = once(relay, "close")
    relay.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const own = await listen(0)
  return {
    url: `http://127.0.0.1:${own}/`,
    cut,
    restore: () => listen(own),
    [Symbol.asyncDispose]: cut
  }
}
