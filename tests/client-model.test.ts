/**
 * Random histories of a till: it pays, gives up early, crashes, restarts, asks the server, asks a person, and shares its
 * journal's file with another process; the terminal and the line fail at random, the cardholder adds a tip or has a card
 * that pays half, and a person guesses the outcome of a payment under way. In each of them, an order is charged at most
 * once, and the till's final outcome and amount agree with the terminal's ledger.
 */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import {
  AttemptJournal,
  type Client,
  type Fetch,
  makeClient,
  NotUnsettled,
  type ResolveOptions
} from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import { startServer } from "@hipay-pos/server-mock/node"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const orderIds = ["ORDER_1", "ORDER_2", "ORDER_3"] as const
const amounts = { ORDER_1: 1250, ORDER_2: 999, ORDER_3: 700 } as const
const hosts = ["192.0.2.10", "192.0.2.11"] as const

/** The order and terminal of guesses. That terminal always reports its charge: nothing else corrects a wrong guess. */
const GUESSED = { order: "ORDER_3", host: "192.0.2.12" } as const

const Fault = Schema.Literals([
  "none",
  "http reset",
  "http half-body",
  "http error-before",
  "http error-after",
  "terminal silent",
  "terminal reset",
  "terminal answer-lost",
  "terminal reboot",
  "terminal late-answer"
])

/** Who pays: with an ordinary card, with a tip of 10 %, or with a card that pays half. */
const Payer = Schema.Literals(["cb", "tip", "partial"])
const payers = {
  cb: { card: "cb" },
  tip: { card: "cb", tip: 10 },
  partial: { card: "partial" }
} as const

/** The amount of an order that may be charged, if any is. */
const chargesOf = (orderId: (typeof orderIds)[number]) => {
  const amount = amounts[orderId]
  return [amount, amount + Math.floor(amount / 10), Math.floor(amount / 2)]
}

const Pay = Schema.Struct({
  do: Schema.Literal("pay"),
  order: Schema.Literals(["ORDER_1", "ORDER_2"]),
  host: Schema.Literals(hosts),
  fault: Fault,
  payer: Payer,
  async: Schema.Boolean,
  /** How the till's call ends: normally, by an abort, or by a crash of the till. */
  end: Schema.Literals(["waits", "aborts", "crashes"])
})

/** Mostly payments. */
const Step = Schema.Union([
  Pay,
  Pay,
  Schema.Struct({
    do: Schema.Literal("pay at both"),
    order: Schema.Literals(["ORDER_1", "ORDER_2"]),
    processes: Schema.Literals([1, 2])
  }),
  Schema.Struct({
    do: Schema.Literal("guess meanwhile"),
    payer: Schema.Literals(["cb", "partial"]),
    /** A person's resolution, in which process, and whether it is written before the answer comes. */
    outcome: Schema.Literals(["approved", "declined"]),
    process: Schema.Literals(["own", "other"]),
    comes: Schema.Literals(["before", "after"])
  }),
  Schema.Struct({ do: Schema.Literal("ask the server") }),
  Schema.Struct({ do: Schema.Literal("ask a person") })
])
type Step = typeof Step.Type

const Life = Schema.Array(Step).check(Schema.isMinLength(5), Schema.isMaxLength(12))

const folder = mkdtempSync(join(tmpdir(), "client-model-"))
let disks = 0

/** A journal's file: writes before a crash are kept, writes of the crashed process afterwards are not. */
const makeDisk = () => {
  const file = AttemptJournal.toPromises(FileJournal.make(join(folder, `${++disks}.journal`)))
  const start = () => {
    let alive = true
    return {
      journal: AttemptJournal.fromPromises({
        ...file,
        end: async (ending) => {
          if (alive) await file.end(ending)
        }
      }),
      die: () => {
        alive = false
      }
    }
  }
  return { start, attempts: file.attempts }
}

type Mock = Awaited<ReturnType<typeof startServer>>
let spaces = 0

