/** What a scenario's evidence comes to. */
import { assert, describe, it } from "vitest"
import type { Evidence, Exchange } from "../src/till/Evidence.ts"
import { judge } from "../src/till/judge.ts"
import type { Scenario } from "../src/till/Scenario.ts"
import { scenarios } from "../src/till/scenarios/index.ts"

const scenario = { steps: [{ sale: 1 }] } as unknown as Scenario

const order = { amount: 1250, currency: "EUR", transactionType: "Debit", terminal: "10.0.0.1:8888" }

/** A sale of 12.50 EUR that was ordered under these ids, and charged under what the ledger has of them. */
const evidenceOf = (ids: ReadonlyArray<string>, ledger: ReadonlyArray<string>): Evidence => ({
  exchanges: ids.map(
    (orderId, at): Exchange => ({
      id: at + 1,
      at,
      method: "POST",
      path: "/",
      body: "",
      order: { ...order, orderId },
      sale: 1,
      ended: "delivered",
      endedAt: at
    })
  ),
  charges: ledger.map((orderId) => ({ operation: "debit", amount: 1250, currency: "EUR", orderId, terminal: "T" })),
  drives: [
    {
      sale: 1,
      orderId: ids[0] ?? "",
      amount: 1250,
      currency: "EUR",
      action: "pay",
      startedAt: 0,
      endedAt: 9,
      said: { outcome: "approved" }
    }
  ],
  answers: {},
  headless: true
})

const chargedTwice = (evidence: Evidence) =>
  judge(scenario, evidence).filter(({ code }) => code === "charged-twice" || code === "charged-too-much")

describe("what was charged twice", () => {
  const long = `SALE-${"0123456789".repeat(4)}`

  it.each([
    ["as they are", ["A-1", "A-2"], ["A-1", "A-2"]],
    [
      "masked, where they could be card numbers",
      ["4970101122334422", "5413330089020029"],
      ["497010######4422", "541333######0029"]
    ],
    ["as far as a terminal takes them", [`1${long}`, `2${long}`], [`1${long}`.slice(0, 32), `2${long}`.slice(0, 32)]]
  ])("is traced to its orders, whose ids the ledger has %s", (_, ids, ledger) => {
    assert.deepStrictEqual(
      chargedTwice(evidenceOf(ids, ledger)).map(({ code, exchanges }) => [code, exchanges]),
      [["charged-twice", [1, 2]]]
    )
  })

  it("hides no other finding if the ledger has other references", () => {
    const otherwise = { en: "The screen says nothing.", fr: "L’écran ne dit rien." }
    const asking = { ...scenario, questions: [{ name: "words", otherwise, severity: "medium" }] } as unknown as Scenario
    const findings = judge(asking, { ...evidenceOf(["A-1"], ["x", "y"]), answers: { words: false } })
    assert.deepStrictEqual(
      findings.filter(({ exchanges }) => exchanges.length === 0).map(({ code }) => code),
      ["charged-twice", "no-words"]
    )
  })
})

describe("a sale that could be paid", () => {
  const codesOf = (ended: Exchange["ended"], ledger: ReadonlyArray<string>) => {
    const { exchanges, drives, ...rest } = evidenceOf(["A-1"], ledger)
    const unsaid = drives.map((drive) => ({ ...drive, said: {} }))
    const sent = exchanges.map((each) => ({ ...each, ended, answer }))
    return judge({ ...scenario, paid: true }, { ...rest, exchanges: sent, drives: unsaid }).map(({ code }) => code)
  }
  const answer = { status: 200, headers: {}, body: '{"paymentStatus":"Success","order":{"price":{"amount":1250}}}' }

  it("is paid if the till has the answer", () => {
    assert.deepStrictEqual(codesOf("delivered", ["A-1"]), [])
  })

  it("was not learnt by a till that hung up, even if it says nothing", () => {
    assert.deepStrictEqual(codesOf("hung-up", ["A-1"]), ["payment-not-learnt"])
    assert.deepStrictEqual(codesOf("hung-up", []), ["nothing-charged"])
  })

  it("was not learnt by a till that hung up after it had sent a refused order again, changed", () => {
    const { exchanges, drives, ...rest } = evidenceOf(["A-1", "A-1"], ["A-1"])
    const [first, second] = exchanges
    assert.isDefined(first)
    assert.isDefined(second)
    const refusal = { status: 400, headers: {}, body: '{"error":{"description":"no"}}' }
    const evidence: Evidence = {
      ...rest,
      exchanges: [
        { ...first, answer: refusal },
        { ...second, answer, ended: "hung-up" }
      ],
      drives: drives.map((drive) => ({ ...drive, said: {} }))
    }
    const codes = judge({ ...scenario, paid: true }, evidence).map(({ code }) => code)
    assert.deepStrictEqual(codes, ["payment-not-learnt"])
  })
})

