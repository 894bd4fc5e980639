/** The mock on a port as an Effect service. */
import { StartFailed } from "@hipay-pos/server/node"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type StartedMock, type StartServerOptions, startServer } from "./startServer.ts"

/** The mock on a port, for tills in other processes. */
export class ListeningMock extends Context.Service<ListeningMock, StartedMock>()(
  "@hipay-pos/server-mock/ListeningMock"
) {
  /** A mock that listens for as long as the layer is in use; by default on any free port. */
  static readonly layer = (options?: StartServerOptions): Layer.Layer<ListeningMock, StartFailed> =>
    Layer.effect(
      ListeningMock,
      Effect.acquireRelease(
        Effect.tryPromise({
          try: () => startServer({ port: 0, ...options }),
          catch: (error) => error
        }).pipe(Effect.catch((error) => (error instanceof StartFailed ? Effect.fail(error) : Effect.die(error)))),
        (mock) => Effect.promise(mock.close)
      )
    )
}
