/** The journal of the command line: a file in the user's state folder unless another one is named. */
import { homedir } from "node:os"
import { join } from "node:path"
import type { AttemptJournal } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import * as Flag from "effect/cli/Flag"

const stateFolder = (): string => process.env.XDG_STATE_HOME || join(homedir(), ".local", "state")

/** The flag that names another file. */
export const journalFlag: Flag.Flag<string> = Flag.String("journal").pipe(
  Flag.withDescription("file that remembers attempts; hipay-pos/attempts.db in your state folder by default"),
  Flag.withDefault("")
)

/** The journal in a file, or in the usual one. */
export const openJournal = (path: string): AttemptJournal.AttemptJournal =>
  FileJournal.make(path === "" ? join(stateFolder(), "hipay-pos", "attempts.db") : path)
