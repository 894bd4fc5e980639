/**
 * A card number is planted at every possible source: a terminal that answers with it and prints it, and a till that
 * writes it into texts. Neither a server's output nor its stores may hold seven of its digits in a row, not even in
 * base64.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Tlv } from "@hipay-pos/concert-codec"
import type { ServerEvent } from "@hipay-pos/server-mock"
import { startServer } from "@hipay-pos/server-mock/node"
import { assert, describe, it } from "vitest"
import { bundled } from "./bundled.ts"
import { listenTcp } from "./listen.ts"
import { orderFor } from "./order.ts"
import { shownOf } from "./plantedPan.ts"

const PAN = "4970108352961741"

const shown = (text: string) => [...shownOf(PAN)(text), ...shownOf(UNCHECKED)(text)]

const order = (orderId: string, port: number) => ({
  ...orderFor(
    orderId,
    { host: "127.0.0.1", port },
    {
      price: { amount: 1250 },
      order: {
        description: `card ${PAN}`,
        long_description: "4970 1083 5296 1741",
        custom_data: { card: PAN, number: Number(PAN) }
      }
    }
  ),
  customer: { first_name: PAN, email: `${PAN}@shop.example` },
  shipping: { carrier_description: "4970-1083-5296-1741" }
})

/** A ticket with a number in every format in which terminals may print it. */
const ticketWith = (pan: string) => {
  const groups = pan.match(/\d{4}/g) ?? []
  const separated = [" ", "  ", ".", "/", "-", "_", "\n"].map((separator) => groups.join(separator))
  const halves = `${pan.slice(0, 8)}\n  ${pan.slice(8)}`
  return ["CARTE BANCAIRE", pan, ...separated, [...pan].join(" "), halves, "MONTANT 12,50 EUR"].join("\nNO ")
}

const ticket = ticketWith(PAN)
/** With a wrong check digit: numbers on tickets are masked anyway. */
const UNCHECKED = "5017677122000674"

const answers: Readonly<Record<string, string>> = {
  paid: Tlv.encode([
    { tag: "CZ", value: "0320" },
    { tag: "CA", value: "01" },
    { tag: "CB", value: "1250" },
    { tag: "CD", value: "0" },
    { tag: "CE", value: "978" },
    { tag: "AA", value: PAN },
    { tag: "AE", value: "10" },
    {
      tag: "ZT",
      value: Tlv.encode([
        { tag: "CK", value: "100" },
        { tag: "AK", value: btoa(ticket) }
      ])
    }
  ]),
  unchecked: Tlv.encode([
    { tag: "CZ", value: "0320" },
    { tag: "CA", value: "01" },
    { tag: "CB", value: "1250" },
    { tag: "CD", value: "0" },
    { tag: "CE", value: "978" },
    { tag: "AA", value: UNCHECKED },
    { tag: "CF", value: UNCHECKED },
    { tag: "AE", value: "10" },
    {
      tag: "ZT",
      value: Tlv.encode([
        { tag: "CK", value: "100" },
        { tag: "AK", value: btoa(ticketWith(UNCHECKED)) }
      ])
    }
  ]),
  refused: `CZ0040320CA00201CB0041250CD0010CE003978AA016${PAN}AE00201AF00204`,
  garbled: `CZ0040320AA016${PAN}?!${PAN}AE0`
}

/** A terminal that leaks card numbers, a few bytes at a time. */
const startLeakyTerminal = (answer: string) =>
  listenTcp((socket) => {
    socket.setNoDelay(true)
    socket.once("data", () => {
      for (let at = 0; at < answer.length; at += 7) socket.write(answer.slice(at, at + 7), "latin1")
      socket.end()
    })
  })

/** Everything that a login can read at a server. */
const seen = async (url: string, headers: Record<string, string>, paths: ReadonlyArray<string>) => {
  const get = async (path: string) => (await fetch(`${url}${path}`, { headers })).text()
  const list = await get("/attempts")
  const ids = [...list.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => `/attempts/${id}`)
  const day = new Date().toISOString().slice(0, 10)
  const all = [...ids, ...ids.map((id) => `${id}/events`), `/attempts?format=csv&day=${day}`, ...paths]
  return { attempts: ids.length, texts: [list, ...(await Promise.all(all.map(get)))] }
}

