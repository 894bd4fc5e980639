/** A gateway whose process has no thread left, as when a disk does not answer. Names leave half of the threads to others. */
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { closeSync, mkdtempSync, open, openSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway } from "@hipay-pos/gateway/node"
import { order } from "@hipay-pos/server/testing"
import { Cardholder } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "busy-threads-"))
let stores = 0
let pipes = 0

/** Keeps this many threads waiting until the returned function is called. */
const keepBusy = (threads: number): (() => void) => {
  const made = Array.from({ length: threads }, () => join(folder, `${++pipes}.pipe`))
  execFileSync("mkfifo", made)
  // Each waits until somebody writes to its pipe.
  for (const pipe of made) open(pipe, "r", (_, opened) => closeSync(opened))
  return () => {
    for (const pipe of made) closeSync(openSync(pipe, "w"))
  }
}

/** Sends an order to a gateway. */
const pay = (url: string, port: number, authorization: string) =>
  fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json", "idempotency-key": "a key" },
    body: JSON.stringify(order({ info: { host_information: { host: "127.0.0.1", port } } })),
    signal: AbortSignal.timeout(30_000)
  })

const credentials = { username: "shop", password: "of its own" }

describe.skipIf(process.platform === "win32")("a gateway whose threads all wait for something", () => {
  it.each([
    ["an order with an idempotency key", `Basic ${btoa("shop:of its own")}`],
    ["an order whose login only HiPay knows", `Basic ${btoa("till:at HiPay")}`]
  ])("pays %s at its own terminal all the same", async (_, authorization) => {
    await using terminal = await startTerminal({ port: 0, cardholder: Cardholder.auto() })
    // Knows every login.
    const hipay = createServer((_, response) => response.writeHead(400).end("{}"))
    await once(hipay.listen(0, "127.0.0.1"), "listening")
    const upstream = `http://127.0.0.1:${(hipay.address() as AddressInfo).port}`
    await using gateway = await startGateway({
      ...{ port: 0, store: join(folder, `${++stores}.db`), credentials },
      terminals: [{ host: "127.0.0.1", port: terminal.port }],
      relay: { upstream, passThrough: true }
    })
    // From now on the login is known.
    assert.strictEqual((await fetch(`${gateway.url}/attempts`, { headers: { authorization } })).status, 200)
    hipay.close()
    const release = keepBusy(Number(process.env.UV_THREADPOOL_SIZE ?? 4))
    try {
      const response = await pay(gateway.url, terminal.port, authorization)
      assert.strictEqual(response.status, 200)
      assert.strictEqual(((await response.json()) as { readonly paymentStatus: string }).paymentStatus, "Success")
    } finally {
      release()
    }
  })
})
