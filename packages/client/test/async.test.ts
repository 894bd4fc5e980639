import { AttemptJournal, type Fetch, makeClient, NotResolvedAtServer, type ResolveOptions } from "@hipay-pos/client"
import { Money } from "@hipay-pos/core"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { clientOf, login, order, reasonOf, success, target } from "./paying.ts"

const summary = { orderId: "A", transactionType: "Debit", amount: 1250, currency: "EUR" }

/** A server that accepts an order and answers its polls in sequence. */
const makeServer = (answers: ReadonlyArray<() => Response | Promise<Response>>, location = "/attempts/1") => {
  const asked: Array<string> = []
  const fetch: Fetch = async (url, { method, headers }) => {
    asked.push(`${method} ${url}`)
    if (method === "POST") {
      assert.strictEqual((headers as Record<string, string>).prefer, "respond-async")
      return Response.json({ id: "1", state: "open" }, { status: 202, headers: { location } })
    }
    const answer = answers[Math.min(asked.length - 2, answers.length - 1)]
    return answer === undefined ? assert.fail("was asked") : answer()
  }
  return { fetch, asked }
}

const asyncClientOf = (fetch: Fetch, server: string = login.server) => clientOf(fetch, { server, async: true })

const open = () => Response.json({ ...summary, state: "open" })
const ended =
  (status: number, body: unknown, rest: object = {}) =>
  () =>
    Response.json({ ...summary, state: "approved", answer: { status, headers: {}, body }, ...rest })

describe("an asynchronous payment", () => {
  it("is polled until it has ended, and ends as the answer says", async () => {
    const card = { outcome: { card: { authorizationNumber: "012345" } } }
    const { fetch, asked } = makeServer([open, open, ended(200, success, card)])
    const outcome = await asyncClientOf(fetch).pay(order, target)
    assert.strictEqual(outcome._tag, "Approved")
    assert.strictEqual(outcome.authorizationNumber, "012345")
    assert.deepStrictEqual(asked, [
      "POST http://server.test/v1/connector/order",
      ...Array(3).fill("GET http://server.test/attempts/1")
    ])
  })

  it.each(["/attempts/1", "/pos/attempts/1", "http://server.test/pos/attempts/1"])(
    "is polled and resolved below the server's base URL if its address is %s",
    async (location) => {
      const { fetch, asked } = makeServer([() => new Response("", { status: 404 }), ended(200, success)], location)
      const client = asyncClientOf(fetch, "http://server.test/pos/")
      assert.strictEqual(reasonOf(await client.tryPay(order, target))?._tag, "OutcomeUnknown")
      const [unknown] = await client.unsettled()
      assert.isDefined(unknown)
      assert.deepInclude(await client.resolve(unknown.id), { _tag: "Settled", by: "server", state: "approved" })
      assert.deepStrictEqual(asked, [
        "POST http://server.test/pos/v1/connector/order",
        ...Array(2).fill("GET http://server.test/pos/attempts/1")
      ])
    }
  )

  it("is polled again if a poll gets no answer, for instance after a change of network", async () => {
    const timeouts: Array<number> = []
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
      timeouts.push(milliseconds)
      return timeouts.length === 1 ? AbortSignal.abort() : new AbortController().signal
    })
    try {
      const { fetch, asked } = makeServer([ended(200, success)])
      let questions = 0
      const lossy: Fetch = (url, init) => {
        if (init.method === "POST" || questions++ > 0) return fetch(url, init)
        return new Promise((_, reject) => {
          if (init.signal?.aborted) reject(init.signal.reason)
          init.signal?.addEventListener("abort", () => reject(init.signal?.reason))
        })
      }
      assert.strictEqual((await asyncClientOf(lossy).pay(order, target, { deadline: "5 seconds" }))._tag, "Approved")
      assert.deepStrictEqual([questions, asked.length], [2, 2])
      assert.deepStrictEqual(timeouts, [10_000, 10_000])
    } finally {
      timeout.mockRestore()
    }
  })

  it("survives a connection that breaks while the customer pays, without sending the order again", async () => {
    const cut = () => Promise.reject(new TypeError("fetch failed"))
    const { fetch, asked } = makeServer([cut, () => new Response("", { status: 502 }), ended(200, success)])
    assert.strictEqual((await asyncClientOf(fetch).pay(order, target))._tag, "Approved")
    assert.lengthOf(
      asked.filter((each) => each.startsWith("POST")),
      1
    )
  })

  it.each([
    ["declined", ended(200, { paymentStatus: "Failure", error: { errorCode: "1006" } }), "Declined"],
    ["not started", ended(400, { error: { code: "unavailable.terminal.bad.request" } }), "Rejected"],
    ["unknown", ended(504, { error: { code: "outcome.unknown", details: { attempt: "/attempts/1" } } }), "Reported"],
    ["unknown, without an answer", () => Response.json({ ...summary, state: "unknown" }), "Reported"],
    ["forgotten", () => new Response("", { status: 404 }), "Inconclusive"]
  ])("can end as %s", async (_, answer, expected) => {
    const result = await asyncClientOf(makeServer([answer]).fetch).tryPay(order, target)
    const reason = reasonOf(result)
    const came: string | undefined = result.ok
      ? result.outcome._tag
      : reason && "kind" in reason
        ? reason.kind
        : reason?._tag
    assert.strictEqual(came, expected)
  })

  it("is unknown at the deadline, and says where to ask", async () => {
    const result = await asyncClientOf(makeServer([open]).fetch).tryPay(order, target, { deadline: "150ms" })
    assert.deepInclude(reasonOf(result), { _tag: "OutcomeUnknown", kind: "TimedOut", serverAttempt: "/attempts/1" })
  })

  it.each(["http://elsewhere.test/attempts/1", "http://["])(
    "sends its credentials to no other server, and does not wait for %s",
    async (location) => {
      const { fetch, asked } = makeServer([], location)
      const result = await asyncClientOf(fetch).tryPay(order, target)
      assert.deepInclude(reasonOf(result), { _tag: "OutcomeUnknown", kind: "Inconclusive", serverAttempt: location })
      assert.lengthOf(asked, 1)
    }
  )

  it("reads an end with invalid headers", async () => {
    const headers = { "bad name": "x", "x-hipay-pos-attempt": "/attempts/1", "x-line": "a\nb" }
    const odd = () => Response.json({ ...summary, state: "approved", answer: { status: 200, headers, body: success } })
    const outcome = await asyncClientOf(makeServer([odd]).fetch).pay(order, target)
    assert.deepInclude(outcome, { _tag: "Approved", amountSource: "terminal" })
  })

  it("is an ordinary one if the server does not know the preference", async () => {
    assert.strictEqual((await asyncClientOf(async () => Response.json(success)).pay(order, target))._tag, "Approved")
  })
})

