import { assert, describe, it } from "@effect/vitest"
import { makeLog } from "@hipay-pos/server/bin"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"
import * as Tracer from "effect/Tracer"
import { eventsOf, next } from "./events.ts"
import { attachedOrder, authorization, type Body, type Json, makeServer, makeTerminal, order } from "./server.ts"

const answerLost = Result.getOrThrow(Fault.fromText("answer-lost"))

/** A mock whose attached terminal waits for a customer. */
const waiting = async () => {
  const terminal = await makeTerminal({ cardholder: Cardholder.manual })
  const server = makeServer({ connector: terminal.connector })
  return { server, terminal, pay: () => void terminal.presentCard(TestCard.standard) }
}

/** A mock with an unknown attempt. */
const unknown = async () => {
  const terminal = await makeTerminal({ faults: [answerLost] })
  const server = makeServer({ connector: terminal.connector, settings: { answerTimeout: 20 } })
  const { body } = await server.send(attachedOrder())
  return { server, terminal, path: body.error?.details?.attempt ?? "" }
}

type Server = ReturnType<typeof makeServer>

const post = async (server: Server, path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await server.app.request(path, {
    method: "POST",
    headers: { authorization, "content-type": "application/json", ...headers },
    body: JSON.stringify(body)
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) }
}

const stream = async (server: Server, path: string, headers: Record<string, string> = {}) =>
  eventsOf(await server.app.request(path, { headers: { authorization, ...headers } }))

describe("Prefer: respond-async", () => {
  it("is answered once the attempt is written, with the place to ask for its end", async () => {
    const { server, pay } = await waiting()
    await using _ = server
    const { status, header, body } = await server.send(attachedOrder(), { prefer: "respond-async" })
    assert.strictEqual(status, 202)
    assert.strictEqual(header("Preference-Applied"), "respond-async")
    const location = header("Location") ?? ""
    assert.deepInclude(body as Json, { attempt: location, state: "open" })
    const events = await stream(server, `${location}/events`)
    await next(events, "entry")
    pay()
    assert.strictEqual((await next(events, "end")).data.state, "approved")
    const { answer } = (await server.get(location)).body
    assert.deepInclude(answer, { status: 200 })
    assert.deepInclude(answer?.body, { paymentStatus: "Success" })
  })

  it("is refused like any other order, before anything is opened", async () => {
    await using server = makeServer()
    const refused = await server.send(order({ order: { price: { amount: 0 } } }), { prefer: "respond-async" })
    assert.strictEqual(refused.status, 400)
    assert.strictEqual((await server.send(order(), { prefer: "wait=10, respond-async" })).status, 202)
    const repeated = await server.send(order({ order: { price: { amount: 99 } } }), { prefer: "respond-async" })
    assert.strictEqual(repeated.status, 409)
  })
})

