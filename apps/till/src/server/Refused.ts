/** Why an action was refused: a code that the screen has a message for, and a sentence for the log. */
import * as Result from "effect/Result"
import type { CommandRefused } from "../sale/Command.ts"

export interface Refused {
  readonly code: string
  readonly message: string
}

export const refuse = (code: string, message: string): Result.Result<never, Refused> => Result.fail({ code, message })

export const toRefused = ({ problem, message }: CommandRefused): Refused => ({ code: problem, message })
