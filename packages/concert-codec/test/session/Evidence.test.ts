import { assert, describe, it } from "@effect/vitest"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Tip from "@hipay-pos/concert-codec/Tip"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Money from "@hipay-pos/core/Money"
import * as Order from "@hipay-pos/core/Order"
import type { PaymentRequest } from "@hipay-pos/core/Payment"
import { TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { approved, head, payment, refused } from "./payment.ts"
import { Scripted } from "./scripted.ts"

const perform = (
  answer: string,
  options: Partial<ConcertTerminal.Options> = {},
  asked: PaymentRequest = payment,
  ends = true
) => {
  const terminal = new Scripted()
  terminal.onWrite = (it) => {
    it.send(answer)
    if (ends) it.end()
  }
  return ConcertTerminal.make({
    connector: terminal.connector,
    address: { host: "10.0.0.7", port: 8888 },
    ...options
  }).perform(asked)
}

const unknown = (answer: string, options: Partial<ConcertTerminal.Options> = {}, asked?: PaymentRequest) =>
  Effect.map(Effect.flip(perform(answer, options, asked)), ({ reason }) => {
    assert.strictEqual(reason._tag, "TerminalOutcomeUnknown")
    if (reason._tag !== "TerminalOutcomeUnknown") throw new Error("unreachable")
    return reason
  })

const evidenceOf = (answer: string, options?: Partial<ConcertTerminal.Options>) =>
  Effect.map(unknown(answer, options), ({ evidence }) => {
    if (evidence === undefined) throw new Error("no evidence")
    return evidence
  })

const ticket = (text: string) => {
  const inside = `CK003100AK${String(btoa(text).length).padStart(3, "0")}${btoa(text)}`
  return `ZT${String(inside.length).padStart(3, "0")}${inside}`
}

describe("the evidence of an unknown outcome", () => {
  it.effect("has the bytes, the fields, the amount, the card, the receipt and what contradicts them", () =>
    Effect.gen(function* () {
      const answer = `${approved.replace("CB0041245", "CB0041500")}${ticket("TOTAL 15,00")}`
      const evidence = yield* evidenceOf(answer)
      assert.isTrue(Schema.is(TerminalEvidence)(evidence))
      assert.strictEqual(evidence.received, answer)
      assert.deepStrictEqual(
        evidence.fields.map(({ tag }) => tag),
        ["CZ", "CJ", "CA", "CB", "CD", "CE", "AE", "CC", "CI", "AC", "AA", "AB", "AI", "CG", "ZT"]
      )
      assert.deepStrictEqual(evidence.fields[3], { offset: 33, tag: "CB", value: "1500" })
      assert.strictEqual(evidence.status, "done")
      assert.strictEqual(evidence.amount && Money.toText(evidence.amount), "15.00 EUR")
      assert.deepInclude<unknown>(evidence.card, { authorizationNumber: "983628", pan: "497010######7890" })
      assert.deepStrictEqual(evidence.receipt, { format: "text", customer: "TOTAL 15,00" })
      assert.notProperty(evidence, "stopped")
      assert.deepStrictEqual(evidence.contradictions, [
        {
          kind: "amount",
          asked: "12.45 EUR",
          told: "15.00 EUR",
          message:
            "the terminal said 15.00 EUR, asked for 12.45 EUR; the 2.55 EUR more may be a tip, which this terminal is not set to take"
        }
      ])
    })
  )

  it.effect("survives JSON, as stores and interfaces need it", () =>
    Effect.gen(function* () {
      const evidence = yield* evidenceOf(approved.replace("CE003978", "CE003840"))
      const json = JSON.parse(JSON.stringify(evidence))
      assert.deepStrictEqual(Schema.decodeUnknownSync(TerminalEvidence)(json), evidence)
    })
  )

  it.effect("says in which currency a converted amount was given", () =>
    Effect.gen(function* () {
      const evidence = yield* evidenceOf(approved.replace("CE003978", "CE003840"))
      assert.strictEqual(evidence.amount && Money.toText(evidence.amount), "12.45 USD")
      assert.deepInclude(evidence.contradictions[0], { kind: "currency", asked: "12.45 EUR", told: "12.45 USD" })
    })
  )

  it.effect("has both of two answers", () =>
    Effect.gen(function* () {
      const { fields, contradictions, status } = yield* evidenceOf(refused + approved)
      assert.deepStrictEqual(
        fields.filter(({ tag }) => tag === "AE").map(({ value }) => value),
        ["01", "10"]
      )
      assert.strictEqual(status, "done")
      assert.deepStrictEqual(
        contradictions.map(({ kind }) => kind),
        ["second-answer"]
      )
    })
  )

  const odd = `${head}AE00242AC006111111`
  it.effect.each([
    ["done, whatever follows", approved + refused, "done"],
    ["done, whatever precedes", odd + approved, "done"],
    ["not done, if no other says done", refused + odd, "not-done"],
    ["the last one, if none is final", odd + odd.replace("42", "43"), undefined]
  ] as const)("has the most telling of several answers: %s", ([_, answers, status]) =>
    Effect.gen(function* () {
      const evidence = yield* evidenceOf(answers)
      assert.strictEqual(evidence.status, status)
      const number = status === "done" ? "983628" : status === undefined ? "111111" : undefined
      assert.strictEqual(evidence.card.authorizationNumber, number)
    })
  )

  it.effect.each([
    ["in its frame", "ZT", ticket("TOTAL 15,00").slice(0, 20)],
    ["without one", "AK", "CK003100AK016VE9UQUw"]
  ] as const)("says what contradicts an answer whose ticket was cut: %s", ([_, tag, cut]) =>
    Effect.gen(function* () {
      const evidence = yield* evidenceOf(`${approved.replace("CB0041245", "CB0041500")}${cut}`)
      assert.strictEqual(evidence.stopped?.tag, tag)
      assert.deepStrictEqual(
        evidence.contradictions.map(({ kind }) => kind),
        ["amount", "cut-ticket"]
      )
    })
  )

  it.effect("says where a cut ticket stops, and keeps what came before it", () =>
    Effect.gen(function* () {
      const whole = ticket("TOTAL 12,45")
      const error = yield* unknown(`${approved}${whole.slice(0, 12)}`)
      assert.strictEqual(error.kind, "CutLine")
      assert.strictEqual(error.evidence?.card.authorizationNumber, "983628")
      const problem = `the text stops inside the field ZT at byte ${approved.length}: ${whole.length - 5} bytes announced, 7 came`
      assert.deepStrictEqual<unknown>(error.evidence?.stopped, {
        offset: approved.length,
        tag: "ZT",
        announced: whole.length - 5,
        found: 7,
        problem
      })
      assert.deepStrictEqual<unknown>(error.evidence?.contradictions, [{ kind: "cut-ticket", message: problem }])
      assert.strictEqual(error.detail, `the terminal ended the connection: ${problem}`)
    })
  )

  it.effect("does not hold a missing amount against an answer that was cut", () =>
    Effect.gen(function* () {
      const { contradictions } = yield* evidenceOf("CZ0040320AE00210CB004124")
      assert.deepStrictEqual(contradictions, [])
    })
  )

  it.effect.each([
    [
      "the ticket of a sale",
      "CARTE BANCAIRE DEBIT 12,45 EUR",
      ["signs-of-a-sale: no status came, yet a debit ticket did"]
    ],
    ["the ticket of a refusal", "DEBIT ABANDON", []],
    ["a ticket that names no operation", "TOTAL 12,45", []]
  ] as const)("has what %s says if the answer was cut before its status", ([, text, expected]) =>
    Effect.gen(function* () {
      const { status, contradictions } = yield* evidenceOf(`CZ0040320CA00201CB0041245${ticket(text)}AE0`)
      assert.isUndefined(status)
      assert.deepStrictEqual<ReadonlyArray<string>>(
        contradictions.map(({ kind, message }) => `${kind}: ${message}`),
        expected
      )
    })
  )

  it.effect("exists after silence, too, once a byte was received", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.flip(perform(head, {}, payment, false)))
      yield* TestClock.adjust("180 seconds")
      const { reason } = yield* Fiber.join(fiber)
      assert.strictEqual(reason._tag === "TerminalOutcomeUnknown" && reason.evidence?.received, head)
    })
  )

  it.effect("is absent if nothing was received", () =>
    Effect.gen(function* () {
      assert.notProperty(yield* unknown(""), "evidence")
    })
  )

  it.effect.each([
    ["\x15", "NAK (0x15)"],
    ["\x05", "ENQ (0x05)"],
    ["\x06", "ACK (0x06)"],
    ["\x04", "EOT (0x04)"],
    ["\x020100001245", "STX (0x02)"]
  ] as const)("names the serial dialogue and what to set: %j", ([bytes, name]) =>
    Effect.gen(function* () {
      const { kind, detail, evidence } = yield* unknown(bytes)
      assert.strictEqual(kind, "Garbled")
      assert.isTrue(detail.startsWith(name), detail)
      assert.include(detail, ": set the terminal to Concert V3 over IP")
      assert.strictEqual(evidence?.received.charAt(0), bytes.charAt(0))
    })
  )

  it.effect("names HTTP and TLS", () =>
    Effect.gen(function* () {
      const http = yield* unknown("HTTP/1.1 400 Bad Request\r\n\r\n")
      assert.strictEqual(http.detail, "this is HTTP: the port is a web server's; Concert's is 8888")
      const tls = yield* unknown("\x15\x03\x03\x00\x02\x02\x46")
      assert.match(tls.detail, /^this is TLS: /)
    })
  )

  const cards = Schema.String.check(Schema.isPattern(/^[3-6]\d{12,18}$/))

  it.effect.prop(
    "never shows a card number, wherever it stands and wherever the answer stops",
    [cards, Schema.Int],
    ([pan, seed]) =>
      Effect.gen(function* () {
        const places = ["AA", "AC", "AF", "AD", "CA", "CF", "CB", "CE", "Q7"]
        const tag = places[Math.abs(seed) % places.length] ?? "AA"
        const whole = Tlv.encode([
          { tag: "CZ", value: "0320" },
          { tag: "AE", value: "10" },
          { tag, value: pan }
        ])
        const cut = Math.abs(seed) % whole.length
        for (const answer of [`${whole}CB0041500CE003840`, whole.slice(0, cut), `${pan}${whole}`, `${whole}?${pan}`]) {
          const result = yield* Effect.result(perform(answer))
          const shown = JSON.stringify(result)
          for (let at = 0; at + 7 <= pan.length; at++) {
            // Apart from the echo of the order, no seven consecutive digits of a card number are shown.
            assert.notInclude(shown, pan.slice(at, at + 7), `${tag}, ${answer.length}`)
          }
        }
      })
  )
})

