/** Servers started inside a till or a test leave the process's globals unchanged, while they run and afterwards. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway } from "@hipay-pos/gateway/node"
import { startServer } from "@hipay-pos/server-mock/node"
import { startControl, startTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"

/** Own properties of the global object, by name; getters are not called. */
const globals = (): ReadonlyMap<string, unknown> =>
  new Map(
    Object.entries(Object.getOwnPropertyDescriptors(globalThis)).map(([name, { value, get }]) => [name, value ?? get])
  )

const differences = (before: ReadonlyMap<string, unknown>): ReadonlyArray<string> => {
  const now = globals()
  return [...new Set([...before.keys(), ...now.keys()])].filter((name) => !Object.is(before.get(name), now.get(name)))
}

const folder = () => mkdtempSync(join(tmpdir(), "embedded-"))
const credentials = { username: "till", password: "of this test alone" }

const started: Readonly<Record<string, () => Promise<AsyncDisposable & { readonly url?: string }>>> = {
  startServer: () => startServer({ port: 0 }),
  startGateway: () =>
    startGateway({
      port: 0,
      terminals: [{ host: "127.0.0.1", port: 8888 }],
      store: join(folder(), "attempts.db"),
      credentials
    }),
  startTerminal: () => startTerminal({ port: 0 }),
  startControl: () => startControl({ terminals: () => [] })
}

describe("an embedded server", () => {
  for (const [name, start] of Object.entries(started)) {
    it(`${name} replaces no global, and answers are the platform's own`, async () => {
      // Node makes these when they are first asked for.
      const answer = await fetch("data:,warm")
      const before = globals()
      {
        await using running = await start()
        assert.deepStrictEqual(differences(before), [])
        if (running.url !== undefined) {
          const response = await fetch(running.url)
          await response.arrayBuffer()
          assert.instanceOf(response, Response)
        }
        assert.instanceOf(answer, Response)
      }
      assert.deepStrictEqual(differences(before), [])
    })
  }
})
