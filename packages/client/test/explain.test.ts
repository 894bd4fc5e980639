/** What an error says to a person, in both languages. */
import { readFileSync } from "node:fs"
import {
  AlreadyApproved,
  AlreadyReversed,
  NotStarted,
  OrderIdConflict,
  OutcomeUnknown,
  PosClientError,
  Unsettled
} from "@hipay-pos/client"
import { explain } from "@hipay-pos/client/explain"
import { assert, describe, it } from "vitest"

const source = readFileSync(new URL("../src/PosClientError.ts", import.meta.url), "utf8")

/** The kinds of a union type in the source: each of them needs its words. */
const kindsOf = (type: string): ReadonlyArray<string> => {
  const [, union = ""] = new RegExp(`type ${type} =\\n((?:.*\\n)*?)\\n`).exec(source) ?? []
  return [...union.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, kind = ""]) => kind)
}

const detail = "fetch failed: ECONNREFUSED 10.0.0.1"
const errors = [
  ...kindsOf("NotStartedKind").map((kind) => new NotStarted({ kind: kind as NotStarted["kind"], detail })),
  new NotStarted({ kind: "Rejected", detail, status: 401 }),
  new NotStarted({ kind: "Rejected", detail, status: 409, code: "terminal.unresolved" }),
  ...kindsOf("OutcomeUnknownKind").map((kind) => new OutcomeUnknown({ kind: kind as OutcomeUnknown["kind"], detail })),
  ...kindsOf("UnsettledKind").map((kind) => new Unsettled({ kind: kind as Unsettled["kind"], detail })),
  new AlreadyApproved({ state: "approved", recorded: undefined }),
  new AlreadyApproved({ state: "approved-in-part", recorded: undefined }),
  new AlreadyReversed({ state: "approved" }),
  new OrderIdConflict({ detail })
].map((reason) => new PosClientError({ reason }))

describe("an error explained to a person", () => {
  it("has a sentence for what happened and one for what to do, whatever its kind, and none of the server's words", () => {
    assert.isAbove(errors.length, 32)
    for (const error of errors) {
      for (const language of ["en", "fr"] as const) {
        const { message, advice } = explain(error, language)
        for (const text of [message, advice]) {
          assert.match(text, /^[A-ZÉÀ].*\.$/, `${error.reason._tag} ${language}`)
          assert.notInclude(text, "ECONNREFUSED")
          assert.notInclude(text, "undefined")
        }
      }
    }
  })

  it("is true of a refund, too, where the order was approved before", () => {
    const before = errors.filter(({ reason }) => reason._tag === "AlreadyApproved")
    assert.lengthOf(before, 2)
    for (const error of before) {
      for (const language of ["en", "fr"] as const) {
        const { message, advice } = explain(error, language)
        assert.notMatch(`${error.message} ${message} ${advice}`, /paid|pay\b|charge|payée|débit/i)
      }
    }
  })

  it("does not ask to correct an order where the terminal's last payment is unknown, but says what to do", () => {
    const error = errors.find(({ reason }) => "code" in reason && reason.code === "terminal.unresolved")
    assert.isDefined(error)
    assert.match(explain(error, "en").advice, /last payment is unknown.*another terminal or cash/)
    const french = explain(error, "fr").advice
    assert.match(french, /dernier paiement .* inconnue.*autre terminal ou en espèces/)
    assert.notInclude(french, "corrigez")
  })

  it("is French in French", () => {
    for (const error of errors) {
      const { message, advice } = explain(error, "fr")
      assert.notMatch(`${message} ${advice}`, /\b(the|payment|nothing|order)\b/i)
    }
  })

  it("says that nothing was charged exactly where that is certain", () => {
    for (const error of errors) {
      const { advice } = explain(error, "fr")
      assert.strictEqual(advice.startsWith("Rien n’a été débité."), error.reason._tag === "NotStarted")
    }
  })

  it("advises in English what the error itself advises", () => {
    for (const error of errors) assert.strictEqual(explain(error, "en").advice, error.advice)
  })
})
