/** A gateway's store after it was closed. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { attempt } from "@hipay-pos/server/testing"
import { openGatewayStore } from "../src/node/openGatewayStore.ts"

const folder = mkdtempSync(join(tmpdir(), "gateway-store-"))

describe("a gateway's store that was closed", () => {
  it("leaves the spool alone, which may be the next gateway's by then", async () => {
    const spool = join(folder, "store.spool")
    const told: Array<string> = []
    const { store, close } = await openGatewayStore(
      {
        ...{ store: join(folder, "store.db"), spool, terminals: [] },
        listener: (event) => {
          if (event._tag === "StoreWarning") told.push(event.detail)
        }
      },
      undefined
    )
    await close()
    writeFileSync(spool, "the next gateway's\n")
    const seen = attempt("A", { terminal: "dialled" })
    store.owe({ attempt: seen, seen, reason: "the store is closed", since: 5 })
    assert.isFalse(store.keep())
    store.clear("A")
    assert.strictEqual(readFileSync(spool, "utf8"), "the next gateway's\n")
    assert.strictEqual(told.at(-1), "payment results cannot be kept for the next start: the gateway has stopped")
  })
})
