/**
 * The connections to a shared store's database. Each query has a deadline: a dead connection reports no error, and the driver
 * would wait for minutes. After a query misses its deadline, new connections are made; queries in flight finish on the old
 * ones.
 *
 * Claims and ends have a dedicated connection each: PostgreSQL caches plans per connection, and an order takes a third longer
 * if its statements are spread over ten. If the database refuses a dedicated connection because it has too many, the
 * statement uses another one: the result of a payment must not wait for that.
 *
 * Lists have a few connections of their own, and the database cancels slow ones, so that payments do not wait for lists.
 */
import { isIP } from "node:net"
import { checkServerIdentity, type PeerCertificate } from "node:tls"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { StartFailed } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import { NOT_WRITTEN } from "./LastWritten.ts"

/** A value of a query. */
export type Value = string | number | boolean | null

/** Text that PostgreSQL accepts: NULs and lone surrogates are replaced. */
export const storable = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed()

/** Rows as JSON for `json_to_recordset`, with only {@link storable} text. */
export const rowsToJson = (rows: ReadonlyArray<unknown>): string =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === "string" ? storable(value) : value))

/** A row as the driver returns it; a bigint is a string. */
export type Row = Readonly<Record<string, unknown>>

/** The connection that a statement uses: any free one, the one for claims, or the one for ends. */
export type Connection = "any" | "claims" | "ends"

/** The connections to a database. */
export interface Database {
  /**
   * Runs one statement. Rejects with one sentence, by the deadline at the latest; the statement may have run all the same.
   */
  readonly query: (sql: string, values?: ReadonlyArray<Value>, over?: Connection) => Promise<ReadonlyArray<Row>>
  /** Opens the dedicated connections of claims and ends. Rejects if the database refuses them. */
  readonly open: () => Promise<void>
  /** Runs a statement that reads many rows, on connections for lists. Rejects like `query`, or after {@link LIST_TIMEOUT}. */
  readonly list: (sql: string, values?: ReadonlyArray<Value>) => Promise<ReadonlyArray<Row>>
  /** Runs several statements, without parameters or deadline. */
  readonly script: (sql: string) => Promise<void>
  /** Gives `use` a connection of its own, with a function that runs statements on it, without parameters or deadline. */
  readonly session: <A>(use: (run: (sql: string) => Promise<ReadonlyArray<Row>>) => Promise<A>) => Promise<A>
  /** Calls back for each notification on a channel, and with an empty payload each time it starts or resumes listening. */
  readonly listen: (channel: string, onNotify: (payload: string) => void) => Promise<void>
  readonly close: () => Promise<void>
}

