/** Which accounts a store's orders may go up under after those that they went up under before. */
import { assert, describe, it } from "vitest"
import { upstreamRefusal } from "../../src/node/storeUpstream.ts"

const url = "https://one.example"
type Accounts = Readonly<Record<string, string>>

const refusal = (known: Accounts, asked: Accounts) =>
  upstreamRefusal({ url, accounts: known }, { url, accounts: asked })

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

  it("refuses another one for any login, whether by its own row or by the common one", () => {
    for (const [known, asked, words] of [
      [{ "*": "X" }, { "*": "Y" }, "its orders were relayed under the account X, not Y"],
      [{ till: "X" }, { till: "Y" }, "the orders of till were relayed under the account X, not Y"],
      [{ "*": "X" }, { "*": "X", till: "Y" }, "the orders of till were relayed under the account X, not Y"],
      [{ "*": "X", till: "Y" }, { "*": "X" }, "the orders of till were relayed under the account Y, not X"],
      [{ till: "X" }, { "*": "Y" }, "the orders of till were relayed under the account X, not Y"],
      [{ "*": "of each caller" }, { "*": "Y" }, "its orders were relayed under the account of each caller, not Y"]
    ] as const) {
      assert.include(refusal(known, asked), words)
    }
  })
})
