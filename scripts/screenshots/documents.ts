/**
 * `node --conditions=@hipay-pos/source scripts/screenshots/documents.ts`: the page of the API and a page of the site as
 * pictures in docs/images. Run it after `pnpm build` and `pnpm site`.
 */
import { fileURLToPath, pathToFileURL } from "node:url"
import { startServer } from "@hipay-pos/server-mock/node"
import { launch } from "./browser.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

const server = await startServer({ port: 0, pages: path("../../packages/server-mock/pages") })
const browser = await launch()
try {
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    reducedMotion: "reduce"
  })
  page.setDefaultTimeout(120_000)
  await page.goto(`${server.url}/docs#tag/pos-api/POST/v1/connector/order`)
  await page
    .getByRole("button", { name: /Test Request/ })
    .first()
    .waitFor()
  await page.screenshot({ path: path("../../docs/images/reference.png") })
  console.log("docs/images/reference.png")
  await page.goto(pathToFileURL(path("../../site/dist/docs/any-language.html")).href)
  await page.screenshot({ path: path("../../docs/images/site.png") })
  console.log("docs/images/site.png")
} finally {
  await browser.close()
  await server.close()
}
