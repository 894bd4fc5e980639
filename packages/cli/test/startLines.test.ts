/** What a mock prints for people: its addresses at the start, and a link for each payment. */
import { createInterface } from "node:readline"
import { describePages, linkTo } from "@hipay-pos/server/bin"
import { assert, it } from "vitest"
import { payAt } from "./payAt.ts"
import { start, stop } from "./process.ts"

it("a mock prints where everything is and what it stores, and each payment's line ends with a link", async () => {
  const child = start(["mock", "--port", "0", "--log-format", "text"])
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const shown: Array<string> = []
  for await (const line of lines) if (shown.push(line) && line.startsWith("Ctrl-C")) break
  const url = /http\S+(?=,)/.exec(shown[0] ?? "")?.[0] ?? ""
  assert.deepStrictEqual(shown, [
    `POS API on ${url}, simulated: no money moves. Login merchant, password secret.`,
    "Attempts are kept in memory; --store FILE keeps them through a restart.",
    // The tests' bundle has no console pages.
    `API reference on ${url}/docs`,
    "Ctrl-C ends it."
  ])
  assert.strictEqual((await fetch(`${url}/docs`)).status, 200)

  const log = createInterface({ input: child.stderr as NodeJS.ReadableStream })
  const logged = new Promise<string>((resolve) => log.once("line", resolve))
  const response = await payAt(url, "A", 9999)
  assert.strictEqual(response.status, 200)
  await response.text()
  assert.match(await logged, new RegExp(`^\\S+ {2}approved .* ${url}/attempts/\\w+$`))
  assert.strictEqual(await stop(child), 0)
})

it("a payment's link is to the console, or to the attempt itself without the console's pages", () => {
  const url = "http://127.0.0.1:8080"
  assert.deepStrictEqual(describePages(url, "/pages"), [`Console on ${url}/`, `API reference on ${url}/docs`])
  assert.strictEqual(linkTo(url, "/pages")("/attempts/A"), `${url}/#/attempts/A`)
  assert.strictEqual(linkTo(url, undefined)("/attempts/A"), `${url}/attempts/A`)
})
