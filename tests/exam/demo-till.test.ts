/** The demo till passes the examination, driven in a browser as by a cashier: a tile, Pay, and the result on the screen. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type Driver, runExam, scenarios } from "@hipay-pos/exam"
import { startTill } from "@hipay-pos/till"
import { buildPages } from "@hipay-pos/till/buildPages"
import type { Browser, Page, Request, Route } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { hasBrowser, launch } from "../console/Browser.ts"
import { LOGIN, startExamServer } from "./startExamServer.ts"

/** The shortest time that the till's client waits before it gives up. */
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
  readonly parked: ReadonlyArray<{ readonly id: string }>
}

/** Opens the payment and clicks twice on the button that sends it, before the till can have answered the first click. */
const payTwice = async (page: Page): Promise<void> => {
  for (let isPressed = false; !isPressed; ) {
    await page.keyboard.press("F4")
    // A button of the sale before may still be shown, and gone when it is clicked.
    isPressed = await page.locator(".pay button.go").evaluate((each) => {
      for (let clicks = 0; clicks < 2; clicks++) (each as HTMLElement).click()
      return each.isConnected
    })
  }
}

/** Keeps the card requests of screens back until each has sent one; returns the function that ends this. */
const sendTogether = async (screens: ReadonlyArray<Page>): Promise<() => Promise<unknown>> => {
  const all = Promise.withResolvers<void>()
  let missing = screens.length
  const hold = async (route: Route) => {
    if (isCardRequest(route.request())) {
      if (--missing === 0) all.resolve()
      await all.promise
    }
    await route.continue()
  }
  await Promise.all(screens.map((page) => page.route("**/api/act", hold)))
  return async () => {
    await all.promise
    await Promise.all(screens.map((page) => page.unrouteAll({ behavior: "wait" })))
  }
}

const isCardRequest = (request: Request): boolean =>
  request.url().endsWith("/api/act") && request.postData()?.includes('"do":"card"') === true

/** One till and its screens: the second one is for pressing at the same time. */
class Counter {
  /** The till's own sale of each order id of the examination. */
  private readonly sales = new Map<string, string>()
  /** How often a screen has requested a card payment. */
  cardRequests = 0
  private readonly url: string
  private readonly openPage: () => Promise<Page>
  private screens: ReadonlyArray<Page> = []
  constructor(url: string, openPage: () => Promise<Page>) {
    this.url = url
    this.openPage = openPage
  }

  /** Opens the screens, one for each hand. */
  open = async (count: number) => {
    this.screens = await Promise.all(Array.from({ length: count }, this.openScreen))
  }

  private openScreen = async (): Promise<Page> => {
    const page = await this.openPage()
    page.setDefaultTimeout(60_000)
    page.on("request", (request) => {
      if (isCardRequest(request)) this.cardRequests++
    })
    await page.goto(this.url)
    await page.locator("main").waitFor()
    return page
  }

  close = () => Promise.all(this.screens.map((page) => page.close()))

  private state = async (): Promise<State> => (await fetch(`${this.url}/api/state`)).json() as Promise<State>

  private act = (action: object) =>
    fetch(`${this.url}/api/act`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(action)
    })

  /** Begins the sale, or continues it, and pays it by card: each hand presses twice, all at the same time. */
  pay = async (amount: string, orderId: string, hands: number, killed: AbortSignal): Promise<string> => {
    const screens = this.screens.slice(0, hands)
    const known = this.sales.get(orderId)
    const before = await this.state()
    if (known !== undefined && before.parked.some(({ id }) => id === known))
      await this.act({ do: "recall", sale: known })
    if (known === undefined) {
      await screens[0]?.locator(".tile", { hasText: amount }).first().click()
      // Every screen shows the sale, or already its payment.
      await Promise.all(screens.map((page) => page.locator("main .total, main .pay").first().waitFor()))
    }
    const { sale } = await this.state()
    if (sale === null) return "approved"
    this.sales.set(orderId, sale.id)
    // A sale that has ended, or is unknown, has no button: the screen shows its state.
    if (sale.stage !== "open") return this.ended(sale.id, killed)
    const release = await sendTogether(screens)
    await Promise.all(screens.map(payTwice))
    await release()
    return this.ended(sale.id, killed, sale.tenders.length)
  }

  /** Finds the sale again, and gives all of it back to the card. */
  refund = async (orderId: string, killed: AbortSignal): Promise<string> => {
    const [page] = this.screens
    const known = this.sales.get(orderId)
    if (page === undefined || known === undefined) throw new Error("this order has no sale")
    await page.goto(`${this.url}/#/history/${known}`)
    const [all, refund] = [".refund .actions button:not(.go)", ".refund button.go"].map((each) => page.locator(each))
    await all?.click()
    await refund?.click()
    await page.locator(".pay").waitFor()
    const { sale } = await this.state()
    if (sale === null) throw new Error("the refund was not opened")
    await payTwice(page)
    return this.ended(sale.id, killed, sale.tenders.length)
  }

  /** The outcome of the last payment of a sale, after those that were there before the press. */
  private ended = async (id: string, killed: AbortSignal, before = 0): Promise<string> => {
    for (;;) {
      killed.throwIfAborted()
      const { sale } = await this.state()
      const last = sale?.tenders.slice(before).at(-1)
      if (sale === null || sale.id !== id) return "unknown"
      if (last !== undefined && last.state !== "waiting") {
        await this.leave()
        return last.state
      }
      await sleep(50)
    }
  }

  /** The next customer comes: an unknown sale is parked, an open one is abandoned or parked. */
  private leave = async () => {
    // The till may learn the end of an unknown payment meanwhile, and refuse an outdated revision.
    for (let { sale } = await this.state(); sale !== null; { sale } = await this.state()) {
      const hasEnded = sale.stage === "completed" || sale.stage === "abandoned"
      await this.act(hasEnded ? { do: "next" } : { do: "park", sale: sale.id, revision: sale.revision })
    }
  }
}