describe("an order with Prefer: respond-async, in log and trace", () => {
  const later = { prefer: "respond-async" }
  const linesOf = ({ events }: Server) => {
    const lines: Array<Json> = []
    const { listener } = makeLog({ format: "json" }, (line) => lines.push(JSON.parse(line)))
    for (const event of events) listener(event)
    return lines
  }
  const isEnded = async (server: Server, { body }: { readonly body: Json }) => {
    await next(await stream(server, `${body.attempt}/events`), "end")
    await server.settled()
  }

  it("is one line and one span, once it has ended, and says what it came to", async () => {
    const roots: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        if (options.kind === "server" && options.name.startsWith("POST")) roots.push(span)
        return span
      }
    })
    const terminal = await makeTerminal({ cardholder: Cardholder.manual })
    await using server = makeServer({ connector: terminal.connector, tracer })
    const taken = (await server.send(attachedOrder(), later)) as unknown as { readonly body: Json }
    await server.settled()
    assert.deepStrictEqual(linesOf(server), [])
    assert.deepStrictEqual([roots.length, roots[0]?.status._tag], [1, "Started"])
    terminal.presentCard(TestCard.standard)
    await isEnded(server, taken)
    const { time: _, request: __, milliseconds, trace_id, ...line } = linesOf(server)[0] ?? {}
    assert.isNumber(milliseconds)
    assert.strictEqual(trace_id, roots[0]?.traceId)
    assert.deepStrictEqual(line, {
      level: "INFO",
      status: 200,
      outcome: "Success",
      state: "approved",
      amount: 1250,
      currency: "EUR",
      paid: 1250,
      order: "ORDER_1",
      type: "Debit",
      terminal: "127.0.0.1:8888",
      login: "merchant",
      attempt: taken.body.id,
      link: taken.body.attempt
    })
    assert.lengthOf(linesOf(server), 1)
    assert.strictEqual(roots[0]?.status._tag, "Ended")
    const said = ["hipay_pos.state", "hipay_pos.outcome", "http.response.status_code"]
    assert.deepStrictEqual(
      said.map((name) => roots[0]?.attributes.get(name)),
      ["approved", "Approved", 202]
    )
  })

  it("is a warning where its outcome is unknown", async () => {
    const terminal = await makeTerminal({ faults: [answerLost] })
    await using server = makeServer({ connector: terminal.connector, settings: { answerTimeout: 20 } })
    await isEnded(server, (await server.send(attachedOrder(), later)) as unknown as { readonly body: Json })
    const [line, ...others] = linesOf(server)
    assert.deepInclude(line, { level: "WARN", status: 504, outcome: "outcome.unknown", state: "unknown", amount: 1250 })
    assert.match(String(line?.reason), /^SilentAfterSend: /)
    assert.lengthOf(others, 0)
  })

  it("is written, too, where the server closes meanwhile", async () => {
    const { server, pay } = await waiting()
    await server.send(attachedOrder(), later)
    const closed = server.runtime.dispose()
    pay()
    await closed
    await server.settled()
    assert.deepInclude(linesOf(server)[0], { state: "approved", order: "ORDER_1" })
  })
})

describe("Prefer: respond-async of an order that was paid", () => {
  it("is answered at once: with what is on record for its key, or with the refusal", async () => {
    await using server = makeServer()
    const headers = { prefer: "respond-async", "idempotency-key": "one" }
    const first = await server.send(order(), { "idempotency-key": "one" })
    const again = await server.send(order(), headers)
    assert.deepStrictEqual([again.status, again.body], [200, first.body])
    assert.isNull(first.header("X-Hipay-Pos-Replayed"))
    const { endedAt } = (await server.get(first.header("X-Hipay-Pos-Attempt") ?? "")).body
    for (const each of [again, await server.send(order(), { "idempotency-key": "one" })]) {
      assert.strictEqual(each.header("X-Hipay-Pos-Replayed"), endedAt)
    }
    assert.isNull(again.header("Preference-Applied"))
    const refused = await server.send(order(), { prefer: "respond-async" })
    assert.deepStrictEqual([refused.status, refused.body.error?.code], [409, "attempt.already.approved"])
  })
})

describe("an empty Idempotency-Key", () => {
  it("counts as none: it repeats no other order that has one", async () => {
    await using server = makeServer()
    const headers = { "idempotency-key": "" }
    assert.strictEqual((await server.send(order(), headers)).status, 200)
    assert.strictEqual((await server.send(order(), headers)).status, 409)
  })
})

