/**
 * Where sales are kept: a port, and its file.
 *
 * Events are only ever added. `append` returns once they are on the disk, so that a card is never asked for by a sale
 * that a crash forgets; when it throws, none of them is kept.
 */
import * as fs from "node:fs"
import { dirname } from "node:path"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { SaleEvent } from "../sale/SaleEvent.ts"

/** Keeps the events of all sales, in their order. */
export interface SaleStore {
  readonly read: () => ReadonlyArray<SaleEvent>
  readonly append: (events: ReadonlyArray<SaleEvent>) => void
  readonly close: () => void
}

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(SaleEvent))

/**
 * The store in a file of JSON lines, readable by its owner only. What a crash left of a last line is cut off; any other
 * line that is no event is an error, because sales that forget money are worse than a till that does not start.
 */
export const inFile = (path: string): SaleStore => {
  fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = fs.openSync(path, "a+", 0o600)
  flushName(path)
  const text = fs.readFileSync(file, "utf8")
  const whole = text.slice(0, text.lastIndexOf("\n") + 1)
  if (whole.length < text.length) fs.ftruncateSync(file, Buffer.byteLength(whole))
  const events = whole
    .split("\n")
    .slice(0, -1)
    .map((line, i) => {
      const event = decode(line)
      if (Result.isFailure(event)) throw new StoreDamaged(path, i + 1)
      return event.success
    })
  let open = true
  return {
    read: () => events,
    append: (added) => {
      if (!open) return
      const { size } = fs.fstatSync(file)
      try {
        fs.writeSync(file, added.map((event) => `${JSON.stringify(event)}\n`).join(""))
        fs.fdatasyncSync(file)
      } catch (error) {
        // Half a line would run into the next one.
        fs.ftruncateSync(file, size)
        throw error
      }
    },
    close: () => {
      if (open) fs.closeSync(file)
      open = false
    }
  }
}

/** A file that was made may be gone after a power cut, unless its folder is flushed; Windows cannot, and need not. */
const flushName = (path: string): void => {
  if (process.platform === "win32") return
  const folder = fs.openSync(dirname(path), "r")
  try {
    fs.fsyncSync(folder)
  } finally {
    fs.closeSync(folder)
  }
}

/** A line of the file is no event. It is not repeated here. */
export class StoreDamaged extends Error {
  constructor(path: string, line: number) {
    super(`${path}: line ${line} is no event of a sale`)
    this.name = "StoreDamaged"
  }
}
