import { assert, describe, it } from "@effect/vitest"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import { TruncatedPan } from "@hipay-pos/core/Card"
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import * as Result from "effect/Result"
import type { Attempt } from "../../src/attempts/Attempt.ts"
import * as Csv from "../../src/attempts/csv.ts"
import { approved, day, eur, type } from "./day.ts"
import { attempt } from "./storeLaws.ts"

const toCsv = (attempts: ReadonlyArray<Attempt>) => Csv.toCsv(attempts, { days: BusinessDay.utc })

describe("a day as CSV", () => {
  it("has the attempts, an empty line, and the totals", () => {
    const lines = toCsv(day).split("\r\n")
    assert.lengthOf(lines, 11)
    assert.strictEqual(
      lines[0],
      "opened,ended,terminal,order,type,state,amount,paid,currency,authorization,login,attempt,tip,card,problem"
    )
    assert.strictEqual(
      lines[8],
      "terminal,currency,debits,debited,credits,credited,cancellations,cancelled,unknown,maybe,net,tips,maybe_returned"
    )
    assert.deepStrictEqual([lines[7], lines[10]], ["", ""])
    assert.strictEqual(
      lines[1],
      "1970-01-01T00:00:00.000Z,1970-01-01T00:00:00.000Z,PAX 1850320198,1,Debit,approved,12.50,12.50,EUR,A1,merchant,1,,,"
    )
    assert.strictEqual(lines[9], "PAX 1850320198,EUR,2,17.50,1,1.00,1,12.50,1,12.50,4.00,0.00,0.00")
  })

  it("leaves out what is not known: no end, no payment, no authorization", () => {
    const [, open, unknown, ended, unstarted] = toCsv([
      attempt("1"),
      attempt("2", { state: "unknown", endedAt: 5 }),
      attempt("3", { state: "declined", endedAt: 5 }),
      attempt("4", { state: "not-started", error: new NotStarted({ kind: "Unreachable", detail: "refused" }) })
    ])
      .split("\r\n")
      .map((line) => line.split(","))
    assert.deepStrictEqual([open?.[1], unknown?.[7], unknown?.[9]], ["", "", ""])
    assert.strictEqual(ended?.[1], "1970-01-01T00:00:00.005Z")
    // Only an unknown payment is a problem of the day.
    assert.strictEqual(unstarted?.[14], "")
  })

  it("has the tip, and what came of an unknown payment, with its card and its authorization", () => {
    const tipped: PaymentOutcome = { ...approved, amount: eur(1500), tip: eur(250) }
    const card = { authorizationNumber: "123456", pan: TruncatedPan.make("497010######0014") }
    const reason = new OutcomeUnknown({
      kind: "Contradictory",
      detail: "the terminal said 12.00 EUR, asked for 12.50 EUR",
      evidence: { received: "AE0210", fields: [], contradictions: [], card }
    })
    const lines = toCsv([
      attempt("1", { state: "approved", outcome: tipped }),
      attempt("2", { state: "unknown", error: reason }),
      attempt("3", { state: "approved", outcome: tipped })
    ]).split("\r\n")
    assert.match(lines[1] ?? "", /,12\.50,15\.00,EUR,A1,merchant,1,2\.50,,$/)
    assert.match(lines[2] ?? "", /,12\.50,,EUR,123456,merchant,2,,497010######0014,"the terminal said .*"$/)
    assert.match(lines[6] ?? "", /,30\.00,5\.00,0\.00$/)
  })

  it("may be negative", () => {
    const csv = toCsv([attempt("1", { state: "approved", ...type("Credit", "1") })])
    assert.include(csv, ",0,0.00,1,12.50,0,0.00,0,0.00,-12.50,0.00,0.00\r\n")
  })

  it.each([
    ['=cmd|"x",1', `"'=cmd|""x"",1"`],
    ["+33 1", "'+33 1"],
    ["@SUM(1)", "'@SUM(1)"],
    ['@SUM(1)="A"', `"'@SUM(1)=""A"""`],
    ['="A"&HYPERLINK("B")', `"'=""A""&HYPERLINK(""B"")"`],
    ["\t1", "'\t1"],
    ["-3+4", "'-3+4"],
    ["-3", "-3"],
    ["-3.50", "-3.50"],
    ["-", "'-"],
    ["A=1", "A=1"],
    ["A;=cmd|' /C calc'!A0", "A;'=cmd|' /C calc'!A0"],
    ["A\t@SUM(1);-3", "A\t'@SUM(1);'-3"],
    ["A,+1", `"A,'+1"`],
    ["A\n=1", `"A\n'=1"`],
    ['A;"=1"', `"A;""'=1"""`],
    ["A;B, C", '"A;B, C"'],
    ["two\nlines", '"two\nlines"'],
    ["caf\u00e9, 2", '"caf\u00e9, 2"']
  ])("hold the order id %j as a text", (orderId, field) => {
    assert.include(toCsv([attempt("1", { orderId })]), `PAX 1850320198,${field},Debit,`)
  })

  it("is for spreadsheets in their language: decimal comma, semicolons, the shop's clock, ids that stay texts", () => {
    const days = Result.getOrThrow(BusinessDay.make({ timeZone: "Europe/Paris" }))
    const at = Date.parse("2026-11-28T23:30:00Z")
    const sale = attempt("1E5", { state: "approved", outcome: approved, openedAt: at, endedAt: at + 2_000 })
    const lines = (locale: string) => Csv.toCsv([sale], { days, locale }).split("\r\n")
    const french = lines("fr-FR")
    assert.strictEqual(
      french[0],
      "\uFEFFopened;ended;terminal;order;type;state;amount;paid;currency;authorization;login;attempt;tip;card;problem"
    )
    assert.strictEqual(
      french[1],
      '2026-11-29 00:30:00;2026-11-29 00:30:02;PAX 1850320198;"=""1E5""";Debit;approved;12,50;12,50;EUR;A1;merchant;"=""1E5""";;;'
    )
    assert.strictEqual(french[4], "PAX 1850320198;EUR;1;12,50;0;0,00;0;0,00;0;0,00;12,50;0,00;0,00")
    assert.include(lines("en-GB")[1], ',"=""1E5""",Debit,approved,12.50,12.50,EUR,')
  })

  it("keeps formulas of others out of spreadsheets, too", () => {
    const days = BusinessDay.utc
    const of = (id: string) =>
      Csv.toCsv([attempt(id)], { days, locale: "fr-FR" })
        .split("\r\n")[1]
        ?.split(";")[3]
    assert.strictEqual(of("=1+1"), "'=1+1")
    assert.strictEqual(of('-1"&A1'), '"=""-1""""&A1"""')
    assert.strictEqual(of("00012"), '"=""00012"""')
    assert.strictEqual(of("ORDER-1"), "ORDER-1")
    assert.strictEqual(of("A,=1+1"), "A,'=1+1")
    // Wide signs, which a spreadsheet in an Asian language reads as the others.
    assert.strictEqual(of("\uff1d1+1"), "'\uff1d1+1")
    assert.strictEqual(of("A,\uff201"), "A,'\uff201")
    assert.strictEqual(of("1,=1+1"), `"=""1,'=1+1"""`)
  })
})
