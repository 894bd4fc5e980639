/**
 * `pnpm bench growth`: costs that must not grow with the data: an order by the number of unknown and stored attempts, listed
 * terminals, listeners and spaces; a request by the number of logins; a gateway's start and memory by its terminals. If
 * PostgreSQL is on this machine, also on it.
 *
 * Orders go one after the other to a terminal that answers at once, in this process, over a gateway's store and terminals or
 * through a mock. A full one and an empty one alternate, so that a slow minute of the machine slows both.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import * as Money from "@hipay-pos/core/Money"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { DialledTerminals } from "@hipay-pos/gateway"
import { startGateway } from "@hipay-pos/gateway/node"
import { Address, Database, migrate, PostgresStore } from "@hipay-pos/gateway/postgres"
import { type AttemptStore, Attempts, KeptOrder, MemoryStore, OwedEnds, validate } from "@hipay-pos/server"
import { type Attempt, close, type PerformedResult } from "@hipay-pos/server/Attempt"
import * as Credentials from "@hipay-pos/server/Credentials"
import { SqliteStore } from "@hipay-pos/server/node"
import { makeMock } from "@hipay-pos/server-mock"
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { type PostgresServer, skipped, startPostgres } from "../tests/scale/postgresServer.ts"
import { bytesInUse } from "./measure/bytesInUse.ts"
import type { Figure, LeftOut, Measure } from "./measure/Figure.ts"
import { median, rounded } from "./measure/statistics.ts"
import { smallOrder } from "./server/orders.ts"

const UNKNOWN = 2_000
const KEPT_ORDERS = 100_000
const TERMINALS = 20_000
const LISTENERS = 1_000
const SPACES = 1_000
const LOGINS = 20_000
const ROUNDS = 100
const ORDERS = 20

const HOST = "192.0.2.10"
const authorization = `Basic ${btoa("merchant:secret")}`

/** Pays some orders; returns the time of each, in milliseconds. */
type Pay = Effect.Effect<ReadonlyArray<number>, unknown>

/** The data that exists before the measurement. */
interface There {
  /** Attempts at other terminals, in this state. */
  readonly unknown?: number
  readonly approved?: number
  readonly terminals?: number
}

/** Creates so many attempts at other terminals. */
const leave = (store: AttemptStore.AttemptStore, count: number, state: "unknown" | "approved") => {
  const amount = Money.of("12.45", "EUR")
  const end: PerformedResult =
    state === "unknown"
      ? { _tag: "Defect" }
      : { _tag: "Outcome", outcome: { _tag: "Approved", amount, card: {}, warnings: [] } }
  const write = (index: number) => {
    const host = `${state}-${index}`
    const attempt: Attempt = {
      id: host,
      key: { login: "shop", orderId: host, transactionType: "Debit" },
      order: new KeptOrder({}),
      amount,
      target: TerminalTarget.concert({ host, port: 8888, version: "3.2", contracts: [] }),
      terminal: "dialled",
      findings: [],
      openedAt: Date.now(),
      state: "open",
      events: []
    }
    const claim = store.claim({ attempt, terminal: { name: `${host}:8888`, address: undefined }, payAgain: false })
    return Effect.andThen(claim, store.change(attempt, close(attempt, end, Date.now())))
  }
  return Effect.all(
    Array.from({ length: count }, (_, index) => write(index)),
    { concurrency: 1_000, discard: true }
  )
}

/** Orders over a gateway's store. */
const over = Effect.fnUntraced(function* (
  make: Effect.Effect<AttemptStore.AttemptStore, unknown, Scope.Scope>,
  { unknown = 0, approved = 0, terminals: listed = 1 }: There
) {
  const kept = yield* make
  yield* leave(kept, unknown, "unknown")
  yield* leave(kept, approved, "approved")
  const store = OwedEnds.over(kept)
  const { connector } = yield* TerminalSimulator.make()
  const others = Array.from({ length: listed - 1 }, (_, index) => ({ host: `other-${index}` }))
  const terminals = DialledTerminals.make({ terminals: [...others, { host: HOST }], connector, store })
  const attempts = yield* Attempts.make({ store, terminals })
  const pay: Pay = Effect.gen(function* () {
    const times: Array<number> = []
    for (let i = 0; i < ORDERS; i++) {
      const read = validate(smallOrder(HOST), "strict")
      if (read._tag !== "Accepted") return yield* Effect.die("the order is not valid")
      const { request, body, findings } = read
      const order = new KeptOrder(body)
      const began = performance.now()
      const { state } = yield* attempts.pay({ login: "shop", request, order, findings })
      times.push(performance.now() - began)
      if (state !== "approved") return yield* Effect.die(`the order is ${state}`)
    }
    return times
  })
  return pay
})

/** Orders of a mock that is called without a port, some in another space than the one that is paid in. */
const atMock = Effect.fnUntraced(function* ({ listeners = 0, spaces = 0 }: { listeners?: number; spaces?: number }) {
  const mock = yield* Effect.acquireRelease(
    Effect.sync(() => makeMock({ pace: "instant" })),
    (mock) => Effect.promise(() => mock.close())
  )
  const send = (order: object, more: Readonly<Record<string, string>> = {}) =>
    mock.fetch(`${mock.url}/v1/connector/order`, {
      method: "POST",
      headers: {
        authorization,
        "content-type": "application/json",
        ...more
      },
      body: JSON.stringify(order)
    })
  yield* Effect.promise(async () => {
    for (let each = 0; each < spaces; each++)
      await (await send(smallOrder(HOST), { "x-mock-space": `space-${each}` })).text()
    for (let each = 0; each < listeners; each++) {
      const terminal = `listened-${each}.test`
      await mock.mock.terminal(terminal).cardholder("manual")
      const answer = await send(smallOrder(terminal), { prefer: "respond-async" })
      const { id } = (await answer.json()) as { readonly id: string }
      const { body } = await mock.fetch(`${mock.url}/attempts/${id}/events`, { headers: { authorization } })
      void body?.pipeTo(new WritableStream())
    }
  })
  const pay: Pay = Effect.promise(async () => {
    const times: Array<number> = []
    for (let i = 0; i < ORDERS; i++) {
      const order = smallOrder(HOST)
      const began = performance.now()
      const answer = await send(order)
      await answer.text()
      times.push(performance.now() - began)
      if (answer.status !== 200) throw new Error(`the mock answered ${answer.status}`)
    }
    return times
  })
  return pay
})

