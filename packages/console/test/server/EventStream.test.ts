import { assert, describe, it } from "vitest"
import { makeParser } from "../../src/server/EventStream.ts"

const text = ': hello\n\nid: 7\nevent: attempt\ndata: {"a":\ndata: 1}\n\ndata: bare\n\n'
const expected = [
  { event: "attempt", id: "7", data: '{"a":\n1}' },
  { event: "message", id: "7", data: "bare" }
]

describe("a stream of events", () => {
  it("gives events whole, with the last number seen", () => {
    assert.deepStrictEqual(makeParser()(text), expected)
  })

  it("gives the same events however its text is cut, with every kind of line end", () => {
    for (const whole of [text, text.replaceAll("\n", "\r\n"), `${text.replaceAll("\n", "\r")}\n`]) {
      for (let cut = 0; cut <= whole.length; cut++) {
        const parse = makeParser()
        assert.deepStrictEqual([...parse(whole.slice(0, cut)), ...parse(whole.slice(cut))], expected, `cut at ${cut}`)
      }
      const parse = makeParser()
      assert.deepStrictEqual(
        [...whole].flatMap((character) => parse(character)),
        expected
      )
    }
  })

  it("starts from the number it is given", () => {
    assert.deepStrictEqual(makeParser("41")("data: x\n\n"), [{ event: "message", id: "41", data: "x" }])
  })

  it("keeps an event until the blank line that ends it", () => {
    const parse = makeParser()
    assert.deepStrictEqual(parse("data: x\n"), [])
    assert.deepStrictEqual(parse("\n"), [{ event: "message", id: "", data: "x" }])
  })
})
