/**
 * Where a shared store is: `postgres://USER@HOST:5432,HOST2:5432/DATABASE?sslmode=…`.
 *
 * Hosts are tried in order; the first that takes writes is used. Unless the address says otherwise, the connection to another
 * machine is encrypted and the server's certificate checked (`verify-full`). The password is never part of the address,
 * because others can read command lines: it is in PGPASSWORD or the file of `passfile`. Files are read again for each
 * connection, because password and authority are replaced while a gateway runs.
 */
import { readFileSync, statSync } from "node:fs"
import { isLoopback } from "@hipay-pos/core/Host"
import * as JsonText from "@hipay-pos/core/JsonText"
import { StartFailed } from "@hipay-pos/server/node"
import * as Result from "effect/Result"
import { passwordIn } from "./passfile.ts"

/** Whether a store is in such a database. */
export { isDatabase as isShared } from "@hipay-pos/server/node"

/** A parsed address. */
export interface Address {
  readonly user: string
  readonly hosts: ReadonlyArray<{ readonly host: string; readonly port: number }>
  readonly database: string
  readonly tls: "disable" | "require" | "verify-full"
  /** PEM of the authority that signed the server's certificate, read again each time; undefined for the system's own. */
  readonly authority: string | undefined
  /** Read again each time. */
  readonly password: string | undefined
  /** For messages. */
  readonly text: string
}

const EXPECTED = "expected postgres://USER@HOST[:PORT][,HOST[:PORT]]/DATABASE"
const SETTINGS = ["sslmode", "sslrootcert", "passfile", "target_session_attrs"]
/** What a gateway asks for anyway: a server that takes writes. */
const WRITABLE = ["read-write", "primary"]
const MODES = ["disable", "require", "verify-full"] as const

/** Parses an address. Throws {@link StartFailed}, whose sentence never quotes a password. */
export const read = (text: string, environment: NodeJS.ProcessEnv = process.env): Address => {
  const refuse = (problem: string): never => {
    throw new StartFailed({ problem: `--store: ${problem}` })
  }
  const [, credentials = "", places = "", database = "", query = ""] =
    /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#@]+)\/([^/?#]+)(?:\?([^#]*))?$/i.exec(text) ?? []
  if (database === "") return refuse(EXPECTED)
  const [user = "", secret] = credentials.split(":")
  if (secret !== undefined) return refuse("leave the password out of the address; set PGPASSWORD, or ?passfile=FILE")
  if (user === "") return refuse(`${EXPECTED}, got no USER`)
  const settings = new URLSearchParams(query)
  const odd = [...settings.keys()].find((name) => !SETTINGS.includes(name))
  if (odd !== undefined) return refuse(`${odd}: expected ${SETTINGS.join(", ")}`)
  const session = settings.get("target_session_attrs") ?? "primary"
  if (!WRITABLE.includes(session))
    return refuse(`target_session_attrs: expected ${WRITABLE.join(" or ")}, got ${session}; a store is written to`)
  const hosts = places.split(",").map((place) => {
    const [, bracketed, plain = "", port = "5432"] =
      /^(?:\[([0-9a-f:]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(place) ?? []
    const host = bracketed ?? plain
    if (host === "" || Number(port) < 1 || Number(port) > 65_535) return refuse(`${EXPECTED}, got the host ${place}`)
    return { host, port: Number(port) }
  })
  const isNear = hosts.every(({ host }) => isLoopback(host))
  const given = settings.get("sslmode") ?? (isNear ? "disable" : "verify-full")
  const tls = MODES.find((mode) => mode === given) ?? refuse(`sslmode: expected ${MODES.join(", ")}, got ${given}`)
  const textOf = (name: string, path: string): string => {
    let bytes: Buffer
    try {
      bytes = readFileSync(path)
    } catch (error) {
      return refuse(`${name}: cannot read ${path} (${(error as NodeJS.ErrnoException).code})`)
    }
    const text = JsonText.decode(bytes)
    return Result.isSuccess(text) ? text.success : refuse(`${name}: ${path} ${text.failure}`)
  }
  const decoded = (part: string, text: string): string => {
    try {
      return decodeURIComponent(text)
    } catch {
      return refuse(`${part}: expected %25 for each %, got ${text}`)
    }
  }
  const whom = { hosts, user: decoded("USER", user), database: decoded("DATABASE", database) }
  const passwordOf = (path: string): string => {
    if (isReadByOthers(path, environment))
      return refuse(`passfile: ${path} holds a secret, and others on this machine have access to it: chmod 600 ${path}`)
    return (
      passwordIn(textOf("passfile", path), whom) ??
      refuse(`passfile: ${path} has no line for ${whom.user} at ${places}/${whom.database}`)
    )
  }
  const [passfile, certificate] = [settings.get("passfile"), settings.get("sslrootcert")]
  const password = passfile === null ? () => environment.PGPASSWORD : byNow(passfile, passwordOf)
  const authority = certificate === null ? () => undefined : byNow(certificate, (path) => textOf("sslrootcert", path))
  return {
    ...whom,
    tls,
    get authority() {
      return authority()
    },
    get password() {
      return password()
    },
    text: `postgres://${user}@${places}/${database}`
  }
}

/** The current content of a file, or the last one if it cannot be read. A pipe can be read only once. */
const byNow = <A>(path: string, look: (path: string) => A): (() => A) => {
  let last = look(path)
  return () => {
    try {
      if (statSync(path).isFile()) last = look(path)
    } catch {
      // Gone, or being written: the next connection looks again.
    }
    return last
  }
}

/** Not checked on Windows (no modes), for pipes, or for credentials that the service manager mounts. */
const isReadByOthers = (path: string, { CREDENTIALS_DIRECTORY: mounted }: NodeJS.ProcessEnv): boolean => {
  if (process.platform === "win32" || (mounted !== undefined && path.startsWith(`${mounted}/`))) return false
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true && (stats.mode & 0o077) !== 0
}
