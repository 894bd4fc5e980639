/** Every view, in both themes and both languages, light in French and dark in English, on a wide screen and on a phone, as axe and a narrow screen see it. */
import type { Page } from "playwright-core"
import { assert, describe } from "vitest"
import { violations } from "./axe.ts"
import { browserIt, useBrowser, visit } from "./Browser.ts"
import { COUNTER, type Mock, sendGallery, startMock } from "./mock.ts"

const browser = useBrowser()

/** A mock with something in every view; the counter waits for a card. */
const fill = async (mock: Mock) => {
  const ids = await sendGallery(mock)
  // A repeat of an order that may have been paid is a finding.
  await mock.send("CAISSE2-000871", { host: "cut.terminal.test", amount: 12_900 })
  await mock.control("GET", "", undefined, "team-blue")
  return ids
}

type Ids = Awaited<ReturnType<typeof sendGallery>>

/** The view's name, its address, and an element that shows that it is there. */
const viewsOf = ({ approved, unknown, awkward, open }: Ids) =>
  [
    ["the list of attempts", "#/attempts", ".rows li.payment"],
    ["an approved attempt", `#/attempts/${approved}`, ".inspector"],
    ["an attempt to resolve", `#/attempts/${unknown}`, ".resolve"],
    ["an attempt with an awkward name", `#/attempts/${awkward}`, ".inspector"],
    ["an open attempt", `#/attempts/${open}`, ".inspector"],
    ["a day", "#/day", ".report"],
    ["a settlement to reconcile", "#/reconcile", ".reconcile-drop"],
    ["a payment to be sent", "#/new", ".scenarios"],
    ["terminals", "#/terminals", ".rack-item"],
    ["a terminal alone", "#/terminals/10.0.0.12%3A8888", ".device"],
    ["transactions", "#/transactions", ".table"],
    ["notifications", "#/notifications", ".table"],
    ["a notification", "#/notifications/n1", ".facts"],
    ["findings", "#/findings", ".cards-list"],
    ["the ledger", "#/ledger", ".table"],
    ["the simulation", "#/simulation", ".clock-face"]
  ] as const

/**
 * By how many pixels the page, or one of its panes, overflows horizontally, or what contains the panes vertically; one is the
 * browser's rounding.
 */
const overflow = (page: Page) =>
  page.evaluate(() => {
    const elements = (selectors: string) => [...document.querySelectorAll(selectors)]
    const over = Math.max(
      ...elements("html, main, .list-pane, .detail-pane").map(
        ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth
      ),
      ...elements("html:has(.shell), main:has(.detail-pane)").map(
        ({ scrollHeight, clientHeight }) => scrollHeight - clientHeight
      )
    )
    return over > 1 ? over : 0
  })

const wide = { width: 1280, height: 720 }
const tablet = { width: 820, height: 1180 }
const phone = { width: 390, height: 844 }

/** The variants of a view: each theme and each language on a wide screen. CONSOLE_AXE=all: all of them at three widths. */
const looks =
  process.env.CONSOLE_AXE === "all"
    ? (["light", "dark"] as const).flatMap((colorScheme) =>
        ["fr-FR", "en-GB"].flatMap((locale) =>
          [wide, tablet, phone].map((viewport) => ({ colorScheme, locale, viewport }))
        )
      )
    : [
        { colorScheme: "light", locale: "fr-FR", viewport: wide } as const,
        { colorScheme: "dark", locale: "en-GB", viewport: wide } as const
      ]

