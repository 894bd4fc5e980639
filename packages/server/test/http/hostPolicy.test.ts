import { assert, describe, it } from "@effect/vitest"
import { makeHostPolicy } from "../../src/http/hostPolicy.ts"

const guard = makeHostPolicy(["till.shop.lan"])

const knock = (headers: Readonly<Record<string, string>>, method = "POST", path = "/v1/connector/order") =>
  guard({ method, path, header: (name) => headers[name] })

describe("the host policy", () => {
  it("admits callers of an address, localhost, or a configured name", () => {
    for (const host of [
      "127.0.0.1:8080",
      "192.168.1.4",
      "[::1]:80",
      "localhost:3000",
      "mock.localhost",
      "TILL.shop.lan:80"
    ]) {
      assert.isUndefined(knock({ host }), host)
    }
    assert.isUndefined(knock({}))
  })

  it("refuses callers of another name, which may have been pointed here", () => {
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""]) {
      assert.strictEqual(knock({ host }), "host.not.allowed", host)
    }
  })

  it("refuses the scripts of other sites", () => {
    const host = "127.0.0.1:8080"
    for (const site of ["cross-site", "same-site"]) {
      assert.strictEqual(knock({ host, "sec-fetch-site": site }), "cross.site")
      for (const path of ["/attempts", "/terminals", "/instances", "/drift", "/upstream", "/metrics", "/session"])
        assert.strictEqual(knock({ host, "sec-fetch-site": site }, "GET", path), "cross.site")
      assert.strictEqual(knock({ host, "sec-fetch-site": site, "sec-fetch-mode": "cors" }, "GET", "/"), "cross.site")
    }
    for (const origin of ["null", "http://127.0.0.1:3000", "https://evil.example"]) {
      assert.strictEqual(knock({ host, origin }), "cross.site")
    }
  })

  it("admits the server's own pages, and links to them from anywhere", () => {
    const host = "127.0.0.1:8080"
    assert.isUndefined(knock({ host, origin: "http://127.0.0.1:8080", "sec-fetch-site": "same-origin" }))
    assert.isUndefined(knock({ host, "sec-fetch-site": "none" }, "GET", "/attempts"))
    assert.isUndefined(knock({ host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, "GET", "/"))
  })
})
