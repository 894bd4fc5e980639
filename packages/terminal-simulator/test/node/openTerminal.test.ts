import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { TerminalConfig } from "@hipay-pos/terminal-simulator"
import { openTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { dial, fieldsOf, request } from "../ecr.ts"

describe("openTerminal", () => {
  it("opens several terminals of one configuration, each with its own behaviour and memory", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terminals-"))
    const store = path.join(folder, "back.jsonl")
    const configs = Result.getOrThrow(
      TerminalConfig.check({
        terminals: [
          { name: "front", port: 0, cardholder: { card: "refused" } },
          { name: "back", port: 0, store }
        ]
      })
    )
    const pay = Effect.gen(function* () {
      const terminals = yield* Effect.forEach(configs, openTerminal)
      return yield* Effect.forEach(terminals, ({ port }) =>
        Effect.map(
          Effect.promise(() => dial(port, [request()])),
          ({ text }) => fieldsOf(text).AE
        )
      )
    })
    assert.deepStrictEqual(await Effect.runPromise(Effect.scoped(pay)), ["01", "10"])
    assert.deepStrictEqual(fs.readFileSync(store, "utf8").match(/(?<="_tag":")\w+/g), ["Begun", "Approved"])
  })
})
