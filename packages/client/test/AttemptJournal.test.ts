import { execFile } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { AttemptJournal, ClientSetupFailed, findEarlier } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import { journalLaws } from "@hipay-pos/client/testing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { identify } from "../src/node/journalFile.ts"
import { UNSETTLED } from "../src/node/journalTable.ts"

const opening = (id: string): AttemptJournal.Opening => ({
  id,
  orderId: `ORDER_${id}`,
  transactionType: "Debit",
  amount: 1250,
  currency: "EUR",
  terminal: "192.168.1.20:8888",
  openedAt: 1
})

const newPath = () => join(mkdtempSync(join(tmpdir(), "journal-")), "state", "attempts.db")

/** The output of code in its own process. */
const runCode = async (code: string) => {
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  const cwd = fileURLToPath(new URL("..", import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, flags, { cwd }).catch((error) => error)
  return { stdout, stderr } as { readonly stdout: string; readonly stderr: string }
}

/** The value of an expression about the journal at that path, in its own process. */
const inProcess = (expression: string, path: string) =>
  Effect.promise(async () => {
    const { stdout } = await runCode(`import { FileJournal } from "@hipay-pos/client/node"
      import * as Effect from "effect/Effect"
      const run = Effect.runPromise
      const journal = FileJournal.make(${JSON.stringify(path)})
      console.log(JSON.stringify((await ${expression}) ?? null))`)
    return stdout === "" ? undefined : (JSON.parse(stdout) as unknown)
  })

describe.each([
  ["in memory", AttemptJournal.memory],
  ["in a file", () => FileJournal.make(newPath())],
  ["of promises", () => promised()]
])("a journal %s", (_, make) => {
  for (const { name, check } of journalLaws(make)) it(name, check)
})

/** As written without Effect. */
const promised = () => {
  const attempts = new AttemptJournal.Attempts()
  return AttemptJournal.fromPromises({
    open: async (opening) => attempts.open(opening),
    end: async (ending) => attempts.add(ending),
    attempts: async () => attempts.all(),
    ofOrder: async (orderId) => attempts.ofOrder(orderId)
  })
}

describe("the laws of a journal", () => {
  it.each([
    ["forgets endings", { end: async () => {} }],
    ["keeps whatever it is given", { open: async (opening: AttemptJournal.Opening) => AttemptJournal.opened(opening) }],
    ["shows nothing", { attempts: async () => [] }],
    ["shows the newest first", { attempts: async (all: ReadonlyArray<AttemptJournal.Attempt>) => all.toReversed() }]
  ])("find out a journal that %s", async (_, fault) => {
    const broken = () => {
      const memory = AttemptJournal.memory()
      return AttemptJournal.fromPromises({
        open: (opening) => ("open" in fault ? fault.open(opening) : Effect.runPromise(memory.open(opening))),
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
  it.effect("can be opened by another process, and is readable by its owner only", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* FileJournal.make(path).open(opening("a"))
      assert.deepStrictEqual(yield* inProcess(`(await run(journal.attempts)).map(({ id }) => id)`, path), ["a"])
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      for (const file of readdirSync(dirname(path))) {
        assert.strictEqual(statSync(join(dirname(path), file)).mode & 0o077, 0, file)
      }
    })
  )

  it.effect("shows another process's entries at once, and takes entries from both", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      assert.deepStrictEqual(yield* journal.attempts, [])
      yield* inProcess(`run(journal.open(${JSON.stringify(opening("a"))}))`, path)
      assert.strictEqual((yield* journal.open({ ...opening("b"), orderId: "ORDER_a" })).id, "a")
      yield* journal.open(opening("b"))
      assert.deepStrictEqual(yield* inProcess(`(await run(journal.unsettled)).map(({ id }) => id)`, path), ["a", "b"])
    })
  )

  it.effect("lists what a later version has ended in a state that this one does not know, by its index", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      for (const id of ["a", "b"]) yield* journal.open(opening(id))
      yield* journal.end({ id: "b", state: "approved", endedAt: 2 })
      const database = new DatabaseSync(path)
      database.exec(`UPDATE attempts SET unsettled = 0, json = replace(json, '"open"', '"captured"') WHERE id = 'a'`)
      const plan = database.prepare(`EXPLAIN QUERY PLAN SELECT json FROM attempts WHERE ${UNSETTLED} ORDER BY number`)
      assert.match(String(plan.get()?.detail), /USING INDEX attempts_unsettled$/)
      database.close()
      assert.deepStrictEqual(
        (yield* journal.unsettled ?? assert.fail()).map(({ id, state }) => [id, state]),
        [["a", "captured"]]
      )
    })
  )

  it.effect("compacts no attempt that a later version has ended in a state that this one does not know", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      for (const id of ["a", "b", "c"]) yield* journal.open(opening(id))
      yield* journal.end({ id: "b", state: "approved", endedAt: 2, detail: "as the till saw it" })
      const database = new DatabaseSync(path)
      const rowOf = (id: string) => database.prepare("SELECT * FROM attempts WHERE id = ?").get(id)
      const ending = { id: "a", state: "captured", endedAt: 2, serverAttempt: "attempts/1", later: 3 }
      const json = JSON.stringify({ ...opening("a"), state: "captured", later: 7, endings: [ending] })
      database.prepare("UPDATE attempts SET unsettled = 0, json = ? WHERE id = 'a'").run(json)
      database.exec("UPDATE attempts SET settled_at = 2 WHERE id IN ('a', 'b')")
      const written = rowOf("a")
      yield* journal.end({ id: "c", state: "declined", endedAt: 3 })
      assert.deepStrictEqual(rowOf("a"), written)
      assert.notInclude(String(rowOf("b")?.json), "as the till saw it")
      database.close()
    })
  )

  it.effect("waits for a process that has locked it, and says so at the timeout", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path, { lockTimeout: "50 millis" })
      yield* journal.open(opening("a"))
      const other = new DatabaseSync(path)
      other.exec("BEGIN EXCLUSIVE")
      const error = yield* Effect.flip(journal.open(opening("b")))
      assert.strictEqual(
        error.detail,
        `${path}: another process has locked it for 0.05 s: try again, or end that process`
      )
      const waiting = yield* Effect.forkChild(FileJournal.make(path).open(opening("b")), { startImmediately: true })
      other.close()
      assert.strictEqual((yield* Fiber.join(waiting)).id, "b")
    })
  )

  it("cannot be made with a timeout that is not a duration", () => {
    const lockTimeout = "soon" as "1 second"
    assert.throws(() => FileJournal.make(newPath(), { lockTimeout }), /^lockTimeout: expected .*, got soon$/)
  })

  it.each([
    [undefined, "nothing"],
    ["", '""'],
    [new URL("file:///srv/journal.db"), "an object"],
    ["file:///srv/journal.db", '"file:///srv/journal.db"'],
    [":memory:", '":memory:"']
  ])("cannot be made at the path %s", (path, came) => {
    const expected = `journal: expected the path of a file, such as "journal.db", got ${came}`
    assert.throws(() => FileJournal.make(path as string), ClientSetupFailed, expected)
  })

  it.effect("is one journal through all its symbolic links, and refuses a hard link", () =>
    Effect.gen(function* () {
      const path = newPath()
      const folder = mkdtempSync(join(tmpdir(), "journal-"))
      symlinkSync(dirname(path), join(folder, "folder"))
      symlinkSync(join(folder, "folder", "attempts.db"), join(folder, "file.db"))
      mkdirSync(dirname(path))
      yield* FileJournal.make(join(folder, "file.db")).open(opening("a"))
      const byFolder = FileJournal.make(join(folder, "folder", "attempts.db"))
      assert.strictEqual((yield* byFolder.open({ ...opening("b"), orderId: "ORDER_a" })).id, "a")
      assert.isTrue(existsSync(path))
      linkSync(path, join(folder, "hard.db"))
      const error = yield* Effect.flip(FileJournal.make(join(folder, "hard.db")).open(opening("c")))
      assert.include(error.detail, "has 2 names (hard links): keep one of them")
    })
  )

  it.effect("sweeps lock files that were left behind, its own and those of earlier versions, and nothing else", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* inProcess(
        `run(journal.open(${JSON.stringify(opening("a"))})).then(() => process.kill(process.pid, "SIGKILL"))`,
        path
      )
      const [left = ""] = readdirSync(dirname(path)).filter((name) => name.endsWith(".owner"))
      assert.notStrictEqual(left, "")
      for (const [name, content] of [
        ["lock", ""],
        ["lock.123", "123 456"],
        ["lock.old", "another program's"]
      ] as const) {
        writeFileSync(`${path}.${name}`, content)
      }
      yield* FileJournal.make(path).open(opening("b"))
      const files = readdirSync(dirname(path))
      assert.deepStrictEqual(files.filter((name) => !name.endsWith(".owner")).sort(), [
        "attempts.db",
        "attempts.db.lock.old",
        "attempts.db.turn"
      ])
      assert.lengthOf(files, 4)
      assert.notInclude(files, left)
    })
  )

  it.effect("is not a folder", () =>
    Effect.gen(function* () {
      const path = newPath()
      mkdirSync(path, { recursive: true })
      for (const error of [
        yield* Effect.flip(FileJournal.make(path).open(opening("a"))),
        yield* Effect.flip(FileJournal.make(path).attempts)
      ]) {
        assert.strictEqual(error.detail, `${path}: it is a folder: name a file in it`)
      }
    })
  )

  it.effect("that disappears while the process runs is reported, not begun again", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      yield* journal.open(opening("a"))
      renameSync(path, `${path}.away`)
      const error = yield* Effect.flip(journal.open(opening("b")))
      assert.include(error.detail, `${path} was there and is gone: put it back`)
      assert.isFalse(existsSync(path))
      renameSync(`${path}.away`, path)
      assert.strictEqual((yield* journal.open({ ...opening("b"), orderId: "ORDER_a" })).id, "a")
    })
  )

  it.effect("that is emptied while the process runs is reported, too, even when read", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      yield* journal.open(opening("a"))
      truncateSync(path)
      for (const error of [
        yield* Effect.flip(journal.open({ ...opening("b"), orderId: "ORDER_a" })),
        yield* Effect.flip(journal.attempts)
      ]) {
        assert.include(error.detail, `${path} had attempts and is empty: put it back`)
      }
    })
  )

  it.effect("has the attempt of a payment that ends after an older copy was restored while it was under way", () =>
    Effect.gen(function* () {
      const path = newPath()
      const journal = FileJournal.make(path)
      yield* journal.open(opening("a"))
      yield* journal.end({ id: "a", endedAt: 2, state: "approved" })
      copyFileSync(path, `${path}.copy`)
      yield* journal.open(opening("b"))
      copyFileSync(`${path}.copy`, path)
      // Its order is not sent again meanwhile either.
      const again = { ...opening("c"), orderId: "ORDER_b" }
      assert.deepInclude(yield* journal.open(again), { id: "b", state: "open" })
      copyFileSync(`${path}.copy`, path)
      const ending = { id: "b", endedAt: 3, state: "approved" } as const
      yield* journal.end(ending)
      assert.deepInclude((yield* journal.attempts)[1], { ...opening("b"), state: "approved", endings: [ending] })
      assert.strictEqual((yield* journal.open(again)).id, "b")
      // Ended attempts are in the file only.
      copyFileSync(`${path}.copy`, path)
      yield* journal.end(ending)
      assert.lengthOf(yield* journal.attempts, 1)
    })
  )

  it.effect("begins in an empty file, as a crash before the first entry leaves it", () =>
    Effect.gen(function* () {
      const path = newPath()
      mkdirSync(dirname(path))
      writeFileSync(path, "")
      const journal = FileJournal.make(path)
      assert.deepStrictEqual(yield* journal.attempts, [])
      yield* journal.open(opening("a"))
      assert.lengthOf(yield* journal.attempts, 1)
    })
  )

  it.effect("keeps order, outcome and amount of attempts settled long ago, and deletes who said so", () =>
    Effect.gen(function* () {
      const path = newPath()
      mkdirSync(dirname(path))
      const said = { id: "a", state: "approved-in-part", endedAt: 2, paid: 1000 } as const
      writeFileSync(
        path,
        [opening("a"), { ...said, by: "Ada", evidence: "receipt 42", detail: "x", serverAttempt: "/attempts/1" }]
          .map((entry) => `${JSON.stringify(entry)}\n`)
          .join("")
      )
      const journal = FileJournal.make(path)
      assert.deepStrictEqual(yield* journal.attempts, [{ ...opening("a"), state: "approved-in-part", endings: [said] }])
      assert.strictEqual((yield* journal.open({ ...opening("b"), orderId: "ORDER_a" })).id, "a")
    })
  )

  it.effect(
    "keeps an earlier payment that a server reported long ago, so that its order does not count as unpaid",
    () =>
      Effect.gen(function* () {
        const path = newPath()
        mkdirSync(dirname(path))
        const reasons = ["AlreadyReversed", "OrderIdConflict"] as const
        const entries = reasons.flatMap((reason) => [
          opening(reason),
          { id: reason, state: "not-started", endedAt: 2, detail: "it was reversed", reason }
        ])
        writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""))
        const journal = FileJournal.make(path)
        for (const reason of reasons) {
          const attempts = yield* journal.ofOrder?.(`ORDER_${reason}`) ?? assert.fail()
          assert.deepStrictEqual(attempts[0]?.endings, [{ id: reason, state: "not-started", endedAt: 2, reason }])
          const wanted = { orderId: `ORDER_${reason}`, transactionType: "Debit" } as const
          assert.strictEqual(findEarlier(attempts, wanted)?._tag, reason)
        }
      })
  )

  it("migrates a file of an earlier format once, and an earlier version then refuses it", () => {
    const database = new DatabaseSync(":memory:")
    const next = ["ALTER TABLE attempts ADD COLUMN till TEXT"]
    identify(database)
    identify(database, next)
    identify(database, next)
    assert.doesNotThrow(() => database.prepare("SELECT till FROM attempts"))
    assert.throws(
      () => identify(database),
      /a newer version of this program wrote it \(format 2; this version knows 1\)/
    )
  })

  it.effect("refuses another program's file, one of a newer version and a damaged one, and says what to do", () =>
    Effect.gen(function* () {
      for (const [spoil, expected] of [
        ["PRAGMA application_id = 1", "this is another program's file, not a journal of attempts: name another file"],
        [
          "PRAGMA user_version = 9",
          "a newer version of this program wrote it (format 9; this version knows 1): update"
        ],
        ["PRAGMA user_version = 0", "it is damaged: restore a copy. Do not begin another journal"],
        [undefined, "it is damaged: restore a copy. Do not begin another journal"]
      ] as const) {
        const path = newPath()
        const journal = FileJournal.make(path)
        yield* journal.open(opening("a"))
        if (spoil === undefined) writeFileSync(path, new Uint8Array(4096).fill(1), { flag: "r+" })
        else new DatabaseSync(path).exec(spoil)
        const asked = [yield* Effect.flip(journal.open(opening("b"))), yield* Effect.flip(journal.attempts)]
        for (const { detail } of asked) {
          assert.include(
            detail,
            spoil === undefined && detail.includes("line") ? "line 1 of attempts.db is not an entry" : expected
          )
        }
      }
    })
  )

  it.effect("fails before anything is sent when it cannot write", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* FileJournal.make(path).open(opening("a"))
      const below = join(path, "attempts.db")
      const error = yield* Effect.flip(FileJournal.make(below).open(opening("b")))
      assert.strictEqual(error._tag, "JournalFailed")
      assert.match(error.message, /attempts\.db: [a-z ]+ \(E[A-Z]+\)$/)
    })
  )

  it.effect("prints nothing on stderr", () =>
    Effect.gen(function* () {
      const code = `import { FileJournal } from "@hipay-pos/client/node"
        import * as Effect from "effect/Effect"
        await Effect.runPromise(FileJournal.make(${JSON.stringify(newPath())}).open(${JSON.stringify(opening("a"))}))`
      assert.strictEqual((yield* Effect.promise(() => runCode(code))).stderr, "")
    })
  )
})

