/** A server's texts that could move the terminal's cursor or set its title are shown harmlessly. */
import { once } from "node:events"
import { mkdtempSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { inside } from "./inside.ts"

const EVIL = "\u001b]0;mine\u0007\u009b2J"

const summary = {
  ...{
    id: `1${EVIL}`,
    login: "merchant",
    orderId: `A${EVIL}`,
    transactionType: `Debit${EVIL}`,
    state: `held${EVIL}`,
    warnings: 0
  },
  ...{ amount: 1250, currency: "EUR", openedAt: "2026-11-28T12:00:00.000Z", frames: {} },
  terminal: { name: `bar${EVIL}`, kind: "dialled" }
}
const error = { reason: "OutcomeUnknown", kind: "SilentAfterSend", detail: EVIL }
const detail = { ...summary, error, findings: [], resolutions: [], order: {}, timeline: [] }
const amount = { count: 1, amount: 1250 }
const totals = [
  { terminal: `bar${EVIL}`, currency: "EUR", debit: amount, credit: amount, cancel: amount, unknown: amount, net: 0 }
]

const answers: ReadonlyArray<readonly [path: RegExp, json: unknown, status: number]> = [
  [/format=totals/, { day: "2026-11-28", timeZone: "UTC", from: "", to: "", totals }, 200],
  [/format=counts/, { counts: { unknown: 1 }, more: false }, 200],
  [/^\/attempts\?/, { attempts: [summary] }, 200],
  [/^\/attempts\/1$/, detail, 200],
  [
    /./,
    { error: { status: 409, code: "x", message: EVIL, description: EVIL, details: { attempt: `/attempts/1${EVIL}` } } },
    409
  ]
]

describe("a server's texts", () => {
  const server = createServer(({ url = "" }, response) => {
    const [, json, status] = answers.find(([path]) => path.test(url)) ?? assert.fail()
    response.writeHead(status, { "content-type": "application/json", "x-hipay-pos-mode": "gateway" })
    response.end(JSON.stringify(json))
  })
  let url = ""
  beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening")
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())
  afterEach(() => {
    process.exitCode = undefined
  })

  it.each([
    ["attempts", "bar.]0;mine..2J"],
    ["attempts show 1", "unknown         SilentAfterSend: .]0;mine..2J"],
    ["attempts show 2", ".]0;mine..2J (HTTP 409)"],
    ["resolve 1", "A.]0;mine..2J"],
    ["day", "bar.]0;mine..2J  A.]0;mine..2J"]
  ])("do nothing to the screen: %s", async (verb, shown) => {
    const { stdout, stderr } = await inside([...verb.split(" "), "--url", url])
    assert.include(stdout + stderr, shown)
    assert.notMatch(stdout + stderr, /(?!\n)\p{Cc}/u)
  })

  it("do nothing to the screen as the address of a payment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hostile-"))
    const journal = ["--journal", join(folder, "journal.db")]
    const paid = await inside(["pay", "12.50", "--terminal", "bar", "--live", "--url", url, ...journal])
    const [{ id }] = JSON.parse((await inside(["attempts", "--json", ...journal])).stdout)
    for (const { stdout, stderr } of [paid, await inside(["open", id, ...journal])]) {
      assert.include(stdout, `${url}/#/attempts/1.]0;mine..2J`)
      assert.notMatch(stdout + stderr, /(?!\n)\p{Cc}/u)
    }
  })
})
