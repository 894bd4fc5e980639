/**
 * The body of a request as JSON, bounded while it arrives.
 *
 * The contract takes any `application/*` type; what it holds is JSON. Faults say where, never what: a body holds personal
 * data.
 */
import type { Problem } from "./respond.ts"

/** The JSON of a body, or why there is none. */
export type Body = { readonly _tag: "Json"; readonly json: unknown } | Problem

/** Reads a request's body. `limit` is in bytes. */
export const readJson = async (request: Request, limit: number): Promise<Body> => {
  const contentType = request.headers.get("content-type") ?? undefined
  if (contentType === undefined || !/^application\//i.test(contentType.trim())) {
    return { _tag: "UnsupportedMediaType", contentType: contentType?.split(";")[0]?.slice(0, 80) }
  }
  const bytes = await readBytes(request, limit)
  if (bytes === undefined) return { _tag: "BodyTooLarge", limit }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { _tag: "MalformedJson", detail: "the body is not UTF-8" }
  }
  try {
    return { _tag: "Json", json: JSON.parse(text) }
  } catch (error) {
    const position = /at position \d+(?: \(line \d+ column \d+\))?/.exec(String(error))?.[0]
    const detail = text.trim() === "" ? "the body is empty" : `the body is not JSON${position ? ` ${position}` : ""}`
    return { _tag: "MalformedJson", detail }
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

const readBytes = async (request: Request, limit: number): Promise<ArrayBuffer | Uint8Array | undefined> => {
  const announced = request.headers.get("content-length")
  if (announced !== null) return Number(announced) > limit ? undefined : request.arrayBuffer()
  if (request.body === null) return new Uint8Array()
  const chunks: Array<Uint8Array> = []
  let length = 0
  for await (const chunk of request.body) {
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
