/** Answers and pages while the end of a payment cannot be written, and when the store cannot be read. */
import { assert, describe, it } from "@effect/vitest"
import { MemoryStore } from "@hipay-pos/server"
import * as AttemptStore from "@hipay-pos/server/AttemptStore"
import { makeLog } from "@hipay-pos/server/bin"
import { Fault } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { onTestFinished, vi } from "vitest"
import { eventsOf, next } from "./events.ts"
import { attachedOrder, authorization, type Json, makeServer, makeTerminal, order } from "./server.ts"

const failure = AttemptStore.unavailable("database or disk is full")

/** A mock whose store fails for what is named, until `disk.fails` is empty. */
const start = (...fails: ReadonlyArray<keyof AttemptStore.AttemptStore>) => {
  const memory = MemoryStore.make()
  const disk = { fails: new Set(fails), claims: failure }
  const guarded = <K extends keyof AttemptStore.AttemptStore>(name: K) =>
    ((...given: ReadonlyArray<never>) =>
      Effect.suspend(() =>
        disk.fails.has(name)
          ? Effect.fail(name === "claim" ? disk.claims : failure)
          : (memory[name] as (...given: ReadonlyArray<never>) => Effect.Effect<unknown>)(...given)
      )) as unknown as AttemptStore.AttemptStore[K]
  const names = Object.keys(memory) as ReadonlyArray<keyof AttemptStore.AttemptStore>
  const store = Object.fromEntries(names.map((name) => [name, guarded(name)])) as unknown as AttemptStore.AttemptStore
  return { ...makeServer({ store }), memory, disk }
}

const resolve = async (server: ReturnType<typeof makeServer>, id: unknown, outcome: string) => {
  const response = await server.app.request(`/attempts/${id}/resolve`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ outcome, by: "Ada", evidence: "the receipt", override: true })
  })
  return { status: response.status, body: (await response.json()) as { readonly error: Json } }
}

describe("while the end of a payment cannot be written", () => {
  it("the caller has it, the attempt shows it, nothing overwrites it, and the server is not ready", async () => {
    const server = start("change", "tryWrite")
    const events = eventsOf(await server.app.request("/attempts/events", { headers: { authorization } }))
    assert.strictEqual((await server.app.request("/readyz")).status, 200)
    const { status, body } = await server.send(order())
    assert.deepStrictEqual([status, body.paymentStatus], [200, "Success"])

    const [listed] = (await server.get("/attempts")).body.attempts ?? []
    assert.deepInclude(listed, { state: "approved", warnings: 1, alarms: ["attempt.end.not.written"] })
    const shown = (await server.get(`/attempts/${listed?.id}`)).body as unknown as Record<string, ReadonlyArray<Json>>
    assert.deepInclude(shown.findings?.[0], { code: "attempt-end-not-written", actual: "database or disk is full" })
    const alarm = shown.timeline?.find(({ kind }) => kind === "alarm")
    assert.match(
      String(alarm?.message),
      /^The end of this attempt \(approved\) could not be written: database or disk is full\. /
    )

    const told = (await next(events, "alarm")).data
    assert.deepInclude(told, { attempt: listed?.id, orderId: "ORDER_1", code: "attempt.end.not.written" })
    assert.deepStrictEqual(told.details, { state: "approved", reason: "database or disk is full" })

    const refused = await resolve(server, listed?.id, "declined")
    assert.deepInclude(refused.body.error, { status: 409, code: "attempt.not.unknown" })
    assert.deepInclude(refused.body.error.details as Json, { state: "approved" })
    const again = await server.send(order())
    assert.deepStrictEqual([again.status, again.body.error?.code], [409, "attempt.already.approved"])

    const probe = await server.app.request("/readyz")
    assert.strictEqual(probe.status, 503)
    const [unwritten, owed] = [
      "the store cannot be written: database or disk is full",
      "payment results not written yet: 1 (database or disk is full)"
    ]
    assert.deepStrictEqual(await probe.json(), {
      ready: false,
      problems: [unwritten, owed],
      checks: {
        draining: { ok: true },
        serving: { ok: true },
        store: { ok: false, problem: unwritten },
        ends: { ok: false, problem: owed }
      }
    })

    server.disk.fails.clear()
    assert.strictEqual((await next(events, "alarm")).data.code, "attempt.end.written.late")
    assert.strictEqual((await server.app.request("/readyz")).status, 200)
    assert.strictEqual((await Effect.runPromise(server.memory.get(String(listed?.id))))?.state, "approved")
    await server[Symbol.asyncDispose]()
  })
})

