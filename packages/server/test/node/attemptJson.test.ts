/** The JSON of the store's file stays as it is: a file that was written before opens, and shows the same attempts. */
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import { assert, describe, it } from "vitest"
import { fromJson, historyOf, toJson } from "../../src/node/attemptJson.ts"
import { detail } from "../../src/render/attemptView.ts"
import { answerTo } from "../../src/render/Dialect.ts"
import { approved } from "../attempts/attempts.ts"
import { attempt, type Changes } from "../attempts/storeLaws.ts"
import { frames } from "../frames.ts"

/** A row as the file has it. */
const rowWith = (state: string, error: object): string =>
  JSON.stringify({ ...JSON.parse(toJson(attempt("1"))), state, endedAt: 1, error })

const rows = [
  ["NotStarted", NotStarted, rowWith("not-started", { kind: "Unreachable", detail: "no route", _tag: "NotStarted" })],
  [
    "OutcomeUnknown",
    OutcomeUnknown,
    rowWith("unknown", { kind: "CutLine", detail: "cut", evidence: ofBytes("AE"), _tag: "OutcomeUnknown" })
  ]
] as const

describe("an attempt in the store's file", () => {
  it.each(rows)("has its error under the name %s, and the error's class when it is read", (name, Class, row) => {
    const found = fromJson(row)
    assert.isDefined(found)
    assert.isTrue(found.error instanceof Class)
    assert.deepInclude(found.error, { ...JSON.parse(row).error, _tag: `Terminal${name}` })
    assert.deepStrictEqual(JSON.parse(toJson(found)), JSON.parse(row))
  })

  it("keeps what another service answered apart from the answer to its caller, which older versions wrote by its status", () => {
    const answered = { at: 1, kind: "upstream-response", status: 400 } as const
    const row = JSON.stringify({
      ...JSON.parse(toJson(attempt("1"))),
      moments: [answered, { at: 2, kind: "answer", status: 504 }]
    })
    assert.deepStrictEqual(fromJson(row)?.events, [answered, { at: 2, kind: "answer", as: "unknown" }])
  })

  it("has the bytes alone as evidence where an older version wrote it", () => {
    const older = { kind: "CutLine", detail: "cut", _tag: "OutcomeUnknown" }
    const found = fromJson(rowWith("unknown", { ...older, received: "AE" }))
    assert.deepInclude(found?.error, { evidence: ofBytes("AE") })
    assert.notProperty(fromJson(rowWith("unknown", { ...older, received: "" }))?.error, "evidence")
  })

  it.each(rows)("is shown and remembered for good with the name %s", (reason, _, row) => {
    const found = fromJson(row)
    assert.isDefined(found)
    assert.propertyVal(detail(found, { frames, answerTo: answerTo["pos-api"] }).error, "reason", reason)
    assert.propertyVal(historyOf(found).error, "reason", reason)
  })
})

describe("what a record says of an end", () => {
  const said = { at: 1, outcome: "approved", by: "Ada", evidence: "slip", login: "till" } as const
  const aside = { ...said, outcome: "set-aside" } as const
  const no = { ...said, outcome: "declined" } as const
  const refused = new NotStarted({ kind: "Unreachable", detail: "no route" })
  const cut = new OutcomeUnknown({ kind: "CutLine", detail: "cut", evidence: ofBytes("AE") })
  const outcome = approved()
  const read = (changes: Changes) => fromJson(toJson(attempt("1", changes)))

  const possible: ReadonlyArray<Changes> = [
    { state: "open" },
    { state: "not-started", resolutions: [aside] },
    { state: "unknown" },
    { state: "unknown", error: cut, resolutions: [no, aside] },
    { state: "approved", recorded: { status: 200 } },
    { state: "approved-in-part", prunedAt: 5 },
    { state: "declined", provedBy: "notification" },
    { state: "approved", outcome, resolutions: [no] },
    { state: "approved", error: cut, resolutions: [aside, said] },
    { state: "approved-in-part", resolutions: [{ ...said, paid: 5 }] },
    { state: "declined", resolutions: [said, no] }
  ]
  it.each(possible)("is read where the state can have it: %o", (changes) => {
    assert.deepStrictEqual(read(changes), attempt("1", changes))
  })

  const impossible: ReadonlyArray<Changes> = [
    { state: "open", endedAt: 1 },
    { state: "open", outcome },
    { state: "open", error: cut },
    { state: "not-started", error: cut },
    { state: "not-started", outcome },
    { state: "unknown", error: refused },
    { state: "unknown", outcome },
    { state: "approved-in-part", outcome },
    { state: "declined", outcome },
    { state: "approved", error: cut },
    { state: "approved", error: refused, resolutions: [said] },
    { state: "approved", resolutions: [] },
    { state: "approved", resolutions: [said, aside] },
    { state: "approved", resolutions: [said, no] },
    { state: "declined", resolutions: [said] }
  ]
  it.each(impossible)("is not read where the state cannot have it: %o", (changes) => {
    assert.isUndefined(read(changes))
  })

  it.each(["not-started", "unknown", "approved", "declined"] as const)("has the time of the end: %s", (state) => {
    const { endedAt: _, ...record } = JSON.parse(toJson(attempt("1", { state })))
    assert.isUndefined(fromJson(JSON.stringify(record)))
  })
})
