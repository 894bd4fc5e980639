/** The page `/docs` in a real browser: programs in six languages, a button that sends, and nothing from elsewhere. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type StartedMock, startServer } from "@hipay-pos/server-mock/node"
import type { Browser } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { violations } from "./console/axe.ts"
import { browserIt, builtPages, hasBrowser, launch } from "./console/Browser.ts"

const SENDS = "#tag/pos-api/POST/v1/connector/order"

const read = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../packages/console/${file}`, import.meta.url)), "utf8")

describe("the page /docs", () => {
  let server: StartedMock
  let browser: Browser
  beforeAll(async () => {
    if (!hasBrowser) return
    server = await startServer({ port: 0, pages: await builtPages() })
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  browserIt("sends an example to this mock, and asks no other server for anything", { timeout: 300_000 }, async () => {
    const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } })
    page.setDefaultTimeout(120_000)
    const asked: Array<string> = []
    const failed: Array<string> = []
    page.on("request", (request) => asked.push(new URL(request.url()).origin))
    page.on("console", (message) => {
      if (message.type() === "error") failed.push(message.text())
    })
    page.on("pageerror", (error) => failed.push(String(error)))

    await page.goto(`${server.url}/docs${SENDS}`)
    await page.getByRole("button", { name: "Shell Curl" }).first().click()
    for (const language of ["Shell", "Node.js", "PHP", "Python", "C#", "Java"]) {
      await page.getByText(language, { exact: true }).first().waitFor()
    }
    await page.keyboard.press("Escape")

    await page
      .getByRole("button", { name: /Test Request/ })
      .first()
      .click()
    await page.getByRole("button", { name: /^Send/ }).first().click()
    await page.getByText("200 OK").first().waitFor()
    assert.deepStrictEqual(
      (await server.mock.attempts()).map(({ orderId, state }) => [orderId, state]),
      [["SALE-1001", "approved"]]
    )
    assert.deepStrictEqual([...new Set(asked)], [server.url])
    assert.deepStrictEqual(failed, [])
    await page.close()
  })

  browserIt(
    "has no violations that axe reports but one of its library, wide and narrow",
    { timeout: 300_000 },
    async () => {
      for (const [width, colorScheme] of [
        [1500, "light"],
        [390, "dark"]
      ] as const) {
        await using page = await browser.newPage({ viewport: { width, height: 1000 }, colorScheme })
        page.setDefaultTimeout(120_000)
        await page.goto(`${server.url}/docs${SENDS}`)
        await page
          .getByRole("button", { name: /Test Request/ })
          .first()
          .waitFor()
        const found = await violations(page)
        // The field of a parameter's value has the role combobox, but does not name its list.
        assert.deepStrictEqual(
          found.filter((each) => !(each.startsWith("aria-required-attr") && each.includes("code-input-lite__editor"))),
          [],
          `${width} pixels wide`
        )
      }
    }
  )

  it("comes with the licences of its library in the version that is built in", () => {
    const { devDependencies } = JSON.parse(read("package.json"))
    const [first] = read("reference/LICENSES.txt").split("\n")
    assert.include(first, `@scalar/api-reference ${devDependencies["@scalar/api-reference"]} `)
  })
})
