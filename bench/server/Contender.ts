/** A server in a comparison: all are warmed up, then loaded in alternating rounds, so that noise affects all of them. */
import { median, rounded } from "../measure/statistics.ts"
import { type Loaded, load } from "./load.ts"

/** The server, and its load. */
export interface Settings {
  readonly port: number
  /** Microseconds of processor time since its start, if the server can tell. */
  readonly cpu?: () => Promise<number>
  /** Orders until its speed is steady. */
  readonly warmUp: number
  /** Orders in a round. */
  readonly orders: number
  /** Makes the body of the next order. */
  readonly body: () => string
}

/** One round: its result, and the microseconds of processor time per order. */
interface Round extends Loaded {
  readonly microseconds: number
}

/** Medians of the rounds. */
export interface Figures {
  readonly perSecond: number
  /** Orders per second, divided by the baseline's in the same round. */
  readonly ratio: number
  /** Processor time of an order. */
  readonly microseconds?: number
  /** How many answers of all rounds had which status. */
  readonly statuses: Readonly<Record<string, number>>
}

/** A server and the rounds it has played. */
export interface Contender {
  readonly settings: Settings
  readonly rounds: Array<Round>
}

export const contender = (settings: Settings): Contender => ({ settings, rounds: [] })

/** Warms all up, then runs so many rounds with each. */
export const contend = async (contenders: ReadonlyArray<Contender>, rounds: number): Promise<void> => {
  for (const { settings } of contenders) await load(settings.port, { ...settings, count: settings.warmUp })
  for (let round = 0; round < rounds; round++) {
    for (const { settings, rounds } of contenders) rounds.push(await play(settings))
  }
}

/** Warmed up once more before it is measured: V8 drops the compiled code of a process that was idle for some seconds. */
const play = async ({ port, cpu = async () => 0, orders, body }: Settings): Promise<Round> => {
  await load(port, { count: orders / 2, body })
  const before = await cpu()
  const loaded = await load(port, { count: orders, body })
  return { ...loaded, microseconds: ((await cpu()) - before) / orders }
}

export const figures = ({ settings, rounds }: Contender, baseline: Contender): Figures => {
  const statuses: Record<string, number> = {}
  for (const round of rounds) {
    for (const [status, count] of Object.entries(round.statuses)) statuses[status] = (statuses[status] ?? 0) + count
  }
  return {
    perSecond: Math.round(median(rounds.map(({ perSecond }) => perSecond))),
    ratio: rounded(median(rounds.map(({ perSecond }, n) => perSecond / (baseline.rounds[n]?.perSecond ?? Number.NaN)))),
    ...(settings.cpu === undefined ? {} : { microseconds: Math.round(median(rounds.map((r) => r.microseconds))) }),
    statuses
  }
}
