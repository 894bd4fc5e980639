/** A store that is pruned while another program writes to it; the pruning process is killed in the middle. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setImmediate } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { openStore, pruneStore } from "@hipay-pos/server/node"
import { attempt, frames, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { assert, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "prune-"))

const DAYS = 86_400_000
const program = fileURLToPath(new URL("pruneProcess.ts", import.meta.url))
const OLD = 1_000

/** The n-th attempt; one of five moved no money. */
const nth = (n: number, openedAt: number): Attempt => {
  const amount = { minorUnits: 1_000 + n, currency: "EUR" } as Attempt["amount"]
  const state = n % 5 === 0 ? "declined" : "approved"
  return attempt(`${n}`, { terminal: "dialled", openedAt, endedAt: openedAt, amount, state })
}

const reducedIn = (path: string): number => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    return Number(database.prepare(`SELECT count(*) AS n FROM attempts WHERE json LIKE '%"prunedAt":%'`).get()?.n)
  } finally {
    database.close()
  }
}

it("lets every payment go on meanwhile; killed in the middle it has lost nothing, and a second run does the rest", async () => {
  const path = join(folder, "attempts.db")
  const now = Date.now()
  const opened = await openStore({ path, mode: "gateway", frames })
  const { store } = opened
  const write = (from: number, count: number, at: number) =>
    Effect.runPromise(
      Effect.forEach(
        Array.from({ length: count }, (_, n) => nth(from + n, at)),
        (each) => put(store, each),
        { concurrency: "unbounded" }
      )
    )
  await write(1, OLD, now - 100 * DAYS)
  const before = new Date(now - 60 * DAYS).toISOString().slice(0, 10)
  const pruning = spawn(process.execPath, ["--conditions=@hipay-pos/source", program, path, before], {
    stdio: ["ignore", "ignore", "inherit"]
  })
  const ended = once(pruning, "exit")
  let next = OLD + 1
  try {
    while (reducedIn(path) === 0) {
      await write(next++, 1, now)
      await setImmediate()
    }
  } finally {
    pruning.kill("SIGKILL")
  }
  assert.deepStrictEqual(await ended, [null, "SIGKILL"])
  assert.isBelow(reducedIn(path), (OLD / 5) * 4)

  const rest = pruneStore({ store: path, before, now })
  for (let more = 0; more < 10; more++) await write(next++, 1, now)
  const pruned = await rest
  assert.strictEqual(pruned.reduced + pruned.earlier, (OLD / 5) * 4)
  assert.strictEqual(pruned.kept, 0)
  const list = await Effect.runPromise(store.list({}))
  const amounts = new Map(list.map(({ id, amount }) => [id, amount.minorUnits]))
  for (let n = 1; n < next; n++)
    assert.strictEqual(amounts.get(`${n}`), n <= OLD && n % 5 === 0 ? undefined : 1_000 + n, `attempt ${n}`)
  // Each approved order still has its guard.
  const again = { ...nth(7, now), id: "again", state: "open" } as Attempt
  const claimed = await Effect.runPromise(store.claim({ attempt: again, terminal: undefined, payAgain: false }))
  assert.strictEqual(claimed._tag, "OrderTaken")
  await opened.close()
}, 180_000)
