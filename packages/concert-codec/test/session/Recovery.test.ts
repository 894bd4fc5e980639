import { assert, describe, it } from "@effect/vitest"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import * as Receipt from "@hipay-pos/core/Receipt"
import * as Effect from "effect/Effect"
import { payment } from "./payment.ts"
import { Scripted } from "./scripted.ts"

interface Asked {
  readonly orderId?: string
  readonly transactionType?: PaymentRequest["transactionType"]
  readonly settings?: ConcertTerminal.Settings
  /** The requests to the terminal. */
  readonly questions?: ReadonlyArray<string>
}

const question = "CZ0040320CJ012012345678901CA00201CD0013"
const withTicket = `${question}CK003100`

const recover = (answer: string | ReadonlyArray<string>, options: Asked = {}) =>
  Effect.gen(function* () {
    const terminal = new Scripted()
    terminal.onWrite = (it) => {
      const answers = [answer].flat()
      it.send(answers[it.writes.length - 1] ?? "")
      it.end()
    }
    const { recover } = ConcertTerminal.make({
      connector: terminal.connector,
      address: { host: "10.0.0.7", port: 8888 },
      settings: { profile: { name: "faithful", duplicata: true }, ...options.settings }
    })
    assert.isDefined(recover)
    const evidence = yield* recover({
      ...payment,
      orderId: (options.orderId ?? "ORDER_1") as PaymentRequest["orderId"],
      transactionType: options.transactionType ?? "Debit"
    })
    assert.deepStrictEqual(terminal.writes, options.questions ?? [withTicket])
    return evidence
  })

const repeated = "CZ0040320CB0041245CD0010CE003978AE00210"

