/**
 * The file of `passfile`: `HOST:PORT:DATABASE:USER:PASSWORD` a line, as PostgreSQL's own programs read it (`*` stands for
 * anything, `\:` and `\\` for a colon and a backslash, the first line that fits counts); or a password alone, as secrets are
 * mounted. A password with four colons needs the first form.
 */

/** Whom the password is for. */
export interface Whom {
  readonly hosts: ReadonlyArray<{ readonly host: string; readonly port: number }>
  readonly database: string
  readonly user: string
}

/** The password; undefined if the file has none for this user. */
export const passwordIn = (text: string, { hosts, database, user }: Whom): string | undefined => {
  const lines = text.replace(/(?:\r?\n)+$/, "").split(/\r?\n/)
  const rows = lines.flatMap((line) => (line.startsWith("#") ? [] : (fieldsOf(line) ?? [])))
  if (rows.length === 0) return lines.length === 1 ? lines[0] : undefined
  const fits = (field: string, value: string) => field === "*" || field === value
  return rows.find(
    (row) =>
      hosts.some(({ host, port }) => fits(row.host, host) && fits(row.port, String(port))) &&
      fits(row.database, database) &&
      fits(row.user, user)
  )?.password
}

interface Row {
  readonly host: string
  readonly port: string
  readonly database: string
  readonly user: string
  readonly password: string
}

const FIELD = String.raw`((?:\\.|[^\\:])*)`
const LINE = new RegExp(`^${FIELD}:${FIELD}:${FIELD}:${FIELD}:(.*)$`)

const fieldsOf = (line: string): Row | undefined => {
  const found = LINE.exec(line)
  if (found === null) return undefined
  const [host = "", port = "", database = "", user = "", password = ""] = found
    .slice(1)
    .map((field) => field.replace(/\\(.)/g, "$1"))
  return { host, port, database, user, password }
}
