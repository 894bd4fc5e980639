/** A day's totals, a payment's receipt, and its page: against a mock in this process. */
import { once } from "node:events"
import { mkdtempSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { order } from "@hipay-pos/server/testing"
import { startServer } from "@hipay-pos/server-mock/node"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { escPos } from "../src/escPos.ts"
import { inside } from "./inside.ts"
import { laterServer } from "./laterServer.ts"

const folder = mkdtempSync(join(tmpdir(), "day-"))
const headers = { authorization: `Basic ${btoa("merchant:secret")}` }

let server: Awaited<ReturnType<typeof startServer>>
const ids = new Map<string, string>()

beforeAll(async () => {
  server = await startServer({ port: 0, answerTimeout: "50 millis" })
  for (const [orderId, host, currency] of [
    ["PAID", "bar", "EUR"],
    ["DOLLARS", "bar", "USD"],
    ["DESK", "desk", "EUR"],
    ["DECLINED", "declined.terminal.test", "EUR"],
    ["LOST", "lost-after-approval.terminal.test", "EUR"]
  ] as const) {
    const response = await fetch(`${server.url}/v1/connector/order`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(
        order({
          order: { order_id: orderId, price: { amount: 123450, currency } },
          info: { host_information: { host, port: 8888 } }
        })
      )
    })
    const { error } = (await response.json()) as {
      readonly error?: { readonly details?: { readonly attempt?: string } }
    }
    const path = response.headers.get("x-hipay-pos-attempt") ?? error?.details?.attempt ?? ""
    ids.set(orderId, path.replace("/attempts/", ""))
  }
})
afterAll(async () => {
  await server.close()
})
afterEach(() => {
  process.exitCode = undefined
})

const at = (...args: ReadonlyArray<string>) => inside([...args, "--url", server.url])

describe("hipay-pos day", () => {
  it("does not add an unknown refund to the unknown payments", async () => {
    await using shop = await startServer({ port: 0, answerTimeout: "50 millis" })
    for (const [orderId, amount, type] of [
      ["1", 1_916, "Debit"],
      ["2", 700, "Credit"]
    ] as const) {
      const info = { host_information: { host: "lost-after-approval.terminal.test", port: 8888 } }
      const price = { amount, currency: "EUR" }
      const body = order({ order: { order_id: orderId, price, transaction_type: type }, info })
      await fetch(`${shop.url}/v1/connector/order`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
        body: JSON.stringify(body)
      })
    }
    const { stdout } = await inside(["day", "--locale", "en-GB", "--url", shop.url])
    assert.match(stdout, /^lost-after-approval\S+ .* 2 +€19\.16, -€7\.00 +€0\.00$/m)
  })

  it("has totals per terminal and currency in a language's number format, their sum, and the unknown payments", async () => {
    const { code, stdout } = await at("day", "--locale", "fr-FR")
    assert.strictEqual(code, 0)
    const text = stdout.replace(/[\u00a0\u202f]/g, " ")
    assert.match(text, /^bar:8888 +1 +1 234,50 € .* 1 234,50 €$/m)
    assert.match(text, /^bar:8888 +1 +1 234,50 \$US .*$/m)
    assert.match(text, /^all +2 +2 469,00 € .* 1 +1 234,50 € +2 469,00 €$/m)
    assert.include(text, "The outcome of 1 payment is not known yet:")
    assert.include(text, `LOST  ${ids.get("LOST")}`)
    assert.include(text, `hipay-pos resolve ID --url ${server.url}`)
    assert.notInclude(text, "DECLINED")
  })

  it("names a payment in a state of a later server, however many attempts are newer than the day", async () => {
    await using later = await laterServer(server.url, (path) => (path.includes("day=") ? "authorised" : "declined"))
    const { stdout } = await inside(["day", "--url", later.url])
    assert.include(stdout, "The outcome of 1 payment is not known yet:")
    assert.match(stdout, /^ {2}authorised {2}.* LOST {2}/m)
  })

  it("does not say that every outcome is known while totals count one that is not listed", async () => {
    await using later = await laterServer(server.url, () => "declined")
    const { stdout } = await inside(["day", "--url", later.url])
    assert.notInclude(stdout, "The outcome of every payment is known.")
    assert.include(stdout, "Payments under UNKNOWN may have ended since they were counted")
  })

  it("is one JSON object for a script", async () => {
    const { day, totals, undecided } = JSON.parse((await at("day", "today", "--json")).stdout)
    assert.match(day, /^\d{4}-\d{2}-\d{2}$/)
    assert.strictEqual(totals.length, 4)
    assert.deepStrictEqual(
      undecided.map(({ orderId }: { orderId: string }) => orderId),
      ["LOST"]
    )
  })

  it("is one table as CSV, for programs or for a language's spreadsheets", async () => {
    const plain = (await at("day", "--csv")).stdout.split("\r\n")
    assert.match(plain[0] ?? "", /^terminal,currency,debits,/)
    assert.include(plain[1], "bar:8888,EUR,1,1234.50")
    assert.lengthOf(plain, 5)
    const french = (await at("day", "--csv", "--locale", "fr-FR")).stdout
    assert.match(french, /^\ufeffterminal;currency;/)
    assert.include(french, "bar:8888;EUR;1;1234,50")
  })

  it("is refused as both", async () => {
    const { code, stdout } = await at("day", "--csv", "--json")
    assert.strictEqual(code, 2)
    assert.include(stdout, "day: --csv and --json exclude each other; give one of them")
  })

  it("has a day without payments, such as yesterday", async () => {
    assert.match((await at("day", "yesterday")).stdout, /^\d{4}-\d{2}-\d{2} .*\nNo payments\.$/)
  })

  it.each([
    [["day", "monday"], /day: .*expected a day as YYYY-MM-DD, or today.*\(HTTP 400\)/],
    [["day", "--locale", "!"], /--locale: expected a language such as fr-FR or en-GB/]
  ])("refuses %j", async (args, words) => {
    const { code, stderr } = await at(...args)
    assert.strictEqual(code, 2)
    assert.match(stderr, words)
  })

  it("says that no server answers", async () => {
    const { code, stderr } = await inside(["day", "--url", "http://127.0.0.1:1"])
    assert.strictEqual(code, 2)
    assert.include(stderr, "http://127.0.0.1:1 does not answer")
  })
})

