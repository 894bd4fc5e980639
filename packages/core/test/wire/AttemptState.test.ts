import { assert, describe, it } from "@effect/vitest"
import { attemptStates, isPaid, isUndecided, stateOf } from "@hipay-pos/core/wire/AttemptState"

describe("where an attempt stands", () => {
  it("is paid, undecided, or known to be neither", () => {
    const are = (is: (attempt: { readonly state: (typeof attemptStates)[number] }) => boolean) =>
      attemptStates.filter((state) => is({ state }))
    assert.deepStrictEqual(are(isPaid), ["approved", "approved-in-part"])
    assert.deepStrictEqual(are(isUndecided), ["open", "unknown"])
  })

  it("is not paid without a state, or with an unknown one", () => {
    assert.isFalse(isPaid({}))
    assert.isFalse(isPaid({ state: "Approved" }))
  })

  it("is undecided without a state, or with an unknown one: it may have been paid", () => {
    for (const state of [undefined, null, "authorised", "Declined"]) assert.isTrue(isUndecided({ state }), `${state}`)
  })

  it("follows from the outcome", () => {
    const outcomes = [{ _tag: "Approved" }, { _tag: "ApprovedInPart" }, { _tag: "Declined" }] as const
    assert.deepStrictEqual(outcomes.map(stateOf), ["approved", "approved-in-part", "declined"])
  })
})
