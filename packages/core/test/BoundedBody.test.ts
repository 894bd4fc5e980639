import { assert, describe, it } from "@effect/vitest"
import * as BoundedBody from "@hipay-pos/core/BoundedBody"

/** A body that gives one part each time it is asked; `seen` counts them, and `ended` resolves once it was read to its end. */
const bodyOf = (...parts: ReadonlyArray<string>) => {
  const seen = { taken: 0, isCancelled: false }
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: (controller) => {
        const part = parts[seen.taken]
        if (part === undefined) {
          end()
          return controller.close()
        }
        seen.taken++
        controller.enqueue(new TextEncoder().encode(part))
      },
      cancel: () => {
        seen.isCancelled = true
        return new Promise<void>(() => {})
      }
    },
    { highWaterMark: 0 }
  )
  return { stream, seen, ended }
}

const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes)

describe("the body of a message", () => {
  it.each([
    ["nothing", []],
    ["one part", ["12345678"]],
    ["many parts", ["123", "", "45", "678"]]
  ])("is read to its end: %s", async (_, parts) => {
    const { stream, seen } = bodyOf(...parts)
    assert.strictEqual(textOf(await BoundedBody.read(stream, 8)), parts.join(""))
    assert.isFalse(seen.isCancelled)
  })

  it("is cancelled at the first excess byte, and not read any further", async () => {
    const { stream, seen } = bodyOf("1234", "56789", "never")
    assert.isUndefined(await BoundedBody.read(stream, 8))
    assert.deepStrictEqual(seen, { taken: 2, isCancelled: true })
  })

  it("is left at the first excess byte where its connection is kept", async () => {
    const { stream, seen } = bodyOf("1234", "56789", "never")
    assert.isUndefined(await BoundedBody.read(stream, 8, "left"))
    assert.deepStrictEqual(seen, { taken: 2, isCancelled: false })
  })

  it("fails as its stream does", async () => {
    const cut = new Error("cut")
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: () => {
        throw cut
      }
    })
    const failure = await BoundedBody.read(stream, 8).catch((error: unknown) => error)
    assert.strictEqual(failure, cut)
  })

  it("is read to its end and discarded where it is not needed", async () => {
    const { stream, seen, ended } = bodyOf("1234", "56789")
    BoundedBody.discard(stream)
    await ended
    assert.deepStrictEqual(seen, { taken: 2, isCancelled: false })
    BoundedBody.discard(null)
  })
})
