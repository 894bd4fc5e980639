import { assert, describe, it } from "@effect/vitest"
import * as Response from "@hipay-pos/concert-codec/Response"
import { Cardholder, Fault, Profile, type Stage, TerminalSimulator, TestCard } from "@hipay-pos/terminal-simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { fieldsOf, request, ticketOf } from "../ecr.ts"
import { exchange, stagesOf } from "../memory.ts"

/** Three seconds a stage, so that a test can step through them. */
const stepping: Stage.Durations = {
  woken: 3000,
  cardPresented: 3000,
  pin: 3000,
  authorising: 3000,
  printing: 3000,
  inputTimeout: 60_000,
  walkAway: 60_000,
  jitter: 0
}

const named = (name: string): TestCard.TestCard => {
  const card = TestCard.get(name)
  assert.isDefined(card)
  return card
}

/** Pays once with a card, instantly. */
const payWith = (name: string, changes: Parameters<typeof request>[0] = {}, options: TerminalSimulator.Options = {}) =>
  Effect.gen(function* () {
    const terminal = yield* TerminalSimulator.make({ ...options, cardholder: Cardholder.auto(named(name)) })
    const stages = stagesOf(terminal)
    const { text } = yield* exchange(terminal, request(changes))
    return { terminal, stages, text, fields: fieldsOf(text) }
  })

describe("a payment", () => {
  it.effect("passes its stages, each with its own duration", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ pace: stepping, cardholder: Cardholder.auto(named("cb-pin")) })
      const fiber = yield* Effect.forkChild(exchange(terminal, request()))
      const seen: Array<string> = []
      for (let second = 0; second < 16; second++) {
        yield* TestClock.adjust(1000)
        seen.push(terminal.state().stage)
      }
      assert.deepStrictEqual(seen, [
        ...["woken", "woken", "card-presented", "card-presented", "card-presented", "pin", "pin", "pin"],
        ...["authorising", "authorising", "authorising", "printing", "printing", "printing", "idle", "idle"]
      ])
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AE, "10")
    })
  )

  it.effect("shows the amount on the screen while a card is awaited", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ pace: stepping })
      assert.deepStrictEqual(terminal.state().screen, ["BIENVENUE", "SIMULATION"])
      yield* Effect.forkChild(exchange(terminal, request({ CB: "9990" })))
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(terminal.state().screen, ["DÉBIT", "99,90 EUR", "PRÉSENTEZ LA CARTE"])
    })
  )

  it.effect("shows what was charged from the approval on, where that is less than what was asked for", () =>
    Effect.gen(function* () {
      const cardholder = Cardholder.auto(named("partial"))
      const terminal = yield* TerminalSimulator.make({ pace: stepping, cardholder })
      yield* Effect.forkChild(exchange(terminal, request({ CB: "2000" })))
      const screens = new Map<string, string | undefined>()
      for (let second = 0; second < 16; second++) {
        yield* TestClock.adjust(1000)
        const { stage, screen } = terminal.state()
        screens.set(stage, screen[1])
      }
      assert.strictEqual(screens.get("authorising"), "20,00 EUR")
      assert.strictEqual(screens.get("printing"), "10,00 EUR")
    })
  )

  it.effect("takes as long as people do at human pace: seconds, never minutes", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ pace: "human", seed: "people" })
      const fiber = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust("4 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("6 seconds")
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AE, "10")
    })
  )
})

describe("a card that is removed", () => {
  it.effect("too early ends the payment as not completed, and nothing is charged", () =>
    Effect.gen(function* () {
      const cardholder = Cardholder.scripted([Cardholder.removesCard()])
      const terminal = yield* TerminalSimulator.make({ cardholder })
      const stages = stagesOf(terminal)
      const { AE, AF, CB, AC } = fieldsOf((yield* exchange(terminal, request())).text)
      assert.deepStrictEqual([AE, AF, CB, AC], ["01", "07", "1245", undefined])
      assert.deepStrictEqual(stages.slice(-2), ["authorising", "refused"])
      assert.strictEqual(terminal.ledger.charged(), 0)
    })
  )

  it.effect("after a contactless reading makes no difference", () =>
    Effect.gen(function* () {
      const tapped = Cardholder.removesCard(named("cb-contactless"))
      const terminal = yield* TerminalSimulator.make({ cardholder: Cardholder.scripted([tapped]) })
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
    })
  )
})

