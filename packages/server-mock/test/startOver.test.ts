/** A mock that is reset during orders and payments: its store outlives the space that filled it. */
import { assert, describe, it } from "@effect/vitest"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import { AttemptStore, KeptOrder, MemoryStore, makeApp } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mockRoutes } from "../src/control/controlRoutes.ts"
import { makeServer, order } from "./server.ts"

/** A mock with a store, whose payments wait for its clock and then end unknown. `forget` is called to clear the store. */
const setUp = (forget: () => Effect.Effect<void, AttemptStore.StoreFailed>) => {
  const memory = MemoryStore.make()
  const claims = new Set<() => void>()
  const server = makeServer({
    clock: 0,
    cardholder: { _tag: "Manual" },
    settings: { answerTimeout: 50 },
    store: {
      ...memory,
      claim: (claim) =>
        Effect.tap(memory.claim(claim), () =>
          Effect.sync(() => {
            for (const claimed of claims) claimed()
          })
        )
    },
    forgetStored: Effect.suspend(() => forget())
  })
  const app = makeApp(server.runtime, {
    mode: "simulated",
    credentials: [{ username: "merchant", password: Redacted.make("secret") }],
    control: { path: "/_mock", token: "token", make: mockRoutes }
  })
  const control = (method: string, path: string, body?: object) =>
    app.request(`/_mock${path}`, {
      method,
      headers: { authorization: "Bearer token", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
  /** Sends an order; once it is claimed, gives its answer to come. */
  const begin = async (id: string) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    claims.add(resolve)
    const answer = server.send(order({ order: { order_id: id } }))
    await promise
    return { answer }
  }
  const kept = async () => (await Effect.runPromise(memory.list({}))).map(({ key, state }) => `${key.orderId} ${state}`)
  return { server, control, begin, kept }
}

describe("a mock that starts over", () => {
  it("ends in its store what is sent while it forgets", async () => {
    let begun: Promise<{ readonly answer: Promise<unknown> }> | undefined
    const { server, control, begin, kept } = setUp(() =>
      Effect.asVoid(
        Effect.promise(() => {
          begun = begin("MEANWHILE")
          return begun
        })
      )
    )
    assert.strictEqual((await control("DELETE", "")).status, 204)
    assert.strictEqual((await control("POST", "/clock", { action: "advance", milliseconds: 50 })).status, 200)
    await (await begun)?.answer
    assert.deepStrictEqual(await kept(), ["MEANWHILE unknown"])
    await server[Symbol.asyncDispose]()
  })

  it("ends payments in progress in its store, if they cannot be deleted", async () => {
    const { server, control, begin, kept } = setUp(() => Effect.fail(AttemptStore.unavailable("full")))
    const { answer } = await begin("BEFORE")
    assert.strictEqual((await control("DELETE", "")).status, 500)
    await answer
    assert.deepStrictEqual(await kept(), ["BEFORE unknown"])
    await server[Symbol.asyncDispose]()
  })

  it("claims nothing more for the space that it has left, and says why", async () => {
    const { server, kept } = setUp(() => Effect.void)
    const spaces = await server.spaces()
    const left = await Effect.runPromise(spaces.get(""))
    spaces.drop("")
    const { request, body, findings } = OrderRules.read(order())
    assert.isDefined(request)
    const refused = await Effect.runPromise(
      Effect.flip(left.attempts.pay({ login: "merchant", request, order: new KeptOrder(body), findings }))
    )
    assert.deepInclude(refused, { _tag: "AttemptStoreFailed", detail: "the mock has started over" })
    assert.deepStrictEqual(await kept(), [])
    await server[Symbol.asyncDispose]()
  })
})
