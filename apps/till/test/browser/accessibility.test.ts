import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import type { AxeResults } from "axe-core"
import * as Result from "effect/Result"
import type { Page } from "playwright-core"
import type { Catalogue } from "../../src/catalogue/Catalogue.ts"
import { openShop } from "../server/shop.ts"
import { closeBrowser, hasBrowser, openPage } from "./browser.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** The violations of WCAG 2.2 A and AA that axe finds on the page. */
const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    const { violations } = await axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`)
  })
  return found
}

const wide = { width: 1280, height: 800 }
const tablet = { width: 820, height: 1180 }
const phone = { width: 360, height: 700 }

const themes = ["light", "dark"] as const
const languages = ["English", "Français"] as const

/** How a view is looked at, by turns: each theme and each language, at two of three widths. TILL_AXE=all: in every way. */
const looks =
  process.env.TILL_AXE === "all"
    ? [
        themes.flatMap((theme) =>
          languages.flatMap((language) => [wide, tablet, phone].map((size) => ({ theme, language, size })))
        )
      ]
    : [
        [
          { theme: "light", language: "English", size: wide },
          { theme: "dark", language: "Français", size: phone }
        ],
        [
          { theme: "light", language: "Français", size: tablet },
          { theme: "dark", language: "English", size: wide }
        ],
        [
          { theme: "light", language: "Français", size: phone },
          { theme: "dark", language: "English", size: tablet }
        ]
      ]
let turn = 0

/** Looks at a view in both themes and languages: axe finds nothing, and nothing is cut off at the side. */
const lookAt = async (page: Page, view: string) => {
  for (const { theme, language, size } of looks[turn++ % looks.length] ?? []) {
    await page.setViewportSize(size)
    await page.evaluate((theme) => Object.assign(document.documentElement.dataset, { theme }), theme)
    const other = page.locator(".settings button", { hasText: language })
    // Not by mouse: a box over the screen covers the switch, and is to be seen in both languages too.
    if ((await other.count()) > 0) {
      await other.dispatchEvent("click")
      await page.locator(`html[lang=${language.slice(0, 2).toLowerCase()}]`).waitFor({ state: "attached" })
    }
    const look = `${view}, ${theme}, ${language}, ${size.width}`
    assert.deepStrictEqual(await violations(page), [], look)
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.isAtMost(over, 0, look)
    // The shop's name has room beside the language, whatever the menu says.
    const names = await page.locator(".bar .shop").evaluateAll((all) => all.map((each) => each.clientWidth))
    for (const width of names) assert.isAtLeast(width, 100, look)
  }
  await page.setViewportSize(wide)
}

/** Controls that a finger may miss: less than 44 pixels high or wide, other than links within a sentence. */
const smallControls = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, a, input, select, summary")].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect()
      const isShown = width > 1 && height > 1 && element.closest(".sr, .skip, p") === null
      // A label around a choice is the larger target.
      const isChoice = element.matches("input[type=radio], input[type=checkbox]")
      return isShown && !isChoice && (width < 43.5 || height < 43.5) ? [element.outerHTML.slice(0, 100)] : []
    })
  )

/** On paper, a view has nothing to press or to fill in. */
const printsNoControl = async (page: Page, view: string) => {
  await page.emulateMedia({ media: "print" })
  const printed = await page.locator("button:visible, input:visible, select:visible, a.button:visible").allInnerTexts()
  await page.emulateMedia({ media: null })
  assert.deepStrictEqual(printed, [], view)
}

describe.skipIf(!hasBrowser)("every view, in both themes and languages", { timeout: 900_000 }, () => {
  afterAll(closeBrowser)

  it("has nothing that axe finds wrong", async () => {
    await using shop = await openShop({ terminal: { cardholder: Cardholder.manual } })
    await using open = await openPage(shop.url)
    const { page } = open
    await page.evaluate(axe)
    await page.locator("#find").waitFor()
    await lookAt(page, "empty sale")
    await page.locator(".tile").nth(20).click()
    await page.locator(".line").waitFor()
    await lookAt(page, "sale")
    assert.deepStrictEqual(await smallControls(page), [])
    await page.locator(".segments button").nth(1).click()
    await page.locator(".keypad").waitFor()
    await lookAt(page, "amount without a code")
    assert.deepStrictEqual(await smallControls(page), [])
    await page.locator(".segments button").nth(0).click()
    await page.locator(".line .what").click()
    await page.locator("dialog").waitFor()
    await lookAt(page, "line")
    await page.keyboard.press("Escape")
    await page.locator(".foot .actions button").nth(2).click()
    await page.locator("dialog").waitFor()
    await lookAt(page, "abandon")
    await page.keyboard.press("Escape")
    await page.keyboard.press("F4")
    await page.locator(".pay").waitFor()
    for (const keys of await page.locator(".with-button button").all()) await keys.click()
    await lookAt(page, "pay")
    assert.deepStrictEqual(await smallControls(page), [])
    await page.locator("button.go").click()
    await page.locator(".waiting").waitFor()
    await shop.terminalWaits()
    await lookAt(page, "waiting")
    shop.terminal.pressKey("cancel")
    await page.locator(".outcome.danger").waitFor()
    await lookAt(page, "declined")
    shop.terminal.setFault(Result.getOrThrow(Fault.fromText("reset@after-approval")))
    await page.locator("button.go").click()
    await shop.terminalWaits()
    shop.terminal.presentCard(TestCard.standard)
    await page.locator(".unknown").waitFor()
    await page.locator("input[value=cannot-tell]").check()
    await lookAt(page, "an unknown outcome")
    await page.locator(".unknown form button").click()
    await page.locator(".parked").waitFor()
    await lookAt(page, "parked")
    await page.locator(".parked button").click()
    await page.locator(".unknown").waitFor()
    await page.locator("input[value=approved]").check()
    await lookAt(page, "unknown")
    await page.locator("textarea").fill("ticket 1")
    await page.locator("input[name=by]").fill("Ana")
    await page.locator("button.go").click()
    await page.locator(".ended").waitFor()
    await lookAt(page, "ended")
    await printsNoControl(page, "ended")
    assert.deepStrictEqual(await smallControls(page), [])
    const receipt = (await page.locator(".receipt-link a").getAttribute("href")) ?? ""
    await page.goto(`${shop.url}/#/customer`)
    await page.locator(".customer-total").waitFor()
    await lookAt(page, "customer's screen")
    for (const [width, height] of [
      [480, 320],
      [800, 480],
      [1024, 600],
      [1366, 768],
      [600, 1024]
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.locator(".customer-receipt .qr").waitFor()
      const below = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
      assert.isAtMost(below, 0, `customer's screen, ${width} × ${height}`)
    }
    await page.goto(`${shop.url}/#/history`)
    await page.locator(".sales a").waitFor()
    await lookAt(page, "history")
    await page.locator("#find-past").fill("000001")
    await page.keyboard.press("Enter")
    await page.locator(".past-find button[aria-label]").waitFor()
    await lookAt(page, "search")
    assert.deepStrictEqual(await smallControls(page), [])
    await page.locator(".sales a").click()
    await page.locator(".refund").waitFor()
    await lookAt(page, "past sale")
    await printsNoControl(page, "past sale")
    await page.goto(`${shop.url}/#/day`)
    await page.locator(".report").waitFor()
    await lookAt(page, "day")
    await printsNoControl(page, "day")
    assert.deepStrictEqual(await smallControls(page), [])
    await page.locator(".closing input[name=by]").fill("Ana")
    await page.locator(".closing button.go").click()
    await page.locator("section.closing").waitFor()
    await lookAt(page, "closed day")
    await printsNoControl(page, "closed day")
    await page.goto(receipt)
    await page.evaluate(axe)
    await page.locator(".paper").waitFor()
    await lookAt(page, "receipt behind its link")
    await printsNoControl(page, "receipt behind its link")
    assert.deepStrictEqual(open.faults, [])
  })
})

