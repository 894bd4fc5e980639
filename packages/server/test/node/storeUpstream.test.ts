/** Which accounts a store's orders may be relayed under after others. */
import { assert, describe, it } from "vitest"
import { upstreamRefusal } from "../../src/node/storeUpstream.ts"

const url = "https://one.example"
type Accounts = Readonly<Record<string, string>>

/** Why accounts may not follow others, for some logins or all known ones; `paying` have attempts. */
const refusal = (
  known: Accounts,
  asked: Accounts,
  { logins, paying = [] }: { readonly logins?: ReadonlyArray<string>; readonly paying?: ReadonlyArray<string> } = {}
) => upstreamRefusal({ url, accounts: known }, { url, accounts: asked, logins }, (login) => paying.includes(login))

describe("a store whose orders were relayed under accounts", () => {
  it("takes the same ones again, with others for logins that had none", () => {
    const cases: ReadonlyArray<readonly [known: Accounts, asked: Accounts]> = [
      [{}, { "*": "X" }],
      [{ "*": "X" }, { "*": "X" }],
      [{ "*": "X" }, { till: "X" }],
      [{ till: "X" }, { "*": "X" }],
      [{ till: "X" }, { till: "X", lyon: "Y" }],
      [{ till: "X", lyon: "Y" }, { lyon: "Y" }],
      [{ "*": "X", lyon: "Y" }, { lyon: "Y" }],
      [{ till: "X" }, { constructor: "Y" }]
    ]
    for (const [known, asked] of cases) {
      assert.isUndefined(refusal(known, asked), JSON.stringify([known, asked]))
    }
  })

  it("asks nothing of logins that the relay does not have any more", () => {
    const known = { "*": "X", till: "Y" }
    assert.isUndefined(refusal(known, { "*": "X" }, { logins: ["paris"], paying: ["till", "paris"] }))
    assert.include(refusal(known, { "*": "X" }, { logins: ["paris", "till"] }), "the orders of till")
    assert.include(refusal({ "*": "X" }, { "*": "Y" }, { logins: [] }), "its orders were relayed")
  })

  it("lets a login have an account of its own that has sent no order yet", () => {
    const asked = { "*": "X", till: "Y" }
    assert.isUndefined(refusal({ "*": "X" }, asked, { logins: ["till", "paris"], paying: ["paris"] }))
    assert.isUndefined(
      refusal({ "*": "X" }, { paris: "X", till: "Y" }, { logins: ["till", "paris"], paying: ["paris"] })
    )
    assert.strictEqual(
      refusal({ "*": "X" }, asked, { logins: ["till", "paris"], paying: ["till"] }),
      "the orders of till were relayed under the account X, not Y; give the login another name, or this relay another store"
    )
    assert.include(refusal({ "*": "X", till: "Z" }, asked, { logins: ["till"] }), "under the account Z, not Y")
  })

  it("accepts no other accounts if any login may send orders", () => {
    const passed = { "*": "of each caller" }
    assert.include(refusal({ till: "X" }, passed), "the orders of till were relayed under the account X")
    assert.include(refusal(passed, { till: "Y" }, { logins: ["till"], paying: ["till"] }), "of each caller, not Y")
  })

  it("refuses another one for any login, whether by its own row or by the common one", () => {
    const paying = ["till"]
    for (const [known, asked, words] of [
      [{ "*": "X" }, { "*": "Y" }, "its orders were relayed under the account X, not Y"],
      [{ till: "X" }, { till: "Y" }, "the orders of till were relayed under the account X, not Y"],
      [{ "*": "X" }, { "*": "X", till: "Y" }, "the orders of till were relayed under the account X, not Y"],
      [{ "*": "X", till: "Y" }, { "*": "X" }, "the orders of till were relayed under the account Y, not X"],
      [{ till: "X" }, { "*": "Y" }, "the orders of till were relayed under the account X, not Y"],
      [{ "*": "of each caller" }, { "*": "Y" }, "its orders were relayed under the account of each caller, not Y"]
    ] as const) {
      assert.include(refusal(known, asked, { paying }), words)
    }
  })
})
