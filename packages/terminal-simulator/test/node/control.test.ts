import * as http from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Cardholder, Fault, TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import { makeControlRoutes } from "@hipay-pos/terminal-simulator/control"
import { makeControl, startControl, startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { fieldsOf, request } from "../ecr.ts"
import { exchange } from "../memory.ts"

const TOKEN = "let-me-in"

const setUp = (options: TerminalSimulator.Options = {}) =>
  Effect.gen(function* () {
    const terminal = yield* TerminalSimulator.make({ name: "front", ...options })
    const app = makeControl({ terminals: () => [terminal], token: TOKEN })
    const call = (method: string, path: string, body?: unknown, token = TOKEN) =>
      Effect.promise(async () => {
        const response = await app.request(path, {
          method,
          headers: { authorization: `Bearer ${token}` },
          ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) })
        })
        return { status: response.status, body: (await response.json()) as object }
      })
    return { terminal, call }
  })

describe("the control routes behind the logins of another program", () => {
  it.effect("refuse in the words of their host", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ name: "front" })
      const app = makeControlRoutes({
        terminals: () => [terminal],
        refuse: (c, status, code) => c.text(`no ${code}`, status)
      })
      const response = yield* Effect.promise(async () => app.request("/terminals/back"))
      assert.strictEqual(yield* Effect.promise(() => response.text()), "no terminal")
    })
  )

  it.effect("end their event streams when their host says so", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ name: "front" })
      const closing = new AbortController()
      const app = makeControlRoutes({ terminals: () => [terminal], closing: () => closing.signal })
      const response = yield* Effect.promise(async () => app.request("/terminals/front/events"))
      closing.abort()
      assert.match(yield* Effect.promise(() => response.text()), /^event: State\n/)
    })
  )

  it.effect("begin no event stream for HEAD", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ name: "front" })
      const app = makeControlRoutes({ terminals: () => [terminal] })
      const response = yield* Effect.promise(async () => app.request("/terminals/front/events", { method: "HEAD" }))
      assert.strictEqual(response.headers.get("content-type"), "text/event-stream")
    })
  )
})