describe("hipay-pos receipt", () => {
  const paid = () => ids.get("PAID") ?? ""

  it("is the customer's copy as text, as a page and as JSON", async () => {
    const customer = await at("receipt", paid())
    assert.strictEqual(customer.code, 0, customer.stderr)
    assert.include(customer.stdout, "TICKET CLIENT")
    const page = (await at("receipt", paid(), "--html")).stdout
    assert.match(page, /^<!doctype html>/)
    assert.include(page, "TICKET CLIENT")
    assert.property(JSON.parse((await at("receipt", paid(), "--json")).stdout), "customer")
  })

  it("is not printed, but not denied either, of an outcome of a later server: 2", async () => {
    await using later = await laterServer(server.url)
    const of = [ids.get("DECLINED") ?? "", "--url", later.url]
    const { code, stderr } = await inside(["receipt", ...of])
    const shown = await inside(["attempts", "show", ...of])
    assert.strictEqual(code, 2)
    assert.include(stderr, "ended as Postponed, which this version does not know")
    assert.match(shown.stdout, /^ {2}outcome +Postponed, which this version does not know$/m)
  })

  it("says that there is none: 1", async () => {
    const { code, stderr } = await at("receipt", ids.get("LOST") ?? "")
    assert.strictEqual(code, 1)
    assert.match(stderr, /gave no receipt of \S+, which is unknown/)
    const merchant = await at("receipt", paid(), "--copy", "merchant")
    assert.strictEqual(merchant.code, 1)
    assert.match(merchant.stderr, /gave no copy for the merchant of \S+, which is approved/)
  })

  it("is printed by a printer on the network, in code page 858, and cut", async () => {
    const printer = createServer()
    printer.listen(0, "127.0.0.1")
    await once(printer, "listening")
    const { port } = printer.address() as AddressInfo
    const printed = once(printer, "connection").then(([socket]) => buffer(socket))
    const { code, stderr } = await at("receipt", paid(), "--print", `127.0.0.1:${port}`)
    assert.strictEqual(code, 0, stderr)
    assert.include(stderr, `sent to 127.0.0.1:${port}`)
    const bytes = await printed
    assert.deepStrictEqual([...bytes.subarray(0, 5)], [0x1b, 0x40, 0x1b, 0x74, 19])
    assert.deepStrictEqual([...bytes.subarray(-4)], [0x1d, 0x56, 66, 0])
    assert.include(bytes.toString("latin1"), "TICKET CLIENT")
    printer.close()
    await once(printer, "close")
    const gone = await at("receipt", paid(), "--print", `127.0.0.1:${port}`)
    assert.strictEqual(gone.code, 2)
    assert.match(gone.stderr, /ECONNREFUSED; is the printer on\?/)
  })

  it("has the euro sign and accents of code page 858 for a printer, and substitutes for what it lacks", () => {
    const bytes = escPos(["12,50 €", "À l’œuvre – ½ 日"])
    const text = Buffer.from(bytes.subarray(5, -7))
    assert.strictEqual(text.toString("latin1"), "12,50 \xd5\n\xb7 l'oeuvre - \xab ?\n")
  })

  it.each([
    [["--html", "--json"], "exclude each other"],
    [["--print", "a b"], "--print: expected HOST or HOST:PORT"]
  ])("refuses %j", async (args, words) => {
    const { code, stderr } = await at("receipt", paid(), ...args)
    assert.strictEqual(code, 2)
    assert.include(stderr, words)
  })
})

