/** `node scripts/screenshots/exam.ts`: the page of the examination and its HTML report as pictures in docs/images. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { launch } from "./browser.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "exam-"))
const till = `"${process.execPath}" "${path("../../tests/exam-tills/retries-with-new-id.mjs")}"`

const hipayPos = (...args: ReadonlyArray<string>): ChildProcess =>
  spawn(process.execPath, ["--conditions=@hipay-pos/source", path("../../packages/cli/src/main.ts"), ...args], {
    stdio: ["pipe", "ignore", "pipe"]
  })

const browser = await launch()
try {
  const report = join(folder, "report.html")
  const examined = hipayPos("exam", "--drive", `${till} {amount} {orderId}`, "--html", report, ...only())
  await once(examined, "close")

  const led = hipayPos("exam", "--port", "0", ...only())
  let said = ""
  led.stderr?.on("data", (chunk) => {
    said += String(chunk)
  })
  const find = () => /(http:\/\/[^\s,]+)\/exam/.exec(said)?.[1]
  while (find() === undefined) await once(led.stderr as NodeJS.ReadableStream, "data")
  const url = find() ?? ""
  const page = await browser.newPage({ viewport: { width: 1024, height: 900 }, locale: "en-GB" })
  await page.goto(`${url}/exam`)
  const sell = spawn(`${till} 12.34 SALE-1`, {
    shell: true,
    env: {
      ...process.env,
      HIPAY_POS_EXAM_URL: url,
      HIPAY_POS_EXAM_USERNAME: "merchant",
      HIPAY_POS_EXAM_PASSWORD: "secret"
    }
  })
  await once(sell, "close")
  await page.getByText("SALE-1").waitFor()
  await page.getByRole("button", { name: "Approved" }).click()
  await page.getByRole("button", { name: "Next" }).click()
  await page.getByText("2 of 3").waitFor()
  await page.screenshot({ path: path("../../docs/images/exam-page.png") })
  led.kill("SIGTERM")
  await once(led, "close")
  await page.goto(`file://${report}`)
  await page.screenshot({ path: path("../../docs/images/exam-report.png") })
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}

function only(): ReadonlyArray<string> {
  return ["--only", "approved,declined,lost-after-approval"]
}
