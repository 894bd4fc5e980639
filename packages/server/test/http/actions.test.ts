/** What a server reports about those who decide about payments and settings. */
import type { ServerEvent } from "@hipay-pos/server"
import * as Redacted from "effect/Redacted"
import { assert, describe, it } from "vitest"
import { gatewayOver, unused } from "../server.ts"

const setUp = () => {
  const password = Redacted.make("secret")
  const actions: Array<ServerEvent> = []
  const app = gatewayOver(
    { terminals: unused },
    {
      credentials: [
        { username: "till", password, roles: ["pay", "read"] },
        { username: "ada", password, roles: ["read", "resolve", "control"] }
      ],
      reload: () => Promise.reject(new Error("there is nothing to read")),
      listener: (event) => {
        if (event._tag === "Action") actions.push(event)
      }
    }
  )
  const ask = async (login: string, method: string, path: string) => {
    const headers = { authorization: `Basic ${btoa(`${login}:secret`)}`, "content-type": "application/json" }
    await app.request(path, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) })
  }
  const reported = () =>
    actions.map((event) => {
      assert.ok(event._tag === "Action")
      const { login, method, path, status } = event
      return [login, method, path, status]
    })
  return { ask, reported }
}

describe("a call that decides about a payment or the settings", () => {
  it("is reported with its login and the status of its answer", async () => {
    const { ask, reported } = setUp()
    await ask("ada", "POST", "/attempts/1/resolve")
    await ask("ada", "POST", "/attempts/1/ask")
    await ask("ada", "POST", "/reload")
    assert.deepStrictEqual(reported(), [
      ["ada", "POST", "/attempts/1/resolve", 400],
      ["ada", "POST", "/attempts/1/ask", 404],
      ["ada", "POST", "/reload", 409]
    ])
  })

  it("is reported as well if its login may not make it", async () => {
    const { ask, reported } = setUp()
    await ask("till", "POST", "/attempts/1/resolve")
    await ask("till", "POST", "/reload")
    assert.deepStrictEqual(reported(), [
      ["till", "POST", "/attempts/1/resolve", 403],
      ["till", "POST", "/reload", 403]
    ])
  })

  it("is reported without a card number in its path, and without the rest of a long one", async () => {
    const { ask, reported } = setUp()
    const start = `/attempts/${"x".repeat(80)}-`
    await ask("ada", "POST", `${start}4970101122334422/resolve`)
    assert.deepStrictEqual(reported(), [["ada", "POST", `${start}497010###`, 400]])
  })

  it("is not reported if it only reads", async () => {
    const { ask, reported } = setUp()
    for (const path of ["/attempts", "/attempts/1", "/session", "/metrics"]) await ask("ada", "GET", path)
    assert.deepStrictEqual(reported(), [])
  })
})
