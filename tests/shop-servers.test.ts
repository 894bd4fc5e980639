/** The servers of examples/, each with the same order in every state of its terminal, and the kiosk's page with one of them. */
import { once } from "node:events"
import { mkdtempSync } from "node:fs"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { AttemptJournal } from "@hipay-pos/client"
import { FileJournal, makeClient } from "@hipay-pos/client/node"
import { type StartedMock, startServer } from "@hipay-pos/server-mock/node"
import { build } from "rolldown"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { browserIt, launch } from "./console/Browser.ts"
import { startScriptedServer } from "./ScriptedServer.ts"

const examples = fileURLToPath(new URL("../examples/", import.meta.url))
const HOST = "till.test"

interface Payment {
  readonly state: string
  readonly why?: string
  readonly paid?: string
}

/** A server of the shop: returns its answer to a press for the order, or to a page that lost the answer. */
type Ask = (orderId: string, method?: "POST" | "GET", headers?: Readonly<Record<string, string>>) => Promise<Response>

/** The parts of the frameworks in use; the examples have no types of them. */
interface App {
  readonly request: (path: string, init: RequestInit) => Promise<Response>
  readonly inject: (request: object) => Promise<{
    readonly statusCode: number
    readonly body: string
    readonly headers: Readonly<Record<string, string>>
  }>
  readonly listen: (port: number, host: string) => Server
  readonly get: (
    path: string,
    answer: (request: unknown, response: { type: (type: string) => { send: (body: string) => void } }) => void
  ) => void
}

interface Example {
  readonly app: App
  readonly POST: Handler
  readonly GET: Handler
}

type Handler = (request: Request, context: { readonly params: Promise<object> }) => Promise<Response>

const pathOf = (orderId: string) => `/orders/${orderId}/pay`

