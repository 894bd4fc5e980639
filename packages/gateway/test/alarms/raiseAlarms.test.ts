/** Alarms: raised from events and from the store, and delivered at least once. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { NotStarted } from "@hipay-pos/core/Terminal"
import { AttemptStore, MemoryStore, OwedEnds } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { attempt, put } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { listenHttp } from "../../../../tests/listen.ts"
import type * as AlarmMessage from "../../src/alarms/AlarmMessage.ts"
import type { SharedAlarms, Taken } from "../../src/alarms/SharedAlarms.ts"
import type { Channel } from "../../src/node/alarmChannels.ts"
import { openOutbox } from "../../src/node/alarmOutbox.ts"
import { raiseAlarms } from "../../src/node/raiseAlarms.ts"
import { startAlarms } from "../../src/node/startAlarms.ts"

const MINUTE = 60_000
const PAN = "4970101122334422"

/** The error of an order whose terminal was unreachable. */
const failed = attempt("a1", {
  state: "not-started",
  terminal: "dialled",
  terminalName: "Bar",
  error: new NotStarted({ kind: "Unreachable", detail: "no route" })
})

const contradiction = {
  at: 5,
  code: "attempt.resolution.contradicted",
  message: "Ada resolved this attempt as declined, but 12.50 EUR was charged.",
  details: {}
} as const

interface Options {
  readonly path?: string
  readonly fails?: boolean
  readonly store?: AttemptStore.AttemptStore
  readonly shared?: SharedAlarms
  /** A second channel, whose alarms the test ignores. */
  readonly beside?: Channel
}

const make = (options: Options = {}) => {
  const clock = { now: 100 * MINUTE }
  const got: Array<AlarmMessage.AlarmMessage> = []
  const warned: Array<string> = []
  const raised: Array<string> = []
  const state = { fails: options.fails ?? false }
  const channel: Channel = {
    name: "webhook",
    deliver: async (message) => {
      if (state.fails) throw new Error("it answered 503")
      got.push(message)
    }
  }
  const store = OwedEnds.over(options.store ?? MemoryStore.make())
  const outbox = openOutbox(options.path ?? ":memory:", (detail) => warned.push(detail))
  const alarms = raiseAlarms({
    outbox,
    channels: [channel, ...(options.beside === undefined ? [] : [options.beside])],
    store,
    shared: options.shared,
    unknownAfter: 10 * MINUTE,
    unreachableAfter: 3,
    instance: "one",
    onRaised: ({ code }) => void raised.push(code),
    onWarning: (detail) => warned.push(detail),
    now: () => clock.now
  })
  const add = (each: Attempt) => Effect.runPromise(put(store, each))
  /** Reports that an attempt was opened, and ended. */
  const end = (each: Attempt) => {
    alarms.attemptListener.onChange(attempt(each.id, { terminal: each.terminal }))
    alarms.attemptListener.onChange(each)
  }
  return {
    clock,
    got,
    warned,
    raised,
    state,
    store,
    alarms,
    add,
    end,
    close: () => {
      alarms.close()
      outbox.close()
    }
  }
}

