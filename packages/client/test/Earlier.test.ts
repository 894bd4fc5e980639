/** A payment that was not started says nothing of the order's earlier attempts; the journal does. */
import {
  AttemptJournal,
  type ClientOptions,
  type Fetch,
  findEarlier,
  isPaid,
  isSafeToRetry,
  makeClient,
  type PaymentResult,
  type PayResult
} from "@hipay-pos/client"
import { PosClient, PosClientError } from "@hipay-pos/client/effect"
import { Money, OrderRequest, TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { answering, clientOf, order, success, target } from "./paying.ts"

const eur = (minorUnits: number) => ({ currency: "EUR", minorUnits })

const failing =
  (code: string, syscall: string): Fetch =>
  async () => {
    throw new TypeError("fetch failed", { cause: { code, syscall } })
  }
const cut = failing("ECONNRESET", "read")
const refused = failing("ECONNREFUSED", "connect")

const kindOf = (result: PayResult): string => {
  if (result.ok) return result.outcome._tag
  const { reason } = result.error
  return "kind" in reason ? `${reason._tag} ${reason.kind}` : reason._tag
}

/** A client that paid the order once, and its server's later behaviour. */
const after = async (first: Fetch, options: Partial<ClientOptions> = {}) => {
  let current = first
  const client = clientOf((url, init) => current(url, init), options)
  await client.tryPay(order, target)
  return {
    client,
    again: async (fetch: Fetch, changes: object = {}, payOptions: object = {}) => {
      current = fetch
      return client.tryPay({ ...order, ...changes }, target, payOptions)
    }
  }
}

describe("an order whose earlier attempt may have been paid", () => {
  it.each([
    ["the server cannot be reached", refused, {}, {}],
    ["the order is not valid", () => assert.fail("was sent"), { amount: eur(0) }, {}],
    ["the order has no amount", () => assert.fail("was sent"), { amount: undefined }, {}],
    ["the caller aborts before it is sent", () => assert.fail("was sent"), {}, { signal: AbortSignal.abort() }]
  ] as const)("is unsettled, not unstarted, when %s", async (_, fetch, changes, options) => {
    const { again } = await after(cut)
    const result = await again(fetch as Fetch, changes, options)
    assert.strictEqual(kindOf(result), "Unsettled Unknown")
    assert.isFalse(isSafeToRetry(result.ok ? undefined : result.error))
  })

  it("is unsettled when the health check of a server that is not live fails", async () => {
    const health: Fetch = async () => new Response("up", { headers: { "x-hipay-pos-mode": "simulated" } })
    const first: Fetch = (url, init) => (init.method === "GET" ? health(url, init) : cut(url, init))
    const journal = AttemptJournal.memory()
    await clientOf(first, { live: false, journal }).tryPay(order, target)
    const result = await clientOf(refused, { live: false, journal }).tryPay(order, target)
    assert.strictEqual(kindOf(result), "Unsettled Unknown")
  })

  it("is unsettled without a journal too, as long as the process lives", async () => {
    const health: Fetch = async () => new Response("up", { headers: { "x-hipay-pos-mode": "simulated" } })
    let calls = 0
    const fetch: Fetch = (url, init) => {
      if (init.method === "GET") return health(url, init)
      return calls++ === 0 ? cut(url, init) : refused(url, init)
    }
    const client = makeClient({ server: "http://server.test", username: "m", password: "s", fetch })
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "OutcomeUnknown CutLine")
    assert.strictEqual(kindOf(await client.tryPay(order, target)), "Unsettled Unknown")
    assert.strictEqual(calls, 1)
  })

  it("is unsettled while another payment of it waits for its terminal", async () => {
    const answered = Promise.withResolvers<Response>()
    const client = clientOf(() => answered.promise)
    const other = client.tryPay({ ...order, orderId: "OTHER" }, target)
    const first = client.tryPay(order, target)
    const second = client.tryPay(order, target, { signal: AbortSignal.abort() })
    assert.strictEqual(kindOf(await second), "Unsettled Open")
    answered.resolve(Response.json(success))
    await other
    await first
  })

  it("is not unsettled because another order, or its refund, waits for the terminal", async () => {
    const answered = Promise.withResolvers<void>()
    const client = clientOf(() => answered.promise.then(() => Response.json(success)))
    const others = [client.tryPay({ ...order, orderId: "OTHER" }, target), client.tryRefund(order, target)]
    const aborted = await client.tryPay(order, target, { signal: AbortSignal.abort() })
    assert.strictEqual(kindOf(aborted), "NotStarted Aborted")
    answered.resolve()
    await Promise.all(others)
  })

  it("does not let a till take cash by a handler of NotStarted", async () => {
    const request = Result.getOrThrow(
      OrderRequest.make(
        { orderId: "A", amount: Money.make(1250, "EUR").pipe(Result.getOrThrow) },
        TerminalTarget.concert(target)
      )
    )
    const client = PosClient.make({
      server: "http://server.test",
      username: "m",
      password: Redacted.make("s"),
      live: true,
      journal: "memory",
      fetch: cut
    })
    const takeCash = Effect.succeed("cash")
    const pay = client.pay(request).pipe(Effect.catchReason("PosClientError", "NotStarted", () => takeCash))
    const ends = Effect.runPromise(
      Effect.all([Effect.flip(pay), Effect.flip(pay)]).pipe(Effect.map((all) => all.map(({ reason }) => reason._tag)))
    )
    assert.deepStrictEqual(await ends, ["OutcomeUnknown", "Unsettled"])
  })

  it("may be any order if the journal cannot be read", async () => {
    const damaged = async () => {
      throw new Error("damaged")
    }
    const journal = AttemptJournal.fromPromises({
      open: damaged,
      end: async () => assert.fail("was written"),
      attempts: damaged
    })
    const client = clientOf(() => assert.fail("was sent"), { journal })
    const result = await client.tryPay(order, target)
    assert.strictEqual(kindOf(result), "Unsettled Unreadable")
    assert.include(result.ok ? "" : result.error.advice, "Repair the journal")
  })

  it("may be any order if the journal does not answer", async () => {
    const journal = AttemptJournal.fromPromises({
      open: () => new Promise(() => {}),
      end: async () => {},
      attempts: () => new Promise(() => {})
    })
    const client = clientOf(() => assert.fail("was sent"), { journal })
    const result = await client.tryPay(order, target, { signal: AbortSignal.abort() })
    assert.strictEqual(kindOf(result), "Unsettled Unreadable")
  })
})

