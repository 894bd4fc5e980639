/** Lists, shows and resolves the attempts of a server. Loaded by the first call that needs it. */
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import { Answer } from "@hipay-pos/core/plain"
import type { ReceivedDetails } from "@hipay-pos/core/wire/Problem"
import type { ResolvedDamaged, ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { maskWritten } from "../Redaction.ts"
import { modeOf, QUESTION, type Server, write } from "../Server.ts"
import { firstOf } from "../signals.ts"
import type { Exchange } from "../Transport.ts"
import { refuseAborted } from "../untilAborted.ts"
import {
  type AttemptDetail,
  type AttemptList,
  type AttemptSummary,
  decodeAttempt,
  decodeList,
  decodeResolved
} from "./AttemptDetail.ts"
import type { AttemptFilter } from "./AttemptFilter.ts"
import { AttemptsError } from "./AttemptsError.ts"

/** The server's largest page. */
const PAGE = 1_000

/** The attempts that match, the newest first. */
export const list = async (
  server: Server,
  { state, day, orderId, idempotencyKey, search, before, limit = Number.POSITIVE_INFINITY }: AttemptFilter = {},
  signal?: AbortSignal
): Promise<ReadonlyArray<AttemptSummary>> => {
  const wanted = Object.entries({ state, day, orderId, idempotencyKey, q: search, before }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]]
  )
  const found: Array<AttemptSummary> = []
  let query: string | undefined = `?${new URLSearchParams([...wanted, ["limit", String(Math.min(limit, PAGE))]])}`
  while (query !== undefined && found.length < limit) {
    const { attempts, next }: AttemptList = decoded(decodeList, await ask(server, { path: `attempts${query}` }, signal))
    found.push(...attempts)
    // The server's link has the path, but not where it is mounted.
    query = next === undefined ? undefined : new URL(next, server.url).search
  }
  return found.slice(0, limit)
}

/** One attempt. */
export const get = async (server: Server, id: string, signal?: AbortSignal): Promise<AttemptDetail> =>
  decoded(decodeAttempt, await ask(server, { path: pathOf(id) }, signal))

/** Records how an attempt ended. */
export const resolve = async (
  server: Server,
  id: string,
  { by, evidence, ...said }: ResolveRequest,
  signal?: AbortSignal
): Promise<AttemptDetail | ResolvedDamaged> => {
  const body = { ...said, by: maskWritten(by), evidence: maskWritten(evidence) }
  return decoded(decodeResolved, await ask(server, { path: `${pathOf(id)}/resolve`, body }, signal))
}

/**
 * Makes the server ask the terminal of an unknown attempt for its last transaction; returns the attempt if that proved
 * its outcome.
 */
export const askTerminal = async (server: Server, id: string, signal?: AbortSignal): Promise<AttemptDetail> =>
  decoded(decodeAttempt, await ask(server, { path: `${pathOf(id)}/ask`, body: {}, timeout: 3 * QUESTION }, signal))

/** The path of an attempt, by its id or by its address. */
export const pathOf = (id: string): string => `attempts/${encodeURIComponent(id.slice(id.lastIndexOf("/") + 1))}`

interface Question {
  /** Below the server's base URL. */
  readonly path: string
  /** Makes the request a POST. */
  readonly body?: object
  /** Milliseconds. */
  readonly timeout?: number
}

const ask = async (
  server: Server,
  { path, body, timeout: milliseconds = QUESTION }: Question,
  signal?: AbortSignal
): Promise<unknown> => {
  refuseAborted(signal)
  const timeout = AbortSignal.timeout(milliseconds)
  const ends = signal === undefined ? timeout : firstOf(signal, timeout)
  const came = body === undefined ? await server.get(path, ends) : await server.post(path, write(body), ends)
  refuseAborted(signal)
  if (timeout.aborted && came._tag !== "Received") {
    throw new AttemptsError({
      kind: "Unreachable",
      detail: `the server did not answer within ${milliseconds / 1000} s`
    })
  }
  const error = failureOf(came)
  if (error !== undefined) throw error
  return came._tag === "Received" ? came.json : undefined
}

/** Why an answer is not about attempts; `undefined` if it may be. */
export const failureOf = (came: Exchange): AttemptsError | undefined => {
  if (came._tag !== "Received") return new AttemptsError({ kind: "Unreachable", detail: came.detail })
  const { status } = came
  if (modeOf(came.headers) === "unknown" && (status === 200 || status === 404)) {
    const detail = "the server is neither a mock nor a gateway of this toolkit: it does not tell of attempts"
    return new AttemptsError({ kind: "Unsupported", detail, status })
  }
  if (status === 200) return undefined
  const { problem } = Answer.read(came.json)
  const words = problem?.description ?? problem?.message
  const detail = words === undefined ? `the server answered ${status}` : maskWritten(words)
  const { seconds } = (problem?.details ?? {}) as ReceivedDetails
  return new AttemptsError({
    kind: kinds.get(status) ?? (status >= 500 ? "ServerFailed" : "Rejected"),
    detail,
    status,
    ...(problem && { code: problem.code }),
    ...(Number.isSafeInteger(seconds) && { seconds: Number(seconds) })
  })
}

const kinds = new Map<number, AttemptsError["kind"]>([
  [401, "LoginRefused"],
  [403, "Forbidden"],
  [404, "NotFound"]
])

/** Decodes JSON; throws if it cannot. */
export const decoded = <A>(decode: (json: unknown) => Result.Result<A, Schema.SchemaError>, json: unknown): A => {
  const result = decode(json)
  if (Result.isSuccess(result)) return result.success
  const detail = `the server's answer cannot be read: ${JsonIssues.inOneLine(result.failure, "the answer")}`
  throw new AttemptsError({ kind: "Unreadable", detail })
}
