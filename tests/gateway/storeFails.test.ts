/** A store that fails in the middle of a payment: its file is closed, and nothing can be written any more. */

import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Frames from "@hipay-pos/concert-codec/Frames"
import { DialledTerminals as GatewayTerminals } from "@hipay-pos/gateway"
import { Attempts, KeptOrder, OwedEnds, validate } from "@hipay-pos/server"
import { SqliteStore } from "@hipay-pos/server/node"
import { answerOf, order } from "@hipay-pos/server/testing"
import { TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"

const folder = mkdtempSync(join(tmpdir(), "store-fails-"))

const read = validate(order(), "strict")

/** A gateway's attempts over a file that fails as soon as `failing` says so. */
const make = Effect.fnUntraced(function* (path: string, failing: "before the order" | "once the request is sent") {
  const file = yield* Scope.make()
  const store = OwedEnds.over(yield* Scope.provide(SqliteStore.open({ path, mode: "gateway", frames: Frames }), file))
  const fail = () => Effect.runSync(Scope.close(file, Exit.void))
  if (failing === "before the order") fail()
  const simulator = yield* TerminalSimulator.make({})
  simulator.subscribe((event) => {
    if (event._tag === "Request") fail()
  })
  const alarms: Array<string> = []
  const attempts = yield* Attempts.make({
    store,
    terminals: GatewayTerminals.make({
      terminals: [{ host: "192.0.2.10" }],
      connector: simulator.connector,
      store
    }),
    leaving: 0,
    listener: {
      onAlarm: (_, { code, message }) => alarms.push(`${code}: ${message}`),
      onDefect: (_, error) => assert.fail(String(error))
    }
  })
  return { attempts, alarms, simulator }
})

const pay = (attempts: Attempts.Attempts) => {
  if (read._tag !== "Accepted") return assert.fail("the order is not read")
  return attempts.pay({
    login: "shop",
    request: read.request,
    order: new KeptOrder(read.body),
    findings: read.findings
  })
}

describe("a store that fails", () => {
  it.live("before the order sends nothing", () =>
    Effect.gen(function* () {
      const { attempts, simulator } = yield* make(join(folder, "before.db"), "before the order")
      assert.deepInclude(yield* Effect.flip(pay(attempts)), {
        _tag: "AttemptStoreFailed",
        reason: { _tag: "EarlierUnknown" }
      })
      assert.lengthOf(simulator.journal(), 0)
    })
  )

  it.live("once the terminal was asked takes nothing from its answer, alarms, and says unknown after a restart", () =>
    Effect.gen(function* () {
      const path = join(folder, "after.db")
      const { attempts, alarms, simulator } = yield* make(path, "once the request is sent")
      const { status, body } = answerOf(yield* pay(attempts))
      assert.strictEqual(status, 200)
      assert.deepInclude(body, { paymentStatus: "Success" })
      assert.strictEqual(simulator.ledger.charged("EUR"), 1250)
      assert.lengthOf(alarms, 1)
      assert.match(
        alarms[0] ?? "",
        /^attempt\.end\.not\.written: The end of this attempt \(approved\) could not be written: /
      )
      const store = yield* SqliteStore.open({ path, mode: "gateway", frames: Frames })
      assert.strictEqual((yield* store.list({}))[0]?.state, "unknown")
    })
  )
})
