/**
 * Random lives of a till: it pays, is impatient, crashes, starts again, asks the server, asks a person; the terminal and
 * the line fail as they like. Whatever happens, an order is charged once or not at all, and what the till believes in
 * the end is what the terminal's ledger says.
 */
import { assert, describe, it } from "@effect/vitest"
import { AttemptJournal, type Client, makeClient } from "@hipay-pos/client"
import { startServer } from "@hipay-pos/server-mock/node"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const orderIds = ["ORDER_1", "ORDER_2"] as const
const amounts = { ORDER_1: 1250, ORDER_2: 999 } as const
const hosts = ["192.0.2.10", "192.0.2.11"] as const

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

const Pay = Schema.Struct({
  do: Schema.Literal("pay"),
  order: Schema.Literals(orderIds),
  host: Schema.Literals(hosts),
  fault: Fault,
  async: Schema.Boolean,
  /** How the till's side of it ends: patiently, by an abort, or with the till itself. */
  end: Schema.Literals(["waits", "aborts", "crashes"])
})

/** Mostly payments. */
const Step = Schema.Union([
  Pay,
  Pay,
  Schema.Struct({ do: Schema.Literal("pay at both"), order: Schema.Literals(orderIds) }),
  Schema.Struct({ do: Schema.Literal("ask the server") }),
  Schema.Struct({ do: Schema.Literal("ask a person") })
])
type Step = typeof Step.Type

const Life = Schema.Array(Step).check(Schema.isMinLength(5), Schema.isMaxLength(12))

/** A disk: what was written before a crash is still there, what the crashed till writes afterwards is not. */
const makeDisk = () => {
  const entries: Array<AttemptJournal.Opening | AttemptJournal.Ending> = []
  const start = () => {
    let alive = true
    const write = async (entry: AttemptJournal.Opening | AttemptJournal.Ending) => {
      if (alive) entries.push(entry)
    }
    const read = async () => replay().all()
    const replay = () => {
      const attempts = new AttemptJournal.Attempts()
      for (const entry of entries) attempts.add(entry)
      return attempts
    }
    const open = async (opening: AttemptJournal.Opening) => {
      const kept = replay().open(opening)
      if (kept.id === opening.id) await write(opening)
      return kept
    }
    return {
      journal: AttemptJournal.fromPromises({ open, end: write, attempts: read }),
      read,
      die: () => {
        alive = false
      }
    }
  }
  return { start }
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
    assert.isBelow(response.status, 400, `${method} ${path}`)
    return response.status === 204 ? undefined : response.json()
  }
  const disk = makeDisk()
  let process = disk.start()
  const makeClients = (): Record<"sync" | "async", Client> => {
    const options = { server: url, username: `merchant+${space}`, password: "secret", journal: process.journal }
    return { sync: makeClient(options), async: makeClient({ ...options, async: true }) }
  }
  let clients = makeClients()
  /** Minor units that the terminals have of an order. */
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
    attempts: () => process.read(),
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
  /** The order id, as it was asked for. */
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
      const paying = hosts.map((host) => till.client("sync").tryPay(order(step.order), at(host)))
      await until(till, Promise.all(paying))
      return
    }
    case "ask the server": {
      for (const { id } of await till.client("sync").unsettled()) await till.client("sync").resolve(id)
      return
    }
    case "ask a person": {
      // He looks once everything has come to rest, and says what he sees.
      await till.wait()
      for (const { id, orderId } of await till.client("sync").unsettled()) {
        const outcome = (await till.charged(orderId)) > 0 ? "approved" : "declined"
        await till.client("sync").resolve(id, { outcome, by: "Ada", evidence: "the terminal's journal" })
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
        // A server that pays a repeat again, as nothing says that the real one does not: only the client stands in its way.
        await using mock = await startServer({ port: 0, validation: "faithful" })
        const till = await makeTill(mock)
        await till.ask("POST", "/clock", { action: "freeze" })
        for (const step of steps) {
          await live(till, step)
          for (const orderId of orderIds) {
            assert.include([0, amounts[orderId]], await till.charged(orderId), `${orderId} after ${step.do}`)
          }
        }
        till.restart()
        await live(till, { do: "ask a person" })
        assert.deepStrictEqual(await till.client("sync").unsettled(), [])
        for (const orderId of orderIds) {
          const charged = await till.charged(orderId)
          assert.include([0, amounts[orderId]], charged)
          const ends = (await till.attempts()).filter((attempt) => attempt.orderId === orderId)
          assert.strictEqual(
            ends.some(({ state }) => state === "approved"),
            charged > 0,
            `what the till believes of ${orderId}: ${ends.map(({ state }) => state).join(", ")}`
          )
        }
      }),
    { arbitrary: { runs: 25, maxShrinks: 30 }, timeout: 120_000 }
  )
})
