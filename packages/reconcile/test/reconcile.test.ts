/** A settlement compared with a day's payments: what agrees, what does not, and what it proves. */
import { readFileSync } from "node:fs"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import { looksLikeAmount, looksLikeStatus, looksLikeType, speaksAgainst } from "../src/columnNames.ts"
import { evidenceOf, isResolvable, toResolveRequest } from "../src/evidence.ts"
import { type Line, type Lines, type ReadProblem, read } from "../src/Line.ts"
import { formats, Mapping } from "../src/Mapping.ts"
import { type Known, type Lookup, reconcile, reconcileDay } from "../src/reconcile.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

const line = (number: number, orderId: string | undefined, amount: number, authorization?: string): Line => ({
  number,
  amount,
  currency: "EUR",
  transactionType: "Debit",
  ...(orderId === undefined ? {} : { orderId }),
  ...(authorization === undefined ? {} : { authorization })
})

const known = (id: string, state: Known["state"], paid?: number, authorization?: string): Known => ({
  id,
  openedAt: "2026-11-27T12:00:00.000Z",
  orderId: `ORDER_${id}`,
  login: "shop",
  transactionType: "Debit",
  state,
  amount: 1250,
  currency: "EUR",
  paid,
  authorization
})

/** Whether a server returns an attempt for a lookup. */
const foundBy =
  (lookup: Lookup) =>
  ({ state, orderId, authorization }: Known): boolean => {
    if ("state" in lookup) return state === lookup.state
    return "orderId" in lookup ? orderId === lookup.orderId : authorization === lookup.search
  }

/** All lines of a file; none are left out unless it says so. */
const whole = (lines: ReadonlyArray<Line>, left: Partial<Lines> = {}) =>
  Result.succeed({
    lines,
    leftOut: 0,
    otherTypes: [],
    unpaid: 0,
    otherStatuses: [],
    others: [],
    statusColumns: [],
    typeColumns: [],
    ...left
  })

const refused = (problem: ReadProblem) => Result.fail(problem)

describe("the page of reconciliation", () => {
  const page = readFileSync(new URL("../../../docs/operate.md", import.meta.url), "utf8")

  it("has every key of a mapping, and the columns of both built-in formats", () => {
    const [, table = ""] = /^\| setting of a mapping .*\n((?:\|.*\n)+)/m.exec(page) ?? []
    const keys = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key)
    assert.sameMembers(keys, Object.keys(Mapping.fields))
    for (const key of ["amount", "orderId", "authorization", "currency", "type"] as const) {
      const cell = (columns: Readonly<Record<string, string>>) =>
        columns[key] === undefined ? "" : `\`${columns[key]}\` `
      const { settlement, "batch-report": report } = formats
      assert.include(page, `\n| \`columns.${key}\` | ${cell(settlement.columns)}| ${cell(report.columns)}|\n`)
    }
  })
})