describe("the red key", () => {
  for (const [stage, after] of [
    ["woken", 1000],
    ["card-presented", 4000],
    ["pin", 7000]
  ] as const) {
    it.effect(`ends the payment while ${stage}`, () =>
      Effect.gen(function* () {
        const terminal = yield* TerminalSimulator.make({
          pace: stepping,
          cardholder: Cardholder.auto(named("cb-pin"))
        })
        const fiber = yield* Effect.forkChild(exchange(terminal, request()))
        yield* TestClock.adjust(after)
        assert.strictEqual(terminal.state().stage, stage)
        assert.isTrue(terminal.pressKey("cancel"))
        const { AE, AF, CB } = fieldsOf((yield* Fiber.join(fiber)).text)
        assert.deepStrictEqual({ AE, AF, CB }, { AE: "01", AF: "11", CB: "1245" })
        assert.strictEqual(terminal.ledger.count(), 0)
      })
    )
  }

  it.effect("does nothing once authorisation has begun", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ pace: stepping })
      const fiber = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust(7000)
      assert.strictEqual(terminal.state().stage, "authorising")
      assert.isFalse(terminal.pressKey("cancel"))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AE, "10")
    })
  )

  it.effect("is lost on an idle terminal", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      assert.isFalse(terminal.pressKey("cancel"))
      assert.isFalse(terminal.presentCard(named("cb")))
    })
  )
})

describe("a customer", () => {
  it.effect("who never presents a card is given up on after a minute (08)", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({
        pace: "human",
        cardholder: Cardholder.scripted([Cardholder.walksAway])
      })
      const fiber = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(terminal.state().stage, "woken")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AF, "08")
    })
  )

  it.effect("who is a person presents a card and types the PIN", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ cardholder: Cardholder.manual })
      const fiber = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust("20 seconds")
      assert.isTrue(terminal.presentCard(named("cb-pin")))
      yield* TestClock.adjust(1)
      assert.strictEqual(terminal.state().stage, "pin")
      for (const key of ["9", "clear", "1", "2", "3", "4"] as const) assert.isTrue(terminal.pressKey(key))
      assert.isFalse(terminal.presentCard(named("cb")))
      assert.deepStrictEqual(terminal.state().screen, ["DÉBIT", "12,45 EUR", "CODE CONFIDENTIEL", "****"])
      assert.isTrue(terminal.pressKey("enter"))
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AE, "10")
    })
  )

  it.effect("who types three wrong PINs is refused (04)", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ cardholder: Cardholder.manual })
      const fiber = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust(1)
      terminal.presentCard(named("cb-pin"))
      for (let attempt = 0; attempt < 3; attempt++) {
        yield* TestClock.adjust(1)
        terminal.pressKey("0")
        terminal.pressKey("enter")
      }
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AF, "04")
      assert.strictEqual(terminal.ledger.count(), 0)
    })
  )

  it.effect("who taps above the limit inserts the card when asked, however it is presented", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ cardholder: Cardholder.manual })
      const fiber = yield* Effect.forkChild(exchange(terminal, request({ CB: "6000" })))
      yield* TestClock.adjust(1)
      terminal.presentCard(named("amex-contactless"))
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(terminal.state().screen, ["DÉBIT", "60,00 EUR", "INSÉREZ LA CARTE"])
      terminal.presentCard(named("amex-contactless"), "contactless")
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).CI, "1")
    })
  )

  const answers = Effect.fnUntraced(function* (terminal: TerminalSimulator.TerminalSimulator, payments: number) {
    const answers: Array<string | undefined> = []
    for (let payment = 0; payment < payments; payment++) {
      const { AE, AF } = fieldsOf((yield* exchange(terminal, request())).text)
      answers.push(AF ?? AE)
    }
    return answers
  })

  it.effect("plays a script in order, then pays", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      terminal.setScript([Cardholder.pays(named("refused")), Cardholder.pays(named("stolen")), Cardholder.pays()])
      assert.deepStrictEqual(yield* answers(terminal, 4), ["04", "05", "10", "10"])
    })
  )

  it.effect("has its own cardholder again after a script, where that one was", () =>
    Effect.gen(function* () {
      const refused = Cardholder.pays(named("refused"))
      const stolen = Cardholder.pays(named("stolen"))
      const cardholder = Cardholder.scripted([Cardholder.pays(), refused], stolen)
      const terminal = yield* TerminalSimulator.make({ cardholder })
      assert.deepStrictEqual(yield* answers(terminal, 1), ["10"])
      terminal.setScript([stolen, Cardholder.pays()])
      assert.strictEqual(terminal.stepsLeft(), 3)
      assert.deepStrictEqual(yield* answers(terminal, 2), ["05", "10"])
      assert.strictEqual(terminal.stepsLeft(), 1)
      assert.deepStrictEqual(yield* answers(terminal, 2), ["04", "05"])
      assert.strictEqual(terminal.stepsLeft(), 0)
    })
  )

  it.effect("drops the rest of a script where its cardholder changes or it is reset", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      for (const change of [Effect.sync(() => terminal.setCardholder(Cardholder.auto())), terminal.reset]) {
        terminal.setScript([Cardholder.pays(named("refused"))])
        yield* change
        assert.strictEqual(terminal.stepsLeft(), 0)
        assert.deepStrictEqual(yield* answers(terminal, 1), ["10"])
      }
    })
  )

  it.effect("follows the documented table when the amount decides", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 10, 23))
      const terminal = yield* TerminalSimulator.make({ cardholder: Cardholder.amount })
      const complements: Record<number, string | undefined> = {}
      for (const { ends } of [...Cardholder.amountTable, { ends: 45 }]) {
        const { AE, AF } = fieldsOf((yield* exchange(terminal, request({ CB: String(1200 + ends) }))).text)
        complements[ends] = AF ?? AE
      }
      assert.deepStrictEqual(complements, {
        2: "02",
        4: "04",
        5: "05",
        6: "11",
        8: "08",
        10: "10",
        11: "11",
        20: "10",
        30: "10",
        31: "10",
        33: "04",
        40: "10",
        41: "10",
        45: "10",
        54: "04"
      })
    })
  )
})

