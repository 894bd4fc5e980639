/** What HiPay's notifications prove of an attempt, in any order. */
import { TruncatedPan } from "@hipay-pos/core/Card"
import * as Finding from "@hipay-pos/core/Finding"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { assert, describe, it } from "vitest"
import * as Alarm from "../../src/attempts/Alarm.ts"
import { type Attempt, close, paidOf, resultOf } from "../../src/attempts/Attempt.ts"
import { endOver } from "../../src/attempts/endOver.ts"
import { KeptOrder } from "../../src/attempts/KeptOrder.ts"
import { applyNotifications } from "../../src/attempts/notificationProof.ts"
import { withAlarm } from "../../src/attempts/Revision.ts"
import type { KeptNotification } from "../../src/notifications/KeptNotification.ts"
import { eur } from "./day.ts"

const open: Attempt = {
  id: "a1",
  key: { login: "till", orderId: "A", transactionType: "Debit" },
  order: new KeptOrder({}),
  amount: eur(1250),
  target: { _tag: "Unnamed" },
  terminal: "relayed",
  upstream: "stage",
  findings: [],
  openedAt: 0,
  state: "open",
  events: []
}

const unknown = close(
  open,
  { _tag: "Error", reason: new OutcomeUnknown({ kind: "CutLine", detail: "the line was cut" }) },
  1
)

const notification = (status: number, more: Partial<KeptNotification> = {}): KeptNotification => ({
  at: 2,
  reference: "800",
  status,
  test: true,
  currency: "EUR",
  authorized: status === 113 ? 0 : 1250,
  ...more
})

const authorizedAt = "2026-03-05T12:06:55.000Z"

const samples = {
  116: notification(116, { authorizedAt }),
  118: notification(118, { authorizedAt, captured: 1250 }),
  "118 of a part": notification(118, { authorizedAt, captured: 400 }),
  113: notification(113),
  115: notification(115, { authorized: 0 }),
  "115 after 116": notification(115, { authorizedAt }),
  175: notification(175, { authorizedAt }),
  "126": notification(126, { authorizedAt, captured: 1250, refunded: 300 }),
  "another environment": notification(116, { test: false, authorized: 999 }),
  "another currency": notification(116, { currency: "USD", authorized: 999 }),
  174: notification(174, { authorized: 0 })
} as const

/** The attempt after notifications in this order, each applied with all before it. */
const after = (
  notifications: ReadonlyArray<KeptNotification>,
  attempt: Attempt = unknown,
  mayGoOn = false
): Attempt => {
  let came: ReadonlyArray<KeptNotification> = []
  let known = attempt
  for (const each of notifications) {
    // The store keeps repeats once.
    if (!came.includes(each)) came = [...came, each]
    known = applyNotifications(known, came, 5, mayGoOn)?.attempt ?? known
  }
  return known
}

const endOf = (attempt: Attempt): { readonly state: string; readonly paid: number | undefined } => ({
  state: attempt.state,
  paid: paidOf(attempt)?.minorUnits
})

