import { execFile } from "node:child_process"
import { appendFileSync, mkdtempSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { AttemptJournal } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import { journalLaws } from "@hipay-pos/client/testing"
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

const newPath = () => join(mkdtempSync(join(tmpdir(), "journal-")), "state", "attempts.jsonl")

/** What an expression about the journal of that path comes to in a process of its own. */
const inProcess = (expression: string, path: string) =>
  Effect.promise(async () => {
    const code = `import { FileJournal } from "@hipay-pos/client/node"
      import * as Effect from "effect/Effect"
      const run = Effect.runPromise
      const journal = FileJournal.make(${JSON.stringify(path)})
      console.log(JSON.stringify((await ${expression}) ?? null))`
    const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
    const cwd = fileURLToPath(new URL("..", import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd }).catch((error) => error)
    return stdout === "" ? undefined : (JSON.parse(stdout) as unknown)
  })

describe.each([
  ["in memory", AttemptJournal.memory],
  ["in a file", () => FileJournal.make(newPath())],
  ["of promises", () => promised()]
])("a journal %s", (_, make) => {
  for (const { name, check } of journalLaws(make)) it(name, check)
})

/** As somebody writes it who knows nothing of Effect. */
const promised = () => {
  const attempts = new AttemptJournal.Attempts()
  const keep = async (entry: AttemptJournal.Opening | AttemptJournal.Ending) => attempts.add(entry)
  return AttemptJournal.fromPromises({
    open: keep,
    end: keep,
    attempts: async () => attempts.all(),
    ofOrder: async (orderId) => attempts.ofOrder(orderId)
  })
}

describe("the laws of a journal", () => {
  it.each([
    ["forgets endings", { end: async () => {} }],
    ["shows nothing", { attempts: async () => [] }],
    ["shows the newest first", { attempts: async (all: ReadonlyArray<AttemptJournal.Attempt>) => all.toReversed() }]
  ])("find out a journal that %s", async (_, fault) => {
    const broken = () => {
      const memory = AttemptJournal.memory()
      return AttemptJournal.fromPromises({
        open: (opening) => Effect.runPromise(memory.open(opening)),
        end: (ending) => ("end" in fault ? fault.end() : Effect.runPromise(memory.end(ending))),
        attempts: async () => {
          const all = await Effect.runPromise(memory.attempts)
          return "attempts" in fault ? fault.attempts(all) : all
        }
      })
    }
    const checks = await Promise.allSettled(journalLaws(broken).map(({ check }) => check()))
    assert.include(
      checks.map(({ status }) => status),
      "rejected"
    )
  })
})

describe("a journal in a file", () => {
  it.effect("is found again by another process, and readable by its owner only", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* FileJournal.make(path).open(opening("a"))
      assert.deepStrictEqual(yield* inProcess(`(await run(journal.attempts)).map(({ id }) => id)`, path), ["a"])
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
    })
  )

  it.effect("is written by one process at a time, and tells the other one whose it is", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* FileJournal.make(path).open(opening("a"))
      const told = yield* inProcess(`run(journal.open(${JSON.stringify(opening("b"))})).catch(String)`, path)
      assert.include(told, `${path} is in use by process ${process.pid}`)
    })
  )

  it.effect("is free again when the process that wrote has ended, however it ended", () =>
    Effect.gen(function* () {
      for (const end of ["", ".then(() => process.kill(process.pid, 'SIGKILL'))"]) {
        const path = newPath()
        yield* inProcess(`run(journal.open(${JSON.stringify(opening("a"))}))${end}`, path)
        const journal = FileJournal.make(path)
        yield* journal.open(opening("b"))
        assert.deepStrictEqual(
          (yield* journal.attempts).map(({ id }) => id),
          ["a", "b"]
        )
      }
    })
  )

  it.effect("refuses to write after another process did, to what was looked at before", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      assert.deepStrictEqual(yield* journal.attempts, [])
      yield* inProcess(`run(journal.open(${JSON.stringify(opening("a"))}))`, path)
      const error = yield* Effect.flip(journal.open(opening("b")))
      assert.include(error.message, "was changed by another process meanwhile")
      assert.strictEqual((yield* journal.attempts).length, 1)
      yield* journal.open(opening("b"))
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
      assert.match(error.message, /attempts\.jsonl: [a-z ]+ \(E[A-Z]+\)$/)
    })
  )
})
