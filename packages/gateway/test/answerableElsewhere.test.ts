/** What other gateways conclude from the record of an unknown attempt; records of cut connections come from real sockets. */
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { type Attempt, Attempts, KeptOrder, MemoryStore, OwedEnds } from "@hipay-pos/server"
import { attempt, order } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { answerableElsewhere } from "../src/node/answerableElsewhere.ts"
import * as DialledTerminals from "../src/terminals/DialledTerminals.ts"

const unknown = (kind: OutcomeUnknown["kind"]) => new OutcomeUnknown({ kind, detail: "no clear answer" })

/** Until when another gateway may still answer an unknown attempt, by its record. */
const until = (record: Partial<Attempt.Attempt>, isElsewhere = true) =>
  answerableElsewhere(() => Effect.succeed(isElsewhere))(attempt("1", { state: "unknown", endedAt: 10, ...record }))

const answered = { at: 10, kind: "answer", as: "unknown" } as const
const head = "CZ0040320CJ012012345678901CA00201CB0041250CD0010CE003978"
const late = { at: 20, kind: "late-response" } as const

type Reply = (socket: Socket) => void

/** The attempt of an order at a local terminal with the given reply. */
const paidAt = Effect.fnUntraced(function* (reply: Reply) {
  const server = createServer((socket) => void socket.on("error", () => {}).once("data", () => reply(socket)))
  yield* Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening"))
  yield* Effect.addFinalizer(() => Effect.promise(() => once(server.close(), "close")))
  const { port } = server.address() as AddressInfo
  const address = { host: "127.0.0.1", port }
  const store = OwedEnds.over(MemoryStore.make())
  const { connector } = TcpConnection
  const attempts = yield* Attempts.make({
    store,
    terminals: DialledTerminals.make({ terminals: [address], connector, store })
  })
  const { body, request } = OrderRules.read(order({ info: { host_information: address } }))
  assert.isDefined(request)
  return yield* attempts.pay({ login: "merchant", request, order: new KeptOrder(body), findings: [] })
})

describe("an unknown attempt of another gateway on the same store", () => {
  it.effect("may be answered at an unknown time, if that gateway has not recorded how it ended", () =>
    Effect.gen(function* () {
      const error = unknown("SilentAfterSend")
      assert.strictEqual(yield* until({ error, events: [] }), Infinity)
      assert.isUndefined(yield* until({ error, events: [] }, false))
    })
  )

  it.effect.each(["SilentAfterSend", "AcknowledgedOnly"] as const)(
    "may be answered while that gateway listens for a late answer: %s",
    (kind) =>
      Effect.gen(function* () {
        const listening = { ...answered, listensUntil: 600_010 }
        const record = { error: unknown(kind), events: [listening] }
        yield* TestClock.adjust(20)
        assert.strictEqual(yield* until(record), 600_010)
        assert.isUndefined(yield* until(record, false))
        assert.isUndefined(yield* until({ ...record, events: [listening, late] }))
      })
  )

  it.effect("may be answered late, whatever the time of day says here", () =>
    Effect.gen(function* () {
      const listening = { ...answered, listensUntil: 600_010 }
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* until({ error: unknown("SilentAfterSend"), events: [listening] }), Infinity)
    })
  )

  it.effect("may be answered for no longer than that gateway listens in all, if its clock is ahead", () =>
    Effect.gen(function* () {
      const ahead = { ...answered, at: 3_600_000, listensUntil: 4_200_000 }
      assert.strictEqual(yield* until({ error: unknown("SilentAfterSend"), events: [ahead] }), 600_000)
    })
  )

  it.effect("may be answered after silence, if an older version did not record until when it listens", () =>
    Effect.gen(function* () {
      const record = { error: unknown("SilentAfterSend"), events: [answered] }
      assert.strictEqual(yield* until(record), Infinity)
      assert.isUndefined(yield* until({ ...record, events: [answered, late] }))
    })
  )

  it.live.each<readonly [OutcomeUnknown["kind"], string, Reply]>([
    ["CutLine", "cut", (socket) => socket.resetAndDestroy()],
    ["CutLine", "ended within an answer", (socket) => socket.end("CZ0040320CJ012")],
    ["AcknowledgedOnly", "ended behind an acknowledgement", (socket) => socket.end(`${head}AE00211`)],
    ["Contradictory", "ended behind what contradicts itself", (socket) => socket.end(`${head}AE00210AF00204`)]
  ])("is no longer answerable once its connection is closed: %s, %s", ([kind, , reply]) =>
    Effect.gen(function* () {
      const record = yield* paidAt(reply)
      assert.deepInclude(record, { state: "unknown" })
      assert.strictEqual(record.error?.kind, kind)
      assert.deepInclude(record.events.at(-1), { kind: "answer", as: "unknown" })
      assert.isUndefined(yield* answerableElsewhere(() => Effect.succeed(true))(record))
    })
  )

  it.effect("is not looked for if the outcome is known", () =>
    Effect.gen(function* () {
      const error = new NotStarted({ kind: "QueueFull", detail: "busy" })
      assert.isUndefined(yield* until({ state: "not-started", error, events: [] }))
    })
  )
})
