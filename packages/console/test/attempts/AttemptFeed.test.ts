/** The feed over a server of the test's own: what a page that does not come makes of the list. */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { type AttemptFeed, type FeedState, makeAttemptFeed } from "../../src/attempts/AttemptFeed.ts"
import type { Reply, Server } from "../../src/server/Server.ts"

const attempt = (id: string): AttemptSummary => ({
  id,
  orderId: `ORDER-${id}`,
  transactionType: "Debit",
  login: "merchant",
  amount: 1_250,
  currency: "EUR",
  terminal: { name: "10.0.0.12:8888", kind: "simulated" },
  state: "approved",
  openedAt: "2026-11-20T09:00:00.000Z",
  warnings: 0
})

const page = (ids: ReadonlyArray<string>, next?: string): Reply<unknown> => ({
  ok: true,
  value: { attempts: ids.map(attempt), ...(next === undefined ? {} : { next }) },
  headers: new Headers()
})

const problem = (status: number): Reply<unknown> => ({
  ok: false,
  problem: { status, code: String(status), message: "", details: {} }
})

/** A server whose pages are taken one after the other, and whose stream says hello and stays open. */
const serverOf = (pages: Record<string, Array<Reply<unknown>>>) => {
  const asked: Array<string> = []
  const server: Server = {
    space: "",
    headers: {},
    fetch: async () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode("event: hello\ndata: {}\n\n"))
        })
      ),
    get: async <A>(path: string) => {
      const reply = pages[path]?.shift()
      if (reply === undefined) return problem(404) as Reply<A>
      asked.push(path)
      return reply as Reply<A>
    },
    send: async <A>() => problem(404) as Reply<A>,
    signedOut: () => {}
  }
  return { server, asked }
}

const until = (feed: AttemptFeed, isIt: (state: FeedState) => boolean): Promise<FeedState> =>
  new Promise((resolve) => {
    const look = () => {
      if (!isIt(feed.state())) return
      stop()
      resolve(feed.state())
    }
    const stop = feed.watch(look)
    look()
  })

const idsOf = ({ list }: FeedState) => list.attempts.map(({ id }) => id)

beforeEach(() => {
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => queueMicrotask(draw))
  vi.stubGlobal("document", { hidden: false, addEventListener: () => {}, removeEventListener: () => {} })
})
afterEach(() => vi.unstubAllGlobals())

const FIRST = "/attempts?limit=200"
const NEXT = "/attempts?limit=200&before=3"

describe("the next page of the list", () => {
  it("begins the list again where the attempt that it goes on behind is not kept any more", async () => {
    const { server, asked } = serverOf({
      [FIRST]: [page(["4", "3"], NEXT), page(["5", "4"])],
      [NEXT]: [problem(400)]
    })
    const feed = makeAttemptFeed(server)
    await until(feed, ({ list }) => list.next === NEXT)
    feed.more()
    const state = await until(feed, ({ list }) => list.next === undefined && !list.loading)
    feed.close()
    assert.deepStrictEqual(idsOf(state), ["5", "4"])
    assert.isUndefined(state.problem)
    assert.deepStrictEqual(asked, [FIRST, NEXT, FIRST])
  })

  it("says why it did not come, and comes when it is asked for again", async () => {
    const { server } = serverOf({ [FIRST]: [page(["4", "3"], NEXT)], [NEXT]: [problem(503), page(["2"])] })
    const feed = makeAttemptFeed(server)
    await until(feed, ({ list }) => list.next === NEXT)
    feed.more()
    const failed = await until(feed, (state) => state.problem !== undefined)
    assert.strictEqual(failed.problem?.status, 503)
    assert.deepStrictEqual(idsOf(failed), ["4", "3"])
    feed.more()
    const state = await until(feed, ({ list }) => list.next === undefined)
    feed.close()
    assert.deepStrictEqual(idsOf(state), ["4", "3", "2"])
    assert.isUndefined(state.problem)
  })
})
