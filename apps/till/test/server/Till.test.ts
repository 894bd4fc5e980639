/** A till whose payment server answers as a test says. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import {
  AttemptJournal,
  type Client,
  makeClient,
  NotResolvedAtServer,
  type ResolveOptions,
  type Settlement,
  StillUnderWay
} from "@hipay-pos/client"
import { defined } from "@hipay-pos/core/Defined"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { TillState } from "../../src/api.ts"
import type { Closing } from "../../src/sale/Closing.ts"
import type { Fact, SaleEvent } from "../../src/sale/SaleEvent.ts"
import type { Till } from "../../src/server/Till.ts"
import { makeLiveTill, seenOf } from "./shop.ts"

const unknown = { id: "7", transactionType: "Debit", state: "unknown", amount: 1000, currency: "EUR" }

const headers = { "x-hipay-pos-mode": "gateway" }

interface Setting {
  /** What the server answers in place of losing a payment's answer, and the attempts that it has, of whatever order, in place of an unknown one. */
  readonly order?: () => Response
  readonly attempts?: ReadonlyArray<typeof unknown>
  /** The server's answer to a resolution. */
  readonly problem?: { readonly status: number; readonly code: string }
  /** Resolves in place of the client. */
  readonly resolve?: Client["resolve"]
  /** Tells whether the server is there, in place of the client. */
  readonly healthcheck?: Client["healthcheck"]
  readonly journal?: AttemptJournal.AttemptJournal
  /** What the till has stored. */
  readonly events?: ReadonlyArray<SaleEvent>
  readonly closings?: ReadonlyArray<Closing>
  readonly firstAnswerWithin?: number
}

/** A till at a server that loses each payment's answer. */
const openTill = ({
  order,
  attempts,
  problem,
  resolve,
  healthcheck,
  journal = AttemptJournal.memory(),
  events = [],
  closings = [],
  firstAnswerWithin
}: Setting): Promise<Till> => {
  let orderId: string | undefined
  const fetch = async (address: string, { method }: RequestInit) => {
    const { pathname, searchParams } = new URL(address)
    if (problem !== undefined && pathname.endsWith("/resolve")) {
      const error = { ...problem, message: "No", description: "why", details: {} }
      return Response.json({ error }, { status: problem.status, headers })
    }
    if (method === "GET") {
      orderId = searchParams.get("orderId") ?? orderId
      const list = (attempts ?? [unknown]).map((each) => ({ orderId, ...each }))
      const one = list.find(({ id }) => pathname === `/attempts/${id}`)
      return Response.json(one ?? { attempts: list }, { headers })
    }
    if (order !== undefined) return order()
    throw new TypeError("fetch failed", { cause: { code: "ECONNRESET", syscall: "read" } })
  }
  const server = { server: "http://server.test", username: "m", password: "s", live: true, journal }
  const client = makeClient({ ...server, fetch })
  return makeLiveTill({
    client: { ...client, ...defined({ resolve, healthcheck }) },
    journal,
    store: { read: () => events, append: () => {}, close: () => {} },
    closings: { all: () => closings, append: () => {}, close: () => {} },
    ...defined({ firstAnswerWithin })
  })
}

const until = (till: Till, test: (state: TillState) => boolean): Promise<TillState> =>
  new Promise((resolve) => {
    const look = () => {
      const state = till.state()
      if (test(state)) resolve(state)
    }
    till.subscribe(look)
    look()
  })