describe("alarms", () => {
  it("say at once that a gateway has lost its lease, each time", async () => {
    const { alarms, clock, got, close } = make()
    await alarms.look()
    assert.lengthOf(got, 0)
    for (let times = 0; times < 2; times++) {
      clock.now += MINUTE
      alarms.onGivenUp()
    }
    await alarms.deliverLast()
    assert.deepStrictEqual(
      got.map(({ code, id }) => ({ code, id })),
      [101, 102].map((minute) => ({ code: "lease.lost", id: `lease-one-${minute * MINUTE}` }))
    )
    assert.include(got[0]?.message, "The gateway one has lost its lease: the others have given it up")
    close()
  })

  it("are logged once if the gateway raised them itself, and not if an attempt's record has them", async () => {
    const { alarms, raised, add, close } = make()
    await add(attempt("old", { state: "unknown", openedAt: 80 * MINUTE }))
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...contradiction })
    for (let times = 0; times < 3; times++) alarms.onReach("Bar", false)
    alarms.onGivenUp()
    await alarms.look()
    await alarms.look()
    assert.deepStrictEqual(raised, ["terminal.unreachable", "lease.lost", "attempt.unknown.old"])
    close()
  })

  it("report a contradiction in its own words, once", async () => {
    const { alarms, got, close } = make()
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...contradiction })
    await alarms.look()
    await alarms.look()
    assert.deepStrictEqual(got, [
      {
        id: "a1-attempt.resolution.contradicted-5",
        code: "attempt.resolution.contradicted",
        at: "1970-01-01T00:00:00.005Z",
        message: contradiction.message,
        attempt: "a1",
        order: "ORDER_1"
      }
    ])
    close()
  })

  it("report a payment that has been unknown for too long, not earlier, and not if it is set aside", async () => {
    const { alarms, got, add, clock, close } = make()
    await add(attempt("a1", { state: "unknown", openedAt: clock.now - 9 * MINUTE, orderId: PAN }))
    const aside = [{ at: 1, outcome: "set-aside", by: "Ada", evidence: "", login: "shop" }] as const
    await add(attempt("a2", { state: "unknown", openedAt: 0, orderId: "B", resolutions: aside }))
    await alarms.look()
    assert.lengthOf(got, 0)
    clock.now += 2 * MINUTE
    await alarms.look()
    assert.lengthOf(got, 1)
    assert.match(
      got[0]?.message ?? "",
      /has been unknown for 11 min\. Look at the terminal's journal, then resolve it\.$/
    )
    assert.notInclude(JSON.stringify(got), PAN)
    close()
  })

  it.each([
    ["Debit", "payment"],
    ["Credit", "refund"],
    ["Cancel", "cancellation"]
  ] as const)("call an unknown %s a %s", async (transactionType, named) => {
    const { alarms, got, add, close } = make()
    const { key } = attempt("a1", { orderId: "A" })
    await add(attempt("a1", { state: "unknown", openedAt: 0, key: { ...key, transactionType } }))
    await alarms.look()
    assert.match(got[0]?.message ?? "", new RegExp(`^The ${named} of .* for order A at `))
    close()
  })

  it("also report a payment that is dated far in the future", async () => {
    const { alarms, got, add, clock, close } = make()
    await add(attempt("a1", { state: "unknown", openedAt: clock.now + 10 * MINUTE, orderId: "A" }))
    await add(attempt("a2", { state: "unknown", openedAt: clock.now + 11 * MINUTE, orderId: "B" }))
    await alarms.look()
    assert.deepStrictEqual(
      got.map(({ order }) => order),
      ["B"]
    )
    assert.match(
      got[0]?.message ?? "",
      /is unknown, and was opened at 1970-01-01T01:51:00\.000Z, which is ahead of this gateway's clock\./
    )
    close()
  })

  it("are not held back by a clock that was ahead at their last try, nor by others that have to wait", async () => {
    const { alarms, clock, got, state, close } = make({ fails: true })
    const told = (id: string) => alarms.listener({ _tag: "Alarm", attempt: id, orderId: id, ...contradiction })
    told("ahead")
    await alarms.look()
    clock.now -= 90 * MINUTE
    told("waits")
    // Due now, and tried: both wait for their next try.
    await alarms.look()
    state.fails = false
    await alarms.look()
    assert.deepStrictEqual(got, [])
    clock.now += MINUTE
    await alarms.look()
    assert.sameMembers(
      got.map(({ attempt }) => attempt),
      ["ahead", "waits"]
    )
    close()
  })

  it("are retried until they are taken, even by the next process", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "alarms-")), "outbox.db")
    const first = make({ path, fails: true })
    first.alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...contradiction })
    await first.alarms.look()
    assert.match(first.warned[0] ?? "", /was not taken by the webhook and is tried again: it answered 503/)
    first.close()
    const next = make({ path })
    await next.alarms.look()
    assert.lengthOf(next.got, 0)
    next.clock.now += 11_000
    await next.alarms.look()
    assert.lengthOf(next.got, 1)
    next.close()
  })

  it("come from the store if the process ended before it wrote them to the file", async () => {
    const { alarms, got, add, clock, close } = make()
    await add(attempt("a1", { state: "approved", openedAt: clock.now - MINUTE, alarms: [contradiction] }))
    await alarms.look()
    assert.deepStrictEqual(
      got.map(({ code }) => code),
      ["attempt.resolution.contradicted"]
    )
    close()
  })

  it("report an attempt that is unknown for too long before the store has listed its alarms", async () => {
    const memory = MemoryStore.make()
    const { alarms, got, add, clock, close } = make({
      store: { ...memory, list: (filter) => (filter.state === undefined ? Effect.never : memory.list(filter)) }
    })
    await add(attempt("a1", { state: "unknown", openedAt: clock.now - 11 * MINUTE }))
    void alarms.look()
    while (got.length === 0) await new Promise(setImmediate)
    assert.deepStrictEqual(
      got.map(({ code }) => code),
      ["attempt.unknown.old"]
    )
    close()
  })

  it("come from the store in the end if its lists fail, which is not reported as a failing store", async () => {
    const memory = MemoryStore.make()
    const asked: Array<AttemptStore.Filter> = []
    let failures = 0
    const { alarms, got, warned, add, clock, close } = make({
      store: {
        ...memory,
        list: (filter) => {
          if (filter.state !== undefined) return memory.list(filter)
          asked.push(filter)
          if (asked.length % 50 > 0) return memory.list(filter)
          failures++
          return Effect.fail(AttemptStore.unavailable("it takes too long"))
        }
      }
    })
    const DAY = 24 * 60 * MINUTE
    for (const [id, age] of [
      ["ahead", -DAY],
      ["new", MINUTE],
      ["old", 6 * DAY],
      ["older", 8 * DAY]
    ] as const)
      await add(attempt(id, { state: "approved", openedAt: clock.now - age, alarms: [contradiction] }))
    await alarms.look()
    const first = asked.length
    for (let look = 0; look < 5; look++) await alarms.look()
    assert.sameMembers(
      got.map(({ attempt }) => attempt),
      ["ahead", "new", "old"]
    )
    assert.strictEqual(first, 50)
    assert.strictEqual(failures, 3)
    // Each hour is searched once, and again if it failed.
    assert.strictEqual(asked.length, 7 * 24 + failures)
    assert.deepStrictEqual(warned, ["alarms from before the start are not read yet: it takes too long"])
    close()
  })

  it("name a terminal that was unreachable three times in a row", async () => {
    const { alarms, got, end, close } = make()
    const paid = attempt("a2", { state: "approved", terminal: "dialled", terminalName: "Bar" })
    for (const each of [failed, failed, paid, failed, failed]) end(each)
    await alarms.look()
    assert.lengthOf(got, 0)
    end(failed)
    await alarms.look()
    assert.deepInclude(got[0], { code: "terminal.unreachable", terminal: "Bar" })
    close()
  })

  it("count each order by its first end, and no later change", async () => {
    const { alarms, got, end, close } = make()
    const second = (state: Attempt["state"]) => attempt("a2", { state, terminal: "dialled", terminalName: "Bar" })
    end(second("unknown"))
    end(failed)
    // The resolution of the attempt before, and the end that could not be written at first.
    alarms.attemptListener.onChange(second("approved"))
    alarms.attemptListener.onChange(failed)
    end(failed)
    alarms.attemptListener.onChange(second("declined"))
    await alarms.look()
    assert.lengthOf(got, 0)
    end(failed)
    await alarms.look()
    assert.lengthOf(got, 1)
    assert.deepInclude(got[0], { code: "terminal.unreachable", terminal: "Bar" })
    close()
  })

  it("count a terminal that refuses connections or whose name does not resolve, but not a busy one or a failing store", async () => {
    const { alarms, got, end, close } = make()
    const kinds = [
      "ConnectionRefused",
      "QueueFull",
      "HostUnknown",
      "StoreFailed",
      "EncodeFailed",
      "Unreachable"
    ] as const
    for (const [n, kind] of kinds.entries()) {
      await alarms.look()
      assert.lengthOf(got, 0)
      const error = new NotStarted({ kind, detail: "it" })
      end(attempt(`a${n}`, { state: "not-started", terminal: "dialled", terminalName: "Bar", error }))
    }
    await alarms.look()
    assert.deepInclude(got[0], { code: "terminal.unreachable", terminal: "Bar" })
    close()
  })

  it("end a terminal's count with an answer that it sends before it is asked", async () => {
    const { alarms, got, end, close } = make()
    end(failed)
    end(failed)
    const error = new NotStarted({ kind: "AnsweredEarly", detail: "it" })
    end(attempt("early", { state: "not-started", terminal: "dialled", terminalName: "Bar", error }))
    end(failed)
    end(failed)
    await alarms.look()
    assert.lengthOf(got, 0)
    end(failed)
    await alarms.look()
    assert.lengthOf(got, 1)
    close()
  })

  it("count the checks of the watch together with a terminal's orders", async () => {
    const { alarms, got, end, close } = make()
    for (const isReachable of [false, false, true, false]) alarms.onReach("Bar", isReachable)
    end(failed)
    await alarms.look()
    assert.lengthOf(got, 0)
    for (let look = 0; look < 3; look++) alarms.onReach("Bar", false)
    await alarms.look()
    assert.lengthOf(got, 1)
    assert.match(
      got[0]?.message ?? "",
      /^The terminal Bar could not be reached 3 times in a row; nothing was sent to it\./
    )
    close()
  })

  it("say that the store fails", async () => {
    const made = make()
    const { alarms, got, close } = made
    Object.assign(made.store, { list: () => Effect.fail(AttemptStore.unavailable("disk I/O error")) })
    for (let look = 0; look < 3; look++) await alarms.look()
    assert.match(got[0]?.message ?? "", /disk I\/O error/)
    close()
  })
})

