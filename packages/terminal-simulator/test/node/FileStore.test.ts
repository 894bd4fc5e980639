import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Cardholder, Store, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import { FileStore } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import { fieldsOf, request } from "../ecr.ts"
import { exchange } from "../memory.ts"

const scratch = Effect.sync(() => path.join(fs.mkdtempSync(path.join(os.tmpdir(), "terminal-")), "ledger.jsonl"))

/** One life of a terminal with this file. */
const live = <A, E>(file: string, use: (terminal: TerminalSimulator.TerminalSimulator) => Effect.Effect<A, E>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const store = yield* FileStore.open(file)
      return yield* use(yield* TerminalSimulator.make({ store, seed: 1 }))
    })
  )

const ask = (terminal: TerminalSimulator.TerminalSimulator, changes: Parameters<typeof request>[0] = {}) =>
  Effect.map(exchange(terminal, request(changes)), ({ text }) => fieldsOf(text))

describe("FileStore", () => {
  it.effect("has a terminal remember its payments, and repeat the last one after a restart", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      const paid = yield* live(file, (terminal) => ask(terminal))
      yield* live(file, (terminal) =>
        Effect.gen(function* () {
          assert.strictEqual(terminal.ledger.charged(), 1245)
          assert.strictEqual((yield* ask(terminal, { CD: "3", CB: undefined, CE: undefined })).AC, paid.AC)
          assert.strictEqual((yield* ask(terminal, { CD: "2" })).AE, "10")
        })
      )
      yield* live(file, (terminal) => Effect.sync(() => assert.strictEqual(terminal.ledger.charged(), 0)))
    })
  )

  it.effect("remembers that the last payment failed: an earlier one is not repeated", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      yield* live(file, (terminal) =>
        Effect.gen(function* () {
          yield* ask(terminal)
          terminal.setScript([Cardholder.pressesRedKey()])
          yield* ask(terminal)
        })
      )
      const repeated = yield* live(file, (terminal) => ask(terminal, { CD: "3", CB: undefined, CE: undefined }))
      assert.strictEqual(repeated.AE, "01")
    })
  )

  it.effect("remembers what was collected", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      yield* live(file, (terminal) =>
        Effect.andThen(ask(terminal), ask(terminal, { CD: "B", CB: undefined, CE: undefined }))
      )
      const cancelled = yield* live(file, (terminal) => ask(terminal, { CD: "2" }))
      assert.strictEqual(cancelled.AF, "07")
    })
  )

  it.effect("is readable by its owner only, and holds no whole card number", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      yield* live(file, (terminal) => ask(terminal, { CF: "4970101234567890" }))
      assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
      assert.notMatch(fs.readFileSync(file, "utf8"), /4970101|101234567/)
    })
  )

  it.effect("changes no byte of a file that is another program's", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      for (const text of ["a letter", "a letter\nits second line", '{"_tag":"Collected","upTo":1}\nnot ours']) {
        fs.writeFileSync(file, text)
        const error = yield* Effect.flip(Effect.scoped(FileStore.open(file)))
        assert.include(error.message, "cannot read")
        assert.strictEqual(fs.readFileSync(file, "utf8"), text)
      }
    })
  )

  it.effect("drops the blocks of NUL that a power cut leaves", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      const whole = '{"_tag":"Collected","upTo":1}\n'
      fs.writeFileSync(file, `${whole}\0\0\0\0`)
      yield* Effect.scoped(FileStore.open(file))
      assert.strictEqual(fs.readFileSync(file, "utf8"), whole)
    })
  )

  it.effect("drops a last line that a crash cut off, and continues after the complete ones", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      yield* live(file, (terminal) => ask(terminal))
      fs.appendFileSync(file, '{"_tag":"Approved","entry":{"seq')
      yield* live(file, (terminal) => ask(terminal))
      yield* live(file, (terminal) => Effect.sync(() => assert.strictEqual(terminal.ledger.count(), 2)))
    })
  )

  it.effect("forgets everything on a reset", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      yield* live(file, (terminal) => Effect.andThen(ask(terminal), terminal.reset))
      assert.strictEqual(fs.readFileSync(file, "utf8"), "")
    })
  )

  it.effect("names the file and the line that it cannot read", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      fs.writeFileSync(file, "not json\n")
      const error = yield* Effect.flip(Effect.scoped(FileStore.open(file)))
      assert.instanceOf(error, Store.StoreFailed)
      assert.strictEqual(error.message, `cannot read ${file}: line 1 is not a terminal's record`)
      const below = path.join(file, "below")
      const missing = yield* Effect.flip(Effect.scoped(FileStore.open(below)))
      assert.strictEqual(missing.message, `cannot open ${below}: ENOTDIR: not a directory`)
    })
  )

  it.effect("that cannot be written refuses the payment: what is not stored is not approved", () =>
    Effect.gen(function* () {
      const failed = new Store.StoreFailed({ action: "write", path: "/full", detail: "no space" })
      const store: Store.Store = { records: [], append: () => Effect.fail(failed), clear: Effect.void }
      const terminal = yield* TerminalSimulator.make({ store })
      const { AE, AF } = yield* ask(terminal)
      assert.deepStrictEqual([AE, AF], ["01", "00"])
      assert.strictEqual(terminal.ledger.count(), 0)
    })
  )

  it.effect("that cannot be written any more repeats no payment from before", () =>
    Effect.gen(function* () {
      const failed = new Store.StoreFailed({ action: "write", path: "/full", detail: "no space" })
      let isFull = false
      const append = () => Effect.suspend(() => (isFull ? Effect.fail(failed) : Effect.void))
      const terminal = yield* TerminalSimulator.make({ store: { records: [], append, clear: Effect.void } })
      assert.strictEqual((yield* ask(terminal)).AE, "10")
      isFull = true
      assert.strictEqual((yield* ask(terminal)).AE, "01")
      assert.strictEqual((yield* ask(terminal, { CD: "3", CB: undefined, CE: undefined })).AE, "01")
    })
  )

  it.effect("written by a release that did not keep when a payment began is read", () =>
    Effect.gen(function* () {
      const file = yield* scratch
      const paid = yield* live(file, (terminal) => ask(terminal))
      const [, approved] = fs.readFileSync(file, "utf8").split("\n")
      fs.writeFileSync(file, `${approved}\n`)
      for (const run of ["first", "second"]) {
        const repeated = yield* live(file, (terminal) => ask(terminal, { CD: "3", CB: undefined, CE: undefined }))
        assert.deepStrictEqual([repeated.AE, repeated.AC], ["10", paid.AC], run)
      }
    })
  )
})
