/** Exports of a store, open or closed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import type { Attempt as WireAttempt } from "@hipay-pos/core/wire/Attempt"
import { backupStore, type ExportOptions, exportStore } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { KeptOrder } from "../../src/attempts/KeptOrder.ts"
import * as SqliteStore from "../../src/node/SqliteStore.ts"
import { attempt, put, set } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

const folder = mkdtempSync(join(tmpdir(), "store-export-"))
let files = 0
const newPath = () => join(folder, `${++files}`)

const open = (path: string) => SqliteStore.open({ path, mode: "gateway", frames })
const real = (id: string, at = 0) => attempt(id, { terminal: "dialled", openedAt: at })

const run = (store: string, options: Partial<ExportOptions> = {}) => {
  const made = exportStore({ store, to: newPath(), format: "jsonl", frames, ...options })
  const text = readFileSync(made.file, "utf8")
  const lines = text.split("\n").slice(0, -1)
  return { ...made, text, lines, attempts: made.attempts }
}
const idsIn = ({ lines }: { readonly lines: ReadonlyArray<string> }) =>
  lines.map((line) => (JSON.parse(line) as WireAttempt).id)

const problem = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  return "none"
}

const PAN = "4970101122334422"
const EMAIL = "planted@example.org"
const PHONE = "+33612345678"
const people = {
  customer: { email: EMAIL, phone: PHONE, firstname: "Planted" },
  shipping: { email: EMAIL, phone: PHONE }
}

/** An attempt as an older version left it, with a customer, and a card number everywhere possible. */
const planted = {
  ...real("planted"),
  order: new KeptOrder({ order: { order_id: "planted", description: `card ${PAN}` }, ...people })
}
const plantedEnd = attempt("planted", {
  ...planted,
  state: "approved",
  endedAt: 8,
  events: [{ at: 1, kind: "terminal-request", frame: "BI013a@example.org" }],
  resolutions: [{ at: 8, outcome: "approved", by: "Ada", login: "till", evidence: `slip ${PAN}` }],
  recorded: { status: 200, body: { receipt: btoa(PAN), ...people } },
  received: { status: 200, headers: {}, body: JSON.stringify({ ...people, card: PAN }) }
})

