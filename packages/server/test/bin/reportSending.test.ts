import { assert, describe, it } from "vitest"
import { reportSending } from "../../src/bin/reportSending.ts"
import type { ServerEvent } from "../../src/ServerEvent.ts"

const refused = Object.assign(new Error(""), { code: "ECONNREFUSED" })

/** Sends as often as there are results, and returns what was reported. */
const sending = async (results: ReadonlyArray<number | Error>, signal?: AbortSignal) => {
  const said: Array<ServerEvent> = []
  const left = [...results]
  const fetch = async () => {
    const result = left.shift()
    if (typeof result !== "number") throw result
    return new Response(null, { status: result })
  }
  const send = reportSending(fetch, "traces", (event) => said.push(event))
  for (const _ of results)
    await send("http://user:key@collector.test:4318/v1/traces?key=1", signal && { signal }).catch(() => {})
  return said.map((event) => (event._tag === "TelemetrySent" ? [event.isSent, event.detail] : event))
}

describe("sending to a collector", () => {
  it("is not reported while it works", async () => {
    assert.deepStrictEqual(await sending([200, 200]), [])
  })

  it("is reported once as failing, with the reason and without a possible key, and once as working again", async () => {
    const [fails, works] = [
      [false, "traces cannot be sent to collector.test:4318: ECONNREFUSED; until they can, they are dropped"],
      [true, "traces are sent to collector.test:4318 again"]
    ]
    assert.deepStrictEqual(await sending([refused, refused, 200, 200, refused]), [fails, works, fails])
    assert.deepStrictEqual(await sending([401]), [
      [false, "traces cannot be sent to collector.test:4318: HTTP 401; until they can, they are dropped"]
    ])
  })

  it("is not reported as failing if the exporter itself gave up", async () => {
    assert.deepStrictEqual(await sending([refused], AbortSignal.abort()), [])
  })
})
