/** A login for some terminals: routes about all of them refuse it. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { assert, describe, it } from "vitest"
import { gatewayOver, unused } from "../server.ts"

const setUp = () => {
  const password = Redacted.make("secret")
  const roles = ["read", "control"] as const
  const app = gatewayOver(
    { terminals: unused },
    {
      credentials: [
        { username: "chain", password, roles },
        { username: "shop", password, roles, terminals: ["shop-12-*"] }
      ],
      metrics: async () => "hipay_pos_ends_owed 0\n",
      instances: Effect.succeed([]),
      reload: () => Promise.reject(new Error("there is nothing to read"))
    }
  )
  return async (login: string, path: string, method = "GET") => {
    const headers = { authorization: `Basic ${btoa(`${login}:secret`)}` }
    const response = await app.request(path, { method, headers })
    return { status: response.status, text: await response.text() }
  }
}

describe("a login for some terminals", () => {
  it.each([
    ["GET", "/metrics"],
    ["GET", "/instances"],
    ["POST", "/reload"]
  ])("is not answered at %s %s, which is about all of them", async (method, path) => {
    const { status, text } = await setUp()("shop", path, method)
    assert.strictEqual(status, 403)
    assert.strictEqual(JSON.parse(text).error.code, "terminals.limited")
  })

  it("reads its attempts, and one for all terminals reads the metrics", async () => {
    const ask = setUp()
    assert.strictEqual((await ask("shop", "/attempts")).status, 200)
    assert.deepStrictEqual(await ask("chain", "/metrics"), { status: 200, text: "hipay_pos_ends_owed 0\n" })
  })
})