const post = (url: string, headers: Record<string, string>, path: string, body: unknown) =>
  fetch(`${url}${path}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body)
  }).then((response) => response.text())

describe("a planted card number", () => {
  it("would be found, were it there", () => {
    for (const leak of [PAN, `x${PAN.slice(4, 11)}y`, ticket, btoa(ticket), `"4970 1083\\n5296"`, btoa(`zz${PAN}`)]) {
      assert.isNotEmpty(shown(leak), leak)
    }
    assert.isEmpty(shown("497010######1741, 2026-11-23, 1537532589263"))
  })

  it.each(Object.keys(answers))("shows nowhere at a mock whose terminal answers with it: %s", async (kind) => {
    await using terminal = await startLeakyTerminal(answers[kind] ?? "")
    const events: Array<ServerEvent> = []
    await using server = await startServer({
      port: 0,
      attach: [`127.0.0.1:${terminal.port}`],
      answerTimeout: "2 seconds",
      listener: (event) => events.push(event)
    })
    const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
    const told = [
      await post(server.url, headers, "/v1/connector/order", order("A", terminal.port)),
      await post(server.url, headers, "/v1/connector/order", order("A", terminal.port))
    ]
    const books = ["attempts", "ledger", "transactions", "findings", "terminals"].map((name) => `/_mock/${name}`)
    const { attempts, texts } = await seen(server.url, headers, books)
    assert.isAbove(attempts, 0)
    assert.isAbove(events.length, 4)
    assert.isEmpty([...told, ...texts, JSON.stringify(events)].flatMap(shown))
  })

  it("shows nowhere at a mock whose simulated terminal hands over the whole number", async () => {
    await using server = await startServer({ port: 0 })
    const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
    const name = encodeURIComponent("127.0.0.1:8888")
    await post(server.url, headers, `/_mock/terminals/${name}/faults`, { fault: "full-pan" })
    const answer = await post(server.url, headers, "/v1/connector/order", order("A", 8888))
    await post(server.url, headers, "/_mock/collection", {})
    const books = ["ledger", "journal"].map((book) => `/_mock/terminals/${name}/${book}`)
    const paths = [...books, "/_mock/transactions", "/_mock/notifications", "/_mock/notifications/1"]
    const { texts } = await seen(server.url, headers, paths)
    assert.include(answer, "Success")
    assert.isEmpty([answer, ...texts].flatMap(shown))
    // The simulator invents its numbers; of any number, at most six and four digits may show.
    const card = /"pan":"(\d{6})#+(\d{4})"/.exec(texts.join())
    assert.isNotNull(card)
    assert.notMatch([answer, ...texts].join(), new RegExp(`${card?.[1]}\\d|\\d${card?.[2]}"`))
  })

  describe("at a gateway", () => {
    const folder = mkdtempSync(join(tmpdir(), "planted-pan-"))

    it.each(Object.keys(answers))("shows in no answer, log or file: %s", async (kind) => {
      await using terminal = await startLeakyTerminal(answers[kind] ?? "")
      const store = join(folder, kind)
      const gateway = await startGateway(`127.0.0.1:${terminal.port}`, store)
      const headers = { authorization: `Basic ${btoa("shop:of its own")}` }
      const told = await post(gateway.url, headers, "/v1/connector/order", order("A", terminal.port))
      const { attempts, texts } = await seen(gateway.url, headers, [])
      const open = filesOf(folder, kind)
      const log = await gateway.stop()
      const closed = filesOf(folder, kind)
      assert.strictEqual(attempts, 1)
      assert.match(log, /"status":(200|504)/)
      assert.isAbove(closed.length, 0)
      assert.isEmpty([told, log, ...texts, ...open, ...closed].flatMap(shown))
    })
  })
})

const filesOf = (folder: string, start: string) =>
  readdirSync(folder)
    .filter((name) => name.startsWith(start))
    .map((name) => readFileSync(join(folder, name), "latin1"))

/** A gateway as a process of its own, and its log. */
const startGateway = async (terminal: string, store: string) => {
  const main = await bundled(fileURLToPath(new URL("../packages/gateway/src/bin/main.ts", import.meta.url)))
  const args = ["--dial", terminal, "--store", store, "--port", "0", "--answer-timeout", "2s", "--json"]
  const child: ChildProcess = spawn(process.execPath, [main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HIPAY_POS_USERNAME: "shop", HIPAY_POS_PASSWORD: "of its own" }
  })
  let log = ""
  child.stderr?.on("data", (text) => {
    log += text
  })
  const ended = once(child, "close")
  const ready = once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line").then(([line]) => line)
  const line = await Promise.race([ready, ended.then(() => assert.fail(log))])
  const { url } = JSON.parse(line) as { readonly url: string }
  const stop = async () => {
    child.kill("SIGTERM")
    await ended
    return log
  }
  return { url, stop }
}
