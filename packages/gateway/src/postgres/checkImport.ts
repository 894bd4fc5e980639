/** Checks that the whole of a gateway's file can be imported into a shared store, before the file is marked. */
import * as Guards from "@hipay-pos/server/Guards"
import { type MovingStore, StartFailed } from "@hipay-pos/server/node"
import type { Address } from "./Address.ts"
import * as Database from "./Database.ts"
import { secretNamed } from "./secrets.ts"
import { requireUpstream } from "./storeUpstream.ts"

/** Throws {@link StartFailed} if the import cannot be complete; returns warnings in full sentences. */
export const checkImport = async (
  database: Database.Database,
  moving: MovingStore.MovingStore,
  target: string,
  { address, isSameShop = false }: { readonly address: Address; readonly isSameShop?: boolean | undefined }
): Promise<ReadonlyArray<string>> => {
  const { moved, upstream } = moving.identity
  const problem =
    moved === undefined
      ? (tooLongIn(moving, address) ??
        contestedIn(moving) ??
        (await heldIn(database, moving)) ??
        (await usedOverBoth(database, moving, address)) ??
        (isSameShop ? undefined : await usedElsewhere(database, moving, address)))
      : moved.store === target
        ? undefined
        : `its attempts were imported, or are being imported, into ${moved.to}, which is not ${address.text}`
  if (problem !== undefined) throw new StartFailed({ problem: `${moving.path}: ${problem}` })
  if (upstream !== undefined) await requireUpstream(database, address, upstream)
  const secret = moving.notifySecret()
  if (secret === undefined) return []
  if ((await secretNamed(database, "notify-secret", secret)) === secret) return []
  return [
    `notifications that HiPay still sends for orders of ${moving.path} are refused by gateways of ${address.text}, which make the addresses for them with another secret`
  ]
}

/** In bytes: an index of PostgreSQL takes 2 704, including a few of its own. */
const LONGEST_INDEXED = 2_600

/** Only older versions took order ids and names of terminals this long. */
const tooLongIn = (moving: MovingStore.MovingStore, { text }: Address): string | undefined => {
  const whose = moving.longerThan(LONGEST_INDEXED)
  return (
    whose &&
    `${whose} has an order id, the name of a terminal or a reference that is too long for an index of ${text}: more than ${LONGEST_INDEXED} bytes with its login. If it moved no money, hipay-pos store prune removes it once it is 30 days old; else do not import, and go on with this file`
  )
}

/** One attempt at a time guards a terminal of a shared store. */
const contestedIn = (moving: MovingStore.MovingStore): string | undefined => {
  const guards = moving.guards()
  const second = guards.find(({ terminal }, i) => terminal === guards[i - 1]?.terminal)
  if (second === undefined) return undefined
  const ids = guards.filter(({ terminal }) => terminal === second.terminal).map(({ attempt }) => attempt)
  return `the terminal ${second.terminal} has several undecided attempts, ${ids.join(", ")}; resolve all but one of them at its gateway first`
}

const HELD =
  "SELECT terminal, attempt FROM hipay_pos.terminal_guards WHERE terminal IN (SELECT json_array_elements_text($1::text::json))"

const heldIn = async (database: Database.Database, moving: MovingStore.MovingStore): Promise<string | undefined> => {
  const guards = new Map(moving.guards().map(({ terminal, attempt }) => [terminal, attempt]))
  const rows = await database.query(HELD, [Database.rowsToJson([...guards.keys()])])
  const other = rows.find(({ terminal, attempt }) => guards.get(String(terminal)) !== attempt)
  return (
    other &&
    `the terminal ${other.terminal} has an undecided attempt in both stores, ${guards.get(String(other.terminal))} here and ${other.attempt} there; resolve one of them first`
  )
}

const own = (column: string, condition: string) => `(SELECT id, opened_at, number FROM hipay_pos.attempts
  WHERE number > 0 AND ${condition} AND ${column} = $1 ORDER BY number DESC LIMIT 1)`
const LAST_OWN = `SELECT id, opened_at FROM (${Guards.MAY_HAVE_MOVED.flatMap((condition) => [
  own("terminal", condition),
  own("connected", condition)
]).join(" UNION ALL ")}) AS own ORDER BY number DESC LIMIT 1`

/** A cancellation reverses a terminal's last sale, and imported attempts come before all that were claimed here. */
const usedOverBoth = async (
  database: Database.Database,
  moving: MovingStore.MovingStore,
  { text }: Address
): Promise<string | undefined> => {
  for (const { terminal, id, openedAt } of moving.lasts()) {
    const [last] = await database.query(LAST_OWN, [terminal])
    if (last !== undefined && Number(last.opened_at) <= openedAt)
      return `the terminal ${terminal} was used with both stores: ${last.id} of ${timeOf(last.opened_at)} in ${text}, and then ${id} of ${timeOf(openedAt)} in the file; make a sale at it through a gateway on ${text}, then import again`
  }
  return undefined
}

const OF_OTHERS = `SELECT id, opened_at FROM hipay_pos.attempts WHERE login = $1 AND instance <> $2
  ORDER BY number DESC LIMIT 1`

/** Orders are identified by login and order id: those of two shops under one login cannot be told apart. */
const usedElsewhere = async (
  database: Database.Database,
  moving: MovingStore.MovingStore,
  { text }: Address
): Promise<string | undefined> => {
  for (const login of moving.logins()) {
    const [other] = await database.query(OF_OTHERS, [login, sourceOf(moving)])
    if (other !== undefined)
      return `the login ${login} has attempts in ${text} that are not of this file, such as ${other.id} of ${timeOf(other.opened_at)}: shops with one login share their order ids, and an order that one of them was paid for would count as paid for the other. Where both are of one shop, import with --same-shop; where not, do not import, and give this shop a login of its own`
  }
  return undefined
}

/** The instance that a file's attempts belong to in the shared store. */
export const sourceOf = ({ identity }: MovingStore.MovingStore): string => `import:${identity.store}`

const timeOf = (at: unknown): string => new Date(Number(at)).toISOString()