describe("a card", () => {
  it.effect("is refused with what its issuer says", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* payWith("refused")).fields.AF, "04")
      assert.strictEqual((yield* payWith("call")).fields.AF, "02")
      assert.strictEqual((yield* payWith("stolen")).fields.AF, "05")
      assert.strictEqual((yield* payWith("expired")).fields.AF, "04")
    })
  )

  it.effect("is not expired by the clock, except for the one that shows it, whenever that is", () =>
    Effect.gen(function* () {
      for (const year of [2019, 2026, 2032, 2099, 2150]) {
        yield* TestClock.setTime(Date.UTC(year, 5, 1))
        const complements: Record<string, string | undefined> = {}
        for (const { name } of TestCard.all) {
          const { fields } = yield* payWith(name)
          if (fields.AE !== "10") complements[name] = fields.AF
        }
        const refused = { refused: "04", call: "02", stolen: "05", expired: "04", "unknown-application": "10" }
        assert.deepStrictEqual(complements, refused, String(year))
      }
    })
  )

  it.effect("tells application, reading mode and identifier of the way it was read", () =>
    Effect.gen(function* () {
      const told = (name: string) =>
        Effect.map(payWith(name), ({ fields: { CC, CI, AI, AA } }) => [CC, CI, AI, AA] as const)
      assert.deepStrictEqual(yield* told("mastercard-contactless"), ["00B", "2", "A0000000041010", "541333######0028"])
      assert.deepStrictEqual(yield* told("amex"), ["002", "1", "A00000002501", "374245#####1009"])
      assert.deepStrictEqual(yield* told("conecs"), ["00E", "1", undefined, "609312######0041"])
      assert.deepStrictEqual(yield* told("stripe"), ["001", "3", undefined, "497010######0097"])
      assert.deepStrictEqual(yield* told("cheque"), ["00C", "4", undefined, undefined])
    })
  )

  it.effect("over the contactless limit is asked for by its chip, and its PIN", () =>
    Effect.gen(function* () {
      const below = yield* payWith("cb-contactless", { CB: "5000" })
      assert.strictEqual(below.fields.CI, "2")
      const above = yield* payWith("cb-contactless", { CB: "5001" })
      assert.strictEqual(above.fields.CI, "1")
      assert.deepStrictEqual(above.stages.slice(0, 4), ["woken", "chip-asked", "card-presented", "pin"])
      assert.strictEqual((yield* payWith("over-limit", { CB: "0100" })).fields.CI, "1")
    })
  )

  it.effect("that covers a part pays a part, unless the ECR refuses parts", () =>
    Effect.gen(function* () {
      const { terminal, fields } = yield* payWith("partial", { CB: "1001" })
      assert.deepStrictEqual([fields.AE, fields.CB], ["10", "500"])
      assert.strictEqual(terminal.ledger.charged(), 500)
      assert.strictEqual((yield* payWith("partial", { BF: "0" })).fields.AF, "04")
      assert.strictEqual((yield* payWith("partial", { BF: "1" })).fields.AE, "10")
    })
  )

  it.effect("of an application without a contract cannot be selected (10)", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* payWith("unknown-application")).fields.AF, "10")
      const contracts = [
        { merchantContract: "7777777", rank: "003", paymentApplication: "002" },
        { merchantContract: "8888888", rank: "004", paymentApplication: "00D" }
      ]
      assert.strictEqual((yield* payWith("cb", {}, { contracts })).fields.AF, "10")
      assert.strictEqual((yield* payWith("amex", {}, { contracts })).fields.CG, "7777777")
      const contactless = yield* payWith("amex-contactless", {}, { contracts })
      assert.strictEqual(contactless.fields.CG, "8888888")
      assert.include(ticketOf(contactless.text), "004 01 000001")
    })
  )

  it.effect("is looked for when the ECR forces an application", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make()
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request({ CC: "00C" }))).text).CC, "00C")
      assert.strictEqual((yield* payWith("visa", { CC: "00C" })).fields.AF, "10")
      assert.strictEqual((yield* payWith("visa", { CC: "000" })).fields.CC, "001")
    })
  )
})

