/**
 * Feeds the Concert codec input that no terminal would send: golden frames changed, cut, spliced and repeated, and plain noise.
 *
 * Nothing may throw, take more than linear time, or keep memory; the parser's result must not depend on how the bytes are
 * split; masking must be idempotent. The same seed gives the same inputs. Fails with the input that broke a rule.
 */
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import * as v8 from "node:v8"
import * as vm from "node:vm"
import * as Explain from "@hipay-pos/concert-codec/Explain"
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string", default: String(Date.now() % 1e9) } }
})
const seconds = Number(values.seconds)
const seed = Number(values.seed)
console.log(JSON.stringify({ fuzz: "codec", seed, seconds }))

/** The time limit for all functions together, on a busy machine; linear in the input. */
const mostMilliseconds = (text: string): number => 250 + text.length / 200
const MOST_GROWTH = 8 * 1024 * 1024

/** Mulberry32: small, and the same everywhere. */
const random = (state: number) => () => {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}
const next = random(seed)
const below = (limit: number): number => Math.floor(next() * limit)
const pick = <A>(list: readonly [A, ...ReadonlyArray<A>]): A => list[below(list.length)] ?? list[0]

const vectors: ReadonlyArray<{ readonly frame: string }> = JSON.parse(
  readFileSync(new URL("../../packages/concert-codec/test/fixtures/concert-vectors.json", import.meta.url), "utf8")
)
const ticket = Tlv.encode([
  { tag: "CK", value: "100" },
  { tag: "AK", value: btoa("TICKET CLIENT\n4970 1083 5296 1747\n4970108352961747") }
])
const frames: readonly [string, ...ReadonlyArray<string>] = [
  `CZ0040320CB0041245AE00210${Tlv.encode([{ tag: "ZT", value: ticket }])}AA0164970108352961747`,
  ...vectors.map(({ frame }) => frame)
]

const noise = (length: number): string =>
  String.fromCharCode(...Array.from({ length }, () => (next() < 0.7 ? 32 + below(95) : below(256))))

type Bend = (text: string) => string
const at = (text: string): number => below(text.length + 1)
const bends: readonly [Bend, ...ReadonlyArray<Bend>] = [
  (text) => text.slice(0, at(text)),
  (text) => text.slice(at(text)),
  (text) => {
    const place = at(text)
    return text.slice(0, place) + noise(1 + below(4)) + text.slice(place + below(4))
  },
  (text) => {
    const place = at(text)
    return text.slice(0, place) + String(below(1000)).padStart(3, "0") + text.slice(place + 3)
  },
  (text) => {
    const place = at(text)
    return text.slice(0, place) + pick(frames) + text.slice(place)
  },
  (text) => {
    const [from, to] = [at(text), at(text)]
    return text + text.slice(Math.min(from, to), Math.max(from, to))
  },
  (text) => pick(["\r\n", "\0", " ", "\x02", "\x03", "CZ", "ZT", "<", "&"]) + text,
  (text) => text + pick(["\r\n", "\x03A", "?", "CZ", "ZT999", "AK900QUJD"]),
  (text) => text.repeat(1 + below(4)),
  () => noise(below(200)),
  () =>
    pick(["0", "1<", "1 ", "CZ0010", "ZT005ZT000", "<b>1", "AA0011", "\x03"]).repeat(
      below(pick([50, 50, 50, 1000, 20_000]))
    ),
  (text) => `ZT${String(below(1000)).padStart(3, "0")}${text}`
]

const input = (): string => {
  let text = pick(frames)
  for (let count = below(5); count >= 0; count--) text = pick(bends)(text)
  return text.slice(0, 200_000)
}

const pieces = (text: string): ReadonlyArray<string> => {
  const most = pick([1, 7, 100, 2000])
  const result: Array<string> = []
  for (let place = 0; place < text.length; ) {
    const length = 1 + below(most)
    result.push(text.slice(place, place + length))
    place += length
  }
  return result
}

/** The parser's complete result. */
const parsed = (chunks: Iterable<string>): string => {
  const parser = MessageParser.make()
  const said = ({ fields, warnings }: MessageParser.Message) => [Tlv.encode(fields), warnings]
  const whole: Array<unknown> = []
  let last: MessageParser.Progress = { _tag: "Incomplete" }
  for (const chunk of chunks) {
    last = parser.push(next() < 0.5 ? chunk : MessageParser.toBytes(chunk))
    for (; last._tag === "Whole"; last = last.next) whole.push(said(last.message))
    if (last._tag === "Malformed") break
  }
  const end = parser.end()
  return JSON.stringify([whole, end._tag, said(parser.message())])
}

const check = (text: string): string | undefined => {
  const begin = performance.now()
  for (const decode of [Tlv.decode, Request.decode, Response.decode, Explain.explain]) decode(text)
  Explain.toText(Explain.explainPrefix(text))
  const shown = Tlv.redact(text)
  const decoded = Response.decode(text)
  if (Result.isSuccess(decoded)) Response.encode(decoded.success.response)
  const requested = Request.decode(text)
  if (Result.isSuccess(requested)) Request.encode(requested.success.request)
  const took = performance.now() - begin
  if (took > mostMilliseconds(text)) return `took ${took.toFixed(0)} ms`
  // The tag of a field with a tag of digits is masked too, so that the bytes after it cannot be parsed again.
  if (!shown.includes("…") && Result.isSuccess(Tlv.decode(shown)) && Tlv.redact(shown) !== shown)
    return "masked twice differs"
  const once = parsed([text])
  if (text.length < 5000 && parsed(pieces(text)) !== once) return "another result in other pieces"
  return undefined
}

v8.setFlagsFromString("--expose-gc")
const collectGarbage: () => void = vm.runInNewContext("gc")
const heap = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const run = (milliseconds: number): number => {
  let count = 0
  for (const end = performance.now() + milliseconds; performance.now() < end; count++) {
    const text = input()
    let fault: string | undefined
    try {
      fault = check(text)
    } catch (error) {
      fault = error instanceof Error ? (error.stack ?? error.message) : String(error)
    }
    if (fault !== undefined) {
      console.log(JSON.stringify({ fault, seed, input: text.slice(0, 2000), length: text.length }))
      process.exit(1)
    }
  }
  return count
}

run(Math.min(5000, seconds * 200))
const before = heap()
const inputs = run(seconds * 1000)
const growth = heap() - before
console.log(JSON.stringify({ inputs, heapGrowthKiB: Math.round(growth / 1024), mostGrowthKiB: MOST_GROWTH / 1024 }))
if (growth > MOST_GROWTH) process.exitCode = 1