describe("the control API", () => {
  it.effect("wants its token for everything", () =>
    Effect.gen(function* () {
      const { call } = yield* setUp()
      assert.strictEqual((yield* call("GET", "/terminals", undefined, "wrong")).status, 401)
      assert.strictEqual((yield* call("GET", "/nowhere", undefined, "")).status, 401)
      assert.strictEqual((yield* call("GET", "/nowhere")).status, 404)
    })
  )

  it.effect("lists terminals with what their screen shows", () =>
    Effect.gen(function* () {
      const { call } = yield* setUp()
      assert.deepStrictEqual((yield* call("GET", "/terminals")).body, [
        {
          name: "front",
          profile: "plain",
          stage: "idle",
          screen: ["BIENVENUE", "SIMULATION"],
          cardholder: "auto",
          stepsLeft: 0,
          faults: []
        }
      ])
      assert.strictEqual((yield* call("GET", "/terminals/back")).status, 404)
    })
  )

  it.effect("presents cards and presses keys", () =>
    Effect.gen(function* () {
      const { terminal, call } = yield* setUp({ cardholder: Cardholder.manual })
      assert.deepStrictEqual((yield* call("POST", "/terminals/front/card", { card: "cb" })).body, { taken: false })
      const fiber = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust(1)
      assert.deepStrictEqual((yield* call("POST", "/terminals/front/card", { card: "cb-pin" })).body, { taken: true })
      yield* TestClock.adjust(1)
      for (const key of ["1", "2", "3", "4"]) yield* call("POST", "/terminals/front/key", { key })
      yield* call("POST", "/terminals/front/key", { key: "enter" })
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AE, "10")
    })
  )

  it.effect("sets and removes the script, the cardholder and faults", () =>
    Effect.gen(function* () {
      const { terminal, call } = yield* setUp()
      yield* call("PUT", "/terminals/front/script", { script: ["refused", { card: "visa", entryMode: "contactless" }] })
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AF, "04")
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).CI, "2")
      yield* call("PUT", "/terminals/front/cardholder", { cardholder: { card: "amex" } })
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).CC, "002")
      const set = yield* call("POST", "/terminals/front/faults", { fault: "missing-amount", times: 1 })
      assert.strictEqual(set.status, 201)
      assert.isUndefined(fieldsOf((yield* exchange(terminal, request())).text).CB)
      assert.deepStrictEqual(terminal.faults(), [])
      yield* call("POST", "/terminals/front/faults", JSON.stringify("reset@after-approval"))
      assert.deepStrictEqual((yield* call("DELETE", "/terminals/front/faults/reset")).body, [])
    })
  )

  it.effect("shows a fault as it is set: what is read can be set again", () =>
    Effect.gen(function* () {
      const { call } = yield* setUp()
      for (const { name, stages } of Object.entries(Fault.catalogue).map(([name, each]) => ({ name, ...each }))) {
        for (const stage of stages) {
          yield* call("PUT", "/terminals/front/faults", [{ fault: name, stage }])
          const { body } = yield* call("GET", "/terminals/front")
          const { faults } = body as { readonly faults: ReadonlyArray<unknown> }
          assert.lengthOf(faults, 1, `${name}@${stage}`)
          yield* call("DELETE", "/terminals/front/faults")
          assert.deepStrictEqual((yield* call("PUT", "/terminals/front/faults", faults)).body, faults)
        }
      }
    })
  )

  it.effect("refuses a fault that excludes another, and says what is left of one", () =>
    Effect.gen(function* () {
      const { terminal, call } = yield* setUp()
      yield* call("POST", "/terminals/front/faults", { fault: "split", times: 2 })
      const { status, body } = yield* call("POST", "/terminals/front/faults", JSON.stringify("cut"))
      assert.strictEqual(status, 400)
      assert.nestedPropertyVal(body, "error.code", "fault")
      assert.nestedPropertyVal(
        body,
        "error.message",
        "cut@mid-answer cannot be set beside split@mid-answer: both change how the answer is delivered"
      )
      const paying = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(paying)
      assert.nestedPropertyVal((yield* call("GET", "/terminals/front")).body, "faults[0].times", 1)
    })
  )

  it.effect("reads journal and ledger, and resets", () =>
    Effect.gen(function* () {
      const { terminal, call } = yield* setUp()
      yield* exchange(terminal, request({ CF: "ORDER_9" }))
      const journal = (yield* call("GET", "/terminals/front/journal")).body
      assert.include(JSON.stringify(journal), "CF007ORDER_9")
      const ledger = (yield* call("GET", "/terminals/front/ledger")).body
      assert.nestedPropertyVal(ledger, "totals[0].net", 1245)
      yield* call("POST", "/terminals/front/reset")
      assert.deepStrictEqual((yield* call("GET", "/terminals/front/journal")).body, [])
    })
  )

  it.effect("runs the remote collection, after which a sale can no longer be cancelled", () =>
    Effect.gen(function* () {
      const { terminal, call } = yield* setUp()
      yield* exchange(terminal, request({}))
      assert.deepStrictEqual((yield* call("POST", "/terminals/front/collection")).body, { collected: 1 })
      assert.deepStrictEqual((yield* call("POST", "/terminals/front/collection")).body, { collected: 0 })
      const { text } = yield* exchange(terminal, request({ CD: "2" }))
      assert.strictEqual(fieldsOf(text).AE, "01")
      assert.strictEqual((yield* call("POST", "/terminals/back/collection")).status, 404)
    })
  )

  it.effect("leaves the remote collection to a host that keeps transactions", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ name: "front" })
      const app = makeControlRoutes({ terminals: () => [terminal] })
      const response = yield* Effect.promise(async () => app.request("/terminals/front/collection", { method: "POST" }))
      assert.strictEqual(response.status, 404)
    })
  )

  it.effect("says what is wrong with a body", () =>
    Effect.gen(function* () {
      const { call } = yield* setUp()
      for (const [method, path, body, problem] of [
        ["POST", "card", { card: "gold" }, "card: expected a test card: cb, cb-pin, "],
        ["POST", "card", "[]", 'the call: expected an object such as { "card": "cb" }'],
        ["POST", "card", { card: "cb", mode: "contact" }, "mode: no such name is known here"],
        ["POST", "key", { key: "F1" }, 'key: expected "0" | "1" | '],
        ["PUT", "script", { script: ["dance"] }, 'script[0]: expected "approved" | '],
        ["PUT", "script", { script: "refused" }, 'script: expected a list such as ["declined", "approved"]'],
        ["PUT", "cardholder", { cardholder: "nobody" }, 'cardholder: expected "auto" | "manual" | "amount"'],
        ["PUT", "cardholder", { cardholder: 5 }, 'cardholder: expected "auto", "manual", "amount", { "card": … } or '],
        [
          "POST",
          "faults",
          { fault: "refuse", stage: "mid-answer" },
          'unknown fault "refuse@mid-answer"; known: refuse@'
        ],
        ["POST", "faults", { fault: "split", bytes: 7 }, "bytes: no such name is known here"],
        ["POST", "faults", "{", "the body is not JSON"],
        ["PUT", "script", { script: Array(20_000).fill("approved") }, "the body is too long"]
      ] as const) {
        const answer = yield* call(method, `/terminals/front/${path}`, body)
        assert.strictEqual(answer.status, 400, path)
        assert.include(JSON.parse(JSON.stringify(answer.body)).error.message, problem)
      }
      const unknown = yield* call("DELETE", "/terminals/front/faults/explode")
      assert.deepStrictEqual(unknown, {
        status: 404,
        body: { error: { code: "fault", message: 'unknown fault "explode"' } }
      })
    })
  )

  it.effect("lists cards, faults and profiles", () =>
    Effect.gen(function* () {
      const { call } = yield* setUp()
      assert.lengthOf(Object.keys((yield* call("GET", "/cards")).body), TestCard.all.length)
      assert.property((yield* call("GET", "/faults")).body, "answer-lost")
      assert.nestedPropertyVal((yield* call("GET", "/profiles")).body, "[0].name", "plain")
    })
  )
})