describe.skipIf(!hasBrowser)("a theme of high contrast", { timeout: 180_000 }, () => {
  afterAll(closeBrowser)

  it("shows what is chosen in colours that it has for that", async () => {
    await using shop = await openShop()
    await using open = await openPage(shop.url, { forcedColors: "active" })
    const { page } = open
    await page.locator("#find").waitFor()
    const coloursOf = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { color, backgroundColor } = getComputedStyle(element)
          return [color, backgroundColor]
        })
    const expected = await page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement("p"))
      Object.assign(probe.style, { color: "SelectedItemText", background: "SelectedItem", forcedColorAdjust: "none" })
      const { color, backgroundColor } = getComputedStyle(probe)
      probe.remove()
      return [color, backgroundColor]
    })
    const pressed = 'button[aria-pressed="true"]'
    for (const chosen of [".bar nav a[aria-current]", `.segments ${pressed}`, `.categories ${pressed}`]) {
      assert.deepStrictEqual(await coloursOf(chosen), expected, chosen)
    }
  })
})

const hostile: Catalogue = {
  categories: [{ id: "all", name: "<b>Tout</b> & rien" }],
  products: [
    {
      reference: "A",
      category: "all",
      name: "<img src=x onerror=alert(1)><script>alert(2)</script>",
      unitPrice: 100,
      taxRate: 20
    },
    { reference: "B", category: "all", name: "قهوة عربية محمصة ‮evil", unitPrice: 250, taxRate: 20 },
    { reference: "C", category: "all", name: "🥐👩‍👩‍👧‍👦 Croissant 🇫🇷", unitPrice: 125, taxRate: 5.5 },
    { reference: "D", category: "all", name: "Donaudampfschifffahrtsgesellschaft".repeat(8), unitPrice: 1, taxRate: 0 },
    { reference: "E", category: "all", name: "Everything", unitPrice: 999_999_999_000, taxRate: 20 }
  ]
}