describe("a store that can be read but not written, as on a full disk", () => {
  it("is an alarm three looks after an order was refused, unless one is written before that, and again the next time", async () => {
    const memory = MemoryStore.make()
    const disk = { isFull: false }
    const unlessFull = <A>(write: Effect.Effect<A, AttemptStore.StoreFailed>) =>
      disk.isFull ? Effect.fail(AttemptStore.unavailable("database or disk is full")) : write
    const { alarms, got, store, close } = make({
      store: {
        ...memory,
        claim: (claim) => unlessFull(memory.claim(claim)),
        tryWrite: () => unlessFull(memory.tryWrite())
      }
    })
    let orders = 0
    const send = () =>
      Effect.runPromise(
        Effect.result(store.claim({ attempt: attempt(`a${++orders}`), terminal: undefined, payAgain: false }))
      )
    const look = async (times: number) => {
      for (let n = 0; n < times; n++) await alarms.look()
      return got.map(({ code }) => code)
    }
    assert.deepStrictEqual(await look(3), [])
    disk.isFull = true
    await send()
    assert.deepStrictEqual(await look(2), [])
    disk.isFull = false
    await send()
    assert.deepStrictEqual(await look(3), [])
    disk.isFull = true
    for (let n = 0; n < 5; n++) await send()
    assert.deepStrictEqual(await look(4), ["store.failing"])
    assert.match(got[0]?.message ?? "", /^The store fails: database or disk is full\. New orders are refused/)
    close()
  })

  it("is not an alarm if one write was too late and no order came after it", async () => {
    vi.useFakeTimers({ toFake: ["performance"] })
    onTestFinished(() => void vi.useRealTimers())
    const { alarms, got, store, close } = make({
      store: {
        ...MemoryStore.make(),
        claim: () => Effect.fail(AttemptStore.unavailable("the database did not answer within 3 s"))
      }
    })
    await Effect.runPromise(
      Effect.result(store.claim({ attempt: attempt("a1"), terminal: undefined, payAgain: false }))
    )
    for (let n = 0; n < 4; n++) {
      vi.advanceTimersByTime(10_000)
      await alarms.look()
    }
    assert.deepStrictEqual(got, [])
    close()
  })
})

