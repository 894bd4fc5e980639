/** What an examination takes for a payment of its own, and takes back: only while that is the terminal's last one. */
import { AttemptJournal } from "@hipay-pos/client"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { examine } from "../src/terminal/examine.ts"
import type { Operator } from "../src/terminal/Operator.ts"
import { paidTable } from "../src/terminal/report.ts"
import { startStandIn } from "./StandIn.ts"

const SALE = "approved payment, with a ticket"
const CANCEL = "cancel of the last sale"
const REST = "cancel what was paid"

/** An examination of some steps; those that the operator was asked for, each with its amount. */
const examineAt = async (
  port: number,
  run: string,
  steps: ReadonlyArray<string>,
  wasDone: Operator["wasDone"] = async () => undefined
) => {
  const asked: Array<readonly [string, number | undefined]> = []
  const operator: Operator = {
    prepare: async (_, step, amount) => {
      asked.push([step, amount])
      return steps.includes(step)
    },
    act: async () => {},
    wasDone,
    close: async () => {}
  }
  const line = { host: "127.0.0.1", port, answer: 2_500, quiet: 50 }
  const journal = AttemptJournal.memory()
  const result = await examine({ line, operator, journal, mode: "live", run })
  const attempts = await Effect.runPromise(journal.attempts)
  return { ...result, attempts, cancelsAsked: asked.filter(([step]) => step === CANCEL || step === REST) }
}

const approved = (amount: string): ReadonlyArray<Tlv.RawField> => [
  { tag: "CB", value: amount },
  { tag: "CE", value: "978" },
  { tag: "AE", value: "10" },
  { tag: "AC", value: "123456" }
]

/** A stand-in that approves each debit unless it is told otherwise, and answers a cancellation as it is told to. */
const standIn = (
  cancellation: (amount: string) => ReadonlyArray<Tlv.RawField>,
  debit: (amount: string) => ReadonlyArray<Tlv.RawField> = approved
) =>
  startStandIn((text) => {
    const request = Tlv.decodePrefix(text).fields
    const amount = Tlv.find(request, "CB") ?? ""
    const own = request.filter(({ tag }) => !["CB", "CE", "CK"].includes(tag))
    return Tlv.encode([...own, ...(Tlv.find(request, "CD") === "2" ? cancellation : debit)(amount)])
  })

