/** A log on a stream that accepts lines, accepts none for a while, or has no reader. */
import { Writable } from "node:stream"
import { lostInWords, makeLogLines } from "@hipay-pos/cli-kit"
import { assert, describe, it } from "vitest"

/** A stream whose other end can be told to read, to wait, or to fail. */
const makeStream = () => {
  let mode: "reads" | "waits" | "fails" = "reads"
  const taken: Array<string> = []
  let waiting: (() => void) | undefined
  const stream = new Writable({
    decodeStrings: false,
    highWaterMark: 16,
    write: (chunk, _, done) => {
      const take = () => {
        if (mode === "fails") return done(Object.assign(new Error("write"), { code: "ENOSPC" }))
        taken.push(String(chunk).trimEnd())
        done()
      }
      if (mode === "waits") waiting = take
      else take()
    }
  })
  // Like Node's standard streams, which stay usable after an error.
  stream._destroy = function (this: Writable & { readonly _undestroy?: () => void }, error, done) {
    done(error)
    this._undestroy?.()
  }
  return {
    stream,
    taken,
    set: (next: typeof mode) => {
      mode = next
      if (next !== "waits") waiting?.()
    }
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe("log lines", () => {
  it("are written as they come", async () => {
    const { stream, taken } = makeStream()
    const write = makeLogLines(stream, { lost: lostInWords })
    write("one")
    write("two")
    await turn()
    assert.deepStrictEqual(taken, ["one", "two"])
  })

  it("wait for a slow reader up to a limit; those beyond it are counted, and the count is written once it reads on", async () => {
    const { stream, taken, set } = makeStream()
    const write = makeLogLines(stream, { lost: lostInWords, backlog: 40 })
    set("waits")
    for (let line = 1; line <= 100; line++) write(`line number ${line}`)
    assert.isBelow(stream.writableLength, 100)
    set("reads")
    await turn()
    assert.deepStrictEqual(taken, ["line number 1", "line number 2", "line number 3", "97 log lines were lost"])
    write("after")
    await turn()
    assert.strictEqual(taken.at(-1), "after")
  })

  it("that could not be written are counted, and the count is written as soon as one can be", async () => {
    const { stream, taken, set } = makeStream()
    const write = makeLogLines(stream, { lost: lostInWords })
    set("fails")
    write("full")
    await turn()
    write("still full")
    await turn()
    set("reads")
    write("space again")
    await turn()
    assert.deepStrictEqual(taken, ["2 log lines were lost", "space again"])
  })

  it("are counted in words", () => {
    assert.strictEqual(lostInWords(1), "1 log line was lost")
    assert.strictEqual(lostInWords(2), "2 log lines were lost")
  })
})
