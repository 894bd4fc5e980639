/** The model of several gateways on one database: spin finds no error, and finds one if a rule is removed. */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const model = fileURLToPath(new URL("../../packages/gateway/src/postgres/claim.pml", import.meta.url))

const has = (tool: string) => spawnSync("which", [tool]).status === 0
const tools = has("spin") && has("cc")

/** Explores every state of the model, with a rule removed if one is given; returns the first finding. */
const explore = (folder: string, rule: string | undefined): string => {
  const options = { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 } as const
  execFileSync("spin", [...(rule === undefined ? [] : [`-D${rule}`]), "-a", model], options)
  // Without a rule, the search ends before optimizing its program would pay off.
  execFileSync(
    "cc",
    [rule === undefined ? "-O1" : "-O0", "-w", "-DSAFETY", "-DMEMLIM=2000", "-o", "pan", "pan.c"],
    options
  )
  const { stdout } = spawnSync("./pan", ["-m100000"], options)
  return stdout
}

describe.skipIf(!tools)(
  `several gateways on one database, as a model${tools ? "" : " (spin and cc are not here)"}`,
  () => {
    let folder = ""
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "claim-model-"))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    it("never sends to a terminal with an undecided payment, nor has two live attempts of an order", {
      timeout: 300_000
    }, () => {
      const found = explore(folder, undefined)
      assert.match(found, /errors: 0/)
      assert.notMatch(found, /max search depth too small|out of memory|Search not completed/)
    })

    for (const [rule, without] of [
      ["NO_FENCE", "without the look at the lease before the first byte"],
      ["NO_ORDER_GUARD", "without the guard of the order"],
      ["NO_TERMINAL_GUARD", "without the guard of the terminal"],
      ["TIME_FREES", "where time frees a terminal"],
      ["BLIND_CLOSE", "where an end is written over whatever is there"],
      ["NO_PASSING", "where an approval that comes late does not get its order's guard"]
    ] as const) {
      it(`finds the payment that goes wrong ${without}`, { timeout: 300_000 }, () => {
        assert.match(explore(folder, rule), /assertion violated/)
      })
    }
  }
)
