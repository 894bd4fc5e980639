/** What a doctor without arguments finds on this machine. */
import { startServer } from "@hipay-pos/server-mock/node"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { findLocal } from "../src/doctor/findLocal.ts"

describe("findLocal", () => {
  it("names what listens, and says what does not and how to start it", async () => {
    await using server = await startServer({ port: 0 })
    const there = { host: "127.0.0.1", port: Number(new URL(server.url).port) }
    const nothing = { host: "127.0.0.1", port: 1 }
    const one = await Effect.runPromise(findLocal({ server: there, terminal: nothing }))
    assert.deepInclude(one, { url: server.url, terminal: "" })
    assert.deepStrictEqual(
      one.missing.map(({ name, verdict, detail }) => [name, verdict, detail]),
      [["terminal", "skipped", "nothing listens on 127.0.0.1:1"]]
    )
    const other = await Effect.runPromise(findLocal({ server: nothing, terminal: there }))
    assert.deepInclude(other, { url: "", terminal: `127.0.0.1:${there.port}` })
    assert.include(other.missing[0]?.next, "hipay-pos mock starts a mock there")
  })
})
