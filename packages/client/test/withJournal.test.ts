import { AttemptJournal, type ClientOptions, type Fetch, makeClient } from "@hipay-pos/client"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { login, order, paid, reasonOf, target } from "./paying.ts"

const clientOf = (journal: AttemptJournal.AttemptJournal, fetch: Fetch, options: Partial<ClientOptions> = {}) =>
  makeClient({ ...login, journal, fetch, ...options })

const answering =
  (status: number, body: unknown): Fetch =>
  async () =>
    Response.json(body, { status, headers: { date: new Date().toUTCString() } })

/** The only attempt in a journal. */
const keptOf = async (journal: AttemptJournal.AttemptJournal) => {
  const [attempt, ...others] = await Effect.runPromise(journal.attempts)
  assert.deepStrictEqual(others, [])
  const { state, paid, detail } = attempt?.endings.at(-1) ?? {}
  assert.strictEqual(attempt?.state, state)
  return { state, paid, detail }
}

describe("a payment's entry in the journal", () => {
  it.each([
    ["approved", 200, paid(1250), 1250, undefined],
    ["approved-in-part", 200, paid(1000), 1000, undefined],
    ["declined", 200, { paymentStatus: "Failure", errorCode: "1006" }, 0, undefined],
    ["not-started", 400, { error: { code: "x", message: "No" } }, undefined, "payment not started: No"],
    ["unknown", 500, {}, undefined, "payment outcome unknown: the server answered 500"],
    [
      "approved",
      409,
      { error: { code: "x", details: { recorded: paid(1250) } } },
      1250,
      "this order was approved before"
    ]
  ] as const)("is %s after HTTP %i with %j", async (state, status, body, amount, detail) => {
    const journal = AttemptJournal.memory()
    await clientOf(journal, answering(status, body)).tryPay(order, target)
    const kept = await keptOf(journal)
    assert.deepInclude(kept, { state, paid: amount })
    if (detail === undefined) assert.isUndefined(kept.detail)
    else assert.include(kept.detail?.toLowerCase(), detail.toLowerCase())
  })

  it("has the address at the server of the payment that was approved before", async () => {
    const journal = AttemptJournal.memory()
    const details = { attempt: "/attempts/7", recorded: paid(1250) }
    const fetch = answering(409, { error: { code: "attempt.already.approved", details } })
    await clientOf(journal, fetch).tryPay(order, target)
    const [attempt] = await Effect.runPromise(journal.attempts)
    assert.deepInclude(attempt?.endings.at(-1), { state: "approved", serverAttempt: "/attempts/7" })
  })

  it("says where it is, and when it began and ended", async () => {
    const journal = AttemptJournal.memory()
    const before = Date.now()
    await clientOf(journal, answering(200, paid(1250))).pay(order, target)
    const [attempt] = await Effect.runPromise(journal.attempts)
    assert.deepInclude(attempt, {
      orderId: "A",
      transactionType: "Debit",
      amount: 1250,
      currency: "EUR",
      terminal: "192.168.1.20:8888"
    })
    const { endedAt = 0 } = attempt?.endings[0] ?? {}
    assert.isTrue(before <= (attempt?.openedAt ?? 0) && (attempt?.openedAt ?? 0) <= endedAt && endedAt <= Date.now())
  })

  /** A bug on this side whose message must not be recorded. */
  const bug = () => {
    throw new Error("a bug with 4111111111111111 in it")
  }

  it("is unknown after a bug of the client that strikes after sending", async () => {
    const journal = AttemptJournal.memory()
    const headers = { get: (name: string) => (name === "x-hipay-pos-attempt" ? bug() : null) }
    const fetch: Fetch = async () => ({ status: 200, headers, body: null }) as unknown as Response
    const ended = await Promise.allSettled([clientOf(journal, fetch).pay(order, target)])
    assert.strictEqual(ended[0].status, "rejected")
    assert.deepInclude(await keptOf(journal), { state: "unknown", detail: "the client failed on this side" })
  })

  it("is not started after one that strikes before sending", async () => {
    const journal = AttemptJournal.memory()
    const client = clientOf(journal, () => assert.fail("was sent"))
    let reads = 0
    // Read when the names of the options are checked, and again just before sending.
    const traceparent = () => (++reads > 1 ? bug() : undefined)
    const options = Object.defineProperty({}, "traceparent", { enumerable: true, get: traceparent })
    const ended = await Promise.allSettled([client.pay(order, target, options)])
    assert.strictEqual(ended[0].status, "rejected")
    assert.deepInclude(await keptOf(journal), { state: "not-started", detail: "the client failed on this side" })
  })
})

