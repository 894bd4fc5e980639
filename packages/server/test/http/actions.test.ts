/** What a server tells of those who decide about payments and settings. */
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
  const told = () =>
    actions.map((event) => {
      assert.ok(event._tag === "Action")
      const { login, method, path, status } = event
      return [login, method, path, status]
    })
  return { ask, told }
}

describe("a call that decides about a payment or the settings", () => {
  it("is told with its login and its answer", async () => {
    const { ask, told } = setUp()
    await ask("ada", "POST", "/attempts/1/resolve")
    await ask("ada", "POST", "/attempts/1/ask")
    await ask("ada", "POST", "/reload")
    assert.deepStrictEqual(told(), [
      ["ada", "POST", "/attempts/1/resolve", 400],
      ["ada", "POST", "/attempts/1/ask", 404],
      ["ada", "POST", "/reload", 409]
    ])
  })

  it("is told, too, if its login may not do it", async () => {
    const { ask, told } = setUp()
    await ask("till", "POST", "/attempts/1/resolve")
    await ask("till", "POST", "/reload")
    assert.deepStrictEqual(told(), [
      ["till", "POST", "/attempts/1/resolve", 403],
      ["till", "POST", "/reload", 403]
    ])
  })

  it("is told without a card number in its address, and without the rest of a long one", async () => {
    const { ask, told } = setUp()
    const start = `/attempts/${"x".repeat(80)}-`
    await ask("ada", "POST", `${start}4970101122334422/resolve`)
    assert.deepStrictEqual(told(), [["ada", "POST", `${start}497010###`, 400]])
  })

  it("is not one that only reads", async () => {
    const { ask, told } = setUp()
    for (const path of ["/attempts", "/attempts/1", "/session", "/metrics"]) await ask("ada", "GET", path)
    assert.deepStrictEqual(told(), [])
  })
})