describe("a payment of this machine's journal", () => {
  const idIn = (stdout: string) => JSON.parse(stdout).attempt as string

  it("is looked for at the server that it went through", async () => {
    const journal = ["--journal", join(folder, "through.db")]
    const id = idIn((await at("pay", "12.50", "--terminal", "bar", "--json", ...journal)).stdout)
    const receipt = await inside(["receipt", id, ...journal])
    assert.strictEqual(receipt.code, 0, receipt.stderr)
    assert.include(receipt.stdout, "TICKET CLIENT")
    const { url } = JSON.parse((await inside(["open", id, "--json", ...journal])).stdout)
    assert.match(url, new RegExp(`^${server.url}/#/attempts/\\w+$`))
    assert.strictEqual((await fetch(url.replace("#/", ""), { headers })).status, 200)
    const theirs = url.split("/").at(-1) ?? ""
    for (const verb of [["receipt"], ["open"], ["attempts", "show"]]) {
      const [own, other] = [
        await inside([...verb, id, "--json", ...journal]),
        await inside([...verb, theirs, "--json", ...journal])
      ]
      assert.strictEqual(other.code, 0, other.stderr)
      assert.strictEqual(other.stdout, own.stdout, "by the server's name for it")
    }
  })

  it.each([[{}], [{ HIPAY_POS_URL: "http://127.0.0.1:1" }]])(
    "is at no server if it went straight to its terminal: 1, and 2 for its page, with the settings %j",
    async (settings) => {
      await using terminal = await startTerminal({ port: 0 })
      const journal = ["--journal", join(folder, "direct.db")]
      const pay = ["pay", "12.50", "--terminal", `127.0.0.1:${terminal.port}`, "--json", ...journal]
      const id = idIn((await inside(pay, settings)).stdout)
      const receipt = await inside(["receipt", id, ...journal], settings)
      assert.strictEqual(receipt.code, 1)
      assert.include(receipt.stderr, `${id} went through no mock or gateway, and this machine keeps no receipts`)
      const page = await inside(["open", id, ...journal], settings)
      assert.strictEqual(page.code, 2)
      assert.include(page.stderr, "is on no page; see hipay-pos attempts show")
    }
  )

  it("is looked for where it went before the server of the settings, which has those that the journal lacks", async () => {
    const journal = ["--journal", join(folder, "settings.db")]
    const id = idIn((await at("pay", "12.50", "--terminal", "bar", "--json", ...journal)).stdout)
    const elsewhere = { HIPAY_POS_URL: "http://127.0.0.1:1" }
    assert.strictEqual((await inside(["receipt", id, ...journal], elsewhere)).code, 0)
    const typed = await inside(["receipt", id, "--url", "http://127.0.0.1:2", ...journal], elsewhere)
    assert.include(typed.stderr, "http://127.0.0.1:2")
    const lacking = await inside(["receipt", "other", ...journal], elsewhere)
    assert.include(lacking.stderr, "http://127.0.0.1:1")
  })
})

describe("hipay-pos open", () => {
  it("prints the link of the console or of an attempt", async () => {
    const json = async (...args: ReadonlyArray<string>) => JSON.parse((await at("open", "--json", ...args)).stdout).url
    assert.strictEqual(await json(), `${server.url}/`)
    assert.strictEqual(await json("a b"), `${server.url}/#/attempts/a%20b`)
  })

  it("opens nothing without a display", async () => {
    const { code, stdout, stderr } = await at("open")
    if (process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return
    assert.strictEqual(code, 0)
    assert.strictEqual(stdout, `${server.url}/`)
    assert.include(stderr, "there is no display here")
  })
})
