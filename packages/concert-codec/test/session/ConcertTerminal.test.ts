import { assert, describe, it } from "@effect/vitest"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Money from "@hipay-pos/core/Money"
import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import * as Payment from "@hipay-pos/core/Payment"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { approved, head, payment, refused } from "./payment.ts"
import { Scripted } from "./scripted.ts"

/** A terminal that gives this answer and hangs up. */
const answering = (answer: string): Scripted => {
  const terminal = new Scripted().answersAndCloses(answer)
  return terminal
}

const at = (terminal: Scripted, options: Partial<ConcertTerminal.Options> = {}) =>
  ConcertTerminal.make({ connector: terminal.connector, address: { host: "10.0.0.7", port: 8888 }, ...options })

const outcomeOf = (answer: string, asked: PaymentRequest = payment) => at(answering(answer)).perform(asked)
const failureOf = (answer: string) => Effect.flip(outcomeOf(answer))

const isOutcome = Schema.is(Payment.PaymentOutcome)

/** The usual answer, for the requesting register. */
const approvedFor = ({ register = "01" }: ConcertTerminal.Settings) => approved.replace("CA00201", `CA002${register}`)

const sentFor = (asked: PaymentRequest, settings: ConcertTerminal.Settings = {}) =>
  Effect.gen(function* () {
    const terminal = answering(approvedFor(settings))
    yield* at(terminal, { settings }).perform(asked)
    return terminal.writes[0] ?? ""
  })

