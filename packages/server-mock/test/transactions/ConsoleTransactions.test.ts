import { assert, describe, it } from "@effect/vitest"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Finding from "@hipay-pos/core/Finding"
import * as Money from "@hipay-pos/core/Money"
import type { Approved } from "@hipay-pos/core/Payment"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { type Changes, attempt as makeAttempt } from "@hipay-pos/server/testing"
import type { Ledger } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"
import * as ConsoleTransactions from "../../src/transactions/ConsoleTransactions.ts"
import * as Reference from "../../src/transactions/Reference.ts"

const TILL = "192.0.2.10:8888"
const concert = TerminalTarget.concert({ host: "192.0.2.10", contracts: [] })

const attempt = (id: string, changes: Parameters<typeof makeAttempt>[1] = {}): Attempt =>
  makeAttempt(id, { target: concert, ...changes })

/** What the ledger of the terminal says. */
const entry = (changes: Partial<Ledger.LedgerEntry> = {}): Ledger.LedgerEntry => ({
  sequence: 1,
  at: 0,
  operation: "debit",
  amount: 1250,
  currency: "EUR",
  card: "cb",
  label: "CB",
  pan: "497010######0014",
  expiry: "3112",
  entryMode: "contact",
  paymentApplication: "001",
  authorizationNumber: "123456",
  ...changes
})

const startOfThisFile = Date.now()

/** Approved by the terminal itself. */
const offline = (): Ledger.LedgerEntry => {
  const { authorizationNumber: _, ...rest } = entry()
  return rest
}

/** Transactions, every status that was told, and a clock that counts what is told. */
const make = (capacity?: number) => {
  const told: Array<string> = []
  const transactions = ConsoleTransactions.make(
    () => told.length,
    ({ attempt, status, charge }) => told.push(`${attempt.key.orderId} ${status} ${charge.amount.minorUnits}`),
    Reference.counted(),
    capacity
  )
  return { ...transactions, told }
}

const approved = (amount = 1250): Approved => ({
  _tag: "Approved",
  amount: Result.getOrThrow(Money.make(amount, "EUR")),
  card: { authorizationNumber: "654321" },
  warnings: []
})

const resolution = { at: 1, outcome: "approved", by: "Ada", evidence: "slip", login: "merchant" } as const
const resolved = { state: "approved", resolutions: [resolution] } as const

describe("a Concert payment", () => {
  it("is authorized as soon as its terminal has charged, before anybody is answered", () => {
    const { told, changed, charged } = make()
    changed(attempt("A"), TILL)
    charged(TILL, entry())
    assert.deepStrictEqual(told, ["A 116 1250"])
    changed(attempt("A", { state: "approved", outcome: approved() }), TILL)
    assert.deepStrictEqual(told, ["A 116 1250"])
  })

  it("is captured once, by the remote collection of its terminal", () => {
    const { told, changed, charged, collect, list } = make()
    changed(attempt("A"), TILL)
    charged(TILL, entry())
    assert.lengthOf(collect("192.0.2.11:8888"), 0)
    assert.lengthOf(collect(TILL), 1)
    assert.lengthOf(collect(), 0)
    assert.deepStrictEqual(told, ["A 116 1250", "A 118 1250"])
    assert.deepStrictEqual(
      list().map(({ status, history }) => [status, history]),
      [
        [
          118,
          [
            { status: 116, at: 0 },
            { status: 118, at: 1 }
          ]
        ]
      ]
    )
  })

  it("without an authorization leaves nothing until it is collected", () => {
    const { told, changed, charged, collect } = make()
    changed(attempt("A"), TILL)
    charged(TILL, offline())
    assert.deepStrictEqual(told, [])
    collect()
    assert.deepStrictEqual(told, ["A 118 1250"])
  })

  it("has the amount that was really moved", () => {
    const { told, changed, charged } = make()
    changed(attempt("A"), TILL)
    charged(TILL, entry({ amount: 625 }))
    assert.deepStrictEqual(told, ["A 116 625"])
  })

  it("whose answer was lost still has its transaction", () => {
    const { told, changed, charged, collect } = make()
    changed(attempt("A"), TILL)
    changed(attempt("A", { state: "unknown" }), TILL)
    charged(TILL, entry())
    changed(attempt("A", { state: "approved", outcome: approved() }), TILL)
    collect()
    assert.deepStrictEqual(told, ["A 116 1250", "A 118 1250"])
  })

  it("that a person recorded as paid, but the terminal did not charge, has none", () => {
    const { told, changed, collect } = make()
    changed(attempt("A", { state: "unknown" }), TILL)
    changed(attempt("A", resolved), TILL)
    collect()
    assert.deepStrictEqual(told, [])
  })

  it.each(["declined", "not-started"] as const)("that was %s leaves nothing", (state) => {
    const { told, changed, collect } = make()
    changed(attempt("A"), TILL)
    changed(attempt("A", { state }), TILL)
    collect()
    assert.deepStrictEqual(told, [])
  })
})