/** A failed statement, with the code of the database or the system if there is one. */
export class QueryFailed extends Error {
  readonly code: string | undefined
  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

/** The database answered with an error: nothing was written, nor will be. After any other failure that is unknown. */
export class Rejected extends QueryFailed {}

/**
 * Calls a function of the schema; `parameters` are named without the `p_`. With `written` (lines of `LastWritten`), the call
 * fails and does nothing if the store lacks one of those changes.
 */
export const call = (
  database: Pick<Database, "query">,
  name: string,
  parameters: Readonly<Record<string, Value>>,
  written?: string
): Promise<ReadonlyArray<Row>> => {
  const given = Object.keys(parameters).map((parameter, i) => `p_${parameter} => $${i + 1}`)
  const [sql, values] = [`SELECT * FROM hipay_pos.${name}(${given.join(", ")})`, Object.values(parameters)]
  if (written === undefined) return database.query(sql, values)
  return database.query(`${sql}, hipay_pos.require_written_v1($${values.length + 1})`, [...values, written])
}

/** How long a query may take, in milliseconds. */
export const DEADLINE = 3_000

/** How long the database works on a list, in milliseconds. */
const LIST_TIMEOUT = 5_000

/** The longest timeout that PostgreSQL accepts, in milliseconds. 0 would mean no limit, but the driver leaves it out. */
export const UNLIMITED = 2 ** 31 - 1

const MAX_ANY = 8
const MAX_LISTS = 3

/** The most connections of a gateway, including those for claims and ends and the listener. */
export const MAX_CONNECTIONS = MAX_ANY + 2 + MAX_LISTS + 1

/** Connects at the first query. The driver is loaded only here. */
export const connect = async (
  address: Address,
  { deadline = DEADLINE, listTimeout = LIST_TIMEOUT, name = "hipay-pos" } = {}
): Promise<Database> => {
  const { default: postgres } = await import("postgres")
  // The driver accepts lists of hosts and ports; its types do not.
  const places = {
    host: address.hosts.map(({ host }) => host),
    port: address.hosts.map(({ port }) => port)
  } as unknown as { readonly host: string; readonly port: number }
  const make = (max: number, settings: Readonly<Record<string, number>> = {}, more: { max_lifetime?: null } = {}) =>
    postgres({
      ...more,
      ...places,
      user: address.user,
      database: address.database,
      password: () => address.password ?? "",
      ssl: tlsOf(address),
      // Use the primary of several hosts; a single host shows at the first write whether it is one. With "read-write" the
      // driver accepts a standby of PostgreSQL 14 or later.
      ...(address.hosts.length > 1 ? { target_session_attrs: "primary" as const } : {}),
      max,
      // In seconds.
      connect_timeout: deadline / 1000,
      // In seconds, too.
      backoff: () => 0.1 + Math.random() / 10,
      fetch_types: false,
      // Override the defaults of role and database. A stricter isolation makes concurrent claims fail. A statement timeout
      // would also end the wait for a synchronous standby, and leave the commit in place unreplicated.
      connection: {
        application_name: name,
        synchronous_commit: "on",
        default_transaction_isolation: "read committed",
        statement_timeout: UNLIMITED,
        ...settings
      },
      onnotice: () => {}
    })
  let isClosed = false

  const inTime = <A>(work: Promise<A>, milliseconds: number, onLate = () => {}): Promise<A> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        onLate()
        reject(new QueryFailed(`the database did not answer within ${milliseconds / 1000} s`, "ETIMEDOUT"))
      }, milliseconds)
      void work.then(resolve, reject).finally(() => clearTimeout(timer))
    })

  type Driver = ReturnType<typeof make>
  type Drivers = readonly [Driver, ...Array<Driver>]
  /** Runs a statement on the first of these drivers that gets a connection; the drivers before it sent nothing. */
  const runOver = async (
    [driver, next, ...others]: Drivers,
    sql: string,
    values: Array<Value>
  ): Promise<ReadonlyArray<Row>> => {
    try {
      // `execute` sends it now. `await` alone would send it a tick later, when the driver may already have been told to end.
      return [...(await driver.unsafe<Array<Row>>(sql, values, { prepare: true }).execute())]
    } catch (error) {
      if (next !== undefined && codeOf(error) === TOO_MANY) return runOver([next, ...others], sql, values)
      throw error
    }
  }
  const makePool = <Name extends string>(makeAll: () => Readonly<Record<Name, Driver>>, milliseconds: number) => {
    let pool = makeAll()
    const end = (all: typeof pool, seconds: number) =>
      Promise.all(Object.values<Driver>(all).map((driver) => driver.end({ timeout: seconds })))
    const renew = (late: typeof pool) => {
      if (late !== pool || isClosed) return
      pool = makeAll()
      void end(late, milliseconds / 1000).catch(() => {})
    }
    const ask = (used: typeof pool, drivers: Drivers, sql: string, values: ReadonlyArray<Value>) => {
      const taken = values.map((value) => (typeof value === "string" ? storable(value) : value))
      const rows = runOver(drivers, sql, taken).catch((error: unknown) => {
        const { code, severity } = error as { readonly code?: string; readonly severity?: string }
        if (code === READ_ONLY) renew(used)
        // A pooler that lost the database says so with an error of class 08.
        const isRejected = severity === "ERROR" && !code?.startsWith("08")
        throw new (isRejected ? Rejected : QueryFailed)(inWords(error), codeOf(error))
      })
      return inTime(rows, milliseconds, () => renew(used))
    }
    const query = (over: Name, sql: string, values: ReadonlyArray<Value> = []) => {
      const used = pool
      const own: Driver = used[over]
      return ask(used, [own, ...Object.values<Driver>(used).filter((driver) => driver !== own)], sql, values)
    }
    const open = (over: Name) => ask(pool, [pool[over]], "SELECT 1", [])
    return { query, open, close: () => end(pool, 1) }
  }

  // Without this, a statement would still run once its lock is free, after its caller stopped waiting.
  const limits = { lock_timeout: deadline }
  const payments = makePool(
    () => ({ any: make(MAX_ANY, limits), claims: make(1, limits), ends: make(1, limits) }),
    deadline
  )
  // Twice the timeout: another list may be ahead on the same connection.
  const lists = makePool(() => ({ any: make(MAX_LISTS, { statement_timeout: listTimeout }) }), 2 * listTimeout)
  let listener: Driver | undefined

  const session: Database["session"] = async (use) => {
    // The driver must not reconnect between statements: a lock belongs to its connection.
    const own = make(1, {}, { max_lifetime: null })
    try {
      return await use(async (sql) => {
        try {
          return [...(await own.unsafe<Array<Row>>(sql).simple())]
        } catch (error) {
          throw new QueryFailed(inWords(error), codeOf(error))
        }
      })
    } finally {
      await own.end({ timeout: 1 })
    }
  }

  return {
    query: (sql, values, over = "any") => payments.query(over, sql, values),
    open: async () => void (await Promise.all([payments.open("claims"), payments.open("ends")])),
    list: (sql, values) =>
      lists.query("any", sql, values).catch((error: QueryFailed) => {
        throw error.code === ENDED
          ? new Rejected(`${error.message} that took too long; ask for less, such as one day`, ENDED)
          : error
      }),
    script: (sql) => session(async (run) => void (await run(sql))),
    session,
    listen: async (channel, onNotify) => {
      listener ??= make(1)
      await inTime(
        listener.listen(channel, onNotify, () => onNotify("")),
        deadline
      )
    },
    close: async () => {
      isClosed = true
      await Promise.all([payments.close(), lists.close(), listener?.end({ timeout: 1 })])
    }
  }
}

