/**
 * The lease of one instance: until when the others count it as alive, and so until when it may send to a terminal.
 *
 * The database's clock decides when an instance is given up. Here the lease is counted from before the request for it left,
 * and ends a fifth earlier, so that it is over here before it is over there; by the monotonic clock and by the time of day,
 * of which the first stands still while a machine sleeps and the second can be set. Both stand still where a virtual machine
 * is paused, which is not noticed here. An instance that was given up does not come back: it registers a new incarnation. A
 * request that was not answered in time may have been served all the same, and even later: an incarnation that this process
 * asked for is its own whenever it comes about.
 *
 * A gateway may find its row gone because the store is being restored under it. After any trouble it looks at the store before
 * it goes on, and has no lease until that is the store that it was started on.
 */
import { randomBytes } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { StartFailed } from "@hipay-pos/server/node"
import { call, type Database, Rejected, type Row } from "./Database.ts"
import { type LastWritten, NEWEST, NOT_WRITTEN } from "./LastWritten.ts"

/** Who an instance is. */
export interface Instance {
  /** Of the deployment: one lives at a time under a name. */
  readonly name: string
  readonly version: string
  /** What has to be the same on all instances: a line for each setting, `name: value`. */
  readonly settings: string
  /** In milliseconds. */
  readonly lease: number
}

/** What a lease works with. */
export interface Dependencies {
  readonly database: Database
  readonly lastWritten: LastWritten
  /** Ids of the attempts that are on their way in this process. */
  readonly inHand: () => Iterable<string>
  /** Attempts that are to be ended, as rows of `beat_v2`. The next sign of life does not wait for it. */
  readonly onLost: (rows: ReadonlyArray<Row>) => void
  /** Told whether other instances live. */
  readonly onOthers: (live: boolean) => void
  /** Rejects with a {@link StartFailed} where the store is not the one that it was at the start, or not complete. */
  readonly requireStore: () => Promise<void>
  /** Told once each time that this instance was given up: it continues as a new incarnation, or another one has its name. */
  readonly onGivenUp: () => void
  /** What a person should know, in a sentence. */
  readonly onWarning: (detail: string) => void
}

/** A lease that is renewed until it is given back. */
export interface Lease {
  /** The id of the incarnation. */
  readonly instance: () => string
  /** Whether that incarnation's lease is held, by this process's clocks. */
  readonly isHeld: (instance: string) => boolean
  /** The instances that live under their leases, by their names, as rows. */
  readonly living: () => Promise<ReadonlyArray<Row>>
  /** Milliseconds that are left of the lease, for this process. */
  readonly left: () => number
  /** Why this instance may not take orders: the lease is over, or the database refuses to renew it. Undefined where it may. */
  readonly notReady: () => string | undefined
  /** Takes other settings to be compared with the others' by. What cannot be written is with the next sign of life. */
  readonly announce: (settings: string) => Promise<void>
  /** Gives it back. What is still open then is unknown at once. */
  readonly giveBack: () => Promise<void>
}

/** The share of a lease that is not used: it must end here first. */
const MARGIN = 1 / 5

/** Until when a lease is held that is not. */
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

/** Registers an instance and keeps its lease. Rejects where another one lives under its name. */
export const hold = async (instance: Instance, dependencies: Dependencies): Promise<Lease> => {
  const { database, lastWritten, inHand, onLost, onOthers, requireStore, onGivenUp, onWarning } = dependencies
  const { name, version, lease } = instance
  let { settings } = instance
  /** What the ids of all incarnations of this process begin with. */
  const own = `${name}:${randomBytes(5).toString("hex")}.`
  let incarnations = 0
  let id = ""
  const quarter = lease / 4
  let until = OVER
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  /** Whether the database has the settings, and where they differ from the others', a warning was given. */
  let isAnnounced = true
  let beating = Promise.resolve()
  /** Why the lease was not renewed last; undefined where it was. */
  let problem: string | undefined
  let isRefused = false
  /** Whether another gateway has the name of this one, which was given up. */
  let isTaken = false

  const countFrom = (monotonic: number, wall: number) => {
    const length = lease * (1 - MARGIN)
    until = { monotonic: monotonic + length, wall: wall + length }
  }
  const left = () => Math.min(until.monotonic - performance.now(), until.wall - Date.now())

  /** A new incarnation, or one of this process that lives; gives for how long, in milliseconds, another one of its name is alive. */
  const register = async (): Promise<number | undefined> => {
    const next = `${own}${++incarnations}`
    const [before, wall] = [performance.now(), Date.now()]
    const [row] = await call(database, "register_v1", { id: next, name, version, settings, lease })
    const other = row?.other == null ? undefined : String(row.other)
    if (other !== undefined && !other.startsWith(own)) return Number(row?.alive_for)
    id = other ?? next
    isAnnounced = other === undefined && row?.differs == null
    // When the one that lives was renewed last is not known here: it is held from its next sign of life on.
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

  /** One that was killed under this name is waited for; one that lives is not. */
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

  /** A warning is given when the lease is not renewed for the first time, and when it is again; in between of what is news. */
  const note = (next: string | undefined, isNews = false) => {
    if (next !== undefined && (problem === undefined || (isNews && next !== problem))) onWarning(next)
    if (next === undefined && problem !== undefined) onWarning("the lease is renewed again")
    problem = next
  }

  /** Gives how long to wait for the next sign of life: not at all where little is left of the lease. */
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
    // Where that fails, the next sign of life tries again.
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
          return quarter
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
    notReady: () => (left() > 0 && !isRefused ? undefined : (problem ?? "the lease is over")),
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