describe("authorisation", () => {
  it.effect("is asked for above the floor limit, or when it is forced", () =>
    Effect.gen(function* () {
      const floorLimit = 2000
      assert.isUndefined((yield* payWith("cb", { CB: "1999" }, { floorLimit })).fields.AC)
      assert.match((yield* payWith("cb", { CB: "2000" }, { floorLimit })).fields.AC ?? "", /^\d{6}$/)
      assert.match((yield* payWith("cb", { CB: "1999", BB: "1" }, { floorLimit })).fields.AC ?? "", /^\d{6}$/)
    })
  )
})

describe("the ticket in the answer", () => {
  const ticketsFor = (CK: string | undefined, CZ = "0320") =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ columns: 40 })
      const { text } = yield* exchange(terminal, request({ CK, CZ }))
      const decoded = Result.getOrThrow(Response.decode(text))
      return (decoded.response.tickets ?? []).map(({ copy, format, text: printed }) => ({
        copy,
        format,
        says: /TICKET \S+/.exec(printed)?.[0]
      }))
    })
  const customer = { copy: "customer", format: "text", says: "TICKET CLIENT" } as const
  const merchant = { copy: "merchant", format: "text", says: "TICKET COMMERÇANT" } as const

  it.effect("is the copy that was asked for, or both, as text or HTML", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ticketsFor("100"), [customer])
      assert.deepStrictEqual(yield* ticketsFor("110"), [merchant])
      assert.deepStrictEqual(yield* ticketsFor("120"), [customer, merchant])
      assert.deepStrictEqual(yield* ticketsFor("101"), [{ ...customer, format: "html" }])
    })
  )

  it.effect("fits its field even when the shop has much to say in HTML", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ columns: 40, shop: Array(12).fill("<&>".repeat(13)) })
      const { text } = yield* exchange(terminal, request({ CK: "121" }))
      assert.strictEqual(fieldsOf(text).AE, "10")
      assert.isAtMost(fieldsOf(fieldsOf(text).ZT ?? "").AK?.length ?? 0, 900)
      assert.include(ticketOf(text), "SIMULATION")
    })
  )

  it.effect("is not there unasked, nor before version 3.2", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ticketsFor(undefined), [])
      assert.deepStrictEqual(yield* ticketsFor("000"), [])
      assert.deepStrictEqual(yield* ticketsFor("100", "0310"), [])
    })
  )
})