describe("an order that was approved before", () => {
  it.each([
    ["the server cannot be reached", refused],
    ["the terminal would be free", () => assert.fail("was sent")]
  ] as const)("is told with its state and what was paid, when %s", async (_, fetch) => {
    const { again } = await after(answering(200, success))
    const result = await again(fetch as Fetch)
    assert.deepInclude(result.ok ? {} : result.error.reason, { _tag: "AlreadyApproved", state: "approved", paid: 1250 })
  })

  it.each([
    ["amount", { amount: eur(9900) }, "99.00 EUR"],
    ["currency", { amount: { currency: "USD", minorUnits: 1250 } }, "12.50 USD"],
    ["amount, which is not valid", { amount: eur(-5) }, "an order that cannot be read"]
  ])("does not pass for another %s", async (_, changes, now) => {
    const { again } = await after(answering(200, success))
    const result = await again(() => assert.fail("was sent"), changes)
    assert.strictEqual(kindOf(result), "OrderIdConflict")
    const { message = "", advice = "" } = result.ok ? {} : result.error
    assert.include(message, "A was an order of 12.50 EUR and was approved; this is")
    assert.include(message, now)
    assert.include(advice, "an order id of its own")
  })

  it("does not block another type, which is another payment", async () => {
    const { client } = await after(answering(200, success))
    assert.strictEqual((await client.refund(order, target))._tag, "Approved")
  })
})

describe("an order of which the server reported an earlier payment", () => {
  it.each([
    ["attempt.different", "OrderIdConflict"],
    ["attempt.reversed", "AlreadyReversed"]
  ])("is not said to be unpaid while that server cannot be reached: %s", async (code, tag) => {
    const details = { attempt: "/attempts/2", state: "approved" }
    const { client, again } = await after(answering(409, { error: { code, details } }))
    for (const changes of [{}, {}, { amount: eur(500) }, { amount: eur(0) }]) {
      assert.strictEqual(kindOf(await again(refused, changes)), tag)
    }
    assert.strictEqual(kindOf(await again(refused, { orderId: "B" })), "NotStarted Unreachable")
    assert.strictEqual(kindOf(await client.tryRefund(order, target)), "NotStarted Unreachable")
  })

  it("is sent again all the same, because the server may know better by now", async () => {
    const details = { attempt: "/attempts/2", state: "approved" }
    const { again } = await after(answering(409, { error: { code: "attempt.different", details } }))
    assert.strictEqual(kindOf(await again(answering(200, success))), "Approved")
    assert.strictEqual(kindOf(await again(refused)), "AlreadyApproved")
  })
})