/** The express app on a port. */
const listen = async (app: App) => {
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

const frameworks: Readonly<Record<string, { readonly file: string; readonly ask: (example: Example) => Ask }>> = {
  hono: {
    file: "hono/server.mjs",
    ask:
      ({ app }) =>
      async (id, method = "POST", headers = {}) =>
        app.request(pathOf(id), { method, headers })
  },
  express: {
    file: "express/server.mjs",
    ask:
      ({ app }) =>
      async (id, method = "POST", headers = {}) => {
        await using shop = await listen(app)
        const response = await fetch(`${shop.url}${pathOf(id)}`, { method, headers })
        return new Response(await response.text(), response)
      }
  },
  fastify: {
    file: "fastify/server.mjs",
    ask:
      ({ app }) =>
      async (id, method = "POST", headers = {}) => {
        const answer = await app.inject({ method, url: pathOf(id), headers })
        return new Response(answer.body, { status: answer.statusCode, headers: answer.headers })
      }
  },
  next: {
    file: "next/app/orders/[id]/pay/route.js",
    ask:
      (handlers) =>
      (id, method = "POST", headers = {}) =>
        handlers[method](new Request(`http://shop.test${pathOf(id)}`, { method, headers }), {
          params: Promise.resolve({ id })
        })
  }
}

/** Presents a card once the terminal waits for one. */
const present = async (terminal: { readonly card: (card: "cb") => Promise<boolean> }) => {
  while (!(await terminal.card("cb"))) await turnOfTheLoop()
}
/** The answer to a page that lost the first answer. */
const told = async (shop: Ask) => (await (await shop("SALE-1001", "GET")).json()) as Payment

const turnOfTheLoop = () => new Promise<void>((resolve) => setImmediate(resolve))

describe("an example of a shop's server", () => {
  let mock: StartedMock
  beforeAll(async () => {
    mock = await startServer({ port: 0 })
  })
  afterAll(() => mock.close())

  const newJournal = () => join(mkdtempSync(join(tmpdir(), "hipay-pos-shop-")), "attempts.db")

  const order = { orderId: "SALE-1001", amount: "12.50 EUR" }
  const target = { host: HOST, contracts: [{ merchantContract: "1234567" }] }
  /** Another program that pays orders under the shop's login. */
  const anotherTill = (name: string, journal: AttemptJournal.AttemptJournal | "memory" = "memory") =>
    makeClient({ server: mock.url, username: `merchant+${name}`, password: "secret", journal })

  /** Loads the program with its settings, which it reads at load time. */
  const load = async (name: string, file: string, journal = newJournal(), more: object = {}): Promise<Example> => {
    const settings = {
      HIPAY_POS_URL: mock.url,
      HIPAY_POS_USERNAME: `merchant+${name}`,
      TERMINAL: HOST,
      JOURNAL: journal,
      ...more
    }
    Object.assign(process.env, settings)
    try {
      return await import(`${join(examples, file)}?${name}`)
    } finally {
      for (const setting of Object.keys(settings)) delete process.env[setting]
    }
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} tells its page how the payment ended, and pays once`, async () => {
      const pay = ask(await load(name, file))
      const payment = async () => (await (await pay("SALE-1001")).json()) as Payment
      const space = mock.mock.space(name)
      const terminal = space.terminal(HOST)

      for (const method of ["POST", "GET"] as const) {
        const response = await pay("SALE-9999", method)
        assert.strictEqual(response.status, 404)
        assert.deepStrictEqual(await response.json(), { state: "no such order" })
        assert.strictEqual((await pay("SALE-9999", method)).headers.get("cache-control"), "no-store")
      }
      assert.strictEqual((await pay("SALE-1001", "GET")).headers.get("cache-control"), "no-store")
      await terminal.script(["refused"])
      assert.strictEqual((await payment()).state, "declined")
      await terminal.faults({ fault: "refuse" })
      assert.strictEqual((await payment()).state, "not started")
      await terminal.faults()

      await terminal.cardholder("manual")
      const first = payment()
      await space.waitFor({ state: "open" })
      // Another press for the order waits for the same payment.
      const second = payment()
      await present(terminal)
      assert.deepStrictEqual(await first, { state: "paid", paid: "12.50 EUR" })
      assert.strictEqual((await second).state, "paid")
      assert.lengthOf((await space.ledger()).entries, 1)
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} starts no payment for a page of another site`, async () => {
      const pay = ask(await load(`${name}-foreign`, file))
      for (const site of ["cross-site", "same-site"]) {
        const response = await pay("SALE-1001", "POST", { "sec-fetch-site": site })
        assert.strictEqual(response.status, 404)
        assert.deepStrictEqual(await response.json(), { state: "no such order" })
      }
      assert.deepStrictEqual(await told(pay), { state: "ready" })
      await pay("SALE-1001", "POST", { "sec-fetch-site": "same-origin" })
      assert.deepStrictEqual(await told(pay), { state: "paid" })
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} tells a page that lost its answer how the payment ended, and starts none for it`, async () => {
      const journal = newJournal()
      const shop = ask(await load(`${name}-lost`, file, journal))
      const login = { HIPAY_POS_USERNAME: `merchant+${name}-lost` }
      const restarted = ask(await load(`${name}-restarted`, file, journal, login))
      const both = [shop, restarted]
      const space = mock.mock.space(`${name}-lost`)
      const terminal = space.terminal(HOST)

      assert.deepStrictEqual(await told(shop), { state: "ready" })
      await terminal.script(["refused"])
      await shop("SALE-1001")
      for (const each of both) assert.deepStrictEqual(await told(each), { state: "declined" })

      await terminal.cardholder("manual")
      const payment = shop("SALE-1001")
      await space.waitFor({ state: "open" })
      for (const each of both) assert.deepStrictEqual(await told(each), { state: "under way" })
      await present(terminal)
      await payment
      for (const each of both) assert.deepStrictEqual(await told(each), { state: "paid" })
      assert.deepStrictEqual(
        (await space.attempts()).map(({ state }) => state),
        ["approved", "declined"]
      )
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} calls a person to a payment that its process died over, and takes no other for it`, async () => {
      const journal = newJournal()
      const opening = {
        id: "died",
        orderId: "SALE-1001",
        transactionType: "Debit",
        terminal: HOST,
        openedAt: 1
      } as const
      const { open } = AttemptJournal.toPromises(FileJournal.make(journal))
      await open({ ...opening, amount: 1250, currency: "EUR", mode: "simulated", server: mock.url })
      const pay = ask(await load(`${name}-died`, file, journal))
      const { state, why = "" } = (await (await pay("SALE-1001")).json()) as Payment
      assert.strictEqual(state, "unknown")
      assert.match(why, /^The server cannot say. Look at the terminal's last receipt/)
      assert.lengthOf((await mock.mock.space(`${name}-died`).ledger()).entries, 0)
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} tells its page that a payment was cancelled since, which is not paid`, async () => {
      const other = anotherTill(`${name}-cancelled`)
      await other.pay(order, target)
      await other.cancel(order, target)
      const journal = newJournal()
      const shop = ask(await load(`${name}-cancelled`, file, journal))
      const { state, why = "" } = (await (await shop("SALE-1001")).json()) as Payment
      assert.strictEqual(state, "cancelled")
      assert.match(why, /reversed/)
      assert.deepStrictEqual(await told(shop), { state, why })
      // The terminal's server can no longer be reached.
      const away = ask(await load(`${name}-away`, file, journal, { HIPAY_POS_URL: "http://127.0.0.1:9" }))
      assert.deepStrictEqual(await (await away("SALE-1001")).json(), { state, why })
      assert.deepStrictEqual(await told(away), { state, why })
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} tells its page that the order was paid at another till, and pays it no second time`, async () => {
      await anotherTill(`${name}-elsewhere`).pay(order, target)
      const shop = ask(await load(`${name}-elsewhere`, file))
      assert.deepStrictEqual(await (await shop("SALE-1001")).json(), { state: "paid" })
      assert.deepStrictEqual(await told(shop), { state: "paid" })
      assert.lengthOf((await mock.mock.space(`${name}-elsewhere`).ledger()).entries, 1)
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} tells a page that the shop cancelled its payment, once it did`, async () => {
      const journal = newJournal()
      const shop = ask(await load(`${name}-own`, file, journal))
      const terminal = mock.mock.space(`${name}-own`).terminal(HOST)
      const same = anotherTill(`${name}-own`, FileJournal.make(journal))
      assert.strictEqual(((await (await shop("SALE-1001")).json()) as Payment).state, "paid")
      await terminal.faults({ fault: "refuse" })
      assert.isFalse((await same.tryCancel(order, target)).ok)
      assert.deepStrictEqual(await told(shop), { state: "paid" })
      await terminal.faults()
      await same.cancel(order, target)
      const cancelled = { state: "cancelled", why: "this order was approved before, and reversed since" }
      assert.deepStrictEqual(await told(shop), cancelled)
      // A refund with the same id is another order.
      await same.refund(order, target)
      assert.deepStrictEqual(await told(shop), cancelled)
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} calls a person where another amount was paid under the order's id`, async () => {
      const before = { ...order, amount: "10.00 EUR" }
      await anotherTill(`${name}-till`).pay(before, target)
      const journal = newJournal()
      await anotherTill(`${name}-raised`, FileJournal.make(journal)).pay(before, target)
      for (const shop of [
        ask(await load(`${name}-till`, file)),
        ask(await load(`${name}-raised`, file, journal)) // the order's amount was raised after its payment
      ]) {
        assert.deepStrictEqual(await (await shop("SALE-1001")).json(), {
          state: "unknown",
          why: "Check what was paid under this order id. Another payment needs an order id of its own."
        })
        assert.strictEqual((await told(shop)).state, "unknown")
      }
      for (const space of ["till", "raised"]) {
        const { entries } = await mock.mock.space(`${name}-${space}`).ledger()
        assert.deepStrictEqual(
          entries.map(({ amount }) => amount),
          [1000]
        )
      }
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} takes a simulated payment for none where money is real`, async () => {
      const journal = newJournal()
      await anotherTill(`${name}-rehearsed`, FileJournal.make(journal)).pay(order, target)
      const shop = ask(await load(`${name}-rehearsed`, file, journal, { HIPAY_POS_LIVE: "yes" }))
      assert.deepStrictEqual(await told(shop), { state: "ready" })
    })
  }

  for (const [name, { file, ask }] of Object.entries(frameworks)) {
    it(`with ${name} pays real money where it is told to, under the whole password`, async () => {
      await using scripted = await startScriptedServer()
      const order = { order_id: "SALE-1001", price: { amount: 1250, currency: "EUR" } }
      scripted.answer = { status: 200, body: JSON.stringify({ paymentStatus: "Success", order }) }
      const settings = { HIPAY_POS_URL: scripted.url, HIPAY_POS_USERNAME: "merchant", HIPAY_POS_PASSWORD: "a:b" }
      const tested = ask(await load(`${name}-tested`, file, newJournal(), settings))
      assert.strictEqual(((await (await tested("SALE-1001")).json()) as Payment).state, "not started")
      const pay = ask(await load(`${name}-live`, file, newJournal(), { ...settings, HIPAY_POS_LIVE: "yes" }))
      assert.deepStrictEqual(await (await pay("SALE-1001")).json(), { state: "paid", paid: "12.50 EUR" })
      assert.deepStrictEqual(scripted.requests.at(-1), {
        path: "/v1/connector/order",
        authorization: `Basic ${btoa("merchant:a:b")}`
      })
    })
  }

  it("starts one payment for presses that come together, and says at once that it is under way", async () => {
    const shop = frameworks.hono?.ask(await load("together", "hono/server.mjs")) ?? assert.fail()
    const space = mock.mock.space("together")
    await space.terminal(HOST).script(["refused"])
    const presses = [shop("SALE-1001"), shop("SALE-1001")]
    assert.deepStrictEqual(await told(shop), { state: "under way" })
    for (const press of presses) assert.strictEqual(((await (await press).json()) as Payment).state, "declined")
    assert.lengthOf(await space.attempts(), 1)
  })

  it("learns the outcome of a payment with a cut answer from the terminal's server", async () => {
    const pay = frameworks.hono?.ask(await load("cut", "hono/server.mjs")) ?? assert.fail()
    const payment = async () => (await (await pay("SALE-1001")).json()) as Payment
    await mock.mock.space("cut").httpFault("half-body")
    assert.strictEqual((await payment()).state, "paid")
    assert.lengthOf((await mock.mock.space("cut").ledger()).entries, 1)
  })

  browserIt("is asked by the kiosk's page until it knows, and pays at a press only", { timeout: 120_000 }, async () => {
    const { app } = await load("kiosk", "express/server.mjs")
    const { output } = await build({
      input: join(examples, "react-kiosk/main.jsx"),
      transform: { define: { "process.env.NODE_ENV": '"production"' } },
      write: false
    })
    app.get("/", (_, page) =>
      page.type("html").send('<div id="root"></div><script type="module" src="/kiosk.js"></script>')
    )
    app.get("/kiosk.js", (_, script) => script.type("js").send(output[0].code))
    await using shop = await listen(app)
    const space = mock.mock.space("kiosk")
    const terminal = space.terminal(HOST)
    const browser = await launch()
    try {
      const page = await browser.newPage()
      const shows = (state: string) => page.locator(`main[data-state="${state}"]`).waitFor()
      const open = async (button: string) => {
        await page.goto(shop.url)
        await page.getByRole("button", { name: button }).click()
      }
      // The answer to the press is lost: the page's next query starts no payment.
      await page.route("**/pay", async (route) => {
        await route.fetch()
        await route.abort()
        await page.unroute("**/pay")
      })
      await terminal.script(["refused"])
      await open("Pay by card")
      await shows("declined")
      assert.lengthOf(await space.attempts(), 1)

      await terminal.cardholder("manual")
      await page.getByRole("button", { name: "Try again" }).click()
      await space.waitFor({ state: "open" })
      await shows("under way")
      // The page is loaded again while the customer pays.
      await open("Pay by card")
      await shows("under way")
      await present(terminal)
      await shows("paid")
      assert.lengthOf((await space.ledger()).entries, 1)
    } finally {
      await browser.close()
    }
  })
})
