/** The layers of the mock put together: terminals, the store of attempts, and the attempts themselves. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { toAnswer } from "./respond.ts"
import { type Listener, quietly } from "./ServerEvent.ts"
import * as MockTerminals from "./terminals/MockTerminals.ts"
import * as AttemptStore from "./transactions/AttemptStore.ts"
import * as Attempts from "./transactions/Attempts.ts"

/** How a mock is set up. */
export interface ServerMockOptions extends MockTerminals.MockTerminalsOptions {
  /** Where attempts are kept; in memory by default. */
  readonly store?: AttemptStore.AttemptStore
  readonly listener?: Listener
}

/** Everything that the app needs. Its release waits for the payments under way. */
export const layer = (options: ServerMockOptions = {}): Layer.Layer<Attempts.Attempts> => {
  const tell = quietly(options.listener)
  return Layer.effect(
    Attempts.Attempts,
    Effect.flatMap(MockTerminals.make(options), (terminals) =>
      Attempts.make({
        store: options.store ?? AttemptStore.memory(),
        terminals,
        toAnswer,
        onEvent: (attempt, event) => tell({ _tag: "Terminal", attempt, event }),
        onAlarm: (attempt, detail) => tell({ _tag: "Alarm", attempt, detail }),
        onDefect: (attempt, error) => tell({ _tag: "Defect", attempt, error })
      })
    )
  )
}
