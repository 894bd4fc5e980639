/** The address of a shared store. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Address } from "@hipay-pos/gateway/postgres"
import { assert, describe, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "address-"))

describe("the address of a database", () => {
  it.each([
    ["postgres://ga%te@h/db", "--store: USER: expected %25 for each %, got ga%te"],
    ["postgres://gate@h/d%b", "--store: DATABASE: expected %25 for each %, got d%b"]
  ])("%s is refused with a sentence that says where the %% stands", (text, problem) => {
    assert.throws(() => Address.read(text, {}), problem)
  })

  it("is without TLS only on this machine, and 127.shop.example is another machine", () => {
    const modeAt = (host: string) => Address.read(`postgres://gate@${host}/db`, {}).tls
    assert.deepStrictEqual(["127.0.0.1", "[::1]", "localhost"].map(modeAt), ["disable", "disable", "disable"])
    assert.strictEqual(modeAt("127.shop.example"), "verify-full")
  })

  it.each(["read-write", "primary"])("may ask for a server that is %s, the default", (wanted) => {
    const read = (query: string) => Address.read(`postgres://gate@one,two/db${query}`, {})
    assert.deepStrictEqual(read(`?target_session_attrs=${wanted}`), read(""))
  })

  it.each(["any", "standby", ""])("may not ask for a server that is '%s'", (wanted) => {
    assert.throws(
      () => Address.read(`postgres://gate@h/db?target_session_attrs=${wanted}`, {}),
      `--store: target_session_attrs: expected read-write or primary, got ${wanted}; a store is written to`
    )
  })

  it("may have any letter as its code", () => {
    const { user, database } = Address.read("postgres://ga%25te@h/d%20b", {})
    assert.deepStrictEqual({ user, database }, { user: "ga%te", database: "d b" })
  })
})

describe("the file of passwords", () => {
  const passwordAt = (address: string, text: string, environment: NodeJS.ProcessEnv = {}) => {
    const file = join(folder, "passwords")
    writeFileSync(file, text, { mode: 0o600 })
    return Address.read(`postgres://gate@${address}/pay?passfile=${file}`, environment).password
  }

  it.each([
    ["a password alone, whatever it holds", "a:b:c\n", "a:b:c"],
    ["the line for this user", "other:5432:pay:gate:no\n# a note\ndb:5432:pay:gate:s3cret\n", "s3cret"],
    ["anything for *", "*:*:*:gate:any\ndb:5432:pay:gate:s3cret", "any"],
    ["colons and backslashes of the password", "db:5432:pay:gate:a\\:b\\\\c:d\r\n", "a:b\\c:d"],
    ["a line of the second host", "two:6432:pay:gate:second", "second"],
    ["a password alone that looks like a note", "#1\n", "#1"]
  ])("gives %s", (_, text, password) => {
    assert.strictEqual(passwordAt("db,two:6432", text), password)
  })

  it("takes precedence over PGPASSWORD, and is refused if it only has lines for others", () => {
    assert.strictEqual(passwordAt("db", "s3cret", { PGPASSWORD: "other" }), "s3cret")
    assert.throws(
      () => passwordAt("db", "db:5432:pay:somebody:s3cret", { PGPASSWORD: "other" }),
      /passfile: .* has no line for gate at db\/pay$/
    )
    assert.throws(() => passwordAt("db", "# the database's\ns3cret\n"), /has no line for gate at db\/pay$/)
  })

  it("is refused if others can read it, unless it was mounted as a secret", () => {
    const file = join(folder, "shared")
    writeFileSync(file, "s3cret")
    chmodSync(file, 0o640)
    const read = (environment: NodeJS.ProcessEnv) =>
      Address.read(`postgres://gate@db/pay?passfile=${file}`, environment).password
    assert.throws(() => read({}), /^--store: passfile: .* others on this machine have access to it: chmod 600/)
    assert.strictEqual(read({ CREDENTIALS_DIRECTORY: folder }), "s3cret")
  })

  it("is read again each time; if it cannot be used, the last password stays", () => {
    const file = join(folder, "replaced")
    const write = (text: string, mode = 0o600) => {
      writeFileSync(file, text)
      chmodSync(file, mode)
    }
    write("first")
    const address = Address.read(`postgres://gate@db/pay?passfile=${file}`, {})
    write("second")
    assert.strictEqual(address.password, "second")
    write("db:5432:pay:somebody:third")
    assert.strictEqual(address.password, "second")
    write("fourth", 0o644)
    assert.strictEqual(address.password, "second")
    rmSync(file)
    assert.strictEqual(address.password, "second")
    write("fifth")
    assert.strictEqual(address.password, "fifth")
  })
})