describe("the earlier attempt that decides", () => {
  const attempt = (id: string, state: AttemptJournal.AttemptState, changes: Partial<AttemptJournal.Attempt> = {}) => ({
    id,
    orderId: "A",
    transactionType: "Debit" as const,
    amount: 1250,
    currency: "EUR" as const,
    terminal: "192.168.1.20:8888",
    openedAt: 1,
    state,
    endings: [],
    ...changes
  })
  const amount = Result.getOrThrow(Money.make(1250, "EUR"))
  const wanted = { orderId: "A", transactionType: "Debit", amount } as const

  it("is one that may have been paid, before one that was", () => {
    const attempts = [attempt("1", "approved"), attempt("2", "open"), attempt("3", "approved")]
    assert.deepInclude(findEarlier(attempts, wanted), { _tag: "Unsettled", kind: "Open", attempt: "2" })
  })

  it("is the one with the same amount among several that were paid", () => {
    const attempts = [attempt("1", "approved"), attempt("2", "approved", { amount: 500 })]
    assert.deepInclude(findEarlier(attempts, wanted), { _tag: "AlreadyApproved", attempt: "1" })
  })

  it("was paid in full if it was approved and the journal does not say how much", () => {
    assert.deepInclude(findEarlier([attempt("1", "approved")], wanted), { _tag: "AlreadyApproved", paid: 1250 })
  })

  it.each([
    ["open", { _tag: "Unsettled", kind: "Open", attempt: "2" }],
    ["unknown", { _tag: "Unsettled", kind: "Unknown", attempt: "2" }],
    ["approved", { _tag: "AlreadyReversed", state: "approved", attempt: "2" }],
    ["approved-in-part", { _tag: "AlreadyReversed", state: "approved-in-part", attempt: "2" }],
    ["declined", { _tag: "AlreadyApproved", attempt: "1" }],
    ["not-started", { _tag: "AlreadyApproved", attempt: "1" }]
  ] as const)("is its cancellation since, unless that failed: %s", (state, expected) => {
    const cancel = attempt("2", state, { transactionType: "Cancel" })
    assert.deepInclude(findEarlier([attempt("1", "approved"), cancel], wanted), expected)
    assert.deepInclude(findEarlier([cancel, attempt("1", "approved")], wanted), { _tag: "AlreadyApproved" })
  })

  it("has no paid amount after a payment in part if the journal does not say how much", () => {
    const found = findEarlier([attempt("1", "approved-in-part")], wanted)
    assert.deepInclude(found, { _tag: "AlreadyApproved", state: "approved-in-part" })
    assert.notProperty(found, "paid")
  })

  it("is none if nothing was paid", () => {
    assert.isUndefined(findEarlier([attempt("1", "declined"), attempt("2", "not-started")], wanted))
  })
})

describe("trying again", () => {
  it("is safe only after a payment that was not started", async () => {
    const results = [
      await clientOf(refused).tryPay(order, target),
      await clientOf(cut).tryPay(order, target),
      await clientOf(answering(409, { error: { code: "attempt.unresolved" } })).tryPay(order, target)
    ]
    assert.deepStrictEqual(
      results.map((result) => isSafeToRetry(result.ok ? undefined : result.error)),
      [true, false, false]
    )
    assert.isFalse(isSafeToRetry(new Error("a bug")))
  })

  it("is what Effect.retry does while it is safe", async () => {
    const request = Result.getOrThrow(
      OrderRequest.make(
        { orderId: "A", amount: Result.getOrThrow(Money.make(1250, "EUR")) },
        TerminalTarget.concert(target)
      )
    )
    let calls = 0
    const fetch: Fetch = (url, init) => (calls++ < 2 ? refused(url, init) : cut(url, init))
    const client = PosClient.make({
      server: "http://server.test",
      username: "m",
      password: Redacted.make("s"),
      live: true,
      journal: "memory",
      fetch
    })
    const paying = client.pay(request).pipe(Effect.retry({ while: isSafeToRetry, times: 5 }), Effect.flip)
    const error = await Effect.runPromise(paying)
    assert.instanceOf(error, PosClientError)
    assert.strictEqual(error.reason._tag, "OutcomeUnknown")
    assert.strictEqual(calls, 3)
  })
})

describe("a payment's result", () => {
  it("is paid in full, in part, or not", async () => {
    const part = { ...success, order: { price: { amount: 1000, currency: "EUR" } } }
    const declined = { paymentStatus: "Failure", errorCode: "1006" }
    const results = await Promise.all(
      [success, part, declined].map((body) => clientOf(answering(200, body)).pay(order, target))
    )
    assert.deepStrictEqual(results.map(isPaid), [true, true, false])
  })

  it("does not count as paid if it is not an outcome, as from an untyped program", async () => {
    const declined = answering(200, { paymentStatus: "Failure", errorCode: "1006" })
    for (const fetch of [declined, refused, cut]) {
      const result = await clientOf(fetch).tryPay(order, target)
      for (const given of [result, result.ok ? result.outcome : result.error]) {
        assert.isFalse(isPaid(given as PaymentResult))
      }
    }
    assert.isFalse(isPaid(undefined))
  })
})
