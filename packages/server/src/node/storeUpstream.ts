/**
 * Which service a store's orders were relayed to, and under which accounts there. The same order id at another service or
 * under another account is another order, so a store belongs to one, and each login of this server to one account.
 *
 * Rows of the table of the identity; a store that relayed nothing has none.
 */
import type { DatabaseSync } from "node:sqlite"

/** A service and its accounts. */
export interface StoreUpstream {
  /** Its base URL. */
  readonly url: string
  /** The account at the service for each login of this server; `*` stands for all others. */
  readonly accounts: Readonly<Record<string, string>>
}

const URL_ROW = "upstream"
const ACCOUNT_ROW = "account "

/** Reads the rows of an identity. */
export const fromRows = (values: ReadonlyMap<string, string>): StoreUpstream | undefined => {
  const url = values.get(URL_ROW)
  if (url === undefined) return undefined
  const accounts = [...values].filter(([name]) => name.startsWith(ACCOUNT_ROW))
  return { url, accounts: Object.fromEntries(accounts.map(([name, value]) => [name.slice(ACCOUNT_ROW.length), value])) }
}

/** Why a store may not be used with a service, in a sentence; undefined where it may. */
export const upstreamRefusal = (known: StoreUpstream | undefined, asked: StoreUpstream): string | undefined => {
  if (known === undefined) return undefined
  if (known.url !== asked.url) {
    return `its orders were relayed to ${known.url}, not to ${asked.url}; give this relay another store`
  }
  // A login goes from the common account to one of its own, and back, without a row of its own on one of both sides.
  for (const login of Object.keys({ ...known.accounts, ...asked.accounts })) {
    const [before, now] = [accountOf(known, login), accountOf(asked, login)]
    if (before === undefined || now === undefined || before === now) continue
    const whose = login === "*" ? "its orders" : `the orders of ${login}`
    return `${whose} were relayed under the account ${before}, not ${now}; give this relay another store`
  }
  return undefined
}

/** The account that the orders of a login go up under. */
const accountOf = ({ accounts }: StoreUpstream, login: string): string | undefined => {
  if (Object.hasOwn(accounts, login)) return accounts[login]
  return Object.hasOwn(accounts, "*") ? accounts["*"] : undefined
}

/** The rows that say so, the service's first. */
export const toRows = ({ url, accounts }: StoreUpstream): ReadonlyArray<readonly [name: string, value: string]> => [
  [URL_ROW, url],
  ...Object.entries(accounts).map(([login, account]) => [`${ACCOUNT_ROW}${login}`, account] as const)
]

/** Writes them; accounts of other logins stay. Throws, and writes nothing, where others are known. */
export const takeUpstream = (database: DatabaseSync, upstream: StoreUpstream): void => {
  const rows = database.prepare("SELECT name, value FROM identity").all()
  const known = fromRows(new Map(rows.map(({ name, value }) => [String(name), String(value)])))
  const refusal = upstreamRefusal(known, upstream)
  if (refusal !== undefined) throw new Error(refusal)
  writeUpstream(database, upstream)
}

/** Writes them; accounts of other logins stay. */
export const writeUpstream = (database: DatabaseSync, upstream: StoreUpstream): void => {
  const set = database.prepare("INSERT OR REPLACE INTO identity (name, value) VALUES (?, ?)")
  for (const row of toRows(upstream)) set.run(...row)
}
