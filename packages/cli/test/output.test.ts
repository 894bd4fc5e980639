/** Output that cannot be written, or whose reader is gone: the message, and the exit code. */
import { spawn } from "node:child_process"
import { mkdtempSync, openSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { startServer } from "@hipay-pos/server-mock/node"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"
import { payAt } from "./payAt.ts"
import { main, whenClosed } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "output-"))

/** A process whose stdout is a disk that is full. */
const runFull = (...args: ReadonlyArray<string>) =>
  whenClosed(spawn(process.execPath, [main, ...args], { stdio: ["ignore", openSync("/dev/full", "w"), "pipe"] }))

/** A process whose output is piped into another one, and the first one's exit code. */
const startPiped = (args: ReadonlyArray<string>, into: string) => {
  const words = [process.execPath, main, ...args].map((word) => `'${word}'`).join(" ")
  return spawn("bash", ["-c", `set -o pipefail; ${words} | ${into}`], { stdio: ["ignore", "pipe", "pipe"] })
}

describe.runIf(process.platform === "linux")("output on a disk that is full", () => {
  it("ends with 74", async () => {
    const { code, stderr } = await runFull("faults")
    assert.strictEqual(code, 74)
    assert.strictEqual(stderr, "the output could not be written: ENOSPC\n")
  })

  it("keeps a payment's exit code, which says what happened to the money", async () => {
    await using terminal = await startTerminal({ port: 0 })
    const journal = ["--journal", join(folder, "journal.db")]
    const { code, stderr } = await runFull("pay", "1", "--terminal", `127.0.0.1:${terminal.port}`, ...journal)
    assert.strictEqual(code, 0)
    assert.include(stderr, "the output could not be written: ENOSPC\n")
  })
})

describe.runIf(process.platform !== "win32")("output that nobody reads any more", () => {
  it("ends what lists with 0", async () => {
    const { code, stderr } = await whenClosed(startPiped(["faults"], "head -1"))
    assert.deepStrictEqual([code, stderr], [0, ""])
  })

  it.each([["tail"], ["attempts", "--follow"]])("ends a verb that follows with 0: %s %s", async (...verb) => {
    await using server = await startServer({ port: 0 })
    const child = startPiped([...verb, "--url", server.url], "head -1")
    const closed = whenClosed(child)
    let ended = false
    void closed.finally(() => {
      ended = true
    })
    // Its first line is the table's header: the reader takes it and exits.
    for await (const line of createInterface({ input: child.stdout })) {
      assert.include(line, "TERMINAL")
      break
    }
    for (let order = 1; !ended; order++) await payAt(server.url, `ORDER-${order}`, 9999)
    assert.strictEqual((await closed).code, 0)
  })
})
