/**
 * Detects what this toolkit does not know in a service's answers: a field, a type, a status, a code, other words. Each is a
 * warning among the attempt's findings and changes nothing.
 *
 * Values that the answer repeats from the order are the till's, and are not reported. Samples describe a value, and hold
 * nothing about customers.
 */
import { ErrorCode, type Received } from "@hipay-pos/client/response"
import * as Finding from "@hipay-pos/core/Finding"
import { isObject, type JsonObject, object } from "@hipay-pos/core/JsonObject"
import * as Contract from "@hipay-pos/core/wire/Contract"
import type { DriftEntry } from "@hipay-pos/core/wire/Drift"
import { ErrorResponse } from "@hipay-pos/core/wire/ErrorResponse"
import { OrderResponse } from "@hipay-pos/core/wire/OrderResponse"
import { shownFinding } from "@hipay-pos/server"
import { urlOf } from "@hipay-pos/server/Attempt"
import type { AttemptStore, StoreFailed } from "@hipay-pos/server/AttemptStore"
import * as Effect from "effect/Effect"
import { type Listed, someListed } from "../someListed.ts"
import { codeSampleOf, nameOnly, sampleOf } from "./sampleOf.ts"

/** Statuses that HiPay's documents name, or that its service was seen to send. */
const STATUSES = new Set([200, 201, 400, 401, 403, 404, 415, 500, 502, 504])

/** Fields of the sister documents, beside the contract's. */
const SISTERS = new Set(["errorCode", "errorDescription", "errorData", "technical_pos_info"])

/** What the description of a known code begins with. */
const WORDS: Readonly<Record<string, string>> = {
  "connector.api.login.unauthorized": "The login has been rejected.",
  "unavailable.terminal.bad.request": "Unable to contact the terminal.",
  "undefined.internal.server.error": ""
}

const checkAnswer = Contract.makeCheck(Contract.shapeOf(OrderResponse))
const checkAnswerNames = Contract.makeCheckNames(Contract.shapeOf(OrderResponse))
const checkErrorNames = Contract.makeCheckNames(Contract.shapeOf(ErrorResponse))

/** The most findings of an answer: an answer without end must not become a record without end. */
const MAX_FINDINGS = 50

/** Reports what is unknown in an answer to the order `sent`. */
export const unknownIn = (
  { status, headers, json, fault }: Received,
  sent: unknown
): ReadonlyArray<Finding.Finding> => {
  const found: Array<Finding.Finding> = []
  const seen = new Set<string>()
  const report: Report = (code, path, expected, actual) => {
    const key = `${code}\n${path}`
    if (seen.has(key)) return
    seen.add(key)
    if (seen.size <= MAX_FINDINGS)
      found.push(Finding.make("warning", `upstream-${code}`, nameOnly(path), expected, actual()))
  }
  const all = (): ReadonlyArray<Finding.Finding> =>
    seen.size <= MAX_FINDINGS
      ? found
      : [
          ...found,
          Finding.make("warning", MORE, "", `at most ${MAX_FINDINGS} findings`, `${seen.size - MAX_FINDINGS} more`)
        ]
  if (!STATUSES.has(status)) report("status", "", "a status that HiPay's documents name", () => String(status))
  if (fault !== undefined) {
    report("body", "", "JSON", () => `${faults[fault]}, content type ${typeIn(headers)}`)
    return all()
  }
  if (!isObject(json)) {
    report("body", "", "an object", () => sampleOf(json, ""))
    return all()
  }
  // What a server of this toolkit adds is known.
  const isOurs = headers.has("x-hipay-pos-mode")
  if (status < 300) checkPayment(json, sent, report)
  else checkProblem(json, isOurs, report)
  return all()
}

/** The code of a finding that counts those left out. */
const MORE = "upstream-more"

const typeIn = (headers: Headers): string => {
  const type = headers.get("content-type")
  if (type === null) return "none"
  return /^[\w.+-]{1,40}\/[\w.+-]{1,40}(\s*;\s*charset=[\w-]{1,20})?$/i.test(type) ? type : "of another form"
}

/** The sample is computed only if the finding is kept. */
type Report = (code: string, path: string, expected: string, sample: () => string) => void

const faults = {
  Empty: "nothing",
  NotJson: "another text",
  Truncated: "JSON that stops in the middle",
  Charset: "bytes that are not UTF-8",
  TooLarge: "more than 1 MiB, or nested too deeply"
} as const