describe("recovery by duplicata", () => {
  it("exists only for a terminal that declares it", () => {
    const options = { connector: new Scripted().connector, address: { host: "10.0.0.7", port: 8888 } }
    assert.isUndefined(ConcertTerminal.make(options).recover)
    const settings = { profile: { name: "odd", duplicata: false } }
    assert.isUndefined(ConcertTerminal.make({ ...options, settings }).recover)
  })

  it.effect.each([
    ["the private data", `${repeated}CF007ORDER_1`],
    ["the reference", `${repeated}CH007ORDER_1`],
    ["the private data, from its own register", `${repeated}CA00201CF007ORDER_1`]
  ] as const)("proves a payment by %s", ([_, answer]) =>
    Effect.gen(function* () {
      const evidence = yield* recover(`${answer}AC006983628`)
      assert.strictEqual(evidence._tag, "ProvedByReference")
      if (evidence._tag === "ProvedByReference") assert.strictEqual(evidence.outcome._tag, "Approved")
    })
  )

  it.effect("has a candidate if only the authorization number can be this payment's", () =>
    Effect.gen(function* () {
      const evidence = yield* recover(`${repeated}AC008983628  `)
      assert.deepInclude(evidence, { _tag: "Candidate", authorizationNumber: "983628" })
      if (evidence._tag === "Candidate") assert.deepInclude(evidence.outcome.card, { authorizationNumber: "983628" })
    })
  )

  it.effect.each(["AC006      ", "AC006000000", "AC001 "])("does not take a filled field for a number: %s", (filler) =>
    Effect.gen(function* () {
      const evidence = yield* recover(`${repeated}${filler}`)
      const why = "the repeated transaction has neither the reference nor an authorization number"
      assert.deepStrictEqual(evidence, { _tag: "Inconclusive", why })
    })
  )

  it.effect("proves a payment in part by its reference only", () =>
    Effect.gen(function* () {
      const part = repeated.replace("1245", "1000")
      const evidence = yield* recover(`${part}CF007ORDER_1`)
      assert.strictEqual(evidence._tag === "ProvedByReference" && evidence.outcome._tag, "ApprovedInPart")
      assert.strictEqual((yield* recover(`${part}AC006983628`))._tag, "Inconclusive")
    })
  )

  it.effect.each([
    ["Cancel", "2", "cancellation"],
    ["Credit", "1", "credit"]
  ] as const)(
    "proves a %s only where the answer names it: its debit has the same order id",
    ([transactionType, code, noun]) =>
      Effect.gen(function* () {
        const withAction = (action: string) => `${repeated.replace("CD0010", action)}CF007ORDER_1AC006983628`
        for (const unnamed of ["CD0013", ""]) {
          assert.deepStrictEqual(yield* recover(withAction(unnamed), { transactionType }), {
            _tag: "Inconclusive",
            why: `the terminal does not say whether the repeated transaction is a ${noun}`
          })
          assert.strictEqual((yield* recover(withAction(unnamed)))._tag, "ProvedByReference")
        }
        assert.strictEqual((yield* recover(withAction("CD0010"), { transactionType }))._tag, "Inconclusive")
        const named = yield* recover(withAction(`CD001${code}`), { transactionType })
        assert.strictEqual(named._tag, "ProvedByReference")
        const less = yield* recover(withAction(`CD001${code}`).replace("1245", "1000"), { transactionType })
        assert.strictEqual(less._tag, transactionType === "Cancel" ? "Inconclusive" : "ProvedByReference")
      })
  )

  it.effect.each([
    [
      "not done",
      `${repeated.replace("AE00210", "AE00201AF00204")}CF007ORDER_1AC006983628`,
      "the terminal has no approved transaction to repeat, or does not repeat it"
    ],
    [
      "done without an amount",
      `${repeated.replace("CB0041245", "")}CF007ORDER_1`,
      "the repeated transaction has no amount"
    ],
    [
      "done for nothing",
      `${repeated.replace("1245", "0000")}CF007ORDER_1`,
      "the repeated transaction is for another amount"
    ],
    [
      "done for more",
      `${repeated.replace("1245", "9999")}CF007ORDER_1`,
      "the repeated transaction is for another amount"
    ],
    [
      "done in another currency",
      `${repeated.replace("978", "840")}CF007ORDER_1`,
      "the repeated transaction is in another currency"
    ],
    [
      "done for another kind of transaction",
      `${repeated.replace("CD0010", "CD0011")}CF007ORDER_1`,
      "the repeated transaction is a credit"
    ],
    [
      "done with another reference and a number",
      `${repeated}CF007ORDER_2AC006983628`,
      "the repeated transaction is another order's"
    ],
    [
      "done with another reference beside its own",
      `${repeated}CF007ORDER_1CF007ORDER_2AC006983628`,
      "the repeated transaction is another order's"
    ],
    [
      "done for another register beside its own",
      `${repeated}CA00201CA00202CF007ORDER_1AC006983628`,
      "the repeated transaction is another register's"
    ]
  ] as const)("proves nothing when the terminal says %s", ([_, answer, why]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* recover(answer), { _tag: "Inconclusive", why })
    })
  )

  it.effect("proves a payment by an answer without a currency: a terminal may have only one", () =>
    Effect.gen(function* () {
      const evidence = yield* recover(`${repeated.replace("CE003978", "")}CF007ORDER_1`)
      assert.strictEqual(evidence._tag, "ProvedByReference")
    })
  )

  it.effect("proves a payment with a tip that the terminal may take, and none with more", () =>
    Effect.gen(function* () {
      const settings = { tip: { _tag: "Amount", decimal: "2.00" } } as const
      const tipOf = (amount: string) =>
        Effect.map(recover(`${repeated.replace("1245", amount)}CF007ORDER_1`, { settings }), (proof) => {
          if (proof._tag === "Inconclusive") return proof.why
          return proof.outcome._tag === "Approved" && proof.outcome.tip?.minorUnits
        })
      assert.deepStrictEqual<unknown>(yield* Effect.all(["1245", "1445", "1446"].map(tipOf)), [
        undefined,
        200,
        "the repeated transaction is for another amount"
      ])
    })
  )

  it.effect.each([
    ["its own register", { ownRegister: true }, "CA00277"],
    ["its own private data", { ownPrivateData: true }, "CF007STORE_9"],
    ["the beginning of a longer order id, as it was sent", {}, "CF003ORD"]
  ] as const)("has a candidate by its number where the terminal says %s", ([_, own, field]) =>
    Effect.gen(function* () {
      const settings = { orderIdLength: 3, profile: { name: "faithful", duplicata: true, ...own } }
      assert.strictEqual((yield* recover(`${repeated}${field}AC006983628`, { settings }))._tag, "Candidate")
    })
  )

  it.effect("proves a payment by an order id with a long number in it, which answers show masked", () =>
    Effect.gen(function* () {
      for (const orderId of ["1732352400123", "ORDER_1537532589263", "20261129123059"]) {
        for (const tag of ["CF", "CH"] as const) {
          const echo = Tlv.encode([{ tag, value: orderId }])
          const evidence = yield* recover(`${repeated}${echo}AC006983628`, {
            orderId,
            settings: { reference: true }
          })
          assert.strictEqual(evidence._tag, "ProvedByReference", `${tag} ${orderId}`)
        }
      }
    })
  )

  it.effect.each([
    ["1732352499999", "1732352400123"],
    ["20261129123059", "20261129113059"],
    ["2026112900010042", "2026112800010042"],
    ["ORDER_1537532589263", "ORDER_1537531119263"],
    // A terminal that masks on its own does not say which of them it was.
    ["20261129123059", "202611####3059"]
  ] as const)("proves nothing of %s by another order id with a long number in it: %s", ([orderId, told]) =>
    Effect.gen(function* () {
      for (const [tag, settings] of [
        ["CF", {}],
        ["CH", { reference: true }],
        ["CH", { reference: true, orderIdLength: 0 }]
      ] as const) {
        const answer = `${repeated}${Tlv.encode([{ tag, value: told }])}AC006983628`
        const evidence = yield* recover(answer, { orderId, settings })
        assert.deepInclude(evidence, { _tag: "Inconclusive", why: "the repeated transaction is another order's" }, tag)
      }
    })
  )

  it.effect("proves nothing by an order id that was cut", () =>
    Effect.gen(function* () {
      const long = `${"x".repeat(32)}-2`
      assert.strictEqual((yield* recover(`${repeated}CF032${"x".repeat(32)}`, { orderId: long }))._tag, "Inconclusive")
    })
  )

  describe("of a debit whose answer names itself", () => {
    const again = repeated.replace("CD0010", "CD0013")
    const byNumber = `${again}AC006983628`
    const byReference = `${byNumber}CF007ORDER_1`
    /** A ticket of bytes, one character each. */
    const ticketIn = (bytes: string, management = "100") => {
      const inside = Tlv.encode([
        { tag: "CK", value: management },
        { tag: "AK", value: btoa(bytes) }
      ])
      return Tlv.encode([{ tag: "ZT", value: inside }])
    }
    const ticketOf = (text: string, management?: string) => ticketIn(Receipt.encodeUtf8(text), management)

    it.effect.each([
      ["ANNULATION", "cancellation"],
      ["ANNULATION\nDEBIT", "cancellation"],
      ["** ANNULATION DU DÉBIT **\nDEBIT", "cancellation"],
      ["ANNULATION CARTE BANCAIRE\nDEBIT", "cancellation"],
      ["Transaction annulée\nDEBIT", "cancellation"],
      ["DEBIT ANNULE\nDEBIT", "cancellation"],
      ["VOID\nDEBIT", "cancellation"],
      ["VOID SALE\nDEBIT", "cancellation"],
      ["CANCELLED 29/11/26 12:30\nDEBIT", "cancellation"],
      ["REVERSAL 12,45 EUR\nDEBIT", "cancellation"],
      ["A N N U L A T I O N\nDEBIT", "cancellation"],
      ["A N N U L A T I O N 12,45 EUR\nDEBIT", "cancellation"],
      ["** A N N U L A T I O N ** CB\nDEBIT", "cancellation"],
      ["ANNULATION DE L'ACHAT N° 000123\nDEBIT", "cancellation"],
      ["REMBOURSEMENT CLIENT\nDEBIT", "credit"],
      ["CREDIT", "credit"],
      ["CRÉDIT\nVISA DEBIT", "credit"],
      ["** REMBOURSEMENT **", "credit"]
    ] as const)("proves nothing where the ticket is of another operation: %s", ([title, operation]) =>
      Effect.gen(function* () {
        const why = `the repeated transaction is a ${operation} according to its ticket`
        const text = `DUPLICATA\nCARTE BANCAIRE\n${title}\nMONTANT :\n12,45 EUR`
        for (const ticket of [ticketOf(text), ticketOf(`<pre>${text.replace("É", "&Eacute;")}</pre>`, "101")]) {
          for (const answer of [byNumber, byReference, byReference.replace("CD0013", "CD0010")]) {
            assert.deepStrictEqual(yield* recover(answer + ticket), { _tag: "Inconclusive", why })
          }
        }
      })
    )

    it.effect.each(["DUPLICATA\nCARTE BANCAIRE\nCREDIT AGRICOLE\nDEBIT\n12,45 EUR", "  D\xc9BIT\r\nVISA CREDIT\r\n"])(
      "proves the payment where the ticket is a debit's: %j",
      (text) =>
        Effect.gen(function* () {
          for (const [answer, proof] of [
            [byNumber, "Candidate"],
            [byReference, "ProvedByReference"]
          ] as const) {
            const evidence = yield* recover(answer + ticketOf(text))
            assert.strictEqual(evidence._tag, proof)
            if (evidence._tag !== "Inconclusive") assert.deepStrictEqual(evidence.outcome.warnings, [])
          }
        })
    )

    it.effect.each([
      "CAFE REVERSO",
      "VOID CAFE",
      "LE CAFÉ ANNULÉ",
      "Annulation possible le jour même",
      "CANCELLATION WITHIN 14 DAYS",
      "Pas de remboursement"
    ])("does not take a shop's name or its terms for the operation where the answer names it: %s", (line) =>
      Effect.gen(function* () {
        const ticket = ticketOf(`${line}\nCARTE BANCAIRE\nDEBIT\n12,45 EUR\n${line}`)
        assert.strictEqual((yield* recover(byNumber.replace("CD0013", "CD0010") + ticket))._tag, "Candidate")
        assert.strictEqual((yield* recover(byReference.replace("CD0013", "CD0010") + ticket))._tag, "ProvedByReference")
      })
    )

    it.effect.each([
      "DUPLICATA ANNULATION",
      "TICKET ANNULATION",
      "ANNULATION CB EMV",
      "ANNULATION PAR LE COMMERCANT",
      "ANNULATION VISA DEBIT",
      "*** ANNULATION *** COPIE CLIENT",
      "CONTRE-PASSATION",
      "EXTOURNE",
      "ANULACION",
      "REMBOURSEMENT PAR CARTE",
      "CAFE REVERSO"
    ])("proves nothing where such a word stands anywhere in its ticket: %s", (line) =>
      Effect.gen(function* () {
        const ticket = ticketOf(`CARTE BANCAIRE\n${line}\n497010######4242\nDEBIT\nMONTANT : 12,45 EUR`)
        for (const answer of [byNumber, byReference]) {
          assert.deepStrictEqual(yield* recover(answer + ticket), {
            _tag: "Inconclusive",
            why: "the ticket of the repeated transaction mentions a cancellation or a refund"
          })
        }
      })
    )

    it.effect(
      "believes an answer that names a debit, where the ticket has debit and credit on lines of their own",
      () =>
        Effect.gen(function* () {
          const ticket = ticketOf("CARTE BANCAIRE\nCREDIT\nMONTANT :\n12,45 EUR\nDEBIT")
          const named = byReference.replace("CD0013", "CD0010")
          assert.strictEqual((yield* recover(named + ticket))._tag, "ProvedByReference")
          for (const answer of [byReference, byNumber]) {
            assert.deepInclude(yield* recover(answer + ticket), {
              why: "the repeated transaction is a credit according to its ticket"
            })
          }
        })
    )

    it.effect.each([
      ["cp850", (text: string) => String.fromCharCode(...Receipt.toCp858(text))],
      ["auto", (text: string) => text],
      ["auto", Receipt.encodeUtf8]
    ] as const)("is read in the encoding of the terminal's tickets: %s", ([ticketEncoding, encode]) =>
      Effect.gen(function* () {
        const options = { settings: { ticketEncoding } }
        const ticket = (title: string) => ticketIn(encode(`CARTE BANCAIRE\n${title}\n12,45 EUR\nÀ CONSERVER`))
        const proved = yield* recover(byNumber + ticket("DÉBIT"), options)
        assert.strictEqual(proved._tag, "Candidate")
        if (proved._tag === "Candidate") assert.include(proved.outcome.receipt?.customer, "DÉBIT")
        for (const [title, operation] of [
          ["CRÉDIT", "credit"],
          ["ANNULÉE", "cancellation"]
        ] as const) {
          assert.deepStrictEqual(yield* recover(byReference + ticket(title), options), {
            _tag: "Inconclusive",
            why: `the repeated transaction is a ${operation} according to its ticket`
          })
        }
      })
    )

    it.effect.each([
      ["none", ""],
      ["one that names no operation", ticketOf("DUPLICATA\nVISA DEBIT\nDEBIT ####1234\n12,45 EUR")]
    ] as const)(
      "proves nothing by its number without a ticket that says so, and warns beside the order id: %s",
      ([_, ticket]) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* recover(byNumber + ticket), {
            _tag: "Inconclusive",
            why: "the terminal does not say whether the repeated transaction is a debit"
          })
          const evidence = yield* recover(byReference + ticket)
          assert.strictEqual(evidence._tag, "ProvedByReference")
          if (evidence._tag === "Inconclusive") return
          assert.deepStrictEqual(evidence.outcome.warnings, [
            {
              code: "operation-not-named",
              message:
                "the terminal does not say whether the transaction that it repeated is a debit: make sure that it was not cancelled there"
            }
          ])
        })
    )

    it.effect(
      "is asked for without a ticket where payments are, and again without one where the terminal refuses that",
      () =>
        Effect.gen(function* () {
          for (const settings of [{ ticket: "none" }, { version: "3.1" }] as const) {
            const plain = settings.ticket === "none" ? question : question.replace("0320", "0310")
            const evidence = yield* recover(byReference, { settings, questions: [plain] })
            assert.strictEqual(evidence._tag, "ProvedByReference")
          }
          const wanted = {
            settings: { version: "3.1", ticket: "110" },
            questions: [`${question.replace("0320", "0310")}CK003110`]
          } as const
          assert.strictEqual((yield* recover(byNumber + ticketOf("DEBIT", "110"), wanted))._tag, "Candidate")
          const refusal = "CZ0040320CD0013AE00201AF00209"
          const second = yield* recover([refusal, byReference], { questions: [withTicket, question] })
          assert.strictEqual(second._tag, "ProvedByReference")
        })
    )
  })
})
