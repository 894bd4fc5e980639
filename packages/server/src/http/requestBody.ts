/**
 * The body of a request as JSON, bounded while it arrives.
 *
 * The contract allows any `application/*` type, but the content is JSON. Errors say where, never what: a body holds personal
 * data.
 */
import * as BoundedBody from "@hipay-pos/core/BoundedBody"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { findHostileKey, type HostileKey } from "@hipay-pos/core/JsonKeys"
import { isDeeper } from "@hipay-pos/core/JsonObject"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Result from "effect/Result"
import { mayHoldCards } from "../maskCardNumbers.ts"
import type { Problem } from "../render/problems.ts"

/** The JSON of a body, and whether its text may hold a card number. */
export interface Json {
  readonly _tag: "Json"
  readonly json: unknown
  readonly text: string
  readonly mayHoldCards: boolean
}

/** There was no body. */
export const EMPTY: Problem = { _tag: "MalformedJson", detail: "the body is empty" }

/** Represents a body whose sender disconnected or was too slow. */
const CUT = new Uint8Array()

const headersOf =
  (request: Request): Header =>
  (name) =>
    request.headers.get(name) ?? undefined

/** Reads a request's body. `limit` is in bytes; `header` returns a header by its lower-case name. */
export const readJson = async (
  request: Request,
  limit: number,
  header: Header = headersOf(request)
): Promise<Json | Problem> => {
  const unsupported = unsupportedType(header)
  if (unsupported !== undefined) return unsupported
  const bytes = await readBytes(request, limit, header).catch(() => CUT)
  if (bytes === CUT) return malformed("the body stops in the middle")
  if (bytes === undefined) return { _tag: "BodyTooLarge", limit }
  return bytes.length === 0 ? EMPTY : Result.getOrElse(parseBody(bytes), malformed)
}

/** Parses the bytes of a body, or returns in one line why it is not accepted. */
export const parseBody = (bytes: Uint8Array): Result.Result<Json, string> => {
  const decoded = JsonText.decode(bytes)
  if (Result.isFailure(decoded)) return Result.fail(`the body ${decoded.failure}`)
  const text = decoded.success
  const parsed = JsonText.parse(text)
  if (Result.isFailure(parsed)) return Result.fail(`the body ${parsed.failure}`)
  const json = parsed.success
  if (mayBeDeeper(text, DEPTH) && isDeeper(json, DEPTH)) {
    return Result.fail(`the body is nested deeper than ${DEPTH} levels`)
  }
  const hostile = findHostileKey(text, json)
  return hostile === undefined
    ? Result.succeed({ _tag: "Json", json, text, mayHoldCards: mayHoldCards(bytes) })
    : Result.fail(refusalOf(hostile))
}

const refusalOf = ({ key, isRepeated, line, column }: HostileKey): string =>
  `the key ${JSON.stringify(CardNumber.maskedStart(key, 40))} in line ${line}, column ${column} is ${isRepeated ? "the second one of this name in its object" : "not allowed"}`

const malformed = (detail: string): Problem => ({ _tag: "MalformedJson", detail })

/** Orders are at most six levels deep, apart from custom data. */
const DEPTH = 64

/** Counts brackets, so that only hostile bodies and large baskets need a walk. */
const mayBeDeeper = (text: string, levels: number): boolean => {
  let brackets = 0
  for (const bracket of "{[") {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) brackets++
  }
  return brackets > levels
}

type Header = (name: string) => string | undefined

/** Whether the contract allows a content type: `application/*`, whatever its parameters. */
export const isSupportedType = (type: string | undefined): boolean => type !== undefined && APPLICATION.test(type)

const APPLICATION = /^\s*application\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/i

const unsupportedType = (header: Header): Problem | undefined => {
  const type = header("content-type")
  if (!isSupportedType(type)) {
    const actual = type?.split(";")[0]?.trim() || "none"
    return { _tag: "UnsupportedMediaType", expected: "an application/* content type", actual }
  }
  const encoding = header("content-encoding")
  return encoding === undefined || encoding.toLowerCase() === "identity"
    ? undefined
    : { _tag: "UnsupportedMediaType", expected: "no content encoding", actual: encoding }
}

/** The bytes of the body, or `undefined` as soon as there are more than `limit`. */
export const readBytes = async (
  request: Request,
  limit: number,
  header: Header = headersOf(request)
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const announced = Number(header("content-length") ?? Number.NaN)
  if (announced > limit) return undefined
  if (announced <= limit) {
    // HTTP itself bounds a body with an announced length.
    const bytes = new Uint8Array(await request.arrayBuffer())
    return bytes.length > limit ? undefined : bytes
  }
  return request.body === null ? new Uint8Array() : BoundedBody.read(request.body, limit, "left")
}
