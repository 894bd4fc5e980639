/**
 * Attempts as the store's file has them: a row with JSON, and the lines of their history.
 *
 * What a row says in its columns its JSON says again: a row in which they differ is damaged, and is not read.
 */
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { type Attempt, errorName } from "../attempts/Attempt.ts"
import { textOf, wordsIn } from "../attempts/AttemptStore.ts"

/** What is written down for good: how it stands and why, and nothing about customers. */
export const historyOf = ({ outcome, error, resolutions, answer }: Attempt) => ({
  outcome: outcome?._tag,
  error: error && { reason: errorName(error), kind: error.kind, detail: error.detail },
  resolution: resolutions?.at(-1),
  status: answer?.status
})

/** Where a text is looked for, in lower case. */
export const wordsOf = (attempt: Attempt): string => wordsIn(attempt).join("\n").toLowerCase()

type Fields = Readonly<Record<string, unknown>>

/** What an answer echoes of its order is written once: the names of the fields stand for them. */
export const toJson = ({ error, ...rest }: Attempt): string => {
  const attempt = error === undefined ? rest : { ...rest, error: { ...error, _tag: errorName(error) } }
  const { order, answer } = attempt
  if (answer === undefined || !isFields(answer.body) || !isFields(order)) return JSON.stringify(attempt)
  const body: Record<string, unknown> = { ...answer.body }
  const echoed = Object.keys(body).filter((name) => isFields(body[name]) && body[name] === order[name])
  for (const name of echoed) body[name] = null
  return JSON.stringify({ ...attempt, answer: { ...answer, body }, echoed })
}

/** A row of the table of attempts, as {@link COLUMNS} names it. */
export interface Row {
  readonly id: string
  readonly key: string
  readonly state: string
  readonly openedAt: number
  readonly json: string
}

/** What is selected to read an attempt. */
export const COLUMNS = "id, key, state, opened_at AS openedAt, json"

/** The attempt of a row, the class of its error too; undefined where the row is damaged. */
export const fromRow = (row: Row): Attempt | undefined => {
  try {
    const attempt = fromJson(row.json)
    return agrees(attempt, row) ? attempt : undefined
  } catch {
    return undefined
  }
}

/** The attempt of a text that this module wrote; throws where it did not. */
export const fromJson = (json: string): Attempt => {
  const { error, echoed = [], ...attempt } = JSON.parse(json) as StoredAttempt
  const body = attempt.answer?.body as Record<string, unknown>
  for (const name of echoed) body[name] = (attempt.order as Fields)[name]
  if (error === undefined) return attempt
  return { ...attempt, error: toError(error) }
}

const agrees = (attempt: Attempt, { id, key, state, openedAt }: Row): boolean =>
  attempt.id === id &&
  textOf(attempt.key) === key &&
  attempt.state === state &&
  attempt.openedAt === openedAt &&
  (attempt.terminal === "dialled" || attempt.terminal === "simulated") &&
  Number.isSafeInteger(attempt.amount.minorUnits) &&
  typeof attempt.amount.currency === "string" &&
  isFields(attempt.target) &&
  Array.isArray(attempt.moments) &&
  Array.isArray(attempt.findings)

const toError = (error: StoredError): NonNullable<Attempt["error"]> => {
  const { detail } = error
  return error._tag === "NotStarted"
    ? new NotStarted({ kind: error.kind, detail })
    : new OutcomeUnknown({ kind: error.kind, detail, received: error.received })
}

interface StoredAttempt extends Omit<Attempt, "error"> {
  readonly error?: StoredError
  readonly echoed?: ReadonlyArray<string>
}

/** An error under the name that the file has for it. */
type StoredError =
  | ({ readonly _tag: "NotStarted" } & Pick<NotStarted, "kind" | "detail">)
  | ({ readonly _tag: "OutcomeUnknown" } & Pick<OutcomeUnknown, "kind" | "detail" | "received">)

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null
