/**
 * The server's views of attempts match core's schemas, without further fields. One attempt in each state, with each
 * kind of timeline entry that a mock can make.
 */
import { assert, describe, it } from "@effect/vitest"
import { Attempt, AttemptList } from "@hipay-pos/core/wire/Attempt"
import { DayTotals } from "@hipay-pos/core/wire/DayTotals"
import { Session } from "@hipay-pos/core/wire/Session"
import { type StartedMock, startServer } from "@hipay-pos/server-mock/node"
import * as Schema from "effect/Schema"
import { orderFor } from "./order.ts"

const authorization = `Basic ${btoa("merchant:secret")}`

/** Decodes strictly: refuses every name that the schema does not have. */
const decode = <S extends Schema.Codec<unknown, unknown>>(schema: S, json: unknown): S["Type"] =>
  Schema.decodeUnknownSync(schema, { onExcessProperty: "error", errors: "all" })(json)

const makeCall =
  (server: StartedMock) =>
  async (path: string, init: RequestInit & { readonly token?: string } = {}) => {
    const { token, ...rest } = init
    const response = await fetch(new URL(path, server.url), {
      ...rest,
      headers: {
        authorization: token === undefined ? authorization : `Bearer ${token}`,
        "content-type": "application/json"
      }
    })
    return { status: response.status, json: (await response.json()) as unknown }
  }

const order = (orderId: string, host: string, amount = 1250) =>
  JSON.stringify(orderFor(orderId, { host, port: 8888 }, { price: { amount, currency: "EUR" } }))

describe("the attempts of a mock", () => {
  it("are shown as core's schemas say, in lists, in totals and one by one", async () => {
    await using server = await startServer({
      port: 0,
      answerTimeout: "50 millis",
      controlToken: "control",
      notifications: { url: "http://127.0.0.1:9/hook", passphrase: "passphrase" }
    })
    const call = makeCall(server)
    const ids: Array<string> = []
    const pay = async (orderId: string, host: string, amount?: number) => {
      await call("/v1/connector/order", { method: "POST", body: order(orderId, host, amount) })
      const { json } = await call(`/attempts?q=${orderId}`)
      const id = decode(AttemptList, json).attempts[0]?.id
      assert.isDefined(id)
      ids.push(id as string)
      return id as string
    }
    await pay("APPROVED", "till1.terminal.test")
    await pay("DECLINED", "declined.terminal.test")
    await pay("PARTIAL", "partial.terminal.test")
    await pay("UNREACHABLE", "unreachable.terminal.test")
    const unknown = await pay("UNKNOWN", "lost-after-approval.terminal.test")
    const shown = await Promise.all(ids.map(async (id) => decode(Attempt, (await call(`/attempts/${id}`)).json)))
    assert.deepStrictEqual(
      shown.map(({ state }) => state),
      ["approved", "declined", "approved-in-part", "not-started", "unknown"]
    )
    const kinds = new Set(shown.flatMap(({ timeline }) => timeline.map(({ kind }) => kind)))
    for (const kind of ["request", "connected", "terminal-request", "stage", "fault", "terminal-response", "answer"])
      assert.include([...kinds], kind)
    for (const kind of ["transaction", "notification"]) assert.include([...kinds], kind)
    const resolved = await call(`/attempts/${unknown}/resolve`, {
      method: "POST",
      body: JSON.stringify({ outcome: "declined", by: "Ada", evidence: "no receipt", override: true })
    })
    assert.strictEqual(resolved.status, 200)
    assert.strictEqual(decode(Attempt, resolved.json).resolution?.outcome, "declined")
    const today = new Date().toISOString().slice(0, 10)
    decode(DayTotals, (await call(`/attempts?day=${today}&format=totals`)).json)
    decode(Session, (await call("/session")).json)
  })
})
