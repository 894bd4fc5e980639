/** The layers of the mock put together: terminals, the store of attempts, and the attempts themselves. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { toAnswer } from "./respond.ts"
import type { Listener } from "./ServerEvent.ts"
import * as MockTerminals from "./terminals/MockTerminals.ts"
import * as AttemptStore from "./transactions/AttemptStore.ts"
import * as Attempts from "./transactions/Attempts.ts"

/** How a mock is set up. */
export interface ServerMockOptions extends MockTerminalsOptions {
  readonly listener?: Listener
}

type MockTerminalsOptions = MockTerminals.MockTerminalsOptions

/** Everything that the app needs. Its release waits for the payments under way. */
export const layer = (options: ServerMockOptions = {}): Layer.Layer<Attempts.Attempts> => {
  const { listener } = options
  return Layer.effect(
    Attempts.Attempts,
    Effect.flatMap(MockTerminals.make(options), (terminals) =>
      Attempts.make({
        store: AttemptStore.memory(),
        terminals,
        toAnswer,
        alarm: (attempt, error) => listener?.({ _tag: "Alarm", attempt: attempt.id, detail: error.message }),
        onEvent: (attempt, event) => listener?.({ _tag: "Terminal", attempt: attempt.id, event })
      })
    )
  )
}