describe("alarms whose file cannot be written", () => {
  const failing = () => {
    const path = join(mkdtempSync(join(tmpdir(), "alarms-")), "outbox.db")
    const made = make({ path })
    // A database locked by another connection cannot be written, as on a full disk.
    const other = new DatabaseSync(path)
    other.exec("BEGIN IMMEDIATE")
    Object.assign(made.store, { list: () => Effect.fail(AttemptStore.unavailable("disk is full")) })
    const codes = () => made.got.map(({ code }) => code)
    const look = async () => {
      made.clock.now += MINUTE
      await made.alarms.look()
    }
    return { ...made, path, other, codes, look }
  }

  it("are delivered from memory, once each, and one warning says why", async () => {
    const { alarms, codes, warned, look, other, close } = failing()
    for (let times = 0; times < 3; times++) await look()
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...contradiction })
    for (let times = 0; times < 3; times++) await look()
    assert.deepStrictEqual(codes(), ["store.failing", "attempt.resolution.contradicted"])
    assert.lengthOf(warned, 1)
    assert.match(
      warned[0] ?? "",
      /^alarms cannot be written to .*outbox\.db and are delivered from memory; those not delivered are lost when the gateway ends: database is locked$/
    )
    other.close()
    close()
  })

  it("are retried from memory until they are taken", async () => {
    const { alarms, codes, state, look, other, close } = failing()
    state.fails = true
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...contradiction })
    await look()
    assert.lengthOf(codes(), 0)
    state.fails = false
    await look()
    assert.deepStrictEqual(codes(), ["attempt.resolution.contradicted"])
    other.close()
    close()
  })

  it("are written once that is possible: the next process delivers what was not taken, and nothing twice", async () => {
    const { alarms, clock, state, look, path, other, close } = failing()
    alarms.listener({ _tag: "Alarm", attempt: "taken", orderId: "ORDER_1", ...contradiction })
    await look()
    state.fails = true
    alarms.listener({ _tag: "Alarm", attempt: "waits", orderId: "ORDER_2", ...contradiction })
    await look()
    other.exec("ROLLBACK")
    other.close()
    await look()
    close()
    const next = make({ path })
    next.clock.now = clock.now + 60 * MINUTE
    await next.alarms.look()
    assert.sameMembers(
      next.got.map(({ code, attempt }) => attempt ?? code),
      ["waits", "store.failing"]
    )
    next.close()
  })
})