describe("resolving an attempt", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const cut = () => Promise.reject(new TypeError("fetch failed"))
  /**
   * The answers of a server that has these attempts. Those that are not `own` were opened by other requests than the
   * client's.
   */
  const serving =
    (attempts: ReadonlyArray<object | null>, headers: Record<string, string> = {}) =>
    ({ pathname, searchParams }: URL) => {
      const all = attempts.map((each, i) => each && { ...summary, id: String(i), own: true, ...each })
      const shown = all.find((each) => `${pathname}/`.startsWith(`/attempts/${each?.id}/`))
      if (pathname !== "/attempts") return Response.json(shown ?? {}, { status: shown ? 200 : 404, headers })
      const listed = searchParams.has("idempotencyKey") ? all.filter((each) => each?.own !== false) : all
      return Response.json({ attempts: listed }, { headers })
    }
  const inStates = (...states: ReadonlyArray<string>) => serving(states.map((state) => ({ state, paid: 1000 })))
  const answer = { by: "Ada", evidence: "no receipt" } as const
  const word = { ...answer, outcome: "declined" } as const

  /** A client whose payment of the order ended unknown, the journal's attempt, and the server's later answers. */
  const unknown = async (
    knows: (url: URL) => Response | Promise<Response>,
    async = false,
    resolves?: (said: object) => Response,
    proves?: () => Response
  ) => {
    const journal = AttemptJournal.memory()
    // The till leaves at the first question how the payment ended: its address is known by then.
    const leaving = new AbortController()
    let isPaying = true
    const fetch: Fetch = async (url, { method, body }) => {
      if (method === "GET" && isPaying) {
        leaving.abort()
        return cut()
      }
      if (method === "GET") return knows(new URL(url))
      if (resolves !== undefined && url.endsWith("/resolve")) return resolves(JSON.parse(String(body)))
      if (proves !== undefined && url.endsWith("/ask")) return proves()
      return async ? Response.json({}, { status: 202, headers: { location: "/attempts/7" } }) : cut()
    }
    const client = clientOf(fetch, { journal, async })
    await client.tryPay(order, target, { signal: leaving.signal })
    isPaying = false
    const [attempt] = await client.unsettled()
    assert.isDefined(attempt)
    return { client, id: attempt.id, journal }
  }

  it("ends it by the attempt that the server knows by its address", async () => {
    const paths: Array<string> = []
    const { client, id } = await unknown(({ pathname }) => {
      paths.push(pathname)
      return Response.json({ ...summary, state: "approved-in-part", paid: 1000 })
    }, true)
    assert.deepStrictEqual(await client.resolve(id), {
      _tag: "Settled",
      by: "server",
      state: "approved-in-part",
      paid: 1000
    })
    assert.include(paths, "/attempts/7")
    assert.deepStrictEqual(await client.unsettled(), [])
  })

  it.each([
    ["approved", 1250],
    ["declined", 0],
    ["not-started", 0]
  ] as const)("ends it as %s by the attempt that its key opened, where no address is known", async (state, paid) => {
    const { client, id } = await unknown(inStates(state))
    assert.deepStrictEqual(await client.resolve(id), { _tag: "Settled", by: "server", state, paid })
  })

  it.each([
    ["does not know attempts", () => new Response("", { status: 404 })],
    ["cannot be reached", cut, true],
    ["knows of none", serving([])],
    ["knows of another order", serving([{ orderId: "B", state: "declined" }])],
    ["refuses to say", () => Response.json({ attempts: [{ ...summary, state: "approved" }] }, { status: 403 }), true],
    ["knows of a refund", serving([{ transactionType: "Credit", state: "approved" }])],
    ["knows of another currency", serving([{ currency: "USD", state: "approved" }])],
    ["knows of another amount", serving([{ amount: 1, state: "approved" }])],
    ["knows what another request of the order came to", serving([{ own: false, state: "declined" }])],
    ["does not know whether another one was paid", serving([{ own: false, state: "unknown" }])]
  ])("asks for a person where the server %s, and takes the answer", async (_, knows, isSilent = false) => {
    const { client, id } = await unknown(knows)
    const first = await client.resolve(id)
    assert.deepInclude(first, { _tag: "NeedsPerson" })
    const advice = isSilent ? /^The server could not be asked: .* try again/ : /^The server cannot say. Look at the/
    assert.match("advice" in first ? first.advice : "", advice)
    assert.lengthOf(await client.unsettled(), 1)
    const { warnings, ...settled } = { warnings: undefined, ...(await client.resolve(id, word)) }
    assert.deepStrictEqual<unknown>(settled, { _tag: "Settled", by: "person", state: "declined", paid: 0, answer })
    assert.deepStrictEqual(
      warnings?.map(({ code }) => code),
      isSilent ? ["server-not-asked"] : undefined
    )
    assert.deepStrictEqual(await client.unsettled(), [])
  })

  it.each([401, 403, 429, 500, 503])(
    "says that a server with the address of it could not be asked: %i",
    async (status) => {
      const { client, id } = await unknown(() => new Response("", { status }), true)
      const settled = await client.resolve(id, word)
      assert.deepInclude(settled, { _tag: "Settled", by: "person", state: "declined" })
      assert.deepStrictEqual(settled._tag === "Settled" ? settled.warnings?.map(({ code }) => code) : undefined, [
        "server-not-asked"
      ])
    }
  )

  it("has the tip that the server knows of, if it is what was paid beyond the order", async () => {
    for (const tip of [250, 300]) {
      const { client, id } = await unknown(
        () => Response.json({ ...summary, state: "approved", paid: 1500, tip }),
        true
      )
      const settled = { _tag: "Settled", by: "server", state: "approved", paid: 1500 } as const
      assert.deepStrictEqual(await client.resolve(id), tip === 250 ? { ...settled, tip } : settled)
    }
  })

  it("does not take another order for it, not even at its own address", async () => {
    const { client, id } = await unknown(() => Response.json({ ...summary, orderId: "B", state: "approved" }), true)
    assert.deepInclude(await client.resolve(id), { _tag: "NeedsPerson" })
  })

  it("does not believe a simulated server where the journal does not say whether money may have moved", async () => {
    for (const [headers, expected] of [
      [{ "x-hipay-pos-mode": "simulated" }, { _tag: "NeedsPerson" }],
      [{}, { _tag: "Settled", by: "server", state: "approved" }]
    ] as const) {
      const journal = AttemptJournal.memory()
      const money = { amount: 1250, currency: "EUR" } as const
      const opening = {
        id: "1",
        orderId: "A",
        transactionType: "Debit",
        ...money,
        terminal: "bar",
        openedAt: 0
      } as const
      await AttemptJournal.toPromises(journal).open(opening)
      const knows = serving([{ state: "approved" }], headers)
      const client = clientOf(async (url) => knows(new URL(url)), { journal })
      assert.deepInclude(await client.resolve("1"), expected)
    }
  })

  it("does not decline one that the server still waits for, without an override", async () => {
    const { client, id } = await unknown(serving([{ state: "open" }, { state: "declined", own: false }]))
    for (const said of [undefined, word]) {
      const refused: unknown = await client.resolve(id, said).catch((error: unknown) => error)
      assert.deepInclude(refused as object, { _tag: "StillUnderWay" })
    }
    assert.lengthOf(await client.unsettled(), 1)
    assert.deepInclude(await client.resolve(id, { ...word, override: true }), { by: "person", state: "declined" })
  })

  it("is paid if the server has a payment of the order, also one of another program, because it takes no second one", async () => {
    const { client, id } = await unknown(
      serving([
        { state: "declined", own: false },
        { state: "approved", own: false }
      ])
    )
    assert.deepInclude(await client.resolve(id), { _tag: "Settled", by: "server", state: "approved" })
    assert.strictEqual(reasonOf(await client.tryPay(order, target))?._tag, "AlreadyApproved")
  })

  it.each([
    ["does not take the payment of another attempt in the journal for this one's", "7", { _tag: "NeedsPerson" }],
    [
      "takes a payment for this one's that no other attempt in the journal has",
      "8",
      { by: "server", state: "approved" }
    ]
  ] as const)("%s", async (_, id, expected) => {
    const journal = AttemptJournal.memory()
    const { open, end } = AttemptJournal.toPromises(journal)
    const opening = { ...summary, transactionType: "Debit", currency: "EUR", terminal: "t", openedAt: 1 } as const
    await open({ ...opening, id: "first" })
    // Sent once more, as a person had declined it; then its own answer came.
    await end({ id: "first", state: "declined", endedAt: 2, ...answer })
    await open({ ...opening, id: "second" })
    await end({ id: "second", state: "unknown", endedAt: 3 })
    await end({ id: "first", state: "approved", paid: 1250, endedAt: 4, serverAttempt: "/attempts/7" })
    const knows = serving([{ id, state: "approved", own: false }])
    assert.deepInclude(await clientOf(async (url) => knows(new URL(url)), { journal }).resolve("second"), expected)
  })

  it("is found by the key of its order and by its order, however they are written", async () => {
    const asked: Array<string> = []
    const fetch: Fetch = async (url, { method }) => {
      if (method === "POST") return Response.json({}, { status: 500 })
      asked.push(url)
      return Response.json({ attempts: [] })
    }
    const client = asyncClientOf(fetch)
    await client.tryPay({ ...order, orderId: "A&limit=1 é" }, target, { idempotencyKey: "A&limit=1 +%" })
    const [attempt] = await client.unsettled()
    await client.resolve(attempt?.id ?? "")
    assert.deepStrictEqual(
      asked.map((url) => [new URL(url).pathname, ...new URL(url).searchParams]),
      [
        ["/attempts", ["limit", "100"], ["orderId", "A&limit=1 é"], ["idempotencyKey", "A&limit=1 +%"]],
        ["/attempts", ["limit", "100"], ["orderId", "A&limit=1 é"]]
      ]
    )
  })

  describe("that the server held back because it could not read its store", () => {
    const keptBack = () =>
      Response.json({ error: { code: "attempts.unreadable", description: "was not sent" } }, { status: 500 })
    const approved = () =>
      Response.json({ paymentStatus: "Success", order: { order_id: "A", price: { amount: 1250, currency: "EUR" } } })

    /** A till whose order gets these answers in sequence; `knows` is the server's list. */
    const tillOf = (answers: ReadonlyArray<() => Response | Promise<Response>>, knows: (url: URL) => Response) => {
      const left = [...answers]
      return asyncClientOf(async (url, { method }) =>
        method === "POST" ? (left.shift() ?? assert.fail())() : knows(new URL(url))
      )
    }
    /** {@link serving}, of a server that accepts orders. */
    const ready = (...attempts: ReadonlyArray<object>) => {
      const knows = serving(attempts)
      return (url: URL) => (url.pathname === "/readyz" ? new Response("") : knows(url))
    }
    const resolveLast = async (client: ReturnType<typeof clientOf>) => {
      const [attempt] = await client.unsettled()
      return client.resolve(attempt?.id ?? "")
    }
    const notStarted = { _tag: "Settled", by: "server", state: "not-started", paid: 0 } as const

    it("was not started if the store has no attempt of the order, and is sent again", async () => {
      const client = tillOf([keptBack, keptBack, approved], ready())
      for (const _ of ["first", "second"]) {
        const first = await client.tryPay(order, target)
        assert.deepInclude(first.ok ? {} : first.error.reason, {
          _tag: "OutcomeUnknown",
          reason: "attempts.unreadable"
        })
        assert.match(first.ok ? "" : first.error.advice, /^Take no other payment .* resolve this attempt/)
        assert.deepStrictEqual(await resolveLast(client), notStarted)
      }
      assert.deepInclude(await client.pay(order, target), { _tag: "Approved" })
    })

    it("stays unknown as long as the store cannot be read, or does not list it", async () => {
      for (const knows of [
        keptBack,
        // It reads but does not write: it may be a copy that is behind.
        (url: URL) =>
          url.pathname === "/readyz" ? Response.json({ ready: false }, { status: 503 }) : serving([])(url),
        () => Response.json({}),
        // With the order's key, although it is another payment.
        ready({ amount: 1, state: "declined" }),
        // It may be the attempt's, although not listed by its key: older journals and stores keep keys otherwise.
        ready({ state: "open", own: false }),
        ready({ state: "unknown", own: false })
      ]) {
        const client = tillOf([keptBack], knows)
        await client.tryPay(order, target)
        assert.deepInclude(await resolveLast(client), { _tag: "NeedsPerson" })
        const again = await client.tryPay(order, target)
        assert.deepInclude(again.ok ? {} : again.error.reason, { _tag: "Unsettled" })
      }
    })

    it("stays unknown if the order id is not listed as it was sent", async () => {
      const client = tillOf([keptBack], ready())
      await client.tryPay({ ...order, orderId: "4970101122334422" }, target)
      assert.deepInclude(await resolveLast(client), { _tag: "NeedsPerson" })
    })

    it("stays unknown if its key was not kept", async () => {
      for (const [idempotencyKey, told] of [
        ["sale 7", notStarted],
        ["sale 4970101122334422", { _tag: "NeedsPerson" }]
      ] as const) {
        const client = tillOf([keptBack], ready())
        await client.tryPay(order, target, { idempotencyKey })
        assert.deepInclude(await resolveLast(client), told)
      }
    })

    it("ends as an earlier request of the order did", async () => {
      const client = tillOf([keptBack], ready({ state: "approved", own: false }))
      await client.tryPay(order, target)
      assert.deepInclude(await resolveLast(client), { by: "server", state: "approved" })
    })

    it("does not stand for another attempt, which may have been sent", async () => {
      const client = tillOf([keptBack, cut], ready())
      await client.tryPay(order, target)
      await resolveLast(client)
      await client.tryPay(order, target)
      assert.deepInclude(await resolveLast(client), { _tag: "NeedsPerson" })
    })

    it("does not count as held back if the answer also reports a payment", async () => {
      const odd = () =>
        Response.json({ paymentStatus: "Success", error: { code: "attempts.unreadable" } }, { status: 500 })
      const client = tillOf([odd], ready())
      await client.tryPay(order, target)
      assert.deepInclude(await resolveLast(client), { _tag: "NeedsPerson" })
    })
  })

  it.each([undefined, 1250])("accepts from a person that %j was paid", async (paid) => {
    const { client, id } = await unknown(() => new Response("", { status: 404 }))
    const approved = { ...word, outcome: "approved", ...(paid === undefined ? {} : { paid }) } as const
    assert.deepStrictEqual(await client.resolve(id, approved), {
      _tag: "Settled",
      by: "person",
      state: "approved",
      paid: 1250,
      answer
    })
  })

  it("has no amount for a payment in part if the server gives an impossible one", async () => {
    const { client, id } = await unknown(serving([{ state: "approved-in-part", paid: 0.5 }, null]))
    assert.deepStrictEqual(await client.resolve(id), { _tag: "Settled", by: "server", state: "approved-in-part" })
  })

  it("says what is missing, and what it does not know", async () => {
    const { client, id } = await unknown(() => new Response("", { status: 404 }))
    const saidOf = (promise: Promise<unknown>) => promise.then(String, (error: unknown) => (error as Error).message)
    assert.strictEqual(
      await saidOf(client.resolve(id, { ...word, by: "" })),
      "a person's answer cannot be taken: by: expected the name of who says so, got nothing"
    )
    assert.strictEqual(
      await saidOf(client.resolve("other", word)),
      "there is no attempt other whose outcome is unknown"
    )
    assert.lengthOf(await client.unsettled(), 1)
  })

  it("prefers the server's record to a person's answer", async () => {
    const { client, id } = await unknown(inStates("approved"))
    assert.deepInclude(await client.resolve(id, word), { by: "server", state: "approved" })
  })

  it("keeps no card number of what a person says", async () => {
    const { client, id, journal } = await unknown(() => new Response("", { status: 404 }))
    await client.resolve(id, { ...word, by: "Ada 4970101122334422", evidence: "slip 4970.1011.2233.4422 123" })
    const [kept] = await AttemptJournal.toPromises(journal).attempts()
    assert.deepInclude(kept?.endings.at(-1), { by: "Ada 497010******4422", evidence: "slip 4970.10**.****.4422 ***" })
  })

  it("takes no approval without its amount where the terminal had given another one", async () => {
    const { client, id, journal } = await unknown(() => new Response("", { status: 404 }))
    const { end } = AttemptJournal.toPromises(journal)
    const received = { received: "AE00210", fields: [], contradictions: [], card: {} }
    const amount = Money.of("15.00", "EUR")
    await end({ id, state: "unknown", endedAt: 1, received: { ...received, amount } })
    const said = { ...word, outcome: "approved" } as const
    const refused: unknown = await client.resolve(id, said).catch((error: unknown) => error)
    assert.deepInclude(refused as object, { _tag: "EvidenceMissing", field: "paid" })
    assert.include(
      (refused as Error).message,
      "because the terminal said 15.00 EUR (1500 minor units), not the 12.50 EUR"
    )
    assert.deepInclude(await client.resolve(id, { ...said, paid: 1250 }), { state: "approved", paid: 1250 })
  })

  it("accepts more than was asked for from a person who confirms it, and keeps the card's details", async () => {
    const { client, id, journal } = await unknown(() => new Response("", { status: 404 }))
    const said = { ...word, outcome: "approved", paid: 1500, authorizationNumber: "A1", lastFour: "4242" } as const
    const refused: unknown = await client.resolve(id, said).catch((error: unknown) => error)
    assert.deepInclude(refused as object, { _tag: "EvidenceMissing", field: "paid" })
    assert.match(
      (refused as Error).message,
      /15\.00 EUR \(1500 minor units\) is more than the 12\.50 EUR .* "over": true as well/
    )
    const settled = { _tag: "Settled", by: "person", state: "approved", paid: 1500, answer } as const
    assert.deepStrictEqual(await client.resolve(id, { ...said, over: true }), settled)
    const [kept] = await AttemptJournal.toPromises(journal).attempts()
    assert.deepInclude(kept?.endings.at(-1), { paid: 1500, authorizationNumber: "A1", lastFour: "4242" })
    const again = await client.tryPay(order, target)
    assert.deepInclude(again.ok ? {} : again.error.reason, { _tag: "AlreadyApproved", paid: 1500 })
  })

  /** A server that has the attempt as unknown, and answers a resolution. */
  const knowing = async (answer: (body: unknown) => Response, knows: () => object = () => ({ state: "unknown" })) => {
    const journal = AttemptJournal.memory()
    const bodies: Array<unknown> = []
    const asked: Array<string> = []
    const fetch: Fetch = async (url, { method, body }) => {
      const headers = { "x-hipay-pos-mode": "gateway" }
      const attempt = { ...summary, id: "7", ...knows() }
      if (method === "GET") return Response.json({ ...attempt, attempts: [attempt] }, { headers })
      const { pathname } = new URL(url)
      if (pathname.endsWith("/ask")) asked.push(pathname)
      if (!pathname.endsWith("/resolve")) return cut()
      bodies.push({ path: pathname, ...((await new Response(body as string).json()) as object) })
      const answered = answer(body)
      answered.headers.set("x-hipay-pos-mode", "gateway")
      return answered
    }
    const client = clientOf(fetch, { journal })
    await client.tryPay(order, target)
    const [attempt] = await client.unsettled()
    return { client, id: attempt?.id ?? "", bodies, asked }
  }

  it("asks only for the server's record if the terminal should not print", async () => {
    const { client, id, asked } = await knowing(() =>
      Response.json({ error: { code: "attempt.not.proved" } }, { status: 409 })
    )
    assert.deepInclude(await client.resolve(id, undefined, { askTerminal: false }), { _tag: "NeedsPerson" })
    assert.deepStrictEqual(asked, [])
    assert.deepInclude(await client.resolve(id), { _tag: "NeedsPerson" })
    assert.deepStrictEqual(asked, ["/attempts/7/ask"])
  })

  /** A whole attempt. */
  const shown = {
    ...summary,
    id: "7",
    login: "merchant",
    terminal: { name: "t", kind: "dialled" },
    openedAt: "2026-11-28T12:00:00.000Z",
    warnings: 0,
    frames: {},
    findings: [],
    resolutions: [],
    order: {},
    timeline: []
  }

  it.each([
    ["the server's end", "approved", "server"],
    ["the terminal's proof", "unknown", "terminal"],
    ["a person's answer", "unknown", "person"]
  ] as const)("keeps the address of the attempt that its key opened with %s", async (_, state, by) => {
    const ended = (state: string) => () =>
      Response.json({ ...shown, state }, { headers: { "x-hipay-pos-mode": "gateway" } })
    const proves = by === "terminal" ? ended("approved") : undefined
    const { client, id, journal } = await unknown(serving([{ id: "7", state }]), false, ended("declined"), proves)
    assert.deepInclude(await client.resolve(id, by === "person" ? word : undefined), { by })
    const [kept] = await AttemptJournal.toPromises(journal).attempts()
    assert.deepInclude(kept?.endings.at(-1), { serverAttempt: "/attempts/7" })
  })

  const isAda = { by: "Ada", evidence: "saw nothing", authorizationNumber: "A1" }
  const [resolvedAt, later] = ["2026-11-28T12:00:00.000Z", "2026-11-28T12:01:00.000Z"]
  const resolution = (outcome: string) => ({ ...isAda, outcome, login: "ada", at: resolvedAt })

  it.each([
    ["by its address", true],
    ["by its key", false]
  ])(
    "keeps what a person said at the server %s as that person's word, which something proved may overrule",
    async (_, async) => {
      const told = { id: "7", state: "declined", endedAt: resolvedAt, resolution: resolution("declined") }
      const { client, id, journal } = await unknown(serving([told]), async)
      const settled = { _tag: "Settled", by: "person", state: "declined", paid: 0 }
      assert.deepStrictEqual<unknown>(await client.resolve(id, { ...word, by: "Bob" }), {
        ...settled,
        answer: { by: "Ada", evidence: "saw nothing" }
      })
      const { attempts, end } = AttemptJournal.toPromises(journal)
      assert.deepInclude((await attempts())[0]?.endings.at(-1), { ...isAda, state: "declined" })
      await end({ id, endedAt: 1, state: "approved", paid: 1250 })
      assert.strictEqual((await attempts())[0]?.state, "approved")
    }
  )

  it("stays unsettled while a person here contradicts another one at the server, until one here says the same", async () => {
    const ada = { state: "declined", endedAt: resolvedAt, resolution: resolution("declined") }
    const { client, id, journal } = await unknown(() => Response.json({ ...summary, ...ada }), true)
    const bob = { ...word, outcome: "approved", by: "Bob", evidence: "slip 12" } as const
    const other = { _tag: "Settled", by: "person", state: "declined", paid: 0 } as const
    // Asking without an answer, as a till does automatically, does not let the order be paid again either.
    for (const said of [bob, undefined, { ...word, outcome: "set-aside" } as const, bob]) {
      const refused = await client.resolve(id, said).catch((error: unknown) => error)
      assert.deepInclude(refused as object, {
        _tag: "NotResolvedAtServer",
        detail:
          "Ada has said declined there (saw nothing), and approved was said here: find out which of the two is right",
        other: { ...other, answer: { by: "Ada", evidence: "saw nothing" } }
      })
      assert.lengthOf(await client.unsettled(), 1)
      const again = await client.tryPay(order, target)
      assert.deepInclude(again.ok ? {} : again.error.reason, { _tag: "Unsettled" })
    }
    const [kept] = await AttemptJournal.toPromises(journal).attempts()
    assert.deepInclude(kept?.endings.at(-1), { state: "unknown", by: "Bob", evidence: "slip 12", paid: 1250 })
    assert.deepInclude(await client.resolve(id, { ...word, by: "Bob" }), other)
  })

  it("ends by proof after two people contradicted each other", async () => {
    let told: object = { state: "declined", endedAt: resolvedAt, resolution: resolution("declined") }
    const { client, id } = await unknown(() => Response.json({ ...summary, ...told }), true)
    const bob = { ...word, outcome: "approved", by: "Bob" } as const
    assert.instanceOf(await client.resolve(id, bob).catch((error: unknown) => error), NotResolvedAtServer)
    told = { state: "approved", endedAt: later, resolution: resolution("declined") }
    assert.deepInclude(await client.resolve(id), { _tag: "Settled", by: "server", state: "approved" })
  })

  it.each([
    ["proved since", { state: "approved", endedAt: later, resolution: resolution("declined") }],
    ["proved after it was set aside", { state: "approved", endedAt: resolvedAt, resolution: resolution("set-aside") }]
  ])("takes what the server knows to be %s for its own knowledge", async (_, told) => {
    const { client, id, journal } = await unknown(() => Response.json({ ...summary, ...told }), true)
    assert.deepStrictEqual(await client.resolve(id), { _tag: "Settled", by: "server", state: "approved", paid: 1250 })
    const [kept] = await AttemptJournal.toPromises(journal).attempts()
    assert.notProperty(kept?.endings.at(-1), "by")
  })

  it("records a person's answer at the server, too, so that both journals end together", async () => {
    const { client, id, bodies } = await knowing(() => Response.json({ ...shown, state: "approved-in-part" }))
    const said = { ...word, outcome: "approved", paid: 1000, lastFour: "4242" } as const
    assert.deepInclude(await client.resolve(id, said), { by: "person", state: "approved-in-part", paid: 1000 })
    assert.deepStrictEqual(bodies, [{ path: "/attempts/7/resolve", ...said }])
    assert.deepStrictEqual(await client.unsettled(), [])
  })

  it("stops asking when the caller aborts, and records nothing", async () => {
    const { id, journal } = await unknown(cut)
    const controller = new AbortController()
    const fetch: Fetch = (_, { signal }) => {
      queueMicrotask(() => controller.abort())
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
    }
    const client = clientOf(fetch, { journal })
    const asking = client.resolve(id, word, { signal: controller.signal }).catch((error: unknown) => error)
    assert.deepInclude(await asking, { _tag: "AttemptsError", kind: "Aborted" })
    const late = client.resolve(id, word, { signal: controller.signal }).catch((error: unknown) => error)
    assert.deepInclude(await late, { _tag: "AttemptsError", kind: "Aborted" })
    assert.lengthOf(await client.unsettled(), 1)
  })

  it("records nothing here when the caller aborts during the request to the server, which may have recorded it", async () => {
    const controller = new AbortController()
    const { client, id } = await unknown(
      () => Response.json({ ...summary, state: "unknown" }),
      true,
      () => {
        controller.abort()
        throw new TypeError("fetch failed")
      }
    )
    const { signal } = controller
    const asking = client.resolve(id, word, { askTerminal: false, signal }).catch((error: unknown) => error)
    assert.deepInclude(await asking, { _tag: "AttemptsError", kind: "Aborted" })
    assert.lengthOf(await client.unsettled(), 1)
  })

  it("uses an answer that has come even if the caller aborts meanwhile", async () => {
    const controller = new AbortController()
    const { client, id } = await unknown(() => {
      controller.abort()
      return Response.json({ ...summary, state: "declined" })
    }, true)
    const settled = await client.resolve(id, undefined, { signal: controller.signal })
    assert.deepInclude(settled, { _tag: "Settled", by: "server", state: "declined" })
  })

  it("lets the server decide whether a person may end an attempt in a state unknown to this version", async () => {
    const refusal = { error: { code: "attempt.not.unknown", message: "it is authorised" } }
    const { client, id } = await unknown(
      () => Response.json({ ...summary, state: "authorised" }),
      true,
      () => Response.json(refusal, { status: 409 })
    )
    assert.instanceOf(await client.resolve(id, word).catch((error: unknown) => error), NotResolvedAtServer)
    const again = await client.tryPay(order, target)
    assert.deepInclude(again.ok ? {} : again.error.reason, { _tag: "Unsettled" })
  })

  describe("whose key is the caller's own, and that of other attempts", () => {
    /** The order, sent again and again with one key; the answers come in sequence, then the server knows this. */
    const sent = async (
      answers: ReadonlyArray<() => Response | Promise<Response>>,
      knows: ReadonlyArray<object>,
      idempotencyKey = "sale 1",
      journal = AttemptJournal.memory()
    ) => {
      const left = [...answers]
      const server = serving(knows)
      const fetch: Fetch = async (url, { method }) =>
        method === "POST" ? (left.shift() ?? assert.fail())() : server(new URL(url))
      const client = clientOf(fetch, { journal })
      for (const _ of answers) await client.tryPay(order, target, { idempotencyKey })
      const [attempt] = await client.unsettled()
      return client.resolve(attempt?.id ?? "")
    }
    const declinedAt = (address?: string) => () =>
      Response.json(
        { paymentStatus: "Failure", error: { errorCode: "1006" } },
        { headers: address === undefined ? {} : { "x-hipay-pos-attempt": address } }
      )
    const refused = () => Response.json({ error: { code: "unavailable.terminal.bad.request" } }, { status: 400 })

    it("ends by the server's attempt that is none of the others'", async () => {
      const knows = [
        { id: "8", state: "approved-in-part", paid: 1000 },
        { id: "7", state: "declined" }
      ]
      for (const first of [declinedAt("/attempts/7"), declinedAt()])
        assert.deepInclude(await sent([first, cut], knows), { state: "approved-in-part", paid: 1000 })
    })

    it("does not end by what another one came to, as its own request may still be on its way", async () => {
      const knows = [{ id: "7", state: "declined" }]
      for (const first of [declinedAt("/attempts/7"), declinedAt()])
        assert.deepInclude(await sent([first, cut], knows), { _tag: "NeedsPerson" })
    })

    it("is not confused by one that was not started, or of which the server has more", async () => {
      assert.deepInclude(await sent([refused, cut], [{ state: "declined" }]), { state: "declined" })
      assert.deepInclude(await sent([cut], [{ state: "open" }, { state: "declined" }]), { _tag: "NeedsPerson" })
      // Paid by one of them, whichever.
      const more = [{ state: "declined" }, { state: "approved" }]
      assert.deepInclude(await sent([cut], more), { _tag: "Settled", state: "approved" })
    })

    it.each(["sale 4970101122334422", "24465c14-3b42-4160-9476-938f9f7032b9"])(
      "is not kept if its digits may be a card number's, and only what paid the order is found without it: %s",
      async (key) => {
        for (const [state, told] of [
          ["declined", { _tag: "NeedsPerson" }],
          ["approved", { _tag: "Settled", state: "approved" }]
        ] as const) {
          const journal = AttemptJournal.memory()
          assert.deepInclude(await sent([cut], [{ state }], key, journal), told)
          const kept = await AttemptJournal.toPromises(journal).attempts()
          assert.notInclude(JSON.stringify(kept), key)
        }
      }
    )
  })

  it("trims a person's answer, because a server refuses blanks and line breaks around it", async () => {
    const { client, id, bodies } = await knowing(() => new Response("", { status: 500 }))
    await client.resolve(id, { ...word, by: " Ada ", evidence: "no receipt\n" }).catch(() => undefined)
    assert.deepInclude(bodies[0] as object, { by: "Ada", evidence: "no receipt" })
    const { client: alone, id: other, journal } = await unknown(() => new Response("", { status: 404 }))
    await alone.resolve(other, { ...word, by: " Ada ", evidence: "no receipt\n" })
    const [kept] = await AttemptJournal.toPromises(journal).attempts()
    assert.deepInclude(kept?.endings.at(-1), { by: "Ada", evidence: "no receipt" })
  })

  it.each([
    [
      "declined",
      { seconds: 541 },
      "may still answer for 541 s and prove that it charged: wait, or decline it with an override"
    ],
    ["set-aside", {}, "may still answer and prove that it charged: wait, or set it aside with an override"]
  ] as const)(
    "says for how long the terminal may still answer, and names %s, which was said",
    async (outcome, details, words) => {
      const problem = { error: { code: "attempt.answer.pending", description: "why", details } }
      const { client, id } = await knowing(() => Response.json(problem, { status: 409 }))
      const refused = await client.resolve(id, { ...word, outcome }).catch((error: unknown) => error)
      assert.deepInclude(refused as object, { _tag: "StillUnderWay", outcome, hasEnded: true, ...details })
      assert.include((refused as Error).message, `attempt ${id} has ended as unknown, and the terminal ${words}`)
      assert.notInclude((refused as Error).message, "under way")
    }
  )

  it.each([
    [403, "role.missing", "NotResolvedAtServer", false],
    [409, "attempt.answer.pending", "StillUnderWay", false],
    [500, "resolution.not.recorded", "NotResolvedAtServer", false],
    [500, "resolution.unknown", "NotResolvedAtServer", true]
  ])("records nothing here where the server does not take it: %i %s", async (status, code, tag, mayBeRecorded) => {
    const problem = { error: { status, code, message: "No", description: "why", details: {} } }
    const { client, id } = await knowing(() => Response.json(problem, { status }))
    const refused = await client.resolve(id, word).catch((error: unknown) => error)
    assert.deepInclude(refused as object, mayBeRecorded ? { _tag: tag, mayBeRecorded } : { _tag: tag })
    assert.strictEqual("mayBeRecorded" in (refused as object), mayBeRecorded)
    assert.lengthOf(await client.unsettled(), 1)
  })

  it("records nothing here where the server's confirmation cannot be read, and says that it may be recorded there", async () => {
    const { client, id } = await knowing(() => new Response("<html>"))
    const refused = await client.resolve(id, word).catch((error: unknown) => error)
    assert.deepInclude(refused as object, { _tag: "NotResolvedAtServer", mayBeRecorded: true })
    assert.lengthOf(await client.unsettled(), 1)
  })

  it("reads the server's record once more if the server may have recorded a person's answer", async () => {
    let isResolved = false
    const { client, id } = await unknown(
      () =>
        Response.json({ ...summary, id: "7", ...(isResolved ? { ...word, state: "declined" } : { state: "unknown" }) }),
      true,
      () => {
        isResolved = true
        return Response.json({ error: { status: 500, code: "resolution.unknown" } }, { status: 500 })
      }
    )
    assert.deepInclude(await client.resolve(id, word), { _tag: "Settled", by: "server", state: "declined" })
    assert.deepStrictEqual(await client.unsettled(), [])
  })

  it("compares a person's approval with the end that the server still waited for", async () => {
    let state = "open"
    const { client, id } = await unknown(() => Response.json({ ...summary, state }), true)
    for (const said of [{ ...word, outcome: "approved" } as const, undefined]) {
      const { warnings, ...settled } = { warnings: undefined, ...(await client.resolve(id, said)) }
      assert.deepInclude(settled, { by: "person", state: "approved" })
      assert.deepStrictEqual(
        warnings?.map(({ code }) => code),
        ["server-not-asked"]
      )
    }
    state = "declined"
    assert.deepInclude(await client.resolve(id), { _tag: "Settled", by: "server", state: "declined" })
  })

  it("says that a payment proved while the server is silent was paid, and asks nothing more", async () => {
    let prove: () => Promise<void> = () => Promise.resolve()
    const { client, id, journal } = await unknown(async () => {
      await prove()
      return cut()
    }, true)
    prove = () => AttemptJournal.toPromises(journal).end({ id, state: "approved", paid: 1250, endedAt: 1 })
    const settled = { _tag: "Settled", by: "server", state: "approved", paid: 1250 } as const
    assert.deepStrictEqual(await client.resolve(id, word), settled)
  })

  describe("that a person ended while the server could not be asked", () => {
    const approved = { ...answer, outcome: "approved", paid: 1500, over: true, lastFour: "4242" } as const
    const mode = { "x-hipay-pos-mode": "gateway" }

    /** A server that comes back with the given attempt, and does not ask its terminal. */
    const away = async (
      address: boolean,
      back: (resolved: boolean, asked: boolean) => object,
      headers: Record<string, string> = mode,
      said:
        | typeof approved
        | typeof word
        | { outcome: "approved"; paid: 1250; by: string; evidence: string } = approved,
      answered: () => Response | Promise<Response> = () =>
        address ? Response.json({}, { status: 504, headers: { "x-hipay-pos-attempt": "/attempts/7" } }) : cut(),
      meanwhile: () => Response | Promise<Response> = cut
    ) => {
      const journal = AttemptJournal.memory()
      const told: Array<unknown> = []
      let isAway = true
      let isAsked = false
      const fetch: Fetch = async (url, { method, body }) => {
        const { pathname } = new URL(url)
        if (pathname.endsWith("/order")) return answered()
        if (isAway) return meanwhile()
        if (pathname.endsWith("/resolve")) told.push(JSON.parse(String(body)))
        else if (method === "POST") {
          isAsked = true
          return Response.json({ error: { code: "attempt.not.unknown" } }, { status: 409, headers })
        }
        return serving([{ ...shown, ...back(told.length > 0, isAsked) }], headers)(new URL(url))
      }
      const client = makeClient({ ...login, journal, fetch })
      await client.tryPay(order, target)
      const [attempt] = await client.unsettled()
      const id = attempt?.id ?? ""
      const { outcome: state, paid } = { paid: 0, ...said }
      const settled = { _tag: "Settled", by: "person", state, paid, answer } as const
      vi.setSystemTime(Date.now() + 1_000)
      assert.deepInclude(await client.resolve(id, said), settled)
      isAway = false
      return { client, id, journal, told, settled }
    }

    it.each([
      ["by its address", true],
      ["as the one that it has as unknown", false]
    ])("is told to the server once it answers, which finds it %s", async (_, address) => {
      const { client, id, told, settled } = await away(address, (resolved) => ({
        state: resolved ? "approved" : "unknown",
        paid: resolved ? 1500 : undefined
      }))
      assert.deepStrictEqual(await client.resolve(id), settled)
      assert.deepStrictEqual(told, [approved])
    })

    it("is not told as more than was asked if it was all of it", async () => {
      const all = { ...answer, outcome: "approved", paid: 1250 } as const
      const { client, id, told } = await away(true, () => ({ state: "unknown" }), mode, all)
      assert.deepInclude(await client.resolve(id), { by: "person", paid: 1250 })
      assert.deepStrictEqual(told, [all])
    })

    it("ends as the server has learnt meanwhile", async () => {
      const { client, id, told } = await away(true, () => ({ state: "declined" }))
      assert.deepStrictEqual(await client.resolve(id), { _tag: "Settled", by: "server", state: "declined", paid: 0 })
      assert.deepStrictEqual(told, [])
      const again = await client.resolve(id).catch((error: unknown) => error)
      assert.deepInclude(again as object, { _tag: "NotUnsettled" })
    })

    it("stays approved here if nothing was sent there, because the person may have seen another payment, and says so", async () => {
      const { client, id, journal } = await away(true, () => ({ state: "not-started" }))
      const notStarted = { _tag: "Settled", by: "server", state: "not-started", paid: 0 } as const
      for (const _ of [1, 2]) assert.deepStrictEqual(await client.resolve(id), notStarted)
      const [kept] = await AttemptJournal.toPromises(journal).attempts()
      assert.strictEqual(kept?.state, "approved")
      assert.deepStrictEqual(
        kept?.endings.map(({ state }) => state),
        ["unknown", "approved"]
      )
      const again = await client.tryPay(order, target)
      assert.strictEqual(again.ok ? undefined : again.error.reason._tag, "AlreadyApproved")
    })

    it("shows another person's answer at the server, warns that it is not the one here, and stays unchanged", async () => {
      const resolution = { outcome: "declined", by: "Bob", evidence: "nothing", login: "bob", at: later }
      const { client, id, journal } = await away(true, () => ({ state: "declined", endedAt: later, resolution }))
      const { warnings, ...shown } = { warnings: undefined, ...(await client.resolve(id)) }
      assert.deepStrictEqual(shown, {
        ...{ _tag: "Settled", by: "person", state: "declined", paid: 0 },
        answer: { by: "Bob", evidence: "nothing" }
      })
      assert.deepStrictEqual(
        warnings?.map(({ code }) => code),
        ["answered-otherwise-here"]
      )
      assert.include(warnings?.[0]?.message, "as approved, as Ada has said")
      const [kept] = await AttemptJournal.toPromises(journal).attempts()
      assert.deepInclude(kept, { state: "approved" })
    })

    it("is not what another person has said at the server if nothing was paid here, and a part of unknown amount there", async () => {
      const resolution = { outcome: "approved", by: "Bob", evidence: "slip", login: "bob", at: later }
      const part = () => ({ state: "approved-in-part", endedAt: later, resolution })
      const warningsAfter = async (said: typeof approved | typeof word) => {
        const { client, id } = await away(true, part, mode, said)
        const { warnings } = { warnings: undefined, ...(await client.resolve(id)) }
        return warnings?.map(({ code }) => code)
      }
      assert.deepStrictEqual(await warningsAfter(word), ["answered-otherwise-here"])
      assert.isUndefined(await warningsAfter(approved))
    })

    it("needs no warning if another person has said the same at the server", async () => {
      const resolution = { outcome: "approved", paid: 1500, by: "Bob", evidence: "slip", login: "bob", at: later }
      const { client, id } = await away(true, () => ({ state: "approved", paid: 1500, endedAt: later, resolution }))
      const shown = await client.resolve(id)
      assert.deepInclude(shown, { by: "person", paid: 1500, answer: { by: "Bob", evidence: "slip" } })
      assert.notProperty(shown, "warnings")
    })

    it("is not taken for another attempt of the order, and stays unchanged if the server does not have it", async () => {
      for (const state of ["declined", "approved", "unknown"]) {
        const { client, id, told } = await away(false, () => ({ state, own: false }))
        for (const said of [undefined, word]) {
          const refused = await client.resolve(id, said).catch((error: unknown) => error)
          assert.deepInclude(refused as object, { _tag: "NotUnsettled", state: "approved" })
        }
        assert.deepStrictEqual(told, [])
      }
    })

    it("ends as the server's attempt of its key, which has no address", async () => {
      const { client, id, told } = await away(false, () => ({ state: "approved" }), mode, word)
      assert.deepInclude(await client.resolve(id), { _tag: "Settled", by: "server", state: "approved" })
      assert.deepStrictEqual(told, [])
    })

    const sent = { received: "AE00210", fields: [], contradictions: [], card: {}, status: "done" }
    const done = (minorUnits: number) => ({
      state: "unknown",
      error: { kind: "Contradictory", detail: "why", evidence: { ...sent, amount: { minorUnits, currency: "EUR" } } }
    })
    const inconclusive = { state: "unknown", error: { kind: "Inconclusive", detail: "why" } }

    /** What came of a service's answer that broke off. */
    const begun = (body: string) => ({
      state: "unknown",
      error: { kind: "CutLine", detail: "why" },
      received: { status: 200, headers: {}, body }
    })

    it.each([
      ["another amount that the terminal has sent since", done(9999)],
      ["an answer of the service since that proves nothing", inconclusive],
      [
        "an answer of the service since that came whole before the connection broke",
        begun('{"paymentStatus": "Success"}')
      ]
    ])("is not told to a server that has %s: a person has to answer again", async (_, back) => {
      const { client, id, told, settled } = await away(true, (resolved) =>
        resolved ? { state: "approved", paid: 1500 } : back
      )
      for (const _ of [1, 2]) assert.deepInclude(await client.resolve(id), { _tag: "NeedsPerson" })
      assert.deepStrictEqual(told, [])
      assert.deepStrictEqual(await client.resolve(id, approved), settled)
      assert.deepStrictEqual(told, [approved])
    })

    it.each([
      ["begun to say Success at its address", true, '{"paymentStatus": "Success", "or'],
      ["begun to say Success of an attempt whose address was never told", false, '{"paymentStatus": "Success", "or'],
      ["an authorization number", true, '{"paymentStatus": "Failure", "authorization_number": "123456"}']
    ])("is not told to a server whose service has %s, if nothing was paid", async (_, address, body) => {
      const { client, id, told } = await away(address, () => begun(body), mode, word)
      assert.deepInclude(await client.resolve(id), { _tag: "NeedsPerson" })
      assert.deepStrictEqual(told, [])
    })

    it.each([
      [
        "not told to a server that has begun to say Success, if a proxy's answer had proved nothing before",
        ...[{}, begun('{"paymentStatus": "Success", "or'), false]
      ],
      [
        "told to a server that still has the reason that the person had seen",
        ...[{ "x-hipay-pos-attempt": "/attempts/7" }, inconclusive, true]
      ]
    ] as const)("is %s", async (_, headers, back, isTold) => {
      const { client, id, told } = await away(
        false,
        (resolved) => (resolved ? { state: "declined" } : back),
        mode,
        word,
        () => Response.json({}, { status: 408, headers })
      )
      for (const _ of [1, 2])
        assert.deepInclude(await client.resolve(id), isTold ? { state: "declined" } : { _tag: "NeedsPerson" })
      assert.deepStrictEqual(told, isTold ? [word] : [])
    })

    it.each([401, 403])(
      "is not told to a server that has signs of a payment, if it had only refused to say how it ended: %i",
      async (status) => {
        const { client, id, told } = await away(
          true,
          (resolved) => (resolved ? { state: "declined" } : inconclusive),
          mode,
          word,
          () => Response.json({}, { status: 202, headers: { location: "/attempts/7" } }),
          () => new Response("", { status })
        )
        for (const _ of [1, 2]) assert.deepInclude(await client.resolve(id), { _tag: "NeedsPerson" })
        assert.deepStrictEqual(told, [])
      }
    )

    it.each([
      ["the same amount", done(1500)],
      ["nothing more", { state: "unknown", error: { kind: "CutLine", detail: "why" } }],
      ["an answer of the service that broke off before it said how it ended", begun('{"paymentSt')],
      ["one that broke off after it said Success, as the person did", begun('{"paymentStatus": "Success", "or')]
    ])("is told to a server that has %s", async (_, back) => {
      const { client, id, told, settled } = await away(true, (resolved) =>
        resolved ? { state: "approved", paid: 1500 } : back
      )
      assert.deepStrictEqual(await client.resolve(id), settled)
      assert.deepStrictEqual(told, [approved])
    })

    it("makes the attempt unknown here if nothing was paid, and the terminal has sent signs of a payment since", async () => {
      const { client, id, journal, told } = await away(
        true,
        (resolved) => (resolved ? { state: "approved" } : done(9999)),
        mode,
        word
      )
      const asked = await client.resolve(id)
      assert.deepInclude(asked as object, { _tag: "NeedsPerson", received: done(9999).error.evidence })
      assert.deepStrictEqual(told, [])
      const [kept] = await AttemptJournal.toPromises(journal).attempts()
      assert.deepInclude(kept, { state: "unknown" })
      const again = await client.tryPay(order, target)
      assert.deepInclude(again.ok ? {} : again.error.reason, { _tag: "Unsettled", attempt: id })
      const paid = { ...approved, paid: 9999 }
      assert.deepInclude(await client.resolve(id, paid), { by: "person", state: "approved", paid: 9999 })
      assert.deepStrictEqual(told, [paid])
    })

    it("ends here as another person says at the server while its terminal is asked, if signs made it unknown here", async () => {
      const resolution = { outcome: "approved", by: "Bob", evidence: "slip", login: "bob", at: later }
      const theirs = { state: "approved", endedAt: later, resolution }
      const { client, id } = await away(true, (_, asked) => (asked ? theirs : done(1250)), mode, word)
      const bobs = {
        _tag: "Settled",
        by: "person",
        state: "approved",
        answer: { by: "Bob", evidence: "slip" }
      } as const
      assert.deepInclude(await client.resolve(id), bobs)
      assert.deepStrictEqual(await client.unsettled(), [])
    })

    it("is corrected here, too, by a person who says what was paid", async () => {
      const { client, id, journal } = await away(
        true,
        (resolved) => (resolved ? { state: "approved" } : done(9999)),
        mode,
        word
      )
      const corrected = await client.resolve(id, { ...approved, paid: 9999 })
      assert.deepInclude(corrected, { by: "person", state: "approved", paid: 9999 })
      const [kept] = await AttemptJournal.toPromises(journal).attempts()
      assert.deepInclude(kept, { state: "approved" })
    })

    it("is told to a server whose evidence the person had seen", async () => {
      const { client, id, journal, told } = await away(true, (resolved) =>
        resolved ? { state: "approved" } : done(9999)
      )
      const { end } = AttemptJournal.toPromises(journal)
      await end({ id, state: "unknown", endedAt: 1, received: { ...sent, status: "done" } })
      assert.deepInclude(await client.resolve(id), { by: "person", state: "approved", paid: 1500 })
      assert.deepStrictEqual(told, [approved])
    })

    it("is told to a server whose record of a service's answer is no text", async () => {
      const unreadable = { ...begun(""), received: { body: { toString: 1, valueOf: 1 } } }
      const { client, id, told } = await away(true, (resolved) => (resolved ? { state: "approved" } : unreadable))
      assert.deepInclude(await client.resolve(id), { by: "person", state: "approved", paid: 1500 })
      assert.deepStrictEqual(told, [approved])
    })

    it("is not told to a server whose terminal has sent more than the person had seen", async () => {
      const { client, id, journal, told } = await away(true, () => done(1250), mode, word)
      const { status: _, ...begun } = sent
      const { end } = AttemptJournal.toPromises(journal)
      await end({ id, state: "unknown", endedAt: 1, received: { ...begun, received: "CB012" } })
      for (const _ of [1, 2]) assert.deepInclude(await client.resolve(id), { _tag: "NeedsPerson" })
      assert.deepStrictEqual(told, [])
      assert.lengthOf(await client.unsettled(), 1)
    })

    it("is not sent to a server that has reasons to doubt it: a person has to answer again, and the journal keeps its end", async () => {
      const resolution = { outcome: "approved", by: "Ada", evidence: "slip", login: "ada", at: resolvedAt }
      const { client, id, journal, told } = await away(true, () => ({ state: "unknown", endedAt: later, resolution }))
      assert.deepInclude(await client.resolve(id), { _tag: "NeedsPerson" })
      assert.deepStrictEqual(told, [])
      const anew = await client.resolve(id, { ...word, by: "Bob" })
      assert.deepInclude(anew, { by: "person", state: "declined", answer: { ...answer, by: "Bob" } })
      const { warnings } = { warnings: undefined, ...anew }
      assert.deepStrictEqual(
        warnings?.map(({ code }) => code),
        ["ended-otherwise-here"]
      )
      assert.deepStrictEqual(told, [{ ...word, by: "Bob" }])
      const [kept] = await AttemptJournal.toPromises(journal).attempts()
      assert.deepInclude(kept, { state: "approved" })
    })
  })

  describe("whose end the payment itself proved", () => {
    const proved = async (knows: object, state: "approved" | "declined" = "approved") => {
      let isTold = false
      const attempt = { ...summary, ...shown, ...knows }
      const { client, id, journal } = await unknown(
        () => Response.json(attempt),
        true,
        () => {
          isTold = true
          return Response.json(attempt, { headers: { "x-hipay-pos-mode": "gateway" } })
        }
      )
      const paid = state === "approved" ? 1250 : 0
      await AttemptJournal.toPromises(journal).end({ id, state, paid, endedAt: 1 })
      const resolve = (said: ResolveOptions) => client.resolve(id, said).catch((error: object) => error)
      return { resolve, isTold: () => isTold }
    }

    it.each([
      ["has as unknown", { state: "unknown" }],
      ["has by another person's word", { state: "declined", endedAt: resolvedAt, resolution: resolution("declined") }]
    ])("is not declined by a person, not even at a server that %s", async (_, knows) => {
      const { resolve, isTold } = await proved(knows)
      assert.deepInclude(await resolve(word), { _tag: "NotUnsettled", state: "approved" })
      assert.isFalse(isTold())
    })

    it("is not approved by a person if it was declined", async () => {
      const { resolve, isTold } = await proved({ state: "unknown" }, "declined")
      const said = { ...word, outcome: "approved" } as const
      assert.deepInclude(await resolve(said), { _tag: "NotUnsettled", state: "declined" })
      assert.isFalse(isTold())
    })

    it("is not set aside", async () => {
      const { resolve, isTold } = await proved({ state: "approved" })
      assert.deepInclude(await resolve({ ...word, outcome: "set-aside" }), { _tag: "NotUnsettled", state: "approved" })
      assert.isFalse(isTold())
    })

    it("is resolved at a server that has it as unknown, as it ended", async () => {
      const { resolve, isTold } = await proved({ state: "unknown" })
      assert.deepInclude(await resolve({ ...word, outcome: "approved" }), { _tag: "Settled", state: "approved" })
      assert.isTrue(isTold())
    })
  })

  it.each([
    ["recorded", { state: "declined", endedAt: resolvedAt, resolution: resolution("declined") }],
    ["not recorded", { state: "unknown" }]
  ])("asks the server once more where its answer to a person's is lost, which it has %s", async (_, then) => {
    let said = false
    const { client, id } = await knowing(
      () => {
        said = true
        throw new TypeError("fetch failed")
      },
      () => (said ? then : { state: "unknown" })
    )
    const came: object = await client.resolve(id, { ...word, ...isAda }).catch((error: unknown) => error as object)
    if (then.state === "unknown") {
      assert.deepInclude(came, { _tag: "NotResolvedAtServer", mayBeRecorded: true })
      assert.match((came as Error).message, /did not confirm it: .*\. It may have recorded it: resolve again/)
    } else {
      assert.deepInclude(came, { _tag: "Settled", by: "person", state: "declined" })
      assert.deepStrictEqual(await client.unsettled(), [])
    }
  })

  it("has the warnings of a payment that the server knows by its address", async () => {
    const warnings = [{ code: "operation-not-named", message: "look" }]
    const { client, id, journal } = await unknown(
      () => Response.json({ ...summary, state: "approved", outcome: { warnings } }),
      true
    )
    assert.deepInclude(await client.resolve(id), { by: "server", state: "approved", warnings })
    const [attempt] = await AttemptJournal.toPromises(journal).attempts()
    assert.deepInclude(attempt?.endings.at(-1), { state: "approved", warnings })
  })

  it.each([
    ["receipt 12", "receipt 12 (paid: 10.00 EUR)"],
    ["x".repeat(500), `${"x".repeat(481)}… (paid: 10.00 EUR)`]
  ])(
    "carries a person's answer to a server that cannot read its record of it, the amount as evidence",
    async (evidence, told) => {
      const problem = {
        error: { status: 500, code: "attempt.damaged", message: "No", description: "why", details: {} }
      }
      const headers = { "x-hipay-pos-mode": "gateway" }
      const bodies: Array<unknown> = []
      const { client, id } = await unknown(
        () => Response.json(problem, { status: 500, headers }),
        true,
        (said) => {
          bodies.push(said)
          const resolved = { id: "7", login: "merchant", orderId: "A", transactionType: "Debit", state: "approved" }
          return Response.json({ ...resolved, damaged: true, resolution: { ...said, login: "merchant" } }, { headers })
        }
      )
      assert.deepInclude(await client.resolve(id), { _tag: "NeedsPerson" })
      assert.lengthOf(told, Math.min(told.length, 500))
      const said = { outcome: "approved", by: "Ada", evidence, paid: 1000 } as const
      assert.deepInclude(await client.resolve(id, said), { by: "person", state: "approved-in-part", paid: 1000 })
      assert.deepStrictEqual(bodies, [{ outcome: "approved", by: "Ada", evidence: told }])
    }
  )

  it("accepts a partial amount from a person, and nothing without a name, evidence or a possible amount", async () => {
    const { client, id } = await unknown(() => new Response("", { status: 404 }))
    const approved = { ...word, outcome: "approved" } as const
    // An untyped program may pass anything.
    const wrongs: ReadonlyArray<object> = [
      { outcome: "Declined" },
      { outcome: "refused" },
      { outcome: undefined },
      { by: " " },
      { by: undefined },
      { by: 1 },
      { evidence: " " },
      { evidence: undefined },
      { by: "x".repeat(501) },
      { evidence: "x".repeat(501) },
      { paid: 1251 },
      { paid: 0 },
      { paid: 0.5 },
      { outcome: "declined", paid: 1250 },
      { over: true, paid: undefined },
      { lastFour: "12345" },
      { lastFour: 4242 },
      { authorizationNumber: null },
      { paid: "1000" },
      { authorizationNumber: "A 1" }
    ]
    for (const wrong of wrongs) {
      const error = await client.resolve(id, { ...approved, ...wrong }).then(
        () => undefined,
        (error: unknown) => error
      )
      const field = Object.keys(wrong).at(-1)
      assert.deepInclude(error as object, { _tag: "EvidenceMissing", field })
    }
    assert.deepInclude(await client.resolve(id, { ...approved, paid: 1000 }), { state: "approved-in-part", paid: 1000 })
  })
})
