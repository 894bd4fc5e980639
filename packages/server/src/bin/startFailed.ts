/** How a command ends if its server, store or database could not be opened. */
import { type CommandFailed, refuse, tryLater } from "@hipay-pos/cli-kit"
import { StartFailed } from "../node/StartFailed.ts"

/** The failure of a verb, with exit code 75 if the same start may succeed later, so that a service manager retries it. */
export const startFailed = (verb: string, error: unknown): CommandFailed => {
  const line = `${verb}: ${problemOf(error)}`
  return error instanceof StartFailed && error.isTemporary === true ? tryLater(line) : refuse(line)
}

/** The error's own sentence and, if the port is taken, what to do about it. */
const problemOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error instanceof StartFailed && error.code === "EADDRINUSE"
    ? `${error.message}; choose another with --port, or 0 for any that is free`
    : error.message
}
