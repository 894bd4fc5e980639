/**
 * Every fault of the simulator, at every stage where it makes sense, against our own terminal port.
 *
 * The law: in no cell is an approved payment reported as declined or not started, nor an uncharged one as approved. The
 * table is docs/fault-matrix.md; it fails here when it changes. Run with UPDATE=1 to write it anew.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Money from "@hipay-pos/core/Money"
import * as Order from "@hipay-pos/core/Order"
import { chargedOf, type PaymentOutcome, type PaymentRequest } from "@hipay-pos/core/Payment"
import type { TerminalError } from "@hipay-pos/core/Terminal"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { Cardholder, Fault, TerminalSimulator, type TestCard } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { testCard } from "./testCard.ts"

const AMOUNT = 1245

const payment: PaymentRequest = {
  orderId: Schema.decodeSync(Order.OrderId)("ORDER_1"),
  transactionType: "Debit",
  amount: Result.getOrThrow(Money.make(AMOUNT, "EUR")),
  target: TerminalTarget.concert({
    host: "terminal",
    contracts: [{ merchantContract: "1234567", rank: "001", paymentApplication: "001" }]
  }),
  forceAuthorization: false
}

/** The result of one payment: the till's first answer, its late answer, and the charge. */
interface Cell {
  readonly fault: Fault.Fault
  readonly told: Conclusion
  readonly late: Conclusion | undefined
  /** Minor units. */
  readonly charged: number
}

type Conclusion = Result.Result<PaymentOutcome, TerminalError["reason"]>

type Verdict =
  /** The till's answer was right. */
  | "right"
  /** The till's answer was unknown, and the right one came later. */
  | "right, late"
  /** The till's answer was unknown, and stayed so. */
  | "unknown"
  /** Charged and reported as charged, but the terminal itself lied about the amount. */
  | "amount wrong"
  /** The till believes the opposite of what happened. */
  | "WRONG"

/** More bytes than the simulator's answer with a ticket. */
const LONGEST_ANSWER = 700

/** Longer than the answer deadline and the wait for a late answer together. */
const ALL_OF_IT = "16 minutes"

/** One payment with one fault set, on a fresh terminal, and the next one on the same terminal without it. */
const pay = Effect.fnUntraced(function* (fault: Fault.Fault, card: TestCard.TestCard) {
  yield* TestClock.setTime(Date.UTC(2026, 10, 23, 9))
  const simulator = yield* TerminalSimulator.make({
    pace: "human",
    seed: "fault matrix",
    faults: [fault],
    cardholder: Cardholder.auto(card)
  })
  let late: Conclusion | undefined
  const terminal = ConcertTerminal.make({
    connector: simulator.connector,
    address: { host: "terminal", port: 8888 },
    onEvent: (event) => {
      if (event._tag === "LateAnswer") late = event.result
    }
  })
  const perform = Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.result(terminal.perform(payment)))
    yield* TestClock.adjust(ALL_OF_IT)
    return Result.mapError(yield* Fiber.join(fiber), ({ reason }) => reason)
  })
  const told = yield* perform
  const charged = simulator.ledger.charged("EUR")
  simulator.clearFault()
  simulator.setCardholder(Cardholder.auto())
  const next = yield* perform
  assert.strictEqual(conclusionText(next), "approved 12.45 EUR", `the payment after ${Fault.toText(fault)}`)
  const cell: Cell = { fault, told, late, charged }
  return cell
})

const paidOf = (outcome: PaymentOutcome): number => chargedOf(outcome)?.minorUnits ?? 0

const verdictOf = ({ told, late, charged }: Cell): Verdict => {
  const judge = (paid: number): Verdict =>
    paid > 0 === charged > 0 ? (paid === charged ? "right" : "amount wrong") : "WRONG"
  if (Result.isSuccess(told)) return judge(paidOf(told.success))
  if (told.failure._tag === "TerminalNotStarted") return judge(0)
  if (late === undefined || Result.isFailure(late)) return "unknown"
  const verdict = judge(paidOf(late.success))
  return verdict === "right" ? "right, late" : verdict
}