describe("a settlement file", () => {
  it("is read by its mapping, or refused with line, expectation and value", () => {
    const header = "order_id,amount,currency,authorization,type\n"
    assert.deepStrictEqual(
      read(bytes(`${header}A,12.50,EUR,123456,sale\nB,1.00,EUR,,fee\n`), formats.settlement),
      whole([line(2, "A", 1250, "123456")], {
        leftOut: 1,
        otherTypes: ["fee"],
        others: [{ number: 3, says: "fee", orderId: "B" }]
      })
    )
    assert.deepStrictEqual(
      read(bytes(`${header}A,12.505,EUR,,sale\n`), formats.settlement),
      refused({ _tag: "NotAmount", line: 2, currency: "EUR", text: "12.505" })
    )
    assert.deepStrictEqual(
      read(bytes(`${header}A,12.50,XXY,,sale\n`), formats.settlement),
      refused({ _tag: "NotCurrency", line: 2, text: "XXY" })
    )
    assert.deepStrictEqual(
      read(bytes("a;b\n1;2\n"), formats["batch-report"]),
      refused({ _tag: "NoColumn", names: ["montant", "autorisation"], columns: ["a", "b"], separator: ";" })
    )
    assert.deepStrictEqual(
      read(bytes("montant;b\n1;2\n"), formats["batch-report"]),
      refused({ _tag: "NoColumn", names: ["autorisation"], columns: ["montant", "b"], separator: ";" })
    )
  })

  it("is refused with a doubt about its separator if it has one column", () => {
    assert.deepStrictEqual(
      read(bytes("date;amount;order_id;authorization\n2026-11-27;12.50;A;123456\n"), formats.settlement),
      refused({
        _tag: "NoColumn",
        names: ["amount", "order_id", "authorization", "currency", "type"],
        columns: ["date;amount;order_id;authorization"],
        separator: ","
      })
    )
  })

  it("has card numbers masked in place of an authorization number", () => {
    const { lines, others } = Result.getOrThrow(
      read(
        bytes(
          "order_id,amount,currency,authorization,type\nA,1.00,EUR,4111111111111111,sale\nA,,,4111111111111111,fee\n"
        ),
        formats.settlement
      )
    )
    assert.deepStrictEqual(
      [...lines, ...others].map(({ authorization }) => authorization),
      ["411111######1111", "411111######1111"]
    )
  })

  it("may have decimal commas, and credits as negative amounts", () => {
    assert.deepStrictEqual(
      read(bytes("montant;autorisation\n1 234,50;A1\n-3,00;\n"), formats["batch-report"]),
      whole([line(2, undefined, 123450, "A1"), { ...line(3, undefined, 300), transactionType: "Credit" }])
    )
    assert.deepStrictEqual(
      read(bytes("montant;autorisation\n1,00;000000\n"), formats["batch-report"]),
      whole([line(2, undefined, 100)])
    )
  })

  it("is refused if a type of sales has a negative amount; a credit may have one", () => {
    const header = "order_id,amount,currency,authorization,type\n"
    assert.deepStrictEqual(
      read(bytes(`${header}A,12.50,EUR,,sale\nA,-12.50,EUR,,sale\n`), formats.settlement),
      refused({ _tag: "NegativeDebit", line: 3, type: "sale", text: "-12.50" })
    )
    assert.deepStrictEqual(
      read(bytes(`${header}A,-12.50,EUR,,refund\n`), formats.settlement),
      whole([{ ...line(2, "A", 1250), transactionType: "Credit" }])
    )
    const { types: _, columns, ...signed } = formats.settlement
    assert.deepStrictEqual(
      read(bytes(`${header}A,-12.50,EUR,,sale\n`), { ...signed, columns: { ...columns, type: null } }),
      whole([{ ...line(2, "A", 1250), transactionType: "Credit" }])
    )
  })

  const amountOf = (text: string, mapping: Omit<Mapping, "columns">) =>
    Result.match(read(bytes(`a|b\n${text}|1\n`), { separator: "|", ...mapping, columns: { amount: "a" } }), {
      onSuccess: ({ lines: [first] }) => first && (first.transactionType === "Credit" ? -first.amount : first.amount),
      onFailure: ({ _tag }) => _tag
    })

  it("has grouped thousands, and the mapping's decimal sign", () => {
    const amounts = [
      ["12,50", true, 1250],
      ["1.234,50", true, 123450],
      ["1.234.567", true, 123456700],
      ["1\u202f234,50", true, 123450],
      ["1’234,50", true, 123450],
      ["+ 3,00", true, 300],
      ["12.50", true, "NotAmount"],
      ["1.23,50", true, "NotAmount"],
      ["1234.567,00", true, "NotAmount"],
      ["12 50", true, "NotAmount"],
      ["1,2,3", true, "NotAmount"],
      ["12.50", false, 1250],
      ["1 234.50", false, 123450],
      ["1'234'567.50", false, 123456750],
      ["1,234.50", false, 123450],
      ["1,234,567.50", false, 123456750],
      ["1,234,567", false, 123456700],
      ["1,23.50", false, "NotAmount"],
      ["1.234,50", false, "NotAmount"],
      ["12,50", false, "NotAmount"],
      ["12 50", false, "NotAmount"],
      ["1.", false, "NotAmount"]
    ] as const
    for (const [text, decimalComma, amount] of amounts)
      assert.strictEqual(amountOf(text, { decimalComma }), amount, `${text} ${decimalComma}`)
  })

  it("may have its currency's sign and another kind of minus, before or after", () => {
    const amounts = [
      ["€12.50", 1250],
      ["12.50 €", 1250],
      ["EUR 12.50", 1250],
      ["$12.50", "NotAmount"],
      ["12.50-", -1250],
      ["12.50 -", -1250],
      ["€12.50-", -1250],
      ["12.50-€", -1250],
      ["12.50- €", -1250],
      ["12.50−EUR", -1250],
      ["12-50", "NotAmount"],
      ["-12.50-€", "NotAmount"],
      ["\u221212.50", -1250],
      ["-€12.50", -1250],
      ["-12.50-", "NotAmount"]
    ] as const
    for (const [text, amount] of amounts) assert.strictEqual(amountOf(text, {}), amount, text)
    assert.deepStrictEqual(
      read(bytes("amount,type\n12.50-,sale\n"), {
        columns: { amount: "amount", type: "type" },
        types: { sale: "Debit" }
      }),
      refused({ _tag: "NegativeDebit", line: 2, type: "sale", text: "12.50-" })
    )
  })

  it("is refused if one comma may be a decimal sign after all", () => {
    assert.strictEqual(amountOf("1,234", {}), "NotAmount")
    assert.strictEqual(amountOf("-€1,234", {}), "NotAmount")
    assert.strictEqual(amountOf("1,234", { currency: "TND" }), "NotAmount")
    assert.strictEqual(amountOf("1,234", { currency: "JPY" }), 1234)
    assert.strictEqual(amountOf("1,234", { currency: "TND", decimalComma: true }), 1234)
  })

  it("may be in minor units, with grouped thousands", () => {
    const amounts = [
      ["1250", 1250],
      ["1 250", 1250],
      ["-1250", -1250],
      ["1250-", -1250],
      ["12.50", "NotAmount"],
      ["1.250", "NotAmount"],
      ["1,250", "NotAmount"],
      ["", "NotAmount"]
    ] as const
    for (const [text, amount] of amounts) assert.strictEqual(amountOf(text, { amounts: "minor" }), amount, text)
  })

  it("has at most 40 characters: more is refused unread", () => {
    assert.strictEqual(amountOf("1250".padStart(40, "0"), { amounts: "minor" }), 1250)
    assert.strictEqual(amountOf("1250".padStart(41, "0"), { amounts: "minor" }), "NotAmount")
  })

  it("has currencies by code or number, which may have lost zeros in a spreadsheet", () => {
    const currencyOf = (text: string) =>
      Result.match(read(bytes(`a,c\n1.00,${text}\n`), { columns: { amount: "a", currency: "c" } }), {
        onSuccess: ({ lines: [first] }) => first?.currency,
        onFailure: ({ _tag }) => _tag
      })
    const currencies = { eur: "EUR", 978: "EUR", "036": "AUD", 36: "AUD", 0: "NotCurrency", 9780: "NotCurrency" }
    for (const [text, currency] of Object.entries(currencies)) assert.strictEqual(currencyOf(text), currency, text)
    assert.strictEqual(amountOf("€1.00", { currency: "978" }), 100)
  })

  it("says how many lines its types leave out, and is refused if that is all of them", () => {
    const header = "order_id,amount,currency,authorization,type\n"
    const left = read(
      bytes(`${header}A,1.00,EUR,,sale\nB,1.00,EUR,,Sale\nC,1.00,EUR,,Sale\n,n/a,?,,total\n`),
      formats.settlement
    )
    const others = [
      { number: 3, says: "Sale", orderId: "B" },
      { number: 4, says: "Sale", orderId: "C" },
      { number: 5, says: "total" }
    ]
    assert.deepStrictEqual(left, whole([line(2, "A", 100)], { leftOut: 3, otherTypes: ["Sale", "total"], others }))
    for (const type of ["SALE", "constructor", "__proto__", ""]) {
      assert.deepStrictEqual(
        read(bytes(`${header}A,1.00,EUR,,${type}\n`), formats.settlement),
        refused({ _tag: "NoKnownType", expected: ["sale", "refund"], types: [type] })
      )
    }
  })

  it("has no line if all its columns are empty", () => {
    const mapping = { columns: { amount: "amount", orderId: "order" } }
    assert.deepStrictEqual(
      read(bytes("amount,order,note\n,,\n1.00,A,\n , ,\n,,\n"), mapping),
      whole([line(3, "A", 100)])
    )
    assert.deepStrictEqual(
      read(bytes("amount,order,note\n1.00,A,\n,B,\n"), mapping),
      refused({ _tag: "NotAmount", line: 3, currency: "EUR", text: "" })
    )
    assert.deepStrictEqual(read(bytes("amount,order,note\n,,\n"), mapping), refused({ _tag: "NoLines" }))
  })

  it("is refused if a column that is read occurs twice", () => {
    const mapping = { columns: { amount: "amount", orderId: "order" } }
    assert.deepStrictEqual(
      read(bytes("order,amount,amount\nA,1.00,2.00\n"), mapping),
      refused({ _tag: "RepeatedColumn", name: "amount" })
    )
    assert.deepStrictEqual(read(bytes("order,amount,,\nA,1.00,,\n"), mapping), whole([line(2, "A", 100)]))
  })
})