/** One till and its space of the mock. */
const makeTill = async ({ url, control }: Mock) => {
  const space = `life-${++spaces}`
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = {
      authorization: `Bearer ${control.token}`,
      "x-mock-space": space,
      "content-type": "application/json"
    }
    const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await fetch(`${control.url}${path}`, init)
    assert.isBelow(response.status, 400, `${method} ${path}: ${response.status < 400 ? "" : await response.text()}`)
    return response.status === 204 ? undefined : response.json()
  }
  const disk = makeDisk()
  let process = disk.start()
  const makeClients = ({ journal } = process): Record<"sync" | "async", Client> => {
    const options = { server: url, username: `merchant+${space}`, password: "secret", journal }
    return { sync: makeClient(options), async: makeClient({ ...options, async: true }) }
  }
  let clients = makeClients()
  /** Another process on the same file, which never crashes. */
  const others = disk.start()
  const other = makeClients(others)
  /** Minor units that the terminals have charged for an order. */
  const charged = async (order: string): Promise<number> => {
    const { entries } = (await ask("GET", "/ledger")) as { entries: ReadonlyArray<LedgerEntry> }
    return entries
      .filter(({ privateData }) => privateData === order)
      .reduce((sum, { operation, amount }) => sum + (operation === "debit" ? amount : -amount), 0)
  }
  return {
    ask,
    charged,
    client: (kind: "sync" | "async") => clients[kind],
    other,
    /** A client of either process, which controls when its queries are answered. */
    asking: (which: "own" | "other") => {
      const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>()
      const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
      const fetch: Fetch = async (url, init) => {
        const answer = await globalThis.fetch(url, init as RequestInit)
        ask()
        await goesOn
        return answer
      }
      const { journal } = which === "own" ? process : others
      const client = makeClient({ server: url, username: `merchant+${space}`, password: "secret", journal, fetch })
      return { client, asked, goOn }
    },
    attempts: disk.attempts,
    restart: () => {
      process.die()
      process = disk.start()
      clients = makeClients()
    },
    /** Long enough for every exchange to end, and for every late answer. */
    wait: async () => {
      for (let i = 0; i < 4; i++) await ask("POST", "/clock", { action: "advance", milliseconds: 5 * 60_000 })
    }
  }
}

interface LedgerEntry {
  readonly operation: string
  readonly amount: number
  /** The requested order id. */
  readonly privateData?: string
}

type Till = Awaited<ReturnType<typeof makeTill>>

const order = (orderId: (typeof orderIds)[number]) => ({
  orderId,
  amount: { currency: "EUR", minorUnits: amounts[orderId] }
})
const at = (host: string) => ({ host, contracts: [{ merchantContract: "1234567" }] })

const setFault = async ({ ask }: Till, fault: typeof Fault.Type, host: string): Promise<void> => {
  await ask("DELETE", "/http-fault")
  const faults = `/terminals/${encodeURIComponent(`${host}:8888`)}/faults`
  await ask("DELETE", faults)
  const [where, name] = fault.split(" ")
  if (where === "http") await ask("PUT", "/http-fault", { fault: name })
  if (where === "terminal") await ask("POST", faults, { fault: name })
}