describe("an order that was paid in part", () => {
  it("is not sent again", async () => {
    const journal = AttemptJournal.memory()
    const client = clientOf(journal, answering(200, paid(1000)))
    assert.strictEqual((await client.pay(order, target))._tag, "ApprovedInPart")
    const reason = reasonOf(await client.tryPay(order, target))
    assert.strictEqual(reason?._tag, "AlreadyApproved")
  })
})

describe("an order that was paid and cancelled", () => {
  /** A till that paid the order, and tried to cancel it. */
  const cancelled = async (fetch: Fetch, journal = AttemptJournal.memory()) => {
    await clientOf(journal, answering(200, paid(1250))).pay(order, target)
    await clientOf(journal, fetch).tryCancel(order, target)
    return { journal, till: clientOf(journal, () => assert.fail("was sent")) }
  }

  it.each([
    ["approved", paid(1250), {}],
    // As a person saw it.
    ["approved-in-part", paid(1000), { "X-Hipay-Pos-Remaining": "250" }]
  ] as const)("is not sent again, and not taken for paid: %s", async (state, body, headers) => {
    const { till, journal } = await cancelled(async () => Response.json(body, { headers }))
    const [, cancel] = await Effect.runPromise(journal.attempts)
    assert.isDefined(cancel)
    for (const again of [order, { ...order, amount: { currency: "EUR", minorUnits: 500 } }]) {
      const reason = reasonOf(await till.tryPay(again, target))
      assert.deepInclude(reason, { _tag: "AlreadyReversed", state, attempt: cancel.id })
    }
    assert.deepInclude(reasonOf(await till.tryCancel(order, target)), { _tag: "AlreadyApproved", state })
  })

  it("may still be paid if the outcome of its cancellation is unknown, until a person has said", async () => {
    const { till } = await cancelled(answering(500, {}))
    const [cancel] = await till.unsettled()
    assert.isDefined(cancel)
    assert.deepInclude(reasonOf(await till.tryPay(order, target)), {
      _tag: "Unsettled",
      kind: "Unknown",
      detail: "A was approved before, and may have been reversed: its cancellation has an unknown outcome",
      attempt: cancel.id
    })
    await till.resolve(cancel.id, { outcome: "declined", by: "Ada", evidence: "the terminal's journal" })
    assert.strictEqual(reasonOf(await till.tryPay(order, target))?._tag, "AlreadyApproved")
  })

  it("may be another one if another amount was taken back", async () => {
    for (const amount of [1000, 1300]) {
      const { till } = await cancelled(answering(200, paid(amount)))
      assert.deepInclude(reasonOf(await till.tryPay(order, target)), { _tag: "Unsettled", kind: "Unknown" })
    }
  })

  it("was reversed in part if the server says so of its cancellation, which is not sent again", async () => {
    const details = { recorded: paid(1000), state: "approved-in-part", paid: 1000 }
    const till = clientOf(
      AttemptJournal.memory(),
      answering(409, { error: { code: "attempt.already.approved", details } })
    )
    assert.deepInclude(reasonOf(await till.tryCancel(order, target)), {
      _tag: "AlreadyApproved",
      state: "approved-in-part",
      paid: 1000
    })
  })

  it("is paid if the cancellation of its id came before it", async () => {
    const journal = AttemptJournal.memory()
    const till = clientOf(journal, answering(200, paid(1250)))
    assert.isTrue((await till.tryCancel(order, target)).ok)
    assert.isTrue((await till.tryPay(order, target)).ok)
    assert.strictEqual(reasonOf(await till.tryPay(order, target))?._tag, "AlreadyApproved")
    assert.strictEqual(reasonOf(await till.tryCancel(order, target))?._tag, "AlreadyApproved")
  })

  it("is paid if its cancellation was refused", async () => {
    const { till } = await cancelled(answering(200, { paymentStatus: "Failure", errorCode: "1006" }))
    assert.strictEqual(reasonOf(await till.tryPay(order, target))?._tag, "AlreadyApproved")
  })

  it("may be either while the journal cannot tell", async () => {
    const { open, end } = AttemptJournal.memory()
    const attempts = Effect.fail(new AttemptJournal.JournalFailed({ detail: "damaged" }))
    const { till } = await cancelled(answering(200, paid(1250)), { open, end, attempts })
    assert.deepInclude(reasonOf(await till.tryPay(order, target)), { _tag: "Unsettled", kind: "Unreadable" })
  })

  it("is sent again if only the server knows of the cancellation, and was not started", async () => {
    const journal = AttemptJournal.memory()
    const reversed = { error: { code: "attempt.reversed", details: { attempt: "/attempts/2", state: "approved" } } }
    const till = clientOf(journal, answering(409, reversed))
    for (const _ of [1, 2]) {
      assert.deepInclude(reasonOf(await till.tryPay(order, target)), {
        _tag: "AlreadyReversed",
        serverAttempt: "/attempts/2"
      })
    }
    const kept = await Effect.runPromise(journal.attempts)
    assert.deepStrictEqual(
      kept.map(({ state, endings }) => [state, endings.at(-1)?.reason]),
      [
        ["not-started", "AlreadyReversed"],
        ["not-started", "AlreadyReversed"]
      ]
    )
  })

  it("is recorded as not started with the reason if only the server knows of another payment under its id", async () => {
    const journal = AttemptJournal.memory()
    const different = { error: { code: "attempt.different", details: { attempt: "/attempts/2", state: "approved" } } }
    const till = clientOf(journal, answering(409, different))
    assert.strictEqual(reasonOf(await till.tryPay(order, target))?._tag, "OrderIdConflict")
    const [kept] = await Effect.runPromise(journal.attempts)
    assert.deepInclude(kept?.endings.at(-1), { state: "not-started", reason: "OrderIdConflict" })
  })
})