describe("the status of a line", () => {
  const columns = { amount: "amount", orderId: "order_id", currency: "currency", status: "Statut" }
  const file = (...statuses: ReadonlyArray<string>) =>
    bytes(`order_id,amount,currency,Statut\n${statuses.map((status) => `${status},1.00,EUR,${status}\n`).join("")}`)

  it("leaves out what was not paid, whatever its amount, and counts it", () => {
    assert.deepStrictEqual(
      read(bytes("order_id,amount,currency,Statut\nA,1.00,EUR,ACCEPTED\nB,1.00,EUR,REFUSED\nC,,,\n"), {
        columns,
        paid: ["ACCEPTED"]
      }),
      whole([line(2, "A", 100)], {
        unpaid: 2,
        otherStatuses: ["REFUSED", ""],
        others: [
          { number: 3, says: "REFUSED", orderId: "B" },
          { number: 4, says: "", orderId: "C" }
        ]
      })
    )
    assert.deepStrictEqual(
      read(file("accepted", "constructor"), { columns, paid: ["ACCEPTED"] }),
      refused({ _tag: "NonePaid", expected: ["ACCEPTED"], statuses: ["accepted", "constructor"] })
    )
  })

  it("is missed in a mapping that does not name a column which looks like one", () => {
    const { status: _, ...unnamed } = columns
    assert.deepStrictEqual(
      read(file("A"), { columns: unnamed }),
      whole([line(2, "A", 100)], { statusColumns: ["Statut"] })
    )
    const more = ["paymentState", "Outcome", "Response code", "Code réponse", "Refus", "Declined", "statusUpdate"]
    const ends = [
      ...[
        "approved",
        "Accepted",
        "accepté",
        "acceptée",
        "authorised",
        "Autorisé",
        "is_paid",
        "payé",
        "Valid",
        "validé"
      ],
      ...["success", "captured", "settled", "voided", "reversed", "annulé", "Annulation", "cancelled", "refunded"],
      ...["failure", "échec", "erreur", "error_code", "resp_code", "RC", "OK", "code", "Motif", "decision"]
    ]
    const dates = ["Payout status date", "Status date", "status_time", "statusDate", "Date du statut"]
    for (const name of ["status", "payment_status", "État", "STATE", "Résultat", "result_code", ...more, ...ends])
      assert.isTrue(looksLikeStatus(name), name)
    const numbers = [
      "approval_code",
      "authorization",
      "autorisation",
      "auth_code",
      "captured_amount",
      "Montant remboursé"
    ]
    const others = ["Nom de l’accepteur", "card validity", "captured_at", "product code", "credit", "voie"]
    for (const name of ["amount", "estate", "Détail", "statement", "refund", ...dates, ...numbers, ...others])
      assert.isFalse(looksLikeStatus(name), name)
  })

  it("is not missed if the mapping says that no column is one", () => {
    const mapping = { columns: { ...columns, status: null } }
    assert.isTrue(Schema.is(Mapping)(mapping))
    assert.deepStrictEqual(read(file("A"), mapping), whole([line(2, "A", 100)]))
  })

  it("needs both its column and the words that mean paid", () => {
    const isMapping = Schema.is(Mapping)
    assert.isTrue(isMapping({ columns, paid: ["ACCEPTED"] }))
    assert.isFalse(isMapping({ columns }))
    assert.isFalse(isMapping({ columns: { amount: "a" }, paid: ["ACCEPTED"] }))
    assert.isFalse(isMapping({ columns: { ...columns, status: null }, paid: ["ACCEPTED"] }))
  })
})

