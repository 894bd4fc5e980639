/** A PostgreSQL server for tests, on a free local port, for as long as a test file runs. */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync, spawn } from "node:child_process"
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync
} from "node:fs"
import type { Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "../freePort.ts"

/** The folder of its programs; undefined if PostgreSQL is not installed. */
const programs = globSync("/usr/lib/postgresql/*/bin")
  .toSorted()
  .findLast((folder) => existsSync(join(folder, "initdb")))

const isRoot = process.getuid?.() === 0

/** Why tests with it are skipped, for the name of their suite; empty if they run. */
export const skipped = programs === undefined ? " (PostgreSQL is not here)" : ""

/** A running server. */
export interface PostgresServer {
  readonly port: number
  /** The folder of its files. */
  readonly folder: string
  /** Creates a database, empty or as a copy of another one of this server that has no connections; returns its address. */
  readonly database: (template?: string) => string
  /** Runs SQL as superuser; returns the plain output. */
  readonly psql: (sql: string, database?: string) => string
  /** Restores a dump of another server's database into a new one; returns its address. */
  readonly restore: (from: string) => string
  /** Restores a dump into a database of this server that is in use, part by part; the indexes come last. */
  readonly restoreInPlace: (url: string, ...parts: ReadonlyArray<"drop" | "data" | "indexes">) => void
  /** Copies its files; returns a function that puts the copy in place of the files of that time. */
  readonly backUp: () => () => void
  readonly stop: (mode?: "fast" | "immediate") => void
  readonly start: () => void
  readonly isRunning: () => boolean
  /** Promotes a standby to a primary. */
  readonly promote: () => void
  /** Starts over as a copy of a primary, and follows it. */
  readonly follow: (primary: PostgresServer) => void
  /** Stops it and removes its files. */
  readonly remove: () => void
}

const options: ExecFileSyncOptionsWithStringEncoding = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd: "/" }

/** A command of PostgreSQL, run as the user postgres if the tests are root, because it refuses to run as root. */
const command = (program: string, args: ReadonlyArray<string>): readonly [string, ...Array<string>] => {
  const path = join(programs ?? "", program)
  return isRoot ? ["su", "postgres", "-s", "/bin/sh", "-c", '"$0" "$@"', "--", path, ...args] : [path, ...args]
}

const run = (program: string, args: ReadonlyArray<string>): string => {
  const [file, ...rest] = command(program, args)
  return execFileSync(file, rest, options)
}

/**
 * Stops the server and removes its files when this process ends, for whatever reason: a child waits for the end of its
 * standard input.
 */
const endWithTests = ({ folder, data }: Place) => {
  const stop = command("pg_ctl", ["-D", data, "-m", "immediate", "stop"])
  const child = spawn("sh", ["-c", 'read -r _; "$@"; rm -rf "$0"', folder, ...stop], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"]
  })
  child.unref()
  ;(child.stdin as Socket).unref()
  return child
}

/** The files and port of a server. */
interface Place {
  readonly folder: string
  /** Its socket and log. */
  readonly own: string
  readonly data: string
  readonly port: number
}

const makePlace = async (): Promise<Place> => {
  const folder = mkdtempSync(join(tmpdir(), "postgres-"))
  for (let path = folder; path !== tmpdir() && path.length > 1; path = join(path, "..")) chmodSync(path, 0o755)
  chmodSync(tmpdir(), 0o755)
  const own = join(folder, "own")
  mkdirSync(own)
  if (isRoot) {
    const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })))
    chownSync(own, uid ?? 0, gid ?? 0)
  }
  return { folder, own, data: join(own, "data"), port: await freePort() }
}

/** Creates and starts a server, in under a second. */
export const startPostgres = async (settings = ""): Promise<PostgresServer> => {
  const place = await makePlace()
  const { own, data, port } = place
  run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
  writeFileSync(
    join(data, "postgresql.auto.conf"),
    [
      "listen_addresses = '127.0.0.1'",
      `port = ${port}`,
      `unix_socket_directories = '${own}'`,
      "shared_preload_libraries = 'pg_stat_statements'",
      "max_connections = 200",
      settings,
      ""
    ].join("\n")
  )
  const server = serverAt(place)
  server.start()
  return server
}

/** Starts a standby of a primary. */
export const startStandby = async (primary: PostgresServer): Promise<PostgresServer> => {
  const server = serverAt(await makePlace())
  server.follow(primary)
  return server
}

const serverAt = (place: Place): PostgresServer => {
  const { folder, own, data, port } = place
  const watcher = endWithTests(place)
  const control = (...args: ReadonlyArray<string>) =>
    void run("pg_ctl", ["-D", data, "-l", join(own, "log"), "-w", ...args])
  let isRunning = false
  const start = () => {
    control("start")
    isRunning = true
  }
  const stop = (mode = "fast") => {
    isRunning = false
    control("stop", "-m", mode)
  }
  const psql = (sql: string, database = "postgres") =>
    run("psql", [
      "-h",
      own,
      "-p",
      String(port),
      "-U",
      "postgres",
      "-d",
      database,
      "-qAtX",
      "-v",
      "ON_ERROR_STOP=1",
      "-c",
      sql
    ]).trim()
  let databases = 0
  const database = (template?: string) => {
    const name = `store_${++databases}`
    psql(`CREATE DATABASE ${name}${template === undefined ? "" : ` TEMPLATE ${template.split("/").at(-1)}`}`)
    return `postgres://postgres@127.0.0.1:${port}/${name}`
  }
  return {
    port,
    folder,
    database,
    psql,
    restore: (from) => {
      const [to, file] = [database(), join(own, "dump.sql")]
      run("pg_dump", ["-d", from, "-f", file])
      run("psql", ["-d", to, "-qX", "-v", "ON_ERROR_STOP=1", "-f", file])
      return to
    },
    restoreInPlace: (url, ...parts) => {
      const [name, file] = [url.split("/").at(-1) ?? "", join(own, "in-place.dump")]
      const sections = { data: ["pre-data", "data"], indexes: ["post-data"] }
      for (const part of parts) {
        if (part === "drop") {
          run("pg_dump", ["-d", url, "-Fc", "-f", file])
          psql("DROP SCHEMA hipay_pos CASCADE", name)
        } else {
          run("pg_restore", ["-d", url, ...sections[part].flatMap((section) => ["--section", section]), file])
        }
      }
    },
    backUp: () => {
      const copy = join(own, "backup")
      run("pg_basebackup", ["-h", own, "-p", String(port), "-U", "postgres", "-D", copy, "-c", "fast", "--no-sync"])
      return () => {
        stop("immediate")
        rmSync(data, { recursive: true, force: true })
        renameSync(copy, data)
        start()
      }
    },
    stop,
    start,
    isRunning: () => isRunning,
    promote: () => control("promote"),
    follow: (primary) => {
      rmSync(data, { recursive: true, force: true })
      const from = ["-h", "127.0.0.1", "-p", String(primary.port), "-U", "postgres"]
      run("pg_basebackup", [...from, "-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync"])
      appendFileSync(join(data, "postgresql.auto.conf"), `\nport = ${port}\nunix_socket_directories = '${own}'\n`)
      start()
    },
    remove: () => {
      try {
        stop("immediate")
      } catch {
        // It has already stopped.
      }
      watcher.kill()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
