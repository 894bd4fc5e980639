/** The pages of a gateway: no place of the simulation, no missing file, and resolutions while a terminal may answer. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { GatewayConfig } from "@hipay-pos/gateway"
import { type StartGatewayOptions, startGateway } from "@hipay-pos/gateway/node"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe } from "vitest"
import { order, startRelay, startService, till } from "../relay/relay.ts"
import { violations } from "./axe.ts"
import { browserIt, builtPages, useBrowser, visit } from "./Browser.ts"
import { orderBody } from "./mock.ts"

const browser = useBrowser()

const timeout = 60_000
const login = { username: "shop", password: "of its own" }

/** A gateway with its own pages, over one terminal on TCP. */
const startShop = async (
  cardholder: Cardholder.Cardholder,
  { profile, ...options }: Partial<StartGatewayOptions> & Pick<GatewayConfig.GatewayTerminal, "profile"> = {}
) => {
  const folder = mkdtempSync(join(tmpdir(), "console-gateway-"))
  const terminal = await startTerminal({ port: 0, cardholder })
  const gateway = await startGateway({
    terminals: [{ host: "127.0.0.1", port: terminal.port, ...(profile && { profile }) }],
    credentials: login,
    store: join(folder, "attempts.db"),
    pages: await builtPages("gateway"),
    port: 0,
    ...options
  })
  const pay = async (orderId: string) => {
    const body = orderBody(orderId, { host: "127.0.0.1" })
    body.pos_technical_info.host_information.port = terminal.port
    const response = await fetch(`${gateway.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("shop:of its own")}`, "content-type": "application/json" },
      body: JSON.stringify(body)
    })
    return response.status
  }
  return {
    url: `${gateway.url}/`,
    pay,
    terminal,
    [Symbol.asyncDispose]: async () => {
      await gateway.close()
      await terminal.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

describe("the pages of a relay", () => {
  browserIt("show what the service answered that is not known, ready for an issue", { timeout }, async () => {
    await using service = await startService(({ body }, response) =>
      response.end(
        JSON.stringify({ ...JSON.parse(body), paymentStatus: "Success", transaction_id: "5017670000001122 |x" })
      )
    )
    await using relay = await startRelay(service.url, { pages: await builtPages("gateway") })
    for (const id of ["DRIFT_1", "DRIFT_2"]) assert.strictEqual((await relay.pay(order(id))).status, 200)
    await using visitor = await visit(browser, `${relay.url}/`, { login: till })
    const { page } = visitor
    await page.getByRole("link", { name: "Drift" }).click()
    const row = page.locator(".table tbody tr")
    await row.getByText("unknown field").waitFor()
    assert.strictEqual(await row.count(), 1)
    const text = await row.innerText()
    assert.include(text, "transaction_id")
    assert.match(text, /\b2\b/)
    assert.notInclude(text, "5017670000001122")
    await page.getByRole("button", { name: "Copy for an issue" }).waitFor()
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepStrictEqual(await violations(page), [], colorScheme)
    }
    await row.getByRole("link").click()
    await page.locator(".attempt-head").getByText("Approved").waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })
})

describe("the pages of a gateway", () => {
  browserIt("show attempts and the day, and no place of the simulation", { timeout }, async () => {
    await using shop = await startShop(Cardholder.auto())
    assert.strictEqual(await shop.pay("TABLE-1"), 200)
    await using visitor = await visit(browser, shop.url, { login })
    const { page } = visitor
    await page.locator(".rows").getByRole("link", { name: "TABLE-1" }).click()
    await page.locator(".attempt-head").getByText("Approved").waitFor()
    await page.locator(".facts-card").getByText("real", { exact: true }).waitFor()
    await page.getByText("More", { exact: true }).click()
    await page.getByRole("button", { name: "Copy as curl" }).waitFor()
    assert.strictEqual(await page.getByRole("button", { name: "Send again" }).count(), 0)
    assert.strictEqual(await page.getByRole("link", { name: "Open terminal" }).count(), 0)
    const links = page.getByRole("navigation").getByRole("link")
    assert.deepStrictEqual(await links.allInnerTexts(), ["Payments", "To resolve", "Day"])
    for (const place of [
      "terminals",
      "terminals/x",
      "transactions",
      "notifications",
      "findings",
      "ledger",
      "simulation"
    ]) {
      await page.goto(`${shop.url}#/${place}`)
      await page.getByRole("heading", { name: "Payments" }).waitFor()
    }
    await page.getByRole("link", { name: "Day" }).click()
    await page.locator(".report").getByText("42.50").first().waitFor()
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt(
    "record a resolution while the terminal may still answer, once that is confirmed; an answer that differs is an alarm",
    { timeout },
    async () => {
      await using shop = await startShop(Cardholder.manual, { answerTimeout: "1 second" })
      assert.strictEqual(await shop.pay("LATE"), 504)
      await using visitor = await visit(browser, shop.url, { login })
      const { page } = visitor
      await page.locator(".rows").getByRole("link", { name: "LATE" }).click()
      await page.getByLabel("The customer has not paid").check()
      await page.getByLabel("Your name").fill("Zoé")
      await page.getByLabel("Evidence").fill("They left")
      await page.getByRole("button", { name: "Record the resolution" }).click()
      await page.getByText("The terminal may still answer this attempt").waitFor()
      await page.getByLabel("Record it although the terminal may still answer").check()
      await page.getByRole("button", { name: "Record the resolution" }).click()
      await page.getByRole("tab", { name: "All events" }).click()
      await page.locator(".timeline").getByText("They left").waitFor()
      await page.locator(".rows li.picked").getByText("Declined").waitFor()
      shop.terminal.simulator.presentCard(TestCard.standard)
      await page.locator(".timeline").getByRole("heading", { name: "Needs attention" }).waitFor()
      await page.locator(".rows li.picked").getByText("needs attention").waitFor()
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt(
    "ask the terminal of an unknown payment: it proves one, or why it proves nothing is said",
    { timeout },
    async () => {
      for (const duplicata of [true, false]) {
        await using shop = await startShop(Cardholder.auto(), { profile: { name: "own", duplicata } })
        shop.terminal.simulator.setFault(Result.getOrThrow(Fault.fromText("reset@after-approval")))
        assert.strictEqual(await shop.pay("LOST"), 504)
        shop.terminal.simulator.clearFault()
        await using visitor = await visit(browser, shop.url, { login })
        const { page } = visitor
        await page.locator(".rows").getByRole("link", { name: "LOST" }).click()
        await page.getByRole("button", { name: "Ask the terminal" }).click()
        if (duplicata) await page.locator(".attempt-head").getByText("Approved").waitFor()
        else {
          await page.getByText("The terminal proves nothing. Look at its receipt or journal").waitFor()
          await page.getByText("does not declare a duplicata").waitFor()
        }
        // A refusal is an answer of the server that the browser writes down.
        if (duplicata) assert.deepStrictEqual(visitor.complaints, [])
      }
    }
  )
})
