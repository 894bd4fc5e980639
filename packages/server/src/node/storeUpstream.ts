/**
 * The service that a store's orders were relayed to, and the accounts there. The same order id at another service or under
 * another account is another order, so a store belongs to one service, and each login of this server to one account.
 *
 * Stored as rows of the identity table; a store that relayed nothing has none.
 */
import type { DatabaseSync } from "node:sqlite"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import { textOf } from "../attempts/AttemptStore.ts"
import { makeIdentityWriter, readIdentity } from "./identityTable.ts"

/** A service and its accounts. */
export interface StoreUpstream {
  /** Its base URL. */
  readonly url: string
  /** The account at the service for each login of this server; `*` stands for all others. */
  readonly accounts: Readonly<Record<string, string>>
}

/** What a relay requires of a store. */
export interface AskedUpstream extends StoreUpstream {
  /** The logins whose orders it sends; if any login may send orders, all that the store knows. */
  readonly logins?: ReadonlyArray<string> | undefined
}

const URL_ROW = "upstream"
const ACCOUNT_ROW = "account "

/** Reads an identity's rows. */
export const fromRows = (values: ReadonlyMap<string, string>): StoreUpstream | undefined => {
  const url = values.get(URL_ROW)
  if (url === undefined) return undefined
  const accounts = [...values].filter(([name]) => name.startsWith(ACCOUNT_ROW))
  return { url, accounts: Object.fromEntries(accounts.map(([name, value]) => [name.slice(ACCOUNT_ROW.length), value])) }
}

/**
 * Why a store may not be used with a service, in a sentence; undefined if it may. `hasAttempts` tells whether the store has
 * attempts of a login; it is called for those of {@link leavingCommon}.
 */
export const upstreamRefusal = (
  known: StoreUpstream | undefined,
  asked: AskedUpstream,
  hasAttempts: (login: string) => boolean
): string | undefined => {
  if (known === undefined) return undefined
  if (known.url !== asked.url) {
    return `its orders were relayed to ${known.url}, not to ${asked.url}; give this relay another store`
  }
  const move = movesOf(known, asked).find(({ login, isFromCommon }) => !isFromCommon || hasAttempts(login))
  if (move === undefined) return undefined
  const { login, before, now } = move
  return login === "*"
    ? `its orders were relayed under the account ${before}, not ${now}; give this relay another store`
    : `the orders of ${login} were relayed under the account ${before}, not ${now}; give the login another name, or this relay another store`
}

/** The logins that would leave the common account for another one; they may if the store has no attempts of them. */
export const leavingCommon = (known: StoreUpstream | undefined, asked: AskedUpstream): ReadonlyArray<string> =>
  known === undefined ? [] : movesOf(known, asked).flatMap(({ login, isFromCommon }) => (isFromCommon ? [login] : []))

/** A login whose orders would be relayed under another account than before; `*` for the common one. */
interface Move {
  readonly login: string
  readonly before: string
  readonly now: string
  readonly isFromCommon: boolean
}

const movesOf = (known: StoreUpstream, asked: AskedUpstream): ReadonlyArray<Move> => {
  const { logins = Object.keys(known.accounts) } = asked
  return [...new Set(["*", ...Object.keys(asked.accounts), ...logins])].flatMap((login): ReadonlyArray<Move> => {
    const [before, now] = [accountOf(known, login), accountOf(asked, login)]
    if (before === undefined || now === undefined || before === now) return []
    return [{ login, before, now, isFromCommon: !Object.hasOwn(known.accounts, login) }]
  })
}

/** The account that a login's orders are relayed under. */
const accountOf = ({ accounts }: StoreUpstream, login: string): string | undefined => {
  if (Object.hasOwn(accounts, login)) return accounts[login]
  return Object.hasOwn(accounts, "*") ? accounts["*"] : undefined
}

/** The identity table's rows, the service's first. */
export const toRows = ({ url, accounts }: StoreUpstream): ReadonlyArray<readonly [name: string, value: string]> => [
  [URL_ROW, url],
  ...Object.entries(accounts).map(([login, account]) => [`${ACCOUNT_ROW}${login}`, account] as const)
]

/**
 * Writes the service and its accounts; other logins' accounts stay. Throws, and writes nothing, if they conflict with known
 * ones.
 */
export const takeUpstream = (database: DatabaseSync, upstream: AskedUpstream): void => {
  const known = fromRows(readIdentity(database))
  const refusal = upstreamRefusal(known, upstream, attemptsIn(database))
  if (refusal !== undefined) throw new Error(refusal)
  writeUpstream(database, upstream)
}

/** Whether a store has attempts of a login, by the index of keys, which begin with type and login. */
export const attemptsIn = (database: DatabaseSync): ((login: string) => boolean) => {
  const find = database.prepare("SELECT 1 FROM attempts WHERE key >= ? AND key < ? LIMIT 1")
  return (login) =>
    TransactionType.literals.some((transactionType) => {
      const first = textOf({ login, orderId: "", transactionType })
      return find.get(first, first.replace(/\n$/, "\v")) !== undefined
    })
}

/** Writes the service and its accounts; other logins' accounts stay. */
export const writeUpstream = (database: DatabaseSync, upstream: StoreUpstream): void => {
  const set = makeIdentityWriter(database)
  for (const row of toRows(upstream)) set(...row)
}
