/** What the page `/exam` is answered with, and to whom. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { assert, describe, it } from "vitest"
import { makeRoutes } from "../../src/till/page/routes.ts"
import { makeSession } from "../../src/till/Session.ts"

const access = { url: "http://192.168.1.10:8080", username: "merchant", password: "of this run" }
const session = makeSession(
  access,
  () => [],
  () => {}
)

/** The headers and the body of an answer to a caller at an address. */
const get = (url: string, remoteAddress: string, localAddress = "192.168.1.10") => {
  const answer = { headers: {} as Readonly<Record<string, string>>, body: "" }
  const response = {
    writeHead: (_: number, headers: Readonly<Record<string, string>>) => {
      answer.headers = headers
      return response
    },
    end: (body: string) => {
      answer.body = body
    }
  }
  const request = { method: "GET", url, headers: {}, socket: { remoteAddress, localAddress } }
  assert.isTrue(makeRoutes(() => session)(request as unknown as IncomingMessage, response as unknown as ServerResponse))
  return answer
}

describe("the page of an examination", () => {
  it("shows the password to callers on this machine, and everything else to others, too", () => {
    for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
      assert.deepInclude(JSON.parse(get("/exam/state", address).body), access)
    }
    for (const address of ["192.168.1.10", "fd00::10"]) {
      assert.deepInclude(JSON.parse(get("/exam/state", address, address).body), access)
    }
    const { password: _, ...shown } = access
    for (const address of ["192.168.1.20", "::ffff:192.168.1.20", "fe80::1"]) {
      const { body } = get("/exam/state", address)
      assert.deepInclude(JSON.parse(body), shown)
      assert.notInclude(body, access.password)
    }
  })

  it("cannot be framed, and sends no form", () => {
    for (const url of ["/exam", "/exam/state"]) {
      const policy = get(url, "127.0.0.1").headers["content-security-policy"]
      for (const rule of ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) {
        assert.include(policy, rule)
      }
    }
  })
})
