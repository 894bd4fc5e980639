import { assert, describe, it } from "@effect/vitest"
import { DialledTerminals as GatewayTerminals } from "@hipay-pos/gateway"
import { Attempts, KeptOrder, MemoryStore, OwedEnds, validate } from "@hipay-pos/server"
import { answerOf, order } from "@hipay-pos/server/testing"
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

const read = validate(order(), "strict")

describe("a server that closes", () => {
  it.live("does not start an order that is being written down just then", () =>
    Effect.gen(function* () {
      if (read._tag !== "Accepted") return assert.fail("the order is not read")
      const simulator = yield* TerminalSimulator.make()
      const memory = MemoryStore.make()
      const [began, written] = [Deferred.makeUnsafe<void>(), Deferred.makeUnsafe<void>()]
      const store = OwedEnds.over({
        ...memory,
        claim: (claim) =>
          Effect.andThen(
            Deferred.succeed(began, undefined),
            Effect.andThen(Deferred.await(written), memory.claim(claim))
          )
      })
      const terminals = [{ host: "192.0.2.10" }]
      const closing = new AbortController()
      const attempts = yield* Attempts.make({
        store,
        terminals: GatewayTerminals.make({ terminals, connector: simulator.connector, store }),
        closing: closing.signal,
        listener: {
          onAlarm: (_, { message }) => assert.fail(message),
          onDefect: (_, error) => assert.fail(String(error))
        }
      })
      const { request, body, findings } = read
      const paying = yield* Effect.forkChild(
        attempts.pay({ login: "shop", request, order: new KeptOrder(body), findings })
      )
      yield* Deferred.await(began)
      closing.abort()
      yield* Deferred.succeed(written, undefined)
      const answer = answerOf(yield* Fiber.join(paying))
      assert.strictEqual(answer.status, 400)
      assert.include(JSON.stringify(answer.body), "the server shut down before the terminal was free")
      assert.strictEqual((yield* store.list({}))[0]?.state, "not-started")
      assert.lengthOf(simulator.journal(), 0)
    })
  )
})