describe("a store that fails", () => {
  it("says what failed, and says of an order alone that nothing was sent", async () => {
    const server = start("claim", "get", "list")
    const told = async (path: string) => (await server.get(path)).body.error
    const reason = { reason: "database or disk is full" }
    const { error } = (await server.send(order())).body
    assert.deepInclude(error, { code: "attempt.not.recorded", details: reason })
    assert.include(error?.description, "(database or disk is full), so nothing was sent to a terminal.")
    for (const path of ["/attempts", "/attempts/1", "/attempts/1/events", "/attempts?day=2026-01-01&format=totals"]) {
      const unreadable = await told(path)
      assert.deepInclude(unreadable, { status: 500, code: "attempts.unreadable", details: reason }, path)
      assert.notInclude(unreadable?.description, "terminal")
    }
    assert.deepInclude((await resolve(server, "1", "approved")).body.error, { code: "attempts.unreadable" })
    await server[Symbol.asyncDispose]()
  })

  it("that can still be read is not ready from a refused order on, until a write succeeds", async () => {
    vi.useFakeTimers({ toFake: ["performance"] })
    onTestFinished(() => void vi.useRealTimers())
    const warnings: Array<string> = []
    const server = start("claim", "tryWrite")
    const probe = async () => {
      const response = await server.app.request("/readyz")
      return [response.status, ((await response.json()) as { readonly problems?: ReadonlyArray<string> }).problems]
    }
    const cannot = ["the store cannot be written: database or disk is full"]
    assert.deepStrictEqual(await probe(), [200, undefined])
    assert.strictEqual((await server.send(order())).status, 500)
    assert.deepStrictEqual(await probe(), [503, cannot])
    vi.advanceTimersByTime(600_000)
    assert.deepStrictEqual(await probe(), [503, cannot])
    // No order has to come: the next probe sees that it is over.
    server.disk.fails.clear()
    vi.advanceTimersByTime(1_000)
    assert.deepStrictEqual(await probe(), [200, undefined])
    server.disk.fails.add("claim")
    assert.strictEqual((await server.send(order())).status, 500)
    assert.deepStrictEqual(await probe(), [503, cannot])
    server.disk.fails.clear()
    assert.strictEqual((await server.send(order())).status, 200)
    assert.deepStrictEqual(await probe(), [200, undefined])
    const listener = makeLog({ format: "text" }, (line) => warnings.push(line)).listener
    for (const event of server.events)
      if (event._tag === "StoreWarning" || event._tag === "OrderAnswered") listener(event)
    assert.lengthOf(warnings, 7)
    for (const place of [0, 3])
      assert.match(
        warnings[place] ?? "",
        / {2}store {2}attempts cannot be written: database or disk is full; new orders are refused before anything is sent$/
      )
    assert.match(warnings[1] ?? "", / {2}attempt\.not\.recorded: database or disk is full$/)
    for (const place of [2, 5]) assert.match(warnings[place] ?? "", / {2}store {2}attempts can be written again$/)
    await server[Symbol.asyncDispose]()
  })

  it("does not say that an order is safe to send again when it cannot tell whether it was sent before", async () => {
    const server = start("claim")
    server.disk.claims = AttemptStore.earlierUnknown(AttemptStore.unavailable("disk"))
    const { error } = (await server.send(order())).body
    assert.deepInclude(error, { status: 500, code: "attempts.unreadable" })
    assert.include(error?.description, "but may have been sent earlier")
    await server[Symbol.asyncDispose]()
  })

  it.each([
    ["is not recorded", AttemptStore.unavailable("disk"), "resolution.not.recorded", /The attempt is unchanged/],
    ["may be recorded", AttemptStore.unanswered("late"), "resolution.unknown", /Look at the attempt before/]
  ] as const)("says of a person's word that it %s", async (_, failure, code, words) => {
    const terminal = await makeTerminal({ faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    const memory = MemoryStore.make()
    let fails = false
    const change: AttemptStore.AttemptStore["change"] = (seen, next) =>
      fails ? Effect.fail(failure) : memory.change(seen, next)
    await using server = makeServer({
      store: { ...memory, change },
      connector: terminal.connector,
      settings: { answerTimeout: 20 }
    })
    const id = (await server.send(attachedOrder())).body.error?.details?.attempt?.split("/").at(-1)
    fails = true
    const { error } = (await resolve(server, id, "approved")).body
    assert.deepInclude(error, { status: 500, code })
    assert.match(String(error.description), words)
    assert.notInclude(String(error.description), "sent")
    fails = false
    assert.strictEqual((await resolve(server, id, "approved")).status, 200)
  })
})

describe("an alarm in the log", () => {
  const alarm = {
    _tag: "Alarm",
    attempt: "a1",
    orderId: "ORDER_1",
    at: 0,
    code: "attempt.resolution.contradicted",
    message: "Ada resolved this attempt as declined, but 12.50 EUR was charged.",
    details: { said: "declined", paid: 1250 }
  } as const

  it.each([
    [
      "json",
      /"level":"ERROR","said":"declined","paid":1250,"alarm":"attempt\.resolution\.contradicted","attempt":"a1","message":"Ada resolved /
    ],
    [
      "text",
      /ALARM attempt\.resolution\.contradicted {2}a1 {2}Ada resolved this attempt as declined, but 12\.50 EUR was charged\./
    ]
  ] as const)("has its own code and sentence (%s)", (format, line) => {
    const lines: Array<string> = []
    makeLog({ format }, (line) => void lines.push(line)).listener(alarm)
    assert.match(lines[0] ?? "", line)
  })
})