describe("a credit", () => {
  const credit = (id: string, changes: Parameters<typeof attempt>[1] = {}) =>
    attempt(id, { key: { login: "merchant", orderId: id, transactionType: "Credit" }, ...changes })

  it("is requested when its terminal has an authorization, and debited by the remote collection: never a sale's status", () => {
    const { told, changed, charged, collect } = make()
    changed(credit("A"), TILL)
    charged(TILL, entry({ operation: "credit" }))
    assert.deepStrictEqual(told, ["A 169 1250"])
    collect()
    assert.deepStrictEqual(told, ["A 169 1250", "A 168 1250"])
  })

  it("without an authorization leaves nothing until it is collected", () => {
    const { told, changed, charged, collect } = make()
    changed(credit("A"), TILL)
    charged(TILL, { ...offline(), operation: "credit" })
    assert.deepStrictEqual(told, [])
    collect()
    assert.deepStrictEqual(told, ["A 168 1250"])
  })

  it("is debited at once for AppNepting", () => {
    const { told, changed, charged } = make()
    changed(credit("A", { target: TerminalTarget.nepting({ serialNumber: "1", manufacturer: "PAX" }) }), "1 (PAX)")
    charged("1 (PAX)", entry({ operation: "credit" }))
    assert.deepStrictEqual(told, ["A 168 1250"])
  })
})

describe("which attempt a terminal charged for", () => {
  it("is the one with the order id that the terminal got, even if that was cut", () => {
    const { told, changed, charged } = make()
    const long = `ORDER_${"9".repeat(40)}`
    changed(attempt("A", { state: "unknown" }), TILL)
    changed(attempt("B", { orderId: long }), TILL)
    charged(TILL, entry({ privateData: "A" }))
    charged(TILL, entry({ sequence: 2, privateData: long.slice(0, 32) }))
    assert.deepStrictEqual(told, ["A 116 1250", `${long} 116 1250`])
  })

  it("is the one of exactly that order id, not one that begins with it", () => {
    const { attemptOf, changed, charged } = make()
    changed(attempt("1", { orderId: "ORDER_1", state: "unknown" }), TILL)
    changed(attempt("10", { orderId: "ORDER_10", state: "unknown" }), TILL)
    const [first, second] = [entry({ privateData: "ORDER_1" }), entry({ sequence: 2, privateData: "ORDER_10" })]
    charged(TILL, first)
    charged(TILL, second)
    assert.deepStrictEqual([first, second].map(attemptOf), [
      { id: "1", orderId: "ORDER_1" },
      { id: "10", orderId: "ORDER_10" }
    ])
  })

  it("is found by an order id that a ledger shows masked", () => {
    const { attemptOf, changed, charged } = make()
    const looksLikeCard = "4111111111111111"
    changed(attempt("card", { orderId: looksLikeCard, state: "unknown" }), TILL)
    changed(attempt("other", { orderId: "B", state: "unknown" }), TILL)
    const written = entry({ privateData: CardNumber.maskReference(looksLikeCard) })
    charged(TILL, written)
    assert.notStrictEqual(written.privateData, looksLikeCard)
    assert.strictEqual(attemptOf(written)?.id, "card")
  })

  it("is absent for a charge that belongs to no known attempt", () => {
    const { attemptOf, charged } = make()
    const written = entry()
    charged(TILL, written)
    assert.isUndefined(attemptOf(written))
  })

  it("is the one in progress if the order id does not decide", () => {
    const { told, changed, charged } = make()
    changed(attempt("A", { state: "unknown" }), TILL)
    changed(attempt("É"), TILL)
    charged(TILL, entry({ privateData: "E" }))
    assert.deepStrictEqual(told, ["É 116 1250"])
  })

  it("is never one of another terminal, or of another kind", () => {
    const { told, changed, charged } = make()
    changed(attempt("A"), "192.0.2.11:8888")
    changed(attempt("B", { key: { login: "merchant", orderId: "B", transactionType: "Credit" } }), TILL)
    charged(TILL, entry())
    assert.deepStrictEqual(told, [])
  })
})

describe("a cancellation", () => {
  const cancel = attempt("C", { key: { login: "merchant", orderId: "A", transactionType: "Cancel" } })

  it("cancels the sale that the terminal reversed, and nothing is collected", () => {
    const { told, changed, charged, collect } = make()
    changed(attempt("A"), TILL)
    charged(TILL, entry())
    changed(cancel, TILL)
    charged(TILL, entry({ operation: "cancel", sequence: 2, cancels: 1 }))
    changed(attempt("C", { key: cancel.key, state: "approved", outcome: approved() }), TILL)
    collect()
    assert.deepStrictEqual(told, ["A 116 1250", "A 115 1250"])
  })

  it("of a sale without an authorization leaves nothing at all", () => {
    const { told, changed, charged, collect } = make()
    changed(attempt("A"), TILL)
    charged(TILL, offline())
    changed(cancel, TILL)
    charged(TILL, entry({ operation: "cancel", sequence: 2, cancels: 1 }))
    collect()
    assert.deepStrictEqual(told, [])
  })
})

