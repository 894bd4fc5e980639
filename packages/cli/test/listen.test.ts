/** Notifications that are received, verified, printed and forwarded. */
import { once } from "node:events"
import { mkdtempSync, writeFileSync } from "node:fs"
import { type IncomingMessage, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SIGNATURE_HEADER, signNotification, verifyNotification } from "@hipay-pos/client/notification"
import { afterEach, assert, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { inside } from "./inside.ts"

afterEach(() => {
  process.exitCode = undefined
})

const body = new URLSearchParams({
  transaction_reference: "800000000001",
  status: "118",
  message: "Captured",
  "order[id]": "SALE-1",
  captured_amount: "12.50",
  currency: "EUR"
}).toString()

/** The verb, running until the test is over, and its output. */
const listening = async (...args: ReadonlyArray<string>) => {
  const ends = new AbortController()
  const lines: Array<string> = []
  let wake = () => {}
  const ended = inside(
    ["listen", "--port", "0", "--json", ...args],
    {},
    {
      signal: ends.signal,
      onLine: (line) => {
        lines.push(line)
        wake()
      }
    }
  )
  const line = async (index: number) => {
    while (lines.length <= index) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return JSON.parse(lines[index] ?? "")
  }
  const { url } = await line(0)
  const post = async (text: string, headers: Readonly<Record<string, string>>) =>
    (
      await fetch(url, {
        method: "POST",
        body: text,
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers }
      })
    ).status
  return {
    url,
    line,
    post,
    [Symbol.asyncDispose]: async () => {
      ends.abort()
      await ended
    }
  }
}

/** Posts the body under any Host and Origin, which `fetch` does not allow; returns the status. */
const postAs = async (url: string, headers: Readonly<Record<string, string>>) => {
  const [answer] = (await once(request(url, { method: "POST", headers }).end(body), "response")) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}

/** A till's server with this answer. */
const till = async (status: number) => {
  const came: Array<{ readonly headers: Record<string, string>; readonly body: string }> = []
  const server = await listenHttp((request, response) => {
    let text = ""
    request.on("data", (chunk) => {
      text += chunk
    })
    request.on("end", () => {
      came.push({ headers: request.headers as Record<string, string>, body: text })
      response.writeHead(status).end()
    })
  })
  return {
    ...server,
    came,
    url: `${server.url}/notify`
  }
}

