import * as Frames from "@hipay-pos/concert-codec/Frames"
import { OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import { AttemptView } from "@hipay-pos/server/testing"
import * as Struct from "effect/Struct"
import { assert, describe, it } from "vitest"
import { followUps } from "../src/mock/MockSpace.ts"
import { transaction } from "./notifications/transaction.ts"

const { attempt, ...charged } = transaction()
const at = attempt.openedAt

/** What the Console and the notifications made of an attempt that a terminal charged at a given time. */
const sourcesAt = (time: number) => ({
  transactions: { list: () => [{ attempt, ...charged, history: [{ status: 118 as const, at: time }] }] },
  notifications: { list: () => [] }
})

const kindsOf = (chargedAt: number) =>
  AttemptView.detail(
    {
      ...attempt,
      events: [
        { at, kind: "connected", to: "192.0.2.10:8888" },
        { at: at + 2, kind: "terminal-request", frame: "CZ0040320" },
        { at: at + 5, kind: "terminal-response", frame: "AE00210" }
      ]
    },
    { frames: Frames, answerTo: () => undefined, followUps: followUps(sourcesAt(chargedAt)) }
  ).timeline.map(({ kind }) => kind)

describe("the timeline of an attempt", () => {
  it("shows what a terminal charged while the request was still being written behind the request", () => {
    assert.deepStrictEqual(kindsOf(at + 1), [
      "request",
      "connected",
      "terminal-request",
      "transaction",
      "terminal-response"
    ])
  })

  it("else goes by time", () => {
    assert.deepStrictEqual(kindsOf(at + 9), [
      "request",
      "connected",
      "terminal-request",
      "terminal-response",
      "transaction"
    ])
  })

  const evidence = { ...ofBytes("CB0041500AE00210"), status: "done" as const }
  const reason = new OutcomeUnknown({ kind: "Contradictory", detail: "15.00 EUR", evidence })
  const answered = { at: at + 3, kind: "answer", as: "unknown" } as const
  const came = { kind: "late-response", frame: evidence.received, detail: reason.message } as const
  const shown = (events: (typeof attempt)["events"]) =>
    AttemptView.detail(
      { ...Struct.omit(attempt, ["outcome"]), state: "unknown", error: reason, events },
      { frames: Frames, answerTo: () => ({ status: 504, body: { error: { details: { evidence } } } }) }
    )

  it("shows what came in time before the answer to the caller, who received it", () => {
    const { timeline, error } = shown([answered])
    assert.deepStrictEqual(error?.evidence, evidence)
    assert.deepStrictEqual(
      timeline.map(({ kind }) => kind),
      ["request", "evidence", "answer"]
    )
    assert.property(timeline.at(-1), "body")
  })

  it("shows what came late in its place, and of the earlier answer to the caller only the status", () => {
    const { timeline, frames, error } = shown([answered, { at: at + 9, ...came }])
    assert.deepStrictEqual(error?.evidence, evidence)
    assert.strictEqual(frames.response, evidence.received)
    const [, answer, late] = timeline
    assert.lengthOf(timeline, 3)
    assert.deepStrictEqual(answer, { at: new Date(answered.at).toISOString(), kind: "answer", status: 504 })
    assert.deepInclude(late, { at: new Date(at + 9).toISOString(), ...came })
    assert.property(late, "fields")
  })
})
