/**
 * The programs in examples/ that pay from the command line: the same sales in every language, over one mock. Each tells
 * paid, paid in part, declined, not started and unknown apart, and none ever charges twice.
 *
 * A language whose runtime is not installed is skipped. C# is not run anywhere.
 */
import { execFile, execFileSync } from "node:child_process"
import { existsSync, globSync, mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type StartedMock, startServer } from "@hipay-pos/server-mock/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const examples = fileURLToPath(new URL("../examples/", import.meta.url))
const at = (file: string) => join(examples, file)

const has = (program: string): boolean => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** Debian's, where there is one: a version manager's takes longer to start than the program. */
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3"
const GSON = "/usr/share/java/gson.jar"
const node = ["--conditions=@hipay-pos/source", "--disable-warning=ExperimentalWarning"]

/** Runs a program in a folder of its own, where it keeps what it has sent. */
interface Language {
  readonly name: string
  readonly isThere: boolean
  /** Whether the client does it, whose own tests are about repeats. */
  readonly usesClient?: boolean
  /** Prepares it in a folder, and gives the command. */
  readonly prepare: (folder: string) => readonly [program: string, ...args: ReadonlyArray<string>]
}

const languages: ReadonlyArray<Language> = [
  { name: "Node", isThere: true, usesClient: true, prepare: () => [process.execPath, ...node, at("node/pay.mjs")] },
  { name: "Effect", isThere: true, usesClient: true, prepare: () => [process.execPath, ...node, at("effect/pay.ts")] },
  { name: "PHP", isThere: has("php"), prepare: () => ["php", at("php/pay.php")] },
  { name: "Python", isThere: has(PYTHON), prepare: () => [PYTHON, at("python/pay.py")] },
  {
    name: "Java",
    isThere: has("javac") && existsSync(GSON),
    prepare: (folder) => {
      execFileSync("javac", ["-cp", GSON, "-d", folder, at("java/Pay.java")])
      return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", `${GSON}:${folder}`, "Pay"]
    }
  }
]

interface Ended {
  readonly code: number
  readonly said: string
}

const PAID = 0
const NOT_STARTED = 3
const UNKNOWN = 4
const DECLINED = 10
const IN_PART = 11

describe("an example program", () => {
  let server: StartedMock
  beforeAll(async () => {
    server = await startServer({ port: 0 })
  })
  afterAll(() => server.close())

  for (const { name, isThere, usesClient, prepare } of languages) {
    it.skipIf(!isThere)(`in ${name} tells every end apart, and never charges twice`, { timeout: 300_000 }, async () => {
      const folder = mkdtempSync(join(tmpdir(), "hipay-pos-example-"))
      const [program, ...args] = prepare(folder)
      const space = server.mock.space(name)
      const login = `merchant+${name}`
      const run = (orderId: string, host: string, url = server.url) =>
        new Promise<Ended>((resolve) => {
          const env = {
            ...process.env,
            HIPAY_POS_URL: url,
            HIPAY_POS_LOGIN: `${login}:secret`,
            HIPAY_POS_USER: login,
            HIPAY_POS_PASSWORD: "secret"
          }
          const child = execFile(program, [...args, orderId, "12.50", host], { cwd: folder, env }, (_, out, err) =>
            resolve({ code: child.exitCode ?? -1, said: `${out}${err}` })
          )
        })
      const expect = async (orderId: string, host: string, code: number, words: RegExp, url?: string) => {
        const ended = await run(orderId, host, url)
        assert.strictEqual(ended.code, code, `${orderId}: ${ended.said}`)
        assert.match(ended.said, words)
      }
      const charged = async () => (await space.ledger()).entries.reduce((sum, { amount }) => sum + amount, 0)

      await expect("PAID", "approved.terminal.test", PAID, /^paid 12\.50/)
      await expect("PART", "partial.terminal.test", IN_PART, /^paid in part 6\.25/)
      await expect("DECLINED", "declined.terminal.test", DECLINED, /^declined/)
      await expect("AWAY", "unreachable.terminal.test", NOT_STARTED, /^not started/)
      assert.strictEqual(await charged(), 1250 + 625)

      // The terminal charges and its answer is lost: unknown, until a person looks.
      await expect("LOST", "reset-after-approval.terminal.test", UNKNOWN, /^unknown/)
      assert.strictEqual(await charged(), 1250 + 625 + 1250)
      if (usesClient) return

      // The server's answer is cut: unknown. A repeat that is refused before the server looks at it proves nothing of the
      // first request; the next one learns that it was paid.
      await space.httpFault("half-body")
      await expect("CUT", "approved.terminal.test", UNKNOWN, /^unknown/)
      await expect("CUT", "approved.terminal.test", UNKNOWN, /^unknown/, "http://127.0.0.1:9")
      await expect("CUT", "approved.terminal.test", PAID, /^paid 12\.50/)
      await expect("LOST", "reset-after-approval.terminal.test", UNKNOWN, /^unknown/)
      assert.strictEqual(await charged(), 1250 + 625 + 1250 + 1250)
    })
  }

  it("is short", () => {
    const files = globSync(
      "{node,effect,php,python,csharp,java,express,fastify,hono,next,react-kiosk}/**/*.{mjs,ts,php,py,cs,java,js,jsx}",
      {
        cwd: examples
      }
    )
    assert.isAtLeast(files.length, 11)
    for (const file of files) assert.isBelow(readFileSync(at(file), "utf8").split("\n").length - 1, 80, file)
  })
})
