import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { AttemptJournal } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import * as Effect from "effect/Effect"

const opening = (id: string): AttemptJournal.Opening => ({
  id,
  orderId: `ORDER_${id}`,
  transactionType: "Debit",
  amount: 1250,
  currency: "EUR",
  terminal: "192.168.1.20:8888",
  openedAt: 1
})

const folders: Array<string> = []
const newPath = () => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"))
  folders.push(folder)
  return join(folder, "state", "attempts.jsonl")
}
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** What every journal keeps to. */
const contract = (name: string, make: () => AttemptJournal.AttemptJournal) => {
  describe(name, () => {
    it.effect("is empty at first", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* make().attempts, [])
      })
    )

    it.effect("keeps an attempt open until it has ended", () =>
      Effect.gen(function* () {
        const journal = make()
        yield* journal.open(opening("a"))
        yield* journal.open(opening("b"))
        yield* journal.end({ id: "a", state: "approved", endedAt: 2 })
        const [a, b] = yield* journal.attempts
        assert.deepStrictEqual([a?.state, b?.state], ["approved", "open"])
      })
    )

    it.effect("adds a person's answer to what was unknown, and keeps both", () =>
      Effect.gen(function* () {
        const journal = make()
        yield* journal.open(opening("a"))
        yield* journal.end({ id: "a", state: "unknown", endedAt: 2 })
        const [before] = yield* journal.attempts
        assert.isTrue(before !== undefined && AttemptJournal.isUnsettled(before))
        yield* journal.end({ id: "a", state: "approved", endedAt: 3, by: "Ada", evidence: "receipt 42" })
        const [after] = yield* journal.attempts
        assert.isFalse(after !== undefined && AttemptJournal.isUnsettled(after))
        assert.deepStrictEqual(
          after?.endings.map(({ state }) => state),
          ["unknown", "approved"]
        )
      })
    )
  })
}

contract("a journal in memory", AttemptJournal.memory)
contract("a journal in a file", () => FileJournal.make(newPath()))

describe("a journal in a file", () => {
  it.effect("is found again by another process, and readable by its owner only", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* FileJournal.make(path).open(opening("a"))
      assert.strictEqual((yield* FileJournal.make(path).attempts).length, 1)
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
    })
  )

  it.effect("survives a line that a crash cut off, before and after the next entry", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      yield* journal.open(opening("a"))
      appendFileSync(path, '{"id":"b","orderId"')
      assert.strictEqual((yield* journal.attempts).length, 1)
      yield* journal.open(opening("c"))
      assert.deepStrictEqual(
        (yield* journal.attempts).map(({ id }) => id),
        ["a", "c"]
      )
    })
  )

  it.effect("refuses to read what is no journal, and says which line", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      yield* journal.open(opening("a"))
      appendFileSync(path, '{"something":"else"}\n')
      const error = yield* Effect.flip(journal.attempts)
      assert.include(error.message, "line 2 is no entry")
    })
  )

  it.effect("refuses to read a journal that was damaged in its middle, rather than forget", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      yield* journal.open(opening("a"))
      appendFileSync(path, '{"id":"b","orderId"\n')
      const error = yield* Effect.flip(journal.attempts)
      assert.include(error.message, "line 2 is no entry")
    })
  )

  it.effect("fails before anything is sent when it cannot write", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* FileJournal.make(path).open(opening("a"))
      const below = join(path, "attempts.jsonl")
      const error = yield* Effect.flip(FileJournal.make(below).open(opening("b")))
      assert.strictEqual(error._tag, "JournalFailed")
    })
  )
})
