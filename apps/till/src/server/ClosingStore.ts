/** Stores the closings of days: an append-only file of JSON lines. */
import { AppendLog } from "@hipay-pos/files"
import { Closing } from "../sale/Closing.ts"
import { maskedClosing } from "./masked.ts"

/** Keeps closings, in their order. */
export interface ClosingStore {
  readonly all: () => ReadonlyArray<Closing>
  /** Returns once it is on disk; throws if it cannot be written. */
  readonly append: (closing: Closing) => void
  readonly close: () => void
}

/** The closings in a file, readable by its owner only. */
export const closingsIn = (path: string): ClosingStore => {
  const log = AppendLog.open(path, { schema: Closing, beginning: '{"closing":', record: "the closing of a day" })
  const closings = log.records.map(maskedClosing)
  return {
    all: () => closings,
    append: (closing) => {
      const kept = maskedClosing(closing)
      log.append([kept])
      closings.push(kept)
    },
    close: log.close
  }
}
