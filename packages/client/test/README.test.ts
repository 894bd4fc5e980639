import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { encodeBase64 } from "@hipay-pos/core/Receipt"
import { assert, it } from "vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ""

/** What the example prints when the server gives this answer. */
const runAgainst = async (answer: unknown) => {
  const server = createServer((request, response) => {
    response.setHeader("X-Hipay-Pos-Mode", "simulated")
    response.end(request.method === "GET" ? "up" : JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  assert.include(example, "http://127.0.0.1:8080")
  const code = example.replace("http://127.0.0.1:8080", `http://127.0.0.1:${port}`)
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, flags, {
      cwd: fileURLToPath(new URL("..", import.meta.url))
    })
    return stdout.trim()
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

const echo = (amount: number) => ({ order: { price: { amount, currency: "EUR" } } })

it.each([
  [
    "a paid order's receipt",
    { paymentStatus: "Success", receipt: encodeBase64("THANK YOU"), ...echo(1250) },
    /^paid THANK YOU$/
  ],
  ["what is still to collect", { paymentStatus: "Success", ...echo(1000) }, /^still to collect: 2\.50 EUR$/],
  ["why it was not paid", { paymentStatus: "Failure", error: { errorCode: "1006" } }, /^not paid: Cancelled/],
  ["that the outcome is unknown, and what to do", {}, /^payment outcome unknown: .* Look at the terminal/]
])("the README's example prints %s", async (_, answer, expected) => {
  assert.match(await runAgainst(answer), expected)
})
