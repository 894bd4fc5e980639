import { assert, describe, it } from "@effect/vitest"
import { startServer } from "../../src/node/index.ts"
import { order } from "../server.ts"

const COUNTER = "10.0.0.12:8888"
const path = (name: string) => `/_mock/terminals/${encodeURIComponent(name)}`

/** A mock, and the cookie that the address of a terminal's pass gives. */
const opened = async () => {
  const server = await startServer({ port: 0 })
  const headers = { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" }
  const pass = await fetch(`${server.url}${path(COUNTER)}/pass`, { method: "POST", headers })
  const { path: address } = (await pass.json()) as { readonly path: string }
  const used = await fetch(server.url + address, { redirect: "manual" })
  const cookie = (used.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
  const call = (method: string, to: string, body?: unknown) =>
    fetch(server.url + to, {
      method,
      headers: { cookie, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
  return { used, call, [Symbol.asyncDispose]: () => server.close() }
}

describe("a terminal's pass", () => {
  it("leads to the terminal's page, and says in the session which terminal it opens", async () => {
    await using phone = await opened()
    assert.strictEqual(phone.used.status, 303)
    assert.strictEqual(phone.used.headers.get("location"), `/#/terminals/${encodeURIComponent(COUNTER)}`)
    const session = (await (await phone.call("GET", "/session")).json()) as Readonly<Record<string, unknown>>
    assert.deepInclude(session, { terminal: COUNTER, roles: ["control"] })
  })

  it("shows the terminal and the test cards, and takes the customer's card and keys", async () => {
    await using phone = await opened()
    assert.strictEqual((await phone.call("GET", path(COUNTER))).status, 200)
    assert.strictEqual((await phone.call("GET", "/_mock/cards")).status, 200)
    assert.strictEqual((await phone.call("POST", `${path(COUNTER)}/card`, { card: "cb" })).status, 200)
    assert.strictEqual((await phone.call("POST", `${path(COUNTER)}/key`, { key: "cancel" })).status, 200)
  })

  it.each([
    ["GET", "/attempts"],
    ["GET", "/attempts/events"],
    ["GET", "/_mock"],
    ["GET", "/_mock/ledger"],
    ["GET", "/_mock/terminals"],
    ["GET", path("10.0.0.13:8888")],
    ["GET", `${path(COUNTER)}/ledger`],
    ["POST", `${path(COUNTER)}/pass`],
    ["POST", `${path(COUNTER)}/faults`],
    ["PUT", `${path(COUNTER)}/cardholder`],
    ["PUT", "/_mock/clock"],
    ["DELETE", "/_mock"]
  ])("opens nothing else: %s %s", async (method, to) => {
    await using phone = await opened()
    assert.strictEqual((await phone.call(method, to, method === "GET" ? undefined : {})).status, 403)
  })

  it("sends no order", async () => {
    await using phone = await opened()
    assert.strictEqual((await phone.call("POST", "/v1/connector/order", order())).status, 403)
  })

  it("that is not known opens nothing", async () => {
    await using phone = await opened()
    assert.strictEqual((await phone.call("GET", "/_mock/pass/guess")).status, 404)
  })
})
