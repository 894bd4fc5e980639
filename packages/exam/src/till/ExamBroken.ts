import type { Words } from "../Language.ts"

/** The examination cannot continue; its reports give the reason. */
export class ExamBroken extends Error {
  readonly reason: Words

  constructor(reason: Words) {
    super(reason.en)
    this.reason = reason
  }
}