describe.skipIf(!hasBrowser)("names and amounts that pages break on", { timeout: 180_000 }, () => {
  afterAll(closeBrowser)

  it("are shown as text, run nothing, and fit a phone and a counter's screen in every view", async () => {
    await using shop = await openShop({
      till: { catalogue: hostile, shop: "Chez <i>Zoé</i> 🥖 قهوة ".repeat(4) }
    })
    for (const reference of ["A", "B", "C", "D", "E"]) await shop.act({ do: "add", code: reference, quantity: 1 })
    await using open = await openPage(shop.url)
    const { page } = open
    const fits = async (view: string) => {
      for (const viewport of [phone, wide]) {
        await page.setViewportSize(viewport)
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth
        )
        assert.isAtMost(over, 0, `${view} at ${viewport.width}`)
      }
    }
    await page.getByRole("button", { name: /^Add Everything/ }).waitFor()
    await fits("shelf")
    await page.setViewportSize(phone)
    await page.getByRole("button", { name: /^Ticket/ }).click()
    await page.getByText("€9,999,999,994.76").first().waitFor()
    await fits("ticket")
    await page.keyboard.press("F4")
    await page.locator(".pay").waitFor()
    await fits("pay")
    await page.getByRole("button", { name: /^Card/ }).click()
    await page.locator(".ended").waitFor()
    await fits("ended")
    await page.goto(`${shop.url}/#/history`)
    await page.locator(".sales a").waitFor()
    await fits("history")
    await page.locator(".sales a").click()
    await page.locator(".refund").waitFor()
    await fits("past sale")
    assert.include(await page.locator(".paper").innerText(), "<img src=x onerror=alert(1)>")
    await page.goto(`${shop.url}/#/day`)
    await page.locator(".report").waitFor()
    await fits("day")
    assert.deepStrictEqual(
      shop.terminal.ledger.entries().map(({ amount }) => amount),
      [999_999_999_476]
    )
    assert.deepStrictEqual(open.faults, [])
  })
})