describe("what blocks an order", () => {
  /** Reads all, as a journal may. */
  const plain = (): AttemptJournal.AttemptJournal => {
    const { open, end, attempts } = AttemptJournal.memory()
    return { open, end, attempts }
  }

  it("is an attempt of it that is unknown, by name", async () => {
    const journal = plain()
    const client = clientOf(journal, answering(500, {}))
    await client.tryPay(order, target)
    const [attempt] = await client.unsettled()
    assert.isDefined(attempt)
    assert.deepInclude(reasonOf(await client.tryPay(order, target)), {
      _tag: "Unsettled",
      kind: "Unknown",
      detail: "A was sent before and its outcome is unknown",
      attempt: attempt.id
    })
  })

  it("is not an attempt of another order, or of another type", async () => {
    const client = clientOf(plain(), answering(200, paid(1250)))
    assert.strictEqual((await client.pay(order, target))._tag, "Approved")
    assert.strictEqual((await client.pay({ ...order, orderId: "B" }, target))._tag, "Approved")
    assert.strictEqual((await client.refund(order, target))._tag, "Approved")
  })

  it("is an attempt of it that a journal returns under the new id, and that is not open", async () => {
    const journal = AttemptJournal.fromPromises({
      open: async (opening) => ({ ...AttemptJournal.opened(opening), state: "approved" }),
      end: async () => {},
      attempts: async () => []
    })
    const client = clientOf(journal, () => assert.fail("was sent"))
    assert.deepInclude(reasonOf(await client.tryPay(order, target)), { _tag: "AlreadyApproved", state: "approved" })
  })

  it("is a failing journal of another program, whose error is not repeated because it may say anything", async () => {
    const journal = AttemptJournal.fromPromises({
      open: async () => {
        throw new Error("disk full")
      },
      end: async () => {},
      attempts: async () => []
    })
    const client = clientOf(journal, () => assert.fail("was sent"))
    assert.deepInclude(reasonOf(await client.tryPay(order, target)), {
      _tag: "NotStarted",
      kind: "JournalFailed",
      detail: "the journal of attempts is broken"
    })
  })
})

