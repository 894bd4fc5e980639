/** Spaces come and go with tests: anything left of a dropped one would add up. */
import { getEventListeners } from "node:events"
import { assert, describe, it } from "@effect/vitest"
import { makeMock } from "@hipay-pos/server-mock"
import { attachedOrder, type Body, makeServer, order } from "./server.ts"

describe("a space that was dropped", () => {
  it("leaves nothing on the signal that ends the server", async () => {
    const closing = new AbortController()
    await using mock = makeServer({ closing: closing.signal })
    await mock.send(order())
    const listeners = () => getEventListeners(closing.signal, "abort").length
    const before = listeners()
    for (const space of ["one", "two", "three"]) {
      await mock.send(order(), { "x-mock-space": space })
    }
    assert.isAbove(listeners(), before)
    const spaces = await mock.spaces()
    for (const space of ["one", "two", "three"]) assert.isTrue(spaces.drop(space))
    await mock.settled()
    assert.strictEqual(listeners(), before)
  })

  it("leaves nothing either where several callers named it first at the same time", async () => {
    const closing = new AbortController()
    await using mock = makeServer({ closing: closing.signal })
    await mock.send(order())
    const listeners = () => getEventListeners(closing.signal, "abort").length
    const before = listeners()
    await Promise.all(
      ["A", "B", "C"].map((id) => mock.send(order({ order: { order_id: id } }), { "x-mock-space": "both" }))
    )
    const spaces = await mock.spaces()
    assert.lengthOf(
      spaces.list().filter(({ name }) => name === "both"),
      1
    )
    assert.isTrue(spaces.drop("both"))
    await mock.settled()
    assert.strictEqual(listeners(), before)
  })

  it.each([
    ["that has a set-up of its own", [{ name: "counter", host: "127.0.0.1", cardholder: "manual" as const }]],
    ["that an order named", []]
  ])("ends the payments at a terminal %s: no card, key or order reaches it any more", async (_, terminals) => {
    await using mock = makeMock({ terminals, cardholder: { _tag: "Manual" } })
    const pay = async (orderId: string) => {
      const answer = await mock.fetch(`${mock.url}/v1/connector/order`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
        body: JSON.stringify(attachedOrder(orderId))
      })
      return ((await answer.json()) as Body).error?.code
    }
    const answers = Promise.all(["FIRST", "QUEUED"].map(pay))
    await mock.mock.waitFor({ attempts: 2, state: "open" })
    await mock.mock.reset()
    assert.deepStrictEqual(await answers, ["outcome.unknown", "unavailable.terminal.bad.request"])
  })
})

describe("a space that is named with a card number", () => {
  const number = "4111111111111111"
  const basic = (username: string) => `Basic ${btoa(`${username}:secret`)}`
  const json = { "content-type": "application/json" }
  const asText = async (answer: Response) => `${answer.status} ${await answer.text()}`

  it.each([
    ["the login", "/v1/connector/order", { authorization: basic(`merchant+${number}`) }, order()],
    ["a header", "/v1/connector/order", { authorization: basic("merchant"), "x-mock-space": number }, order()],
    ["the login of a form", "/session", {}, { username: `merchant+${number}`, password: "secret" }],
    ["a form", "/session", {}, { username: "merchant", password: "secret", space: number }]
  ])("by %s is refused, and the number shows nowhere", async (_, path, headers, body) => {
    await using mock = makeMock({ controlToken: "token" })
    const answer = await mock.fetch(`${mock.url}${path}`, {
      method: "POST",
      headers: { ...json, ...headers },
      body: JSON.stringify(body)
    })
    const said = await asText(answer)
    assert.match(said, /^400 .*no\.such\.space/)
    const spaces = await mock.fetch(`${mock.url}/_mock/spaces`, { headers: { authorization: "Bearer token" } })
    for (const text of [said, await asText(spaces)]) assert.notInclude(text, number)
  })
})
