/**
 * The body of a request as JSON, bounded while it arrives.
 *
 * The contract takes any `application/*` type; what it holds is JSON. Faults say where, never what: a body holds personal
 * data.
 */
import { mayHold } from "./cardNumbers.ts"
import * as JsonFault from "./JsonFault.ts"
import { findHostileKey } from "./jsonKeys.ts"
import type { Problem } from "./respond.ts"

/** The JSON of a body and whether its text may hold a card number, or why there is none. */
export type Body = { readonly _tag: "Json"; readonly json: unknown; readonly mayHoldCards: boolean } | Problem

/** There was no body. */
export const EMPTY: Problem = { _tag: "MalformedJson", detail: "the body is empty" }

/** Stands for a body whose sender has gone, or was too slow. */
const CUT = new Uint8Array()

/** Reads a request's body. `limit` is in bytes; `header` reads a header by its name in lower case. */
export const readJson = async (
  request: Request,
  limit: number,
  header: Header = (name) => request.headers.get(name) ?? undefined
): Promise<Body> => {
  const unsupported = unsupportedType(header)
  if (unsupported !== undefined) return unsupported
  const bytes = await readBytes(request, limit, header).catch(() => CUT)
  if (bytes === CUT) return { _tag: "MalformedJson", detail: "the body stops in the middle" }
  if (bytes === undefined) return { _tag: "BodyTooLarge", limit }
  if (bytes.byteLength === 0) return EMPTY
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { _tag: "MalformedJson", detail: "the body is not UTF-8" }
  }
  try {
    const json: unknown = JSON.parse(text)
    if (mayBeDeeper(text, DEPTH) && isDeeper(json, DEPTH)) {
      return { _tag: "MalformedJson", detail: `the body is nested deeper than ${DEPTH} levels` }
    }
    const key = findHostileKey(text, json)
    return key === undefined
      ? { _tag: "Json", json, mayHoldCards: mayHold(text) }
      : {
          _tag: "MalformedJson",
          detail: `the key ${JSON.stringify(key.slice(0, 40))} stands there twice, or never should`
        }
  } catch {
    const { offset, line, column } = JsonFault.find(text)
    return {
      _tag: "MalformedJson",
      detail: `the body is broken at position ${offset} (line ${line}, column ${column})`
    }
  }
}

/** No order is deeper than six levels, its custom data aside; JSON far deeper can be parsed, but not written again. */
const DEPTH = 64

/** False without a walk for every body that has fewer brackets than that: all but hostile ones and large baskets. */
const mayBeDeeper = (text: string, levels: number): boolean => {
  let brackets = 0
  for (const bracket of "{[") {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) brackets++
  }
  return brackets > levels
}

const isDeeper = (value: unknown, levels: number): boolean => {
  if (typeof value !== "object" || value === null) return false
  if (levels === 0) return true
  for (const key in value) if (isDeeper(value[key as keyof typeof value], levels - 1)) return true
  return false
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

type Header = (name: string) => string | undefined

/** Whether the contract takes bodies of a content type. */
export const isTaken = (type: string | undefined): boolean => type !== undefined && /^\s*application\//i.test(type)

const unsupportedType = (header: Header): Problem | undefined => {
  const type = header("content-type")
  if (!isTaken(type)) {
    const actual = type === undefined ? "none" : (type.split(";")[0] ?? "").slice(0, 80)
    return { _tag: "UnsupportedMediaType", expected: "an application/* content type", actual }
  }
  const encoding = header("content-encoding")
  return encoding === undefined || encoding.toLowerCase() === "identity"
    ? undefined
    : { _tag: "UnsupportedMediaType", expected: "no content encoding", actual: encoding.slice(0, 80) }
}

/** The bytes of the body, or `undefined` as soon as there are more than `limit`. */
const readBytes = async (
  request: Request,
  limit: number,
  header: Header
): Promise<ArrayBuffer | Uint8Array | undefined> => {
  const announced = Number(header("content-length") ?? Number.NaN)
  if (announced > limit) return undefined
  if (announced <= limit) {
    // HTTP itself ends a body where it was announced to end.
    const bytes = await request.arrayBuffer()
    return bytes.byteLength > limit ? undefined : bytes
  }
  const chunks: Array<Uint8Array> = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > limit) return undefined
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
