/** Node's own SQLite, loaded when it is first used, without a word on stderr. */
import type { DatabaseSync } from "node:sqlite"

/** SQLite's primary result codes: another process has the lock; the file is something else. */
export const BUSY = 5
export const NOT_A_DATABASE = 26

/** Opens a file. It must be there, or is made with the permissions that the umask leaves. */
export const open = (path: string, options: { readonly readOnly?: boolean } = {}): DatabaseSync =>
  new (load().DatabaseSync)(path, { timeout: 0, ...options })

/** SQLite's primary result code of an error, or `undefined` for one that is not SQLite's. */
export const resultCode = (error: unknown): number | undefined => {
  const { code, errcode, message } = error as { readonly [K in "code" | "errcode" | "message"]?: unknown }
  if (typeof errcode === "number") return errcode & 0xff
  return code === "ERR_SQLITE_ERROR" ? TEXTS.get(message) : undefined
}

/** SQLite's texts of the codes above: on Deno, the errors of `exec` have no `errcode`. */
const TEXTS: ReadonlyMap<unknown, number> = new Map([
  ["database is locked", BUSY],
  ["file is not a database", NOT_A_DATABASE]
])

let loaded: typeof import("node:sqlite") | undefined

/** Node 22 warns on stderr that SQLite is experimental as soon as it is used; what is used here has not changed since. */
const load = (): typeof import("node:sqlite") => {
  if (loaded !== undefined) return loaded
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    loaded = process.getBuiltinModule("node:sqlite")
    new loaded.DatabaseSync(":memory:").close()
    return loaded
  } finally {
    process.emitWarning = emitWarning
  }
}
