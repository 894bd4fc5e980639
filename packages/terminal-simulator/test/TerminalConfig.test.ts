import * as fs from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { TerminalConfig, TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { fieldsOf, request } from "./ecr.ts"
import { exchange } from "./memory.ts"

const problems = (json: unknown) => Result.getOrThrow(Result.flip(TerminalConfig.check(json)))

describe("TerminalConfig", () => {
  it.effect("sets up terminals", () =>
    Effect.gen(function* () {
      const [config] = Result.getOrThrow(
        TerminalConfig.check({
          terminals: [
            {
              name: "front",
              port: 8888,
              profile: "ingenico-desk5000",
              cardholder: { script: ["cancelled", "approved"] },
              faults: ["wrong-contract"],
              columns: 40
            }
          ]
        })
      )
      assert.isDefined(config)
      const terminal = yield* TerminalSimulator.make(TerminalConfig.toOptions(config))
      assert.strictEqual(terminal.name, "front")
      const cancelled = fieldsOf((yield* exchange(terminal, request())).text)
      assert.deepStrictEqual([cancelled.AF, cancelled.CB], ["11", undefined])
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).CG, "7654321")
    })
  )

  it("names the place of everything that is wrong", () => {
    const found = problems({ terminals: [{ name: "a", port: 70_000, colour: "red" }, { profile: "nokia" }] })
    for (const place of ["terminals[0].port", "terminals[0].colour", "terminals[1].name", "terminals[1].profile"]) {
      assert.isTrue(
        found.some((line) => line.startsWith(`${place}: `)),
        `${place} in\n${found.join("\n")}`
      )
    }
    assert.deepStrictEqual(
      problems({ terminals: [{ name: "a", cardholder: { script: [{ card: "cb", pins: 3 }] } }] }),
      [
        "terminals[0].cardholder.script[0].pins: no such name is known here; expected card, entryMode, wrongPins and tip"
      ]
    )
    assert.deepStrictEqual(problems({ terminals: [{ name: "a", currencies: ["EU"] }] }), [
      "terminals[0].currencies[0]: expected a currency code such as EUR"
    ])
    assert.deepStrictEqual(problems({}).length, 1)
    assert.deepStrictEqual(problems("nothing").length, 1)
  })

  it("is published as a JSON schema; run with UPDATE=1 to write it anew", () => {
    const file = new URL("../terminals.schema.json", import.meta.url)
    const schema = TerminalConfig.jsonSchema()
    if (process.env.UPDATE === "1") fs.writeFileSync(file, JSON.stringify(schema))
    assert.deepStrictEqual(JSON.parse(fs.readFileSync(file, "utf8")), schema)
  })

  it("refuses a name, an address or a store that is taken, and a fault that makes no sense", () => {
    assert.deepStrictEqual(
      problems({
        terminals: [
          { name: "a", store: "a.jsonl" },
          { name: "a", port: 8888, store: "a.jsonl" },
          { name: "b", port: 0, faults: ["refuse@mid-answer", "split", "cut"] },
          { name: "c", port: 0 }
        ]
      }),
      [
        "terminals[1].name: a is already taken by terminals[0]",
        "terminals[1].port: 127.0.0.1:8888 is already taken by terminals[0]",
        "terminals[1].store: a.jsonl is already taken by terminals[0]",
        'terminals[2].faults[0]: unknown fault "refuse@mid-answer"; known: refuse@before-accept',
        "terminals[2].faults[2]: cut@mid-answer cannot be set beside split@mid-answer: both change how the answer is delivered"
      ]
    )
  })
})
