/** The README's examples for test runners. Those for Jest and Playwright Test are run by `pnpm matrix`. */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const block = (name: string): string => new RegExp(`\`\`\`${name}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? ""

/** Runs in the folder of tests, which has every library. */
const run = async (code: string): Promise<string> => {
  const flags = ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
  const cwd = fileURLToPath(new URL("../../../tests", import.meta.url))
  // A child must not inherit what this process got from its own test runner.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return (await promisify(execFile)(process.execPath, flags, { cwd, env })).stdout
}

describe("the README's list of errors", () => {
  it("has every code of the server's problems, and of the mock's own", () => {
    const server = ["problems", "orderProblems", "storeProblems"].map((name) => `../../server/src/render/${name}.ts`)
    const source = [...server, "../src/control/mockProblem.ts"]
      .map((path) => readFileSync(new URL(path, import.meta.url), "utf8"))
      .join("")
    const codes = new Set([...source.matchAll(/"([a-z]+(?:\.[a-z]+)+)"/g)].map(([, code = ""]) => code))
    assert.isAbove(codes.size, 30)
    assert.deepStrictEqual(
      [...codes].filter((code) => !readme.includes(code)),
      []
    )
  })
})

describe("the README's options", () => {
  /** The fields of an interface in a source. */
  const fieldsOf = (path: string, name: string): ReadonlyArray<string> => {
    const source = readFileSync(new URL(path, import.meta.url), "utf8")
    const [, body = ""] = new RegExp(`interface ${name} [^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source) ?? []
    return [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, field = ""]) => field)
  }

  it.each([
    ["../src/node/startServer.ts", "StartServerOptions"],
    ["../src/mock/MockOptions.ts", "MockOptions"],
    ["../../server/src/node/serveApp.ts", "ServerOptions"],
    ["../../server/src/node/ServerTimeouts.ts", "ServerTimeouts"],
    ["../../server/src/node/logins.ts", "LoginsOptions"],
    ["../../server/src/node/businessDayOf.ts", "DayOptions"]
  ])("have all of %s", (path, name) => {
    const fields = fieldsOf(path, name)
    assert.isNotEmpty(fields)
    const [, table = ""] = /^\| option \| default \| \|\n([\s\S]*?)\n\n/m.exec(readme) ?? []
    const told = [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = ""]) => cell.match(/\w+/g) ?? [])
    assert.deepStrictEqual(
      fields.filter((field) => !told.includes(field)),
      []
    )
  })
})

describe("the README's example", () => {
  it("in a test loses an answer, and shows that it was charged once", async () => {
    const control = block("ts control")
    const gap = "// … your till sends an order to 192.168.1.20, and waits for its answer …\n"
    assert.include(control, gap)
    const order = JSON.parse(block("json"))
    const pay = `const authorization = \`Basic \${btoa("merchant:secret")}\`
const answered = fetch(\`\${server.url}/v1/connector/order\`, {
  method: "POST",
  headers: { authorization, "content-type": "application/json" },
  body: ${JSON.stringify(JSON.stringify(order))}
})
`
    const status = "console.log((await answered).status)\n"
    const said = await run(`${block("ts start")}${control.replace(gap, pay)}${status}`)
    assert.strictEqual(said, "ORDER_5: unknown, charged 1 time\n504\n")
  })

  it("with Effect charges the order that it leaves out", async () => {
    const program = block("ts effect")
    const gap = "  // … your till sends an order to url by fetch …\n"
    assert.include(program, gap)
    const headers = `{ authorization: \`Basic \${btoa("merchant:secret")}\`, "content-type": "application/json" }`
    const body = JSON.stringify(JSON.stringify(JSON.parse(block("json"))))
    const order = `{ method: "POST", headers: ${headers}, body: ${body} }`
    const pay = `yield* Effect.promise(() => fetch(\`\${url}/v1/connector/order\`, ${order}))\n`
    assert.strictEqual(await run(program.replace(gap, pay)), "charged 1 time\n")
  })

  it("for Vitest is the one of the tests", () => {
    assert.strictEqual(
      block("ts vitest"),
      readFileSync(new URL("../../../tests/test-kit.test.ts", import.meta.url), "utf8")
    )
  })

  it("for node:test passes", async () => {
    assert.match(await run(block("ts node-test")), /pass 1\n.*fail 0\n/)
  })

  it("for msw prints what it says", async () => {
    assert.strictEqual(await run(block("ts msw")), "up\n")
  })
})
