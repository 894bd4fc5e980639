import { assert, describe, it } from "vitest"
import type { Database } from "../../src/postgres/Database.ts"
import { groupsOf } from "../../src/postgres/groups.ts"
import * as LastWritten from "../../src/postgres/LastWritten.ts"

const row = (id: string, documents: { readonly json?: string; readonly said?: string } = {}) => ({
  columns: { id },
  json: "{}",
  said: "{}",
  ...documents
})

/** Groups for a database that writes everything, and the documents that it was sent. */
const make = () => {
  const sent: Array<readonly [rows: string, jsons: string, said: string]> = []
  const query = async (_: string, [rows = "", jsons = "", said = ""]: ReadonlyArray<string>) => {
    sent.push([rows, jsons, said])
    return JSON.parse(rows)
  }
  return { sent, ...groupsOf({ query } as unknown as Database, LastWritten.make()) }
}

describe("a row whose document has a line break", () => {
  it.each(["claim", "change"] as const)("is not sent in a group: %s", async (act) => {
    const groups = make()
    const written = [row("a"), row("b", { json: "{\n}" }), row("c", { said: "{\n}" }), row("d")].map(groups[act])
    assert.deepStrictEqual(await Promise.all(written), [true, false, false, true])
    assert.deepStrictEqual(groups.sent, [
      ['[{"id":"a"}]', "{}", "{}"],
      ['[{"id":"d"}]', "{}", "{}"]
    ])
  })
})
