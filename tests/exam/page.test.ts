/** The examination's page, and its report, in a browser: what a cashier does with keys and on a phone. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Locator, Page } from "playwright-core"
import { assert, describe } from "vitest"
import { bundled } from "../bundled.ts"
import { browserIt as browserTest, useBrowser, visit } from "../console/Browser.ts"

const browserIt = (name: string, run: () => Promise<void>): void => browserTest(name, { timeout: 60_000 }, run)

/** Starts an examination of these scenarios, which only its page answers. */
const startExam = async (scenarios: ReadonlyArray<string>) => {
  const main = await bundled(fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url)))
  const html = join(await mkdtemp(join(tmpdir(), "hipay-pos-exam-")), "exam.html")
  const child = spawn(process.execPath, [main, "exam", "--port", "0", "--only", scenarios.join(","), "--html", html], {
    stdio: ["ignore", "ignore", "pipe"]
  })
  const ended = once(child, "close")
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /http:\S+\/exam$/.exec(line)?.[0]
    if (url === undefined) continue
    child.stderr.resume()
    return {
      url,
      report: () => ended.then(() => readFile(html, "utf8")),
      [Symbol.asyncDispose]: async () => {
        child.kill("SIGTERM")
        await ended
      }
    }
  }
  return assert.fail("the examination has no page")
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 2 })
const isFocused = (page: Page, element: Locator) => element.and(page.locator(":focus")).waitFor()

/** How many pixels a page is wider than the screen. */
const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

describe("the page of an examination", () => {
  const browser = useBrowser()

  browserIt("keeps the keyboard's focus on what was pressed, and moves it to the next task", async () => {
    await using exam = await startExam(["approved", "long-names", "receipt"])
    await using visitor = await visit(browser, exam.url, { signedIn: false })
    const { page } = visitor
    await heading(page, "1 of 3").waitFor()
    await button(page, "Français").press("Enter")
    await isFocused(page, button(page, "English"))
    await page.keyboard.press("Enter")
    await isFocused(page, button(page, "Français"))
    await button(page, "Cannot be done here").press("Enter")
    await isFocused(page, heading(page, "2 of 3"))
    await button(page, "Approved").press("Enter")
    await isFocused(page, button(page, "Approved"))
    await button(page, "Next").press("Enter")
    await isFocused(page, heading(page, "3 of 3"))
    const no = button(page, "No").nth(1)
    await no.press("Enter")
    await isFocused(page, no)
    assert.deepStrictEqual(visitor.complaints, [])
  })

  browserIt("takes no answer over to the next task if somebody else has answered this one", async () => {
    await using exam = await startExam(["approved", "declined"])
    await using one = await visit(browser, exam.url, { signedIn: false })
    await using other = await visit(browser, exam.url, { signedIn: false })
    await button(one.page, "Approved").press("Enter")
    await button(other.page, "Cannot be done here").press("Enter")
    await heading(one.page, "2 of 2").waitFor()
    assert.isTrue(await button(one.page, "Next").isDisabled())
  })

  browserIt("goes on after the examination could not be reached", async () => {
    await using exam = await startExam(["approved"])
    await using visitor = await visit(browser, exam.url, { signedIn: false })
    const { page } = visitor
    await heading(page, "1 of 1").waitFor()
    await page.route("**/exam/state", (route) => route.abort())
    await page.getByText("cannot be reached").waitFor()
    await page.unroute("**/exam/state")
    await heading(page, "1 of 1").waitFor()
  })

  browserIt("fits a phone, and so does the report", async () => {
    await using exam = await startExam(["approved", "receipt"])
    await using visitor = await visit(browser, exam.url, { signedIn: false, viewport: { width: 320, height: 640 } })
    const { page } = visitor
    for (const task of ["1 of 2", "2 of 2"]) {
      await heading(page, task).waitFor()
      assert.isAtMost(await tooWide(page), 0, task)
      await button(page, "Cannot be done here").click()
    }
    await page.setContent(await exam.report())
    await page.getByRole("heading", { level: 1 }).waitFor()
    assert.isAtMost(await tooWide(page), 0)
    assert.deepStrictEqual(visitor.complaints, [])
  })
})
