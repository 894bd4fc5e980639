import { assert, describe, it } from "@effect/vitest"
import { Credentials } from "@hipay-pos/server-mock"
import * as Redacted from "effect/Redacted"

const check = Credentials.makeCheck([
  { username: "merchant", password: Redacted.make("secret") },
  { username: "shop", password: Redacted.make("pâss:wörd") }
])
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`

describe("Credentials", () => {
  it("prove the login that they name", () => {
    assert.strictEqual(check(basic("merchant:secret")), "merchant")
    assert.strictEqual(check(basic("shop:pâss:wörd")), "shop")
  })

  it("are found with the scheme in any case and blanks around them", () => {
    const token = btoa("merchant:secret")
    for (const header of [`basic ${token}`, `BASIC   ${token}`, `Basic ${token}  `]) {
      assert.strictEqual(check(header), "merchant", header)
    }
  })

  it("prove nothing when anything else is wrong", () => {
    const wrong = [
      undefined,
      "",
      "Basic",
      "Basic ",
      `Bearer ${btoa("merchant:secret")}`,
      btoa("merchant:secret"),
      "Basic merchant:secret",
      "Basic a",
      `${basic("merchant:secret")},`,
      basic("merchant:secre"),
      basic("merchant:secret "),
      basic("Merchant:secret"),
      basic("merchant:pâss:wörd"),
      basic("merchant"),
      basic(":"),
      basic("")
    ]
    for (const header of wrong) assert.isUndefined(check(header), header)
  })
})