describe("what the till says of a sale", () => {
  const answers = {
    approved: '{"paymentStatus":"Success","order":{"price":{"amount":1250,"currency":"EUR"}}}',
    part: '{"paymentStatus":"Success","order":{"price":{"amount":1000,"currency":"EUR"}}}',
    declined: '{"paymentStatus":"Failure","error":{"errorCode":"04"}}'
  }
  type Came = keyof typeof answers | "none"

  /** The findings about it, if its orders were answered so. */
  const findingsOn = (
    outcome: NonNullable<Evidence["drives"][number]["said"]["outcome"]>,
    came: ReadonlyArray<Came>,
    changes: Partial<Evidence["drives"][number]> = {},
    charges: ReadonlyArray<number> = []
  ) => {
    const { exchanges, drives, ...rest } = evidenceOf(
      came.map((_, i) => `A-${i}`),
      []
    )
    const answered = exchanges.map((each, i): Exchange => {
      const how = came[i] ?? "none"
      if (how === "none") return { ...each, ended: "cut" }
      return { ...each, answer: { status: 200, headers: {}, body: answers[how] } }
    })
    const evidence: Evidence = {
      ...rest,
      exchanges: answered,
      drives: drives.map((drive) => ({ ...drive, said: { outcome }, ...changes })),
      charges: charges.map((amount) => ({ operation: "debit", amount, currency: "EUR", terminal: "T" }))
    }
    return judge(scenario, evidence)
      .filter(({ code }) => code.startsWith("said-"))
      .map(({ code, severity }) => `${severity} ${code}`)
  }

  it.each([
    ["declined", ["approved"], "critical said-declined-when-approved"],
    ["approved", ["declined"], "critical said-approved-when-declined"],
    ["approved", ["none"], "critical said-approved-when-unknown"],
    ["declined", ["none"], "critical said-declined-when-unknown"],
    ["declined", ["none", "declined"], "critical said-declined-when-unknown"],
    ["unknown", ["approved"], "medium said-unknown-when-approved"],
    // The rest may have been paid, too.
    ["approved", ["part", "none"], "critical said-approved-when-unknown"]
  ] as const)("does not follow from what it could know: %s after %j", (outcome, came, finding) => {
    assert.deepStrictEqual(findingsOn(outcome, came), [finding])
  })

  it.each([
    ["approved", ["approved"]],
    ["declined", ["declined"]],
    ["unknown", ["none"]],
    ["unknown", ["declined", "none"]],
    ["approved", ["declined", "approved"]],
    ["unknown", ["part", "none"]]
  ] as const)("follows from it: %s after %j", (outcome, came) => {
    assert.deepStrictEqual(findingsOn(outcome, came), [])
  })

  it("does not count if the till was killed, or if it is about a refund", () => {
    assert.deepStrictEqual(findingsOn("declined", ["approved"], { said: { outcome: "declined", killed: true } }), [])
    assert.deepStrictEqual(findingsOn("declined", ["approved"], { action: "refund" }), [])
  })

  it("about a part is covered by the finding about the rest, unless the terminal charged all of it", () => {
    assert.deepStrictEqual(findingsOn("approved", ["part"], {}, [1000]), [])
    assert.deepStrictEqual(findingsOn("approved", ["part"], {}, [1250]), [
      "critical said-approved-when-approved-in-part"
    ])
  })
})