const main = fileURLToPath(new URL("../../apps/till/src/main.ts", import.meta.url))

/** The till as a program of its own, which can be killed. */
const startProgram = async (env: Readonly<Record<string, string>>) => {
  const program = spawn(process.execPath, ["--conditions=@hipay-pos/source", main], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"]
  })
  let text = ""
  for await (const chunk of program.stdout) {
    text += String(chunk)
    const url = /till ready: (\S+)/.exec(text)?.[1]
    if (url !== undefined) return { program, url }
  }
  throw new Error(`the till ended without being ready: ${text}`)
}

const kill = async (program: ChildProcess) => {
  const gone = once(program, "exit")
  program.kill("SIGKILL")
  await gone
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
  })

  it("passes every scenario that can be played to it", async () => {
    const server = await startExamServer(SILENCE)
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
    const catalogueFile = join(folder, "catalogue.json")
    writeFileSync(catalogueFile, JSON.stringify(catalogue))
    const environment = {
      TILL_PORT: "0",
      TILL_SERVER: server.url,
      TILL_USERNAME: LOGIN.username,
      TILL_PASSWORD: LOGIN.password,
      TILL_TERMINALS: "Counter=192.168.1.20:8888",
      TILL_DATA: join(folder, "one"),
      TILL_CATALOGUE: catalogueFile
    }
    let { program, url } = await startProgram(environment)
    const neighbour = await startTill({
      port: 0,
      server: { url: server.url, ...LOGIN },
      terminals: [{ name: "Counter", host: "192.168.1.20" }],
      catalogue,
      dataDir: join(folder, "two"),
      askEvery: 200
    })
    try {
      const counters = await Promise.all(
        [url, neighbour.url].map(async (url) => {
          const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } })
          return new Counter(url, () => context.newPage())
        })
      )
      const [first, second] = counters
      assert.isDefined(first)
      assert.isDefined(second)
      await first.open(2)
      await second.open(1)

      /** The machine crashes with its screens, and is switched on again. */
      const restart = async () => {
        await kill(program)
        await first.close()
        ;({ program } = await startProgram({ ...environment, TILL_PORT: new URL(url).port }))
        await first.open(2)
      }
      const running = new Map<string, { hands: number; readonly outcome: Promise<string> }>()
      let restarts = 0
      const driver: Driver = {
        can: { process: true, action: true, currency: false, orderId: true },
        drive: async ({ action, amount, orderId }, killed) => {
          // The demo till refunds, and has no cancellation.
          if (action === "cancel") return { notPossible: true }
          const same = running.get(orderId)
          if (same !== undefined) {
            same.hands++
            return { outcome: (await same.outcome) as "approved" }
          }
          const counter = running.size === 0 ? first : second
          // A second hand presses at the same sale at the same time.
          const work = (): Promise<string> =>
            action === "refund" ? counter.refund(orderId, killed) : counter.pay(amount, orderId, run.hands, killed)
          const run: { hands: number; readonly outcome: Promise<string> } = {
            hands: 1,
            outcome: sleep(0).then(work)
          }
          running.set(orderId, run)
          try {
            const death = new Promise<"killed">((resolve) => killed.addEventListener("abort", () => resolve("killed")))
            const ended = await Promise.race([run.outcome, death])
            if (ended !== "killed") return { outcome: ended as "approved" }
            restarts++
            await restart()
            return { killed: true }
          } finally {
            running.delete(orderId)
          }
        }
      }
      const cardRequests = new Map<string, number>()
      let asked = 0
      const { results, passed } = await runExam({
        server,
        examinee: { _tag: "Driven", driver },
        scenarios,
        silence: SILENCE,
        progress: {
          begins: () => {
            asked = first.cardRequests
          },
          ends: ({ scenario }) => void cardRequests.set(scenario.name, first.cardRequests - asked)
        }
      })
      const failed = results.flatMap(({ scenario, findings }) =>
        findings.filter(({ severity }) => severity !== "note").map(({ code }) => `${scenario.name}: ${code}`)
      )
      assert.deepStrictEqual(failed, [])
      assert.isTrue(passed)
      const left = results.filter(({ verdict }) => verdict === "not-examined").map(({ scenario }) => scenario.name)
      // What this till does not have, and what only a person can look at.
      assert.deepStrictEqual(left, [
        "cancel",
        "zero-decimals",
        "three-decimals",
        "long-names",
        "receipt",
        "notification"
      ])
      assert.strictEqual(restarts, 1)
      assert.isAbove(cardRequests.get("duplicate-click") ?? 0, 1)
    } finally {
      await kill(program)
      await neighbour.close()
      await server.close()
    }
  })
})
