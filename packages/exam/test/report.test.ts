/** What a report says where steps were left out: nothing that was not seen. */
import { AttemptJournal } from "@hipay-pos/client"
import { Profile } from "@hipay-pos/terminal-simulator"
import { assert, describe, it } from "vitest"
import { toPage } from "../src/terminal/compatibility.ts"
import type { ExaminationResult } from "../src/terminal/Examination.ts"
import { examine } from "../src/terminal/examine.ts"
import type { Operator } from "../src/terminal/Operator.ts"
import { toJson, toText } from "../src/terminal/report.ts"
import { simulate } from "../src/terminal/simulatedOperator.ts"

/** An examination of which all but some steps were left out. */
const examined = async (...steps: ReadonlyArray<string>): Promise<ExaminationResult> => {
  const { host, port, operator } = await simulate(Profile.plain, "instant", { host: "127.0.0.1", port: 0 })
  const some: Operator = {
    ...operator,
    prepare: async (act, step) => steps.includes(step) && operator.prepare(act, step)
  }
  const line = { host, port, answer: 2_500, quiet: 50 }
  try {
    return await examine({ line, operator: some, journal: AttemptJournal.memory(), mode: "simulated", run: "TEST" })
  } finally {
    await operator.close()
  }
}

describe("what was left out", () => {
  it("is reported as not known, without behaviour or warnings about it", async () => {
    const result = await examined()
    assert.deepStrictEqual([result.habits, result.unsafe], [{}, []])
    assert.deepStrictEqual(toJson(result).profile, {})
    assert.include(
      toText(result),
      "What remains unsafe:\n  nothing in the steps that were made; the others were left out"
    )
    const [table = ""] = toText(result).split("\n\n")
    const rows = table.split("\n").slice(1, -1)
    assert.isAbove(rows.length, 15)
    for (const row of rows) assert.match(row, / {2}not known(: [\w, ]+)?$/)
    const [page = ""] = toPage([{ profile: Profile.plain, result }]).split("\n\n## ")
    const cells = [...page.matchAll(/^\| (?!examined)\w[^|]*\| (.*) \|$/gm)].map(([, cell = ""]) => cell)
    assert.isAbove(cells.length, 20)
    for (const cell of cells) assert.match(cell, /^not known/)
  })

  it("is listed beside the observations", async () => {
    const result = await examined("red key", "field BF", "credit")
    const text = toText(result)
    assert.match(text, /versions +0320; not known: 0310, 0300\n/)
    assert.match(text, /fields it refuses +not known: CK, BA, BB, CH\n/)
    assert.match(text, /actions +debit, credit; not known: cancel, duplicata, identification, B\n/)
    assert.hasAllKeys(toJson(result).profile, [
      ...["closesAfterAnswer", "redKey", "amountOnRedKey", "echoesPrivateData", "dislikes", "actions"]
    ])
  })
})