describe("a sale that the till calls paid in part", () => {
  it("but that was charged completely: the customer would pay again, and no goods leave unpaid", () => {
    const { exchanges, drives, ...rest } = evidenceOf(["A-1"], ["A-1"])
    const answer = { status: 200, headers: {}, body: '{"paymentStatus":"Success","order":{"price":{"amount":1250}}}' }
    const evidence: Evidence = {
      ...rest,
      exchanges: exchanges.map((each) => ({ ...each, answer })),
      drives: drives.map((drive) => ({ ...drive, said: { outcome: "approved-in-part" } }))
    }
    const [finding, ...others] = judge(scenario, evidence)
    assert.deepStrictEqual(others, [])
    assert.strictEqual(finding?.code, "said-approved-in-part-when-approved")
    assert.strictEqual(finding?.severity, "critical")
    assert.include(finding?.loses.en, "The whole 12.50 EUR was charged")
    assert.include(finding?.loses.fr, "une seconde fois")
  })
})

describe("a sale with an outcome that only a later query shows", () => {
  it.each(["approved", "declined"])("may be left to a person, who sees it as unknown: %s", (state) => {
    const { exchanges, drives, ...rest } = evidenceOf(["A-1"], state === "approved" ? ["A-1"] : [])
    const [order] = exchanges
    assert.isDefined(order)
    const attempt = {
      id: "/attempts/a",
      orderId: "A-1",
      transactionType: "Debit",
      state,
      amount: 1250,
      currency: "EUR"
    }
    const answered = { ...order, answer: { status: 200, headers: {}, body: "<p>Welcome</p>" } }
    const asked = { ...order, id: 2, at: 5, endedAt: 6, method: "GET", path: "/attempts?orderId=A-1", order: undefined }
    const body = JSON.stringify({ attempts: [attempt] })
    const evidence: Evidence = {
      ...rest,
      exchanges: [answered, { ...asked, answer: { status: 200, headers: {}, body } }],
      drives: drives.map((drive) => ({ ...drive, said: { outcome: "unknown" } }))
    }
    assert.deepStrictEqual(judge(scenario, evidence), [])
  })
})

describe("the answer to a repeated order", () => {
  it("is noted once, however often it is repeated while it is unknown", () => {
    const evidence = evidenceOf(["A-1", "A-1", "A-1", "A-1"], ["A-1"])
    const exchanges = evidence.exchanges.map((each) => ({ ...each, ended: "hung-up" as const }))
    const drives = evidence.drives.map((drive) => ({ ...drive, said: {} }))
    assert.deepStrictEqual(
      judge(scenario, { ...evidence, exchanges, drives }).map(({ code }) => code),
      ["repeated-while-unknown"]
    )
  })

  it("about a part payment is known as a part", () => {
    const { exchanges, drives, ...rest } = evidenceOf(["A-1", "A-1"], [])
    const [first, second] = exchanges
    assert.isDefined(first)
    assert.isDefined(second)
    const details = { state: "approved-in-part", paid: 600 }
    const answer = { status: 409, headers: {}, body: JSON.stringify({ error: { details } }) }
    const evidence: Evidence = {
      ...rest,
      exchanges: [
        { ...first, ended: "hung-up" },
        { ...second, answer }
      ],
      drives: drives.map((drive) => ({ ...drive, said: { outcome: "approved-in-part" } })),
      charges: [{ operation: "debit", amount: 600, currency: "EUR", orderId: "A-1", terminal: "T" }]
    }
    assert.deepStrictEqual(
      judge(scenario, evidence).map(({ code }) => code),
      ["repeated-while-unknown"]
    )
  })
})

describe("what only a person sees", () => {
  it.each([
    ["declined", "still-open"],
    ["red-key", "still-open"],
    ["approved-in-part", "rest-shown"],
    ["unauthorized", "login-named"]
  ])("in %s is asked for, and fails the till where it is missing", (name, question) => {
    const played = scenarios.find((each) => each.name === name)
    assert.isDefined(played)
    const codes = judge(played, { ...evidenceOf(["A-1"], []), answers: { [question]: false } }).map(({ code }) => code)
    assert.include(codes, `no-${question}`)
  })
})