describe("other actions", () => {
  const make = TerminalSimulator.make({ seed: 1 })
  const ask = (terminal: TerminalSimulator.TerminalSimulator, changes: Parameters<typeof request>[0]) =>
    Effect.map(
      exchange(terminal, request(changes)),
      ({ text }): Readonly<Record<string, string>> => ({
        ...fieldsOf(text),
        text
      })
    )

  it.effect("credits, without a PIN", () =>
    Effect.gen(function* () {
      const { terminal, fields, stages, text } = yield* payWith("cb-pin", { CD: "1" })
      assert.strictEqual(fields.AE, "10")
      assert.notInclude(stages, "pin")
      assert.strictEqual(terminal.ledger.charged(), -1245)
      assert.include(ticketOf(text), "CRÉDIT")
    })
  )

  it.effect("cancels the last approved debit of that amount, once", () =>
    Effect.gen(function* () {
      const terminal = yield* make
      yield* ask(terminal, {})
      assert.strictEqual((yield* ask(terminal, { CD: "2", CB: "1244" })).AF, "07")
      assert.strictEqual((yield* ask(terminal, { CD: "2", CE: "840" })).AF, "07")
      assert.strictEqual((yield* ask(terminal, { CD: "2" })).AE, "10")
      assert.strictEqual(terminal.ledger.charged(), 0)
      assert.strictEqual(terminal.ledger.last()?.cancels, 1)
      assert.strictEqual((yield* ask(terminal, { CD: "2" })).AF, "07")
    })
  )

  it.effect("cancels on the sale's card and contract", () =>
    Effect.gen(function* () {
      const terminal = yield* make
      yield* ask(terminal, {})
      yield* ask(terminal, { CD: "2" })
      const [sale, cancellation] = terminal.ledger.entries()
      assert.isDefined(sale)
      assert.isDefined(cancellation)
      const { at, authorizationNumber = "" } = cancellation
      assert.deepStrictEqual(cancellation, {
        ...sale,
        sequence: 2,
        at,
        operation: "cancel",
        cancels: 1,
        authorizationNumber
      })
    })
  )

  it.effect("collects what was approved, after which nothing can be cancelled", () =>
    Effect.gen(function* () {
      const terminal = yield* make
      yield* ask(terminal, {})
      assert.strictEqual(terminal.ledger.uncollected(), 1)
      assert.strictEqual((yield* ask(terminal, { CD: "B", CB: undefined, CE: undefined })).AE, "10")
      assert.strictEqual(terminal.ledger.uncollected(), 0)
      assert.strictEqual((yield* ask(terminal, { CD: "2" })).AF, "07")
    })
  )

  it.effect("is collected by hand as by the ECR", () =>
    Effect.gen(function* () {
      const terminal = yield* make
      yield* ask(terminal, {})
      yield* terminal.collect
      assert.strictEqual(terminal.ledger.uncollected(), 0)
      assert.strictEqual((yield* ask(terminal, { CD: "2" })).AF, "07")
    })
  )

  it.effect("repeats the last payment, and says so on the ticket", () =>
    Effect.gen(function* () {
      const terminal = yield* make
      const duplicata = { CD: "3", CB: undefined, CE: undefined }
      assert.strictEqual((yield* ask(terminal, duplicata)).AE, "01")
      const paid = yield* ask(terminal, { CF: "ORDER_1" })
      const { AE, CB, CE, CF, AC, text = "" } = yield* ask(terminal, duplicata)
      assert.deepStrictEqual([AE, CB, CE, CF, AC], ["10", "1245", "978", "ORDER_1", paid.AC])
      assert.include(ticketOf(text), "DUPLICATA")
      assert.strictEqual(terminal.ledger.charged(), 1245)
      terminal.setScript([Cardholder.pays(named("refused"))])
      yield* ask(terminal, {})
      assert.strictEqual((yield* ask(terminal, duplicata)).AE, "01")
    })
  )

  it.effect("repeats order id, amount and currency as they were paid, whatever the request says", () =>
    Effect.gen(function* () {
      const terminal = yield* make
      const duplicata = { CD: "3", CB: "9999", CE: "978", CF: "ORDER_2" }
      yield* ask(terminal, { CE: "840", CF: "ORDER_1" })
      const { CB, CE, CF } = yield* ask(terminal, duplicata)
      assert.deepStrictEqual([CB, CE, CF], ["1245", "840", "ORDER_1"])
      yield* ask(terminal, {})
      assert.notProperty(yield* ask(terminal, duplicata), "CF")
    })
  )

  it.effect.each(["after-wake", "authorising"] as const)(
    "repeats no earlier payment where the last one was lost: %s",
    (stage) =>
      Effect.gen(function* () {
        const terminal = yield* make
        const duplicata = { CD: "3", CB: undefined, CE: undefined }
        yield* ask(terminal, {})
        terminal.setFault(Result.getOrThrow(Fault.make("reboot", { stage, times: 1, milliseconds: 0 })))
        yield* Effect.ignore(ask(terminal, {}))
        assert.strictEqual((yield* ask(terminal, duplicata)).AE, "01")
        yield* ask(terminal, {})
        assert.strictEqual((yield* ask(terminal, duplicata)).AE, "10")
      })
  )

  it.effect("identifies itself without waking anybody", () =>
    Effect.gen(function* () {
      const terminal = yield* make
      const stages = stagesOf(terminal)
      assert.strictEqual((yield* ask(terminal, { CD: "I", CB: undefined, CE: undefined })).AE, "10")
      assert.deepStrictEqual(stages, [])
    })
  )

  it.effect("knows no others (12), takes no foreign currency it was not given (13), and no zero (09)", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ currencies: ["EUR"] })
      assert.strictEqual((yield* ask(terminal, { CD: "4" })).AF, "12")
      assert.strictEqual((yield* ask(terminal, { CE: "840" })).AF, "13")
      assert.strictEqual((yield* ask(terminal, { CE: "000" })).AF, "13")
      assert.strictEqual((yield* ask(terminal, { CB: "00" })).AF, "09")
    })
  )
})