describe("the stream of attempts", () => {
  it("says hello, then each change with a number", async () => {
    await using server = makeServer()
    const events = await stream(server, "/attempts/events")
    const { last } = (await next(events, "hello")).data as { readonly last: number }
    await server.send(order())
    const opened = await next(events, "attempt")
    assert.deepInclude(opened.data, { orderId: "ORDER_1", state: "open", amount: 1250, currency: "EUR" })
    const ended = await next(events, "attempt")
    assert.deepInclude(ended.data, { id: opened.data.id, state: "approved", paid: 1250 })
    assert.deepStrictEqual([opened.id, ended.id], [`${last + 1}`, `${last + 2}`])
  })

  it("sends a client that reconnects what it missed, or says that too much is forgotten", async () => {
    await using server = makeServer()
    const first = await stream(server, "/attempts/events")
    await server.send(order())
    const { id } = await next(first, "attempt")
    const events = await stream(server, "/attempts/events", { "last-event-id": id ?? "" })
    assert.strictEqual((await next(events, "attempt")).data.state, "approved")
    for (const unknown of ["77", `${Number(id) + 77}`, "9".repeat(16)]) {
      const stranger = await stream(server, "/attempts/events", { "last-event-id": unknown })
      assert.strictEqual((await next(stranger, "lost")).id, `${Number(id) + 1}`)
    }
  })

  it("shows a login without the role read its own attempts only", async () => {
    await using server = makeServer()
    const own = { authorization: `Basic ${Buffer.from("other:pâss:wörd").toString("base64")}` }
    const events = await stream(server, "/attempts/events", own)
    await next(events, "hello")
    await server.send(order())
    await server.send(order({ order: { order_id: "ORDER_2" } }), own)
    assert.strictEqual((await next(events, "attempt")).data.orderId, "ORDER_2")
  })

  it("is announced to HEAD, and not begun", async () => {
    await using server = makeServer()
    const head = await server.app.request("/attempts/events", { method: "HEAD", headers: { authorization } })
    assert.strictEqual(head.headers.get("content-type"), "text/event-stream; charset=utf-8")
    assert.isNull(head.body)
  })
})

describe("the timeline of an attempt", () => {
  it("goes from the request over frames and screens to the answer", async () => {
    await using server = makeServer()
    await server.send(order())
    const { attempts } = (await server.get("/attempts")).body
    const { body } = await server.get(`/attempts/${attempts?.[0]?.id}`)
    const { timeline } = body as unknown as { readonly timeline: ReadonlyArray<Json> }
    // The transaction comes when the terminal has charged, which may be before or after the answer.
    const told = timeline.filter(({ kind }) => kind !== "transaction")
    const kinds = told.map(({ kind, stage }) => stage ?? kind)
    assert.deepStrictEqual(kinds, [
      "request",
      "connected",
      "terminal-request",
      "woken",
      "card-presented",
      "authorising",
      "approved",
      "printing",
      "idle",
      "terminal-response",
      "answer"
    ])
    const asked = timeline.flatMap(({ kind, fields }) => (kind === "terminal-request" ? (fields as Array<Json>) : []))
    assert.deepInclude(
      asked.find(({ tag }) => tag === "CB"),
      { tag: "CB", value: "1250" }
    )
    assert.deepInclude(told.at(-1), { kind: "answer", status: 200 })
    assert.deepInclude(
      timeline.find(({ kind }) => kind === "transaction"),
      { status: 116 }
    )
  })
})

