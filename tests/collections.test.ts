/**
 * The collections for Postman and Bruno: made from the OpenAPI document, and answered by a mock as they say, twice in a row.
 *
 * Here Postman's scripts run with a substitute for the parts of Postman that they use. With NEWMAN and BRU, the paths of both
 * programs, these run the collections as well; they are too large to be dependencies: `npm i --prefix FOLDER newman @usebruno/cli`.
 */
import { execFile } from "node:child_process"
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type StartedMock, startServer } from "@hipay-pos/server-mock/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { BRUNO, collectionFiles, POSTMAN } from "../scripts/collections/files.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const files = collectionFiles()
const { NEWMAN, BRU } = process.env
const run = promisify(execFile)

interface Item {
  readonly name: string
  readonly event: ReadonlyArray<{ readonly listen: string; readonly script: { readonly exec: ReadonlyArray<string> } }>
  readonly request: {
    readonly method: string
    readonly url: string
    readonly header: ReadonlyArray<{ readonly key: string; readonly value: string }>
    readonly body?: { readonly raw: string }
  }
}

describe("the collections", () => {
  let server: StartedMock
  beforeAll(async () => {
    server = await startServer({ port: 0 })
  })
  afterAll(() => server.close())

  it("are the output of `pnpm collections`", () => {
    const written = globSync("docs/collections/**/*.*", { cwd: root })
    assert.sameMembers(written, Object.keys(files))
    for (const [file, text] of Object.entries(files)) {
      assert.isTrue(existsSync(join(root, file)) && readFileSync(join(root, file), "utf8") === text, `${file} is stale`)
    }
  })

  it("have the same requests with the same statuses for both programs", () => {
    const { item } = JSON.parse(files[POSTMAN] ?? "") as { readonly item: ReadonlyArray<Item> }
    const postman = item.map(({ name, event }) => [name, /status\((\d+)\)/.exec(JSON.stringify(event))?.[1]])
    const bruno = Object.entries(files)
      .filter(([file]) => /\/\d+-/.test(file))
      .map(([, text]) => [/name: (.*)/.exec(text)?.[1], /res\.status: eq (\d+)/.exec(text)?.[1]])
    assert.isAbove(postman.length, 12)
    assert.deepStrictEqual(bruno, postman)
  })

  it("are answered by a mock as they say, the second time too", async () => {
    const { item } = JSON.parse(files[POSTMAN] ?? "") as { readonly item: ReadonlyArray<Item> }
    const variables = new Map([
      ["url", server.url],
      ["username", "merchant"],
      ["password", "secret"]
    ])
    const filled = (text: string) =>
      text.replace(/\{\{(\w+)\}\}/g, (_, name) => variables.get(name) ?? assert.fail(name))
    const tested: Array<string> = []
    const runScripts = ({ event }: Item, listen: string, status = 0) => {
      const pm = {
        collectionVariables: { set: (name: string, value: string) => variables.set(name, `${value}-${tested.length}`) },
        response: { to: { have: { status: (expected: number) => assert.strictEqual(status, expected) } } },
        test: (name: string, check: () => void) => {
          check()
          tested.push(name)
        }
      }
      for (const { script } of event.filter((each) => each.listen === listen)) {
        new Function("pm", script.exec.join("\n"))(pm)
      }
    }
    for (const each of [...item, ...item]) {
      runScripts(each, "prerequest")
      const { method, url, header, body } = each.request
      const response = await fetch(filled(url), {
        method,
        headers: {
          authorization: `Basic ${btoa(filled("{{username}}:{{password}}"))}`,
          ...Object.fromEntries(header.map(({ key, value }) => [key, filled(value)]))
        },
        ...(body === undefined ? {} : { body: filled(body.raw) })
      })
      await response.text()
      runScripts(each, "test", response.status)
    }
    assert.lengthOf(tested, 2 * item.length)
  })

  it.skipIf(NEWMAN === undefined)("run in Newman", { timeout: 300_000 }, async () => {
    const { stdout } = await run(process.execPath, [
      NEWMAN ?? "",
      "run",
      join(root, POSTMAN),
      "--env-var",
      `url=${server.url}`
    ])
    assert.match(stdout, /test-scripts\D+[1-9]\d*\D+0\D/)
  })

  it.skipIf(BRU === undefined)("run in Bruno", { timeout: 300_000 }, async () => {
    const args = ["run", "--env", "mock", "--env-var", `url=${server.url}`]
    const { stdout } = await run(process.execPath, [BRU ?? "", ...args], { cwd: join(root, BRUNO) })
    const requests = Object.keys(files).filter((file) => /\/\d+-/.test(file)).length
    assert.match(stdout, new RegExp(`Assertions\\W+${requests}/${requests}\\D`))
  })
})