describe("profiles", () => {
  const redKey = Cardholder.scripted([Cardholder.pressesRedKey()])
  const under = (
    profile: Profile.Profile,
    changes: Parameters<typeof request>[0] = {},
    cardholder = Cardholder.auto() as Cardholder.Cardholder
  ) =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ profile, cardholder })
      const end = profile.wantsLineEnd ? "\r\n" : ""
      return fieldsOf((yield* exchange(terminal, request(changes) + end)).text)
    })

  it("rest on evidence, each of them", () => {
    for (const profile of Profile.all) assert.isAtLeast(profile.evidence.length, 1, profile.name)
  })

  it.effect("ingenico-desk5000: no amount on the red key, private data of its own with what is done, dislikes BF", () =>
    Effect.gen(function* () {
      const cancelled = yield* under(Profile.ingenicoDesk5000, { CF: "ORDER" }, redKey)
      assert.deepStrictEqual([cancelled.AF, cancelled.CB, cancelled.CF], ["11", undefined, undefined])
      assert.strictEqual((yield* under(Profile.ingenicoDesk5000, { CF: "ORDER" })).CF, "1010000000")
      assert.strictEqual((yield* under(Profile.ingenicoDesk5000, { BF: "1" })).AF, "09")
    })
  )

  it.effect("payxpert: a protocol identifier of its own, 06 for the red key", () =>
    Effect.gen(function* () {
      const { CJ, AL } = yield* under(Profile.payxpert)
      assert.deepStrictEqual([CJ, AL], ["323540032810", "1"])
      assert.strictEqual((yield* under(Profile.payxpert, {}, redKey)).AF, "06")
    })
  )

  it.effect("hipay-nepting: answers 0320 to 0300, and a refusal with a ticket and a long reason", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* under(Profile.hipayNepting, { CZ: "0300" })).CZ, "0320")
      const refused = yield* under(Profile.hipayNepting, {}, redKey)
      assert.strictEqual(refused.AF, "06  ABANDON DEBIT            ")
      assert.include(Buffer.from(fieldsOf(refused.ZT ?? "").AK ?? "", "base64").toString("latin1"), "ABANDON DEBIT")
    })
  )

  it.effect("hipay-nepting: refuses a request without CR LF (09), once it grows no more", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.make({ profile: Profile.hipayNepting })
      const fiber = yield* Effect.forkChild(exchange(terminal, request()))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(fieldsOf((yield* Fiber.join(fiber)).text).AF, "09")
    })
  )

  it.effect("verifone-v240m: gives a duplicata; ingenico-desk5000 does not know the action", () =>
    Effect.gen(function* () {
      const duplicata = { CD: "3", CB: undefined, CE: undefined }
      assert.strictEqual((yield* under(Profile.ingenicoDesk5000, duplicata)).AF, "12")
      const terminal = yield* TerminalSimulator.make({ profile: Profile.verifoneV240m })
      yield* exchange(terminal, request())
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request(duplicata))).text).AE, "10")
    })
  )
})

describe("TerminalSimulator.layer", () => {
  it.effect("is a terminal for a test's layers", () =>
    Effect.gen(function* () {
      const terminal = yield* TerminalSimulator.Service
      assert.strictEqual(fieldsOf((yield* exchange(terminal, request())).text).AE, "10")
      assert.strictEqual(terminal.name, "layered")
    }).pipe(Effect.provide(TerminalSimulator.layer({ name: "layered" })))
  )
})
