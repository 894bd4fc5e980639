/** The file of waiting alarms: who owns it, and what happens if it is damaged or cannot be written. */
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "vitest"
import * as AlarmMessage from "../../src/alarms/AlarmMessage.ts"
import { openOutbox } from "../../src/node/alarmOutbox.ts"

describe("the file of alarms", () => {
  const folder = () => mkdtempSync(join(tmpdir(), "alarms-"))
  const open = (path: string) => openOutbox(path, () => {})

  it("is refused unchanged if it is another program's, or a store", () => {
    const path = join(folder(), "other.db")
    const other = new DatabaseSync(path)
    other.exec("CREATE TABLE attempts (id TEXT)")
    other.close()
    const before = readFileSync(path)
    assert.throws(() => open(path), /^it is another program's file, or a store; name one that is its own$/)
    assert.isTrue(readFileSync(path).equals(before))
    const named = join(folder(), "named.db")
    const own = new DatabaseSync(named)
    own.exec("PRAGMA application_id = 7")
    own.close()
    assert.throws(() => open(named), "it is another program's file")
  })

  it.each(['{"terminals":[]}', `{"terminals":["${"bar".repeat(2_000)}"]}`])(
    "is refused unchanged if it never was a database (%#)",
    (text) => {
      const path = join(folder(), "terminals.json")
      writeFileSync(path, text)
      assert.throws(() => open(path), /^it is another program's file, or a store; name one that is its own$/)
      assert.strictEqual(readFileSync(path, "utf8"), text)
    }
  )

  it("belongs to one gateway at a time, and to the next one after it", () => {
    const path = join(folder(), "outbox.db")
    const first = open(path)
    assert.throws(() => open(path), /^another gateway has it; each needs one of its own$/)
    first.close()
    assert.doesNotThrow(() => open(path).close())
  })

  it("opens even if nothing can be written to it, as on a full disk", () => {
    const path = join(folder(), "outbox.db")
    open(path).close()
    const other = new DatabaseSync(path)
    other.exec("BEGIN IMMEDIATE")
    assert.doesNotThrow(() => open(path).close())
    other.close()
  })

  it.each([
    ["at its start", 0],
    ["in its table", 4096]
  ])(
    "does not keep a shop closed if it is damaged %s, stays as it is, and alarms are delivered from memory",
    (_, place) => {
      const path = join(folder(), "outbox.db")
      const message = AlarmMessage.unreachable("bar", 3, 0)
      const first = open(path)
      for (let i = 0; i < 100; i++) first.add({ ...message, id: `${i}` }, ["webhook"], 0)
      first.close()
      const bytes = readFileSync(path)
      bytes.fill("garbage ", place, place + 4096)
      writeFileSync(path, bytes)
      const warned: Array<string> = []
      const outbox = openOutbox(path, (detail) => warned.push(detail))
      assert.lengthOf(warned, 1)
      assert.match(
        warned[0] ?? "",
        /^the file of alarms .*outbox\.db is damaged \(.*\): alarms are delivered from memory, /
      )
      assert.isTrue(outbox.add(message, ["webhook"], 0))
      assert.strictEqual(outbox.next("webhook", 0)?.message.code, "terminal.unreachable")
      outbox.close()
      assert.isTrue(readFileSync(path).equals(bytes))
      renameSync(path, `${path}.old`)
      assert.doesNotThrow(() => open(path).close())
    }
  )

  it("is taken over from a version that did not mark it as its own", () => {
    const path = join(folder(), "outbox.db")
    open(path).close()
    const old = new DatabaseSync(path)
    old.exec("PRAGMA application_id = 0")
    old.close()
    assert.doesNotThrow(() => open(path).close())
  })
})
