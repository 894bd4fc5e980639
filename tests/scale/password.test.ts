/** The password of a shared store's database, which is replaced while a gateway runs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { runGateway } from "../gatewayProcess.ts"
import { connect } from "./databases.ts"
import { skipped, startPostgres } from "./postgresServer.ts"

describe.skipIf(skipped !== "")(`the password of a database${skipped}`, () => {
  it("is read from its file for each new connection; existing connections stay", async () => {
    const server = await startPostgres("fsync = off")
    const folder = mkdtempSync(join(tmpdir(), "password-"))
    try {
      writeFileSync(server.psql("SHOW hba_file"), "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
      server.psql("SELECT pg_reload_conf()")
      const passfile = join(folder, "password")
      const replace = (password: string) => {
        writeFileSync(passfile, password, { mode: 0o600 })
        return server.psql(`ALTER ROLE gate PASSWORD '${password}'`)
      }
      server.psql("CREATE ROLE gate LOGIN")
      replace("first")
      const address = `postgres://gate@127.0.0.1:${server.port}/postgres?passfile=${passfile}`
      const database = await connect(address)
      try {
        const ask = async () => {
          const [row] = await database.query("SELECT pg_backend_pid() AS pid")
          return row?.pid
        }
        const first = await ask()
        replace("second")
        assert.strictEqual(await ask(), first)
        // Two queries at a time need a second connection.
        const pids = new Set(await Promise.all([ask(), ask()]))
        assert.strictEqual(pids.size, 2)
        assert.isTrue(pids.has(first))
        // The file gets the new password before the database does: a start in between can be retried.
        writeFileSync(passfile, "third")
        const { code, stderr } = await runGateway(["--dial", "192.0.2.1", "--store", address])
        assert.strictEqual(code, 75)
        assert.include(stderr, "the database does not take the password")
      } finally {
        await database.close()
      }
    } finally {
      server.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
