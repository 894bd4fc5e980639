/** The demo as a newcomer runs it: a process of its own. */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify, stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "vitest"
import { makeOrder } from "../src/order.ts"
import { readyLine } from "./process.ts"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const run = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  promisify(execFile)(process.execPath, ["--conditions=@hipay-pos/source", main, ...args], {
    env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "", ...env }
  })

const demo = (...args: ReadonlyArray<string>) => run(args)

const linesOf = (text: string): ReadonlyArray<string> => stripVTControlCharacters(text).trimEnd().split("\n")

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

  it("tells the story in 45 lines that fit a terminal, receipt included, coloured where colours are wanted", async () => {
    const { stdout } = await run(["--once"], { FORCE_COLOR: "1" })
    assert.include(stdout, "\u001b[32m")
    const lines = linesOf(stdout)
    assert.isAtMost(lines.length, 45)
    for (const line of lines) assert.isAtMost(line.length, 80, line)
    for (const words of [
      "order, 31.70 EUR",
      "Concert V3.2, debit",
      "PRÉSENTEZ LA CARTE",
      "authorization ",
      "HTTP 200, Success",
      "Paid: 31.70 EUR.",
      "MONTANT RÉEL",
      "TICKET CLIENT"
    ]) {
      assert.include(lines.join("\n"), words)
    }
  })

  it("tells the same without colours in a pipe, or with NO_COLOR", async () => {
    for (const env of [{}, { NO_COLOR: "1", FORCE_COLOR: "1" }]) {
      const { stdout } = await run(["--once"], env)
      assert.strictEqual(stripVTControlCharacters(stdout), stdout)
      assert.include(stdout, "HTTP 200, Success")
    }
  })

  it("tells the whole story with --verbose, on other ports when the usual ones are taken", async () => {
    const taken = [8080, 8888].map((port) =>
      createServer()
        .listen(port, "127.0.0.1")
        .on("error", () => {})
    )
    try {
      const { stdout } = await demo("--once", "--verbose")
      assert.include(stdout, "Port 8888 is taken; another one is used.")
      assert.include(stdout, "Port 8080 is taken; another one is used.")
      for (const words of [
        "protocol version",
        "PRÉSENTEZ LA CARTE",
        "authorization number",
        "HTTP 200",
        "MONTANT RÉEL",
        "Paid: 31.70 EUR."
      ]) {
        assert.include(stdout, words)
      }
    } finally {
      for (const server of taken) server.close()
    }
  })

  it("opens no browser: what it would show ends with the order", async () => {
    const failed = await demo("--once", "--open").catch((error) => error)
    assert.strictEqual(failed.code, 2)
    assert.include(failed.stderr, "--open")
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
  it("prints its addresses last, opens the till, and tells later orders in one line each", async () => {
    const folder = mkdtempSync(join(tmpdir(), "opened-"))
    const opened = join(folder, "link")
    for (const name of ["xdg-open", "open"]) {
      writeFileSync(
        join(folder, name),
        `#!/bin/sh\nprintf '%s\\n' "$1" > "${opened}.part"\nmv "${opened}.part" "${opened}"\n`,
        { mode: 0o755 }
      )
    }
    const child = spawn(process.execPath, ["--conditions=@hipay-pos/source", main, "--open"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, FORCE_COLOR: "", DISPLAY: ":0", PATH: `${folder}:${process.env.PATH}` }
    })
    const lines: Array<string> = []
    const waiting: Array<() => void> = []
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line)
      for (const look of waiting.splice(0)) look()
    })
    const shown = async (words: string): Promise<number> => {
      while (!lines.some((line) => line.includes(words)))
        await new Promise<void>((resolve) => void waiting.push(resolve))
      return lines.findIndex((line) => line.includes(words))
    }
    const last = await shown("Concert V3.2, pays by itself")
    assert.isAtMost(last, 32)
    const urlOf = (name: string) => lines.find((line) => line.startsWith(`   ${name} `))?.match(/http\S+/)?.[0] ?? ""
    const headers = { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" }
    const pay = async (body: object) => {
      const response = await fetch(`${urlOf("API")}/v1/connector/order`, {
        method: "POST",
        headers,
        body: JSON.stringify(body)
      })
      return response.status
    }
    const port = Number(lines[last]?.match(/127\.0\.0\.1:(\d+)/)?.[1])
    assert.strictEqual(await pay(makeOrder("NEXT", "127.0.0.1", port)), 200)
    assert.strictEqual(await pay({}), 400)
    await shown("HTTP 400")
    assert.match(lines[await shown("NEXT")] ?? "", /^approved +31\.70 EUR +NEXT +127\.0\.0\.1:\d+ +\d+\.\d s$/)
    assert.strictEqual(await pay(makeOrder("P2", "partial.terminal.test", 8888)), 200)
    assert.match(
      lines[await shown("partial.terminal")] ?? "",
      /^approved-in-part +15\.85 EUR of 31\.70 EUR +P2 +partial\.terminal\.test:8888 /
    )
    assert.lengthOf(
      lines.slice(last + 1).filter((line) => line !== ""),
      3
    )
    for (const line of lines) assert.isAtMost(line.length, 80, line)
    assert.strictEqual(readFileSync(opened, "utf8"), `${urlOf("till")}\n`)
    child.kill("SIGINT")
    const [code] = await once(child, "close")
    assert.strictEqual(code, 0)
  })

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
    for (const url of [urls.till, urls.console]) {
      const refused = await fetch(url).then(
        () => false,
        () => true
      )
      assert.isTrue(refused)
    }
  })
})
