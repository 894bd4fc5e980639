/** How an end known in one process is written over what others have stored meanwhile. */
import { assert, describe, it } from "@effect/vitest"
import * as Finding from "@hipay-pos/core/Finding"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Alarm from "../../src/attempts/Alarm.ts"
import { type Attempt, close, type Resolution } from "../../src/attempts/Attempt.ts"
import { endOver } from "../../src/attempts/endOver.ts"
import { applyNotifications } from "../../src/attempts/notificationProof.ts"
import { withAlarm } from "../../src/attempts/Revision.ts"
import { attempt, ended } from "./storeLaws.ts"

const open = attempt("1", { terminal: "relayed" })
const silence = new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" })
const silent = close(open, { _tag: "Error", reason: silence }, 1)
/** The attempt as another process leaves it when it gives it up. */
const givenUp = close(
  open,
  { _tag: "Error", reason: new OutcomeUnknown({ kind: "CutLine", detail: "the line was cut" }) },
  2
)

const resolved = (known: Attempt, outcome: Resolution["outcome"], at: number): Attempt =>
  close(known, { _tag: "Resolved", resolution: { outcome, by: "Ada", evidence: "receipt 7", login: "till", at } }, at)

/** An end that could not be written at first. */
const owed = (end: Attempt): Attempt => withAlarm(end, Alarm.endNotWritten(end, "the disk is full", 4))

describe("an end over what others have written", () => {
  it.each([
    ["unknown", givenUp],
    ["declined", resolved(givenUp, "declined", 3)],
    ["approved", ended(givenUp, "approved")]
  ] as const)("changes nothing where it is a bug of ours, whatever stands there: %s", (_, stands) => {
    assert.isUndefined(endOver(stands, close(open, { _tag: "Defect" }, 1), 9))
  })

  it.each(["approved", "approved-in-part"] as const)(
    "takes back nothing that the terminal has proved to another process: %s",
    (state) => {
      const events = [{ at: 1, kind: "answer", as: "outcome" }] as const
      const stands = ended(givenUp, state)
      const refused = { ...ended(open, "declined"), events }
      assert.deepStrictEqual(endOver(stands, refused, 9), { attempt: { ...stands, events } })
    }
  )

  it("leaves a person's resolution if it proves nothing, even if it is written late", () => {
    const stands = resolved(givenUp, "declined", 3)
    for (const end of [silent, owed(silent)]) {
      const { attempt, alarm } = endOver(stands, end, 9) ?? { attempt: open }
      assert.deepInclude(attempt, { state: "declined", endedAt: 3, error: silence })
      assert.isUndefined(alarm)
    }
  })

  it("ends an attempt that was given up at the time it came, not at the time of the write", () => {
    const notStarted = new NotStarted({ kind: "Unreachable", detail: "no route" })
    for (const end of [ended(open, "declined"), close(open, { _tag: "Error", reason: notStarted }, 0), silent])
      assert.strictEqual(endOver(givenUp, end, 9)?.attempt.endedAt, end.endedAt)
  })

  it("lists each odd thing about its answer once", () => {
    const odd = (path: string, code = "unknown-field") =>
      Finding.make("warning", code, path, "a field of the contract", path)
    const stands = { ...givenUp, findings: [odd("a")] }
    const end = {
      ...silent,
      received: { status: 400, headers: {}, body: "{}" },
      findings: [odd("a"), odd("b"), odd("a", "type")]
    }
    assert.deepStrictEqual(endOver(stands, end, 9)?.attempt.findings, [odd("a"), odd("b"), odd("a", "type")])
  })
})

describe("a refusal of which HiPay notifies that it was paid, over a person's refusal", () => {
  const paid = { at: 1, reference: "800", status: 116, test: true, currency: "EUR", authorized: 1250 }
  const contradicted = applyNotifications(ended(open, "declined"), [paid], 1, false)?.attempt ?? open
  const stands = resolved(givenUp, "declined", 3)

  it.each([
    ["at once", contradicted],
    ["late", owed(contradicted)]
  ])("makes the attempt unknown again, from then on, where it is written %s", (_, end) => {
    const { attempt, alarm } = endOver(stands, end, 9) ?? { attempt: open }
    assert.deepInclude(attempt, { state: "unknown", endedAt: 1, notifications: [paid] })
    assert.deepStrictEqual([attempt.error, attempt.alarms], [contradicted.error, contradicted.alarms])
    // It was emitted when the refusal came.
    assert.isUndefined(alarm)
  })

  it("changes nothing that a person has settled since, when it is written again", () => {
    const again = endOver(stands, contradicted, 9)?.attempt ?? open
    const settled = resolved(again, "declined", 10)
    assert.deepStrictEqual(endOver(settled, owed(contradicted), 11), { attempt: settled })
  })
})
