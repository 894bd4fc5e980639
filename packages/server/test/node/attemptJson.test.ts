/** The JSON of the store's file is stable: a file written earlier opens and shows the same attempts. */
import { createHash } from "node:crypto"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import { type Attempt, close, paidOf } from "../../src/attempts/Attempt.ts"
import { forgetCustomer } from "../../src/attempts/forgetCustomer.ts"
import { prune } from "../../src/attempts/pruneAttempt.ts"
import { fromJson, historyOf, toJson } from "../../src/node/attemptJson.ts"
import { FORMAT } from "../../src/node/SqliteFile.ts"
import { StoredAttempt } from "../../src/node/StoredAttempt.ts"
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

  it.each(rows)("keeps fields that a later version gave its error, under any name: %s", (_, Class, row) => {
    const { error, ...rest } = JSON.parse(row)
    const later = `{"message":"paid","stack":["a"],"name":{"a":1},"toString":2,"__proto__":{"kind":3},"attempts":4,`
    const given = JSON.stringify({ ...rest, error: 0 }).replace(
      '"error":0',
      `"error":${later}${JSON.stringify(error).slice(1)}`
    )
    const found = fromJson(given)
    assert.isDefined(found)
    assert.isTrue(found.error instanceof Class)
    assert.include(found.error?.message, error.detail)
    assert.deepStrictEqual(JSON.parse(toJson(found)), JSON.parse(given))
  })

  it("keeps what another service answered apart from the answer to its caller, which older versions wrote by its status", () => {
    const answered = { at: 1, kind: "upstream-response", status: 400 } as const
    const row = JSON.stringify({
      ...JSON.parse(toJson(attempt("1"))),
      moments: [answered, { at: 2, kind: "answer", status: 504 }]
    })
    assert.deepStrictEqual(fromJson(row)?.events, [answered, { at: 2, kind: "answer", as: "unknown" }])
  })

  it("has only the bytes as evidence if an older version wrote it", () => {
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
  it.each(possible)("is read if the state can have it: %o", (changes) => {
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
  it.each(impossible)("is not read if the state cannot have it: %o", (changes) => {
    assert.isUndefined(read(changes))
  })

  it.each(["not-started", "unknown", "approved", "declined"] as const)("has the time of the end: %s", (state) => {
    const { endedAt: _, ...record } = JSON.parse(toJson(attempt("1", { state })))
    assert.isUndefined(fromJson(JSON.stringify(record)))
  })
})

/** Records of a later version: what this one has, changed. */
describe("what a later version wrote", () => {
  const approvedBefore = attempt("1", { state: "approved", outcome: approved() })
  const declinedBefore = attempt("1", { state: "declined" })
  const cut = new OutcomeUnknown({ kind: "CutLine", detail: "cut", evidence: ofBytes("AE") })
  const unknownBefore = attempt("1", { state: "unknown", error: cut })
  const refusedBefore = attempt("1", { state: "not-started" })

  /** The record with values at paths, such as `outcome.card.wallet`. */
  const later = (before: Attempt, changes: Readonly<Record<string, unknown>>): string => {
    const record = JSON.parse(toJson(before))
    for (const [path, value] of Object.entries(changes)) {
      const names = path.split(".")
      const last = names.pop() ?? ""
      names.reduce((object, name) => object[name], record)[last] = value
    }
    return JSON.stringify(record)
  }
  const said = { at: 1, outcome: "approved", by: "Ada", evidence: "slip", login: "till" }
  const alarm = { at: 1, code: "attempt.refund.late", message: "Look at it.", details: { of: "2" } }
  const contradiction = { kind: "currency-unknown", message: "the terminal said XTS" }

  const kept: ReadonlyArray<readonly [string, Attempt, Readonly<Record<string, unknown>>]> = [
    ["a field", approvedBefore, { refundedBy: "2", "key.shop": "7", "amount.inWords": "twelve" }],
    ["a field of the outcome", approvedBefore, { "outcome.surcharge": 5, "outcome.card.wallet": "apple" }],
    ["a field of an error", unknownBefore, { "error.at": 5, "error.evidence.raw": "AE" }],
    ["a field of a resolution", unknownBefore, { resolutions: [{ ...said, outcome: "set-aside", ticket: "12" }] }],
    ["a field of an event", approvedBefore, { moments: [{ at: 1, kind: "connected", to: "a:1", over: "tls" }] }],
    ["a field of an alarm", approvedBefore, { alarms: [{ ...alarm, code: "attempt.end.lost", until: 5 }] }],
    ["a status of an answer", approvedBefore, { moments: [{ at: 1, kind: "answer", as: "outcome", status: 200 }] }],
    ["an alarm", unknownBefore, { alarms: [alarm] }],
    [
      "an alarm that holds more than texts and numbers",
      approvedBefore,
      { alarms: [{ ...alarm, details: { of: ["2"] } }] }
    ],
    [
      "why an alarm was raised, as more than a text",
      approvedBefore,
      { alarms: [{ ...alarm, code: "attempt.end.lost", details: { reason: { disk: "full" } } }] }
    ],
    [
      "details of an alarm",
      approvedBefore,
      { alarms: [{ ...alarm, code: "attempt.end.lost", details: { reason: null } }] }
    ],
    ["an event whose frame is no text", approvedBefore, { moments: [{ at: 1, kind: "asked-again", frame: ["CZ"] }] }],
    ["an event", approvedBefore, { moments: [{ at: 1, kind: "printed", copies: 2 }] }],
    ["an event with a frame", approvedBefore, { moments: [{ at: 1, kind: "asked-again", frame: "CZ0040320" }] }],
    ["a kind of answer", approvedBefore, { moments: [{ at: 1, kind: "answer", as: "moved" }] }],
    ["a kind of unknown", unknownBefore, { "error.kind": "PowerLost" }],
    ["a contradiction", unknownBefore, { "error.evidence.contradictions": [contradiction] }],
    ["a status in the evidence", unknownBefore, { "error.evidence.status": "half-done" }],
    ["a kind of not started", refusedBefore, { "error.kind": "OutOfPaper" }],
    ["a reason of a decline", declinedBefore, { "outcome.reason": "blocked" }],
    ["a way to read cards", approvedBefore, { "outcome.card.entryMode": "palm" }],
    ["a kind of terminal", approvedBefore, { terminal: "cloud" }],
    ["what proves an outcome", approvedBefore, { provedBy: "duplicata" }],
    ["many of them", unknownBefore, { terminal: "cloud", alarms: [alarm], "error.kind": "PowerLost", since: 1 }]
  ]
  it.each(kept)("is read, shown and written back: %s", (_, before, changes) => {
    const json = later(before, changes)
    const found = fromJson(json)
    assert.isDefined(found)
    assert.deepStrictEqual(JSON.parse(toJson(found)), JSON.parse(json))
    assert.deepStrictEqual(paidOf(found), paidOf(before))
    const shown = detail(found, { frames, answerTo: answerTo["pos-api"] })
    assert.strictEqual(shown.state, before.state)
    for (const { expected, actual } of shown.findings) {
      assert.isString(expected)
      assert.notInclude(actual, "[object")
    }
    const details = shown.timeline.flatMap((entry) => (entry.kind === "alarm" ? Object.values(entry.details) : []))
    for (const value of details) assert.include(["string", "number"], typeof value)
    assert.deepStrictEqual(forgetCustomer(found, { withoutContact: (frame) => frame.trim() }).events, found.events)
  })

  const unread: ReadonlyArray<readonly [string, Attempt, Readonly<Record<string, unknown>>]> = [
    ["a state", approvedBefore, { state: "authorised" }],
    ["an outcome", approvedBefore, { "outcome._tag": "Reversed" }],
    ["a currency", approvedBefore, { "amount.currency": "XTS", "outcome.amount.currency": "XTS" }],
    ["a type of transaction", approvedBefore, { "key.transactionType": "Capture" }],
    ["a way to address a terminal", approvedBefore, { "target._tag": "Cloud" }],
    ["an error", unknownBefore, { "error._tag": "Delayed" }],
    ["a person's answer", unknownBefore, { resolutions: [{ ...said, outcome: "refunded" }] }],
    ["an amount in another form", approvedBefore, { "outcome.amount": "12.50" }],
    ["a known event without what it has", approvedBefore, { moments: [{ at: 1, kind: "connected" }] }],
    ["an alarm without a time", approvedBefore, { alarms: [{ ...alarm, at: undefined }] }],
    ["one word that is read, and one that is not", approvedBefore, { terminal: "cloud", state: "authorised" }]
  ]
  it.each(unread)(
    "is not read where money hangs on it, or where nothing can be made of it: %s",
    (_, before, changes) => {
      assert.isUndefined(fromJson(later(before, changes)))
    }
  )

  it("stays beside an end that this version writes", () => {
    const found = fromJson(later(unknownBefore, { since: 1, terminal: "cloud", alarms: [alarm] }))
    assert.isDefined(found)
    const resolution = { ...said, outcome: "declined" } as const
    const ended = JSON.parse(toJson(close(found, { _tag: "Resolved", resolution }, 5)))
    assert.deepInclude(ended, { state: "declined", since: 1, terminal: "cloud", alarms: [alarm] })
  })

  it("is pruned with the rest, and its frames say nothing of customers that are to be forgotten", () => {
    const found = fromJson(later(approvedBefore, { moments: [{ at: 1, kind: "asked-again", frame: "contact" }] }))
    assert.isDefined(found)
    const without = forgetCustomer(found, { withoutContact: (frame) => frame.replace("contact", "") })
    assert.deepInclude(JSON.parse(toJson(without)).moments, { at: 1, kind: "asked-again", frame: "" })
    const pruned = prune(found, 2, 3, () => "")
    assert.strictEqual(pruned._tag === "Reduced" && JSON.parse(toJson(pruned.attempt)).moments.length, 0)
  })
})

/** If this fails, {@link StoredAttempt} says what may be added to a record as it is, and what needs a new format. */
it("says in a record what other versions of this format can read", () => {
  const digest = createHash("sha256")
    .update(JSON.stringify(Schema.toJsonSchemaDocument(StoredAttempt)))
    .digest("hex")
  assert.deepStrictEqual(
    { FORMAT, digest },
    { FORMAT: 5, digest: "db79fda47d9236e7b7a654df30e1540d5869212e63fef864f49894be83db4ac2" }
  )
})
