/** Logins typed in the wrong place: refused, and never repeated. */
import { assert, describe, it } from "vitest"
import { urlArgument } from "../src/login.ts"
import { inside } from "./inside.ts"

const quietly = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) => {
  const { code, stdout, stderr } = await inside(args, env)
  assert.strictEqual(code, 2)
  assert.notInclude(`${stdout}${stderr}`, "sesame")
  return stderr
}

describe("a login in a URL", () => {
  const verbs = [
    ["doctor"],
    ["open"],
    ["attempts"],
    ["day"],
    ["tail"],
    ["trigger", "approved"],
    ["terminals", "list"],
    ["pay", "1", "--terminal", "t", "--journal", "/nowhere/journal.db"],
    ["init", "--into", "/nowhere"]
  ]

  const logins = [
    "http://merchant:sesame@127.0.0.1:1",
    "merchant:sesame@127.0.0.1",
    "https://sesame@127.0.0.1",
    "http://:sesame@127.0.0.1:1"
  ]

  it.each(verbs)("is refused: %s", async (...verb) => {
    for (const url of logins) {
      const stderr = await quietly([...verb, "--url", url])
      assert.include(stderr, "--url: expected a URL without a login in it: set HIPAY_POS_USERNAME")
    }
  })

  it.each(logins)("is refused for the till's server: %s", async (url) => {
    const stderr = await quietly(["listen", "--port", "0", "--forward-to", url])
    assert.include(stderr, "--forward-to: expected a URL without a login")
  })
})

describe("a query or a fragment in a URL", () => {
  it.each([
    ["day"],
    ["resolve", "attempt", "--journal", "/nowhere/journal.db"],
    ["pay", "1", "--terminal", "t", "--journal", "/nowhere/journal.db"],
    ["init", "--into", "/nowhere"]
  ])("is refused: %s", async (...verb) => {
    for (const url of ["http://127.0.0.1:1/?key=sesame", "http://127.0.0.1:1?", "http://127.0.0.1:1/#"]) {
      const stderr = await quietly([...verb, "--url", url])
      assert.include(stderr, "--url: expected a URL without ? or #, such as http://127.0.0.1:8080")
    }
  })
})

describe("a server in a command that is printed", () => {
  it("keeps its base path, and is one word for the shell", () => {
    assert.strictEqual(urlArgument("https://pos.example/base/"), " --url https://pos.example/base")
    assert.strictEqual(urlArgument("https://pos.example/a&b"), " --url 'https://pos.example/a&b'")
    assert.strictEqual(urlArgument(undefined), "")
  })
})

describe("--credentials", () => {
  it("does not repeat a login that was typed instead of a file", async () => {
    const stderr = await quietly(["day", "--url", "http://192.0.2.1", "--credentials", "merchant:sesame"])
    assert.include(
      stderr,
      "day: --credentials: there is no file of that name: the flag names a file whose first line is username:password"
    )
  })
})

describe("the environment", () => {
  it("has no login if its variables are empty, as in a file that init wrote", async () => {
    const env = { HIPAY_POS_USERNAME: "", HIPAY_POS_PASSWORD: "" }
    const stderr = await quietly(["day", "--url", "http://192.0.2.1"], env)
    assert.include(stderr, "192.0.2.1 needs a login: set HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD")
    const half = await quietly(["day", "--url", "http://192.0.2.1"], { ...env, HIPAY_POS_PASSWORD: "sesame" })
    assert.include(half, "go together, and one of them is missing")
  })

  it("has a username without a colon, before which a login over HTTP would end", async () => {
    const env = { HIPAY_POS_USERNAME: "merchant:1", HIPAY_POS_PASSWORD: "sesame" }
    for (const verb of [["day"], ["pay", "1", "--terminal", "t", "--journal", "/nowhere/journal.db"]]) {
      const stderr = await quietly([...verb, "--url", "http://192.0.2.1"], env)
      assert.include(stderr, `${verb[0]}: HIPAY_POS_USERNAME: expected a name without a colon`)
    }
  })
})
