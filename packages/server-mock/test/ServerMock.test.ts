import { assert, describe, it } from "@effect/vitest"
import { ServerMock } from "@hipay-pos/server-mock"
import { ListeningMock, StartFailed } from "@hipay-pos/server-mock/node"
import * as Effect from "effect/Effect"
import { authorization, order } from "./server.ts"

const init = {
  method: "POST",
  headers: { authorization, "content-type": "application/json" },
  body: JSON.stringify(order())
}

describe("the mock as a layer", () => {
  it.effect("answers orders while it is in use, and refuses them afterwards", () =>
    Effect.gen(function* () {
      const pay = (mock: ServerMock["Service"]) =>
        Effect.promise(() => mock.fetch(`${mock.url}/v1/connector/order`, init))
      const mock = yield* Effect.provide(
        ServerMock.use((mock) =>
          Effect.gen(function* () {
            assert.strictEqual((yield* pay(mock)).status, 200)
            return mock
          })
        ),
        ServerMock.layer()
      )
      assert.strictEqual((yield* pay(mock)).status, 503)
    })
  )

  it.effect("listens on a port while it is in use", () =>
    Effect.gen(function* () {
      const url = yield* Effect.provide(
        ListeningMock.use(({ url }) =>
          Effect.gen(function* () {
            assert.strictEqual((yield* Effect.promise(() => fetch(`${url}/v1/connector/order`, init))).status, 200)
            return url
          })
        ),
        ListeningMock.layer()
      )
      const refused = yield* Effect.flip(Effect.tryPromise(() => fetch(url)))
      assert.strictEqual(refused._tag, "UnknownError")
    })
  )

  it.effect("fails with the sentence of a mock that cannot start", () =>
    Effect.gen(function* () {
      const layer = ListeningMock.layer({ attach: ["192.168.1.20"] })
      const failure = yield* Effect.flip(Effect.provide(ListeningMock, layer))
      assert.instanceOf(failure, StartFailed)
      assert.match(failure.message, /a mock reaches terminals on loopback only/)
    })
  )
})
