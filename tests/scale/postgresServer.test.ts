/** The tests' own PostgreSQL, which has to end even if the tests are killed. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { connect } from "node:net"
import { createInterface } from "node:readline"
import { assert, describe, it } from "vitest"
import { until } from "../until.ts"
import { skipped } from "./postgresServer.ts"

const module = JSON.stringify(new URL("./postgresServer.ts", import.meta.url).href)

/** Whether something listens on a port. */
const isTaken = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false))
    socket.once("connect", () => socket.destroy())
  })

describe.skipIf(skipped !== "")(`a PostgreSQL of the tests${skipped}`, () => {
  it("ends, and its files are removed, when the tests that started it are killed", { timeout: 120_000 }, async () => {
    const tests = spawn(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { startPostgres } from ${module}
         const { port, folder } = await startPostgres()
         console.log(JSON.stringify({ port, folder }))
         setInterval(() => {}, 1_000)`
      ],
      { stdio: ["ignore", "pipe", "inherit"] }
    )
    const [line] = await once(createInterface(tests.stdout), "line")
    const { port, folder } = JSON.parse(String(line)) as { readonly port: number; readonly folder: string }
    assert.deepStrictEqual([await isTaken(port), existsSync(folder)], [true, true])
    tests.kill("SIGKILL")
    await until("PostgreSQL has ended", async () => !(await isTaken(port)))
    await until("its files are removed", () => !existsSync(folder))
  })
})
