import { assert, describe, it } from "@effect/vitest"
import type { Connector } from "@hipay-pos/concert-codec/Connection"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import { Attempts, KeptOrder, MemoryStore, OwedEnds } from "@hipay-pos/server"
import { order } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as DialledTerminals from "../src/terminals/DialledTerminals.ts"

describe("a terminal's name that resolves to an address that no terminal has", () => {
  it.effect.each(["169.254.169.254", "100.100.100.200"])("is not dialled at %s", (host) =>
    Effect.gen(function* () {
      const named = { host: "till", port: 80 }
      const connector: Connector = {
        resolve: () => Effect.succeed({ host, port: 80 }),
        connect: () => assert.fail("dialled")
      }
      const store = OwedEnds.over(MemoryStore.make())
      const terminals = DialledTerminals.make({ terminals: [named], connector, store })
      const attempts = yield* Attempts.make({ store, terminals })
      const { body, request } = OrderRules.read(order({ info: { host_information: named } }))
      assert.isDefined(request)
      const paying = attempts.pay({ login: "till", request, order: new KeptOrder(body), findings: [] })
      const { state, error } = yield* paying
      assert.strictEqual(state, "not-started")
      assert.include(error?.detail, "link-local")
    })
  )
})