describe("an answer to another payment", () => {
  const foreign = (answer = approved) => `${answer}CF007ORDER_2`
  const isOtherOrder = (privateData: string) => Effect.succeed(privateData === "ORDER_2")

  it.effect("by its order id leaves the outcome unknown, approved, lower or refused", () =>
    Effect.gen(function* () {
      for (const answer of [approved, approved.replace("CB0041245", "CB003800"), refused]) {
        const error = yield* unknown(foreign(answer), { isOtherOrder })
        assert.strictEqual(error.kind, "Contradictory")
        assert.strictEqual(error.detail, "the answer carries the id of another order, ORDER_2")
        assert.deepInclude(error.evidence?.contradictions[0], { kind: "order-id", asked: "ORDER_1", told: "ORDER_2" })
      }
    })
  )

  it.effect("is recognised although it contradicts the request by itself, as with a higher amount", () =>
    Effect.gen(function* () {
      const higher = approved.replace("CB0041245", "CB0042500")
      const error = yield* unknown(foreign(higher), { isOtherOrder })
      const said = (yield* unknown(higher)).detail
      assert.strictEqual(error.detail, `the answer carries the id of another order, ORDER_2; ${said}`)
      assert.deepStrictEqual(
        error.evidence?.contradictions.map(({ kind }) => kind),
        ["order-id", "amount"]
      )
      const failed = yield* unknown(foreign(higher), { isOtherOrder: () => Effect.fail("the store cannot be read") })
      assert.match(
        failed.detail,
        /^the answer carries the id ORDER_2, .* could not be checked .*; the terminal said 25\.00 EUR/
      )
      assert.strictEqual((yield* unknown(foreign(higher), { isOtherOrder: () => Effect.succeed(false) })).detail, said)
    })
  )

  it.effect("is recognised although it was cut behind its order id, inside its ticket", () =>
    Effect.gen(function* () {
      const cut = `${foreign()}ZT099CK00310`
      const said = yield* unknown(cut)
      assert.deepInclude(said.evidence, { status: "done", amount: Money.of("12.45", "EUR") })
      const error = yield* unknown(cut, { isOtherOrder })
      assert.strictEqual(error.kind, "CutLine")
      assert.strictEqual(error.detail, `the answer carries the id of another order, ORDER_2; ${said.detail}`)
      assert.deepInclude(error.evidence?.contradictions[0], { kind: "order-id", asked: "ORDER_1", told: "ORDER_2" })
    })
  )

  it.effect("is recognised by every order id received, in one answer or in two", () =>
    Effect.gen(function* () {
      for (const answer of [`${approved}CF007ORDER_1CF007ORDER_2`, `${approved}CF007ORDER_1${foreign()}`]) {
        const error = yield* unknown(answer, { isOtherOrder })
        assert.strictEqual(error.detail, "the answer carries the id of another order, ORDER_2")
        assert.strictEqual((yield* perform(answer))._tag, "Approved")
      }
    })
  )

  it.effect("is suspected if its order id cannot be checked: the outcome is unknown, approved or refused", () =>
    Effect.gen(function* () {
      const isOtherOrder = () => Effect.fail("the store cannot be read")
      for (const answer of [approved, refused]) {
        const error = yield* unknown(foreign(answer), { isOtherOrder })
        assert.strictEqual(error.kind, "Contradictory")
        assert.strictEqual(
          error.detail,
          "the answer carries the id ORDER_2, which was not sent, and it could not be checked whether it is another order's"
        )
        assert.deepInclude(error.evidence?.contradictions[0], { kind: "order-id", asked: "ORDER_1", told: "ORDER_2" })
      }
    })
  )

  it.effect("is recognised by its order id, and the payment's own by its own, whatever field follows", () =>
    Effect.gen(function* () {
      const asked = { ...payment, orderId: Order.OrderId.make("ORDER_20261130") }
      const isOtherOrder = (told: string) => Effect.succeed(ConcertTerminal.saysOrder(told, "ORDER_20261129", {}))
      for (const behind of ["12003abc", "9F003abc"]) {
        const own = yield* perform(`${approved}CF014ORDER_20261130${behind}`, { isOtherOrder }, asked)
        assert.strictEqual(own._tag, "Approved", behind)
        const error = yield* unknown(`${approved}CF014ORDER_20261129${behind}`, { isOtherOrder }, asked)
        assert.strictEqual(error.kind, "Contradictory", behind)
      }
    })
  )

  it.effect("is recognised by a long number in its order id, which answers show masked", () =>
    Effect.gen(function* () {
      const settings = { orderIdLength: 24 }
      for (const orderId of ["ORDER_1537532589263", "1732352400123", "20261129123059", "ORDER_1537532589263_LONGER"]) {
        const isOtherOrder = (told: string) => Effect.succeed(ConcertTerminal.saysOrder(told, orderId, settings))
        const said = Tlv.encode([{ tag: "CF", value: ConcertTerminal.privateDataOf(orderId, settings) }])
        const error = yield* unknown(approved + said, { isOtherOrder, settings })
        assert.match(error.detail, /^the answer carries the id of another order, .*\d{6}#+\d{4}/, orderId)
        const unlike = Tlv.encode([{ tag: "CF", value: "1732352499999" }])
        assert.strictEqual((yield* perform(approved + unlike, { isOtherOrder, settings }))._tag, "Approved", orderId)
      }
    })
  )

  it.effect("is not suspected if the terminal echoes the order id, sends none, or one that is not known", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const ask = (privateData: string) => Effect.sync(() => asked.push(privateData) === 0)
      for (const answer of [approved, `${approved}CF007ORDER_1`, `${approved}CF0101010000000`]) {
        assert.strictEqual((yield* perform(answer, { isOtherOrder: ask }))._tag, "Approved")
      }
      assert.deepStrictEqual(asked, ["1010000000"])
    })
  )

  it.effect("is suspected without a look at the store if it carries more order ids than are looked up", () =>
    Effect.gen(function* () {
      let asked = 0
      const ask = () => Effect.sync(() => ++asked === 0)
      const ids = (count: number) => Array.from({ length: count }, (_, at) => `CF009TABLE_${100 + at}`).join("")
      assert.strictEqual((yield* perform(approved + ids(20), { isOtherOrder: ask }))._tag, "Approved")
      assert.strictEqual(asked, 20)
      const error = yield* unknown(approved + ids(21), { isOtherOrder: ask })
      assert.strictEqual(asked, 20)
      assert.strictEqual(error.detail, "the answer carries 21 ids that were not sent")
      assert.deepInclude(error.evidence?.contradictions[0], { kind: "repeated-field" })
    })
  )

  it.effect("is not suspected at a terminal whose profile owns the field", () =>
    Effect.gen(function* () {
      const settings = { profile: { name: "desk5000", duplicata: false, ownPrivateData: true } }
      assert.strictEqual((yield* perform(foreign(), { isOtherOrder, settings }))._tag, "Approved")
    })
  )

  it.effect("is recognised by its external reference, too, whole and where the terminal owns the other field", () =>
    Effect.gen(function* () {
      const orderId = "ORDER_OF_ANOTHER_TABLE_ON_THE_TERRACE_2"
      const own = { name: "desk5000", duplicata: false, ownPrivateData: true }
      for (const settings of [{}, { reference: true }, { reference: true, orderIdLength: 0 }, { profile: own }]) {
        const isOtherOrder = (told: string) => Effect.succeed(ConcertTerminal.saysOrder(told, orderId, settings))
        for (const answer of [approved, refused]) {
          const error = yield* unknown(`${answer}CH039${orderId}`, { isOtherOrder, settings })
          assert.strictEqual(error.detail, `the answer carries the id of another order, ${orderId}`)
          const clear = yield* perform(`${answer}CH007ORDER_1`, { isOtherOrder, settings })
          assert.strictEqual(clear._tag, answer === approved ? "Approved" : "Declined")
        }
      }
    })
  )

  it.effect("is reported as unknown, and the next payment waits for that", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const onEvent = ({ _tag }: ConcertTerminal.TerminalEvent) => events.push(_tag)
      const slow = (privateData: string) => Effect.delay(isOtherOrder(privateData), "1 seconds")
      const fiber = yield* Effect.forkChild(Effect.flip(perform(foreign(), { isOtherOrder: slow, onEvent })))
      yield* TestClock.adjust("999 millis")
      assert.notInclude(events, "Unknown")
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(events.slice(-2), ["Unknown", "Closed"])
      assert.notInclude(events, "Answered")
    })
  )

  it.effect("by its register leaves the outcome unknown, unless the profile owns the field", () =>
    Effect.gen(function* () {
      const answer = approved.replace("CA00201", "CA00202")
      const error = yield* unknown(answer)
      assert.strictEqual(error.detail, "the answer is for the register 02, asked by 01")
      const settings = { profile: { name: "own", duplicata: false, ownRegister: true } }
      assert.strictEqual((yield* perform(answer, { settings }))._tag, "Approved")
    })
  )
})

