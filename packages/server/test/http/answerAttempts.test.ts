import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import * as Feed from "../../src/attempts/Feed.ts"
import { attemptEvents, type Viewer } from "../../src/http/answerAttempts.ts"
import { attempt } from "../attempts/storeLaws.ts"

/** The events of a watcher that missed some, which a store is asked for; `write` reports a change from then on. */
const watch = async (missed: AsyncIterable<Feed.Change>) => {
  let write: (change: Feed.SharedChange) => void = () => {}
  let isStopped = false
  const feed = Feed.shared({
    follow: async (_, onChange) => {
      write = onChange
      return {
        last: 2,
        missed,
        stop: () => {
          isStopped = true
        }
      }
    }
  })
  const viewer = {
    space: { feed, ended: new AbortController().signal },
    login: { username: "merchant", roles: new Set(["read"]) }
  } as unknown as Viewer
  const response = await Effect.runPromise(
    attemptEvents(viewer, 0, { closing: new AbortController().signal, isAllowed: async () => true })
  )
  const reader = (response as Response).body?.getReader()
  assert.isDefined(reader)
  const decoder = new TextDecoder()
  let text = ""
  /** The next event and its id. */
  const next = async () => {
    while (!text.includes("\n\n")) {
      const { value } = await reader.read()
      if (value === undefined) return undefined
      text += decoder.decode(value, { stream: true })
    }
    const [event = "", ...rest] = text.split("\n\n")
    text = rest.join("\n\n")
    return `${/^event: (.*)$/m.exec(event)?.[1]} ${/^id: (.*)$/m.exec(event)?.[1] ?? ""}`
  }
  assert.strictEqual(await next(), "hello ")
  return {
    next,
    write: (number: number) => write(change(number)),
    cancel: () => reader.cancel(),
    isStopped: () => isStopped
  }
}

const change = (number: number) => ({ number, at: 0, attempt: attempt(String(number)) })

describe("the events of attempts", () => {
  it("are what was missed first, however long it takes to be read, and then what came meanwhile", async () => {
    const [reading, read] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { next, write } = await watch(
      (async function* () {
        yield change(1)
        reading.resolve()
        await read.promise
        yield change(2)
      })()
    )
    await reading.promise
    write(3)
    read.resolve()
    assert.deepStrictEqual([await next(), await next(), await next()], ["attempt 1", "attempt 2", "attempt 3"])
  })

  it("end if the rest cannot be read, so that the caller asks again from the last one it got", async () => {
    const { next, isStopped } = await watch(
      (async function* () {
        yield change(1)
        throw new Error("the database is away")
      })()
    )
    assert.deepStrictEqual([await next(), await next()], ["attempt 1", undefined])
    assert.isTrue(isStopped())
  })

  it("are read no further once the caller is gone", async () => {
    const [reading, goOn, ended] = [0, 1, 2].map(() => Promise.withResolvers<void>())
    let read = 0
    const { cancel, isStopped } = await watch(
      (async function* () {
        try {
          for (;;) {
            yield change(++read)
            if (read === 2) {
              reading?.resolve()
              await goOn?.promise
            }
          }
        } finally {
          ended?.resolve()
        }
      })()
    )
    await reading?.promise
    await cancel()
    assert.isTrue(isStopped())
    goOn?.resolve()
    await ended?.promise
    assert.strictEqual(read, 3)
  })
})
