/** The demo as a newcomer runs it: a process of its own. */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"
import { makeOrder } from "../src/order.ts"
import { readyLine } from "./process.ts"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const demo = (...args: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, ["--conditions=@hipay-pos/source", main, ...args])

describe("npm run demo -- --once", () => {
  it("pays an order and prints one JSON object", async () => {
    const { stdout } = await demo("--once", "--json")
    const result = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")
    assert.strictEqual(result.httpStatus, 200)
    assert.strictEqual(result.paymentStatus, "Success")
    assert.strictEqual(result.amount, 3170)
    assert.match(result.frames.request, /^CZ0040320CJ012\d{12}CA00201CB0043170CD0010CE003978/)
    assert.match(result.frames.response, /AE00210/)
    assert.include(result.receipt, "SIMULATION")
    assert.include(result.receipt, "31,70 EUR")
  })

  it("tells the story, on other ports when the usual ones are taken", async () => {
    const taken = [8080, 8888].map((port) =>
      createServer()
        .listen(port, "127.0.0.1")
        .on("error", () => {})
    )
    try {
      const { stdout } = await demo("--once")
      assert.include(stdout, "Port 8888 is taken; another one is used.")
      assert.include(stdout, "Port 8080 is taken; another one is used.")
      for (const words of [
        "protocol version",
        "PRÉSENTEZ LA CARTE",
        "authorization number",
        "HTTP 200",
        "Paid: 31.70 EUR."
      ]) {
        assert.include(stdout, words)
      }
    } finally {
      for (const server of taken) server.close()
    }
  })
})

/** Begins a payment that waits for its customer at the terminal of a pinpad. */
const startPayment = async (api: string, pinpad: string): Promise<void> => {
  const [host = "", port] = decodeURIComponent(pinpad.split("/").at(-1) ?? "").split(":")
  const headers = { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" }
  const taken = await fetch(`${api}/v1/connector/order`, {
    method: "POST",
    headers: { ...headers, prefer: "respond-async" },
    body: JSON.stringify(makeOrder("WAITING", host, Number(port)))
  })
  assert.strictEqual(taken.status, 202)
  const events = await fetch(`${api}${taken.headers.get("location")}/events`, { headers })
  let seen = ""
  for await (const chunk of events.body ?? []) {
    seen += new TextDecoder().decode(chunk)
    if (seen.includes("31,70")) return
  }
  assert.fail(`the terminal never showed the amount: ${seen}`)
}

describe("npm run demo", () => {
  it("keeps the API, a terminal's pinpad and a till running; after Ctrl-C nothing is left, not even a payment that waits", async () => {
    const TMPDIR = mkdtempSync(join(tmpdir(), "demo-"))
    const child = spawn(process.execPath, ["--conditions=@hipay-pos/source", main, "--json"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TMPDIR }
    })
    const { paymentStatus, urls } = await readyLine(child.stdout)
    assert.strictEqual(paymentStatus, "Success")
    assert.lengthOf(readdirSync(TMPDIR), 1)
    for (const url of [urls.till, urls.console, urls.pinpad]) {
      const response = await fetch(url)
      assert.strictEqual(response.status, 200)
      assert.include(await response.text(), "<html")
    }
    await startPayment(urls.api, new URL(urls.pinpad).hash)
    child.kill("SIGINT")
    const [code] = await once(child, "close")
    assert.strictEqual(code, 0)
    assert.lengthOf(readdirSync(TMPDIR), 0)
    rmSync(TMPDIR, { recursive: true })
    for (const url of [urls.till, urls.console]) {
      const refused = await fetch(url).then(
        () => false,
        () => true
      )
      assert.isTrue(refused)
    }
  })
})