describe("a tip", () => {
  const settings = { tip: Tip.fromText("20%") ?? { _tag: "Amount", decimal: "0" } } as const
  const tipped = (minorUnits: number) => approved.replace("CB0041245", `CB004${minorUnits}`)

  it.effect("within the terminal's setting is approved: what was charged, and the tip in it", () =>
    Effect.gen(function* () {
      const outcome = yield* perform(tipped(1494), { settings })
      assert.strictEqual(outcome._tag, "Approved")
      if (outcome._tag !== "Approved") return
      assert.strictEqual(Money.toText(outcome.amount), "14.94 EUR")
      assert.strictEqual(outcome.tip && Money.toText(outcome.tip), "2.49 EUR")
    })
  )

  it.effect("above it is unknown, with the amount and an explanation", () =>
    Effect.gen(function* () {
      const { detail, evidence } = yield* unknown(tipped(1495), { settings })
      assert.strictEqual(
        detail,
        "the terminal said 14.95 EUR, asked for 12.45 EUR; the 2.50 EUR more are above the highest tip of this terminal, 2.49 EUR"
      )
      assert.strictEqual(evidence?.amount?.minorUnits, 1495)
    })
  )

  it.effect("is for debits only", () =>
    Effect.gen(function* () {
      for (const [transactionType, code] of [
        ["Credit", "1"],
        ["Cancel", "2"]
      ] as const) {
        const answer = tipped(1300).replace("CD0010", `CD001${code}`)
        const error = yield* unknown(answer, { settings }, { ...payment, transactionType })
        assert.strictEqual(error.detail, "the terminal said 13.00 EUR, asked for 12.45 EUR")
      }
    })
  )

  it.effect("is absent if the amount is the requested one", () =>
    Effect.gen(function* () {
      assert.notProperty(yield* perform(approved, { settings }), "tip")
    })
  )

  it("is written as a share or an amount", () => {
    assert.deepStrictEqual(Tip.fromText("12.5%"), { _tag: "Share", basisPoints: 1250 })
    assert.deepStrictEqual(Tip.fromText("5.00"), { _tag: "Amount", decimal: "5.00" })
    for (const text of ["", "0%", "0", "0.00", "101%", "-1", "20 %", "1e3", "5,00", "%", "20%%"]) {
      assert.isUndefined(Tip.fromText(text), text)
    }
  })

  it("of an absolute amount counts in the payment's currency, and is zero in one that cannot express it", () => {
    const five = Tip.fromText("5.50") ?? settings.tip
    assert.strictEqual(Tip.highest(five, Money.of("100.00", "EUR")), 550)
    assert.strictEqual(Tip.highest(five, Money.of("100", "JPY")), 0)
  })

  it("of the largest amount is exact", () => {
    const all = Tip.fromText("100%") ?? settings.tip
    const most = Money.of("9999999999.99", "EUR")
    assert.strictEqual(Tip.highest(all, most), 999_999_999_999)
  })
})
