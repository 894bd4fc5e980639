/** `node scripts/screenshots/playground.ts`: the playground as a picture in docs/images, after an answer that was lost. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "vite"
import { launch } from "./browser.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const outDir = mkdtempSync(join(tmpdir(), "playground-"))
await build({ configFile: path("../../site/vite.config.ts"), logLevel: "error", build: { outDir } })

const browser = await launch()
try {
  const viewport = { width: 1440, height: 1080 }
  const page = await browser.newPage({ viewport, locale: "en-GB", offline: true, reducedMotion: "reduce" })
  await page.goto(`${pathToFileURL(join(outDir, "index.html")).href}#fault=answer-lost@after-approval`)
  await page.locator(".pay").click()
  await page.getByRole("button", { name: "Insert card" }).click()
  await page.locator(".glass").getByText("CODE CONFIDENTIEL").waitFor()
  await page.keyboard.type("1234")
  await page.keyboard.press("Enter")
  await page.locator(".slip").waitFor()
  await page.getByRole("button", { name: "Skip 3 minutes of waiting" }).click()
  await page.locator(".verdict .mark", { hasText: "Unknown" }).waitFor()
  await page.getByRole("button", { name: "Reveal what the ledger says" }).click()
  await page.getByText("Ledger:").waitFor()
  await page.evaluate("scrollTo(0, 0)")
  await page.screenshot({ path: path("../../docs/images/playground.png") })
  console.log("docs/images/playground.png")
} finally {
  await browser.close()
  rmSync(outDir, { recursive: true })
}
