import { assert, describe, it } from "vitest"
import { shortPasswords } from "../../src/bin/shortPasswords.ts"

describe("passwords that can be guessed", () => {
  it("are those of fewer than 12 characters; their logins are named, and they are not shown", () => {
    const logins = [
      { username: "till", password: "a long one that a generator has made" },
      { username: "ada", password: "hunter2" },
      { username: "bob", password: "elevenchars" }
    ]
    assert.strictEqual(
      shortPasswords(logins),
      "passwords of fewer than 12 characters can be guessed; let a generator choose longer ones for ada, bob"
    )
  })

  it("are none of 12 or more", () =>
    assert.isUndefined(shortPasswords([{ username: "till", password: "twelve chars" }])))
})
