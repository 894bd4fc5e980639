/** Settings that are written and listed, and completions that are installed. */
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { prepare } from "../src/commands.ts"
import { inside } from "./inside.ts"

const folder = mkdtempSync(join(tmpdir(), "set-up-"))
const empty = () => mkdtempSync(join(folder, "at-"))

const settingsIn = (json: string) => {
  const path = join(empty(), "settings.json")
  writeFileSync(path, json)
  return path
}

describe("hipay-pos init", () => {
  it("writes settings that the verbs accept, and secrets for the owner only, and overwrites nothing", async () => {
    const cwd = empty()
    const what = ["--url", "http://pos.example", "--terminal", "10.0.0.5", "--into", cwd]
    const { code, stdout, stderr } = await inside(["init", ...what])
    assert.strictEqual(code, 0, stderr)
    const file = join(cwd, "hipay-pos.config.json")
    assert.strictEqual(stdout, `${file}\n${join(cwd, "hipay-pos.env")}`)
    assert.deepInclude(JSON.parse(readFileSync(file, "utf8")), { url: "http://pos.example", terminal: "10.0.0.5" })
    const secrets = join(cwd, "hipay-pos.env")
    if (process.platform !== "win32") assert.strictEqual(statSync(secrets).mode & 0o777, 0o600)
    assert.match(readFileSync(secrets, "utf8"), /^# .*\n(?:.*\n)*HIPAY_POS_PASSWORD=\n/)
    const listed = JSON.parse((await inside(["config", "list", "--json", "--config", file])).stdout)
    const url = listed.settings.find(({ setting }: { setting: string }) => setting === "url")
    assert.deepInclude(url, { value: "http://pos.example", from: `${file}: url` })
    assert.include(url.verbs, "pay")

    writeFileSync(file, "{}")
    const again = await inside(["init", "--into", cwd])
    assert.strictEqual(again.code, 2)
    assert.include(again.stderr, "hipay-pos.env are here already; move them away first")
    assert.strictEqual(readFileSync(file, "utf8"), "{}")
  })
})

describe("hipay-pos init --into", () => {
  it("makes the folder, and says which file cannot be written", async () => {
    const made = join(empty(), "shop", "till")
    const { code, stderr } = await inside(["init", "--url", "stage", "--into", made])
    assert.strictEqual(code, 0, stderr)
    assert.deepStrictEqual(readdirSync(made), ["hipay-pos.config.json", "hipay-pos.env"])
    const file = settingsIn("{}")
    const refused = await inside(["init", "--url", "stage", "--into", file])
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, `init: cannot write ${join(file, "hipay-pos.config.json")} (`)
  })
})

describe("hipay-pos init --terminal", () => {
  it("refuses an invalid address or contract, and writes nothing", async () => {
    const cwd = empty()
    const { code, stderr } = await inside(["init", "--terminal", "bad terminal!!", "--into", cwd])
    assert.strictEqual(code, 2)
    assert.include(stderr, "init: --terminal: expected HOST or HOST:PORT, got bad terminal!!")
    const contract = await inside(["init", "--contract", "1/2/3/4", "--into", cwd])
    assert.deepStrictEqual(
      [contract.code, contract.stderr],
      [2, "init: --contract: expected CONTRACT[/RANK[/APPLICATION]], got 4 parts\n"]
    )
    assert.isEmpty(readdirSync(cwd))
  })
})

describe("hipay-pos config list", () => {
  it("does not report a known variable as unused, set or empty", async () => {
    const env = {
      HIPAY_POS_USERNAME: "",
      HIPAY_POS_PASSWORD: "",
      HIPAY_POS_PASSPHRASE: "",
      HIPAY_POS_MOCK_PORT: "",
      HIPAY_POS_URL: "",
      HIPAY_POS_PAY_LIVE: "true"
    }
    const { stderr } = await inside(["config", "list", "--config", settingsIn("{}")], env)
    assert.include(stderr, "no verb takes: HIPAY_POS_PAY_LIVE. Check")
  })

  it("shows each setting, its value and its source, but no secrets", async () => {
    const path = settingsIn('{ "attempts": { "journal": "here.db" } }')
    const env = {
      HIPAY_POS_CONFIG: path,
      HIPAY_POS_MOCK_PORT: "8081",
      HIPAY_POS_PASSWORD: "s3cret-word",
      HIPAY_POS_GATEWAY_STORE: "postgres://gateway:s3cret-word@db/payments",
      HIPAY_POS_MOK_PORT: "1"
    }
    const { code, stdout, stderr } = await inside(["config", "list"], env)
    assert.strictEqual(code, 0)
    assert.match(stdout, /^port +8081 +HIPAY_POS_MOCK_PORT +mock$/m)
    assert.match(stdout, /^journal +here\.db +\S+: attempts\.journal +attempts$/m)
    assert.match(stdout, /^password +\(set, not shown\) +HIPAY_POS_PASSWORD/m)
    assert.notInclude(stdout, "s3cret-word")
    assert.include(stderr, "no verb takes: HIPAY_POS_MOK_PORT.")
  })

  it("says that there are none, and refuses a file that is wrong", async () => {
    const none = await inside(["config", "list"], { HIPAY_POS_CONFIG: "" })
    assert.match(none.stdout, /^No settings:/)
    const path = settingsIn('{ "mok": {} }')
    const odd = prepare(["config", "list", "--config", path], {})
    assert.isTrue(Result.isFailure(odd) && odd.failure.includes(`${path}: mok: no such setting`))
  })
})

describe("hipay-pos completion install", () => {
  it.each([
    ["bash", "bash-completion/completions/hipay-pos", /complete .*hipay-pos/],
    ["zsh", "zsh/site-functions/_hipay-pos", /^#compdef hipay-pos/],
    ["fish", "fish/completions/hipay-pos.fish", /complete -c hipay-pos/]
  ])(
    "writes the script to where %s looks for it, with every verb, and again after an update",
    async (shell, path, words) => {
      const home = empty()
      const env = { XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, SHELL: `/bin/${shell}` }
      for (const args of [[], [shell]]) {
        const { code, stdout, stderr } = await inside(["completion", "install", ...args], env)
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(stdout, join(home, path))
      }
      const script = readFileSync(join(home, path), "utf8")
      assert.match(script, words)
      for (const verb of ["receipt", "listen", "completion", "examine-terminal"]) assert.include(script, verb)
    }
  )

  it("asks for the shell if it does not know it", async () => {
    const { code, stderr } = await inside(["completion", "install"], { SHELL: "/bin/csh" })
    assert.strictEqual(code, 2)
    assert.include(stderr, "Name it: bash, zsh or fish; got csh")
  })
})
