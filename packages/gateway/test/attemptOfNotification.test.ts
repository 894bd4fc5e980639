/** Which attempt a notification is about, where several accounts share a relay. */
import { assert, describe, it } from "@effect/vitest"
import { parseNotification } from "@hipay-pos/client/notification"
import { attempt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import { attemptOfNotification } from "../src/relay/attemptOfNotification.ts"

const attempts = [
  attempt("own", { orderId: "A", login: "shop", terminal: "relayed" }),
  attempt("foreign", { orderId: "A", login: "another shop", terminal: "relayed" })
]

/** The attempt that a notification of `shop`'s account is about, by its address and by what its transaction is bound to. */
const foundBy = ({
  named,
  bound = []
}: {
  named?: string
  bound?: ReadonlyArray<{ owner: string; attempt: string }>
}) => {
  const lookup = {
    store: { bindingsOf: () => Effect.succeed(bound), attemptsUnder: () => Effect.succeed([]) },
    get: (id: string) => Effect.succeed(attempts.find((each) => each.id === id))
  }
  const account = { owner: "shop", isOf: (login: string) => login === "shop", logins: () => ["shop"] }
  const notification = parseNotification("transaction_reference=1&status=118&order[id]=A")
  return Effect.map(attemptOfNotification(lookup, account, notification, named), ({ found }) =>
    typeof found === "string" ? found : found.id
  )
}

describe("the attempt of a notification", () => {
  it.effect.each([
    ["that its address names", { named: "own" }, "own"],
    [
      "that its address names, as its transaction does",
      { named: "own", bound: [{ owner: "shop", attempt: "own" }] },
      "own"
    ],
    ["that its transaction is bound to", { bound: [{ owner: "shop", attempt: "own" }] }, "own"],
    ["of a login that was the owner before", { bound: [{ owner: "gone", attempt: "own" }] }, "own"],
    ["of another account's login: none", { named: "foreign" }, "its address names no attempt of that login"],
    [
      "bound by another account: none",
      { bound: [{ owner: "another shop", attempt: "foreign" }] },
      "its order is not known"
    ],
    [
      "bound to one that is gone, by another account: none",
      { bound: [{ owner: "gone", attempt: "x" }] },
      "its order is not known"
    ],
    [
      "bound to one that is gone: none",
      { bound: [{ owner: "shop", attempt: "x" }] },
      "its attempt is not in the store"
    ],
    [
      "that its address names, where its transaction is another's: none",
      { named: "own", bound: [{ owner: "shop", attempt: "x" }] },
      "its transaction belongs to /attempts/x"
    ]
  ] as const)("is the one %s", ([, by, expected]) =>
    Effect.map(foundBy(by), (found) => assert.strictEqual(found, expected))
  )
})