describe("a channel that hangs", () => {
  it("holds up neither the other channel nor the looks at the store", async () => {
    let release = () => {}
    const hangs: Channel = {
      name: "command",
      deliver: () =>
        new Promise((resolve) => {
          release = resolve
        })
    }
    const { alarms, got, store, clock, close } = make({ beside: hangs })
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...contradiction })
    alarms.onGivenUp()
    const looks = [alarms.look()]
    Object.assign(store, { list: () => Effect.fail(AttemptStore.unavailable("disk I/O error")) })
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    for (let times = 0; times < 20; times++) {
      await turn()
      clock.now += MINUTE
      looks.push(alarms.look())
    }
    await turn()
    assert.deepStrictEqual(
      got.map(({ code }) => code),
      ["attempt.resolution.contradicted", "lease.lost", "store.failing"]
    )
    const ended = Promise.all(looks)
    let isOver = false
    void ended.then(() => {
      isOver = true
    })
    while (!isOver) {
      release()
      await turn()
    }
    close()
  })
})

describe("the last alarms of a gateway that ends", () => {
  const lost = { ...contradiction, code: "attempt.end.lost", message: "The end is lost." } as const

  it("are delivered before it ends, even if a delivery was under way", async () => {
    const taken: Array<string> = []
    let release = () => {}
    const slow: Channel = {
      name: "command",
      deliver: ({ code }) =>
        new Promise((resolve) => {
          release = () => {
            taken.push(code)
            resolve()
          }
        })
    }
    const { alarms, got, close } = make({ beside: slow })
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...contradiction })
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...lost })
    let isOver = false
    const ended = alarms.deliverLast().then(() => {
      isOver = true
    })
    while (!isOver) {
      release()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await ended
    assert.deepStrictEqual(taken, ["attempt.resolution.contradicted", "attempt.end.lost"])
    assert.deepStrictEqual(
      got.map(({ code }) => code),
      taken
    )
    close()
  })

  it("reach the webhook although the process is ending", async () => {
    const got: Array<string> = []
    await using server = await listenHttp((request, response) => {
      request.on("data", (text) => got.push(JSON.parse(String(text)).code))
      request.on("end", () => response.end())
    })
    const alarms = startAlarms(
      { url: `${server.url}/`, secret: "of the shop" },
      {
        storePath: join(mkdtempSync(join(tmpdir(), "alarms-")), "attempts.db"),
        store: OwedEnds.over(MemoryStore.make()),
        onRaised: () => {},
        onWarning: () => {}
      }
    )
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...lost })
    await alarms.close()
    assert.deepStrictEqual(got, ["attempt.end.lost"])
  })

  it("are waited for as long as one delivery may take, and delivered by the next process", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    onTestFinished(() => void vi.useRealTimers())
    const path = join(mkdtempSync(join(tmpdir(), "alarms-")), "last")
    const hangs: Channel = { name: "webhook", deliver: () => new Promise(() => {}) }
    const outbox = openOutbox(path, () => {})
    const alarms = raiseAlarms({
      ...{ outbox, channels: [hangs], store: OwedEnds.over(MemoryStore.make()), onWarning: () => {} },
      ...{ unknownAfter: 10 * MINUTE, unreachableAfter: 3, instance: "one", onRaised: () => {} }
    })
    alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...lost })
    const ended = alarms.deliverLast()
    await vi.advanceTimersByTimeAsync(10_000)
    await ended
    alarms.close()
    outbox.close()
    const next = make({ path })
    next.clock.now = Date.now()
    await next.alarms.look()
    assert.deepStrictEqual(
      next.got.map(({ code }) => code),
      ["attempt.end.lost"]
    )
    next.close()
  })
})

