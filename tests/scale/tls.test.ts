/** The connection to a shared store's database: the certificate's authority and its host name or address are checked. */
import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { connect } from "./databases.ts"
import { skipped as noPostgres, type PostgresServer, startPostgres } from "./postgresServer.ts"

const openssl = (() => {
  try {
    execFileSync("openssl", ["version"])
    return true
  } catch {
    return false
  }
})()
const skipped = noPostgres || (openssl ? "" : " (openssl is not here)")

describe.skipIf(skipped !== "")(`a database behind TLS${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "tls-"))
  const file = (name: string) => join(folder, name)
  let [named, numbered, plain]: ReadonlyArray<PostgresServer | undefined> = []
  const run = (...args: ReadonlyArray<string>) => void execFileSync("openssl", args, { stdio: "pipe", cwd: folder })

  const makeAuthority = (name: string) =>
    run(
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...["-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.pem`]
    )
  const startWith = async (name: string, alternative: string) => {
    writeFileSync(file(`${name}.ext`), `subjectAltName = ${alternative}`)
    run(
      ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", `/CN=${name}`],
      ...["-keyout", `${name}.key`, "-out", `${name}.csr`]
    )
    run(
      ...["x509", "-req", "-in", `${name}.csr`, "-CA", "own.pem", "-CAkey", "own.key", "-CAcreateserial", "-days", "2"],
      ...["-extfile", `${name}.ext`, "-out", `${name}.pem`]
    )
    for (const each of [`${name}.key`, `${name}.pem`]) {
      chmodSync(file(each), 0o600)
      if (process.getuid?.() === 0) {
        const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"])))
        chownSync(file(each), uid ?? 0, gid ?? 0)
      }
    }
    return startPostgres(`ssl = on\nssl_cert_file = '${file(`${name}.pem`)}'\nssl_key_file = '${file(`${name}.key`)}'`)
  }

  beforeAll(async () => {
    chmodSync(folder, 0o755)
    makeAuthority("own")
    makeAuthority("other")
    named = await startWith("named", "DNS:localhost")
    numbered = await startWith("numbered", "IP:127.0.0.1")
    plain = await startPostgres()
  }, 180_000)
  afterAll(() => {
    for (const server of [named, numbered, plain]) server?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Whether a query goes over TLS, or why there is no connection. */
  const ask = async (hosts: string, authority = "own", mode = "verify-full") => {
    const url = `postgres://postgres@${hosts}/postgres?sslmode=${mode}&sslrootcert=${file(`${authority}.pem`)}`
    const database = await connect(url)
    try {
      const [row] = await database.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
      return row?.ssl
    } catch (error) {
      return (error as Error).message
    } finally {
      await database.close()
    }
  }

  it("is accepted by the name or the address in its certificate", async () => {
    assert.strictEqual(await ask(`localhost:${named?.port}`), true)
    assert.strictEqual(await ask(`127.0.0.1:${numbered?.port}`), true)
  })

  it("is accepted if another host of the list is unreachable", async () => {
    assert.strictEqual(await ask(`localhost:1,localhost:${named?.port}`), true)
    assert.strictEqual(await ask(`127.0.0.1:1,127.0.0.1:${numbered?.port}`), true)
  })

  it("is refused, in one sentence, if the certificate is for another host or by another authority", async () => {
    const wrongHost = "the database's certificate is for another host"
    assert.strictEqual(await ask(`127.0.0.1:${named?.port}`), wrongHost)
    assert.strictEqual(await ask(`localhost:${numbered?.port}`), wrongHost)
    assert.match(String(await ask(`localhost:${named?.port}`, "other")), /^the database's certificate is not signed by/)
  })

  it("is checked by the authority that its file has when a connection is made", async () => {
    const replaced = file("replaced.pem")
    copyFileSync(file("other.pem"), replaced)
    const url = `postgres://postgres@localhost:${named?.port}/postgres?sslrootcert=${replaced}&sslmode=verify-full`
    const database = await connect(url)
    copyFileSync(file("own.pem"), replaced)
    const [row] = await database.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    await database.close()
    assert.strictEqual(row?.ssl, true)
  })

  it("is refused if it does not support TLS", async () => {
    for (const mode of ["verify-full", "require"])
      assert.notStrictEqual(await ask(`localhost:${plain?.port}`, "own", mode), false)
    assert.match(String(await ask(`localhost:${plain?.port}`)), /^the database /)
  })

  it("is accepted with any certificate with sslmode=require, which only protects against eavesdropping", async () => {
    assert.strictEqual(await ask(`localhost:${numbered?.port}`, "other", "require"), true)
  })
})
