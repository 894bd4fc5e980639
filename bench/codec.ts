/**
 * The Concert codec beside JSON, on one frame that was seen on the wire: fields against `JSON.parse` of the same fields
 * as an object, a typed answer against it too, a request against `JSON.stringify` of it. Then a message of up to 60 kB,
 * byte by byte, against as many pushes of nothing.
 *
 * Times compare within one run only: rounds alternate, and medians of their ratios count. Fails over budget.
 */
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"

const ROUNDS = 15
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

/** Keeps results alive, so that no work is left out. */
let sink = 0

const nanoseconds = (work: () => unknown): number => {
  const begin = performance.now()
  for (let i = 0; i < REPEATS; i++) sink += work() === undefined ? 0 : 1
  return ((performance.now() - begin) / REPEATS) * 1e6
}

const median = (numbers: ReadonlyArray<number>): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0

/** Medians of two works in alternating rounds, and of their ratios. */
const beside = (work: () => unknown, reference: () => unknown) => {
  const rounds = Array.from({ length: ROUNDS + 3 }, () => ({ ours: nanoseconds(work), theirs: nanoseconds(reference) }))
  const warm = rounds.slice(3)
  return {
    nanoseconds: Math.round(median(warm.map(({ ours }) => ours))),
    reference: Math.round(median(warm.map(({ theirs }) => theirs))),
    ratio: Number(median(warm.map(({ ours, theirs }) => ours / theirs)).toFixed(2))
  }
}

const parse = () => JSON.parse(json)
const fields = beside(() => Tlv.decode(frame), parse)
const answer = beside(() => Response.decode(frame), parse)
/** Reading a character makes the engine put a text that was built in parts in one piece. */
const inOnePiece = (text: string): string => {
  sink += text.charCodeAt(text.length >> 1)
  return text
}
const encode = beside(
  () => inOnePiece(Result.getOrThrow(Request.encode(request))),
  () => inOnePiece(JSON.stringify(request))
)

const message = (bytes: number): string => {
  const field = `YY059${"0".repeat(59)}`
  return `CZ0040300AE00210${field.repeat(Math.floor((bytes - 16) / field.length))}`
}

/** Nanoseconds a byte: pushed one at a time, and as many pushes of nothing. */
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

byBytes(message(60_000))
const sizes = [1000, 4000, 15_000, 60_000].map((size) => byBytes(message(size)))
const [largest] = sizes.slice(-1)
const perByte = largest === undefined ? Number.NaN : largest.nanosecondsPerByte / largest.overheadPerByte

const budgets = [
  { name: "fields / JSON.parse", ...fields, budget: 1 },
  { name: "typed answer / JSON.parse", ...answer, budget: 4 },
  { name: "request / JSON.stringify", ...encode, budget: 1.5 },
  { name: "60 kB byte by byte / pushes of nothing", ratio: Number(perByte.toFixed(2)), budget: 4 }
]
for (const line of [...budgets, ...sizes]) console.log(JSON.stringify(line))
if (sink === 0 || budgets.some(({ ratio, budget }) => !(ratio <= budget))) process.exitCode = 1
