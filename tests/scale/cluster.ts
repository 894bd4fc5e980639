/** Several gateways as processes on one database, with terminals on this machine whose ledgers say what was charged. */
import { type StartedTerminal, startTerminal } from "@hipay-pos/terminal-simulator/node"
import { someMilliseconds } from "../crashes.ts"
import { type GatewayProcess, runGateway, startGatewayProcess } from "../gatewayProcess.ts"
import { type PostgresServer, startPostgres } from "./postgresServer.ts"

/** A database with gateways on it. */
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
    /** Another address of the store. */
    at?: string
  ) => Promise<GatewayProcess>
  /** What is charged at all terminals under an order's id. */
  readonly charges: (orderId: string) => number
  readonly sql: (sql: string) => string
}

/** A terminal that answers after about so many milliseconds, and hangs up. */
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

/** Of a gateway that is not to be given up, however slow the machine is. */
export const LONG_LEASE = process.env.SCALE_LEASE ?? "30s"

/** Starts a database, its schema and terminals. */
export const startCluster = async ({
  terminals: count = 1,
  pace = 4,
  settings = "",
  lease = process.env.SCALE_LEASE ?? "4s",
  drain = process.env.SCALE_DRAIN ?? "300ms",
  stages = false
} = {}): Promise<Cluster> => {
  const server = await startPostgres(settings)
  const store = server.database()
  const migrated = await runGateway(["migrate", "--store", store])
  if (migrated.code !== 0) throw new Error(migrated.stderr)
  const terminals = await Promise.all(
    Array.from({ length: count }, () => startTerminal(stages ? someMilliseconds : quick(pace)))
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
    [Symbol.asyncDispose]: async () => {
      const gateways = [...running]
      for (const gateway of gateways) gateway.kill()
      await Promise.all(gateways.map(({ ended }) => ended))
      await Promise.all(terminals.map(({ close }) => close()))
      server.remove()
    }
  }
}
