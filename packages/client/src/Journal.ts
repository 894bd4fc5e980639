/** The journal of attempts as an Effect service, for programs that provide it as a layer. */
import * as Context from "effect/Context"
import type { AttemptJournal } from "./AttemptJournal.ts"

/** The journal that `PosClient.layerNoDeps` writes to; `FileJournal.layer` provides one on disk. */
export class Journal extends Context.Service<Journal, AttemptJournal>()("@hipay-pos/client/Journal") {}