describe("the alarms of a large store", () => {
  it("are found a page at a time", async () => {
    const store = MemoryStore.make()
    const asked: Array<AttemptStore.Filter> = []
    const { alarms, got, add, clock, close } = make({
      store: {
        ...store,
        list: (filter) => {
          asked.push(filter)
          return store.list(filter)
        }
      }
    })
    const unknown = attempt("first", { state: "unknown", orderId: "FIRST", openedAt: clock.now - 20 * MINUTE })
    await add(unknown)
    const ids = Array.from({ length: 501 }, (_, n) => `a${n}`)
    for (const id of ids)
      await add(
        attempt(id, { state: "approved", orderId: `O_${id}`, openedAt: clock.now - MINUTE, alarms: [contradiction] })
      )
    await add(attempt("quiet", { state: "approved", orderId: "QUIET", openedAt: clock.now - MINUTE }))
    await alarms.look()
    assert.sameMembers(
      got.map((message) => message.attempt),
      ["first", ...ids]
    )
    assert.isTrue(asked.every(({ limit }) => limit === 500))
    assert.deepStrictEqual(
      asked.slice(0, 3).map(({ state, hasAlarms, before }) => ({ state, hasAlarms, before })),
      [
        { state: "unknown", hasAlarms: undefined, before: undefined },
        { state: undefined, hasAlarms: true, before: undefined },
        { state: undefined, hasAlarms: true, before: "a1" }
      ]
    )
    assert.lengthOf(
      asked.filter(({ before }) => before !== undefined),
      1
    )
    close()
  })
})

/** Alarms of several gateways, as in a database; `endTurn` expires the time of the gateway that took them. */
const sharedAlarms = () => {
  const alarms = new Map<string, Taken>()
  /** Attempts whose alarms the next look of a gateway returns. */
  const written: Array<Attempt> = []
  const shared: SharedAlarms = {
    take: async (id) => {
      const known = alarms.get(id)
      if (known === undefined) alarms.set(id, "elsewhere")
      return known ?? "taken"
    },
    delivered: async (id) => void alarms.set(id, "delivered"),
    release: async (id) => void alarms.delete(id),
    written: async () => written.splice(0)
  }
  const endTurn = () => {
    for (const [id, state] of alarms) if (state === "elsewhere") alarms.delete(id)
  }
  return { shared, written, endTurn }
}

