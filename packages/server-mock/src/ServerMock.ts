/** The mock in memory as an Effect service, for programs and tests composed of layers. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type InMemoryMock, type MakeMockOptions, makeMock } from "./makeMock.ts"

/** The mock in memory. Give its `url` and `fetch` to a client; `mock` controls it. */
export class ServerMock extends Context.Service<ServerMock, InMemoryMock>()("@hipay-pos/server-mock/ServerMock") {
  /** A mock for as long as the layer is in use. Its release waits for payments in progress. */
  static readonly layer = (options?: MakeMockOptions): Layer.Layer<ServerMock> =>
    Layer.effect(
      ServerMock,
      Effect.acquireRelease(
        Effect.sync(() => makeMock(options)),
        (mock) => Effect.promise(mock.close)
      )
    )
}
