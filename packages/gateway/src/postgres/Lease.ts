/**
 * The lease of one instance. Until it ends, the others count the instance as alive, and the instance may send to a terminal.
 *
 * The database's clock decides when an instance is given up. This process counts the lease from before it sent the request
 * and ends it a fifth early, so that it ends here first. It counts by two clocks, because the monotonic one stops while a
 * machine sleeps and the time of day can be set. Both stop while a virtual machine is paused, which is not detected here. An
 * instance that was given up does not come back: it registers a new incarnation. A request that was not answered in time may
 * be served all the same, even later, so an incarnation that this process asked for is its own whenever it appears.
 *
 * A gateway may find its row gone because the store is being restored under it. After any failure it checks the store before
 * it goes on, and has no lease until the store is the one that it was started on.
 */
import { randomBytes } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { StartFailed } from "@hipay-pos/server/node"
import { call, type Database, Rejected, type Row } from "./Database.ts"
import { type LastWritten, NEWEST, NOT_WRITTEN } from "./LastWritten.ts"

/** How an instance registers. */
export interface Instance {
  /** Unique in the deployment: one instance at a time lives under a name. */
  readonly name: string
  readonly version: string
  /** The settings that have to be the same on all instances, one a line: `name: value`. */
  readonly settings: string
  /** In milliseconds. */
  readonly lease: number
}

/** What a lease works with. */
export interface Dependencies {
  readonly database: Database
  readonly lastWritten: LastWritten
  /** Ids of the attempts that are in progress in this process. */
  readonly inHand: () => Iterable<string>
  /** Called with the attempts to be ended, as rows of `beat_v2`. The next renewal does not wait for it. */
  readonly onLost: (rows: ReadonlyArray<Row>) => void
  /** Called with whether other instances live. */
  readonly onOthers: (live: boolean) => void
  /** Rejects with a {@link StartFailed} if the store has been replaced since the start, or is incomplete. */
  readonly requireStore: () => Promise<void>
  /** Called each time this instance is given up: it continues as a new incarnation, or another one has its name. */
  readonly onGivenUp: () => void
  /** Called with a warning for a person, in a sentence. */
  readonly onWarning: (detail: string) => void
}

/** A lease that is renewed until it is given back. */
export interface Lease {
  /** The id of the incarnation. */
  readonly instance: () => string
  /** Whether that incarnation's lease is held, by this process's clocks. */
  readonly isHeld: (instance: string) => boolean
  /** The living instances, as rows sorted by name. */
  readonly living: () => Promise<ReadonlyArray<Row>>
  /** Milliseconds left of the lease, by this process's clocks. */
  readonly left: () => number
  /**
   * Why this instance may not take orders: the lease is over, or nearly over and not renewed, or the database refuses to renew
   * it. Undefined if it may.
   */
  readonly notReady: () => string | undefined
  /** Replaces the settings that are compared with the others'. If they cannot be written, the next renewal writes them. */
  readonly announce: (settings: string) => Promise<void>
  /** Gives the lease back. Attempts that are still open become unknown at once. */
  readonly giveBack: () => Promise<void>
}

/** The share of a lease that is left unused, so that it ends here first. */
const MARGIN = 1 / 5

/** The share of a lease after which a failed renewal is tried again. */
const RETRY = 1 / 16

/** The end of a lease that is not held. */
const OVER = { monotonic: 0, wall: 0 }

const ANNOUNCE = `WITH own AS (UPDATE hipay_pos.instances SET settings = $2 WHERE id = $1)
  SELECT name, settings FROM hipay_pos.instances WHERE NOT gone AND id <> $1 AND settings <> $2 ORDER BY name LIMIT 1`

const BEAT = `SELECT b.*, ${NEWEST} AS newest
  FROM hipay_pos.beat_v2(p_id => $1, p_lease => $2, p_in_hand => $3) AS b, hipay_pos.require_written_v1($4)`

const LIVING = `SELECT i.name, i.version, i.id = $1 AS self, i.settings = $2 AS agrees,
    extract(epoch FROM i.started_at) * 1000 AS started_at, extract(epoch FROM i.alive_until) * 1000 AS alive_until
  FROM hipay_pos.instances i WHERE NOT i.gone AND i.alive_until > clock_timestamp() ORDER BY i.name`

/** The names of the settings that differ. */
const differences = (own: string, others: string): string => {
  const [here, there] = [own.split("\n"), others.split("\n")]
  const lines = [...here.filter((line) => !there.includes(line)), ...there.filter((line) => !here.includes(line))]
  return [...new Set(lines.map((line) => line.split(":")[0]))].join(", ")
}

