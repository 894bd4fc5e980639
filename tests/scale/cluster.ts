/** Several gateway processes on one database, with local terminals whose ledgers show what was charged. */
import { type StartedTerminal, startTerminal } from "@hipay-pos/terminal-simulator/node"
import { afterAll } from "vitest"
import { hangingUp } from "../crashes.ts"
import { type GatewayProcess, startGatewayProcess } from "../gatewayProcess.ts"
import { until } from "../until.ts"
import { connect, startMigrated } from "./databases.ts"
import type { PostgresServer } from "./postgresServer.ts"

/** A database with gateways. */
export interface Cluster extends AsyncDisposable {
  readonly server: PostgresServer
  /** The address of the store. */
  readonly store: string
  readonly terminals: ReadonlyArray<StartedTerminal>
  /** Starts a gateway over all of the terminals. */
  readonly start: (
    instance: string,
    more?: ReadonlyArray<string>,
    env?: Readonly<Record<string, string>>,
    /** Overrides the address of the store. */
    at?: string
  ) => Promise<GatewayProcess>
  /** How many charges all terminals have for an order id. */
  readonly charges: (orderId: string) => number
  readonly sql: (sql: string) => string
  /** Waits until a query returns a number, over one connection that stays open. */
  readonly until: (sql: string, expected: number) => Promise<void>
}

/** A terminal that answers after about this many milliseconds, and hangs up. */
const quick = (milliseconds: number) => ({
  port: 0,
  closesAfterAnswer: true,
  pace: {
    woken: milliseconds,
    cardPresented: 0,
    pin: 0,
    authorising: 0,
    printing: 0,
    inputTimeout: 60_000,
    walkAway: 0,
    jitter: 0
  }
})

/** The lease of a gateway that must not be given up, however slow the machine is. */
export const LONG_LEASE = process.env.SCALE_LEASE ?? "30s"

/** Returns a function that starts clusters for a test file, on one server that ends with the file. */
export const clustersOfFile = () => {
  let started: ReturnType<typeof startMigrated> | undefined
  afterAll(async () => (await started)?.server.remove())
  const serverOfFile = () => {
    started ??= startMigrated()
    return started
  }
  return (options?: Settings) => startCluster(serverOfFile, options)
}

interface Settings {
  readonly terminals?: number
  /** Milliseconds that each terminal takes to answer. */
  readonly pace?: number
  /** For a test that replaces the server. */
  readonly ownServer?: boolean
  readonly lease?: string
  readonly drain?: string
  /** Whether the terminals go through the stages of a payment. */
  readonly stages?: boolean
}

/** Starts a migrated database, and terminals. */
const startCluster = async (
  serverOfFile: typeof startMigrated,
  {
    terminals: count = 1,
    pace = 4,
    ownServer = false,
    lease = process.env.SCALE_LEASE ?? "4s",
    drain = process.env.SCALE_DRAIN ?? "300ms",
    stages = false
  }: Settings = {}
): Promise<Cluster> => {
  const { server, template } = await (ownServer ? startMigrated() : serverOfFile())
  if (!server.isRunning()) server.start()
  const store = server.database(template)
  const database = await connect(store)
  const terminals = await Promise.all(
    Array.from({ length: count }, () => startTerminal(stages ? hangingUp : quick(pace)))
  )
  const dial = terminals.flatMap(({ port }) => ["--dial", `127.0.0.1:${port}`])
  const running = new Set<GatewayProcess>()
  return {
    server,
    store,
    terminals,
    start: async (instance, more = [], env = {}, at = store) => {
      const gateway = await startGatewayProcess(
        [...dial, ...["--store", at, "--instance", instance, "--lease", lease, "--drain-delay", drain], ...more],
        { env }
      )
      running.add(gateway)
      void gateway.ended.then(() => running.delete(gateway))
      return gateway
    },
    charges: (orderId) =>
      terminals
        .flatMap(({ simulator }) => simulator.ledger.entries())
        .filter(({ privateData }) => privateData === orderId).length,
    sql: (sql) => server.psql(sql, store.split("/").at(-1)),
    until: async (sql, expected) => {
      const isThere = async () => {
        // The database may be unreachable for a moment.
        const [row = {}] = await database.query(sql).catch(() => [])
        return Object.values(row).some((value) => Number(value) === expected)
      }
      await until(`${expected} by ${sql}`, isThere)
    },
    [Symbol.asyncDispose]: async () => {
      const gateways = [...running]
      for (const gateway of gateways) gateway.kill()
      await Promise.all(gateways.map(({ ended }) => ended))
      await Promise.all([...terminals.map(({ close }) => close()), database.close()])
      if (ownServer) server.remove()
    }
  }
}