describe("startControl", () => {
  const get = (url: string, headers: http.OutgoingHttpHeaders) =>
    new Promise<number | undefined>((resolve, reject) => {
      http.get(url, { headers }, (response) => resolve(response.resume().statusCode)).on("error", reject)
    })

  it("serves programs on this machine, and no page in a browser", async () => {
    await using terminal = await startTerminal({ port: 0 })
    await using control = await startControl({ terminals: () => [terminal.simulator] })
    const authorization = `Bearer ${control.token}`
    assert.strictEqual(await get(`${control.url}/terminals`, { authorization }), 200)
    assert.strictEqual(await get(`${control.url}/terminals`, {}), 401)
    const nowhere = await fetch(`${control.url}/nowhere`, { headers: { authorization } })
    assert.deepStrictEqual(await nowhere.json(), { error: { code: "path", message: "there is no route /nowhere" } })
    assert.strictEqual(await get(`${control.url}/terminals`, { authorization, host: "evil.example" }), 403)
    assert.strictEqual(await get(`${control.url}/terminals`, { authorization, origin: "https://evil.example" }), 403)
  })

  it("streams events as they happen", async () => {
    await using terminal = await startTerminal({ port: 0 })
    await using control = await startControl({ terminals: () => [terminal.simulator] })
    const stop = new AbortController()
    const response = await fetch(`${control.url}/terminals/terminal/events`, {
      headers: { authorization: `Bearer ${control.token}` },
      signal: stop.signal
    })
    assert.strictEqual(response.headers.get("content-type"), "text/event-stream")
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ""
    const readUntil = async (mark: string) => {
      while (reader !== undefined && !text.includes(mark)) text += (await reader.read()).value ?? ""
    }
    await readUntil("event: State")
    await Effect.runPromise(exchange(terminal.simulator, request()))
    await readUntil("event: Answer")
    stop.abort()
    assert.include(text, '"stage":"approved"')
  })
})
