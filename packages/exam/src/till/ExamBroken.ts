import type { Words } from "../Language.ts"

/** The examination cannot go on, for a reason that its reports say. */
export class ExamBroken extends Error {
  readonly reason: Words

  constructor(reason: Words) {
    super(reason.en)
    this.reason = reason
  }
}