describe("a list of attempts", () => {
  it("is found by state, text and day, and goes on where it stopped", async () => {
    await using server = makeServer()
    for (const id of ["A-1", "B-2", "A-3"]) await server.send(order({ order: { order_id: id } }))
    const ids = async (query: string) => {
      const { body } = await server.get(`/attempts?${query}`)
      return { ids: body.attempts?.map(({ orderId }) => orderId), next: (body as Json).next as string | undefined }
    }
    assert.deepStrictEqual((await ids("q=a-")).ids, ["A-3", "A-1"])
    assert.deepStrictEqual((await ids("state=declined")).ids, [])
    assert.deepStrictEqual((await ids("day=2001-01-01")).ids, [])
    const first = await ids("limit=2")
    assert.deepStrictEqual(first.ids, ["A-3", "B-2"])
    assert.deepStrictEqual((await ids(first.next?.split("?")[1] ?? "")).ids, ["A-1"])
    assert.strictEqual((await server.get("/attempts?state=lost")).body.error?.code, "malformed.request")
  })

  it("does not end where the attempt is gone behind which it goes on: that is told", async () => {
    await using server = makeServer()
    await server.send(order())
    const { status, body } = await server.get("/attempts?before=gone")
    assert.deepStrictEqual(
      [status, body.error?.code, body.error?.description],
      [
        400,
        "malformed.request",
        "before: attempt gone is not kept any more, so it is not known which ones are older; list them again without it"
      ]
    )
  })

  it("is found by what stands on a slip: amount with point or comma, authorization number, last four digits, attempt", async () => {
    await using server = makeServer()
    await server.send(order({ order: { order_id: "OTHER", price: { amount: 999 } } }))
    await server.send(order({ order: { order_id: "WANTED", price: { amount: 1918 } } }))
    const found = async (text: string) => {
      const { body } = await server.get(`/attempts?q=${encodeURIComponent(text)}`)
      return body.attempts?.map(({ orderId }) => orderId)
    }
    const { body } = await server.get("/attempts?limit=1")
    const [wanted] = body.attempts as unknown as ReadonlyArray<{
      id: string
      card: { pan: string; authorizationNumber: string }
    }>
    assert.isDefined(wanted)
    assert.match(wanted?.card.pan ?? "", /\d{4}$/)
    for (const text of ["19.18", "19,18", wanted?.id ?? "", wanted?.card.authorizationNumber ?? ""]) {
      assert.deepStrictEqual(await found(text), ["WANTED"], text)
    }
    assert.deepStrictEqual(await found(wanted?.card.pan.slice(-4) ?? ""), ["WANTED", "OTHER"])
  })

  it("is found by the terminal's amount while it is unknown whether that was paid", async () => {
    await using server = makeServer()
    const info = { host_information: { host: "tip.terminal.test" } }
    await server.send(order({ order: { order_id: "TIP" }, info }))
    for (const text of ["12.50", "13.75"]) {
      const { attempts = [] } = (await server.get(`/attempts?q=${text}`)).body
      assert.deepStrictEqual(
        attempts.map(({ orderId, state }) => [orderId, state]),
        [["TIP", "unknown"]]
      )
    }
  })

  it("is counted by state, of those that match", async () => {
    await using server = makeServer()
    await server.send(order({ order: { order_id: "A-1" } }))
    await server.send(order({ order: { order_id: "B-2" } }))
    const none = { open: 0, "approved-in-part": 0, declined: 0, "not-started": 0, unknown: 0 }
    const counts = async (query: string) => (await server.get(`/attempts?format=counts${query}`)).body as Json
    assert.deepStrictEqual(await counts(""), { counts: { ...none, approved: 2 }, more: false })
    assert.deepStrictEqual(await counts("&q=a-1"), { counts: { ...none, approved: 1 }, more: false })
    assert.deepStrictEqual(await counts("&day=2001-01-01"), { counts: { ...none, approved: 0 }, more: false })
  })

  it("is of one order, by all of its id, page by page, in any space", async () => {
    await using server = makeServer()
    for (const order_id of ["A", "AA", "a", "A"]) {
      const info = { host_information: { host: "declined.terminal.test" } }
      await server.send(order({ order: { order_id }, info }))
    }
    const ids = async (path: string) => {
      const { attempts = [], next } = (await server.get(path)).body as Body & { readonly next?: string }
      return { ids: attempts.map(({ orderId }) => orderId), next }
    }
    assert.deepStrictEqual(await ids("/attempts?orderId=A&space="), { ids: ["A", "A"], next: undefined })
    const first = await ids("/attempts?orderId=A&limit=1")
    assert.deepStrictEqual(first.ids, ["A"])
    assert.deepStrictEqual((await ids(first.next ?? assert.fail("no more"))).ids, ["A"])
    assert.deepStrictEqual((await ids("/attempts?orderId=B")).ids, [])
  })

  it("is of the orders that a login sent with one key", async () => {
    await using server = makeServer()
    const pay = (order_id: string, key: string, who?: string) =>
      server.send(order({ order: { order_id } }), { "idempotency-key": key, ...(who && { authorization: who }) })
    const other = `Basic ${Buffer.from("other:pâss:wörd").toString("base64")}`
    await pay("A", "key 1")
    await pay("B", "key 1")
    await pay("C", "key 2")
    await pay("A", "key 1", other)
    const ids = async (query: string, headers?: Record<string, string>) =>
      ((await server.get(`/attempts?${query}`, headers)).body as Body).attempts?.map(({ orderId }) => orderId)
    assert.deepStrictEqual(await ids("idempotencyKey=key+1"), ["B", "A"])
    assert.deepStrictEqual(await ids("idempotencyKey=%20key%201&orderId=A"), ["A"])
    assert.deepStrictEqual(await ids("idempotencyKey=key+1", { authorization: other }), ["A"])
    assert.deepStrictEqual(await ids("idempotencyKey=key"), [])
  })

  it("is not had for a query that makes no sense, which is told where and why", async () => {
    await using server = makeServer()
    for (const [query, words] of [
      [
        "order_id=A",
        "order_id: no such name is known here; expected limit, before, state, orderId, idempotencyKey, q, day, format and locale"
      ],
      [
        "state=paid",
        'state: expected "open" | "approved" | "approved-in-part" | "declined" | "not-started" | "unknown"'
      ],
      ["state=unknown&limit=9&state=open", "state: expected one value, got 2"],
      ["idempotencyKey=+", "idempotencyKey: expected a key"],
      ["limit=0", "limit: expected a whole number from 1 to 999999"],
      ["limit=many", "limit: expected a whole number from 1 to 999999"],
      ["limit=1000000", "limit: expected a whole number from 1 to 999999"],
      ["day=yesterday", "day: expected a day as YYYY-MM-DD, or today"],
      ["day=2026-13-01", "day: expected a day as YYYY-MM-DD, or today"],
      ["day=2026-02-30", "day: expected a day as YYYY-MM-DD, or today"],
      ["day=2026-02-28&format=csv&locale=x", "locale: expected a language such as fr-FR or en-GB"],
      ["format=csv", "format=csv is about one day: expected day=YYYY-MM-DD"]
    ]) {
      const { status, body } = await server.get(`/attempts?${query}`)
      assert.deepStrictEqual([status, body.error?.description], [400, words])
    }
  })

  it("comes with a day's totals, as JSON or as a table", async () => {
    await using server = makeServer()
    await server.send(order())
    const [opened] = (await server.get("/attempts")).body.attempts ?? []
    const day = String(opened?.openedAt).slice(0, 10)
    const { body } = await server.get(`/attempts?day=${day}&format=totals`)
    assert.deepInclude((body as unknown as { readonly totals: ReadonlyArray<Json> }).totals[0], {
      terminal: "192.0.2.10:8888",
      net: 1250
    })
    const csv = await server.app.request(`/attempts?day=${day}&format=csv`, { headers: { authorization } })
    assert.strictEqual(csv.headers.get("content-type"), "text/csv; charset=utf-8")
    assert.match(await csv.text(), /ORDER_1,Debit,approved,12\.50,12\.50,EUR/)
    assert.strictEqual((await server.get("/attempts?format=csv")).status, 400)
  })
})