/** A new shared store. */
const shared = (server: PostgresServer) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const database = await Database.connect(Address.read(server.database(), {}))
      await migrate(database)
      const instance = { name: "one", version: "", settings: "", lease: 15_000 }
      return { database, store: await PostgresStore.open({ database, frames: Frames, ...instance }) }
    }),
    ({ database, store }) =>
      Effect.promise(async () => {
        await store.close()
        await database.close()
      })
  ).pipe(Effect.map(({ store }) => store))

/** A gateway with so many listed terminals: the time of its start, and its memory then. */
const start = async (folder: string, count: number) => {
  const terminals = Array.from({ length: count }, (_, i) => ({ name: `shop-${i}`, host: `10.${i >> 8}.${i % 256}.1` }))
  const began = performance.now()
  const gateway = await startGateway({
    port: 0,
    terminals,
    store: join(folder, `start-${count}-${began}.db`),
    credentials: { username: "till", password: "of the bench" }
  })
  const milliseconds = performance.now() - began
  const bytes = bytesInUse()
  await gateway.close()
  return { milliseconds, bytes }
}

/** With many terminals, compared with one; the first start only compiles. */
const starts = async (folder: string): Promise<ReadonlyArray<Figure>> => {
  await start(folder, 1)
  const [one, many] = [await start(folder, 1), await start(folder, TERMINALS)]
  return [
    {
      name: "growth.terminals-start",
      value: rounded(many.milliseconds / 1_000),
      beside: { ofOne: rounded(one.milliseconds / 1_000) }
    },
    { name: "growth.terminals-memory", value: rounded((many.bytes - one.bytes) / TERMINALS / 1_000) }
  ]
}

/**
 * An order of a full one, compared with that of an empty one. Rounds are short and compared one by one: a slow second of the
 * machine affects both sides of only a few rounds.
 */
const compare = Effect.fnUntraced(function* (name: string, empty: Pay, full: Pay) {
  const rounds: Array<{ readonly without: number; readonly beside: number }> = []
  yield* empty
  yield* full
  for (let round = 0; round < ROUNDS; round++) {
    // Each goes first equally often, so that neither pays for the other's garbage collection.
    const before = round % 2 === 0 ? median(yield* empty) : undefined
    const beside = median(yield* full)
    rounds.push({ without: before ?? median(yield* empty), beside })
  }
  return {
    name: `growth.${name}`,
    value: rounded(median(rounds.map(({ without, beside }) => beside / without))),
    beside: {
      milliseconds: rounded(median(rounds.map(({ beside }) => beside))),
      without: rounded(median(rounds.map(({ without }) => without)))
    }
  }
})

const logins = (): Figure => {
  const check = (count: number) => {
    const known = Array.from({ length: count }, (_, i) => ({
      username: `shop-${i}`,
      password: Redacted.make(`password of ${i}`)
    }))
    const { header } = Credentials.makeCheck(known)
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now()
      for (let i = 0; i < LOGINS; i++) header(headers[i])
      return ((performance.now() - began) / LOGINS) * 1_000
    })
    return rounded(median(times))
  }
  const headers = Array.from({ length: LOGINS }, (_, i) => `Basic ${btoa(`shop-${i}:password of ${i}`)}`)
  return { name: "growth.logins", value: check(LOGINS), beside: { ofOne: check(1) } }
}

export const measure: Measure = async () => {
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-bench-growth-"))
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
  let files = 0
  const memory = Effect.sync(() => MemoryStore.make(KEPT_ORDERS * 2))
  const sqlite = Effect.suspend(() =>
    SqliteStore.open({ path: join(folder, `${++files}.db`), mode: "gateway", frames: Frames })
  )
  const scoped = <A>(effect: Effect.Effect<A, unknown, Scope.Scope>) => Effect.runPromise(Effect.scoped(effect))
  const stores = (name: string, make: Parameters<typeof over>[0], there: There) =>
    scoped(Effect.flatMap(Effect.all([over(make, {}), over(make, there)]), ([a, b]) => compare(name, a, b)))
  const mocks = (name: string, there: Parameters<typeof atMock>[0]) =>
    scoped(Effect.flatMap(Effect.all([atMock({}), atMock(there)]), ([a, b]) => compare(name, a, b)))
  const server = skipped === "" ? await startPostgres() : undefined
  const onPostgres: Figure | LeftOut =
    server === undefined
      ? { name: "growth.unknown-postgres", leftOut: skipped }
      : await stores("unknown-postgres", shared(server), { unknown: UNKNOWN })
  server?.remove()
  return [
    onPostgres,
    await stores("unknown-memory", memory, { unknown: UNKNOWN }),
    await stores("unknown-sqlite", sqlite, { unknown: UNKNOWN }),
    await stores("kept", sqlite, { approved: KEPT_ORDERS }),
    await stores("terminals", memory, { terminals: TERMINALS }),
    await mocks("listeners", { listeners: LISTENERS }),
    await mocks("spaces", { spaces: SPACES }),
    logins(),
    ...(await starts(folder))
  ]
}