describe("an export", () => {
  it.effect("of an open store has its attempts, the oldest first, as GET /attempts/ID shows them", () =>
    Effect.gen(function* () {
      const path = newPath()
      const store = yield* open(path)
      for (const id of ["1", "2", "3"]) yield* put(store, real(id))
      const made = run(path)
      assert.strictEqual(made.attempts, 3)
      assert.deepStrictEqual(idsIn(made), ["1", "2", "3"])
      assert.deepInclude(JSON.parse(made.lines[0] ?? ""), { id: "1", state: "open", amount: 1250, currency: "EUR" })
      assert.strictEqual(statSync(made.file).mode & 0o777, 0o600)
      // The store goes on.
      yield* put(store, real("4"))
      assert.deepStrictEqual(idsIn(run(path)), ["1", "2", "3", "4"])
      assert.isEmpty(readdirSync(folder).filter((name) => name.endsWith(".new")))
    })
  )

  it.effect("has the days that are asked for, the last one included, by the shop's clock", () =>
    Effect.gen(function* () {
      const path = newPath()
      const at = (text: string) => Date.parse(text)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* put(store, real("before", at("2026-11-01T02:59:59.999Z")))
          yield* put(store, real("first", at("2026-11-01T03:00:00Z")))
          yield* put(store, real("last", at("2026-12-01T02:59:59.999Z")))
          yield* put(store, real("behind", at("2026-12-01T03:00:00Z")))
        })
      )
      const days = Result.getOrThrow(BusinessDay.make({ timeZone: "Europe/Paris", startsAt: "04:00" }))
      const month = { from: "2026-11-01", until: "2026-11-30", days }
      assert.deepStrictEqual(idsIn(run(path, month)), ["first", "last"])
      assert.deepStrictEqual(idsIn(run(path, { from: "2026-12-01", days })), ["behind"])
      assert.deepStrictEqual(idsIn(run(path, { until: "2026-10-31", days })), ["before"])
      const csv = run(path, { ...month, format: "csv" }).text.split("\r\n")
      assert.match(csv[0] ?? "", /^opened,ended,terminal,order,/)
      assert.match(csv[1] ?? "", /^2026-11-01T04:00:00\.000\+01:00,/)
      assert.deepStrictEqual(csv.slice(3), [""])
      for (const [wrong, expected] of [
        [{ from: "2026-02-30" }, "--from: expected a day as YYYY-MM-DD, got 2026-02-30"],
        [{ until: PAN }, "--to: expected a day as YYYY-MM-DD, got 497010######4422"],
        [
          { from: "2026-11-02", until: "2026-11-01" },
          "--to: expected a day from 2026-11-02 on, which is the first one, got 2026-11-01"
        ]
      ] as const)
        assert.strictEqual(
          problem(() => run(path, wrong)),
          expected
        )
    })
  )

  it.effect("has no customer unless that is asked for, and no card number even then", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const store = yield* open(path)
          yield* put(store, planted)
          yield* set(store, plantedEnd)
        })
      )
      assert.include(readFileSync(path, "latin1"), PAN)
      const traces = [EMAIL, PHONE, "Planted", "a@example.org"]
      for (const format of ["jsonl", "csv"] as const) {
        const { text, attempts } = run(path, { format })
        assert.strictEqual(attempts, 1)
        assert.include(text, "planted")
        for (const trace of [...traces, PAN, btoa(PAN)]) assert.notInclude(text, trace, format)
      }
      const { text } = run(path, { withCustomers: true })
      for (const trace of traces) assert.include(text, trace)
      for (const trace of [PAN, btoa(PAN)]) assert.notInclude(text, trace)
    })
  )

  it.effect("says which attempts cannot be read, and has the others", () =>
    Effect.gen(function* () {
      const path = newPath()
      yield* Effect.scoped(
        Effect.flatMap(open(path), (store) => Effect.all(["1", "2"].map((id) => put(store, real(id)))))
      )
      const database = new DatabaseSync(path)
      database.exec("UPDATE attempts SET json = '{}' WHERE id = '1'")
      database.close()
      const made = run(path)
      assert.deepStrictEqual(made.damaged, ["1"])
      assert.deepStrictEqual(idsIn(made), ["2"])
    })
  )

  it.effect("replaces no database, not even a backup", () =>
    Effect.gen(function* () {
      const [path, running, backup] = [newPath(), newPath(), newPath()]
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => put(store, real("1"))))
      backupStore({ store: path, to: backup, at: 0 })
      const store = yield* open(running)
      yield* put(store, real("2"))
      assert.strictEqual(
        problem(() => run(path, { to: backup, overwrite: true })),
        `${backup} is a database; give another path`
      )
      assert.match(
        problem(() => run(path, { to: running, overwrite: true })),
        /is a database in use/
      )
      assert.match(
        problem(() => run(path, { to: `${path}-wal` })),
        /is a part of the store/
      )
      assert.deepStrictEqual(idsIn(run(running)), ["2"])
    })
  )

  it.effect("replaces no file unasked, nor the store itself, and makes none where there is no store", () =>
    Effect.gen(function* () {
      const [path, to, none] = [newPath(), newPath(), newPath()]
      yield* Effect.scoped(Effect.flatMap(open(path), (store) => put(store, real("1"))))
      writeFileSync(to, "something else")
      assert.strictEqual(
        problem(() => run(path, { to })),
        `${to} is there already; give another path, or --overwrite to replace it`
      )
      assert.strictEqual(readFileSync(to, "utf8"), "something else")
      assert.deepStrictEqual(idsIn(run(path, { to, overwrite: true })), ["1"])
      assert.strictEqual(
        problem(() => run(path, { to: path, overwrite: true })),
        `${path} is the store itself; give another path`
      )
      assert.strictEqual(
        problem(() => run(none, { to: `${none}.jsonl` })),
        `there is no store at ${none}`
      )
      assert.isFalse(existsSync(`${none}.jsonl`))
    })
  )
})