describe("resolving", () => {
  const word = { outcome: "approved", by: "Marie", evidence: "merchant copy 000123" }

  it("ends an unknown attempt by a person's word, kept with name and evidence", async () => {
    const { server, path } = await unknown()
    await using _ = server
    const { status, body } = await post(server, `${path}/resolve`, word)
    assert.strictEqual(status, 200)
    assert.strictEqual(body.state, "approved")
    assert.deepInclude(body.resolutions[0], { ...word, login: "merchant" })
    assert.deepStrictEqual(body.resolution, body.resolutions[0])
    assert.match(body.resolution.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const kinds = body.timeline.map(({ kind }: Json) => kind)
    assert.deepStrictEqual(kinds.slice(-2), ["answer", "resolution"])
    const repeated = await server.send(attachedOrder())
    assert.strictEqual(repeated.status, 409)
    assert.strictEqual(repeated.body.error?.code, "attempt.already.approved")
    assert.deepInclude(repeated.body.error?.details?.recorded, { paymentStatus: "Success" })
  })

  it("lets an order that was not paid be paid again", async () => {
    const { server, terminal, path } = await unknown()
    await using _ = server
    terminal.clearFault()
    assert.strictEqual((await server.send(attachedOrder())).status, 409)
    const declined = { ...word, outcome: "declined" }
    const refused = await post(server, `${path}/resolve`, declined)
    assert.strictEqual(refused.status, 409)
    assert.strictEqual(refused.body.error.code, "attempt.answer.pending")
    const { seconds } = refused.body.error.details
    assert.match(
      refused.body.error.description,
      new RegExp(`may still answer this attempt for ${seconds} s, .*"override": true`)
    )
    assert.strictEqual((await post(server, `${path}/resolve`, { ...declined, override: true })).status, 200)
    assert.strictEqual((await server.send(attachedOrder())).body.paymentStatus, "Success")
  })

  it.each([
    [{ paid: 500 }, "approved-in-part", "ApprovedInPart", { remaining: { minorUnits: 750, currency: "EUR" } }, 500],
    [{ paid: 1250 }, "approved", "Approved", {}, 1250],
    [{ paid: 1500, over: true }, "approved", "Approved", { amount: { minorUnits: 1500, currency: "EUR" } }, 1500]
  ])("says what was paid, the same in every answer: %o", async (said, state, tag, part, paid) => {
    const { server, path } = await unknown()
    await using _ = server
    const card = { authorizationNumber: "A12345", lastFour: "4242" }
    const { status, body } = await post(server, `${path}/resolve`, { ...word, ...card, ...said })
    assert.strictEqual(status, 200)
    assert.deepInclude(body, { state, paid })
    assert.deepInclude(body.outcome, { _tag: tag, ...part })
    assert.deepStrictEqual(body.outcome.card, { authorizationNumber: "A12345", pan: "############4242" })
    assert.deepInclude(body.resolution, { ...word, ...card, paid })
    const shown = (await server.get(path)).body as Json
    assert.deepStrictEqual(shown, body)
    const list = (await server.get("/attempts")).body as Json
    assert.deepInclude((list.attempts as Array<Json>)[0], { state, paid })
    const day = String(shown.openedAt).slice(0, 10)
    const { totals } = (await server.get(`/attempts?day=${day}&format=totals`)).body as Json
    assert.deepInclude((totals as Array<Json>)[0], { debit: { count: 1, amount: paid }, net: paid })
    const csv = await (
      await server.app.request(`/attempts?day=${day}&format=csv`, { headers: { authorization } })
    ).text()
    assert.include(csv, `,${state},12.50,${(paid / 100).toFixed(2)},EUR,A12345,merchant,`)
    const repeated = await server.send(attachedOrder())
    assert.strictEqual(repeated.status, 409)
    assert.deepInclude(repeated.body.error?.details as Json, { state, paid })
    assert.deepInclude(repeated.body.error?.details?.recorded, { paymentStatus: "Success" })
    assert.strictEqual((repeated.body.error?.details?.recorded as Body | undefined)?.order?.price?.amount, paid)
  })

  it("takes no approval without its amount where the terminal gave another one", async () => {
    await using server = makeServer()
    const info = { host_information: { host: "tip.terminal.test" } }
    const path = (await server.send(order({ info }))).body.error?.details?.attempt ?? ""
    const { status, body } = await post(server, `${path}/resolve`, word)
    assert.strictEqual(status, 400)
    assert.strictEqual(
      body.error.description,
      `paid: expected the amount that was paid, because the terminal said 13.75 EUR (1375 minor units), not the 12.50 EUR (1250 minor units) that were asked for; got nothing`
    )
    assert.deepInclude((await server.get(path)).body as Json, { state: "unknown", resolutions: [] })
    const whole = await post(server, `${path}/resolve`, { ...word, paid: 1250 })
    assert.deepInclude(whole.body, { state: "approved", paid: 1250 })
    assert.strictEqual((await post(server, `${path}/resolve`, word)).status, 409)
  })

  it.each([
    [
      { paid: 1500 },
      /^paid: 15\.00 EUR \(1500 minor units\) is more than the 12\.50 EUR \(1250 minor units\) that were asked for: .*"over": true/
    ],
    [{ paid: 0 }, /^paid: expected a whole number of minor units .* got 0$/],
    [{ paid: -5 }, /^paid: expected a whole number of minor units .* got -5$/],
    [{ paid: 12.5 }, /^paid: expected a whole number of minor units .* got 12\.5$/],
    [{ paid: "12.50" }, /^paid: expected .*number, got "12\.50"$/],
    [{ paid: null }, /^paid: expected .*number, got null$/],
    [{ paid: 1e15, over: true }, /^paid: expected .*got/],
    [{ outcome: "declined", paid: 500 }, /^paid: expected only with the outcome "approved", got 500 with "declined"$/],
    [{ outcome: "set-aside", paid: 500 }, /^paid: expected only with the outcome "approved"/],
    [{ over: true }, /^paid: expected the amount .*"over": true, got nothing$/],
    [{ amount: 1500, foo: 1 }, /amount: no such name is known here.*foo: no such name is known here/],
    [
      { lastFour: "4111111111111111" },
      /^lastFour: expected the last 4 digits of the card, got a text of 16 characters$/
    ],
    [
      { authorizationNumber: "A 1" },
      /^authorizationNumber: expected 1 to 10 letters and digits, got a text of 3 characters$/
    ],
    [{ by: "" }, /^by: expected 1 to 500 characters.*got nothing$/],
    [{ outcome: "paid" }, /^outcome: expected "approved" \| "declined" \| "set-aside", got "paid"$/]
  ])("refuses what cannot be, by the field's name, and changes nothing: %o", async (odd, words) => {
    const { server, path } = await unknown()
    await using _ = server
    const { status, body } = await post(server, `${path}/resolve`, { ...word, ...odd })
    assert.strictEqual(status, 400)
    assert.match(body.error.description, words)
    assert.deepInclude((await server.get(path)).body as Json, { state: "unknown", resolutions: [] })
  })

  it("says what is known and what to do where a person comes too late with another word", async () => {
    const { server, path } = await unknown()
    await using _ = server
    await post(server, `${path}/resolve`, word)
    const { status, body } = await post(server, `${path}/resolve`, { ...word, outcome: "approved", paid: 500 })
    assert.strictEqual(status, 409)
    assert.strictEqual(
      body.error.description,
      "Only an unknown outcome can be resolved; this one is approved with 12.50 EUR. If the order was paid again or another way, refund 7.50 EUR to the customer."
    )
  })

  it("is refused when the end is known, when the body says too little, and without the role", async () => {
    const { server, path } = await unknown()
    await using _ = server
    const short = await post(server, `${path}/resolve`, { outcome: "approved", by: "", evidence: "x" })
    assert.strictEqual(short.status, 400)
    assert.strictEqual(short.body.error.code, "malformed.request")
    const payer = { authorization: `Basic ${Buffer.from("other:pâss:wörd").toString("base64")}` }
    assert.strictEqual((await post(server, `${path}/resolve`, word, payer)).body.error.code, "role.missing")
    assert.strictEqual((await post(server, `${path}/resolve`, word)).status, 200)
    const again = await post(server, `${path}/resolve`, word)
    assert.strictEqual(again.status, 409)
    assert.strictEqual(again.body.error.code, "attempt.not.unknown")
    assert.deepInclude(again.body.error.details, { state: "approved" })
    assert.deepInclude(again.body.error.details.recorded, { paymentStatus: "Success" })
  })

  it("is told from a wrong address where there is none by its id", async () => {
    const { server } = await unknown()
    await using _ = server
    const refusals = [
      await server.get("/attempts/nope"),
      await server.get("/attempts/nope/events"),
      await post(server, "/attempts/nope/resolve", word),
      await post(server, "/attempts/nope/ask", {})
    ]
    for (const { status, body } of refusals) {
      assert.deepInclude(body.error, {
        status: 404,
        code: "attempt.not.found",
        description: "There is no attempt nope, or this login may not see it."
      })
      assert.strictEqual(status, 404)
    }
    assert.strictEqual((await server.get("/attempts/nope/else")).body.error?.code, "route.not.found")
  })
})

describe("a trailing slash", () => {
  it("is the same route, for orders, attempts and the session", async () => {
    const { server, path } = await unknown()
    await using _ = server
    assert.strictEqual((await server.get(`${path}/`)).status, 200)
    assert.strictEqual((await server.get("/attempts/")).status, 200)
    assert.strictEqual((await server.get("/session/")).status, 200)
    assert.strictEqual(
      (await post(server, `${path}/resolve/`, { outcome: "approved", by: "A", evidence: "e" })).status,
      200
    )
    const sent = await post(server, "/v1/connector/order/", attachedOrder("ORDER_2"))
    assert.strictEqual(sent.status, 504)
    assert.strictEqual((await server.app.request("/v1/connector/order/", { headers: { authorization } })).status, 405)
  })
})

describe("a session", () => {
  it("refuses properties that it does not know, by name", async () => {
    await using server = makeServer()
    const { status, body } = await post(server, "/session", { username: "merchant", password: "secret", rmb: true })
    assert.strictEqual(status, 400)
    assert.strictEqual(body.error.description, "rmb: no such name is known here; expected username, password and space")
  })

  it("stands for a login until it is ended", async () => {
    await using server = makeServer()
    const opened = await post(server, "/session", { username: "merchant", password: "secret", space: "demo" })
    assert.strictEqual(opened.status, 204)
    const [cookie = ""] = (opened.headers.get("set-cookie") ?? "").split(";")
    assert.match(opened.headers.get("set-cookie") ?? "", /; Path=\/; HttpOnly; SameSite=Strict$/)
    const session = await server.get("/session", { cookie })
    assert.deepInclude(session.body as Json, { login: "merchant", mode: "simulated", space: "demo" })
    assert.strictEqual((await server.get("/attempts", { cookie })).status, 200)
    await server.app.request("/session", { method: "DELETE", headers: { cookie } })
    assert.strictEqual((await server.get("/session", { cookie })).status, 401)
  })

  it("is asked for by the page, never by the browser's own login window", async () => {
    await using server = makeServer()
    assert.isNull((await server.get("/session", {})).header("www-authenticate"))
    assert.isNull((await server.get("/attempts", { cookie: "hipay-pos-session=old" })).header("www-authenticate"))
    assert.isNotNull((await server.get("/attempts", {})).header("www-authenticate"))
  })

  it("is not had for a wrong password", async () => {
    await using server = makeServer()
    assert.strictEqual((await post(server, "/session", { username: "merchant", password: "guess" })).status, 401)
  })

  it("is not had in a space that cannot be", async () => {
    await using server = makeServer()
    const refused = await post(server, "/session", { username: "merchant", password: "secret", space: "a b" })
    assert.strictEqual(refused.status, 400)
    assert.isNull(refused.headers.get("set-cookie"))
  })
})

describe("a space", () => {
  it("has its own attempts and terminals, by login or by header", async () => {
    await using server = makeServer()
    const inSpace = { authorization: `Basic ${btoa("merchant+one:secret")}` }
    assert.strictEqual((await server.send(order(), inSpace)).status, 200)
    assert.strictEqual((await server.send(order())).status, 200)
    assert.strictEqual((await server.send(order(), { "x-mock-space": "two" })).status, 200)
    assert.strictEqual((await server.send(order(), { "x-mock-space": "one" })).status, 409)
    assert.lengthOf((await server.get("/attempts", { authorization, "x-mock-space": "one" })).body.attempts ?? [], 1)
  })

  it("has a name that can be written in a login", async () => {
    await using server = makeServer()
    const { status, body } = await server.send(order(), { "x-mock-space": "no such/space" })
    assert.strictEqual(status, 400)
    assert.strictEqual(body.error?.code, "no.such.space")
  })
})