const live = async (till: Till, step: Step): Promise<void> => {
  switch (step.do) {
    case "pay": {
      await setFault(till, step.fault, step.host)
      const terminal = `/terminals/${encodeURIComponent(`${step.host}:8888`)}`
      await till.ask("PUT", `${terminal}/cardholder`, { cardholder: payers[step.payer] })
      const abort = new AbortController()
      const { end } = step
      const onProgress = (progress: string) => {
        if (progress !== "sent" || end === "waits") return
        if (end === "crashes") till.restart()
        abort.abort()
      }
      const kind = step.async ? "async" : "sync"
      const paying = till.client(kind).tryPay(order(step.order), at(step.host), { signal: abort.signal, onProgress })
      await until(till, paying)
      return
    }
    case "pay at both": {
      const clients = [till.client("sync"), step.processes === 1 ? till.client("sync") : till.other.sync]
      const paying = clients.map((client, i) => client.tryPay(order(step.order), at(hosts[i] ?? hosts[0])))
      await until(till, Promise.all(paying))
      return
    }
    case "guess meanwhile": {
      await setFault(till, "none", GUESSED.host)
      const terminal = `/terminals/${encodeURIComponent(`${GUESSED.host}:8888`)}`
      await till.ask("PUT", `${terminal}/cardholder`, { cardholder: payers[step.payer] })
      const { promise: sent, resolve: send } = Promise.withResolvers<void>()
      const paying = till.client("sync").tryPay(order(GUESSED.order), at(GUESSED.host), { onProgress: () => send() })
      await Promise.race([sent, paying])
      const [open] = (await till.attempts()).filter((each) => each.orderId === GUESSED.order && each.state === "open")
      // It was paid before, and is not sent again.
      if (open === undefined) return until(till, paying)
      const { client, asked, goOn } = till.asking(step.process)
      const word = { by: "Ada", evidence: "a guess", override: true }
      // The answer may come even before the person is heard.
      const guessing = client.resolve(open.id, { outcome: step.outcome, ...word }).catch((error: unknown) => {
        if (!(error instanceof NotUnsettled)) throw error
      })
      await Promise.race([asked, guessing])
      if (step.comes === "after") await until(till, paying)
      goOn()
      await guessing
      await until(till, paying)
      return
    }
    case "ask the server": {
      for (const { id } of await till.client("sync").unsettled()) await till.client("sync").resolve(id)
      return
    }
    case "ask a person": {
      // The person looks once everything has settled, and reports what they see.
      await till.wait()
      for (const { id, orderId, amount } of await till.client("sync").unsettled()) {
        const paid = await till.charged(orderId)
        const seen = paid > 0 ? { outcome: "approved", paid, over: paid > amount } : { outcome: "declined" }
        await till
          .client("sync")
          .resolve(id, { ...seen, by: "Ada", evidence: "the terminal's journal" } as ResolveOptions)
      }
    }
  }
}

/** Lets the mock's time pass until the till has its answer. */
const until = async (till: Till, paying: Promise<unknown>): Promise<void> => {
  let done = false
  const settle = () => {
    done = true
  }
  paying.then(settle, settle)
  for (let i = 0; i < 200 && !done; i++) await till.ask("POST", "/clock", { action: "advance", milliseconds: 10_000 })
  await paying
}

describe("a till's life", () => {
  it.live.prop(
    "charges an order once or not at all, and ends with the truth",
    [Life],
    ([steps]) =>
      Effect.promise(async () => {
        // A server that pays a repeat again, as the real one may: only the client prevents a second charge.
        await using mock = await startServer({ port: 0, validation: "faithful" })
        const till = await makeTill(mock)
        await till.ask("POST", "/clock", { action: "freeze" })
        for (const step of steps) {
          await live(till, step)
          for (const orderId of orderIds) {
            assert.include([0, ...chargesOf(orderId)], await till.charged(orderId), `${orderId} after ${step.do}`)
          }
        }
        till.restart()
        await live(till, { do: "ask a person" })
        assert.deepStrictEqual(await till.client("sync").unsettled(), [])
        for (const orderId of orderIds) {
          const charged = await till.charged(orderId)
          assert.include([0, ...chargesOf(orderId)], charged)
          const ends = (await till.attempts()).filter((attempt) => attempt.orderId === orderId)
          const isPaid = ({ state }: AttemptJournal.Attempt) => state === "approved" || state === "approved-in-part"
          const believed = ends.filter(isPaid).reduce((sum, { endings }) => sum + (endings.at(-1)?.paid ?? 0), 0)
          const words = ends.map(({ state, endings }) => `${state} ${endings.at(-1)?.paid}`).join(", ")
          assert.strictEqual(believed, charged, `what the till believes of ${orderId}: ${words}`)
        }
      }),
    { arbitrary: { runs: 25, maxShrinks: 30 }, timeout: 120_000 }
  )
})
