/** Spaces come and go with tests: what stays of one that was dropped would add up. */
import { getEventListeners } from "node:events"
import { assert, describe, it } from "@effect/vitest"
import { makeServer, order } from "./server.ts"

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
})