describe("ConcertTerminal", () => {
  describe("an answer", () => {
    it.effect("that says done is approved, with its card data", () =>
      Effect.gen(function* () {
        const outcome = yield* outcomeOf(approved)
        assert.isTrue(isOutcome(outcome))
        assert.deepStrictEqual<unknown>(outcome, {
          _tag: "Approved",
          amount: payment.amount,
          card: {
            authorizationNumber: "983628",
            paymentApplication: "001",
            merchantContract: "1234567",
            pan: "497010######7890",
            expiry: "2711",
            aid: "A0000000421010",
            entryMode: "contact"
          },
          warnings: []
        })
      })
    )

    it.effect("for less is approved in part, never approved", () =>
      Effect.gen(function* () {
        const outcome = yield* outcomeOf(approved.replace("CB0041245", "CB0041000"))
        assert.isTrue(isOutcome(outcome))
        assert.strictEqual(outcome._tag, "ApprovedInPart")
        if (outcome._tag !== "ApprovedInPart") return
        assert.strictEqual(Money.toText(outcome.paid), "10.00 EUR")
        assert.strictEqual(Money.toText(outcome.remaining), "2.45 EUR")
      })
    )

    it.effect.each([
      ["04", "refused", "refused"],
      ["05", "refused", "card barred"],
      ["06", "cancelled", "abandoned by the customer"],
      ["08", "timed-out", "not performed: no input in time"],
      ["11", "cancelled", "not performed: abandoned by the operator"],
      ["13", "not-performed", "not performed: currency not supported"],
      ["77", "not-performed", "unknown reason 77"]
    ] as const)("that says not done with %s is declined: %s", ([complement, reason, label]) =>
      Effect.gen(function* () {
        const outcome = yield* outcomeOf(`CZ0040320AE00201AF002${complement}`)
        assert.isTrue(isOutcome(outcome))
        assert.deepInclude(outcome, { _tag: "Declined", reason, complement, label })
      })
    )

    it.effect("that says not done at once, without a reason, comes from a terminal that was busy", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual<unknown>(yield* outcomeOf("CZ0040320AE00201"), {
          _tag: "Declined",
          reason: "busy",
          label: "the terminal was busy",
          card: {},
          warnings: []
        })
        for (const [after, expected] of [
          ["2000 millis", { reason: "busy" }],
          ["2001 millis", { reason: "not-performed", label: "no reason given" }]
        ] as const) {
          const terminal = new Scripted()
          const fiber = yield* Effect.forkChild(at(terminal).perform(payment), { startImmediately: true })
          yield* TestClock.adjust(after)
          terminal.send("CZ0040320AE00201")
          terminal.end()
          assert.deepInclude(yield* Fiber.join(fiber), expected)
        }
      })
    )

    it.effect.each([
      ["another complement", `${head}AE00210AF00204`, "Contradictory"],
      ["authorised and not done", `${head}AE00201AF00201AC006123456`, "Contradictory"],
      ["an authorization number, not done, and no reason", `${head}AE00201AC006123456`, "Contradictory"],
      ["not done, and then not done but authorised", `${head}AE00201AF00204${head}AE00201AF00201`, "Contradictory"],
      ["no amount", "CZ0040320AE00210", "Contradictory"],
      ["too much", approved.replace("1245", "9999"), "Contradictory"],
      ["an unknown status", `${head}AE00277`, "Garbled"],
      ["no more than an acknowledgement", `${head}AE00211`, "AcknowledgedOnly"],
      ["nothing", "", "CutLine"]
    ] as const)("with %s leaves the outcome unknown", ([_, answer, kind]) =>
      Effect.gen(function* () {
        const { reason } = yield* failureOf(answer)
        assert.deepInclude(reason, { _tag: "TerminalOutcomeUnknown", kind })
      })
    )

    it.effect("that refuses for a reason stays a refusal despite an authorization number, with a warning", () =>
      Effect.gen(function* () {
        const outcome = yield* outcomeOf(`${head}AE00201AF00207AC006123456`)
        assert.deepInclude(outcome, { _tag: "Declined", complement: "07", card: { authorizationNumber: "123456" } })
        assert.deepStrictEqual(outcome.warnings, [
          { code: "authorized-not-done", message: "AC: an authorization number beside an answer that says not done" }
        ])
      })
    )

    it.effect("is never a failure once it says done: what is odd about it is a warning", () =>
      Effect.gen(function* () {
        const outcome = yield* outcomeOf(`${approved}Q7003abcZT010CK00310?AK`)
        assert.strictEqual(outcome._tag, "Approved")
        assert.includeMembers(
          outcome.warnings.map(({ code }) => code),
          ["unknown-tag", "receipt-damaged"]
        )
        assert.deepInclude(
          outcome.warnings.find(({ code }) => code === "unknown-tag"),
          { message: "Q7: no public source knows this tag" }
        )
        const framed = yield* outcomeOf(`${approved}\x03A`)
        assert.deepStrictEqual<unknown>(framed.warnings, [
          { code: "serial-framing", message: "ETX of the serial variant was skipped" }
        ])
      })
    )

    it.effect("has its receipt, both copies", () =>
      Effect.gen(function* () {
        const ticket = (copy: string, text: string) => `CK0031${copy}0AK0${btoa(text).length}${btoa(text)}`
        const inner = ticket("0", "TICKET CLIENT") + ticket("1", "TICKET MARCHAND")
        const outcome = yield* outcomeOf(`${approved}ZT0${inner.length}${inner}`)
        const copies = { format: "text", customer: "TICKET CLIENT", merchant: "TICKET MARCHAND" } as const
        assert.deepStrictEqual(outcome.receipt, copies)
        const turned = ticket("1", "TICKET MARCHAND") + ticket("0", "TICKET CLIENT")
        assert.deepStrictEqual((yield* outcomeOf(`${approved}ZT0${turned.length}${turned}`)).receipt, copies)
        for (const [whose, text, receipt] of [
          ["0", "CLIENT", { format: "text", customer: "CLIENT" }],
          ["1", "MARCHAND", { format: "text", merchant: "MARCHAND" }]
        ] as const) {
          const alone = `CK0031${whose}0AK0${String(btoa(text).length).padStart(2, "0")}${btoa(text)}`
          const { receipt: printed } = yield* outcomeOf(`${approved}ZT0${alone.length}${alone}`)
          assert.deepStrictEqual<unknown>(printed, receipt)
        }
      })
    )

    it.effect("loses malformed values, but not the payment", () =>
      Effect.gen(function* () {
        const outcome = yield* outcomeOf(`${head}AE00210AB004AB11AI003xyzCC003cb1CI0019`)
        assert.strictEqual(outcome._tag, "Approved")
        assert.deepStrictEqual(outcome.card, {})
      })
    )
  })

  describe("a contract", () => {
    const listed = (...contracts: ReadonlyArray<TerminalTarget.MerchantContract>): PaymentRequest => ({
      ...payment,
      target: TerminalTarget.concert({ host: "10.0.0.7", contracts })
    })
    const codes = ({ warnings }: PaymentOutcome) => warnings.map(({ code }) => code)

    it.effect.each([
      ["the same", [{ merchantContract: "1234567", paymentApplication: "001" }]],
      ["the same but for zeros", [{ merchantContract: "0001234567", paymentApplication: "001" }]],
      ["any of several", [{ merchantContract: "7654321" }, { merchantContract: "1234567" }]],
      ["one of any application", [{ merchantContract: "1234567", paymentApplication: "000" }]],
      ["none at all", []]
    ] as const)("that is listed warns of nothing: %s", ([_, contracts]) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(codes(yield* outcomeOf(approved, listed(...contracts))), [])
      })
    )

    it.effect("that the terminal pads with blanks is the one without them", () =>
      Effect.gen(function* () {
        const padded = approved.replace("CG0071234567", "CG0101234567   ").replace("CC003001", "CC004001 ")
        const outcome = yield* outcomeOf(padded, listed({ merchantContract: "1234567", paymentApplication: "001" }))
        assert.notInclude(codes(outcome), "contract-unmatched")
        assert.deepInclude(outcome.card, { merchantContract: "1234567", paymentApplication: "001" })
        const blank = approved.replace("CG0071234567", "CG007       ").replace("CC003001", "CC003   ")
        const left = yield* outcomeOf(blank, listed({ merchantContract: "7654321" }))
        assert.notInclude(codes(left), "contract-unmatched")
        assert.notProperty(left.card, "merchantContract")
      })
    )

    it.effect("that is not listed is a warning on a success", () =>
      Effect.gen(function* () {
        for (const contract of [{ merchantContract: "7654321" }, { paymentApplication: "00B" }]) {
          const outcome = yield* outcomeOf(approved, listed(contract))
          assert.strictEqual(outcome._tag, "Approved")
          assert.deepStrictEqual(outcome.warnings, [
            {
              code: "contract-unmatched",
              message: "the terminal used contract 1234567, application 001, which is not one of the order's"
            }
          ])
        }
      })
    )

    it.effect.each([
      ["CC003001", "contract 1234567"],
      ["CG0071234567", "application 001"]
    ] as const)("is compared by what the answer names of it: without %s by its %s", ([left, used]) =>
      Effect.gen(function* () {
        const answer = approved.replace(left, "")
        const other = { merchantContract: "10234567", paymentApplication: "00B" }
        const { warnings } = yield* outcomeOf(answer, listed(other))
        assert.deepStrictEqual(
          warnings.map(({ message }) => message),
          [`the terminal used ${used}, which is not one of the order's`]
        )
        const same = listed({ merchantContract: "01234567", paymentApplication: "001" })
        assert.deepStrictEqual(codes(yield* outcomeOf(answer, same)), [])
      })
    )

    it.effect("is not compared if the answer names none, or the target has none", () =>
      Effect.gen(function* () {
        const silent = approved.replace("CC003001", "").replace("CG0071234567", "")
        assert.deepStrictEqual(codes(yield* outcomeOf(silent, listed({ merchantContract: "7654321" }))), [])
        const nepting = TerminalTarget.nepting({ serialNumber: "1850320198", manufacturer: "PAX" })
        assert.deepStrictEqual(codes(yield* outcomeOf(approved, { ...payment, target: nepting })), [])
      })
    )
  })

  describe("a request", () => {
    it.effect("asks for a ticket under 3.2 and not under 3.1", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* sentFor(payment), `${head}CF007ORDER_1CK003100`)
        assert.strictEqual(
          yield* sentFor({ ...payment, target: TerminalTarget.concert({ host: "h", version: "3.1", contracts: [] }) }),
          `${head.replace("0320", "0310")}CF007ORDER_1`
        )
      })
    )

    it.effect("carries the order id as ASCII, cut to 32 characters", () =>
      Effect.gen(function* () {
        const orderId = "Été-Œuvre-№42-日本-" as PaymentRequest["orderId"]
        assert.include(yield* sentFor({ ...payment, orderId }), "CF017Ete-OEuvre-No42--")
        const long = "x".repeat(100) as PaymentRequest["orderId"]
        assert.include(yield* sentFor({ ...payment, orderId: long }), `CF032${"x".repeat(32)}CK`)
        const nothing = "日本" as PaymentRequest["orderId"]
        assert.notInclude(yield* sentFor({ ...payment, orderId: nothing }), "CF")
      })
    )

    const rich: PaymentRequest = {
      ...payment,
      forceAuthorization: true,
      customerPhone: "+33 6 12 34 56 78",
      customerEmail: "zoe@example.fr",
      target: TerminalTarget.concert({ host: "h", contracts: [{ paymentApplication: "00C" }] })
    }
    it.effect.each([
      ["version", { version: "3.0" }, "CZ0040300", "CK003"],
      ["protocol identifier", { protocolIdentifier: "323540032810" }, "CJ012323540032810", "012345678901"],
      ["register", { register: "07" }, "CA00207", "CA00201"],
      ["ticket wish", { ticket: "121" }, "CK003121", "CK003100"],
      ["no ticket", { ticket: "none" }, "CE003978", "CK"],
      ["a ticket under 3.1", { version: "3.1", ticket: "100" }, "CK003100", "0320"],
      ["forced authorization", {}, "BB0011", "BB0010"],
      ["no authorization request", { authorization: "never" }, "CE003978", "BB"],
      ["a shorter order id", { orderIdLength: 3 }, "CF003ORD", "ORDE"],
      ["no order id", { orderIdLength: 0 }, "CE003978", "CF"],
      ["reference", { reference: true }, "CH007ORDER_1", "CH032"],
      ["forced application", { forceApplication: true }, "CC00300C", "CC003001"],
      ["electronic receipt", { electronicReceipt: true }, "BH0130033612345678BI014zoe@example.fr", "+33"],
      ["no electronic receipt", {}, "CE003978", "BI"],
      ["answer delay", { answerAtEnd: true }, "BA0010", "BA0011"],
      ["no answer delay", {}, "CE003978", "BA"],
      ["partial payment", { partialPayment: true }, "BF0011", "BF0010"],
      ["no partial payment", {}, "CE003978", "BF"]
    ] as ReadonlyArray<readonly [string, ConcertTerminal.Settings, string, string]>)(
      "has a setting for %s",
      ([_, settings, present, absent]) =>
        Effect.gen(function* () {
          const sent = yield* sentFor(rich, settings)
          assert.include(sent, present)
          assert.notInclude(sent, absent)
        })
    )

    it.effect("has no more of the order id than its field can carry, whatever the setting", () =>
      Effect.gen(function* () {
        const orderId = "A".repeat(120) as PaymentRequest["orderId"]
        const sent = yield* sentFor({ ...payment, orderId }, { orderIdLength: 200 })
        assert.include(sent, `CF099${"A".repeat(99)}`)
      })
    )

    const contactsOf = ({ phone, email }: { readonly phone?: string; readonly email?: string }) =>
      Effect.map(
        sentFor(
          { ...payment, ...(phone && { customerPhone: phone }), ...(email && { customerEmail: email }) },
          { electronicReceipt: true }
        ),
        (sent) => /B[HI]\d{3}(.*)$/.exec(sent.replace("CK003100", ""))?.[1]
      )

    it.effect.each([
      ["06 12 34 56 78", "0612345678"],
      ["06.12.34.56.78", "0612345678"],
      ["06-12-34-56-78", "0612345678"],
      ["(06) 12 34 56 78", "0612345678"],
      ["+33 6 12 34 56 78", "0033612345678"],
      ["0033 6 12 34 56 78", "0033612345678"],
      ["+33 (0)6 12 34 56 78", "0033612345678"],
      ["0033(0)612345678", "0033612345678"],
      ["+49 (0)30/1234567", "0049301234567"],
      ["030/1234567", "0301234567"],
      ["+687 26.12.34", "00687261234"],
      ["06/12/34/56/78", "0612345678"],
      ["0475/12/34/56", "0475123456"],
      ["030 / 1234567", "0301234567"],
      ["+33 (0)6/12/34/56/78", "0033612345678"],
      ["(+33) 6 12 34 56 78", "0033612345678"],
      ["(+33) (0)6 12 34 56 78", "0033612345678"],
      ["(0033)(0)6 12 34 56 78", "0033612345678"],
      ["+(33) ( 0 ) 6 12 34 56 78", "0033612345678"],
      ["06\u00a012\u00a034\u00a056\u00a078", "0612345678"],
      ["06\u202f12\u202f34\u202f56\u202f78", "0612345678"],
      ["06\t12\t34\t56\t78", "0612345678"],
      ["06\u201012\u201034\u201056\u201078", "0612345678"],
      ["06\u201112\u201134\u201156\u201178", "0612345678"]
    ] as const)("carries a phone number as its digits: %s", ([phone, digits]) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* contactsOf({ phone }), digits)
      })
    )

    it.effect.each([
      "06.12.34.56.78 poste 12",
      "06 12 34 56 78 ext. 12",
      "06 12 34 56 78 / 07 11",
      "06 12 34 56 78/07 11 22 33 44",
      "06 12 34 56 78 / 06 98 76 54 32",
      "06/12/34/56/78 / 06/98/76/54/32",
      "26.12.34 / 26.56.78",
      "26/12/34 / 26/56/78",
      "02/123.45.67/68",
      "26 12 34\n26 56 78",
      "/06 12 34 56 78",
      "06 12 34 56 78/",
      "(+33 6 12 34 56 78",
      "0612345678, 0711223344",
      "0612345678 0711223344",
      "0612345678 + 07",
      "0612345678#12",
      "٠٦١٢٣٤٥٦٧٨",
      "+33 6 12 34 56 78 90 12 34",
      "15",
      ""
    ])("carries no phone number where it is not one number as it stands: %s", (phone) =>
      Effect.gen(function* () {
        assert.isUndefined(yield* contactsOf({ phone }))
      })
    )

    it.effect("carries an e-mail address unchanged, and none that ASCII would change", () =>
      Effect.gen(function* () {
        for (const email of ["zoe@example.fr", "a.b+c@x.co", " zoe@example.fr "]) {
          assert.strictEqual(yield* contactsOf({ email }), email.trim())
        }
        for (const email of [
          "josé@exemple.fr",
          "иван.petrov@mail.ru",
          "info@café.fr",
          "用户@例子.广告",
          "zoe@example.fr, leo@example.fr",
          "zoe@example.fr;leo@example.fr",
          "zoe@example.fr;leo",
          "zoe@example.fr,",
          "<zoe@example.fr>",
          "mailto:zoe@example.fr",
          "zoe@example.fr?subject=x",
          '"zoe"@example.fr',
          "zoe@example.fr(pro)",
          "zoe@exa mple.fr",
          "zoe.example.fr",
          "a@b.c"
        ]) {
          assert.isUndefined(yield* contactsOf({ email }), email)
        }
      })
    )

    it.effect("says 0 for no authorization if it must always say something", () =>
      Effect.gen(function* () {
        assert.include(yield* sentFor(payment, { authorization: "always" }), "BB0010")
      })
    )

    it.effect("is for what the payment is: debit, credit, cancel", () =>
      Effect.gen(function* () {
        for (const [transactionType, code] of [
          ["Debit", "0"],
          ["Credit", "1"],
          ["Cancel", "2"]
        ] as const) {
          const terminal = answering(approved.replace("CD0010", `CD001${code}`))
          assert.strictEqual((yield* at(terminal).perform({ ...payment, transactionType }))._tag, "Approved")
          assert.include(terminal.writes[0] ?? "", `CD001${code}`)
        }
      })
    )

    it.effect("is cancelled as a whole, or another sale was", () =>
      Effect.gen(function* () {
        for (const amount of ["CB0041000", "CB0041300"]) {
          const terminal = answering(approved.replace("CD0010", "CD0012").replace("CB0041245", amount))
          const { reason } = yield* Effect.flip(at(terminal).perform({ ...payment, transactionType: "Cancel" }))
          assert.strictEqual(reason._tag, "TerminalOutcomeUnknown")
          assert.include(reason.detail, "asked for 12.45 EUR")
        }
      })
    )

    it.effect("that cannot be encoded is not started", () =>
      Effect.gen(function* () {
        const terminal = answering(approved)
        const { reason } = yield* Effect.flip(at(terminal, { settings: { register: "7" } }).perform(payment))
        assert.deepInclude(reason, { _tag: "TerminalNotStarted", kind: "EncodeFailed" })
        assert.strictEqual(terminal.connections, 0)
      })
    )
  })

  it.effect("identifies the terminal, which moves no money", () =>
    Effect.gen(function* () {
      const terminal = answering("CZ0040320CD001IAE00210")
      assert.strictEqual((yield* at(terminal).identify).response.status, "done")
      assert.deepStrictEqual(terminal.writes, ["CZ0040320CJ012012345678901CA00201CD001I"])
    })
  )

  it.effect("reports events with their order, including the outcome of a late answer", () =>
    Effect.gen(function* () {
      const terminal = new Scripted()
      const events: Array<ConcertTerminal.TerminalEvent> = []
      const fiber = yield* Effect.forkChild(
        Effect.flip(at(terminal, { onEvent: (event) => events.push(event) }).perform(payment)),
        { startImmediately: true }
      )
      yield* TestClock.adjust("180 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).reason._tag, "TerminalOutcomeUnknown")
      terminal.send(refused)
      terminal.end()
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(
        events.map(({ _tag, orderId }) => [_tag, orderId]),
        ["Connecting", "Connected", "RequestSent", "Unknown", "Received", "LateAnswer", "Closed"].map((tag) => [
          tag,
          "ORDER_1"
        ])
      )
      const late = events.find((event) => event._tag === "LateAnswer")
      assert.strictEqual(late?.frame, refused)
      assert.deepInclude(late?.result, { _tag: "Success" })
    })
  )

  it.effect("does not take data received before its request for an answer, neither to identify nor to recover", () =>
    Effect.gen(function* () {
      const scripted = new Scripted()
      scripted.onConnect = (it) => it.send(`${approved}CF007ORDER_1`)
      const terminal = ConcertTerminal.make({
        connector: scripted.connector,
        address: { host: "10.0.0.7", port: 8888 },
        settings: { profile: { name: "faithful", duplicata: true } }
      })
      assert.isDefined(terminal.recover)
      for (const error of [
        yield* Effect.flip(terminal.identify),
        yield* Effect.flip(terminal.recover(payment)),
        yield* Effect.flip(terminal.perform(payment))
      ]) {
        assert.strictEqual(error.reason._tag, "TerminalNotStarted")
      }
      assert.isEmpty(scripted.writes)
    })
  )

  it.effect("fails with an unknown outcome if something throws after the write, and reports what was thrown", () =>
    Effect.gen(function* () {
      const events: Array<ConcertTerminal.TerminalEvent> = []
      const scripted = new Scripted()
      const bug = {
        get length(): number {
          throw new Error("a bug")
        }
      }
      scripted.onWrite = (it) => it.send(bug as string)
      const terminal = ConcertTerminal.make({
        connector: scripted.connector,
        address: { host: "10.0.0.7", port: 8888 },
        onEvent: (event) => events.push(event)
      })
      const result = yield* Effect.result(terminal.perform(payment))
      assert.strictEqual(Result.getOrThrow(Result.flip(result)).reason._tag, "TerminalOutcomeUnknown")
      const told = events.find((event) => event._tag === "Defect")
      assert.strictEqual(String(told?.error), "Error: a bug")
      assert.strictEqual(told?.orderId, "ORDER_1")
    })
  )
})
