/** Fields that an attempt cannot have in each state. */
import * as Card from "@hipay-pos/core/Card"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import { type Attempt, cardOf, close, type Resolution } from "@hipay-pos/server/Attempt"
import * as Struct from "effect/Struct"
import { assert, describe, it } from "vitest"
import { approved } from "./attempts.ts"
import { attempt } from "./storeLaws.ts"

const error = new OutcomeUnknown({ kind: "CutLine", detail: "cut" })
const refused = new NotStarted({ kind: "Unreachable", detail: "no route" })
const unknown = close(attempt("1"), { _tag: "Error", reason: error }, 1)

describe("an attempt", () => {
  it("does not compile with fields that its state cannot have", () => {
    const ended = { ...Struct.omit(unknown, ["state", "endedAt", "outcome", "error", "resolutions"]), endedAt: 1 }
    const impossible: ReadonlyArray<Attempt> = [
      // @ts-expect-error one that is open has not ended,
      { ...ended, state: "open" },
      // @ts-expect-error one that was not started says why,
      { ...ended, state: "not-started" },
      // @ts-expect-error and not that it may have been paid,
      { ...ended, state: "not-started", error },
      // @ts-expect-error which one that is unknown says,
      { ...ended, state: "unknown", error: refused },
      // @ts-expect-error that has no outcome,
      { ...ended, state: "unknown", outcome: approved() },
      // @ts-expect-error an outcome is the state's,
      { ...ended, state: "declined", outcome: approved() },
      // @ts-expect-error and takes the place of an error,
      { ...ended, state: "approved", outcome: approved(), error },
      // @ts-expect-error and without one a person has said so
      { ...ended, state: "approved" }
    ]
    assert.lengthOf(impossible, 8)
  })

  it("keeps the terminal's card data when a person ends it", () => {
    const said = { outcome: "approved", by: "Ada", evidence: "receipt 7", login: "till", at: 2 } as const
    const card = { authorizationNumber: "A98765", pan: Card.TruncatedPan.make("497010######4242") }
    const told = new OutcomeUnknown({ kind: "CutLine", detail: "cut", evidence: { ...ofBytes("AE"), card } })
    const of = (resolution: Resolution) =>
      cardOf(close(close(attempt("1"), { _tag: "Error", reason: told }, 1), { _tag: "Resolved", resolution }, 2))
    assert.deepStrictEqual(of(said), card)
    assert.deepStrictEqual(of({ ...said, authorizationNumber: "B1" }), { ...card, authorizationNumber: "B1" })
  })
})
