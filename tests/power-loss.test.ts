/** A small `pnpm power-loss`: no order is lost after its terminal was connected to, and a loss would be detected. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const main = fileURLToPath(new URL("../bench/power-loss/main.ts", import.meta.url))

const canTrace = spawnSync("strace", ["-qq", "-e", "trace=none", "true"]).status === 0

const powerLoss = (...args: ReadonlyArray<string>) => {
  const flags = ["--conditions=@hipay-pos/source", main, "--moments", "6", "--payments", "3", ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, { encoding: "utf8" })
  return { status, rows: stdout.split("\n").filter((line) => line.includes("flushed")), stderr }
}

describe.skipIf(!canTrace)("a cut of the power (skipped without strace)", { timeout: 300_000 }, () => {
  it("loses no attempt of a till's journal or a gateway's store whose order may have been charged", () => {
    const { status, rows, stderr } = powerLoss()
    assert.strictEqual(status, 0, stderr)
    assert.lengthOf(rows, 2)
  })

  it("would be seen to lose some on a disk that keeps no promise", () => {
    assert.strictEqual(powerLoss("--ignore-flushes").status, 1)
  })
})