const conclusionText = (conclusion: Conclusion): string => {
  if (Result.isFailure(conclusion)) {
    const { _tag, kind } = conclusion.failure
    return `${_tag === "TerminalNotStarted" ? "not started" : "unknown"} (${kind})`
  }
  const outcome = conclusion.success
  switch (outcome._tag) {
    case "Approved":
      return `approved ${Money.toText(outcome.amount)}`
    case "ApprovedInPart":
      return `approved in part ${Money.toText(outcome.paid)}`
    case "Declined":
      return `declined (${outcome.complement ?? outcome.reason})`
  }
}

const row = (cell: Cell): string => {
  const late = cell.late === undefined || Result.isFailure(cell.late) ? "" : `, then ${conclusionText(cell.late)}`
  const told = conclusionText(cell.told)
  const charged = cell.charged === 0 ? "nothing" : Money.toText(Result.getOrThrow(Money.make(cell.charged, "EUR")))
  return `| ${cell.fault.name} | ${cell.fault.stage} | ${told}${late} | ${charged} | ${verdictOf(cell)} |`
}

const faults = Fault.names.flatMap((name) =>
  Fault.stages
    .filter((stage) => Fault.catalogue[name].stages.includes(stage))
    .map((stage) => Result.getOrThrow(Fault.make(name, { stage })))
)

const page = (approved: ReadonlyArray<Cell>, refused: ReadonlyArray<Cell>): string => `# Fault matrix

What our own \`ConcertTerminal\` concludes when a terminal fails, for every fault of the simulator at every stage where it
makes sense, compared with what that terminal really charged. ${approved.length + refused.length} payments of 12.45 EUR, at human pace, with the default
deadlines (answer 180 s, late answer 10 min). \`tests/fault-matrix.test.ts\` writes this page, and fails when the results change;
\`UPDATE=1 npx vitest run tests/fault-matrix\` updates it. After each of them the same terminal, without the fault, takes
the next payment.

- **right**: the till was told what happened.
- **right, late**: the till was told *unknown* at the deadline, and the answer that came later ended the attempt by itself.
- **unknown**: the till was told that the outcome is unknown. It claims nothing that would have to be corrected.
- **amount wrong**: the terminal itself named another amount than it charged; no till can see that.
- **WRONG**: the till believes the opposite of what happened. The test allows none.

## The issuer approves

${table(approved)}

## The issuer refuses

${table(refused)}
`

const table = (cells: ReadonlyArray<Cell>): string =>
  [
    "| fault | stage | the till was told | the terminal charged | verdict |",
    "| --- | --- | --- | --- | --- |",
    ...cells.map(row)
  ].join("\n")

describe("the fault matrix", () => {
  it.effect("never takes a charged customer for one who did not pay, nor the other way round", () =>
    Effect.gen(function* () {
      const approved = yield* Effect.forEach(faults, (fault) => Effect.scoped(pay(fault, testCard("cb"))))
      const refused = yield* Effect.forEach(faults, (fault) => Effect.scoped(pay(fault, testCard("refused"))))
      for (const cell of [...approved, ...refused]) assert.notStrictEqual(verdictOf(cell), "WRONG", row(cell))

      const file = new URL("../docs/fault-matrix.md", import.meta.url)
      const text = page(approved, refused)
      if (process.env.UPDATE === "1") writeFileSync(file, text)
      assert.strictEqual(readFileSync(file, "utf8"), text)
    })
  )

  it.effect(
    "holds when the answer pauses, or the line ends, behind any of its bytes",
    () =>
      Effect.gen(function* () {
        for (const card of [testCard("cb"), testCard("refused")]) {
          for (let byte = 1; byte <= LONGEST_ANSWER; byte++) {
            for (const name of ["delay", "close"] as const) {
              const fault = Result.getOrThrow(Fault.make(name, { stage: "mid-answer", byte }))
              const cell = yield* Effect.scoped(pay(fault, card))
              assert.notStrictEqual(verdictOf(cell), "WRONG", `${row(cell)} cut behind byte ${byte}`)
            }
          }
        }
      }),
    { timeout: 180_000 }
  )
})