describe("a journal of an earlier version", () => {
  const lines = (...entries: ReadonlyArray<unknown>) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join("")

  it.effect("is imported in place, and kept beside the new one", () =>
    Effect.gen(function* () {
      const path = newPath()
      mkdirSync(dirname(path))
      const endedAt = Date.now()
      const ending = { id: "a", state: "approved", endedAt, paid: 1250, by: "Ada", evidence: "receipt 42" } as const
      // The crash cut it off before anything relied on it.
      const text = `${lines(opening("a"), opening("b"), ending)}{"id":"c","orderId"`
      writeFileSync(path, text, { mode: 0o600 })
      writeFileSync(`${path}.lock`, "")
      const journal = FileJournal.make(path)
      assert.deepStrictEqual(yield* journal.attempts, [
        { ...opening("a"), state: "approved", endings: [ending] },
        { ...opening("b"), state: "open", endings: [] }
      ])
      assert.strictEqual((yield* journal.open({ ...opening("c"), orderId: "ORDER_a" })).id, "a")
      assert.strictEqual(readFileSync(`${path}.taken-in`, "utf8"), text)
      assert.strictEqual(statSync(`${path}.taken-in`).mode & 0o777, 0o600)
    })
  )

  it.effect("is imported from attempts.jsonl into attempts.db once, by any number of processes", () =>
    Effect.gen(function* () {
      const path = newPath()
      mkdirSync(dirname(path))
      writeFileSync(path.replace(/db$/, "jsonl"), lines(opening("a")))
      const ids = `(await run(journal.attempts)).map(({ id }) => id)`
      const processes = Array.from({ length: 4 }, () => inProcess(ids, path))
      const found = yield* Effect.all(processes, { concurrency: "unbounded" })
      assert.deepStrictEqual(found, Array(4).fill(["a"]))
      assert.deepStrictEqual(readdirSync(dirname(path)).sort(), ["attempts.db", "attempts.jsonl.taken-in"])
    })
  )

  it.effect("has an attempt's address at the server under today's name, whichever name it was written under", () =>
    Effect.gen(function* () {
      const endedAt = Date.now()
      const ending = { id: "a", state: "unknown", endedAt, detail: "no answer", attempt: "/attempts/1" } as const
      const { attempt: serverAttempt, ...said } = ending
      const read = [{ ...opening("a"), state: "unknown" as const, endings: [{ ...said, serverAttempt }] }]

      const asLines = newPath()
      mkdirSync(dirname(asLines))
      writeFileSync(asLines, lines(opening("a"), ending))
      assert.deepStrictEqual(yield* FileJournal.make(asLines).attempts, read)

      const asTable = newPath()
      const journal = FileJournal.make(asTable)
      yield* journal.open(opening("a"))
      yield* journal.end(said)
      const database = new DatabaseSync(asTable)
      const json = JSON.stringify({ ...opening("a"), state: "unknown", endings: [ending] })
      database.prepare("UPDATE attempts SET json = ?").run(json)
      database.close()
      assert.deepStrictEqual(yield* journal.attempts, read)
      yield* journal.end({ id: "a", state: "declined", endedAt, paid: 0 })
      const [kept] = yield* journal.attempts
      assert.strictEqual(kept?.endings[0]?.serverAttempt, serverAttempt)
    })
  )

  it.effect("does not forget an approval that was followed by a person's answer", () =>
    Effect.gen(function* () {
      const approved = { id: "a", state: "approved", endedAt: 2, paid: 1250 } as const
      const declined = { id: "a", state: "declined", endedAt: 3, paid: 0, by: "Ada", evidence: "red key" } as const
      for (const endedAt of [Date.now(), 2]) {
        const path = newPath()
        mkdirSync(dirname(path))
        writeFileSync(path, lines(opening("a"), { ...approved, endedAt }, { ...declined, endedAt }))
        const journal = FileJournal.make(path)
        assert.deepInclude(yield* journal.open({ ...opening("b"), orderId: "ORDER_a" }), { id: "a", state: "approved" })
        const [kept] = yield* journal.attempts
        assert.deepInclude(kept?.endings.at(-1), { state: "approved", paid: 1250 })
      }
    })
  )

  it.effect("is refused with the line that is not an entry, and left unchanged", () =>
    Effect.gen(function* () {
      for (const line of ['{"something":"else"}', '{"id":"b","orderId"', "text"]) {
        const path = newPath()
        mkdirSync(dirname(path))
        const text = `${lines(opening("a"))}${line}\n${lines(opening("c"))}`
        writeFileSync(path, text)
        const error = yield* Effect.flip(FileJournal.make(path).attempts)
        const expected = "line 2 of attempts.db is not an entry of a journal: restore a copy of the file, or look at"
        assert.include(error.detail, expected)
        assert.strictEqual(readFileSync(path, "utf8"), text)
        assert.deepStrictEqual(readdirSync(dirname(path)), ["attempts.db"])
      }
    })
  )

  it.effect("is refused with its own name if the journal has another one", () =>
    Effect.gen(function* () {
      const path = newPath()
      mkdirSync(dirname(path))
      writeFileSync(path.replace(/db$/, "jsonl"), "text\n")
      const error = yield* Effect.flip(FileJournal.make(path).attempts)
      assert.include(error.detail, "line 1 of attempts.jsonl is not an entry of a journal")
    })
  )

  it.effect.skipIf(process.platform !== "linux")("is refused while the earlier version runs", () =>
    Effect.gen(function* () {
      const path = newPath()
      mkdirSync(dirname(path))
      writeFileSync(path, lines(opening("a")))
      const stat = readFileSync("/proc/self/stat", "utf8")
      writeFileSync(`${path}.lock`, `${process.pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`)
      const error = yield* Effect.flip(FileJournal.make(path).attempts)
      assert.include(error.detail, `an earlier version of this program uses it (process ${process.pid}, ${path}.lock)`)
    })
  )
})
