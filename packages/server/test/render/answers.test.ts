/**
 * The answers to callers, byte for byte, in both dialects: for every way that a payment ends, when the order is repeated, and
 * after a restart.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { dialects } from "../../src/index.ts"
import { courses, type Sent, startOver } from "./everyEnd.ts"

const folder = mkdtempSync(join(tmpdir(), "answers-"))

interface Shown {
  readonly state: string
  readonly answer?: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body: unknown
  }
  readonly timeline: ReadonlyArray<{ readonly kind: string; readonly status?: number; readonly body?: unknown }>
}

/** The header of a repeated answer: when it was first given. */
const REPLAYED = "x-hipay-pos-replayed"

const isPaid = (state: string) => state === "approved" || state === "approved-in-part"

describe.each(dialects)("answers in the dialect %s", (dialect) => {
  it("are what they were, however often they are asked for", async () => {
    const path = join(folder, `${dialect}.db`)
    const orders = Object.keys(courses)
    const answers: Record<string, Sent> = {}
    const shown: Record<string, string> = {}
    const replayed: Record<string, Sent> = {}
    const refused: Record<string, Sent> = {}
    {
      await using server = await startOver(path, dialect)
      for (const orderId of orders) {
        answers[orderId] = await server.run(orderId)
        shown[orderId] = await server.show(orderId)
      }
    }
    for (const start of ["first", "second"]) {
      await using server = await startOver(path, dialect)
      for (const orderId of orders) {
        const text = await server.show(orderId)
        assert.strictEqual(text, shown[orderId], `${orderId} after the ${start} restart`)
        const { state, answer } = JSON.parse(text) as Shown
        assert.isDefined(answer, orderId)
        if (state === "declined" || state === "not-started") continue
        const again = await server.send(orderId)
        const other = await server.send(orderId, false)
        if (start === "second") {
          assert.deepStrictEqual(again, replayed[orderId])
          assert.deepStrictEqual(other, refused[orderId])
        }
        replayed[orderId] = again
        refused[orderId] = other
        if (!isPaid(state)) continue
        assert.strictEqual(again.body, JSON.stringify(answer?.body))
        assert.deepInclude((JSON.parse(other.body) as { readonly error: object }).error, {
          status: 409,
          code: "attempt.already.approved"
        })
      }
    }
    for (const orderId of orders) {
      const { answer, timeline, state } = JSON.parse(shown[orderId] ?? "") as Shown
      const { resolved, late } = courses[orderId] ?? {}
      const isFirst = (resolved === undefined || resolved === "set-aside") && late === undefined
      const told = timeline.find(({ kind }) => kind === "answer")
      assert.strictEqual(told?.status, answers[orderId]?.status)
      // If the first answer differs from today's, only its status is left.
      assert.deepStrictEqual(told?.body, isFirst ? answer?.body : undefined, orderId)
      if (isFirst) assert.strictEqual(JSON.stringify(answer?.body), answers[orderId]?.body)
      if (!isFirst || !isPaid(state)) continue
      const { [REPLAYED]: at, ...headers } = replayed[orderId]?.headers ?? {}
      assert.match(String(at), /^2026-11-20T10:/, orderId)
      assert.deepStrictEqual({ ...replayed[orderId], headers }, answers[orderId])
    }
    const all = Object.fromEntries(
      orders.map((orderId) => [
        orderId,
        {
          answer: answers[orderId],
          replayed: replayed[orderId],
          refused: refused[orderId],
          recorded: (JSON.parse(shown[orderId] ?? "") as Shown).answer
        }
      ])
    )
    const golden = new URL(`answers-${dialect}.json`, import.meta.url)
    if (process.env.UPDATE === "1") writeFileSync(golden, `${JSON.stringify(all, null, 2)}\n`)
    assert.deepStrictEqual(JSON.parse(JSON.stringify(all)), JSON.parse(readFileSync(golden, "utf8")))
  })
})
