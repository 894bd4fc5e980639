/** Clients generated from the OpenAPI documents work against the mock unchanged, including their types. */
import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type StartedMock, type StartedServer, startServer } from "@hipay-pos/server-mock/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { basic, startRelay, till } from "./relay/relay.ts"

const folder = fileURLToPath(new URL("./generated-clients/", import.meta.url))
const generated = join(folder, "generated")
const contract = fileURLToPath(new URL("../../shared/spec/pos_api.yaml", import.meta.url))
const authorization = `Basic ${btoa("merchant:secret")}`

// The generator needs the compiler's programming interface, which TypeScript 7 does not have: it has one of its own.
const require = createRequire(join(folder, "package.json"))
const generator = join(dirname(require.resolve("openapi-typescript/package.json")), "bin/cli.js")
const compiler = require.resolve("typescript/bin/tsc")
// The generator's own linter.
const { createConfig, lintFromString }: Linter = createRequire(require.resolve("openapi-typescript/package.json"))(
  "@redocly/openapi-core"
)

interface Linter {
  readonly createConfig: (config: object) => Promise<unknown>
  readonly lintFromString: (options: {
    readonly source: string
    readonly config: unknown
    readonly absoluteRef: string
  }) => Promise<
    ReadonlyArray<{ readonly message: string; readonly location: ReadonlyArray<{ readonly pointer?: string }> }>
  >
}

const run = (script: string, args: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, [script, ...args], { cwd: folder }).catch(
    ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => assert.fail(`${stdout}${stderr}`)
  )

const compiled = new Map<string, Promise<void>>()

/** Types out of a document, and the program that uses them held against them; once for each program. */
const compile = (document: string, types: string, program: string): Promise<void> => {
  const compiling = compiled.get(program) ?? generate(document, types).then(() => check(program))
  compiled.set(program, compiling)
  return compiling
}

const generate = (document: string, types: string) => run(generator, [document, "--output", join(generated, types)])

const check = async (program: string) => void (await run(compiler, ["--project", await projectOf(program)]))

/** What such a program is told by the server. */
const useClient = async (
  document: string,
  types: string,
  program: string,
  { url }: StartedServer
): Promise<unknown> => {
  await compile(document, types, program)
  const { use } = await import(join(folder, program))
  return use(url, authorization)
}

const projectOf = async (program: string) => {
  const path = join(folder, `generated/${program.replaceAll("/", "-")}.json`)
  await writeFile(path, JSON.stringify({ extends: "../tsconfig.json", files: [`../${program}`] }))
  return path
}

describe("a generated client", () => {
  let server: StartedMock
  beforeAll(async () => {
    await rm(generated, { recursive: true, force: true })
    await mkdir(generated, { recursive: true })
    server = await startServer({ port: 0 })
  })
  afterAll(() => server.close())

  it("may be made of each document, whatever generator of OpenAPI 3.0 makes it: they are valid", async () => {
    await using relay = await startRelay(server.url)
    const token = { headers: { authorization: `Bearer ${server.control.token}` } }
    for (const [url, headers] of [
      [`${server.url}/openapi.json`, {}],
      [`${server.url}/_mock/openapi.json`, token],
      [`${relay.url}/openapi.json`, {}]
    ] as const) {
      const source = await (await fetch(url, headers)).text()
      assert.match(source, /^{\s*"openapi": ?"3\.0\.\d"/)
      const config = await createConfig({ rules: { struct: "error", "no-unresolved-refs": "error" } })
      const problems = await lintFromString({ source, config, absoluteRef: url })
      assert.deepStrictEqual(
        problems.map(({ message, location }) => `${location[0]?.pointer} ${message}`),
        [],
        url
      )
    }
  })

  it("of this server's own document pays, looks at attempts, and resolves one", async () => {
    const document = join(generated, "openapi.json")
    await writeFile(document, await (await fetch(`${server.url}/openapi.json`)).text())
    assert.deepInclude(await useClient(document, "openapi.ts", "src/ownApi.ts", server), {
      paid: "Success",
      amount: 1250,
      refused: "Failure",
      refusal: "1006",
      away: "unavailable.terminal.bad.request",
      lost: "outcome.unknown",
      unknown: "unknown",
      resolved: "declined",
      declined: ["LOST", "REFUSED"],
      login: "merchant"
    })
  })

  it.skipIf(!existsSync(contract))("of the service's document pays, and reads refusals and errors", async () => {
    await using own = await startServer({ port: 0 })
    assert.deepInclude(await useClient(contract, "pos_api.ts", "src/posApi.ts", own), {
      paid: "Success",
      amount: 1250,
      refused: "Failure",
      refusal: "1006",
      away: "unavailable.terminal.bad.request",
      stranger: "connector.api.login.unauthorized",
      health: 200
    })
  })

  it.skipIf(!existsSync(contract))("of the service's document is told the same through a relay", async () => {
    const start = () => startServer({ port: 0, seed: "generated", clock: new Date("2026-11-23T09:00:00Z") })
    await using straight = await start()
    await using behind = await start()
    await using relay = await startRelay(behind.url)
    const told = await useClient(contract, "pos_api.ts", "src/posApi.ts", straight)
    const { use } = await import(join(folder, "src/posApi.ts"))
    assert.deepStrictEqual(await use(relay.url, basic(till)), told)
  })
})