/** Sells something and loses the payment's answer: the sale as a person then sees it. */
const loseAnswer = async (till: Till) => {
  const { sale } = Result.getOrThrow(await till.act({ do: "add-amount", amount: 1000, rate: 20 }))
  await till.act({ do: "card", amount: 1000, terminal: "Counter", ...seenOf(sale) })
  return seenOf((await until(till, (state) => state.sale?.stage === "unknown")).sale)
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval"] }))
afterEach(() => void vi.useRealTimers())

describe("a manual resolution that the payment server does not take", () => {
  it.each([
    [409, "attempt.answer.pending", "under-way"],
    [403, "role.missing", "not-resolved"],
    [500, "resolution.not.recorded", "not-resolved"],
    [500, "resolution.unknown", "may-be-recorded"]
  ])("is refused with a code of its own, and recorded nowhere: %i %s", async (status, code, refused) => {
    const till = await openTill({ problem: { status, code } })
    const seen = await loseAnswer(till)
    const word = { tender: 1, outcome: "approved", by: "Ana", evidence: "receipt 12" } as const
    const done = await till.act({ do: "resolve", ...word, ...seen })
    assert.strictEqual(Result.isFailure(done) ? done.failure.code : "taken", refused)
    assert.strictEqual(till.state().sale?.stage, "unknown")
    await till.close()
  })
})

/** A till whose questions a test answers, and the question of a number, once it is asked. */
const openSilent = async (setting: Setting = {}) => {
  interface Question {
    readonly said: ResolveOptions | undefined
    readonly askTerminal: boolean | undefined
    readonly answer: (told: Settlement | Error) => void
  }
  const questions: Array<Question> = []
  let onAsked = () => {}
  const resolve: Client["resolve"] = (_, said, { askTerminal } = {}) =>
    new Promise((answer, fail) => {
      questions.push({ said, askTerminal, answer: (told) => (told instanceof Error ? fail(told) : answer(told)) })
      onAsked()
    })
  const question = (number: number): Promise<Question> =>
    new Promise((resolve) => {
      onAsked = () => {
        const asked = questions[number - 1]
        if (asked !== undefined) resolve(asked)
      }
      onAsked()
    })
  return { till: await openTill({ ...setting, resolve }), questions, question }
}

const needsPerson: Settlement = { _tag: "NeedsPerson", advice: "look at the terminal" }

describe("a payment server that is silent while a payment is unknown", () => {
  const word = { do: "resolve", tender: 1, outcome: "declined", by: "Ana", evidence: "no receipt" } as const
  const recorded: Settlement = { _tag: "Settled", by: "person", state: "declined", paid: 0 }

  it("keeps a person waiting for the question that is being asked, and for no other", async () => {
    const { till, questions, question } = await openSilent()
    const seen = await loseAnswer(till)
    const first = await question(1)
    vi.advanceTimersByTime(6 * 60_000)
    const done = till.act({ ...word, ...seen })
    first.answer(needsPerson)
    const second = await question(2)
    assert.strictEqual(second.said?.by, "Ana")
    second.answer(recorded)
    assert.isTrue(Result.isSuccess(await done))
    assert.deepStrictEqual([till.state().sale?.stage, questions.length], ["open", 2])
    await till.close()
  })

  it("is asked again once it has given up", async () => {
    const { till, question } = await openSilent()
    await loseAnswer(till)
    const first = await question(1)
    first.answer(needsPerson)
    await new Promise(setImmediate)
    vi.advanceTimersByTime(5000)
    const second = await question(2)
    second.answer({ _tag: "Settled", by: "server", state: "approved", paid: 1000 })
    await until(till, (state) => state.sale?.stage === "completed")
    await till.close()
  })

  it("keeps nobody from parking the sale and serving the next customer meanwhile", async () => {
    const { till, question } = await openSilent()
    const seen = await loseAnswer(till)
    const first = await question(1)
    const done = till.act({ ...word, ...seen })
    assert.isTrue(Result.isSuccess(await till.act({ do: "park", ...seen })))
    assert.isTrue(Result.isSuccess(await till.act({ do: "add-amount", amount: 500, rate: 20 })))
    first.answer(needsPerson)
    const second = await question(2)
    second.answer(recorded)
    assert.isTrue(Result.isSuccess(await done))
    const { sale, parked } = till.state()
    assert.deepStrictEqual([sale?.total, parked.map(({ stage }) => stage)], [500, ["open"]])
    await till.close()
  })
})

describe("the terminal of a payment whose outcome is unknown, which prints what it is asked for", () => {
  it("is asked once when the payment has ended, and again when a person wants it", async () => {
    const { till, questions, question } = await openSilent()
    const seen = await loseAnswer(till)
    ;(await question(1)).answer(new StillUnderWay({ id: "7" }))
    for (const number of [2, 3, 4]) {
      await new Promise(setImmediate)
      vi.advanceTimersByTime(5000)
      ;(await question(number)).answer(needsPerson)
    }
    await new Promise(setImmediate)
    const asked = till.act({ do: "ask", ...seen })
    ;(await question(5)).answer(needsPerson)
    const done = await asked
    assert.strictEqual(Result.isFailure(done) ? done.failure.code : "told", "not-told")
    assert.deepStrictEqual(
      questions.map(({ askTerminal }) => askTerminal),
      [true, true, false, false, true]
    )
    const again = till.act({ do: "ask", ...seen })
    ;(await question(6)).answer({ _tag: "Settled", by: "terminal", state: "approved", paid: 1000 })
    assert.strictEqual(Result.getOrThrow(await again).sale?.stage, "completed")
    await till.close()
  })
})

describe("a payment that its terminal repeated, without saying whether it was cancelled since", () => {
  const warnings = [{ code: "operation-not-named", message: "make sure that it was not cancelled there" }]
  const proved: Settlement = { _tag: "Settled", by: "terminal", state: "approved", paid: 1000, warnings }
  const word = { do: "resolve", tender: 1, outcome: "declined", by: "Ana", evidence: "cancelled, ticket 13" } as const

  it("completes no sale: the till says what is open, and a person says whether it was paid", async () => {
    const { till, questions, question } = await openSilent()
    const lost = await loseAnswer(till)
    ;(await question(1)).answer(proved)
    const isDoubted = ({ sale }: TillState) =>
      sale?.tenders.some((each) => each.means === "card" && each.doubt) === true
    const seen = seenOf((await until(till, isDoubted)).sale)
    assert.notStrictEqual(seen.revision, lost.revision)
    assert.strictEqual(till.state().sale?.stage, "unknown")
    vi.advanceTimersByTime(5000)
    const { sale } = Result.getOrThrow(await till.act({ ...word, ...seen }))
    assert.deepStrictEqual([sale?.stage, questions.length], ["open", 1])
    await till.close()
  })

  it("is shown to the person who said how it ended before that was known, and who says it again", async () => {
    const { till, question } = await openSilent()
    const seen = await loseAnswer(till)
    ;(await question(1)).answer(needsPerson)
    const saying = till.act({ ...word, ...seen })
    ;(await question(2)).answer(proved)
    const done = await saying
    assert.strictEqual(Result.isFailure(done) ? done.failure.code : "taken", "in-doubt")
    assert.strictEqual(till.state().sale?.stage, "unknown")
    await till.close()
  })
})

describe("a person's resolution while the payment server was unreachable", () => {
  const word = { do: "resolve", tender: 1, outcome: "declined", by: "Ana", evidence: "no receipt" } as const
  const answer = { by: "Ana", evidence: "no receipt" }
  const warnings = [{ code: "server-not-asked", message: "resolve the attempt again" }]
  const alone: Settlement = { _tag: "Settled", by: "person", state: "declined", paid: 0, answer, warnings }

  it("is compared once it can, also of a sale that has ended: what the server says otherwise is shown", async () => {
    const { till, questions, question } = await openSilent()
    const lost = await loseAnswer(till)
    ;(await question(1)).answer(needsPerson)
    const saying = till.act({ ...word, ...lost })
    ;(await question(2)).answer(alone)
    const { sale } = Result.getOrThrow(await saying)
    Result.getOrThrow(await till.act({ do: "cash", given: 1000, ...seenOf(sale) }))
    for (const [number, isTerminalAsked, told] of [
      [3, true, alone],
      // The server has it as unknown, and does not confirm the person's resolution.
      [4, true, needsPerson],
      [5, false, new NotResolvedAtServer({ id: "7", detail: "a role is missing", status: 403 })],
      [6, false, { _tag: "Settled", by: "server", state: "approved", paid: 1000 }]
    ] as const) {
      await new Promise(setImmediate)
      vi.advanceTimersByTime(5000)
      const { said, askTerminal, answer } = await question(number)
      assert.deepStrictEqual([said, askTerminal], [undefined, isTerminalAsked])
      assert.deepStrictEqual(till.state().contradicted, [])
      answer(told)
    }
    const { contradicted, sale: ended } = await until(till, ({ contradicted }) => contradicted.length > 0)
    assert.deepStrictEqual(
      contradicted.map(({ ticket }) => ticket),
      [1]
    )
    assert.deepInclude(ended?.tenders[0], { state: "declined", paid: 0 })
    assert.strictEqual(ended?.stage, "completed")
    vi.advanceTimersByTime(5000)
    await new Promise(setImmediate)
    assert.lengthOf(questions, 6)
    await till.close()
  })
})

it("a payment server that is silent keeps no till from opening and taking cash", async () => {
  let answer = (_health: Awaited<ReturnType<Client["healthcheck"]>>) => {}
  const till = await openTill({
    firstAnswerWithin: 1,
    healthcheck: () =>
      new Promise((resolve) => {
        answer = resolve
      })
  })
  assert.isFalse(till.state().server.healthy)
  const { sale } = Result.getOrThrow(await till.act({ do: "add-amount", amount: 1000, rate: 20 }))
  const paid = Result.getOrThrow(await till.act({ do: "cash", given: 1000, ...seenOf(sale) }))
  assert.strictEqual(paid.sale?.stage, "completed")
  answer({ healthy: true, mode: "gateway" })
  await until(till, ({ server }) => server.healthy)
  await till.close()
})

describe("a payment whose order id was used for another payment, which was approved", () => {
  const conflict = () => {
    const details = { attempt: "/attempts/1", state: "approved" }
    const error = { status: 409, code: "attempt.different", message: "Known", description: "approved before", details }
    return Response.json({ error }, { status: 409, headers })
  }

  it("is unknown until a person says, who may say that it was paid", async () => {
    const till = await openTill({ order: conflict, attempts: [] })
    const seen = await loseAnswer(till)
    // The till's own request is sent before the person's resolution.
    const word = { do: "resolve", tender: 1, outcome: "approved", by: "Ana", evidence: "receipt 12" } as const
    const { sale } = Result.getOrThrow(await till.act({ ...word, ...seen }))
    const [tender] = sale?.tenders ?? []
    assert.deepInclude(tender, { state: "approved", paid: 1000 })
    assert.deepInclude(tender?.means === "card" && tender.resolution, { source: "person", by: "Ana" })
    assert.strictEqual(sale?.stage, "completed")
    await till.close()
  })
})

describe("a payment that is found after a crash", () => {
  const [day, next] = ["2025-11-01", "2025-11-02"] as const
  const startedAt = Date.parse(`${day}T23:50:00Z`)
  const orderId = "T1-1"
  const tender = { means: "card", number: 1, direction: "in", amount: 1290, orderId, terminal: "Counter" } as const
  const line = { number: 1, reference: "MUG", name: "Mug", unitPrice: 1290, taxRate: 20, quantity: 1 }
  const facts: ReadonlyArray<Fact> = [
    { _tag: "Opened", kind: "sale", currency: "EUR", ticket: 1, lines: [line] },
    { _tag: "CardStarted", tender: { ...tender, startedAt, state: "waiting", paid: 0 } }
  ]
  const events = facts.map((fact): SaleEvent => ({ sale: "T1", at: startedAt, fact }))
  const closing: Closing = {
    closing: 1,
    day,
    at: startedAt - 1000,
    by: "Ana",
    float: 0,
    counts: [],
    counted: 0,
    expected: 0,
    difference: 0,
    net: 0,
    sales: 0,
    unknown: 0
  }

  it("counts once, on the day on which it was made; that day's closing stays as it was", async () => {
    const journal = AttemptJournal.memory()
    const opening = { id: "a1", orderId, transactionType: "Debit", amount: 1290, currency: "EUR" } as const
    await Effect.runPromise(journal.open({ ...opening, terminal: "Counter", openedAt: startedAt }))
    await Effect.runPromise(journal.end({ id: "a1", state: "approved", endedAt: startedAt + 60_000 }))
    const till = await openTill({ journal, events, closings: [closing] })
    assert.strictEqual(till.records.detail("T1")?.sale.stage, "completed")
    const report = till.records.report(day)
    assert.isDefined(report)
    const { means, net, sales, hours, closings } = report
    assert.deepStrictEqual(
      means.map(({ name, net }) => [name, net]),
      [["Counter", 1290]]
    )
    assert.deepStrictEqual([net, sales.count, hours.map(({ hour }) => hour)], [1290, 1, [23]])
    assert.deepStrictEqual(closings, [closing])
    for (const other of [next, till.today()]) {
      const report = till.records.report(other)
      assert.deepStrictEqual([report?.means, report?.net], [[], 0])
    }
    await till.close()
  })

  it("is unknown where the client's journal was lost or is an older copy, and ends as the server says", async () => {
    const till = await openTill({ events, attempts: [] })
    assert.strictEqual(till.state().sale?.stage, "unknown")
    await till.close()
    const approved = { id: "7", transactionType: "Debit", state: "approved", amount: 1290, currency: "EUR" }
    const told = await openTill({ events, attempts: [approved] })
    await until(told, (state) => state.sale?.stage === "completed")
    assert.deepStrictEqual(
      told.records.report(day)?.means.map(({ net }) => net),
      [1290]
    )
    await told.close()
  })

  it("keeps the name of the person who resolved it meanwhile, and compares their word with the server's record", async () => {
    const journal = AttemptJournal.memory()
    const opening = { id: "a1", orderId, transactionType: "Debit", amount: 1290, currency: "EUR" } as const
    await Effect.runPromise(journal.open({ ...opening, terminal: "Counter", openedAt: startedAt }))
    const word = { state: "declined", paid: 0, by: "Ana", evidence: "no receipt" } as const
    await Effect.runPromise(journal.end({ id: "a1", endedAt: startedAt + 60_000, ...word }))
    const resolve: Client["resolve"] = async () => ({ _tag: "Settled", by: "server", state: "approved", paid: 1290 })
    const till = await openTill({ journal, events, resolve })
    const isSaid = ({ sale }: TillState) =>
      sale?.tenders.some((each) => each.means === "card" && each.resolution?.by === "Ana") === true
    assert.strictEqual((await until(till, isSaid)).sale?.stage, "open")
    await new Promise(setImmediate)
    vi.advanceTimersByTime(5000)
    const { contradicted } = await until(till, ({ contradicted }) => contradicted.length > 0)
    assert.deepStrictEqual(contradicted, [{ id: "T1", ticket: 1, tender: 1 }])
    await till.close()
  })

  it("asks its terminal once, as for a payment that was lost while the till was running", async () => {
    const { till, questions, question } = await openSilent({ events })
    ;(await question(1)).answer(needsPerson)
    await new Promise(setImmediate)
    vi.advanceTimersByTime(5000)
    ;(await question(2)).answer(needsPerson)
    assert.deepStrictEqual(
      questions.map(({ askTerminal }) => askTerminal),
      [true, false]
    )
    await till.close()
  })

  it("is shown, over days, once the server contradicts what a person said of it, until someone has dealt with it; its mark stays", async () => {
    const word = { outcome: "declined", paid: 0, source: "person", by: "Ana", evidence: "no receipt" } as const
    const resolution = { ...word, at: startedAt, serverNotAsked: true }
    const since: ReadonlyArray<Fact> = [
      { _tag: "CardEnded", tender: 1, ending: { state: "unknown", paid: 0 } },
      { _tag: "CardResolved", tender: 1, resolution }
    ]
    const resolve: Client["resolve"] = async () => ({ _tag: "Settled", by: "server", state: "approved", paid: 1290 })
    const said = [...events, ...since.map((fact): SaleEvent => ({ sale: "T1", at: startedAt, fact }))]
    const till = await openTill({ events: said, resolve })
    const { contradicted } = await until(till, ({ contradicted }) => contradicted.length > 0)
    const shown = [{ id: "T1", ticket: 1, tender: 1 }]
    assert.deepStrictEqual(contradicted, shown)
    await till.close()
    const at = startedAt + 60_000
    const compared: SaleEvent = { sale: "T1", at, fact: { _tag: "CardCompared", tender: 1, paid: 1290 } }
    const later = await openTill({ events: [...said, compared], closings: [closing] })
    const isMarked = () => later.records.history(day, 10).sales.map(({ contradicted }) => contradicted)
    assert.deepStrictEqual([later.state().contradicted, isMarked()], [shown, [true]])
    const seen = { do: "acknowledge", sale: "T1", tender: 1 } as const
    assert.deepStrictEqual(Result.getOrThrow(await later.act(seen)).contradicted, [])
    assert.deepStrictEqual(isMarked(), [true])
    const again = await later.act(seen)
    assert.strictEqual(Result.isFailure(again) ? again.failure.code : "taken", "not-contradicted")
    await later.close()
  })

  it("also counts on that day if its end is unknown and learned later", async () => {
    const journal = AttemptJournal.memory()
    const opening = { id: "a1", orderId, transactionType: "Debit", amount: 1290, currency: "EUR" } as const
    await Effect.runPromise(journal.open({ ...opening, terminal: "Counter", openedAt: startedAt }))
    const resolve: Client["resolve"] = async () => ({ _tag: "Settled", by: "server", state: "approved", paid: 1290 })
    const till = await openTill({ journal, events, resolve })
    await until(till, (state) => state.sale?.stage === "completed")
    const netOn = (day: string) => till.records.report(day)?.means.map(({ net }) => net)
    assert.deepStrictEqual([netOn(day), netOn(till.today())], [[1290], []])
    await till.close()
  })
})