describe("alarms of several gateways on one store", () => {
  const all = (gateways: ReadonlyArray<ReturnType<typeof make>>) => gateways.flatMap(({ got }) => got)
  const lookAt = async (gateways: ReadonlyArray<ReturnType<typeof make>>) => {
    for (const { alarms, clock } of gateways) {
      clock.now += 11_000
      await alarms.look()
    }
  }

  it("are delivered by one gateway if they are about an attempt, whichever gateway made it", async () => {
    const { shared } = sharedAlarms()
    const one = make({ shared })
    const gateways = [one, make({ shared, store: one.store }), make({ shared, store: one.store })]
    await one.add(attempt("a1", { state: "unknown", openedAt: one.clock.now - 11 * MINUTE }))
    await one.add(attempt("a2", { state: "approved", openedAt: one.clock.now - MINUTE, alarms: [contradiction] }))
    await Promise.all(gateways.map(({ alarms }) => alarms.look()))
    await lookAt(gateways)
    assert.deepStrictEqual(
      all(gateways)
        .map(({ code }) => code)
        .toSorted(),
      ["attempt.resolution.contradicted", "attempt.unknown.old"]
    )
    for (const { close } of gateways) close()
  })

  it("are delivered by another one if the first fails to deliver, or ends in the middle", async () => {
    const { shared, endTurn } = sharedAlarms()
    const one = make({ shared, fails: true })
    const two = make({ shared, store: one.store })
    await one.add(attempt("a1", { state: "unknown", openedAt: one.clock.now - 11 * MINUTE }))
    await lookAt([one, two, one, two])
    assert.lengthOf(one.got, 0)
    assert.lengthOf(two.got, 1)
    one.state.fails = false
    await one.add(attempt("a2", { state: "unknown", openedAt: one.clock.now - 11 * MINUTE }))
    await shared.take("webhook a2-unknown")
    await lookAt([one, two])
    assert.lengthOf(all([one, two]), 1)
    endTurn()
    await lookAt([one, two])
    assert.deepStrictEqual(
      all([one, two]).map(({ attempt }) => attempt),
      ["a2", "a1"]
    )
    for (const { close } of [one, two]) close()
  })

  it("are delivered by another one even if they were raised after its start, unless they are old", async () => {
    const { shared, written } = sharedAlarms()
    const one = make({ shared, fails: true })
    const two = make({ shared, store: one.store })
    await lookAt([one, two])
    one.clock.now = two.clock.now += 8 * 24 * 60 * MINUTE
    const alarm = { ...contradiction, at: one.clock.now }
    one.alarms.listener({ _tag: "Alarm", attempt: "a1", orderId: "ORDER_1", ...alarm })
    await lookAt([one, two])
    assert.lengthOf(all([one, two]), 0)
    written.push(attempt("a1", { state: "approved", alarms: [contradiction, alarm] }))
    await two.alarms.look()
    assert.deepStrictEqual(
      all([one, two]).map(({ id }) => id),
      [`a1-attempt.resolution.contradicted-${alarm.at}`]
    )
    for (const { close } of [one, two]) close()
  })

  it("are delivered by each of them if the store does not answer", async () => {
    const shared = { ...sharedAlarms().shared, take: () => Promise.reject(new Error("the database is away")) }
    const one = make({ shared })
    const two = make({ shared, store: one.store })
    await one.add(attempt("a1", { state: "unknown", openedAt: one.clock.now - 11 * MINUTE }))
    await lookAt([one, two])
    assert.deepStrictEqual(
      [one, two].map(({ got }) => got.map(({ id }) => id)),
      [["a1-unknown"], ["a1-unknown"]]
    )
    for (const { close } of [one, two]) close()
  })

  it("are delivered by each gateway that sees the cause itself", async () => {
    const { shared } = sharedAlarms()
    const [one, two] = [make({ shared }), make({ shared })]
    for (const { alarms, got } of [one, two]) {
      for (let look = 0; look < 3; look++) alarms.onReach("Bar", false)
      await alarms.look()
      assert.lengthOf(got, 1)
    }
    for (const { close } of [one, two]) close()
  })
})
