/** The feed over the test's own server: the list when a page fails to load. */
import type { AttemptState, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { type AttemptFeed, type FeedState, makeAttemptFeed } from "../../src/attempts/AttemptFeed.ts"
import type { Reply, Server } from "../../src/server/Server.ts"

const attempt = (id: string, state: AttemptState = "approved"): AttemptSummary => ({
  id,
  orderId: `ORDER-${id}`,
  transactionType: "Debit",
  login: "merchant",
  amount: 1_250,
  currency: "EUR",
  terminal: { name: "10.0.0.12:8888", kind: "simulated" },
  state,
  openedAt: "2026-11-20T09:00:00.000Z",
  warnings: 0
})

const found = (value: unknown): Reply<unknown> => ({ ok: true, value, headers: new Headers() })

const page = (ids: ReadonlyArray<string>, next?: string, state?: AttemptState): Reply<unknown> =>
  found({ attempts: ids.map((id) => attempt(id, state)), ...(next === undefined ? {} : { next }) })

const counted = (unknown: number): Reply<unknown> => found({ counts: { unknown }, more: false })

const problem = (status: number): Reply<unknown> => ({
  ok: false,
  problem: { status, code: String(status), message: "", details: {} }
})

const UNKNOWN = "/attempts?limit=200&state=unknown"

/**
 * A server whose pages are taken one after the other, without unknown attempts by default, and whose stream says hello and
 * stays open.
 */
const serverOf = (given: Record<string, Array<Reply<unknown>>>) => {
  const pages: typeof given = { [UNKNOWN]: [page([]), page([])], ...given }
  const asked: Array<string> = []
  let emit: (event: string, data: unknown) => void = () => {}
  const server: Server = {
    space: "",
    headers: {},
    fetch: async () =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            emit = (event, data) =>
              controller.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
            emit("hello", {})
          }
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
  return { server, asked, change: (changed: AttemptSummary) => emit("attempt", changed) }
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
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const FIRST = "/attempts?limit=200"
const NEXT = "/attempts?limit=200&before=3"

describe("the next page of the list", () => {
  it("reloads the list if the attempt that the page starts after is no longer kept", async () => {
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
    assert.deepStrictEqual(asked, [FIRST, UNKNOWN, NEXT, FIRST])
  })

  it("says why it did not load, and loads on retry", async () => {
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

const HOW_MANY = "/attempts?format=counts&state=unknown"

describe("payments to resolve", () => {
  it("are all counted, though one page of them is loaded, and the next ones come as the first are resolved", async () => {
    const { server, change } = serverOf({
      [FIRST]: [page(["9"])],
      [UNKNOWN]: [page(["3", "2"], `${UNKNOWN}&before=2`, "unknown"), page(["2", "1"], undefined, "unknown")],
      [HOW_MANY]: [counted(3)]
    })
    const feed = makeAttemptFeed(server)
    await until(feed, ({ unknownCount }) => unknownCount === 3)
    change(attempt("3"))
    const state = await until(feed, ({ unknown }) => unknown.next === undefined)
    feed.close()
    assert.deepStrictEqual(
      state.unknown.attempts.map(({ id }) => id),
      ["2", "1"]
    )
    assert.strictEqual(state.unknownCount, 2)
  })

  it("are counted without asking again where all are loaded", async () => {
    const { server, change, asked } = serverOf({
      [FIRST]: [page(["9"])],
      [UNKNOWN]: [page(["3", "2"], undefined, "unknown")]
    })
    const feed = makeAttemptFeed(server)
    await until(feed, ({ unknownCount }) => unknownCount === 2)
    change(attempt("4", "unknown"))
    await until(feed, ({ unknownCount }) => unknownCount === 3)
    change(attempt("3"))
    await until(feed, ({ unknownCount }) => unknownCount === 2)
    feed.close()
    assert.deepStrictEqual(asked, [FIRST, UNKNOWN])
  })

  it("are fetched again after a failure, on every view", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    const { server } = serverOf({
      [FIRST]: [page(["9"])],
      [UNKNOWN]: [problem(503), page(["3", "2"], undefined, "unknown")]
    })
    const feed = makeAttemptFeed(server)
    await until(feed, ({ list, problem }) => !list.loading && problem !== undefined)
    await vi.advanceTimersByTimeAsync(5_000)
    const { unknownCount, problem: left } = feed.state()
    feed.close()
    assert.strictEqual(unknownCount, 2)
    assert.isUndefined(left)
  })

  it("say why they could not be fetched, and are fetched on retry", async () => {
    const { server } = serverOf({
      [FIRST]: [page(["9"]), page(["9"])],
      [UNKNOWN]: [problem(503), page(["3", "2"], undefined, "unknown")]
    })
    const feed = makeAttemptFeed(server)
    const failed = await until(feed, ({ list, problem }) => !list.loading && problem !== undefined)
    assert.strictEqual(failed.problem?.status, 503)
    feed.reload()
    const state = await until(feed, ({ unknownCount }) => unknownCount === 2)
    feed.close()
    assert.isUndefined(state.problem)
  })
})
