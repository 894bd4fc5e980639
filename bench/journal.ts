/**
 * `pnpm bench journal`: a client's journal of 300 000 payments compared with an empty one: how long a new process takes to open an
 * attempt, and how much more memory it needs.
 */
import { execFileSync } from "node:child_process"
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { finished } from "node:stream/promises"
import { fileURLToPath } from "node:url"
import { FileJournal } from "@hipay-pos/client/node"
import * as Effect from "effect/Effect"
import type { Measure } from "./measure/Figure.ts"
import { rounded } from "./measure/statistics.ts"

const PAYMENTS = Number(process.env.PAYMENTS ?? 300_000)

/** In a process of its own: opens and ends an attempt, and looks for unsettled ones. */
const CHILD = `
  import { FileJournal } from "@hipay-pos/client/node"
  import * as Effect from "effect/Effect"
  const since = performance.now()
  const journal = FileJournal.make(process.argv[1])
  const common = { transactionType: "Debit", amount: 1250, currency: "EUR", terminal: "192.168.1.20:8888" }
  const id = "new-" + process.pid
  const { id: kept } = await Effect.runPromise(journal.open({ id, orderId: id, ...common, openedAt: Date.now() }))
  if (kept !== id) throw new Error("not opened")
  const unsettled = await Effect.runPromise(journal.unsettled)
  if (unsettled.length !== 1) throw new Error("lost")
  const milliseconds = performance.now() - since
  await Effect.runPromise(journal.end({ id, state: "declined", endedAt: Date.now() }))
  console.log(JSON.stringify({ milliseconds, bytes: process.resourceUsage().maxRSS * 1024 }))`

const openIn = (path: string): { milliseconds: number; bytes: number } => {
  const args = ["--conditions=@hipay-pos/source", "--input-type=module", "--eval", CHILD, "--", path]
  const cwd = fileURLToPath(new URL(".", import.meta.url))
  return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: "utf8" }))
}

/** The best of some runs, least disturbed by other work on the machine. */
const best = (path: string) => {
  const runs = Array.from({ length: 5 }, () => openIn(path))
  return {
    milliseconds: Math.min(...runs.map(({ milliseconds }) => milliseconds)),
    bytes: Math.min(...runs.map(({ bytes }) => bytes))
  }
}

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-journal-"))
  try {
    const lines = createWriteStream(join(folder, "full.jsonl"), { mode: 0o600 })
    for (let i = 0; i < PAYMENTS; i++) {
      const openedAt = Date.now() - (PAYMENTS - i) * 60_000
      const common = { transactionType: "Debit", amount: 1250, currency: "EUR", terminal: "192.168.1.20:8888" }
      const id = `mx0abcdef${i.toString(36)}`
      const ending = { id, state: "approved", endedAt: openedAt + 5_000, paid: 1250, serverAttempt: `/attempts/${id}` }
      const text = `${JSON.stringify({ id, orderId: `T${i}-1`, ...common, openedAt })}\n${JSON.stringify(ending)}\n`
      if (!lines.write(text)) await new Promise((resolve) => lines.once("drain", resolve))
    }
    lines.end()
    await finished(lines)

    const since = performance.now()
    const full = join(folder, "full.db")
    await Effect.runPromise(FileJournal.make(full).unsettled ?? Effect.succeed([]))
    const takenIn = performance.now() - since

    const [empty, kept] = [best(join(folder, "empty.db")), best(full)]
    return [
      {
        name: "journal.open",
        value: Math.round(kept.milliseconds),
        beside: { payments: PAYMENTS, emptyMilliseconds: Math.round(empty.milliseconds) }
      },
      { name: "journal.memory", value: rounded((kept.bytes - empty.bytes) / 1e6) },
      { name: "journal.taken-in", value: rounded(takenIn / 1_000), beside: { bytesOnDisk: statSync(full).size } }
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}