describe("the type of a line", () => {
  const columns = { amount: "amount", orderId: "order_id" }
  const file = bytes("order_id,amount,Opération\nA,1.00,reversal\n")

  it("is missed in a mapping that does not name a column which looks like one, and may have none", () => {
    const others = [{ number: 2, says: "reversal", orderId: "A" }]
    assert.deepStrictEqual(read(file, { columns }), whole([line(2, "A", 100)], { others, typeColumns: ["Opération"] }))
    assert.deepStrictEqual(read(file, { columns: { ...columns, type: null } }), whole([line(2, "A", 100)], { others }))
    for (const name of ["type", "transaction_type", "operationType", "Nature", "Sens", "event", "Crédit", "D/C"])
      assert.isTrue(looksLikeType(name), name)
    for (const name of ["C/D", "Remboursement", "Refund", "Chargeback", "MTI", "Libellé", "Flux", "Transaction Code"])
      assert.isTrue(looksLikeType(name), name)
    for (const name of ["Refund amount", "refund_id", "Date de remboursement"])
      assert.isFalse(looksLikeType(name), name)
    const noTypes = ["card_type", "Type de carte", "N° opération", "operation_id", "Date d’opération", "transaction_id"]
    for (const name of [...noTypes, "status", "typography", "Montant crédit", "message"])
      assert.isFalse(looksLikeType(name), name)
  })

  it("is missed, too, if an unmapped column has a word for money given back or not taken", () => {
    const other = bytes("order_id,amount,Commentaire\nA,1.00,\nB,2.00,ANNULÉE\n")
    const { lines, others, typeColumns } = Result.getOrThrow(read(other, { columns }))
    assert.deepStrictEqual(lines, [line(2, "A", 100), line(3, "B", 200)])
    assert.deepStrictEqual(others, [{ number: 3, says: "ANNULÉE", orderId: "B" }])
    assert.deepStrictEqual(typeColumns, ["Commentaire"])
    const said = Result.getOrThrow(read(other, { columns: { ...columns, type: null } }))
    assert.deepStrictEqual([said.leftOut, said.others, said.typeColumns], [0, others, []])
    const refunds = bytes("order_id,amount,Commentaire,type\nA,1.00,Remboursement,CREDIT\nB,1.00,,VENTE\n")
    const mapping = { columns: { ...columns, type: "type" }, types: { VENTE: "Debit", CREDIT: "Credit" } } as const
    assert.deepStrictEqual(Result.getOrThrow(read(refunds, mapping)).others, [])
    for (const value of ["refund", "REMBT CB", "Avoir", "Charge-back"]) {
      assert.isTrue(speaksAgainst("Debit", value), value)
      assert.isFalse(speaksAgainst("Credit", value), value)
    }
    for (const value of ["Reversal", "impayé", "Refusée", "cancelled", "REJETÉ", "Échec", "Failed"]) {
      assert.isTrue(speaksAgainst("Debit", value), value)
      assert.isTrue(speaksAgainst("Credit", value), value)
    }
    assert.isFalse(speaksAgainst("Cancel", "ANNULATION"))
    for (const value of ["", "Reversement 12", "VENTE", "CREDIT", "VISA", "A12345", "Ramboursier"])
      assert.isFalse(speaksAgainst("Debit", value), value)
  })

  it("needs both its column and the meaning of its values", () => {
    const isMapping = Schema.is(Mapping)
    assert.isTrue(isMapping({ columns: { ...columns, type: "Opération" }, types: { VENTE: "Debit" } }))
    assert.isTrue(isMapping({ columns: { ...columns, type: null } }))
    assert.isFalse(isMapping({ columns: { ...columns, type: "Opération" } }))
    assert.isFalse(isMapping({ columns, types: { VENTE: "Debit" } }))
  })
})

describe("the amount of a line", () => {
  it("is not what is left after fees", () => {
    for (const name of ["amount", "Montant", "grossAmount", "Brut"]) assert.isTrue(looksLikeAmount(name), name)
    for (const name of ["net_amount", "Montant net", "feeAmount", "Montant des frais", "total"])
      assert.isFalse(looksLikeAmount(name), name)
  })
})

describe("a file that cannot be read", () => {
  it("is reported with what to do about its encoding", () => {
    const mapping = { columns: { amount: "a" } }
    const start = (...first: ReadonlyArray<number>) => new Uint8Array([...first, ...bytes("a\n1\n")])
    assert.deepStrictEqual(read(start(0xe9), mapping), refused({ _tag: "OtherEncoding", found: "unknown" }))
    assert.deepStrictEqual(read(start(0xff, 0xfe), mapping), refused({ _tag: "OtherEncoding", found: "utf-16" }))
    assert.deepStrictEqual(read(start(0x50, 0x4b, 3, 4), mapping), refused({ _tag: "OtherEncoding", found: "xlsx" }))
    const pkg = { columns: { orderId: "PKG", amount: "a" } }
    assert.deepStrictEqual(read(bytes("PKG,a\nA,1.00\n"), pkg), whole([line(2, "A", 100)]))
  })

  it("is reported with its separator, and with lines before the header", () => {
    assert.deepStrictEqual(
      read(bytes("sep=;\norder;amount\nA;1,00\n"), formats.settlement),
      refused({ _tag: "OtherFields", line: 3, fields: 2, columns: ["sep=;"], separator: "," })
    )
  })

  it("is not one whose line ends are mixed", () => {
    assert.deepStrictEqual(
      read(bytes("order_id,amount\r\nA,1.00\nB,2.00\r\n"), { columns: { amount: "amount", orderId: "order_id" } }),
      whole([line(2, "A", 100), line(3, "B", 200)])
    )
  })
})

