/** `hipay-pos store` and the flags of a store. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startServer } from "@hipay-pos/server-mock/node"
import { assert, describe, it } from "vitest"
import { inside, runInside as run } from "./inside.ts"
import { startReady, stop } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "cli-store-"))

const credentials = join(folder, "login.txt")
writeFileSync(credentials, "shop:of its own\n", { mode: 0o600 })
const store = join(folder, "attempts.db")
const gateway = ["gateway", "--port", "0", "--dial", "192.0.2.1", "--credentials", credentials, "--store"]

describe("a gateway's store on the command line", () => {
  it("must be there with --require-store; made, it is named in the ready line, backed up and checked while in use", async () => {
    const missing = await run([...gateway, store, "--require-store"])
    assert.strictEqual(missing.code, 2)
    assert.include(missing.stderr, "--require-store is set")

    const { ready, child } = await startReady([...gateway, store])
    assert.deepStrictEqual(ready.store, { path: store, created: true, attempts: 0, unknown: 0 })
    const backup = join(folder, "backup.db")
    const made = await run(["store", "backup", backup, "--store", store, "--json"])
    assert.deepStrictEqual(JSON.parse(made.stdout), { backup: { file: backup, attempts: 0 } })
    assert.strictEqual((await run(["store", "backup", backup, "--store", store])).code, 2)
    for (const path of [store, backup]) {
      const checked = await run(["store", "check", path, "--json"])
      assert.strictEqual(checked.code, 0)
      assert.deepInclude(JSON.parse(checked.stdout), { mode: "gateway", format: 5, problems: [] })
    }
    const table = join(folder, "november.csv")
    const args = ["store", "export", table, "--store", store, "--from", "2026-11-01", "--to", "2026-11-30"]
    const exported = await run([...args, "--format", "csv", "--json"])
    assert.deepStrictEqual(JSON.parse(exported.stdout), { export: { file: table, attempts: 0, damaged: [] } })
    assert.match(readFileSync(table, "utf8"), /^opened,ended,terminal,[^\n]*\r\n$/)
    const again = await run([...args, "--format", "csv"])
    assert.strictEqual(again.code, 2)
    assert.include(again.stderr, "is there already; give another path, or --overwrite to replace it")
    const customers = await run([...args, "--format", "csv", "--overwrite", "--with-customers"])
    assert.strictEqual(customers.code, 2)
    assert.include(customers.stderr, "CSV has no customers")
    const pruned = await run(["store", "prune", "--before", "2020-01-01", "--store", store, "--dry-run"])
    assert.include(pruned.stdout, "would remove 0 attempts that moved no money, and reduce 0 approved ones")
    const database = "postgres://gateway:hunter2@db.example/payments"
    const refused = await run(["store", "backup", join(folder, "copy.db"), "--store", database])
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, "store backup: expected a file, got a database; pg_dump")
    assert.notInclude(refused.stderr, "hunter2")
    const young = await run(["store", "prune", "--before", "2999-01-01", "--store", store])
    assert.strictEqual(young.code, 2)
    assert.include(young.stderr, "store prune: --before: expected a day at least 30 days ago, got 2999-01-01")
    assert.strictEqual(await stop(child), 0)

    const mock = await run(["mock", "--port", "0", "--store", store])
    assert.strictEqual(mock.code, 2)
    assert.include(mock.stderr, "it is the store of a gateway, whose payments are real")
    const text = await run(["store", "check", credentials])
    assert.strictEqual(text.code, 2)
    assert.include(text.stderr, "file is not a database")
  })
})

describe("a mock's store on the command line", () => {
  it("is backed up and exported with the number of its attempts", async () => {
    const path = join(folder, "mock.db")
    const server = await startServer({ port: 0, store: path })
    assert.strictEqual((await inside(["trigger", "approved", "--url", server.url])).code, 0)
    await server.close()
    const copy = join(folder, "mock-copy.db")
    const lines = join(folder, "mock.jsonl")
    assert.strictEqual((await inside(["store", "backup", copy, "--store", path])).stdout, `${copy}: 1 attempt.`)
    const days = ["--from", "2000-01-01", "--to", "2999-12-31"]
    const exported = await inside(["store", "export", lines, "--store", path, ...days])
    assert.strictEqual(exported.stdout, `${lines}: 1 attempt.`)
  })
})