/** A server that says which mode it is in, or does not. */
const inMode =
  (mode: string | undefined, answer: Fetch): Fetch =>
  async (url, init) => {
    const response = init.method === "GET" && url.endsWith("healthcheck") ? new Response("up") : await answer(url, init)
    if (mode !== undefined) response.headers.set("x-hipay-pos-mode", mode)
    return response
  }

describe("mode and server", () => {
  const simulated = { live: false, server: "http://mock.test" }
  const approving = answering(200, paid(1250))

  it("are recorded, and a simulated payment proves nothing for a live one, nor the other way round", async () => {
    const journal = AttemptJournal.memory()
    const mock = clientOf(journal, inMode("simulated", approving), simulated)
    const live = clientOf(journal, inMode("gateway", approving), { server: "http://gateway.test/" })
    assert.strictEqual((await mock.pay(order, target))._tag, "Approved")
    assert.strictEqual((await live.pay(order, target))._tag, "Approved")
    assert.strictEqual(reasonOf(await mock.tryPay(order, target))?._tag, "AlreadyApproved")
    assert.deepStrictEqual(
      (await Effect.runPromise(journal.attempts)).map(({ mode, server }) => [mode, server]),
      [
        ["simulated", "http://mock.test"],
        ["live", "http://gateway.test"]
      ]
    )
  })

  it("let no till pay again that moves to another live server, whatever that one knows", async () => {
    for (const [status, body, expected] of [
      [200, paid(1250), "AlreadyApproved"],
      [500, {}, "Unsettled"]
    ] as const) {
      const journal = AttemptJournal.memory()
      await clientOf(journal, answering(status, body), { server: "http://old.test" }).tryPay(order, target)
      const moved = clientOf(journal, () => assert.fail("was sent"), { server: "http://new.test" })
      assert.strictEqual(reasonOf(await moved.tryPay(order, target))?._tag, expected)
    }
  })

  it.each([
    ["approves", approving],
    ["refuses", answering(400, {})],
    ["knows the order", answering(409, { error: { code: "attempt.unresolved" } })],
    ["does not know the outcome", answering(504, { error: { code: "outcome.unknown" } })],
    ["answers later", async () => Response.json({}, { status: 202, headers: { location: "/attempts/1" } })]
  ] as const)("follow the answer: a live client took no money where a simulated server %s", async (_, fetch) => {
    const journal = AttemptJournal.memory()
    const reason = reasonOf(await clientOf(journal, inMode("simulated", fetch), { async: true }).tryPay(order, target))
    assert.deepInclude(reason, { _tag: "NotStarted", kind: "Simulated" })
    assert.match(reason?.message ?? "", /the server is simulated, and the client is live/)
    const [kept] = await Effect.runPromise(journal.attempts)
    assert.deepInclude(kept, { state: "not-started", mode: "simulated" })
    assert.strictEqual((await clientOf(journal, inMode("gateway", approving)).pay(order, target))._tag, "Approved")
  })

  it("become unknown if the answer no longer says simulated, which counts everywhere", async () => {
    const journal = AttemptJournal.memory()
    let mode: string | undefined = "simulated"
    const fetch: Fetch = (url, init) => inMode(url.endsWith("healthcheck") ? "simulated" : mode, approving)(url, init)
    const client = clientOf(journal, fetch, simulated)
    mode = undefined
    await client.pay(order, target)
    const live = clientOf(journal, () => assert.fail("was sent"))
    assert.strictEqual(reasonOf(await live.tryPay(order, target))?._tag, "AlreadyApproved")
    assert.strictEqual(reasonOf(await client.tryPay(order, target))?._tag, "AlreadyApproved")
  })

  it("keep a simulated server from settling what may have moved money", async () => {
    const journal = AttemptJournal.memory()
    const cut: Fetch = async () => {
      throw new TypeError("fetch failed")
    }
    await clientOf(journal, cut).tryPay(order, target)
    const [attempt] = await Effect.runPromise(journal.attempts)
    assert.strictEqual(attempt?.state, "unknown")
    const money = { amount: 1250, currency: "EUR" }
    const shown = { id: "7", orderId: "A", transactionType: "Debit", ...money, state: "declined" }
    const list = answering(200, { ...shown, attempts: [shown] })
    const settle = (mode: string, options: Partial<ClientOptions> = {}) =>
      clientOf(journal, inMode(mode, list), options).resolve(attempt?.id ?? "")
    assert.strictEqual((await settle("simulated"))._tag, "NeedsPerson")
    assert.strictEqual((await settle("gateway", { server: "http://another.test" }))._tag, "NeedsPerson")
    assert.deepInclude(await settle("gateway"), { _tag: "Settled", by: "server", state: "declined" })
  })
})

