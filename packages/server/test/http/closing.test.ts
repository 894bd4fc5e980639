/** A server that closes: what orders are told that it does not take any more. */
import { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import { MemoryStore, makeApp, OwedEnds, Space, Spaces } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { assert, describe, it } from "vitest"
import { approved } from "../attempts/attempts.ts"
import { frames } from "../frames.ts"
import { order } from "../order.ts"

/** A server over one terminal whose payments end as their order ids say. */
const setUp = () => {
  const ended = {
    UNKNOWN: new TerminalError({ reason: new OutcomeUnknown({ kind: "CutLine", detail: "cut" }) }),
    NOT_STARTED: new TerminalError({ reason: new NotStarted({ kind: "ConnectionRefused", detail: "refused" }) })
  }
  const closing = new AbortController()
  const space = Space.make({
    name: "",
    ended: new AbortController().signal,
    store: OwedEnds.over(MemoryStore.make()),
    terminals: {
      frames,
      choose: () =>
        Effect.succeed({
          kind: "dialled" as const,
          findings: [],
          lateAnswer: 0,
          perform: ({ orderId }) => {
            const error = Object.entries(ended).find(([id]) => id === orderId)?.[1]
            return error === undefined ? Effect.succeed(approved()) : Effect.fail(error)
          }
        })
    }
  })
  const runtime = ManagedRuntime.make(Layer.effect(Spaces.Spaces, Effect.map(space, Spaces.one)))
  const app = makeApp(runtime, {
    mode: "gateway",
    credentials: [{ username: "till", password: Redacted.make("secret") }],
    closing: closing.signal
  })
  const pay = async (orderId: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await app.request("/v1/connector/order", {
      method: "POST",
      headers: { authorization: `Basic ${btoa("till:secret")}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(order({ order: { order_id: orderId } }))
    })
    const text = await response.text()
    const { error } = JSON.parse(text) as { readonly error?: { readonly code: string; readonly details: object } }
    return { status: response.status, text, ...error }
  }
  return { pay, close: () => closing.abort() }
}

describe("an order that comes to a server that closes", () => {
  it("was not started where nothing of it was paid before", async () => {
    const { pay, close } = setUp()
    await pay("NOT_STARTED")
    close()
    for (const id of ["NEW", "NOT_STARTED"]) {
      assert.deepInclude(await pay(id), { status: 503, code: "server.closing" }, id)
    }
  })

  it("is answered by what is known of it where it may have been paid before", async () => {
    const { pay, close } = setUp()
    assert.strictEqual((await pay("UNKNOWN")).status, 504)
    const paid = await pay("PAID", { "idempotency-key": "k" })
    assert.strictEqual(paid.status, 200)
    close()
    const unknown = await pay("UNKNOWN")
    assert.deepInclude(unknown, { status: 409, code: "attempt.unresolved" })
    assert.nestedPropertyVal(unknown, "details.state", "unknown")
    assert.deepInclude(await pay("PAID"), { status: 409, code: "attempt.already.approved" })
    assert.deepInclude(await pay("PAID", { "idempotency-key": "k" }), { status: 200, text: paid.text })
  })
})
