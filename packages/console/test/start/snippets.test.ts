import { execFileSync } from "node:child_process"
import { assert, describe, it } from "vitest"
import { languages, snippet } from "../../src/start/snippets.ts"

const body = { order: { name: `it's "$HOME" \`id\` \\ \n é 🧾`, id: "'; echo no; '" } }
const call = { origin: "http://127.0.0.1:8090", username: "merchant+blue", password: "secret", body }

describe("an order as a curl command", () => {
  const said = (environment: Readonly<Record<string, string>>) => {
    const command = snippet("curl", call).replace(/^curl/, "printf '%s\\0'")
    return execFileSync("sh", ["-c", command], { encoding: "utf8", env: environment }).split("\0")
  }
  const after = (words: ReadonlyArray<string>, flag: string) => words[words.indexOf(flag) + 1]

  it("reaches a shell as it is, whatever quotes and signs stand in it", () => {
    const words = said({})
    assert.strictEqual(words[0], "http://127.0.0.1:8090/v1/connector/order")
    assert.deepStrictEqual(JSON.parse(after(words, "--data") ?? ""), body)
  })

  it("takes the login from the variables that everything else takes it from, and a mock's own without them", () => {
    assert.strictEqual(after(said({}), "--user"), "merchant+blue:secret")
    const environment = { HIPAY_POS_USERNAME: "shop", HIPAY_POS_PASSWORD: "of its own" }
    assert.strictEqual(after(said(environment), "--user"), "shop:of its own")
  })
})

describe("an order in a language", () => {
  it("has this server's address and login, and no password where money moves", () => {
    for (const language of languages) {
      assert.include(snippet(language, call), "http://127.0.0.1:8090/v1/connector/order", language)
      assert.include(snippet(language, call), "merchant+blue", language)
      assert.notInclude(snippet(language, { ...call, password: undefined }), "secret", language)
    }
  })
})
