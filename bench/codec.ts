/**
 * `pnpm bench codec`: the Concert codec compared with JSON, on one frame that was seen on the wire: fields against `JSON.parse` of the same fields
 * as an object, a typed answer against it too, a request against `JSON.stringify` of it. Then a message of up to 60 kB,
 * byte by byte, against as many pushes of nothing.
 *
 * Times compare within one run only: rounds alternate, and medians of their ratios count.
 */
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import { beside } from "./measure/beside.ts"
import type { Measure } from "./measure/Figure.ts"
import { median, rounded } from "./measure/statistics.ts"

const REPEATS = 20_000

/** `ok-cb-contact` of the golden frames. */
const frame =
  "CZ0040300CJ012012345678901CA00201CE003978BA0010CD0010CB0041245AE00210CC003001CI0011AC006983628AA016902252######8989AI021A00000000930294384565AB0042711CF0101010000000CG006424242"
const json = JSON.stringify(
  Object.fromEntries(Result.getOrThrow(Tlv.decode(frame)).fields.map(({ tag, value }) => [tag, value]))
)
const request: Request.Request = {
  version: "0320",
  protocolIdentifier: "012345678901",
  register: "01",
  amount: 1245,
  action: "debit",
  currency: "EUR",
  ticket: "100"
}

/** Keeps results alive, so that no work is optimised away. */
let sink = 0

/** Reading a character makes the engine flatten a concatenated string. */
const inOnePiece = (text: string): string => {
  sink += text.charCodeAt(text.length >> 1)
  return text
}
const message = (bytes: number): string => {
  const field = `YY059${"0".repeat(59)}`
  return `CZ0040300AE00210${field.repeat(Math.floor((bytes - 16) / field.length))}`
}

/** Nanoseconds per byte: pushed one at a time, and as many empty pushes. */
const byBytes = (text: string) => {
  const bytes = Array.from(MessageParser.toBytes(text), (byte) => Uint8Array.of(byte))
  const nothing = new Uint8Array(0)
  const rounds = Array.from({ length: 9 }, () => {
    const parser = MessageParser.make()
    const begin = performance.now()
    for (const byte of bytes) parser.push(byte)
    const middle = performance.now()
    const idle = MessageParser.make()
    for (const _ of bytes) idle.push(nothing)
    const end = performance.now()
    sink += parser.message().fields.length + idle.message().fields.length
    return { pushed: ((middle - begin) / bytes.length) * 1e6, overhead: ((end - middle) / bytes.length) * 1e6 }
  }).slice(3)
  return {
    bytes: bytes.length,
    nanosecondsPerByte: Number(median(rounds.map(({ pushed }) => pushed)).toFixed(1)),
    overheadPerByte: Number(median(rounds.map(({ overhead }) => overhead)).toFixed(1))
  }
}

export const measure: Measure = async () => {
  const parse = () => JSON.parse(json)
  const written = () => inOnePiece(Result.getOrThrow(Request.encode(request)))
  const figures = {
    fields: beside(() => Tlv.decode(frame), parse, REPEATS),
    answer: beside(() => Response.decode(frame), parse, REPEATS),
    request: beside(written, () => inOnePiece(JSON.stringify(request)), REPEATS)
  }
  byBytes(message(60_000))
  const sizes = [1000, 4000, 15_000, 60_000].map((size) => byBytes(message(size)))
  const { nanosecondsPerByte = Number.NaN, overheadPerByte = Number.NaN } = sizes.at(-1) ?? {}
  if (sink === 0) throw new Error("no work was done")
  return [
    ...Object.entries(figures).map(([name, { ratio, ...times }]) => ({
      name: `codec.${name}`,
      value: ratio,
      beside: times
    })),
    {
      name: "codec.byte-by-byte",
      value: rounded(nanosecondsPerByte / overheadPerByte),
      beside: { nanosecondsPerByte: Object.fromEntries(sizes.map((size) => [size.bytes, size.nanosecondsPerByte])) }
    }
  ]
}
