/**
 * Attempts as the store's file has them: a row with JSON, and the lines of their history.
 *
 * A row's JSON repeats its columns. A row in which they differ is damaged and not read; neither is one with an end that its
 * state cannot have, which no version writes. Older formats have the answer that was sent, in which `null` stands for the parts
 * of the order that it echoes, named in `echoed`.
 *
 * What a later version wrote is kept and written back: unknown fields, events and {@link OPEN_WORDS}. A row with any other
 * unknown word is not read, and its order is not paid again.
 */
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import { TransactionType } from "@hipay-pos/core/TransactionType"
import type { RecordedAnswer } from "@hipay-pos/core/wire/Attempt"
import { type Alarm, type Attempt, errorName } from "../attempts/Attempt.ts"
import type { AnsweredAs, AttemptEvent } from "../attempts/AttemptEvent.ts"
import { type Filter, textOf, wordsIn } from "../attempts/AttemptStore.ts"
import { KeptOrder } from "../attempts/KeptOrder.ts"
import { CONTRADICTED, OPEN_WORDS, StoredAttempt } from "./StoredAttempt.ts"
import { storedJson } from "./storedJson.ts"

const read = storedJson(StoredAttempt, OPEN_WORDS)

/** What history records for good: state, causes, and nothing about customers. */
export const historyOf = ({ outcome, error, resolutions, alarms }: Attempt) => ({
  outcome: outcome?._tag,
  error: error && { reason: errorName(error), kind: error.kind, detail: error.detail },
  resolution: resolutions?.at(-1),
  alarms: alarms?.length
})

/** The texts that a search looks in, in lower case. */
export const wordsOf = (attempt: Attempt): string => wordsIn(attempt).join("\n").toLowerCase()

export const toJson = ({ order, error, recorded, events, ...attempt }: Attempt): string => {
  const rest = JSON.stringify({
    ...attempt,
    moments: events,
    error: error && { ...error, ...beside.get(error), _tag: errorName(error) },
    answer: recorded
  })
  return `{"order":${order.json},${rest.slice(1)}`
}

/** Occurs in what {@link toJson} makes of an attempt with alarms; otherwise only if its order has a field of that name. */
export const ALARMS = '"alarms":[{'

/** A query's condition for the attempts of one order of one login, which uses the index of keys; see {@link orderOf}. */
export const OF_ORDER = `key IN (SELECT column1 || ? FROM (VALUES ${TransactionType.literals.map((type) => `('${type}')`)}) AS types)`

/** The value for {@link OF_ORDER}; undefined if the filter is not about one order of one login. */
export const orderOf = ({ login, orderId }: Filter): string | undefined =>
  login === undefined || orderId === undefined ? undefined : `\n${login}\n${orderId}`

/** A row of the table of attempts, as {@link COLUMNS} names it. */
export interface Row {
  readonly id: string
  readonly key: string
  readonly state: string
  readonly openedAt: number
  readonly json: string
}

/** The columns needed to read an attempt. */
export const COLUMNS = "id, key, state, opened_at AS openedAt, json"

/** The attempt of a row; undefined if the row is damaged. */
export const fromRow = (row: Row): Attempt | undefined => {
  const attempt = fromJson(row.json)
  return attempt !== undefined && agrees(attempt, row) ? attempt : undefined
}

/** Reads rows. A damaged row is undefined, and reported once. */
export const makeRowReader = (onWarning: (detail: string) => void): ((row: Row) => Attempt | undefined) => {
  const told = new Set<string>()
  return (row) => {
    const attempt = fromRow(row)
    if (attempt === undefined && !told.has(row.id)) {
      told.add(row.id)
      onWarning(
        `attempt ${row.id} cannot be read from the store; its order id takes no payment, and lists leave it out`
      )
    }
    return attempt
  }
}

