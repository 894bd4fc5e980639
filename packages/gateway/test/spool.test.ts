/** Ends that a gateway left in its spool, and that the next start writes over its own record of the attempts. */
import fs, { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it, vi } from "@effect/vitest"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { Alarm } from "@hipay-pos/server"
import { type Attempt, close, type PerformedResult } from "@hipay-pos/server/Attempt"
import { unavailable } from "@hipay-pos/server/AttemptStore"
import { SqliteStore } from "@hipay-pos/server/node"
import { attempt, frames, put, setAside, terminalAt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { openGatewayStore } from "../src/node/openGatewayStore.ts"
import * as Spool from "../src/node/spool.ts"

const folder = Effect.sync(() => mkdtempSync(join(tmpdir(), "spool-")))

const open = (path: string) => SqliteStore.open({ path, mode: "gateway", frames })

const refused = new NotStarted({ kind: "ConnectionRefused", detail: "refused" })
const garbled = new OutcomeUnknown({ kind: "Garbled", detail: "the action status 7 is not known" })
const declined: PerformedResult = {
  _tag: "Outcome",
  outcome: { _tag: "Declined", reason: "refused", label: "Refused", card: {}, warnings: [] }
}

const real = (id: string) => attempt(id, { terminal: "dialled" })
const approved: PerformedResult = {
  _tag: "Outcome",
  outcome: { _tag: "Approved", amount: real("A").amount, card: {}, warnings: [] }
}

/** A payment whose end could not be written, and the start after it; `meanwhile` is what a person did in between. */
const restart = Effect.fnUntraced(function* (
  result: PerformedResult,
  meanwhile: (attempt: Attempt) => Attempt = (attempt) => attempt
) {
  const path = join(yield* folder, "store.db")
  const spool = `${path}.spool`
  const ended = close(real("A"), result, 5)
  yield* Effect.scoped(Effect.flatMap(open(path), (store) => put(store, real("A"), terminalAt("bar:8888"))))
  Spool.write(spool, [{ attempt: ended, seen: real("A"), reason: "the disk is full", since: 5 }])
  const store = yield* open(path)
  const unknown = (yield* store.get("A")) as Attempt
  assert.strictEqual(unknown.state, "unknown")
  yield* store.change(unknown, meanwhile(unknown))
  const told: Array<string> = []
  const settled = yield* Effect.promise(() =>
    Spool.settle(spool, store, ({ id }, { code }) => void told.push(`${id} ${code}`))
  )
  assert.isFalse(existsSync(spool))
  const next = { attempt: real("B"), terminal: terminalAt("bar:8888"), payAgain: false }
  return { settled, told, kept: yield* store.get("A"), claimed: (yield* store.claim(next))._tag }
})

describe("the spool", () => {
  it.effect("is removed once its ends are on the disk, and stays if the disk fails", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const spool = `${path}.spool`
      const owed = { seen: real("A"), attempt: close(real("A"), approved, 5), reason: "the disk is full", since: 5 }
      const store = yield* open(path)
      yield* put(store, real("A"), terminalAt("bar:8888"))
      Spool.write(spool, [owed])
      const full = { ...store, tryWrite: () => Effect.fail(unavailable("the disk is full")) }
      const failed = yield* Effect.flip(Effect.tryPromise(() => Spool.settle(spool, full)))
      assert.include(String(failed.cause), "the disk is full")
      assert.isTrue(existsSync(spool))
      // The store now has the end already.
      const wereThere: Array<boolean> = []
      const flushing = {
        ...store,
        tryWrite: () => Effect.tap(store.tryWrite(), () => Effect.sync(() => wereThere.push(existsSync(spool))))
      }
      const settled = yield* Effect.promise(() => Spool.settle(spool, flushing))
      assert.deepStrictEqual(settled, { written: 0, leftOut: 1, missing: [], kept: [] })
      assert.deepStrictEqual(wereThere, [true])
      assert.isFalse(existsSync(spool))
      assert.strictEqual((yield* store.get("A"))?.state, "approved")
    })
  )

  it.effect.skipIf(process.platform === "win32")("has its name flushed with its contents", () =>
    Effect.gen(function* () {
      const spool = join(yield* folder, "store.db.spool")
      const flush = vi.spyOn(fs, "fsyncSync")
      yield* Effect.addFinalizer(() => Effect.sync(() => flush.mockRestore()))
      const namesAt: Array<ReadonlyArray<string>> = []
      flush.mockImplementation((descriptor) => {
        if (fs.fstatSync(descriptor).isDirectory()) namesAt.push(fs.readdirSync(dirname(spool)))
      })
      Spool.write(spool, [
        { seen: real("A"), attempt: close(real("A"), approved, 5), reason: "the disk is full", since: 5 }
      ])
      assert.deepStrictEqual(namesAt, [["store.db.spool"]])
    })
  )

  it.effect("records an order that was not sent as not started, and frees its terminal", () =>
    Effect.gen(function* () {
      const { settled, kept, claimed } = yield* restart({ _tag: "Error", reason: refused })
      assert.deepStrictEqual(settled, { written: 1, leftOut: 0, missing: [], kept: [] })
      assert.deepInclude(kept, { state: "not-started", error: refused })
      assert.strictEqual(claimed, "Written")
    })
  )

  it.effect("records what is known of a payment whose outcome is unknown", () =>
    Effect.gen(function* () {
      const { settled, kept, claimed } = yield* restart({ _tag: "Error", reason: garbled })
      assert.deepStrictEqual(settled, { written: 1, leftOut: 0, missing: [], kept: [] })
      assert.deepInclude(kept, { state: "unknown", error: garbled })
      assert.strictEqual(claimed, "TerminalUndecided")
    })
  )

  it.effect("records the terminal's outcome, whatever a person resolved meanwhile", () =>
    Effect.gen(function* () {
      const resolution = { ...setAside, outcome: "approved" } as const
      const resolve = (unknown: Attempt) => close(unknown, { _tag: "Resolved", resolution }, 6)
      for (const meanwhile of [undefined, resolve]) {
        const { settled, kept, claimed } = yield* restart(declined, meanwhile)
        assert.deepStrictEqual(settled, { written: 1, leftOut: 0, missing: [], kept: [] })
        assert.strictEqual(kept?.state, "declined")
        assert.deepStrictEqual(
          kept?.alarms?.map(({ code }) => code),
          meanwhile && ["attempt.resolution.contradicted"]
        )
        assert.strictEqual(claimed, "Written")
      }
    })
  )

  it.effect("keeps a person's resolution, and adds an answer that proves no outcome", () =>
    Effect.gen(function* () {
      const resolution = { ...setAside, outcome: "approved" } as const
      const resolve = (unknown: Attempt) => close(unknown, { _tag: "Resolved", resolution }, 6)
      const garbage = yield* restart({ _tag: "Error", reason: garbled }, resolve)
      assert.deepStrictEqual(garbage.settled, { written: 1, leftOut: 0, missing: [], kept: [] })
      assert.deepInclude(garbage.kept, { state: "approved", resolutions: [resolution], error: garbled })
      const nothing = yield* restart({ _tag: "Error", reason: refused }, resolve)
      assert.deepStrictEqual(nothing.settled, { written: 0, leftOut: 1, missing: [], kept: [] })
      assert.deepInclude(nothing.kept, { state: "approved", resolutions: [resolution] })
    })
  )

  it.effect("replaces another outcome by a payment, never the reverse, and leaves an end that is there already", () =>
    Effect.gen(function* () {
      const ended = (result: PerformedResult) => (unknown: Attempt) => close(unknown, result, 6)
      const charged = yield* restart(approved, ended(declined))
      assert.deepStrictEqual(charged.settled, { written: 1, leftOut: 0, missing: [], kept: [] })
      assert.strictEqual(charged.kept?.state, "approved")
      const proved = yield* restart(declined, ended(approved))
      assert.strictEqual(proved.kept?.state, "approved")
      const again = yield* restart(approved, (unknown) => close({ ...unknown, events: real("A").events }, approved, 5))
      assert.deepStrictEqual(again.settled, { written: 0, leftOut: 1, missing: [], kept: [] })
    })
  )

  it.effect("raises an alarm for a payment that a person had resolved as declined meanwhile", () =>
    Effect.gen(function* () {
      const resolution = { ...setAside, outcome: "declined" } as const
      const resolve = (unknown: Attempt) => close(unknown, { _tag: "Resolved", resolution }, 6)
      const { kept, told } = yield* restart(approved, resolve)
      assert.strictEqual(kept?.state, "approved")
      assert.deepStrictEqual(told, ["A attempt.resolution.contradicted"])
    })
  )

  it.effect("corrects the alarm that said that an end was not written", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const spool = `${path}.spool`
      const store = yield* open(path)
      const reason = "database or disk is full"
      // One still as claimed, and one that a start has made unknown.
      yield* put(store, real("A"), terminalAt("bar:8888"))
      yield* put(store, close(real("B"), { _tag: "Error", reason: garbled }, 5), terminalAt("hall:8888"))
      // The clock was fast when B's alarm was raised.
      const ends = [
        ["A", -90_000, 90],
        ["B", 90_000, 0]
      ] as const
      const owed = ends.map(([id, from]) => {
        const ended = close(real(id), declined, 5)
        const attempt = { ...ended, alarms: [Alarm.endNotWritten(ended, reason, Date.now() + from)] }
        return { attempt, seen: real(id), reason, since: 5 }
      })
      Spool.write(spool, owed)
      const told: Array<string> = []
      yield* Effect.promise(() => Spool.settle(spool, store, ({ id }, { code }) => void told.push(`${id} ${code}`)))
      assert.deepStrictEqual(told, ["A attempt.end.written.late", "B attempt.end.written.late"])
      for (const [id, , seconds] of ends) {
        const [late, ...others] = (yield* store.get(id))?.alarms ?? []
        assert.deepInclude(late, { code: "attempt.end.written.late" })
        assert.deepInclude(late?.details, { state: "declined", reason, seconds })
        assert.lengthOf(others, 0)
      }
    })
  )

  it.effect("keeps a result whose attempt the store does not have, and writes the others", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const spool = `${path}.spool`
      const store = yield* open(path)
      yield* put(store, real("A"), terminalAt("bar:8888"))
      const owed = ["LOST", "A"].map((id) => ({
        ...{ attempt: close(real(id), declined, 5), seen: real(id), reason: "the disk is full", since: 5 }
      }))
      Spool.write(spool, owed)
      for (const settled of [
        { written: 1, leftOut: 0 },
        { written: 0, leftOut: 0 }
      ]) {
        const { missing, kept, ...rest } = yield* Effect.promise(() => Spool.settle(spool, store))
        assert.lengthOf(kept, 1)
        assert.deepStrictEqual(rest, settled)
        assert.deepStrictEqual(
          missing.map(({ id, state }) => [id, state]),
          [["LOST", "declined"]]
        )
      }
      assert.strictEqual((yield* store.get("A"))?.state, "declined")
    })
  )

  /** A store with attempts, the first of which is damaged, and the ends of all of them in a spool. */
  const damaged = Effect.fnUntraced(function* () {
    const store = join(yield* folder, "store.db")
    const spool = `${store}.spool`
    const both = (kept: SqliteStore.SqliteStore) =>
      Effect.andThen(put(kept, real("A"), terminalAt("bar:8888")), put(kept, real("B"), terminalAt("hall:8888")))
    yield* Effect.scoped(Effect.flatMap(open(store), both))
    using database = new DatabaseSync(store)
    database.exec("UPDATE attempts SET json = substr(json, 1, 60) WHERE id = 'A'")
    Spool.write(
      spool,
      ["A", "B"].map((id) => ({
        ...{ seen: real(id), attempt: close(real(id), approved, 5), reason: "the disk is full", since: 5 }
      }))
    )
    const told: Array<string> = []
    const start = Effect.acquireRelease(
      Effect.promise(() =>
        openGatewayStore(
          {
            ...{ store, spool, terminals: [] },
            listener: (event) => {
              if (event._tag === "Alarm") told.push(`${event.attempt} ${event.code}: ${event.message}`)
            }
          },
          undefined
        )
      ),
      ({ close }) => Effect.promise(close)
    )
    return { store, spool, told, start }
  })

  it.effect("replaces a damaged record by its end, and writes the ends after it", () =>
    Effect.gen(function* () {
      const { spool, start } = yield* damaged()
      const { store } = yield* start
      assert.strictEqual((yield* store.get("A"))?.state, "approved")
      assert.strictEqual((yield* store.get("B"))?.state, "approved")
      assert.isFalse(existsSync(spool))
      const next = { attempt: attempt("C", { terminal: "dialled" }), terminal: terminalAt("bar:8888"), payAgain: false }
      assert.strictEqual((yield* store.claim(next))._tag, "Written")
    })
  )

  it.effect(
    "keeps the end of a damaged attempt that a person has resolved, writes the others, and says so at each start",
    () =>
      Effect.gen(function* () {
        const { store: path, spool, told, start } = yield* damaged()
        yield* Effect.scoped(
          Effect.flatMap(open(path), (store) =>
            store.resolveDamaged("A", { ...setAside, outcome: "declined" }, undefined)
          )
        )
        for (let times = 0; times < 2; times++) {
          yield* Effect.scoped(
            Effect.gen(function* () {
              const { store } = yield* start
              assert.strictEqual((yield* store.get("B"))?.state, "approved")
              // Ends that this run could not write are added to it.
              store.owe({
                attempt: close(real("B"), approved, 5),
                seen: real("B"),
                reason: "the disk is full",
                since: 5
              })
            })
          )
          const ids = readFileSync(spool, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(JSON.parse(line).seen).id)
          assert.deepStrictEqual(ids, ["A", "B"])
        }
        assert.lengthOf(told, 2)
        for (const alarm of told)
          assert.strictEqual(
            alarm,
            "A attempt.end.lost: The end of this attempt (approved) was not written: its record is damaged, and a person has resolved it already. If they said something else, correct the books by hand; then remove its line from the spool."
          )
      })
  )

  it.effect("keeps a gateway from starting on a store that lacks its attempts, until the file is moved away", () =>
    Effect.gen(function* () {
      const store = join(yield* folder, "store.db")
      const spool = `${store}.spool`
      Spool.write(spool, [{ attempt: close(real("LOST"), declined, 5), seen: real("LOST"), reason: "full", since: 5 }])
      const start = Effect.promise(() =>
        openGatewayStore({ store, spool, terminals: [] }, undefined).then(
          (opened) => opened.close(),
          (error: unknown) => (error as Error).message
        )
      )
      for (let times = 0; times < 2; times++) {
        const refused = yield* start
        assert.include(refused, "attempts are not in this store: LOST (order LOST, declined); start with the store")
        assert.include(refused, "move the file away and start again")
      }
      renameSync(spool, `${spool}.old`)
      assert.isUndefined(yield* start)
    })
  )

  it.effect("belongs to one gateway at a time, and a second one does not start", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const spool = join(path, "spool.jsonl")
      const start = (name: string) =>
        Effect.tryPromise({
          try: () => openGatewayStore({ store: join(path, name), spool, terminals: [] }, undefined),
          catch: (error) => (error as Error).message
        })
      const first = yield* start("first.db")
      assert.strictEqual(
        yield* Effect.flip(start("second.db")),
        `the spool ${spool} is in use by another gateway; give each its own --spool PATH`
      )
      assert.isFalse(existsSync(join(path, "second.db")))
      yield* Effect.promise(first.close)
      const second = yield* start("second.db")
      yield* Effect.promise(second.close)
    })
  )

  const openWith = (spool: string, warnings: Array<string> = []) =>
    Effect.promise(() =>
      openGatewayStore(
        {
          ...{ store: `${spool}.db`, spool, terminals: [] },
          listener: (event) => void (event._tag === "StoreWarning" && warnings.push(event.detail))
        },
        undefined
      )
    )

  it.effect("keeps lines that it did not write itself", () =>
    Effect.gen(function* () {
      const spool = join(yield* folder, "spool.jsonl")
      const { close } = yield* openWith(spool)
      writeFileSync(spool, "results of another run\n")
      yield* Effect.promise(close)
      assert.strictEqual(readFileSync(spool, "utf8"), "results of another run\n")
    })
  )

  it.effect("causes a warning if it cannot be written when the gateway stops, and the store is closed", () =>
    Effect.gen(function* () {
      const spool = join(yield* folder, "spool.jsonl")
      const warnings: Array<string> = []
      const first = yield* openWith(spool, warnings)
      yield* put(first.store, real("A"))
      mkdirSync(`${spool}.new`)
      first.store.owe({ seen: real("A"), attempt: close(real("A"), approved, 5), reason: "the disk is full", since: 5 })
      yield* Effect.promise(first.close)
      assert.match(warnings.at(-1) ?? "", /^payment results cannot be kept for the next start: .*EISDIR/)
      const second = yield* openWith(spool)
      assert.strictEqual((yield* second.store.get("A"))?.state, "unknown")
      yield* Effect.promise(second.close)
    })
  )
})
