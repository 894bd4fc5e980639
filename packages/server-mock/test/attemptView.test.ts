import * as Frames from "@hipay-pos/concert-codec/Frames"
import { AttemptView } from "@hipay-pos/server/testing"
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
})