/** The attempt of a text that {@link toJson} made, in this version or an older one; undefined if it did not. */
export const fromJson = (json: string): Attempt | undefined => {
  const stored = read(json)
  if (stored === undefined) return undefined
  const { order, error, answer, alarms, echoed, moments, ...rest } = stored
  const attempt: Unchecked = {
    ...rest,
    order: new KeptOrder(order),
    events: moments.map(toEvent),
    ...(error && { error: toError(error) }),
    ...(alarms && { alarms: alarms.map(toAlarm) }),
    ...(answer && { recorded: withEcho(answer, echoed, order) })
  }
  return isPossible(attempt) ? attempt : undefined
}

/** An attempt whose end may not fit its state. */
type Unchecked = Pick<Attempt, keyof Attempt>

/** Whether an attempt's end fits its state. */
const isPossible = (attempt: Unchecked): attempt is Attempt => {
  const { state, endedAt, outcome, error, resolutions = [] } = attempt
  if (state === "open") return (endedAt ?? outcome ?? error) === undefined
  if (endedAt === undefined || (error?._tag === "TerminalNotStarted") !== (state === "not-started")) return false
  if (state === "not-started" || state === "unknown") return outcome === undefined
  const { tag, word } = decided[state]
  return outcome === undefined ? resolutions.at(-1)?.outcome === word : outcome._tag === tag && error === undefined
}

/** The terminal's outcome in each state, or else a person's. */
const decided = {
  approved: { tag: "Approved", word: "approved" },
  "approved-in-part": { tag: "ApprovedInPart", word: "approved" },
  declined: { tag: "Declined", word: "declined" }
} as const

const agrees = (attempt: Attempt, { id, key, state, openedAt }: Row): boolean =>
  attempt.id === id && textOf(attempt.key) === key && attempt.state === state && attempt.openedAt === openedAt

type Fields = Readonly<Record<string, unknown>>

/** Fields of later versions under names that the error's class uses for something else, such as `message`. */
const beside = new WeakMap<NonNullable<Attempt["error"]>, Fields>()

const toError = (error: NonNullable<StoredAttempt["error"]>): NonNullable<Attempt["error"]> => {
  if (error._tag === "NotStarted") {
    const { _tag, ...rest } = error
    return withFields(new NotStarted({ kind: "Reported", detail: "" }), rest)
  }
  const { _tag, received = "", ...rest } = error
  const evidence = rest.evidence ?? (received === "" ? undefined : ofBytes(received))
  return withFields(new OutcomeUnknown({ kind: "Reported", detail: "" }), { ...rest, ...(evidence && { evidence }) })
}

/** Assigns all fields, because the class would refuse a kind that it does not know. */
const withFields = <E extends NonNullable<Attempt["error"]>>(error: E, fields: Fields): E => {
  const free: Record<string, unknown> = {}
  const taken: Array<readonly [string, unknown]> = []
  for (const [name, value] of Object.entries(fields))
    if (name in error && !Object.prototype.propertyIsEnumerable.call(error, name)) taken.push([name, value])
    else free[name] = value
  beside.set(error, Object.fromEntries(taken))
  return Object.assign(error, free)
}

const toEvent = (event: StoredAttempt["moments"][number]): AttemptEvent =>
  event.kind === "answer" && "status" in event && !("as" in event)
    ? { at: event.at, kind: "answer", as: fromStatus(event.status) }
    : (event as AttemptEvent)

const fromStatus = (status: number): AnsweredAs => {
  switch (status) {
    case 200:
      return "outcome"
    case 500:
      return "defect"
    case 504:
      return "unknown"
    default:
      return "not-started"
  }
}

const toAlarm = (alarm: NonNullable<StoredAttempt["alarms"]>[number]): Alarm => ({
  ...alarm,
  details: alarm.details as Alarm["details"],
  code: alarm.code === CONTRADICTED ? "attempt.resolution.contradicted" : alarm.code
})

const withEcho = (answer: RecordedAnswer, echoed: ReadonlyArray<string> = [], order: unknown): RecordedAnswer => {
  if (echoed.length === 0) return answer
  const body: Record<string, unknown> = { ...(answer.body as Fields) }
  for (const name of echoed) body[name] = (order as Fields)[name]
  return { ...answer, body }
}
