/** Pruning a shared store while a gateway uses it. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Approved } from "@hipay-pos/core/Payment"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { Address, compareStore, importStore, PostgresStore, pruneShared } from "@hipay-pos/gateway/postgres"
import { openStore, type PruneOptions } from "@hipay-pos/server/node"
import { attempt, frames, put, set, terminalAt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { connect, startMigrated } from "./databases.ts"
import { type PostgresServer, skipped } from "./postgresServer.ts"

const day = (text: string) => Date.parse(`${text}T12:00:00Z`)
const NOW = day("2026-11-28")

const approved = {
  state: "approved",
  outcome: {
    _tag: "Approved",
    amount: { minorUnits: 1350, currency: "EUR" },
    card: { authorizationNumber: "A\0B\ud800" },
    receipt: { customer: "a receipt", format: "text" },
    warnings: []
  } as unknown as Approved
} as const
const declined = { state: "declined" } as const
const unknown = { state: "unknown", error: new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" }) } as const

const old = (id: string, changes: Parameters<typeof attempt>[1] = {}) => {
  const at = day("2026-09-15")
  const events = [{ at, kind: "connected", to: "10.0.0.7:8888" }] as const
  return attempt(id, { orderId: id, terminal: "dialled", openedAt: at, endedAt: at + 9, events, ...changes })
}
const resolution = { at: day("2026-09-16"), outcome: "approved", by: "Ada", login: "till", evidence: "slip" } as const

describe.skipIf(skipped !== "")(`pruning a shared store${skipped}`, { timeout: 120_000 }, () => {
  let server: PostgresServer
  let template = ""
  let url = ""
  beforeAll(async () => {
    ;({ server, template } = await startMigrated())
    url = server.database(template)
  }, 120_000)
  afterAll(() => server?.remove())

  const run = (options: Partial<PruneOptions> = {}) =>
    pruneShared(Address.read(url, {}), { store: url, before: "2026-10-01", now: NOW, ...options })

  it("keeps what is undecided, and key, outcome and amount of what was approved", async () => {
    const database = await connect(url)
    const store = await PostgresStore.open({
      ...{ database, frames, name: "one", version: "1", settings: "", lease: 120_000 }
    })
    const all = [
      old("paid", { ...approved, order: { custom_data: { prunedAt: 1 } } }),
      old("declined", declined),
      old("unknown", unknown),
      old("resolved", { state: "approved", resolutions: [resolution] }),
      old("noticed", approved),
      old("new", { ...declined, openedAt: day("2026-10-01") })
    ]
    for (const each of all) {
      await Effect.runPromise(put(store, each, each.id === "unknown" ? terminalAt("10.0.0.8:8888") : undefined))
    }
    await database.query(
      "INSERT INTO hipay_pos.notification_work VALUES ('noticed', 1, NULL, clock_timestamp() + interval '1 hour')"
    )
    const expected = { removed: 1, reduced: 1, kept: 3, earlier: 0 }
    const rows = () => database.query("SELECT id, json FROM hipay_pos.attempts ORDER BY id")
    const before = await rows()
    assert.deepInclude(await run({ dryRun: true }), expected)
    assert.deepStrictEqual(await rows(), before)
    assert.deepInclude(await run(), expected)

    const after = new Map((await rows()).map(({ id, json }) => [String(id), String(json)]))
    assert.deepStrictEqual([...after.keys()], ["new", "noticed", "paid", "resolved", "unknown"])
    for (const { id, json } of before)
      if (id !== "paid" && id !== "declined") assert.strictEqual(after.get(String(id)), json)
    const paid = await Effect.runPromise(store.get("paid"))
    assert.deepStrictEqual(
      [paid?.state, paid?.prunedAt, paid?.amount, paid?.outcome?._tag],
      ["approved", NOW, all[0]?.amount, "Approved"]
    )
    assert.include(after.get("paid"), '"minorUnits":1350')
    assert.notInclude(after.get("paid"), "a receipt")
    // The order is guarded as before: it is not paid again.
    const again = attempt("again", { orderId: "paid", terminal: "dialled", openedAt: NOW })
    const claim = await Effect.runPromise(store.claim({ attempt: again, terminal: undefined, payAgain: false }))
    assert.strictEqual(claim._tag, "OrderTaken")
    assert.deepInclude(await run(), { removed: 0, reduced: 0, kept: 3, earlier: 1 })
    await store.close()
    await database.close()
  })

  it("begins with the first that could not be pruned yet, and with the oldest again after an import", async () => {
    const folder = mkdtempSync(join(tmpdir(), "prune-again-"))
    const [file, own] = [join(folder, "store.db"), server.database(template)]
    const prune = (before: string, dryRun = false) =>
      pruneShared(Address.read(own, {}), { store: own, before, now: NOW, dryRun })
    const database = await connect(own)
    const store = await PostgresStore.open({
      ...{ database, frames, name: "one", version: "1", settings: "", lease: 120_000 }
    })
    const on = (date: string, id: string, changes: Parameters<typeof attempt>[1]) =>
      old(id, { ...changes, openedAt: day(date), endedAt: day(date), events: [] })
    for (const each of [
      on("2026-08-01", "first", approved),
      on("2026-08-02", "resolved", { state: "approved", resolutions: [resolution] }),
      on("2026-09-01", "unknown", unknown),
      on("2026-09-02", "second", approved),
      on("2026-10-10", "new", declined)
    ])
      await Effect.runPromise(put(store, each))
    const nothing = { removed: 0, reduced: 0, kept: 0, earlier: 0 }
    assert.deepInclude(await prune("2026-10-01", true), { ...nothing, reduced: 2, kept: 2 })
    assert.deepInclude(await prune("2026-10-01"), { ...nothing, reduced: 2, kept: 2 })
    assert.deepInclude(await prune("2026-10-01"), { ...nothing, kept: 1, earlier: 1 })
    await Effect.runPromise(set(store, on("2026-09-01", "unknown", approved)))
    assert.deepInclude(await prune("2026-10-01"), { ...nothing, reduced: 1, earlier: 1 })
    assert.deepInclude(await prune("2026-10-01"), nothing)
    assert.deepInclude(await prune("2026-09-15"), nothing)
    assert.deepInclude(await prune("2026-10-20"), { ...nothing, removed: 1 })

    const { store: inFile, close } = await openStore({ path: file, mode: "gateway", frames })
    await Effect.runPromise(put(inFile, on("2026-07-01", "brought", { ...approved, orderId: "of another time" })))
    await close()
    await importStore({ file, address: Address.read(own, {}), frames, now: NOW, isSameShop: true })
    assert.deepInclude(await prune("2026-10-20"), { ...nothing, reduced: 1, kept: 1, earlier: 3 })
    assert.deepInclude(await prune("2026-10-20"), nothing)
    await store.close()
    await database.close()
    rmSync(folder, { recursive: true })
  })

  it("handles more than one page and batch, and leaves attempts that change meanwhile", async () => {
    const own = server.database(template)
    const database = await connect(own)
    const store = await PostgresStore.open({
      ...{ database, frames, name: "one", version: "1", settings: "", lease: 120_000 }
    })
    // All with the same time, as if from several gateways.
    const count = 620
    for (let i = 0; i < count; i++) await Effect.runPromise(put(store, old(`a${i}`, i % 2 === 0 ? approved : declined)))
    const rule = `CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF new.id = 'a200' THEN RETURN NULL; END IF; RETURN new; END $$;
      CREATE TRIGGER keep BEFORE UPDATE ON hipay_pos.attempts FOR EACH ROW EXECUTE FUNCTION keep()`
    server.psql(rule, own.split("/").at(-1))
    const prune = () => pruneShared(Address.read(own, {}), { store: own, before: "2026-10-01", now: NOW })
    assert.deepInclude(await prune(), { removed: count / 2, reduced: count / 2 - 1, kept: 1, earlier: 0 })
    server.psql("DROP TRIGGER keep ON hipay_pos.attempts", own.split("/").at(-1))
    assert.deepInclude(await prune(), { removed: 0, reduced: 1, kept: 0, earlier: count / 2 - 1 })
    assert.deepInclude(await prune(), { removed: 0, reduced: 0, kept: 0, earlier: 0 })
    await store.close()
    await database.close()
  })

  it("counts as pruned when compared with the imported file, and is not brought back by another import", async () => {
    const folder = mkdtempSync(join(tmpdir(), "prune-import-"))
    const [file, shared] = [join(folder, "store.db"), server.database(template)]
    const { store, close } = await openStore({ path: file, mode: "gateway", frames })
    const notification = { at: 1, reference: "ref", status: 118, test: true }
    for (const each of [
      old("paid", approved),
      old("paid, too", approved),
      old("declined", declined),
      old("unknown", unknown),
      old("new", { ...declined, openedAt: day("2026-10-01") })
    ])
      await Effect.runPromise(put(store, each, each.id === "unknown" ? terminalAt("10.0.0.8:8888") : undefined))
    await Effect.runPromise(
      store.notifications.receive({
        owner: "*",
        key: "k",
        notification,
        attempt: "declined",
        forward: undefined
      })
    )
    await close()
    const options = { file, address: Address.read(shared, {}), frames, now: NOW }
    assert.deepInclude(await importStore(options), { differences: [], pruned: 0 })
    server.psql("DELETE FROM hipay_pos.notification_work", shared.split("/").at(-1))

    const pruned = await pruneShared(Address.read(shared, {}), { store: shared, before: "2026-10-01", now: NOW })
    assert.deepInclude(pruned, { removed: 1, reduced: 2, kept: 1 })
    const found = { attempts: 5, unknown: 1, changedSince: 0, pruned: 3, differences: [] }
    assert.deepInclude(await compareStore(options), found)
    assert.deepInclude(await importStore(options), { ...found, imported: { attempts: 0, notifications: 0 } })
    assert.deepInclude(await compareStore(options), found)

    server.psql(
      "UPDATE hipay_pos.attempts SET json = replace(json, '1350', '1351') WHERE id = 'paid'",
      shared.split("/").at(-1)
    )
    server.psql("DELETE FROM hipay_pos.attempts WHERE id = 'paid, too'", shared.split("/").at(-1))
    assert.deepStrictEqual((await compareStore(options)).differences.toSorted(), [
      "attempt paid, too: it is missing from the shared store",
      "attempt paid: its record differs"
    ])
    rmSync(folder, { recursive: true })
  })

  it("refuses a date that is younger than 30 days or cannot be read", async () => {
    const problem = (before: string) =>
      run({ before }).then(
        () => "none",
        ({ message }: Error) => message
      )
    assert.match(await problem("2026-11-20"), /expected a day at least 30 days ago, got 2026-11-20/)
    assert.match(await problem("yesterday"), /expected a day as YYYY-MM-DD, got yesterday/)
  })
})
