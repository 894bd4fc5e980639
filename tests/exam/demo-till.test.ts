/** The demo till passes the examination, driven in a browser as a cashier would: a tile, Pay, and what the screen then shows. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Driver, ExamServer, runExam, scenarios } from "@hipay-pos/exam"
import { startTill } from "@hipay-pos/till"
import { buildPages } from "@hipay-pos/till/buildPages"
import type { Browser, Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { hasBrowser, launch } from "../console/Browser.ts"

const LOGIN = { username: "merchant", password: "secret" }
/** As long as the till's client waits at least before anything is lost. */
const SILENCE = 3_000

interface Tender {
  readonly state: string
}
interface State {
  readonly sale: {
    readonly id: string
    readonly stage: string
    readonly tenders: ReadonlyArray<Tender>
    readonly revision: number
  } | null
  readonly aside: ReadonlyArray<{ readonly id: string }>
}

/** One till and its page. */
class Counter {
  /** The till's own sale of each order id of the examination. */
  private readonly sales = new Map<string, string>()
  readonly url: string
  private readonly page: Page
  constructor(url: string, page: Page) {
    this.url = url
    this.page = page
  }

  state = async (): Promise<State> => (await fetch(`${this.url}/api/state`)).json() as Promise<State>

  private act = (action: object) =>
    fetch(`${this.url}/api/act`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(action)
    })

  /** Begins the sale, or goes on with it, and has it paid by card. */
  pay = async (amount: string, orderId: string): Promise<string> => {
    const { page } = this
    const known = this.sales.get(orderId)
    const before = await this.state()
    if (known !== undefined && before.aside.some(({ id }) => id === known))
      await this.act({ do: "recall", sale: known })
    if (known === undefined) await page.locator(".tile", { hasText: amount }).first().click()
    await page.locator("main").waitFor()
    const { sale } = await this.state()
    if (sale === null) return "approved"
    this.sales.set(orderId, sale.id)
    // What has ended, or is unknown, has nothing to press: the screen says how it stands.
    if (sale.stage === "open") {
      await page.keyboard.press("F4")
      const go = page.locator("button.go")
      await go.waitFor()
      await go.dblclick({ delay: 20 }).catch(() => undefined)
    }
    return this.ended(sale.id)
  }

  private ended = async (id: string): Promise<string> => {
    for (;;) {
      const { sale } = await this.state()
      const last = sale?.tenders.at(-1)
      if (sale === null || sale.id !== id) return "unknown"
      if (last !== undefined && last.state !== "waiting") {
        await this.leave()
        return last.state
      }
      await sleep(50)
    }
  }

  /** The next customer comes: what is unknown is parked, what is open is abandoned or parked. */
  private leave = async () => {
    // The till may learn the end of an unknown payment meanwhile, and refuse a revision that is old.
    for (let { sale } = await this.state(); sale !== null; { sale } = await this.state()) {
      const hasEnded = sale.stage === "completed" || sale.stage === "abandoned"
      await this.act(hasEnded ? { do: "next" } : { do: "park", revision: sale.revision })
    }
  }
}

describe.skipIf(!hasBrowser)("the demo till, examined in a browser", { timeout: 400_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-exam-"))
  let browser: Browser
  beforeAll(async () => {
    await buildPages()
    browser = await launch()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it("passes every scenario that can be played to it", async () => {
    const server = await ExamServer.startExamServer({ host: "127.0.0.1", port: 0, ...LOGIN, silence: SILENCE })
    const amounts = [
      ...new Set(
        scenarios.flatMap(({ steps }) =>
          steps.filter(({ currency }) => currency === undefined).map(({ amount }) => amount)
        )
      )
    ]
    const catalogue = {
      categories: [{ id: "all", name: "All" }],
      products: amounts.map((amount) => ({
        reference: `A${amount.replace(".", "")}`,
        category: "all",
        name: `Article ${amount}`,
        unitPrice: Math.round(Number(amount) * 100),
        taxRate: 20
      }))
    }
    const tills = await Promise.all(
      ["one", "two"].map((name) =>
        startTill({
          port: 0,
          server: { url: server.url, ...LOGIN },
          terminals: [{ name: "Counter", host: "192.168.1.20" }],
          catalogue,
          dataDir: join(folder, name),
          askEvery: 200
        })
      )
    )
    try {
      const counters = await Promise.all(
        tills.map(async ({ url }) => {
          const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } })
          const page = await context.newPage()
          page.setDefaultTimeout(60_000)
          await page.goto(url)
          await page.locator(".tile").first().waitFor()
          return new Counter(url, page)
        })
      )
      const [first, second] = counters
      const busy = new Set<Counter>()
      const driver: Driver = {
        can: { process: false, action: false, currency: false },
        drive: async ({ amount, orderId }) => {
          const counter = first !== undefined && !busy.has(first) ? first : second
          if (counter === undefined) return {}
          busy.add(counter)
          const outcome = await counter.pay(amount, orderId)
          busy.delete(counter)
          return { outcome: outcome as "approved" }
        }
      }
      // A double click is a double click here; a second run of the program has no counterpart at one till.
      const played = scenarios.filter(({ name }) => name !== "duplicate-click")
      const { results, passed } = await runExam({
        server,
        examinee: { _tag: "Driven", driver },
        scenarios: played,
        silence: SILENCE
      })
      const failed = results.flatMap(({ scenario, findings }) =>
        findings.filter(({ severity }) => severity !== "note").map(({ code }) => `${scenario.name}: ${code}`)
      )
      assert.deepStrictEqual(failed, [])
      assert.isTrue(passed)
      assert.isAbove(results.filter(({ verdict }) => verdict === "passed").length, 20)
    } finally {
      await Promise.all(tills.map((till) => till.close()))
      await server.close()
    }
  })
})