describe("every view", () => {
  for (const { colorScheme, locale, viewport } of looks) {
    const look = `${colorScheme}, ${locale}, ${viewport.width}`
    browserIt(`has no violations that axe reports, ${look}`, { timeout: 600_000 }, async () => {
      await using mock = await startMock()
      const views = viewsOf(await fill(mock))
      await using entrance = await visit(browser, mock.url, { colorScheme, locale, viewport, signedIn: false })
      await entrance.page.waitForSelector("form")
      assert.deepStrictEqual(await violations(entrance.page), [], "signing in")
      await using visitor = await visit(browser, mock.url, { colorScheme, locale, viewport, reducedMotion: "reduce" })
      for (const [name, hash, sign] of views) {
        await visitor.page.goto(mock.url + hash)
        await visitor.page.waitForSelector(sign, { state: "attached" })
        for (const summary of await visitor.page.locator("main details:not(.menu) summary").all()) await summary.click()
        assert.deepStrictEqual(await violations(visitor.page), [], name)
      }
      assert.strictEqual(await visitor.page.evaluate(() => document.documentElement.lang), locale.slice(0, 2))
      assert.deepStrictEqual(visitor.complaints, [])
    })
  }

  browserIt(
    "has a name for every link on a phone, where the brand is its picture alone",
    { timeout: 180_000 },
    async () => {
      await using mock = await startMock()
      await fill(mock)
      await using visitor = await visit(browser, mock.url, { viewport: { width: 360, height: 700 } })
      await visitor.page.waitForSelector(".rows li.payment")
      assert.strictEqual(await visitor.page.locator(".brand span").isVisible(), false)
      assert.deepStrictEqual(await violations(visitor.page), [])
    }
  )

  browserIt("fits screens from 320 pixels on, whatever it shows", { timeout: 180_000 }, async () => {
    await using mock = await startMock()
    const views = viewsOf(await fill(mock))
    await mock.control("POST", `terminals/${encodeURIComponent(COUNTER)}/key`, { key: "cancel" })
    await mock.send("LIMIT", { host: "10.0.0.12", amount: 999_999_999_999, async: true })
    await mock.control(
      "GET",
      `terminals/${encodeURIComponent("a-very-long-name.of-a-terminal.in-a-very-long-domain.example:65535")}`
    )
    for (const [width, locale] of [
      [320, "fr-FR"],
      [390, "fr-FR"],
      [768, "en-GB"],
      [1180, "fr-FR"],
      [2200, "en-GB"]
    ] as const) {
      await using visitor = await visit(browser, mock.url, { viewport: { width, height: 700 }, locale })
      for (const [name, hash, sign] of views) {
        await visitor.page.goto(mock.url + hash)
        await visitor.page.waitForSelector(sign, { state: "attached" })
        assert.isAtMost(await overflow(visitor.page), 0, `${name} at ${width}`)
      }
      await visitor.page.goto(`${mock.url}#/day`)
      const labels = await visitor.page.waitForFunction(() =>
        [...document.querySelectorAll(".places a span")].filter(({ clientWidth }) => clientWidth > 0)
      )
      const cut = await labels.evaluate((spans) =>
        spans.filter((span) => span.scrollWidth > span.clientWidth).map((span) => span.textContent)
      )
      assert.deepStrictEqual(cut, [], `at ${width}`)
      assert.deepStrictEqual(visitor.complaints, [])
    }
  })

  browserIt(
    "breaks no line within an amount or a time, and keeps tables in their panels",
    { timeout: 180_000 },
    async () => {
      await using mock = await startMock()
      await fill(mock)
      await mock.send("PERDUE", { host: "cut.terminal.test", amount: 1_234_567_899 })
      await mock.send("LONGUE", { host: `${"caisse".repeat(9)}.approved.terminal.test`, amount: 1_250 })
      const look = (hash: string, width: number) =>
        visit(browser, mock.url + hash, { viewport: { width, height: 900 }, locale: "fr-FR" })
      /** The number of lines of the texts of some elements. */
      const linesOf = (page: Page, selector: string) =>
        page.locator(selector).evaluateAll((elements) =>
          elements.map((element) => {
            const range = document.createRange()
            range.selectNodeContents(element)
            return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size
          })
        )
      await using day = await look("#/day", 390)
      const takings = day.page.locator(".figures li", { hasText: "Recette nette" }).locator("strong")
      await takings.getByText("10 000 000 054,49 €").waitFor()
      await day.page.locator(".bar-value:not(:empty)").waitFor({ state: "attached" })
      for (const width of [360, 390, 768, 1_280]) {
        await day.page.setViewportSize({ width, height: 900 })
        const figures = ".figures li:not(:last-child) strong"
        for (const lines of await linesOf(day.page, figures)) assert.strictEqual(lines, 1, `at ${width}`)
        const past = await day.page
          .locator(".figures strong")
          .evaluateAll((all) => all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth))
        assert.deepStrictEqual(past, [], `at ${width}`)
        // An amount above a bar is whole or away.
        const cut = await day.page.locator(".bar-value:not(:empty)").evaluateAll((values) =>
          values.flatMap((value) => {
            const range = document.createRange()
            range.selectNodeContents(value)
            const [text, box] = [range.getBoundingClientRect(), value.getBoundingClientRect()]
            const isWhole = text.left >= box.left - 1 && text.right <= box.right + 1
            return isWhole || text.top >= box.bottom - 1 ? [] : [value.textContent]
          })
        )
        assert.deepStrictEqual(cut, [], `at ${width}`)
      }
      // Beside a long name, the net is in view.
      const table = await day.page.locator(".day-table .scroll").boundingBox()
      const net = await day.page.locator(".report .net").first().boundingBox()
      assert.isAtMost((net?.x ?? 9_999) + (net?.width ?? 0), (table?.x ?? 0) + (table?.width ?? 0))
      await using letters = await look("#/notifications", 1_440)
      await letters.page.locator(".table time").first().waitFor()
      for (const lines of await linesOf(letters.page, ".table time")) assert.strictEqual(lines, 1)
      await using settlement = await look("#/reconcile", 768)
      const { page } = settlement
      const long = "COMMANDE-DE-LA-CAISSE-NUMERO-2-0008712345"
      await page
        .getByLabel("Lignes du fichier")
        .fill(
          `order_id,amount,currency,authorization,type\nCAISSE2-000871,129.00,EUR,A12345,sale\nPLAFOND,1.00,EUR,B12345,sale\n${long},1.00,EUR,C12345,sale\n`
        )
      await page.getByRole("button", { name: "Comparer ces lignes" }).click()
      await page.locator("form[data-kind=proved]").waitFor()
      const over = await page.locator(".panel[data-kind]:has(table)").evaluateAll((panels) =>
        panels.map((panel) => {
          const table = panel.querySelector("table")
          return table === null ? 0 : table.getBoundingClientRect().right - panel.getBoundingClientRect().right
        })
      )
      assert.isAbove(over.length, 1)
      for (const pixels of over) assert.isBelow(pixels, 0)
    }
  )

  browserIt(
    "tells what is chosen, each state and the connection in a theme of high contrast",
    { timeout: 180_000 },
    async () => {
      await using mock = await startMock()
      await fill(mock)
      await using visitor = await visit(browser, `${mock.url}#/attempts?state=unknown`, { forcedColors: "active" })
      const { page } = visitor
      await page.locator(".connection.live").waitFor()
      const backgroundOf = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((element) => getComputedStyle(element).backgroundColor)
      const canvas = await backgroundOf(".list-pane")
      for (const mark of [".lamp", ".rows .dot", ".chip :checked + span", ".places a[aria-current]"]) {
        assert.notStrictEqual(await backgroundOf(mark), canvas, mark)
      }
      assert.strictEqual(await backgroundOf(".chip :not(:checked) + span"), canvas)
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )

  browserIt(
    "has letters of the size that its reader has chosen, and rows that grow with them",
    { timeout: 180_000 },
    async () => {
      await using mock = await startMock()
      await fill(mock)
      await using visitor = await visit(browser, mock.url, { viewport: { width: 390, height: 700 }, hasTouch: true })
      const { page } = visitor
      await page.waitForSelector(".rows li.payment")
      const sizeOf = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize))
      assert.strictEqual(await sizeOf("html"), 16)
      // With a smaller font, phones zoom in on a focused field.
      assert.isAtLeast(await sizeOf("#search"), 16)
      const row = () =>
        page
          .locator(".rows li.payment")
          .first()
          .evaluate((element) => element.clientHeight)
      const before = await row()
      await page.evaluate(() => {
        document.documentElement.style.fontSize = "24px"
      })
      assert.approximately(await row(), before * 1.5, 2)
      assert.isAtMost(await overflow(page), 0)
      assert.deepStrictEqual(visitor.complaints, [])
    }
  )
})