describe("hipay-pos listen", () => {
  it("prints genuine notifications, marks repeats, and forwards them signed, with the answer of the till's server", async () => {
    await using server = await till(204)
    await using at = await listening("--forward-to", server.url)
    const signed = await signNotification(body, "passphrase", { algorithm: "SHA-512" })
    assert.deepStrictEqual([await at.post(body, signed), await at.post(body, signed)], [204, 204])
    const first = await at.line(1)
    assert.deepInclude(first, { genuine: true, algorithm: "SHA-512", repeat: false })
    assert.strictEqual(first.notification.orderId, "SALE-1")
    assert.strictEqual(first.forwarded.status, 204)
    assert.isTrue((await at.line(2)).repeat)
    const [came] = server.came
    assert.strictEqual(came?.body, body)
    const verified = await verifyNotification(came?.body ?? "", came?.headers ?? {}, "passphrase")
    assert.strictEqual(verified.algorithm, "SHA-512")
  })

  it("prints for people only the amount that changed", async () => {
    const amounts = "authorized_amount=15.00&captured_amount=15.00&refunded_amount=5.00&currency=EUR"
    const ends = new AbortController()
    const printed: Array<string> = []
    const url = Promise.withResolvers<string>()
    const ended = inside(
      ["listen", "--port", "0"],
      {},
      {
        signal: ends.signal,
        onLine: (line) => {
          printed.push(line)
          const [found] = /http:\S+\//.exec(line) ?? []
          if (found !== undefined) url.resolve(found)
        }
      }
    )
    for (const status of [118, 126]) {
      const body = `transaction_reference=1&status=${status}&message=Changed&${amounts}`
      await fetch(await url.promise, { method: "POST", body, headers: await signNotification(body, "passphrase") })
    }
    ends.abort()
    await ended
    const told = printed.filter((line) => line.includes("Changed")).map((line) => line.replace(/^\S+ +/, ""))
    assert.deepStrictEqual(told, ["118 Changed  15.00 EUR", "126 Changed  5.00 EUR"])
  })

  it("forwards nothing that is not genuine: 403", async () => {
    await using server = await till(204)
    await using at = await listening("--forward-to", server.url)
    assert.strictEqual(await at.post(body, { [SIGNATURE_HEADER]: "0".repeat(64) }), 403)
    assert.deepInclude(await at.line(1), { genuine: false, repeat: false })
    assert.lengthOf(server.came, 0)
  })

  it("refuses web pages and other host names with the public passphrase of a mock: 403", async () => {
    await using server = await till(204)
    await using at = await listening("--forward-to", server.url)
    const signed = await signNotification(body, "passphrase")
    const sent = (headers: Readonly<Record<string, string>>) => postAs(at.url, { ...headers, ...signed })
    const { port } = new URL(at.url)
    const rebound = { host: `evil.example:${port}`, origin: `http://evil.example:${port}` }
    assert.deepStrictEqual(
      [await sent({ host: rebound.host }), await sent(rebound), await sent({ origin: rebound.origin })],
      [403, 403, 403]
    )
    for (const index of [1, 2, 3]) {
      const { genuine, error } = await at.line(index)
      assert.deepStrictEqual([genuine, error.kind], [false, "RequestRefused"])
    }
    assert.lengthOf(server.came, 0)
    assert.strictEqual(await sent({ host: `localhost:${port}` }), 204)
    assert.lengthOf(server.came, 1)
  })

  it("accepts notifications under any host name if the passphrase is not public", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "hipay-pos-listen-")), "passphrase.txt")
    writeFileSync(file, "of a shop\n", { mode: 0o600 })
    await using at = await listening("--passphrase-file", file)
    const signed = await signNotification(body, "of a shop")
    assert.strictEqual(await postAs(at.url, { host: "notify.shop.example", ...signed }), 204)
  })

  it("makes the sender try again if the till's server fails or is not there", async () => {
    const signed = await signNotification(body, "passphrase")
    await using failing = await till(500)
    await using one = await listening("--forward-to", failing.url)
    assert.strictEqual(await one.post(body, signed), 500)
    const gone = await till(204)
    await gone[Symbol.asyncDispose]()
    await using other = await listening("--forward-to", gone.url)
    assert.strictEqual(await other.post(body, signed), 502)
    assert.strictEqual((await other.line(1)).forwarded.problem, "ECONNREFUSED")
  })

  it("only prints without a server to forward to, and refuses what is not a notification", async () => {
    await using at = await listening()
    assert.strictEqual(await at.post(body, await signNotification(body, "passphrase")), 204)
    assert.strictEqual((await fetch(at.url)).status, 405)
    assert.strictEqual(await at.post("x".repeat(300_000), {}), 413)
  })

  it.each([
    [["--host", "0.0.0.0"], {}, "with --host 0.0.0.0, give one of your own"],
    [["--host", "0.0.0.0"], { HIPAY_POS_PASSPHRASE: "passphrase" }, "with --host 0.0.0.0"],
    [["--forward-passphrase-file", "real.txt"], {}, "with --forward-passphrase-file, give"]
  ])("refuses the public passphrase of a mock: %j %j", async (args, env, words) => {
    const { code, stderr } = await inside(["listen", "--port", "0", ...args], env)
    assert.strictEqual(code, 2)
    assert.include(stderr, `listen: the passphrase of a mock is public: ${words}`)
  })

  it("refuses an invalid address, and a port that is in use", async () => {
    const odd = await inside(["listen", "--forward-to", "here"])
    assert.strictEqual(odd.code, 2)
    assert.include(odd.stderr, "--forward-to: expected a URL without a login, such as")
    await using at = await listening()
    const taken = await inside(["listen", "--port", new URL(at.url).port])
    assert.strictEqual(taken.code, 75)
    assert.include(taken.stderr, "something else listens there; --port names another port")
  })
})
