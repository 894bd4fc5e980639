/** Every view, in both themes and both languages, on a wide screen and on a phone, as axe and a narrow screen see it. */
import axe from "axe-core"
import type { Page } from "playwright-core"
import { assert, describe } from "vitest"
import { gallery } from "../fake/attempts.ts"
import { startFake } from "../fake/FakeServer.ts"
import { browserIt, builtPages, launch, visit } from "./Browser.ts"

const views = [
  ["the list of attempts", "#/attempts", ".rows tbody tr"],
  ["an approved attempt", "#/attempts/a5", ".timeline"],
  ["an attempt to resolve", "#/attempts/a6", ".resolve"],
  ["an attempt with an awkward name", "#/attempts/a3", ".timeline"],
  ["a day", "#/day", ".table"],
  ["terminals side by side", "#/terminals", ".device"],
  ["a terminal alone", "#/terminals/10.0.0.12%3A8888", ".device"],
  ["transactions", "#/transactions", ".table"],
  ["notifications", "#/notifications", ".table"],
  ["a notification", "#/notifications/n1", ".facts"],
  ["findings", "#/findings", ".cards-list"],
  ["the ledger", "#/ledger", ".table"],
  ["the simulation", "#/simulation", ".clock-face"]
] as const

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

/** What axe finds wrong, one line each. */
const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe.source)
  const found = await page.evaluate(
    (values) =>
      (window as unknown as { readonly axe: typeof axe }).axe.run(document, { runOnly: { type: "tag", values } }),
    tags
  )
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`)
  )
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

describe("every view", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const locale of ["en-GB", "fr-FR"] as const) {
      browserIt(`has nothing that axe finds wrong, ${colorScheme}, ${locale}`, { timeout: 180_000 }, async () => {
        await using server = await startFake({ pages: await builtPages(), attempts: gallery })
        server.terminal("10.0.0.12:8888").wake(4_250, "EUR")
        await using browser = await launch()
        await using door = await visit(browser, server.url, { colorScheme, locale, signedIn: false })
        await door.page.waitForSelector("form")
        assert.deepStrictEqual(await violations(door.page), [], "signing in")
        await using tour = await visit(browser, server.url, { colorScheme, locale, reducedMotion: "reduce" })
        for (const [name, hash, sign] of views) {
          await tour.page.goto(server.url + hash)
          await tour.page.waitForSelector(sign)
          for (const summary of await tour.page.locator("main details summary").all()) await summary.click()
          assert.deepStrictEqual(await violations(tour.page), [], name)
        }
        assert.strictEqual(await tour.page.evaluate(() => document.documentElement.lang), locale.slice(0, 2))
        assert.deepStrictEqual(tour.complaints, [])
      })
    }
  }

  browserIt(
    "has a name for every link on a phone, where the brand is its picture alone",
    { timeout: 60_000 },
    async () => {
      await using server = await startFake({ pages: await builtPages(), attempts: gallery })
      await using browser = await launch()
      await using tour = await visit(browser, server.url, { viewport: { width: 360, height: 700 } })
      await tour.page.waitForSelector(".rows tbody tr")
      assert.strictEqual(await tour.page.locator(".brand span").isVisible(), false)
      assert.deepStrictEqual(await violations(tour.page), [])
    }
  )

  browserIt("fits screens from 320 pixels on, whatever stands in it", { timeout: 180_000 }, async () => {
    await using server = await startFake({ pages: await builtPages(), attempts: gallery })
    server.terminal("10.0.0.12:8888").wake(999_999_999_999, "EUR")
    server.terminal("a-very-long-name.of-a-terminal.in-a-very-long-domain.example:65535")
    await using browser = await launch()
    for (const [width, locale] of [
      [320, "fr-FR"],
      [768, "en-GB"],
      [1180, "fr-FR"],
      [2200, "en-GB"]
    ] as const) {
      await using tour = await visit(browser, server.url, { viewport: { width, height: 700 }, locale })
      for (const [name, hash, sign] of views) {
        await tour.page.goto(server.url + hash)
        await tour.page.waitForSelector(sign, { state: "attached" })
        assert.isAtMost(await overflow(tour.page), 0, `${name} at ${width}`)
      }
      assert.deepStrictEqual(tour.complaints, [])
    }
  })
})