describe("reconciliation", () => {
  it("separates what agrees, what is only here or there, and other amounts", () => {
    const attempts = [
      known("1", "approved", 1250),
      known("2", "approved", 1250),
      known("3", "approved", 1250),
      known("4", "declined")
    ]
    const found = reconcile(
      [line(2, "ORDER_1", 1250), line(3, "ORDER_2", 1000), line(4, "ORDER_4", 1250), line(5, "ORDER_5", 1250)],
      attempts
    )
    assert.deepStrictEqual(
      {
        matched: found.matched.map(({ attempt }) => attempt.id),
        otherAmount: found.otherAmount.map(({ attempt }) => attempt.id),
        contradicted: found.contradicted.map(({ attempt }) => attempt.id),
        onlyHere: found.onlyHere.map(({ id }) => id),
        onlyThere: found.onlyThere.map(({ number }) => number)
      },
      { matched: ["1"], otherAmount: ["2"], contradicted: ["4"], onlyHere: ["3"], onlyThere: [5] }
    )
  })

  it("takes an order id, or an authorization number that only one attempt has, for proof, but not an amount", () => {
    const proofOf = (each: Line, attempts: ReadonlyArray<Known>) =>
      reconcile([each], attempts).proved.map(({ attempt }) => attempt.id)
    const unknown = known("1", "unknown", undefined, "A1")
    assert.deepStrictEqual(proofOf(line(2, "ORDER_1", 1250), [unknown]), ["1"])
    assert.deepStrictEqual(proofOf(line(2, undefined, 1250, "A1"), [unknown]), ["1"])
    assert.deepStrictEqual(
      proofOf(line(2, undefined, 1250, "A1"), [unknown, known("2", "unknown", undefined, "A1")]),
      []
    )
    assert.deepStrictEqual(proofOf(line(2, undefined, 1250), [unknown]), [])
    assert.deepStrictEqual(reconcile([], [unknown]).stillUnknown, [unknown])
    const ofLaterServer = known("3", "authorised")
    assert.deepStrictEqual(reconcile([], [ofLaterServer]).stillUnknown, [ofLaterServer])
  })

  it("asks for what other days have, by what the lines name", () => {
    const lookupsOf = (lines: ReadonlyArray<Line>, attempts: ReadonlyArray<Known>) => {
      const day = reconcileDay({ lines, others: [] }, attempts)
      const lookups: Array<Lookup> = []
      for (let next = day.next(); !next.done; next = day.next([])) lookups.push(next.value)
      return lookups
    }
    const unknown = known("1", "unknown", undefined, "A1")
    assert.deepStrictEqual(lookupsOf([line(2, undefined, 1250, "A1")], [unknown]), [{ search: "A1" }])
    assert.deepStrictEqual(lookupsOf([line(2, "ORDER_1", 1250)], [unknown]), [{ orderId: "ORDER_1" }])
    const disagreeing = [line(2, "ORDER_1", 1250), line(3, "ORDER_9", 500)]
    assert.deepStrictEqual(lookupsOf(disagreeing, [known("1", "declined")]), [{ state: "unknown" }])
  })

  it("considers all lines before it pairs two shops with the same order id, in any order of the lines", () => {
    const a: Known = { ...known("A", "approved", 500, "111111"), orderId: "1001", amount: 500 }
    const b: Known = { ...known("B", "unknown"), orderId: "1001", login: "other", amount: 2000 }
    const lines = [line(2, "1001", 2000, "222222"), line(3, "1001", 500, "111111")]
    for (const file of [lines, lines.toReversed()]) {
      const { matched, proved, otherAmount, onlyThere } = reconcile(file, [a, b])
      assert.deepStrictEqual(
        [matched, proved, otherAmount, onlyThere],
        [[{ line: lines[1], attempt: a }], [{ line: lines[0], attempt: b }], [], []]
      )
    }
    const unknownA: Known = { ...known("A", "unknown"), orderId: "1001", amount: 500 }
    assert.deepStrictEqual(
      reconcile(lines, [b, unknownA]).proved.map((each) => [each.line.amount, each.attempt.id]),
      [
        [2000, "B"],
        [500, "A"]
      ]
    )
  })

  describe("of several payments or lines of one order", () => {
    const of = (id: string, state: Known["state"], amount: number, rest: Partial<Known> = {}): Known => ({
      ...known(id, state, state === "approved" ? amount : undefined),
      ...{ orderId: "1001", amount },
      ...rest
    })
    /** The pairs of each kind as line and payment, and the lines without one, in whatever order the lines are. */
    const pairsOf = (lines: ReadonlyArray<Line>, attempts: ReadonlyArray<Known>) => {
      const told = (file: ReadonlyArray<Line>) => {
        const { matched, otherAmount, proved, contradicted, onlyThere } = reconcile(file, attempts)
        const kinds = Object.entries({ matched, otherAmount, proved, contradicted })
        return [
          ...kinds.flatMap(([kind, pairs]) => pairs.map(({ line, attempt }) => `${kind} ${line.number} ${attempt.id}`)),
          ...onlyThere.map(({ number }) => `onlyThere ${number}`)
        ].toSorted()
      }
      assert.deepStrictEqual(told(lines.toReversed()), told(lines))
      return told(lines)
    }

    it("pairs the line with the payment's authorization number before one with only its amount", () => {
      const paid = of("P", "approved", 5000, { authorization: "111111" })
      const lines = [line(2, "1001", 5000), line(3, "1001", 6000, "111111")]
      assert.deepStrictEqual(pairsOf(lines, [paid]), ["onlyThere 2", "otherAmount 3 P"])
    })

    it("pairs the line with the amount if several have the payment's authorization number", () => {
      const paid = of("P", "approved", 5000, { authorization: "111111" })
      const lines = [line(2, "1001", 6000, "111111"), line(3, "1001", 5000, "111111")]
      assert.deepStrictEqual(pairsOf(lines, [paid]), ["matched 3 P", "onlyThere 2"])
    })

    it("proves the unknown payment whose terminal gave the line's authorization number, beside another shop's", () => {
      const unknown = of("U", "unknown", 5000, { authorization: "111111" })
      const other = of("P", "approved", 5000, { login: "other" })
      assert.deepStrictEqual(pairsOf([line(2, "1001", 5000, "111111")], [other, unknown]), ["proved 2 U"])
    })

    it("compares a line with how the payment of its order ended, whatever authorization number each has", () => {
      const authorization = "111111"
      const lines = [line(2, "1001", 5000, "222222")]
      assert.deepStrictEqual(pairsOf(lines, [of("P", "approved", 5000, { authorization })]), ["matched 2 P"])
      assert.deepStrictEqual(pairsOf(lines, [of("D", "declined", 5000, { authorization })]), ["contradicted 2 D"])
      assert.deepStrictEqual(pairsOf(lines, [of("U", "unknown", 5000, { authorization })]), ["onlyThere 2"])
    })

    it("compares a line with what was paid, not with an earlier attempt that was declined", () => {
      const attempts = [of("D", "declined", 5000), of("P", "approved-in-part", 5000, { paid: 3000 })]
      assert.deepStrictEqual(pairsOf([line(2, "1001", 5000)], attempts), ["otherAmount 2 P"])
    })

    it("takes a line of another amount for the unknown payment, not for an earlier attempt that was declined", () => {
      const attempts = [of("D", "declined", 5000), of("U", "unknown", 5000)]
      assert.deepStrictEqual(pairsOf([line(2, "1001", 4900)], attempts), ["proved 2 U"])
    })

    it("takes the line that is left, once another has agreed, for the unknown payment", () => {
      const attempts = [of("P", "approved", 5000), of("U", "unknown", 5000, { login: "other" })]
      const lines = [line(2, "1001", 4900), line(3, "1001", 5000)]
      assert.deepStrictEqual(pairsOf(lines, attempts), ["matched 3 P", "proved 2 U"])
    })

    it("compares one of the lines with what was paid if none has that amount", () => {
      const lines = [line(2, "1001", 3000), line(3, "1001", 4000)]
      const { otherAmount, onlyThere } = reconcile(lines, [of("P", "approved", 5000)])
      assert.deepStrictEqual([otherAmount.length, onlyThere.length], [1, 1])
    })
  })

  it("proves nothing by a number that another attempt has, or if more than one unknown payment is left", () => {
    const foundOf = (lines: ReadonlyArray<Line>, attempts: ReadonlyArray<Known>) => {
      const { proved, onlyThere, stillUnknown } = reconcile(lines, attempts)
      return {
        proved: proved.map(({ line, attempt }) => [line.number, attempt.id]),
        onlyThere: onlyThere.map(({ number }) => number),
        stillUnknown: stillUnknown.map(({ id }) => id)
      }
    }
    const at = (id: string, amount: number, authorization?: string): Known => ({
      ...known(id, "unknown", undefined, authorization),
      orderId: "1001",
      amount
    })
    const paid: Known = { ...known("P", "approved", 2000, "111111"), orderId: "1001", amount: 2000 }
    const twice = [line(2, "1001", 2000, "111111"), line(3, "1001", 2000, "111111")]
    assert.deepStrictEqual(foundOf(twice, [paid, at("U", 2000)]), { proved: [], onlyThere: [3], stillUnknown: ["U"] })
    const elsewhere = known("Q", "approved", 1250, "222222")
    const nothing = { proved: [], onlyThere: [2], stillUnknown: ["U"] }
    assert.deepStrictEqual(foundOf([line(2, "1001", 2000, "222222")], [at("U", 2000), elsewhere]), nothing)
    assert.deepStrictEqual(foundOf([line(2, "1001", 2000, "222222")], [at("U", 2000, "333333")]), nothing)
    const two = { proved: [], onlyThere: [2], stillUnknown: ["U", "V"] }
    assert.deepStrictEqual(foundOf([line(2, "1001", 2000)], [at("U", 2000), at("V", 2000)]), two)
    assert.deepStrictEqual(foundOf([line(2, "1001", 1500)], [at("U", 2000), at("V", 1800)]), two)
    assert.deepStrictEqual(foundOf([line(2, "1001", 1500), line(3, "1001", 700)], [at("U", 2000)]), {
      proved: [],
      onlyThere: [2, 3],
      stillUnknown: ["U"]
    })
    assert.deepStrictEqual(foundOf([line(2, "1001", 1500)], [at("U", 2000)]), {
      proved: [[2, "U"]],
      onlyThere: [],
      stillUnknown: []
    })
    assert.deepStrictEqual(foundOf([line(2, undefined, 2000, "111111")], [paid, at("U", 2000, "111111")]), nothing)
  })

  it("proves no sale that another line of the file may take back, by its order id or authorization number", () => {
    const unknown: Known = { ...known("1", "unknown"), orderId: "A" }
    const foundIn = (text: string, mapping: Mapping = formats.settlement, authorization?: string) => {
      const { lines, others } = Result.getOrThrow(read(bytes(text), mapping))
      const { proved, perhapsReversed } = reconcile(lines, [{ ...unknown, authorization }], { others })
      return {
        proved: proved.map(({ line }) => line.number),
        perhapsReversed: perhapsReversed.map(({ line, by }) => [line.number, ...by.map(({ number }) => number)])
      }
    }
    const header = "order_id,amount,authorization,currency,type\n"
    const sale = "A,12.50,A1,EUR,sale\n"
    const isProved = { proved: [2], perhapsReversed: [] }
    const isNot = { proved: [], perhapsReversed: [[2, 3]] }
    assert.deepStrictEqual(foundIn(`${header}${sale}A,12.50,A1,EUR,reversal\n`), isNot)
    assert.deepStrictEqual(foundIn(`${header}${sale},12.50,A1,EUR,reversal\n`), isNot)
    assert.deepStrictEqual(foundIn(`${header}${sale}A,5.00,B2,EUR,refund\n`), isNot)
    assert.deepStrictEqual(foundIn(`${header}${sale}B,12.50,B2,EUR,reversal\n,12.50,,EUR,total\n`), isProved)
    const types = { sale: "Debit", reversal: "Cancel" } as const
    assert.deepStrictEqual(foundIn(`${header}${sale}A,12.50,,EUR,reversal\n`, { ...formats.settlement, types }), isNot)
    // The sale's line has one of the two only, and the attempt the other.
    const ofNumber = (text: string) => foundIn(`${header}${text}`, { ...formats.settlement, types }, "A1")
    assert.deepStrictEqual(ofNumber(",12.50,A1,EUR,sale\nA,12.50,,EUR,reversal\n"), isNot)
    assert.deepStrictEqual(ofNumber("A,12.50,,EUR,sale\n,12.50,A1,EUR,total\n"), isNot)
    assert.deepStrictEqual(ofNumber("A,12.50,,EUR,sale\n,12.50,B2,EUR,total\n"), isProved)
    assert.deepStrictEqual(ofNumber(",12.50,A1,EUR,sale\n,12.50,B2,EUR,reversal\n"), isProved)
    const columns = { amount: "amount", orderId: "order_id" }
    assert.deepStrictEqual(foundIn("order_id,amount\nA,12.50\nA,-12.50\n", { columns }), isNot)
    assert.deepStrictEqual(
      foundIn("order_id,amount,status\nA,12.50,OK\nA,12.50,REVERSED\n", {
        columns: { ...columns, status: "status" },
        paid: ["OK"]
      }),
      isNot
    )
  })

  it("proves no sale by a line that contradicts it in another column", () => {
    const unknown: Known = { ...known("1", "unknown"), orderId: "A" }
    const mapping = { columns: { amount: "amount", orderId: "order_id", type: null, status: null } }
    const { lines, others } = Result.getOrThrow(
      read(bytes("order_id,amount,Libellé\nA,12.50,REMBOURSEMENT\n"), mapping)
    )
    const { proved, perhapsReversed } = reconcile(lines, [unknown], { others })
    assert.deepStrictEqual(proved, [])
    assert.deepStrictEqual(
      perhapsReversed.map(({ by }) => by),
      [[{ number: 2, says: "REMBOURSEMENT", orderId: "A" }]]
    )
  })

  it("proves no refund by a line with a rejection in another column", () => {
    const unknown: Known = { ...known("1", "unknown"), orderId: "A", transactionType: "Credit" }
    const mapping = { columns: { amount: "amount", orderId: "order_id", type: null, status: null } }
    const found = (note: string) => {
      const { lines, others } = Result.getOrThrow(read(bytes(`order_id,amount,Libellé\nA,-12.50,${note}\n`), mapping))
      return reconcile(lines, [unknown], { others })
    }
    assert.deepStrictEqual(
      found("REMBOURSEMENT").proved.map(({ attempt }) => attempt.id),
      ["1"]
    )
    const { proved, perhapsReversed } = found("REMBOURSEMENT REJETÉ")
    assert.deepStrictEqual(proved, [])
    assert.deepStrictEqual(
      perhapsReversed.map(({ by }) => by),
      [[{ number: 2, says: "REMBOURSEMENT REJETÉ", orderId: "A" }]]
    )
  })

  it("proves a refund beside its sale", () => {
    const refund: Known = { ...known("1", "unknown"), orderId: "A", transactionType: "Credit" }
    const lines = [line(2, "A", 1250), { ...line(3, "A", 1250), transactionType: "Credit" as const }]
    assert.deepStrictEqual(
      reconcile(lines, [refund]).proved.map(({ line }) => line.number),
      [3]
    )
  })

  it("proves no payment by the line of one of another day, which is not a finding of this day", () => {
    const today: Known = { ...known("1", "unknown"), orderId: "1001" }
    const yesterday: Known = { ...known("2", "approved", 1250, "B77777"), orderId: "1001", login: "other" }
    const run = (lines: ReadonlyArray<Line>, all: ReadonlyArray<Known>) => {
      const asked: Array<Lookup> = []
      const steps = reconcileDay({ lines, others: [] }, [today])
      let step = steps.next()
      while (!step.done) {
        const lookup = step.value
        asked.push(lookup)
        step = steps.next(all.filter(foundBy(lookup)))
      }
      const { proved, matched, onlyHere, onlyThere, stillUnknown } = step.value
      const idsOf = (pairs: typeof proved) => pairs.map(({ attempt }) => attempt.id)
      return { asked, proved: idsOf(proved), matched: idsOf(matched), left: [onlyHere, onlyThere, stillUnknown] }
    }
    assert.deepStrictEqual(run([line(2, "1001", 1250, "B77777")], [today, yesterday]), {
      asked: [{ orderId: "1001" }, { search: "B77777" }],
      proved: [],
      matched: ["2"],
      left: [[], [], [today]]
    })
    const otherOrder = { ...yesterday, orderId: "2002" }
    const there = line(2, "1001", 1250, "B77777")
    assert.deepStrictEqual(run([there], [otherOrder]).left, [[], [there], [today]])
    assert.deepStrictEqual(run([line(2, "1001", 1250)], [today, { ...yesterday, paid: 900 }]), {
      asked: [{ orderId: "1001" }],
      proved: ["1"],
      matched: [],
      left: [[], [], []]
    })
  })

  it("proves an unknown payment of another day by a line without a payment of this day", () => {
    const earlier: Known = { ...known("1", "unknown"), orderId: "LATE" }
    const run = (lines: ReadonlyArray<Line>, today: ReadonlyArray<Known>, others: ReadonlyArray<Known> = []) => {
      const all = [earlier, ...today, ...others]
      const asked: Array<Lookup> = []
      const steps = reconcileDay({ lines, others: [] }, today)
      let step = steps.next()
      while (!step.done) {
        const lookup = step.value
        asked.push(lookup)
        step = steps.next(all.filter(foundBy(lookup)))
      }
      const { proved, matched, contradicted, onlyThere, stillUnknown } = step.value
      const idsOf = (pairs: typeof proved) => pairs.map(({ attempt }) => attempt.id)
      return { asked, found: [idsOf(proved), idsOf(matched), idsOf(contradicted), onlyThere, stillUnknown] }
    }
    const there = line(2, "LATE", 1250)
    assert.deepStrictEqual(run([there], []), {
      asked: [{ state: "unknown" }, { orderId: "LATE" }],
      found: [["1"], [], [], [], []]
    })
    const declined: Known = { ...known("2", "declined"), orderId: "LATE" }
    assert.deepStrictEqual(run([there], [declined]).found, [["1"], [], [], [], []])
    const alsoDeclined = known("5", "declined")
    const unnamed = line(4, undefined, 1250)
    const lines = [there, line(3, "ORDER_5", 1250), unnamed]
    assert.deepStrictEqual(run(lines, [declined, alsoDeclined]).found, [["1"], [], ["5"], [unnamed], []])
    const paid: Known = { ...known("3", "approved", 1250), orderId: "LATE", login: "other" }
    assert.deepStrictEqual(run([there], [], [paid]).found, [[], ["3"], [], [], []])
    assert.deepStrictEqual(run([there], [paid]), { asked: [], found: [[], ["3"], [], [], []] })
    const alsoUnknown: Known = { ...known("4", "unknown"), orderId: "LATE", login: "other" }
    assert.deepStrictEqual(run([there], [alsoUnknown]).found, [[], [], [], [there], [alsoUnknown]])
    const refund = { ...there, transactionType: "Credit" as const }
    assert.deepStrictEqual(run([refund], []).found, [[], [], [], [refund], []])
    const other = line(2, "NEVER", 1250)
    assert.deepStrictEqual(run([other], []), { asked: [{ state: "unknown" }], found: [[], [], [], [other], []] })
  })

  it("resolves a payment only by a line of the same amount, and records the authorization number", () => {
    const unknown = known("1", "unknown")
    const pair = (amount: number, authorization?: string) => ({
      line: line(2, "ORDER_1", amount, authorization),
      attempt: unknown
    })
    assert.deepStrictEqual(
      [1231, 1250, 1300].map((amount) => isResolvable(pair(amount))),
      [false, true, false]
    )
    assert.isFalse(isResolvable({ ...pair(1250), attempt: { ...unknown, state: "open" } }))
    for (const [byTerminal, amount] of [
      [1375, 1250],
      [1375, 1375],
      [1100, 1250]
    ] as const)
      assert.isFalse(isResolvable({ ...pair(amount), attempt: { ...unknown, byTerminal } }))
    assert.isTrue(isResolvable({ ...pair(1250), attempt: { ...unknown, byTerminal: 1250 } }))
    const approved = (evidence: string) => ({ outcome: "approved" as const, by: "Ada", evidence })
    const evidence = "f.csv, line 2: Debit, 12.50 EUR, order ORDER_1"
    assert.deepStrictEqual(toResolveRequest(pair(1250), "f.csv", "Ada"), approved(evidence))
    assert.deepStrictEqual(toResolveRequest(pair(1250, "A12345"), "f.csv", "Ada"), {
      ...approved(`${evidence}, authorization A12345`),
      authorizationNumber: "A12345"
    })
    assert.deepStrictEqual(
      toResolveRequest(pair(1250, "A/1"), "f.csv", "Ada"),
      approved(`${evidence}, authorization A/1`)
    )
  })

  it("has evidence that servers take: no card number, 500 characters at most, and no blanks around it", () => {
    assert.strictEqual(
      evidenceOf("4242 4242 4242 4242.csv", line(2, undefined, 1250, "A1")),
      "4242 42## #### 4242.csv, line 2: Debit, 12.50 EUR, authorization A1"
    )
    const long = evidenceOf("f.csv", line(2, `${"x".repeat(460)} ${"y".repeat(100)}`, 1250))
    assert.strictEqual(long.length, 499)
    assert.strictEqual(long.at(-1), "x")
  })

  it("separates a sale and its cancellation if neither is in the file; one of them alone stays a finding", () => {
    const sale: Known = { ...known("1", "approved", 1250), orderId: "A" }
    const cancellation: Known = { ...sale, id: "2", transactionType: "Cancel" }
    const other = known("3", "approved", 1250)
    const kindsOf = (lines: ReadonlyArray<Line>, attempts: ReadonlyArray<Known>) => {
      const { cancelled, onlyHere, matched } = reconcile(lines, attempts)
      return {
        cancelled: cancelled.map((each) => [each.sale.id, each.cancellation.id]),
        onlyHere: onlyHere.map(({ id }) => id),
        matched: matched.map(({ attempt }) => attempt.id)
      }
    }
    const ofOther = line(2, "ORDER_3", 1250)
    assert.deepStrictEqual(kindsOf([ofOther], [cancellation, sale, other]), {
      cancelled: [["1", "2"]],
      onlyHere: [],
      matched: ["3"]
    })
    assert.deepStrictEqual(kindsOf([line(2, "A", 1250)], [sale, cancellation]), {
      cancelled: [],
      onlyHere: ["2"],
      matched: ["1"]
    })
    assert.deepStrictEqual(kindsOf([{ ...line(2, "A", 1250), transactionType: "Cancel" }], [sale, cancellation]), {
      cancelled: [],
      onlyHere: ["1"],
      matched: ["2"]
    })
    const again: Known = { ...sale, id: "4" }
    assert.deepStrictEqual(kindsOf([], [sale, cancellation, again]).onlyHere, ["4"])
    for (const unlike of [
      { paid: 1000 },
      { currency: "USD" },
      { orderId: "B" },
      { login: "another shop" },
      { state: "declined", paid: undefined }
    ] as const) {
      assert.deepStrictEqual(kindsOf([], [sale, { ...cancellation, ...unlike }]).cancelled, [], JSON.stringify(unlike))
    }
  })

  it("counts a repeated line as one too many", () => {
    const found = reconcile([line(2, "ORDER_1", 1250), line(3, "ORDER_1", 1250)], [known("1", "approved", 1250)])
    assert.deepStrictEqual([found.matched.length, found.onlyThere.length], [1, 1])
  })
})
