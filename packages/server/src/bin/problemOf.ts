/** Why a server did not start, as a sentence for the user of the command. */
import { StartFailed } from "../node/StartFailed.ts"

/** The error's own sentence; where the port is taken, also what to do about it. */
export const problemOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error instanceof StartFailed && error.code === "EADDRINUSE"
    ? `${error.message}; choose another with --port, or 0 for any that is free`
    : error.message
}
