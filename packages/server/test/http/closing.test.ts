/** A closing server: the answers to orders that it no longer accepts. */
import { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { approved } from "../attempts/attempts.ts"
import { order } from "../order.ts"
import { dialled, gatewayOver, ORDER, sending } from "../server.ts"

/** A server over one terminal; each order's id determines how its payment ends. */
const setUp = () => {
  const ended = {
    UNKNOWN: new TerminalError({ reason: new OutcomeUnknown({ kind: "CutLine", detail: "cut" }) }),
    NOT_STARTED: new TerminalError({ reason: new NotStarted({ kind: "ConnectionRefused", detail: "refused" }) })
  }
  const closing = new AbortController()
  const terminals = dialled(({ orderId }) => {
    const error = Object.entries(ended).find(([id]) => id === orderId)?.[1]
    return error === undefined ? Effect.succeed(approved()) : Effect.fail(error)
  })
  const app = gatewayOver({ terminals }, { closing: closing.signal })
  const pay = async (orderId: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await app.request(ORDER, sending(order({ order: { order_id: orderId } }), headers))
    const text = await response.text()
    const { error } = JSON.parse(text) as { readonly error?: { readonly code: string; readonly details: object } }
    return { status: response.status, text, ...error }
  }
  return { pay, close: () => closing.abort() }
}

describe("an order that comes to a server that closes", () => {
  it("is not started if none of it can have been paid before", async () => {
    const { pay, close } = setUp()
    await pay("NOT_STARTED")
    close()
    for (const id of ["NEW", "NOT_STARTED"]) {
      assert.deepInclude(await pay(id), { status: 503, code: "server.closing" }, id)
    }
  })

  it("is answered by its earlier attempt if it may have been paid before", async () => {
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