describe("which sale is a terminal's last", () => {
  const paid = { state: "approved", outcome: approved() } as const
  const unknown = { state: "unknown" } as const
  type Step = readonly [id: string, changes?: Changes]
  const opened: Step = ["A"]
  const passive = [Finding.make("warning", "terminal-not-woken", "order.initialize_payment_terminal", "true", "no")]

  it.each<readonly [string, ReadonlyArray<Step>, string | undefined]>([
    ["is certain once it is approved", [opened, ["A", paid]], undefined],
    ["is not certain while a payment is under way", [opened], "A open"],
    ["is not certain while its outcome is unknown", [opened, ["A", unknown]], "A unknown"],
    ["is not certain by what a person said", [opened, ["A", unknown], ["A", resolved]], "A approved"],
    ["is certain by a late answer", [opened, ["A", unknown], ["A", { ...resolved, ...paid }]], undefined],
    ["is certain once a later one is approved", [opened, ["A", unknown], ["B"], ["B", paid]], undefined],
    ["stays so, whatever is said of an earlier one", [opened, ["B"], ["B", paid], ["A", resolved]], undefined],
    ["is not certain by an earlier one's late answer", [opened, ["A", unknown], ["B"], ["A", paid]], "B open"],
    ["is told by the newest in doubt", [opened, ["A", unknown], ["B"], ["B", { state: "not-started" }]], "A unknown"],
    ["has nothing to do with what woke no terminal", [opened, ["P", { ...paid, findings: passive }]], "A open"]
  ])("%s", (_, steps, expected) => {
    const { changed, lastInDoubt } = make()
    for (const [id, changes] of steps) changed(attempt(id, changes), TILL)
    const doubt = lastInDoubt(TILL)
    assert.strictEqual(doubt && `${doubt.id} ${doubt.state}`, expected)
    assert.isUndefined(lastInDoubt("192.0.2.11:8888"))
  })
})

describe("what no simulated terminal charges", () => {
  it("is captured at once for AppNepting, with the attempt's outcome at a terminal that is dialled", () => {
    const { told, changed, charged } = make()
    const nepting = TerminalTarget.nepting({ serialNumber: "1850320198", manufacturer: "PAX" })
    changed(attempt("A", { target: nepting }), "PAX 1850320198")
    charged("PAX 1850320198", entry())
    changed(attempt("B", { terminal: "dialled", state: "approved", outcome: approved(700) }), "127.0.0.1:8888")
    assert.deepStrictEqual(told, ["A 118 1250", "B 116 700"])
  })

  it("is captured at once when the order woke no terminal", () => {
    const { told, changed } = make()
    const findings = [Finding.make("warning", "terminal-not-woken", "order.initialize_payment_terminal", "true", "no")]
    changed(attempt("A", { findings, state: "approved", outcome: approved() }), TILL)
    assert.deepStrictEqual(told, ["A 118 1250"])
  })

  it("is cancelled with the sale of the same order at a terminal that is dialled", () => {
    const { told, changed } = make()
    const dialled = { terminal: "dialled", state: "approved", outcome: approved() } as const
    changed(attempt("A", dialled), TILL)
    changed(attempt("B", dialled), TILL)
    changed(attempt("C", { ...dialled, key: { login: "merchant", orderId: "A", transactionType: "Cancel" } }), TILL)
    assert.deepStrictEqual(told, ["A 116 1250", "B 116 1250", "A 115 1250"])
  })
})

describe("references", () => {
  it("have twelve digits, and no two are the same", () => {
    const { changed, charged, list } = make()
    for (const id of ["A", "B"]) {
      changed(attempt(id), TILL)
      charged(TILL, entry())
    }
    assert.deepStrictEqual(
      list().map(({ reference }) => reference),
      ["800000000001", "800000000002"]
    )
  })

  it("are different in each space and at each start, unless there is a seed", () => {
    const given = Array.from({ length: 1_000 }, Reference.timed)
    assert.strictEqual(new Set(given).size, 1_000)
    for (const reference of given) assert.match(reference, /^8\d{11}$/)
    // An earlier process began at an earlier time, and gave lower ones.
    assert.isAtLeast(Number(given[0]) % 10 ** 11, startOfThisFile % 10 ** 11)
    assert.deepStrictEqual(given, given.toSorted())
    assert.strictEqual(Reference.counted()(), Reference.counted()())
  })

  it("are forgotten one by one when there are too many transactions", () => {
    const { changed, charged, list } = make(2)
    for (const id of ["A", "B", "C"]) {
      changed(attempt(id), TILL)
      charged(TILL, entry())
    }
    assert.deepStrictEqual(
      list().map(({ attempt }) => attempt.id),
      ["B", "C"]
    )
  })
})
