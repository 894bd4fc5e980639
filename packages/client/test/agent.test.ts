/** The client for Node with the program's agent: a certificate authority, a proxy, and no connection that is used twice. */
import { spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync } from "node:fs"
import { createServer as createProxy } from "node:http"
import { Agent, createServer } from "node:https"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeClient } from "@hipay-pos/client/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { target } from "./paying.ts"

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0

describe.skipIf(!hasOpenssl)("an agent", () => {
  const place = mkdtempSync(join(tmpdir(), "agent-"))
  let ca: Buffer
  let url: string
  let connections = 0
  const server = createServer((request, response) => {
    response.setHeader("X-Hipay-Pos-Mode", "simulated")
    request.resume().once("end", () => response.end(request.method === "POST" ? '{"paymentStatus":"Success"}' : "up"))
  })

  beforeAll(async () => {
    const certificate = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"]
    spawnSync("openssl", ["req", "-x509", ...key, ...certificate, "-out", "cert.pem"], { cwd: place })
    ca = readFileSync(join(place, "cert.pem"))
    server.setSecureContext({ cert: ca, key: readFileSync(join(place, "key.pem")) })
    server.on("secureConnection", () => connections++)
    server.listen(0, "localhost")
    await once(server, "listening")
    url = `https://localhost:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const pay = (agent?: Agent, orderId = "A") =>
    makeClient({ server: url, username: "m", password: "s", journal: "memory", agent }).tryPay(
      { orderId, amount: "12.50 EUR" },
      target
    )

  it("supplies a certificate authority, without which nothing is sent", async () => {
    const without = await pay()
    assert.strictEqual(without.ok ? undefined : without.error.reason._tag, "NotStarted")
    assert.isTrue((await pay(new Agent({ ca }))).ok)
  })

  it("keeps no connection for another request, even if it is configured to", async () => {
    const agent = new Agent({ ca, keepAlive: true })
    connections = 0
    assert.isTrue((await pay(agent, "A")).ok)
    const once = connections
    assert.isTrue((await pay(agent, "B")).ok)
    assert.isAbove(once, 0)
    assert.strictEqual(connections, 2 * once)
    assert.deepStrictEqual(Object.keys(agent.freeSockets), [])
    agent.destroy()
  })

  it("goes through a proxy", async () => {
    const asked: Array<string> = []
    const proxy = createProxy().on("connect", (request, socket, head) => {
      asked.push(request.url ?? "")
      const behind = connect((server.address() as AddressInfo).port, "localhost", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n")
        behind.write(head)
        behind.pipe(socket).pipe(behind)
      })
    })
    proxy.listen(0, "127.0.0.1")
    await once(proxy, "listening")
    const proxyEnv = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
    assert.isTrue((await pay(new Agent({ ca, proxyEnv }))).ok)
    assert.deepStrictEqual([...new Set(asked)], [new URL(url).host])
    proxy.close()
    proxy.closeAllConnections()
  })
})