describe("an unknown attempt that the server does not have", () => {
  const summary = {
    id: "7",
    orderId: "A",
    transactionType: "Debit",
    amount: 1250,
    currency: "EUR",
    state: "approved",
    paid: 1250
  }
  const cut: Fetch = async () => {
    throw new TypeError("fetch failed")
  }
  /** The result of asking about an order that may never have arrived, if the server has these attempts of it. */
  const resolved = async (
    attempts: ReadonlyArray<typeof summary & { readonly login?: string }>,
    username: string,
    mode: "gateway" | "simulated"
  ) => {
    const journal = AttemptJournal.memory()
    const own = { username, ...(mode === "simulated" ? { live: false } : {}) }
    const sending: Fetch = (url, init) =>
      url.endsWith("/order") ? cut(url, init) : inMode(mode, answering(200, {}))(url, init)
    await clientOf(journal, sending, own).tryPay(order, target)
    const [attempt] = await Effect.runPromise(journal.attempts)
    const knows: Fetch = async (url) => {
      const { pathname, searchParams } = new URL(url)
      if (pathname !== "/attempts") return Response.json(attempts.find(({ id }) => pathname.endsWith(`/${id}`)))
      return Response.json({ attempts: searchParams.has("idempotencyKey") ? [] : attempts })
    }
    return clientOf(journal, inMode(mode, knows), own).resolve(attempt?.id ?? "")
  }

  it("is not ended by what another login paid under the same order id", async () => {
    const told = await resolved([{ ...summary, login: "paris" }], "lyon", "gateway")
    assert.strictEqual(told._tag, "NeedsPerson")
    for (const login of ["lyon+a", "lyo", "LYON"]) {
      assert.strictEqual((await resolved([{ ...summary, login }], "lyon", "gateway"))._tag, "NeedsPerson")
    }
    assert.strictEqual((await resolved([{ ...summary, login: "lyon" }], "lyon+a", "gateway"))._tag, "NeedsPerson")
  })

  it("is ended by what its own login paid, whatever other logins have", async () => {
    const others = { ...summary, id: "8", login: "paris", paid: 0 }
    for (const own of [{ ...summary, login: "lyon" }, summary]) {
      const told = await resolved([others, own], "lyon", "gateway")
      assert.deepInclude(told, { _tag: "Settled", by: "server", state: "approved", paid: 1250 })
    }
  })

  it("is ended by what was paid in its own space of a mock, which is part of the login", async () => {
    const told = await resolved([{ ...summary, login: "lyon" }], "lyon+a", "simulated")
    assert.deepInclude(told, { _tag: "Settled", by: "server", state: "approved", paid: 1250 })
  })
})

describe("a journal", () => {
  it("whose `open` does not return the order's attempt is refused, and nothing is sent", async () => {
    const memory = AttemptJournal.memory()
    const journal = { ...memory, open: () => Effect.void } as unknown as AttemptJournal.AttemptJournal
    const client = clientOf(journal, () => assert.fail("was sent"))
    assert.deepInclude(reasonOf(await client.tryPay(order, target)), {
      _tag: "NotStarted",
      kind: "JournalFailed",
      detail: "the journal of attempts failed: its `open` does not return the attempt that the order has"
    })
  })

  it("drops an ending without an opening", () => {
    const attempts = new AttemptJournal.Attempts()
    attempts.add({ id: "1", endedAt: 1, state: "approved" })
    assert.deepStrictEqual([attempts.all(), attempts.ofOrder("A")], [[], []])
  })
})
