/**
 * A terminal's store in a file: one JSON record a line, appended as operations are approved, readable by its owner only.
 *
 * A last line that was cut off by a crash is dropped, once all before it is known to be a terminal's: no byte of another
 * program's file is changed. One terminal per file.
 */
import * as fs from "node:fs"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Store from "../machine/Store.ts"

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Store.StoreRecord))

/** Opens or creates a file and reads its records. Closed with the scope. */
export const open = Effect.fnUntraced(function* (
  path: string
): Effect.fn.Return<Store.Store, Store.StoreFailed, Scope.Scope> {
  const attempt = <A>(action: string, run: () => A): Effect.Effect<A, Store.StoreFailed> =>
    Effect.try({ try: run, catch: (cause) => new Store.StoreFailed({ action, path, detail: detailOf(cause) }) })

  const file = yield* Effect.acquireRelease(
    attempt("open", () => fs.openSync(path, "a+", 0o600)),
    (opened) => Effect.sync(() => fs.closeSync(opened))
  )
  const text = yield* attempt("read", () => fs.readFileSync(file, "utf8"))
  const whole = text.slice(0, text.lastIndexOf("\n") + 1)
  const records: Array<Store.StoreRecord> = []
  for (const [index, line] of whole.split("\n").entries()) {
    if (line === "") continue
    const record = decode(line)
    if (Result.isFailure(record)) {
      return yield* new Store.StoreFailed({ action: "read", path, detail: `line ${index + 1} is not a valid record` })
    }
    records.push(record.success)
  }
  const cut = text.slice(whole.length)
  if (cut !== "") {
    if (!isCutRecord(cut)) {
      return yield* new Store.StoreFailed({ action: "read", path, detail: "it is not the store of a terminal" })
    }
    yield* attempt("mend", () => fs.ftruncateSync(file, Buffer.byteLength(whole)))
  }
  return {
    records,
    append: (record) => attempt("write", () => fs.writeSync(file, `${JSON.stringify(record)}\n`)),
    clear: attempt("clear", () => fs.ftruncateSync(file, 0))
  }
})

/** Whether it can be what a crash left of a record: its beginning, or blocks of NUL that a power cut leaves. */
const isCutRecord = (text: string): boolean => {
  const beginning = '{"_tag":"'
  return /^\0+$/.test(text) || beginning.startsWith(text) || text.startsWith(beginning)
}

/** The system's message without the call and the path at its end: the error names both already. */
const detailOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/, \w+(?: '.*')?$/s, "") : String(cause)