const tlsOf = (address: Address) => {
  const { tls, hosts } = address
  if (tls === "disable") return false
  return {
    rejectUnauthorized: tls === "verify-full",
    checkServerIdentity: (name: string, certificate: PeerCertificate) => {
      if (hosts.some(({ host }) => host === name)) return checkServerIdentity(name, certificate)
      // For an IP address the driver passes no name, and Node would check for localhost.
      const addresses = hosts.filter(({ host }) => isIP(host) !== 0)
      const problems = addresses.map(({ host }) => checkServerIdentity(host, certificate))
      return problems.includes(undefined) ? undefined : (problems[0] ?? checkServerIdentity(name, certificate))
    },
    // A getter: the driver reads it for each connection.
    get ca() {
      return address.authority
    }
  }
}

/** What went wrong, in a sentence without statements or values. */
export const inWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { code, message } = error as NodeJS.ErrnoException
  const known = code === undefined ? undefined : sentences[code]
  if (known !== undefined) return known
  return error.name === "AggregateError" && message === "" ? away.ECONNREFUSED : message
}

const codeOf = (error: unknown): string | undefined => (error as { readonly code?: string }).code

/** A standby's answer to a write: another host may be the primary by now. */
const READ_ONLY = "25006"

/** The error of a statement that was cancelled, or exceeded its timeout. */
const ENDED = "57014"

/** The error of a database that has no connection left. */
const TOO_MANY = "53300"

const UNTRUSTED =
  "the database's certificate is not signed by an authority that is trusted here; name it with ?sslrootcert=FILE"

/** Failures that pass on their own, or once the database and the network work again; not a wrong address, user or schema. */
const away = {
  ECONNREFUSED: "the database refuses connections",
  ECONNRESET: "the database closed the connection",
  CONNECTION_CLOSED: "the database closed the connection",
  CONNECTION_DESTROYED: "the connection to the database was given up",
  CONNECTION_ENDED: "the connection to the database was closed",
  CONNECT_TIMEOUT: "the database gave no connection in time",
  EPIPE: "the database closed the connection",
  ETIMEDOUT: "the database cannot be reached",
  EHOSTUNREACH: "the database cannot be reached",
  ENETUNREACH: "the database cannot be reached",
  ENOTFOUND: "the database's host is not known",
  EAI_AGAIN: "the database's host is not known",
  [READ_ONLY]: "the database takes no writes: it is a standby, or read-only",
  "53100": "the database's disk is full",
  [TOO_MANY]: "the database has too many connections",
  "55P03": "the database waited too long for what another transaction holds, a dump for example",
  "57P01": "the database is shutting down",
  "57P03": "the database is starting up",
  // A password or a certificate that is being replaced; a machine whose clock is not set yet.
  "28P01": "the database does not take the password",
  CERT_HAS_EXPIRED: "the database's certificate has expired",
  CERT_NOT_YET_VALID: "the database's certificate is not valid yet, by this machine's clock"
}

/** Also other codes of PostgreSQL's classes for lost connections (08), insufficient resources (53) and restarts (57P). */
const isAway = (code: string): boolean => code in away || /^(08|53|57P)/.test(code)

const sentences: Readonly<Record<string, string>> = {
  ...away,
  ERR_TLS_CERT_ALTNAME_INVALID: "the database's certificate is for another host",
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  "28000": "the database does not take this user",
  "3D000": "the database does not exist",
  [NOT_WRITTEN]:
    "the database lacks payments that were written to it: a backup was put back, or a standby without the last ones has taken over; stop all gateways of the store, and check those payments at the terminals before you start them again",
  [ENDED]: "the database ended a query"
}

/** Whether the same may succeed later. */
export const isTemporary = (error: unknown): boolean =>
  error instanceof QueryFailed && error.code !== undefined && isAway(error.code)

/** Why a gateway cannot start on a database, in one sentence. */
export const cannotOpen = (address: Address, error: unknown): StartFailed =>
  error instanceof StartFailed
    ? error
    : new StartFailed({
        problem: `cannot open the store ${address.text}: ${ErrorText.of(error)}`,
        isTemporary: isTemporary(error)
      })