const checkPayment = (root: JsonObject, sent: unknown, report: Report): void => {
  const contract = Object.fromEntries(Object.entries(root).filter(([name]) => !SISTERS.has(name)))
  const technical = root.pos_technical_info ?? root.technical_pos_info
  const body = technical === undefined ? contract : { ...contract, pos_technical_info: technical }
  checkAnswer(body, "", ({ path, expected, value }) => {
    if (value === null || isKnownVariant(path, value) || isInEmpty(body, path)) return
    if (Object.is(valueAt(sent, path), value)) return
    report("type", path, expected, () => sampleOf(value, path))
  })
  checkAnswerNames(body, "", ({ path }) => {
    if (valueAt(sent, path) !== undefined) return
    report("field-unknown", path, "no such field", () => sampleOf(valueAt(body, path), path))
  })
  const codes = { "error.errorCode": object(root.error).errorCode, errorCode: root.errorCode }
  for (const [path, code] of Object.entries(codes)) {
    if (code === undefined || code === null || code === "" || ErrorCode.table.has(String(code))) continue
    report("code-unknown", path, "a documented error code", () => codeSampleOf(code))
  }
}

/** Ways to write the status that HiPay's documents show. */
const isKnownVariant = (path: string, value: unknown): boolean =>
  (path === "paymentStatus" && typeof value === "string" && /^(success|failure|failed)$/i.test(value)) ||
  (path === "error.errorCode" && typeof value === "number")

/** HiPay's sandbox answers with empty objects. */
const isInEmpty = (body: unknown, path: string): boolean => {
  const [first = ""] = path.split(/[.[]/)
  const part = valueAt(body, first)
  return isObject(part) && Object.keys(part).length === 0
}

const checkProblem = (root: JsonObject, isOurs: boolean, report: Report): void => {
  const error = isObject(root.error) ? root.error : undefined
  const { details: _, ...known } = error ?? {}
  checkErrorNames(error === undefined ? root : { ...root, error: known }, "", ({ path }) =>
    report("field-unknown", path, "no such field", () => sampleOf(valueAt(root, path), path))
  )
  if (isOurs || error === undefined) return
  const { code, description } = error
  if (typeof code !== "string") {
    report("type", "error.code", "a text", () => codeSampleOf(code))
    return
  }
  const words = WORDS[code]
  if (words === undefined && !code.endsWith(".openapi.requestValidation")) {
    report("code-unknown", "error.code", "a known code", () => codeSampleOf(code))
  }
  if (words !== undefined && typeof description === "string" && !description.startsWith(words)) {
    report("message", "error.description", `a text that begins with "${words}"`, () => sampleOf(description, ""))
  }
}

const valueAt = (json: unknown, path: string): unknown => {
  let value: unknown = json
  for (const name of path.split(/[.[\]]+/).filter((part) => part !== "")) {
    if (typeof value !== "object" || value === null) return undefined
    value = (value as JsonObject)[name]
  }
  return value
}

/** How many attempts are looked through, the newest first, and how many at a time. */
const ATTEMPTS = 5_000
const PAGE = 200

/** The most different entries. */
const ENTRIES = 500

/** Summarizes the drift findings of a store's newest attempts, the most frequent first. */
export const driftIn = Effect.fnUntraced(function* (
  store: Pick<AttemptStore, "list">
): Effect.fn.Return<ReadonlyArray<DriftEntry>, StoreFailed> {
  const entries = new Map<string, DriftEntry>()
  /** Counts the findings beyond that many entries. */
  let more: DriftEntry | undefined
  let seen = 0
  // Lets other requests run between pages.
  const listed: Listed = { isComplete: false, page: PAGE, pause: Effect.sleep(0) }
  yield* someListed(store, listed, ({ id, openedAt, findings }) => {
    const at = new Date(openedAt).toISOString()
    for (const finding of findings) {
      if (!finding.code.startsWith("upstream-")) continue
      const { code, path, expected, actual } = shownFinding(finding)
      const where = nameOnly(path).replace(/\[\d+\]/g, "[]")
      const key = `${code}\n${where}\n${code === "upstream-field-unknown" || code === MORE ? "" : actual}`
      const once = {
        code,
        path: where,
        expected,
        sample: actual,
        firstAt: at,
        lastAt: at,
        attempt: urlOf({ id })
      }
      const known = entries.get(key)
      if (known !== undefined) entries.set(key, { ...known, sample: actual, count: known.count + 1, firstAt: at })
      else if (entries.size < ENTRIES) entries.set(key, { ...once, count: 1 })
      else {
        const left = { ...once, code: MORE, path: "", expected: `at most ${ENTRIES} different findings` }
        const count = (more?.count ?? 0) + 1
        more = { ...(more ?? left), sample: `${count} more`, count, firstAt: at }
      }
    }
    seen += 1
    return seen === ATTEMPTS
  })
  return [...entries.values(), ...(more === undefined ? [] : [more])].sort((a, b) => b.count - a.count)
})
