import { request } from "node:http"
import { afterAll, assert, beforeAll, describe, it, vi } from "@effect/vitest"
import { openShop, type Shop, seenOf } from "./shop.ts"

let shop: Shop

beforeAll(async () => {
  shop = await openShop({ till: { receiptsUrl: "https://receipts.shop.example/" } })
})
afterAll(() => shop[Symbol.asyncDispose]())

/** The status of a request with any headers, also those that `fetch` keeps for itself. */
const statusOf = (path: string, headers: Record<string, string>, method = "GET", body = ""): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(new URL(path, shop.url), { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.once("error", reject)
    asked.end(body)
  })

const action = JSON.stringify({ do: "add", code: "MUG", quantity: 1 })
const json = { "content-type": "application/json" }

describe("the stream of states", () => {
  it("says again and again that the till is alive, so that a page notices a dead connection", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const stop = new AbortController()
    const response = await fetch(`${shop.url}/api/events`, { signal: stop.signal })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    assert.match((await reader?.read())?.value ?? "", /^event: state\n/)
    let next = ""
    void reader?.read().then(({ value = "" }) => {
      next = value
    })
    while (next === "") {
      vi.advanceTimersByTime(10_000)
      await new Promise(setImmediate)
    }
    vi.useRealTimers()
    stop.abort()
    assert.match(next, /^event: alive\n/)
  })
})

describe("the till's own pages, and no other site's", () => {
  it("may act; a program without a browser may too", async () => {
    const own = { ...json, "sec-fetch-site": "same-origin", origin: shop.url }
    assert.strictEqual(await statusOf("/api/act", own, "POST", action), 200)
    assert.strictEqual(await statusOf("/api/act", json, "POST", action), 200)
  })

  it("another site's page is refused, by what the browser says of it", async () => {
    assert.strictEqual(await statusOf("/api/act", { ...json, "sec-fetch-site": "cross-site" }, "POST", action), 403)
    assert.strictEqual(await statusOf("/api/act", { ...json, origin: "https://evil.example" }, "POST", action), 403)
    assert.strictEqual(await statusOf("/api/act", { ...json, origin: "null" }, "POST", action), 403)
    assert.strictEqual(await statusOf("/api/state", { "sec-fetch-site": "same-site" }), 403)
  })

  it("a name that is not the till's own is refused, however it resolves", async () => {
    assert.strictEqual(await statusOf("/api/state", { host: "rebound.example" }), 403)
    assert.strictEqual(await statusOf("/", { host: "rebound.example" }), 403)
  })

  it("the name under which customers reach their receipts opens receipts, and nothing else of the till", async () => {
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    const { receipt = "" } = await shop.act({
      do: "cash",
      given: sale?.remaining ?? 0,
      ...seenOf(sale)
    })
    const { host, pathname } = new URL(receipt)
    assert.strictEqual(host, "receipts.shop.example")
    const from = { host, "sec-fetch-site": "same-origin" }
    assert.strictEqual(await statusOf(pathname, from), 200)
    assert.strictEqual(await statusOf(`/api/receipts/${pathname.slice(3)}`, from), 200)
    assert.strictEqual(await statusOf("/api/receipts/T1.guessed", from), 404)
    for (const path of ["/", "/api/state", "/api/sales", "/api/events", "/r/../api/state", "/r/%2e%2e/api/state"]) {
      assert.strictEqual(await statusOf(path, from), 403, path)
    }
    assert.strictEqual(await statusOf("/api/act", { ...json, ...from }, "POST", action), 403)
    await shop.act({ do: "next" })
  })

  it("requests through a proxy reach only receipts, even if the proxy uses the till's own host name", async () => {
    const proxies: ReadonlyArray<Record<string, string>> = [
      { "x-forwarded-for": "203.0.113.7" },
      { "x-forwarded-host": "receipts.shop.example" },
      { "x-forwarded-proto": "https" },
      { "x-real-ip": "203.0.113.7" },
      { forwarded: "for=203.0.113.7" },
      { via: "1.1 proxy" }
    ]
    for (const proxy of proxies) {
      for (const path of ["/", "/api/state", "/api/sales", "/api/events", "/api/catalogue", "/r"]) {
        assert.strictEqual(await statusOf(path, proxy), 403, `${JSON.stringify(proxy)} ${path}`)
      }
      assert.strictEqual(await statusOf("/api/act", { ...json, ...proxy }, "POST", action), 403)
      assert.strictEqual(await statusOf("/icon.svg", proxy), 200)
      assert.strictEqual(await statusOf("/api/receipts/T1.guessed", proxy), 404)
    }
  })

  it("a link from elsewhere opens the page", async () => {
    assert.strictEqual(await statusOf("/", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }), 200)
  })

  it("run no script but their own, and are shown in no frame", async () => {
    const response = await fetch(shop.url)
    const policy = response.headers.get("content-security-policy") ?? ""
    assert.include(policy, "default-src 'none'")
    assert.include(policy, "script-src 'self';")
    assert.include(policy, "frame-ancestors 'none'")
    assert.notInclude(policy, "unsafe")
    const html = await response.text()
    assert.notMatch(html, /<script(?![^>]* src=)/)
    assert.notMatch(html, /https?:\/\//)
  })
})

describe("what cannot be done", () => {
  it("is refused with a code and a sentence, and changes nothing", async () => {
    const before = await shop.state()
    const post = async (body: string) => {
      const response = await fetch(`${shop.url}/api/act`, { method: "POST", headers: json, body })
      const { error } = (await response.json()) as { error: { code: string } }
      return [response.status, error.code] as const
    }
    assert.deepStrictEqual(await post("nonsense"), [400, "not-an-action"])
    assert.deepStrictEqual(await post(JSON.stringify({ do: "card", amount: 1.5 })), [400, "not-an-action"])
    assert.deepStrictEqual(await post(JSON.stringify({ do: "add", code: "4006381333931", quantity: 1 })), [
      409,
      "no-product"
    ])
    assert.deepStrictEqual(await post(JSON.stringify({ do: "add", code: "4006381333932", quantity: 1 })), [
      409,
      "code-misread"
    ])
    assert.deepStrictEqual(await post(JSON.stringify({ do: "add", code: "MUG", quantity: 10_000 })), [409, "quantity"])
    assert.deepStrictEqual(await post(`"${"x".repeat(70_000)}"`), [413, "too-long"])
    assert.deepStrictEqual((await shop.state()).sale, before.sale)
  })

  it("the credentials are in nothing that the browser gets", async () => {
    const paths = ["/", "/api/state", "/api/catalogue", "/api/sales"]
    for (const path of paths) assert.notInclude(await (await fetch(shop.url + path)).text(), "secret")
  })

  it("a path that leads out of the pages finds nothing", async () => {
    assert.strictEqual(await statusOf("/../package.json", {}), 404)
    assert.strictEqual(await statusOf("/%2e%2e/package.json", {}), 404)
    assert.strictEqual(await statusOf("/api/nothing", {}), 404)
  })
})
