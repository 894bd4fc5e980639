/**
 * A process without free file descriptors: the behaviour of a journal and of a store then, and once some are free again.
 * Prints one line of JSON. Started by `open-files.test.ts` with a low limit.
 */
import { closeSync, openSync } from "node:fs"
import { join } from "node:path"
import { AttemptJournal } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import { SqliteStore } from "@hipay-pos/server/node"
import { attempt, frames } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"

const folder = process.argv[2] ?? ""
const taken: Array<number> = []
const takeAll = () => {
  for (;;) {
    try {
      taken.push(openSync("/dev/null", "r"))
    } catch (error) {
      return (error as NodeJS.ErrnoException).code
    }
  }
}
const release = () => {
  for (const file of taken.splice(0)) closeSync(file)
}

const journal = AttemptJournal.toPromises(FileJournal.make(join(folder, "journal"), { lockTimeout: 500 }))
const opening = (id: string): AttemptJournal.Opening => ({
  id,
  orderId: id,
  transactionType: "Debit",
  amount: 1250,
  currency: "EUR",
  terminal: "127.0.0.1:8888",
  openedAt: 1
})
const tryOpen = (id: string) =>
  journal.open(opening(id)).then(
    ({ state }) => state,
    (error: Error) => `${error.constructor.name}: ${error.message}`
  )

const open = SqliteStore.open({ path: join(folder, "store.db"), mode: "gateway", frames })
const tryStart = (id: string) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const store = yield* open
        const claim = { attempt: attempt(id, { terminal: "dialled" as const }), terminal: undefined, payAgain: false }
        const first = yield* store.claim(claim)
        const code = takeAll()
        const more = { ...claim, attempt: attempt(`${id} more`, { terminal: "dialled" as const }) }
        const second = yield* Effect.result(store.claim(more))
        release()
        return `${first._tag} ${code} ${second._tag}`
      })
    )
  ).catch((error: { readonly problem?: string }) => `refused: ${error.problem}`)

// Open the files that the process itself opens once before descriptors run out.
await tryOpen("FIRST")
await tryStart("FIRST")
const code = takeAll()
const full = { journal: await tryOpen("SECOND"), store: await tryStart("SECOND") }
release()
const free = { journal: await tryOpen("SECOND"), store: await tryStart("SECOND") }
const kept = (await journal.attempts()).map(({ id }) => id)
process.stdout.write(JSON.stringify({ code, full, free, kept }))