/** Registers an instance and keeps its lease. Rejects if another one lives under its name. */
export const hold = async (instance: Instance, dependencies: Dependencies): Promise<Lease> => {
  const { database, lastWritten, inHand, onLost, onOthers, requireStore, onGivenUp, onWarning } = dependencies
  const { name, version, lease } = instance
  let { settings } = instance
  /** The beginning of the ids of all incarnations of this process. */
  const own = `${name}:${randomBytes(5).toString("hex")}.`
  let incarnations = 0
  let id = ""
  const quarter = lease / 4
  let until = OVER
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  /** Whether the settings are written, and a difference from the others' was warned of. */
  let isAnnounced = true
  let beating = Promise.resolve()
  /** Why the last renewal failed; undefined if it did not. */
  let problem: string | undefined
  let isRefused = false
  /** Whether this instance was given up and another gateway has its name. */
  let isTaken = false

  const countFrom = (monotonic: number, wall: number) => {
    const length = lease * (1 - MARGIN)
    until = { monotonic: monotonic + length, wall: wall + length }
  }
  const left = () => Math.min(until.monotonic - performance.now(), until.wall - Date.now())

  /**
   * Registers a new incarnation, or continues a living one of this process. If another process has the name, returns for how
   * many more milliseconds it counts as alive.
   */
  const register = async (): Promise<number | undefined> => {
    const next = `${own}${++incarnations}`
    const [before, wall] = [performance.now(), Date.now()]
    const [row] = await call(database, "register_v1", { id: next, name, version, settings, lease })
    const other = row?.other == null ? undefined : String(row.other)
    if (other !== undefined && !other.startsWith(own)) return Number(row?.alive_for)
    id = other ?? next
    isAnnounced = other === undefined && row?.differs == null
    // When the living one was last renewed is unknown here, so the lease counts as held only from the next renewal on.
    if (other === undefined) countFrom(before, wall)
    return undefined
  }
  const announce = async () => {
    const [other] = await database.query(ANNOUNCE, [id, settings])
    isAnnounced = true
    if (other !== undefined)
      onWarning(
        `the instance ${String(other.name)} has other settings: ${differences(settings, String(other.settings))}`
      )
  }

  /** Waits for the lease of a killed instance of this name to end; rejects if that instance turns out to live. */
  const registerFirst = async () => {
    let alive = await register()
    const last = performance.now() + (alive ?? 0) + 500
    while (alive !== undefined) {
      if (performance.now() > last)
        throw new StartFailed({
          problem: `another gateway is running as ${name}; give each its own --instance NAME`,
          isTemporary: true
        })
      await sleep(Math.min(500, alive + 50))
      alive = await register()
    }
  }

  /** Warns when a renewal first fails, and when one succeeds again; in between only of a different problem that `isNews`. */
  const note = (next: string | undefined, isNews = false) => {
    if (next !== undefined && (problem === undefined || (isNews && next !== problem))) onWarning(next)
    if (next === undefined && problem !== undefined) onWarning("the lease is renewed again")
    problem = next
  }

  /** Returns how long to wait before the next renewal: 0 if little is left of the lease. */
  const beat = async (): Promise<number> => {
    const [before, wall] = [performance.now(), Date.now()]
    const [first, ...lost] = await database.query(BEAT, [id, lease, [...inHand()].join("\n"), lastWritten.lines()])
    const wasHeld = first?.held === true
    if (!wasHeld) until = OVER
    if (!wasHeld || problem !== undefined) await requireStore()
    lastWritten.noteNewest(first?.newest)
    onOthers(Number(first?.others ?? 0) > 0)
    if (wasHeld) countFrom(before, wall)
    else {
      const before = id
      const wasTaken = isTaken
      isTaken = (await register()) !== undefined
      const isAnew = id !== before
      if (!wasTaken && (isTaken || isAnew)) onGivenUp()
      if (isAnew) onWarning(`the others counted this instance as gone; it continues as ${id}`)
    }
    isRefused = false
    note(
      isTaken
        ? `another gateway is running as ${name}; this one sends nothing to a terminal while that one lives`
        : undefined
    )
    // If that fails, the next renewal tries again.
    if (wasHeld && !isAnnounced) await announce().catch(() => {})
    onLost(lost)
    return !isTaken && left() < lease / 2 ? 0 : quarter
  }
  const goOn = (wait: number) => {
    if (isOver) return
    timer = setTimeout(() => {
      beating = beat()
        .catch((error: unknown) => {
          const isUnfit = error instanceof StartFailed || (error instanceof Rejected && error.code === NOT_WRITTEN)
          if (isUnfit) until = OVER
          isRefused = isUnfit || error instanceof Rejected
          const reason = error instanceof StartFailed ? error.problem : ErrorText.of(error)
          note(`the lease is not renewed: ${reason}`, isUnfit)
          return lease * RETRY
        })
        .then(goOn)
    }, wait)
  }

  await registerFirst()
  goOn(await beat())

  return {
    instance: () => id,
    isHeld: (instance) => instance === id && left() > 0,
    living: () => database.query(LIVING, [id, settings]),
    left,
    // What a failed renewal has left must be enough for an order to be claimed and sent.
    notReady: () =>
      left() > (problem === undefined ? 0 : quarter) && !isRefused ? undefined : (problem ?? "the lease is over"),
    announce: (next) => {
      settings = next
      isAnnounced = false
      return announce()
    },
    giveBack: async () => {
      isOver = true
      clearTimeout(timer)
      await beating
      until = OVER
      await database.query("UPDATE hipay_pos.instances SET gone = true WHERE id = $1", [id]).catch(() => {})
    }
  }
}
