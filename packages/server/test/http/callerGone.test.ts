import type { Context } from "hono"
import { assert, describe, it } from "vitest"
import { callerGone, onCallerGone } from "../../src/http/callerGone.ts"
import type { Env } from "../../src/http/HonoEnv.ts"

/** A call, and how its caller disconnects: from Node's server, or from another one. */
const calls = {
  "on Node": () => {
    const outgoing = {}
    return { c: { env: { outgoing } } as unknown as Context<Env>, disconnect: () => callerGone(outgoing) }
  },
  elsewhere: () => {
    const caller = new AbortController()
    const raw = new Request("http://localhost/", { signal: caller.signal })
    return { c: { req: { raw } } as unknown as Context<Env>, disconnect: () => caller.abort() }
  }
}

describe.each(Object.entries(calls))("a caller that disconnects, %s", (_, call) => {
  it("is reported to all listeners", () => {
    const { c, disconnect } = call()
    const told: Array<string> = []
    onCallerGone(c, () => told.push("one"))
    onCallerGone(c, () => told.push("two"))
    assert.deepStrictEqual(told, [])
    disconnect()
    assert.deepStrictEqual(told, ["one", "two"])
  })

  it("is reported at once if it went earlier, such as while its login was checked", () => {
    const { c, disconnect } = call()
    disconnect()
    const told: Array<string> = []
    onCallerGone(c, () => told.push("gone"))
    assert.deepStrictEqual(told, ["gone"])
  })
})