const permutations = <A>(list: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  list.length <= 1
    ? [list]
    : list.flatMap((first, i) => permutations(list.toSpliced(i, 1)).map((rest) => [first, ...rest]))

const approved = { state: "approved", paid: 1250 }
const declined = { state: "declined", paid: undefined }
const undecided = { state: "unknown", paid: undefined }

describe("an unknown attempt", () => {
  it.each([
    ["authorised", [samples[116]], approved],
    ["captured", [samples[118]], approved],
    ["captured in part", [samples["118 of a part"]], approved],
    ["refunded in part", [samples["126"]], approved],
    ["of which a cancellation was asked for", [samples[175]], approved],
    ["cancelled after it was authorised", [samples["115 after 116"]], approved],
    ["refused", [samples[113]], declined],
    ["cancelled before it was authorised", [samples[115]], declined],
    ["waiting for its terminal", [samples[174]], undecided],
    [
      "money back to the card, by a credit of the same order id",
      [166, 168, 169].map((s) => notification(s)),
      undecided
    ],
    ["of another environment", [samples["another environment"]], undecided],
    ["in another currency", [samples["another currency"]], undecided],
    ["authorised for an amount that is not told", [notification(116, { authorized: undefined as never })], undecided],
    ["authorised for nothing", [notification(116, { authorized: 0 })], undecided],
    [
      "captured, its authorised amount empty",
      [notification(118, { authorized: undefined as never, captured: 1250 })],
      approved
    ],
    ["captured, its authorised amount zero", [notification(118, { authorized: 0, captured: 1250 })], approved],
    [
      "refunded, its authorised amount zero",
      [notification(126, { authorized: 0, captured: 1250, refunded: 300 })],
      approved
    ],
    ["captured for nothing", [notification(118, { authorized: 0, captured: 0 })], undecided],
    ["money back to the card, which was authorised", [notification(168, { authorizedAt })], undecided],
    ["cancelled, with an amount and no time at which it was authorised", [notification(115)], undecided],
    ["refused and captured at once", [notification(113, { captured: 1250 })], undecided],
    ["refused and authorised at once", [notification(113, { authorizedAt })], undecided]
  ] as const)("whose transaction is %s ends as far as that proves it", (_, notifications, end) => {
    assert.deepStrictEqual(endOf(after(notifications)), end)
  })

  it.each([116, 117, 118, 119, 124, 125, 126, 165, 173, 175, 180, 181])(
    "is approved by status %i, which no transaction has that was not authorised",
    (status) => assert.deepStrictEqual(endOf(after([notification(status)])), approved)
  )

  it("is approved for the most that was captured, if no authorised amount is given", () => {
    const captures = [400, 1250].map((captured) => notification(118, { authorized: 0, captured }))
    for (const order of permutations(captures)) assert.deepStrictEqual(endOf(after(order)), approved)
    for (const order of permutations([...captures.slice(0, 1), samples[116]]))
      assert.deepStrictEqual(endOf(after(order)), approved)
  })

  it("is approved in part for the authorised amount, whatever is captured or refunded of it", () => {
    const part = { authorized: 1000, authorizedAt }
    const [a, b, c] = [
      notification(116, part),
      notification(118, { ...part, captured: 400 }),
      notification(126, { ...part, captured: 1000, refunded: 999 })
    ]
    for (const order of permutations([a, b, c]))
      assert.deepStrictEqual(endOf(after(order)), { state: "approved-in-part", paid: 1000 })
  })

  it("ends the same way in every order of its notifications, repeats included", () => {
    const names = Object.keys(samples) as ReadonlyArray<keyof typeof samples>
    let orders = 0
    for (const a of names)
      for (const b of names)
        for (const c of names) {
          const list = [...new Set([a, b, c])].map((name) => samples[name])
          const end = endOf(after(list))
          for (const order of permutations([...list, samples[a]])) {
            orders++
            assert.deepStrictEqual(endOf(after(order)), end)
          }
        }
    const all = [116, 118, 113, "115 after 116", 175, "126"].map((name) => samples[name as keyof typeof samples])
    for (const order of permutations(all)) {
      orders++
      assert.deepStrictEqual(endOf(after(order)), approved)
    }
    assert.isAbove(orders, 10_000)
  })

  it("is not declined while its terminal may have gone on to another card, and is approved at once", () => {
    assert.strictEqual(after([samples[113]], unknown, true).state, "unknown")
    assert.strictEqual(after([samples[116]], unknown, true).state, "approved")
  })

  it.each([
    ["production", false],
    ["stage", true]
  ] as const)("of HiPay's %s is ended by a notification of that environment only", (upstream, test) => {
    const relayed: Attempt = { ...unknown, upstream }
    assert.strictEqual(after([notification(116, { test: !test })], relayed).state, "unknown")
    assert.strictEqual(after([notification(116, { test })], relayed).state, "approved")
  })

  it.each([true, false])("of a host of its own is ended by a notification of either environment: test %s", (test) => {
    assert.strictEqual(after([notification(116, { test })], { ...unknown, upstream: "pay.shop.lan" }).state, "approved")
  })

  it("is approved with what the notification says of the card, without a card number that is not truncated", () => {
    const authorizationNumber = "123456"
    const endedBy = (pan: string) => after([notification(116, { authorizationNumber, pan })])
    assert.deepStrictEqual(endedBy("497671******0173").outcome, {
      _tag: "Approved",
      amount: eur(1250),
      card: { authorizationNumber, pan: TruncatedPan.make("497671******0173") },
      warnings: []
    })
    assert.deepStrictEqual(endedBy("4976710000000173").outcome?.card, { authorizationNumber })
  })

  it.each([
    ["refused", [samples[113]], "refused", "Refused"],
    ["cancelled", [samples[115]], "cancelled", "Cancelled"],
    ["refused with a reason", [notification(113, { message: "Not enough money" })], "refused", "Not enough money"],
    ["refused, then cancelled", [samples[113], samples[115]], "refused", "Refused"]
  ] as const)("is declined as its transaction is %s", (_, notifications, reason, label) => {
    for (const order of permutations(notifications)) {
      const revision = applyNotifications(unknown, order, 5, false)
      assert.deepStrictEqual(revision?.attempt.outcome, { _tag: "Declined", reason, label, card: {}, warnings: [] })
    }
  })

  it("is ended although it has an alarm for another reason", () => {
    const late = withAlarm(unknown, Alarm.endWrittenLate(unknown, "the disk is full", 1, 2))
    assert.deepStrictEqual(endOf(after([samples[116]], late)), approved)
  })

  it("that is not a sale is not ended by any", () => {
    const cancel: Attempt = { ...unknown, key: { ...unknown.key, transactionType: "Cancel" } }
    for (const each of Object.values(samples)) assert.strictEqual(after([each], cancel).state, "unknown")
  })

  it("says in a finding that a notification names its order by another id", () => {
    const cut = after([notification(174, { orderId: "ORDER" }), notification(116, { authorizedAt, orderId: "" })])
    assert.deepStrictEqual(cut.findings.map(Finding.toText), [
      "order.order_id: expected notifications with the whole order id, got ORDER"
    ])
    // The first one may have the right id.
    const [finding] = after([samples[174], notification(116, { authorizedAt, orderId: "" })]).findings
    assert.deepInclude(finding, { severity: "warning", code: "notification-order-id", actual: "none" })
    assert.isEmpty(after([samples[174], samples[116]]).findings)
  })

  it("is approved for more than its order, with one alarm that says so", () => {
    const more = { authorized: 1350, authorizedAt }
    const told = after([notification(118, { ...more, captured: 1350 }), notification(116, more)])
    assert.deepStrictEqual(endOf(told), { state: "approved", paid: 1350 })
    const [alarm, ...others] = told.alarms ?? []
    assert.isEmpty(others)
    assert.strictEqual(
      alarm?.message,
      "HiPay's notification 118 of transaction 800 says that 13.50 EUR was charged, for an order of 12.50 EUR. Look at the transaction in HiPay's back office: unless the customer added a tip, refund 1.00 EUR to the customer."
    )
  })

  it("says in an alarm that one transaction was refused and authorised, or that two were authorised", () => {
    for (const order of permutations([samples[113], samples[116]])) {
      const { alarms = [] } = after(order)
      assert.deepStrictEqual(
        alarms.map(({ code }) => code),
        ["attempt.notification.contradicts"]
      )
    }
    const two = after([samples[116], notification(116, { reference: "801", authorizedAt })])
    assert.lengthOf(two.alarms ?? [], 1)
    assert.deepStrictEqual(endOf(two), approved)
  })

  it("says in an alarm that two transactions were authorised, not how far their amounts differ", () => {
    const [one, more] = [samples[116], notification(116, { reference: "801", authorized: 1350, authorizedAt })]
    const outcome: PaymentOutcome = { _tag: "Approved", amount: eur(1250), card: {}, warnings: [] }
    const approved = close(open, { _tag: "Outcome", outcome }, 1)
    for (const attempt of [unknown, approved]) {
      for (const order of permutations([one, more])) {
        const { alarms = [] } = after(order, attempt)
        assert.match(alarms.at(-1)?.message ?? "", /two are authorised for one order.*refund what was charged twice/)
      }
    }
  })

  it.each([
    ["another transaction was refused before it", notification(113, { reference: "799" })],
    ["another transaction was cancelled before it", notification(115, { reference: "799", authorized: 0 })],
    ["its transaction was cancelled", samples[115]]
  ])("is approved without an alarm where %s", (_, other) => {
    for (const order of permutations([other, samples[116]])) {
      const { attempt, alarm } = applyNotifications(unknown, order, 5, false) ?? { attempt: unknown }
      assert.deepStrictEqual(endOf(attempt), approved)
      assert.isUndefined(alarm)
    }
  })

  it("is approved for more by a later notification, with an alarm that says how much more", () => {
    const captures = [400, 1250].map((captured) => notification(118, { authorized: 0, captured }))
    const told = after(captures)
    assert.deepStrictEqual(endOf(told), approved)
    assert.deepStrictEqual(
      told.alarms?.map(({ code, details }) => [code, details.state, details.believed, details.paid]),
      [["attempt.notification.contradicts", "approved-in-part", 400, 1250]]
    )
  })
})

describe("an attempt that is open", () => {
  it("is left as it is: its answer is still to come", () => {
    assert.isUndefined(applyNotifications(open, [samples[116]], 5, false))
  })
})

describe("an attempt that has ended", () => {
  it("for more than its order, by an answer, has no alarm when a notification says the same", () => {
    const outcome: PaymentOutcome = { _tag: "Approved", amount: eur(1350), tip: eur(100), card: {}, warnings: [] }
    const tipped = close(open, { _tag: "Outcome", outcome }, 1)
    assert.isUndefined(after([notification(116, { authorized: 1350, authorizedAt })], tipped).alarms)
  })

  const card = { card: {}, warnings: [] }
  const approval: PaymentOutcome = { _tag: "Approved", amount: eur(1250), ...card }
  const refusal: PaymentOutcome = { _tag: "Declined", reason: "refused", label: "refused", ...card }
  const answered = close(open, { _tag: "Outcome", outcome: approval }, 1)
  const refused = close(open, { _tag: "Outcome", outcome: refusal }, 1)
  const notStarted = close(open, { _tag: "Error", reason: new NotStarted({ kind: "Rejected", detail: "rejected" }) }, 1)
  const person = (outcome: "approved" | "declined"): Attempt =>
    close(
      unknown,
      { _tag: "Resolved", resolution: { outcome, by: "Ada", evidence: "receipt 7", login: "till", at: 2 } },
      2
    )

  /** Applies a late answer to an unknown attempt over the stored one. */
  const answerOver = (stands: Attempt, outcome: PaymentOutcome, late: Attempt = unknown) =>
    endOver(stands, close(late, { _tag: "Outcome", outcome }, 7), 7) ?? { attempt: stands }

  it("has an alarm that two transactions were authorised, also if a refusal or a late answer says something else", () => {
    const two = [samples[116], notification(116, { reference: "801", authorized: 1350, authorizedAt })]
    const late = answerOver(after(two), approval).attempt
    const atOnce = applyNotifications(refused, two, 5, false)?.attempt ?? refused
    for (const { alarms = [] } of [late, atOnce]) {
      assert.lengthOf(alarms, 1)
      assert.match(alarms[0]?.message ?? "", /two are authorised for one order.*refund what was charged twice/)
    }
  })

  it.each([
    ["a recorded approval", answered, samples[113]],
    ["a person's approval", person("approved"), samples[113]],
    ["an approval of more", answered, notification(116, { authorized: 1000, authorizedAt })]
  ])("by %s stays as it is when a notification contradicts it, with one alarm", (_, attempt, contrary) => {
    const told = after([contrary, contrary, samples[174]], attempt)
    assert.deepStrictEqual(endOf(told), endOf(attempt))
    assert.deepStrictEqual(
      told.alarms?.map(({ code }) => code),
      ["attempt.notification.contradicts"]
    )
    assert.include(told.notifications ?? [], contrary)
  })

  it.each([
    ["a recorded approval", answered, samples[118]],
    ["a recorded refusal", refused, samples[113]],
    ["a person's approval", person("approved"), samples["126"]],
    ["a person's refusal", person("declined"), samples[113]]
  ])("by %s is confirmed without an alarm", (_, attempt, same) => {
    const told = after([same], attempt)
    assert.deepStrictEqual(endOf(told), endOf(attempt))
    assert.isUndefined(told.alarms)
  })

  it.each([
    ["a recorded refusal", refused],
    ["a recorded start that failed", notStarted],
    ["a person's refusal", person("declined")]
  ])(
    "by %s is unknown again when a notification says that it was paid, until a person has settled it",
    (_, attempt) => {
      const told = after([samples[174], samples[118], samples[116]], attempt)
      const { state, error, alarms = [], resolutions } = told
      assert.deepStrictEqual([state, resultOf(told)], ["unknown", { _tag: "Error", reason: error }])
      assert.strictEqual(
        error?.message,
        `payment outcome unknown (Contradictory): HiPay's notification 118 of transaction 800 says that 12.50 EUR was charged, but the attempt was recorded as ${attempt.state}`
      )
      assert.deepStrictEqual(
        alarms.map(({ code }) => code),
        ["attempt.notification.contradicts"]
      )
      assert.deepStrictEqual(resolutions, attempt.resolutions)
    }
  )

  it("by a recorded refusal is unknown again by what was captured, if no authorised amount is given", () => {
    const told = after([notification(118, { authorized: 0, captured: 1250 })], refused)
    assert.strictEqual(told.state, "unknown")
    assert.deepInclude(told.alarms?.[0]?.details, { believed: 0, paid: 1250 })
  })

  it.each([
    ["declined", "declined"],
    ["approved", "approved"],
    ["set-aside", "unknown"]
  ] as const)("and was contradicted stays as a person has resolved it: %s", (outcome, state) => {
    const contradicted = after([samples[116]], refused)
    const resolution = { outcome, by: "Ada", evidence: "back office", login: "till", at: 9 }
    const settled = close(contradicted, { _tag: "Resolved", resolution }, 9)
    const told = after([samples[116], samples[118], samples["126"]], settled)
    assert.strictEqual(told.state, state)
    assert.deepStrictEqual(told.alarms, contradicted.alarms)
  })

  it("and was contradicted by one transaction is contradicted by another one, too: before a person's word and after it", () => {
    const other = { ...samples[116], reference: "801" }
    const both = after([samples[116], other], refused)
    assert.deepStrictEqual(
      [both.state, ...(both.alarms ?? []).map(({ details }) => details.transaction)],
      ["unknown", "800", "801"]
    )
    // The first one says why it is unknown; the second is a second charge.
    assert.deepStrictEqual(both.error, after([samples[116]], refused).error)
    assert.include(both.alarms?.at(-1)?.message, "refund what was charged twice")
    const resolution = { outcome: "declined", by: "Ada", evidence: "refunded", login: "till", at: 9 } as const
    const settled = close(after([samples[116]], refused), { _tag: "Resolved", resolution }, 9)
    assert.strictEqual(after([samples[116], other], settled).state, "unknown")
    assert.strictEqual(after([samples[116], other], close(both, { _tag: "Resolved", resolution }, 9)).state, "declined")
  })

  it("and was contradicted has one alarm per transaction, in whatever order its notifications came", () => {
    for (const order of permutations([samples[116], samples[118]])) {
      const { alarm } = applyNotifications(refused, order, 5, false) ?? {}
      assert.deepInclude(alarm?.details, { status: 116, transaction: "800" })
    }
  })

  it("is contradicted by the payment of a transaction that an alarm reported as refused", () => {
    const { attempt } = answerOver(after([samples[113]], person("approved")), refusal)
    assert.strictEqual(attempt.state, "declined")
    const told = after([samples[113], samples[116]], attempt)
    assert.strictEqual(told.state, "unknown")
    assert.deepInclude(told.alarms?.at(-1)?.details, { transaction: "800", believed: 0, paid: 1250 })
  })

  it("is not paid less by a late answer than its notifications prove, and says so in an alarm", () => {
    const part: PaymentOutcome = { _tag: "ApprovedInPart", paid: eur(500), remaining: eur(750), ...card }
    const late = { ...unknown, events: [{ at: 3, kind: "late-response" }] } as const
    for (const stands of [
      after([samples[116]]),
      after([samples[116]], person("approved")),
      after([samples[116]], refused)
    ])
      for (const [outcome, paid] of [
        [refusal, 0],
        [part, 500]
      ] as const) {
        const { attempt, alarm } = answerOver(stands, outcome, late)
        assert.deepStrictEqual([attempt.state, attempt.outcome], [stands.state, stands.outcome])
        assert.deepStrictEqual(attempt.events, late.events)
        if (alarm === undefined) assert.strictEqual(stands.alarms?.length, attempt.alarms?.length)
        else assert.deepInclude(alarm.details, { believed: paid, paid: 1250 })
        assert.include(
          (attempt.alarms ?? []).map(({ details }) => details.believed),
          paid
        )
      }
  })

  it("is paid by a late answer, although a person has resolved it as unpaid in spite of its notifications", () => {
    const part: PaymentOutcome = { _tag: "ApprovedInPart", paid: eur(500), remaining: eur(750), ...card }
    const resolution = { outcome: "declined", by: "Ada", evidence: "refunded", login: "till", at: 9 } as const
    const settled = close(after([samples[116]], person("declined")), { _tag: "Resolved", resolution }, 9)
    const { attempt, alarm } = answerOver(settled, part)
    assert.deepStrictEqual(endOf(attempt), { state: "approved-in-part", paid: 500 })
    assert.deepInclude(alarm?.details, { said: "declined", believed: 0, paid: 500 })
    // An amount that HiPay notifies beyond that is reported, too.
    const told = after([samples[116]], attempt)
    assert.deepInclude(told.alarms?.at(-1)?.details, { state: "approved-in-part", believed: 500, paid: 1250 })
  })

  it("is paid more by a late answer than its notifications prove, where that says so", () => {
    const stands = after([notification(116, { authorized: 1000, authorizedAt })])
    const { attempt } = answerOver(stands, approval)
    assert.deepStrictEqual(endOf(attempt), approved)
  })

  it("and was contradicted is not ended by a process that says that nothing was sent", () => {
    assert.isUndefined(endOver(after([samples[116]], refused), notStarted, 7))
  })

  it("says in the alarm what was charged, and what to do", () => {
    const [alarm] = after([samples[116]], person("declined")).alarms ?? []
    assert.strictEqual(
      alarm?.message,
      "HiPay's notification 116 of transaction 800 says that 12.50 EUR was charged, but Ada resolved this attempt as declined: nothing. Look at the transaction in HiPay's back office. If the order was paid again or another way, refund 12.50 EUR to the customer."
    )
  })
})
