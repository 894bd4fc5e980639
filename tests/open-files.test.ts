/** A process without free file descriptors refuses before anything is sent, and continues once some are free again. */
import { execFile } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "open-files-"))

describe.skipIf(process.platform === "win32")("a process that may not open another file", () => {
  it("refuses a payment by its journal, and a start by its store; an open store goes on; nothing refused is kept", async () => {
    const script = fileURLToPath(new URL("openFiles.ts", import.meta.url))
    const command = `ulimit -n 80; exec "${process.execPath}" --conditions=@hipay-pos/source "${script}" "${folder}"`
    const { stdout } = await promisify(execFile)("sh", ["-c", command])
    const { code, full, free, kept } = JSON.parse(stdout)
    assert.strictEqual(code, "EMFILE")
    assert.match(full.journal, /^JournalFailed: the journal of attempts failed: .*unable to open/)
    assert.match(full.store, /^refused: cannot open the store .*unable to open/)
    assert.deepStrictEqual(free, { journal: "open", store: "Written EMFILE Success" })
    assert.deepStrictEqual(kept, ["FIRST", "SECOND"])
  }, 180_000)
})
