import { assert, describe, it } from "@effect/vitest"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import * as ReservedName from "../../src/terminals/ReservedName.ts"

const atHost = (host: string) => ReservedName.fromTarget(TerminalTarget.concert({ host, contracts: [] }))
const withSerialNumber = (serialNumber: string) =>
  ReservedName.fromTarget(TerminalTarget.nepting({ serialNumber, manufacturer: "PAX" }))

const faultsOf = (reserved: ReservedName.Reserved | undefined) =>
  reserved?._tag === "Simulated" ? reserved.options.faults?.map(Fault.toText) : undefined

const firstStepOf = (reserved: ReservedName.Reserved | undefined) => {
  const cardholder = reserved?._tag === "Simulated" ? reserved.options.cardholder : undefined
  return cardholder?._tag === "Scripted" ? cardholder.thereafter : undefined
}

describe("a reserved host", () => {
  it.each(Fault.names)("%s.terminal.test has that fault, at any stage where it makes sense", (name) => {
    const { stages } = Fault.catalogue[name]
    assert.deepStrictEqual(faultsOf(atHost(`${name}.terminal.test`)), [`${name}@${stages[0]}`])
    for (const stage of stages) {
      assert.deepStrictEqual(faultsOf(atHost(`${name}-${stage}.terminal.test`)), [`${name}@${stage}`])
    }
  })

  it.each(TestCard.all.map(({ name }) => name))("%s.terminal.test is paid with that card", (name) => {
    const step = firstStepOf(atHost(`${name}.terminal.test`))
    // `partial` is a card and a word of its own that means the same.
    assert.strictEqual(step?._tag === "Pays" ? step.card.name : undefined, name)
  })

  it.each(Object.entries(Cardholder.words))("%s.terminal.test has a customer who does that", (word, behaviour) => {
    assert.strictEqual(firstStepOf(atHost(`${word}.terminal.test`)), behaviour)
  })

  it("may have names before it, and capital letters", () => {
    assert.deepStrictEqual(faultsOf(atHost("Till1.SHOP.Silent.Terminal.Test")), ["silent@after-request"])
  })

  it.each([
    "terminal.test",
    "sunny.terminal.test",
    "silent-before-accept.terminal.test",
    "declined.terminal.test.example.org",
    "declined-terminal.test",
    "constructor.terminal.test",
    "192.0.2.10"
  ])("%s is none", (host) => {
    assert.isUndefined(atHost(host))
  })

  it("is never what only AppNepting knows", () => {
    for (const word of ["unacknowledged", "no-passphrase"]) {
      assert.isUndefined(atHost(`${word}.terminal.test`))
      assert.isDefined(withSerialNumber(word))
    }
  })
})

describe("a serial number", () => {
  it.each(ReservedName.all)("%s is reserved", (word) => {
    assert.isDefined(withSerialNumber(word.toUpperCase()))
  })

  it("may be a host's name", () => {
    assert.strictEqual(firstStepOf(withSerialNumber("Till1.declined.terminal.test")), Cardholder.words.declined)
    assert.isDefined(withSerialNumber("no-passphrase.terminal.test"))
    assert.isUndefined(withSerialNumber("sunny.terminal.test"))
  })

  it("of a real kind is not", () => {
    assert.isUndefined(withSerialNumber("1850320198"))
  })
})
