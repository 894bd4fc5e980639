/** How long the service's answer about a caller's login is reused. */
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { afterEach, beforeEach, vi } from "vitest"
import { makeLoginChecker, makeOwnLogin } from "../src/relay/checkLogin.ts"
import * as Upstream from "../src/relay/Upstream.ts"
import * as UpstreamHealth from "../src/relay/UpstreamHealth.ts"

const upstream = Result.getOrThrow(Upstream.parse("https://pos.example"))
const LOGIN = "Basic c2hvcDp4"
const MINUTES = 60_000

/** A checker whose service answers with a status, or not at all, and its clock. */
const setUp = () => {
  const service: { status: number | undefined; asked: number; now: number } = { status: 400, asked: 0, now: 0 }
  const fetch = async () => {
    service.asked++
    if (service.status === undefined) throw new TypeError("fetch failed")
    return Response.json({}, { status: service.status })
  }
  return { service, checker: makeLoginChecker(upstream, fetch, () => service.now) }
}

describe("a login that the service knows", () => {
  it("is checked once in five minutes for questions, and not again for orders", async () => {
    const { service, checker } = setUp()
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    service.now = 5 * MINUTES - 1
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(service.asked, 1)
    service.now = 5 * MINUTES
    assert.strictEqual(await checker.check(LOGIN, "order"), "known")
    assert.strictEqual(service.asked, 1)
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(service.asked, 2)
    service.now = 10 * MINUTES - 1
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(service.asked, 2)
  })

  it.each([401, 403])("is refused once the service has revoked it: %i", async (status) => {
    const { service, checker } = setUp()
    await checker.check(LOGIN, "order")
    Object.assign(service, { status, now: 5 * MINUTES })
    assert.strictEqual(await checker.check(LOGIN, "question"), "unknown")
    assert.strictEqual(await checker.check(LOGIN, "order"), "unknown")
  })

  it("is no longer known at the next request once it is forgotten, in whatever order hashes resolve", async () => {
    const { service, checker } = setUp()
    await checker.check(LOGIN, "question")
    service.status = 401
    const digest = crypto.subtle.digest.bind(crypto.subtle)
    const { promise: later, resolve } = Promise.withResolvers<void>()
    vi.spyOn(crypto.subtle, "digest")
      .mockImplementationOnce((...args) => later.then(() => digest(...args)))
      .mockImplementationOnce((...args) => digest(...args).finally(resolve))
    checker.forget(LOGIN)
    assert.strictEqual(await checker.check(LOGIN, "question"), "unknown")
    vi.restoreAllMocks()
  })

  it("is still known while the service cannot be reached, and another one is not", async () => {
    const { service, checker } = setUp()
    await checker.check(LOGIN, "question")
    Object.assign(service, { status: undefined, now: 5 * MINUTES })
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(service.asked, 2)
    assert.property(await checker.check("Basic b3RoZXI6eA==", "question"), "problem")
  })
})

describe("the service's answer", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "performance"] }))
  afterEach(() => void vi.useRealTimers())

  /** How often two questions reach the service, with five seconds and a step back of the time of day between them. */
  const asked = async (ask: (fetch: () => Promise<Response>) => () => Promise<unknown>) => {
    let count = 0
    const question = ask(async () => {
      count++
      return new Response("{}", { status: 401 })
    })
    await question()
    vi.setSystemTime(Date.now() - 86_400_000)
    vi.advanceTimersByTime(5_001)
    await question()
    return count
  }

  it("about a caller's login is reused for no longer than usual if the time of day is set back", async () => {
    const ask = (fetch: () => Promise<Response>) => {
      const { check } = makeLoginChecker(upstream, fetch)
      return () => check(LOGIN, "question")
    }
    assert.strictEqual(await asked(ask), 2)
  })

  it("about the relay's own login, likewise", async () => {
    const ask = (fetch: () => Promise<Response>) => {
      const own = makeOwnLogin(upstream, fetch, { isPassedThrough: false, authorizationOf: () => LOGIN })
      return () => own("till")
    }
    assert.strictEqual(await asked(ask), 2)
  })

  it("about its health, likewise", async () => {
    const ask = (fetch: () => Promise<Response>) => UpstreamHealth.watch(upstream, fetch).health
    assert.strictEqual(await asked(ask), 2)
  })
})

describe("guesses", () => {
  /** A checker whose service answers when the test lets it. */
  const slow = () => {
    const waiting: Array<() => void> = []
    const service = { status: 401, now: 0, asked: 0, onAsked: () => {} }
    const fetch = () => {
      service.asked++
      service.onAsked()
      return new Promise<Response>((resolve) =>
        waiting.push(() => resolve(Response.json({}, { status: service.status })))
      )
    }
    const nextQuestion = () =>
      new Promise<void>((resolve) => {
        service.onAsked = resolve
      })
    /** Waits until all but this many are answered. */
    const answered = async <A>(answers: ReadonlyArray<Promise<A>>, unanswered: number): Promise<void> => {
      let left = answers.length
      await new Promise<void>((resolve) => {
        for (const each of answers) void each.then(() => --left === unanswered && resolve())
      })
    }
    const answerAll = () => {
      for (const answer of waiting.splice(0)) answer()
    }
    return { service, nextQuestion, answered, answerAll, checker: makeLoginChecker(upstream, fetch, () => service.now) }
  }
  const login = (password: number) => `Basic ${btoa(`shop:${password}`)}`

  it("go to the service sixteen at a time, and do not hold up a known login", async () => {
    const { service, nextQuestion, answered, answerAll, checker } = slow()
    service.status = 400
    const first = checker.check(LOGIN, "question")
    await nextQuestion()
    answerAll()
    assert.strictEqual(await first, "known")

    Object.assign(service, { status: 401, now: 5 * MINUTES, asked: 0 })
    const guesses = Array.from({ length: 800 }, (_, index) => checker.check(login(index), "question"))
    await answered(guesses, 16)
    assert.strictEqual(service.asked, 16)
    assert.strictEqual(await checker.check(LOGIN, "order"), "known")
    const question = checker.check(LOGIN, "question")
    await nextQuestion()
    answerAll()
    assert.strictEqual(await question, "unknown")
    const said = await Promise.all(guesses)
    assert.lengthOf(
      said.filter((each) => each === "unknown"),
      16
    )
    assert.deepInclude(said, { problem: "it is being asked for too many others at the same time" })
    assert.strictEqual(service.asked, 17)
  })

  it("of one login and password are one question, whose refusal is remembered for five seconds", async () => {
    const { service, checker } = setUp()
    service.status = 401
    const said = await Promise.all(Array.from({ length: 20 }, () => checker.check(LOGIN, "question")))
    assert.isTrue(said.every((each) => each === "unknown"))
    service.now = 4_999
    assert.strictEqual(await checker.check(LOGIN, "order"), "unknown")
    assert.strictEqual(service.asked, 1)
    Object.assign(service, { status: 400, now: 5_000 })
    assert.strictEqual(await checker.check(LOGIN, "order"), "known")
    assert.strictEqual(service.asked, 2)
  })
})

it("forgets the oldest of ten thousand logins, not all of them", async () => {
  const { service, checker } = setUp()
  const login = (shop: number) => `Basic ${btoa(`shop-${shop}:x`)}`
  for (let shop = 0; shop < 10_001; shop++) await checker.check(login(shop), "order")
  assert.strictEqual(service.asked, 10_001)
  assert.strictEqual(await checker.check(login(9_000), "order"), "known")
  assert.strictEqual(service.asked, 10_001)
})
