/**
 * Reads JSON from a file, a pipe or HTTP, and makes the text by which two values are compared.
 *
 * A problem is a phrase that follows the name of what was read: `is not JSON from line 2, column 3 on`. It says where and
 * never quotes the text, which may hold a password or personal data.
 */
import * as Result from "effect/Result"
import * as JsonFault from "./internal/JsonFault.ts"
import { isObject } from "./JsonObject.ts"

/** The value of JSON in UTF-8, or the problem. */
export const read = (bytes: Uint8Array): Result.Result<unknown, string> => Result.flatMap(decode(bytes), parse)

/** The text of UTF-8 bytes, without a byte order mark, or the problem. */
export const decode = (bytes: Uint8Array): Result.Result<string, string> => {
  const problem = otherEncoding(bytes)
  if (problem !== undefined) return Result.fail(problem)
  try {
    return Result.succeed(utf8.decode(bytes))
  } catch {
    return Result.fail("is not UTF-8, perhaps Latin-1 or Windows-1252: save it as UTF-8")
  }
}

/** UTF-16, which Windows editors call Unicode: recognized by its byte order mark, or by zeros in every other byte. */
const otherEncoding = (bytes: Uint8Array): string | undefined => {
  const [first, second] = bytes
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  const hasZeros = bytes.length > 1 && (first === 0) !== (second === 0)
  return hasMark || hasZeros ? "is UTF-16: save it as UTF-8" : undefined
}

/** The value of JSON text, or the problem. */
export const parse = (text: string): Result.Result<unknown, string> => {
  try {
    return Result.succeed(JSON.parse(text))
  } catch {
    if (text.trim() === "") return Result.fail("is empty")
    const { line, column } = JsonFault.find(text)
    return Result.fail(`is not JSON from line ${line}, column ${column} on`)
  }
}

/** One text for all values that are equal as JSON, whatever the order of their keys. */
export const canonical = (value: unknown): string => JSON.stringify(value, keysInOrder)

const keysInOrder = (_: string, value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value

const utf8 = new TextDecoder("utf-8", { fatal: true })
