import { assert, describe, it } from "@effect/vitest"
import * as Explain from "@hipay-pos/concert-codec/Explain"
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import { messages, type Vector, vectors } from "./vectors.ts"

const isRequest = ({ direction }: Vector) => direction === "request"

const decoded = (vector: Vector): Readonly<Record<string, unknown>> =>
  isRequest(vector)
    ? Result.getOrThrow(Request.decode(vector.frame)).request
    : Result.getOrThrow(Response.decode(vector.frame)).response

const encoded = (vector: Vector) =>
  isRequest(vector)
    ? Request.encode(Result.getOrThrow(Request.decode(vector.frame)).request)
    : Response.encode(Result.getOrThrow(Response.decode(vector.frame)).response)

/** Tags and values in sorted order; amounts without the padding in which senders differ. */
const content = (frame: string) =>
  Result.getOrThrow(Tlv.decode(frame))
    .fields.map(({ tag, value }) => `${tag}=${tag === "CB" ? Number(value) : value}`)
    .sort()

/** The parser's state after these chunks, and after the peer has ended its side. */
const parsed = (vector: Vector, chunks: Iterable<string>) => {
  const parser = MessageParser.make({ mark: isRequest(vector) ? "CD" : "AE" })
  let progress: MessageParser.Progress = { _tag: "Incomplete" }
  for (const chunk of chunks) progress = parser.push(chunk)
  const ended = parser.end()
  const { fields, warnings } = parser.message()
  return { progress, ended, message: { fields, warnings } }
}

/** Pieces of pseudo-random length, the same for the same seed. */
const pieces = (text: string, seed: number): Array<string> => {
  const result: Array<string> = []
  let state = seed
  for (let at = 0; at < text.length; ) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    const length = 1 + (state % 17)
    result.push(text.slice(at, at + length))
    at += length
  }
  return result
}

describe("golden frames", () => {
  describe.each(messages)("$id ($source)", (vector) => {
    const { fields, warnings } = Result.getOrThrow(Tlv.decode(vector.frame))

    it("mean what they mean", () => {
      for (const [key, value] of Object.entries(vector.means)) assert.deepStrictEqual(decoded(vector)[key], value, key)
      const explained = Result.getOrThrow(Explain.explain(vector.frame))
      assert.strictEqual(explained.direction, vector.direction)
      assert.deepInclude(Explain.toJson(explained).message, vector.means)
    })

    it(vector.strict ? "are what the encoder writes, except for the order" : "are refused by the encoder", () => {
      const text = encoded(vector)
      if (vector.strict) assert.deepStrictEqual(content(Result.getOrThrow(text)), content(vector.frame))
      else assert.isTrue(Result.isFailure(text))
    })

    it("give the same result when cut at any position", () => {
      for (let cut = 0; cut <= vector.frame.length; cut++) {
        const { progress, message } = parsed(vector, [vector.frame.slice(0, cut), vector.frame.slice(cut)])
        assert.strictEqual(progress._tag, "Candidate", `cut at ${cut}`)
        assert.deepStrictEqual(message, { fields, warnings }, `cut at ${cut}`)
      }
    })

    it("are whole at no cut but the end and the boundaries behind their mark", () => {
      const mark = isRequest(vector) ? "CD" : "AE"
      const marked = fields.find(({ tag }) => tag === mark)
      assert.isDefined(marked)
      const boundaries = fields.map(({ offset, value }) => offset + 5 + value.length)
      for (let cut = 0; cut <= vector.frame.length; cut++) {
        const { ended } = parsed(vector, [vector.frame.slice(0, cut)])
        const expected = boundaries.includes(cut) && cut > (marked?.offset ?? 0)
        assert.strictEqual(ended._tag, expected ? "Whole" : "Incomplete", `cut at ${cut}`)
      }
    })

    it("give the same result byte by byte and in pieces of any length, as text and as bytes", () => {
      assert.deepStrictEqual(parsed(vector, vector.frame).message, { fields, warnings })
      for (let seed = 1; seed <= 20; seed++) {
        assert.deepStrictEqual(parsed(vector, pieces(vector.frame, seed)).message, { fields, warnings })
      }
      const parser = MessageParser.make({ mark: "CZ" })
      for (const byte of MessageParser.toBytes(vector.frame)) parser.push(Uint8Array.of(byte))
      assert.deepStrictEqual(parser.message().fields, fields)
    })

    it("are two messages when they come twice, however they are cut", () => {
      const twice = vector.frame + vector.frame
      for (let cut = 0; cut <= twice.length; cut++) {
        const parser = MessageParser.make({ mark: isRequest(vector) ? "CD" : "AE" })
        const seen: Array<string> = []
        for (const chunk of [twice.slice(0, cut), twice.slice(cut)]) {
          let progress = parser.push(chunk)
          for (; progress._tag === "Whole"; progress = progress.next) seen.push(Tlv.encode(progress.message.fields))
        }
        const last = parser.end()
        if (last._tag === "Whole") seen.push(Tlv.encode(last.message.fields))
        assert.deepStrictEqual(seen, [vector.frame, vector.frame], `cut at ${cut}`)
      }
    })
  })

  it.each(vectors.filter(({ kind }) => kind === "field"))("$id is a field by itself", ({ id, frame, means }) => {
    const { response } = Result.getOrThrow(Response.decode(frame))
    if (id === "field-pan-full") assert.strictEqual(response.pan, "501767######0674")
    else assert.deepInclude(response, means)
    assert.strictEqual(Result.getOrThrow(Explain.explain(frame)).direction, "response")
  })

  it.each([
    ["bad-1", 0, "CZ", "the length is not three digits"],
    ["bad-2", 9, "AE", "the length is not three digits"],
    ["bad-3", 0, "GA", "the length is not three digits"],
    ["bad-4", 0, "CZ", "the length is not three digits"]
  ])("%s is malformed, and the error says where", (id, offset, tag, problem) => {
    const vector = vectors.find((each) => each.id === id)
    const error = Result.getOrThrow(Result.flip(Response.decode(vector?.frame ?? "")))
    assert.deepInclude(error, { _tag: "TlvMalformed", offset, tag, problem })
  })

  it.each(vectors.filter(({ kind }) => kind === "incomplete"))("$id stops inside a field", (vector) => {
    assert.deepInclude(Result.getOrThrow(Result.flip(Response.decode(vector.frame))), {
      _tag: "TlvIncomplete",
      offset: 9,
      tag: "AE"
    })
    assert.strictEqual(parsed(vector, [vector.frame]).ended._tag, "Incomplete")
  })
})