describe("the cancel of the last sale", () => {
  it("is not sent without a payment of this examination: the terminal would cancel another sale", async () => {
    await using terminal = await startTerminal({ port: 0, pace: "instant" })
    await examineAt(terminal.port, "BEFORE", [SALE])
    const { leftOut, payments, evidence, cancelsAsked } = await examineAt(terminal.port, "TEST", [CANCEL, REST])
    assert.deepStrictEqual([cancelsAsked, payments, evidence], [[], [], []])
    assert.include(leftOut, CANCEL)
    assert.deepStrictEqual(
      terminal.simulator.ledger.entries().map(({ operation }) => operation),
      ["debit"]
    )
  })

  it("is not sent while it is unknown whether the payment was made", async () => {
    await using terminal = await startTerminal({ port: 0, pace: "instant" })
    const cut = "line cut after approval"
    const { payments, cancelsAsked } = await examineAt(terminal.port, "TEST", [SALE, cut, CANCEL, REST])
    assert.deepStrictEqual(
      payments.map(({ state }) => state),
      ["cancelled", "unknown"]
    )
    assert.deepStrictEqual(cancelsAsked, [[CANCEL, payments[0]?.amount]])
  })

  it("that is left out also leaves out those of earlier payments, which are not the last ones", async () => {
    await using terminal = await startTerminal({ port: 0, pace: "instant" })
    const { payments, cancelsAsked } = await examineAt(terminal.port, "TEST", [SALE, "tip"])
    const [sale, tip] = payments
    assert.deepStrictEqual(cancelsAsked, [
      [CANCEL, sale?.amount],
      [REST, tip?.amount]
    ])
  })

  it("is not sent after a credit: that is no sale, and the last sale is not the examination's", async () => {
    await using terminal = await standIn(approved)
    const { payments, cancelsAsked } = await examineAt(terminal.port, "TEST", [SALE, "credit", CANCEL, REST])
    assert.deepStrictEqual(
      payments.map(({ state }) => state),
      ["cancelled", "credited"]
    )
    assert.isFalse(cancelsAsked.some(([step]) => step === REST))
    assert.match(paidTable(payments), /paid out: look at the terminal's journal/)
  })

  it("leads to a question about the cancelled amount if its answer has no authorization number", async () => {
    await using terminal = await standIn((amount) => [
      { tag: "CB", value: amount },
      { tag: "AE", value: "10" }
    ])
    const questions: Array<unknown> = []
    const { payments } = await examineAt(terminal.port, "TEST", [SALE, CANCEL], async (...question) => {
      questions.push(question)
      return true
    })
    assert.deepStrictEqual(questions, [[payments[0]?.amount, "Cancel"]])
    assert.strictEqual(payments[0]?.state, "cancelled")
  })

  it("with another amount in the answer has cancelled another sale: that is listed, and no further one is sent", async () => {
    await using terminal = await standIn(() => [
      { tag: "CB", value: "500" },
      { tag: "AE", value: "10" },
      { tag: "AC", value: "654321" }
    ])
    const { payments, observations, cancelsAsked } = await examineAt(terminal.port, "TEST", [SALE, CANCEL, "tip", REST])
    assert.deepStrictEqual(
      payments.map(({ state, authorizationNumber }) => [state, authorizationNumber]),
      [
        ["paid", "123456"],
        ["taken-back", "654321"],
        ["paid", "123456"]
      ]
    )
    assert.strictEqual(observations.cancelsLastSale, false)
    assert.lengthOf(cancelsAsked, 1)
    assert.match(
      paidTable(payments),
      /5\.00 EUR {2}authorization 654321 +cancelled, but not a sale of this examination/
    )
  })
})

describe("an authorization number of zeros alone", () => {
  const withoutNumber = (amount: string): ReadonlyArray<Tlv.RawField> =>
    approved(amount).map((field) => (field.tag === "AC" ? { tag: "AC", value: "000000" } : field))

  it("proves no payment: the person is asked, and none is recorded", async () => {
    await using terminal = await standIn(approved, withoutNumber)
    const questions: Array<unknown> = []
    const { payments, attempts } = await examineAt(terminal.port, "TEST", [SALE], async (...question) => {
      questions.push(question)
      return true
    })
    assert.deepStrictEqual(questions, [[payments[0]?.amount, "Debit"]])
    assert.strictEqual(payments[0]?.authorizationNumber, undefined)
    assert.deepStrictEqual(
      attempts.map(({ state, endings }) => [state, endings.at(-1)?.authorizationNumber]),
      [["approved", undefined]]
    )
    assert.match(paidTable(payments), / authorization - +paid$/)
  })

  it("does not show whether a duplicata proves the last payment", async () => {
    await using terminal = await standIn(approved, withoutNumber)
    const { observations } = await examineAt(terminal.port, "TEST", [SALE, "duplicata"])
    assert.strictEqual(observations.duplicata, undefined)
  })
})

describe("a payment that is answered in another currency", () => {
  const inDollars = (): ReadonlyArray<Tlv.RawField> => [
    { tag: "CB", value: "23" },
    { tag: "CE", value: "840" },
    { tag: "AE", value: "10" },
    { tag: "AC", value: "123456" }
  ]
  const step = "card of another currency"

  it("leads to a question, has the requested amount, and is not cancelled", async () => {
    await using terminal = await standIn(approved, inDollars)
    const questions: Array<unknown> = []
    const { payments, attempts, cancelsAsked } = await examineAt(
      terminal.port,
      "TEST",
      [step, REST],
      async (...question) => {
        questions.push(question)
        return true
      }
    )
    const [payment] = payments
    assert.deepStrictEqual(questions, [[payment?.amount, "Debit"]])
    assert.deepInclude(payment, { state: "paid", otherCurrency: "840", authorizationNumber: "123456" })
    assert.deepStrictEqual(
      attempts.map(({ amount, endings }) => [amount, endings.at(-1)?.paid, endings.at(-1)?.authorizationNumber]),
      [[payment?.amount, payment?.amount, "123456"]]
    )
    assert.deepStrictEqual(cancelsAsked, [])
    assert.match(paidTable(payments), / 0\.\d\d EUR .* paid, answered in USD: look at the receipt$/)
  })

  it("is not a payment if the person says so, and adds no tip", async () => {
    await using terminal = await standIn(approved, inDollars)
    const { payments, observations } = await examineAt(terminal.port, "TEST", [step, "tip"], async () => false)
    assert.deepStrictEqual(payments, [])
    assert.strictEqual(observations.tip, undefined)
  })
})

describe("a payment whose answer proves nothing", () => {
  /** Minor units of the first sale, after two steps that are left out. */
  const AMOUNT = 3
  const field = (text: string): Tlv.RawField => ({ tag: text.slice(0, 2), value: text.slice(2) })
  const answers = {
    "not done, and authorised": ["AE01", "AF01"],
    "not done without a reason, with an authorization number": ["AE01", "AC123456"],
    "done, and refused": ["CB03", "CE978", "AE10", "AF05", "AC123456"],
    "not done, and then done": ["AE01", "AF05", "CZ0320", "CB03", "CE978", "AE10", "AC123456"],
    "done, and then not done": ["CB03", "CE978", "AE10", "AC123456", "CZ0320", "AE01", "AF05"],
    "not done, and a message without a status": ["AE01", "AF05", "CZ0320", "CJ012345678901"]
  }
  const examineWith = async (answer: ReadonlyArray<string>, wasDone: boolean | undefined) => {
    await using terminal = await standIn(approved, () => answer.map(field))
    const questions: Array<unknown> = []
    const result = await examineAt(terminal.port, "TEST", [SALE, CANCEL, REST], async (...question) => {
      questions.push(question)
      return wasDone
    })
    return { ...result, questions, ended: result.attempts[0]?.endings.at(-1) }
  }

  it.each(Object.entries(answers))("%s, is asked for, and unknown where nobody can say", async (_, answer) => {
    const { questions, payments, ended, cancelsAsked } = await examineWith(answer, undefined)
    assert.deepStrictEqual(questions, [[AMOUNT, "Debit"]])
    assert.deepStrictEqual(
      payments.map(({ state }) => state),
      ["unknown"]
    )
    assert.strictEqual(ended?.state, "unknown")
    assert.deepStrictEqual(cancelsAsked, [])
  })

  it("has the outcome that the person reports", async () => {
    const answer = answers["not done, and authorised"]
    const paid = await examineWith(answer, true)
    assert.deepInclude(paid.ended, { state: "approved", paid: AMOUNT })
    assert.deepStrictEqual(paid.cancelsAsked, [[CANCEL, AMOUNT]])
    const refused = await examineWith(answer, false)
    assert.deepInclude(refused.ended, { state: "declined", paid: 0 })
    assert.deepStrictEqual(refused.payments, [])
  })

  it("leads to no question if it is refused with a reason, even with an authorization number", async () => {
    for (const answer of [
      ["AE01"],
      ["AE01", "AF05"],
      ["AE01", "AF05", "AC123456"],
      ["AE11", "CZ0320", "AE01", "AF05"]
    ]) {
      const { questions, payments, ended } = await examineWith(answer, undefined)
      assert.deepStrictEqual([questions, payments], [[], []])
      assert.deepInclude(ended, { state: "declined", paid: 0 })
    }
  })
})
