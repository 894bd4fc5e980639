/** The playground, in a browser without a network, from a file: a whole payment in the page. */
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { Page } from "playwright-core"
import { build } from "vite"
import { assert, beforeAll, describe } from "vitest"
import { violations } from "../console/axe.ts"
import { browserIt, hasBrowser, useBrowser, visit } from "../console/Browser.ts"

const browser = useBrowser()
const timeout = 180_000
let file = ""

beforeAll(async () => {
  if (!hasBrowser) return
  const outDir = await mkdtemp(join(tmpdir(), "hipay-pos-playground-"))
  const configFile = fileURLToPath(new URL("../../site/vite.config.ts", import.meta.url))
  await build({ configFile, logLevel: "error", build: { outDir } })
  file = pathToFileURL(join(outDir, "index.html")).href
}, timeout)

/** Opens the page without a network; terminals and banks take no time. */
const open = (hash = "", options: Parameters<typeof visit>[2] = {}) =>
  visit(browser, `${file}#pace=instant${hash}`, { signedIn: false, offline: true, timeout: 180_000, ...options })

const pay = (page: Page) => page.locator(".pay").click()

const payWithPin = async (page: Page) => {
  await pay(page)
  await page.getByRole("button", { name: "Insert card" }).click()
  await page.locator(".glass").getByText("CODE CONFIDENTIEL").waitFor()
  await page.keyboard.type("1234")
  await page.keyboard.press("Enter")
}

const verdict = (page: Page, state: string) => page.locator(".verdict .mark", { hasText: state }).waitFor()

describe("the playground", () => {
  browserIt("pays from a file: messages, receipt and notification, and the next order id", { timeout }, async () => {
    await using visitor = await open()
    const { page } = visitor
    await payWithPin(page)
    await verdict(page, "Approved")
    await page.getByText("API → terminal").waitFor()
    await page.getByText("terminal → API").waitFor()
    await page.locator(".explained").first().getByText("1250").waitFor()
    await page.getByRole("tab", { name: "Notification" }).click()
    await page.locator(".form-fields").getByText("Authorized", { exact: true }).waitFor()
    await page.getByRole("tab", { name: "HTTP answer" }).click()
    await page.getByText("HTTP 200").waitFor()
    await page.getByRole("tab", { name: "Receipt" }).click()
    await page.locator(".receipt").getByText("12,50 EUR").waitFor()
    assert.include(await page.getByRole("textbox", { name: "The order as JSON" }).inputValue(), '"ORDER_2"')
    assert.deepStrictEqual(await violations(page), [])
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("declines a card that is chosen, and says who refused", { timeout }, async () => {
    await using visitor = await open()
    const { page } = visitor
    await page.getByRole("radio", { name: /^refused/ }).check()
    await pay(page)
    await page.getByRole("button", { name: "Insert card" }).click()
    await verdict(page, "Declined")
    assert.match(new URL(page.url()).hash, /card=refused/)
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt(
    "breaks the line: the outcome is unknown, and sent again nothing is charged twice",
    { timeout },
    async () => {
      await using visitor = await open()
      const { page } = visitor
      await page.getByRole("radio", { name: "Answer lost" }).check()
      await payWithPin(page)
      await page.getByRole("button", { name: "Skip 3 minutes of waiting" }).click()
      await verdict(page, "Unknown")
      await page.getByRole("button", { name: "Reveal what the ledger says" }).click()
      await page.getByText("Ledger: €12.50 was charged.").waitFor()
      await pay(page)
      await page.getByText("the API repeats what is known and charges nothing").waitFor()
      await page.getByRole("tab", { name: "HTTP answer" }).click()
      await page.getByText("HTTP 409").waitFor()
      await page.locator(".glass").getByText("BIENVENUE").waitFor()
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt("shows what is wrong with an order while it is typed, and shares it with a link", { timeout }, async () => {
    await using visitor = await open()
    const { page } = visitor
    const editor = page.getByRole("textbox", { name: "The order as JSON" })
    await editor.fill((await editor.inputValue()).replace("1250", "12.5"))
    await page.getByText("The API would refuse this order: 1 mistake").waitFor()
    assert.strictEqual(await page.locator(".editor-line.refused .editor-number").textContent(), "4")
    await pay(page)
    await page.getByText("The API refused the order. No terminal was woken.").waitFor()
    await page.getByText("HTTP 400").waitFor()
    await using shared = await visit(browser, page.url(), {
      signedIn: false,
      offline: true,
      timeout: 180_000,
      locale: "fr-FR"
    })
    await shared.page.getByText("L’API refuserait cette commande : 1 erreur").waitFor()
    assert.include(await shared.page.getByRole("textbox").inputValue(), '"amount": 12.5')
    assert.deepStrictEqual([...visitor.complaints, ...shared.complaints], [])
  })

  browserIt("fits a phone, in the dark", { timeout }, async () => {
    await using visitor = await open("", { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true })
    const { page } = visitor
    await page.locator(".glass").waitFor()
    assert.isAtMost(await page.evaluate("document.documentElement.scrollWidth"), 390)
    assert.deepStrictEqual(await violations(page), [])
    assert.deepStrictEqual(visitor.complaints, [])
  })
})
