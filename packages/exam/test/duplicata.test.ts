/** What an examination says of a terminal's duplicata: whether a gateway could prove a payment by it. */
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { ConnectionFailed } from "@hipay-pos/concert-codec/Connection"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import { Money, Order, TerminalTarget } from "@hipay-pos/core"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { toEntry } from "../src/terminal/terminalEntry.ts"
import { examineStandIn } from "./StandIn.ts"

type Fields = Readonly<Record<string, string>>

/** A ticket of bytes, one character each. */
const ticketIn = (bytes: string): Fields => ({
  ZT: Tlv.encode([
    { tag: "CK", value: "100" },
    { tag: "AK", value: btoa(bytes) }
  ])
})
const ofDebit = ticketIn("CARTE BANCAIRE\nDEBIT\n0,01 EUR")

/** What differs in a terminal: by default its tickets name no operation, and CF comes back with payments alone. */
interface Terminal {
  readonly payment?: Fields
  readonly duplicata?: Fields
  readonly refusesTicket?: boolean
}

/** An examination of a stand-in that approves a payment and repeats it. */
const examined = ({ payment = {}, duplicata = {}, refusesTicket = false }: Terminal) => {
  let paid: Fields = {}
  const answerTo = (request: Fields): Fields => {
    const { CJ: _, BB: __, CK: ___, ...echoed } = request
    if (request.CD === "0") {
      paid = { ...echoed, AE: "10", AC: "123456", ...payment }
      return paid
    }
    if (request.CD !== "3") return { ...echoed, AE: "01", AF: "12" }
    if (refusesTicket && request.CK !== undefined) return { ...echoed, AE: "01", AF: "09" }
    const { CB = "", CE = "", AC = "" } = paid
    return { ...echoed, CB, CE, AE: "10", AC, ...duplicata }
  }
  return examineStandIn(
    (text) => {
      const request = Object.fromEntries(Tlv.decodePrefix(text).fields.map(({ tag, value }) => [tag, value]))
      return Tlv.encode(Object.entries(answerTo(request)).map(([tag, value]) => ({ tag, value })))
    },
    ["approved payment, with a ticket", "duplicata"]
  )
}

/** What a gateway sends to a terminal that answers nothing. */
const askedByGateway = async (): Promise<ReadonlyArray<string>> => {
  const sent: Array<string> = []
  const write = (text: string) => {
    sent.push(text)
    return Effect.fail(new ConnectionFailed({ detail: "reset" }))
  }
  const { recover } = ConcertTerminal.make({
    connector: { connect: () => Effect.succeed({ write, receive: () => {}, close: () => {} }) },
    address: { host: "127.0.0.1", port: 8888 },
    settings: { profile: { name: "examined", duplicata: true }, lateAnswer: 0 }
  })
  const payment = {
    orderId: Order.OrderId.make("ORDER"),
    transactionType: "Debit",
    amount: Money.of("0.01", "EUR"),
    target: TerminalTarget.concert({ host: "127.0.0.1", contracts: [] }),
    forceAuthorization: false
  } as const
  await Effect.runPromise(Effect.result(recover?.(payment) ?? Effect.void))
  return sent
}

const questionsIn = ({ evidence }: Awaited<ReturnType<typeof examined>>) =>
  evidence.filter(({ step }) => step === "duplicata").map(({ request }) => request)

describe("a duplicata", () => {
  it("is requested as by a gateway, with its ticket", async () => {
    const question = await askedByGateway()
    assert.deepStrictEqual(question, ["CZ0040320CJ012012345678901CA00201CD0013CK003100"])
    assert.deepStrictEqual(questionsIn(await examined({ duplicata: ofDebit })), question)
  })

  it("is requested again without its ticket if the terminal refuses that", async () => {
    const result = await examined({ refusesTicket: true, duplicata: { CF: "EXAMINE-TICKET" } })
    const plain = "CZ0040320CJ012012345678901CA00201CD0013"
    assert.deepStrictEqual(questionsIn(result), [`${plain}CK003100`, plain])
    assert.isTrue(result.observations.duplicata)
    assert.include(result.habits.actions ?? [], "duplicata")
  })

  it.each([
    ["a ticket that names a debit", { duplicata: ofDebit }],
    ["the order id that was sent", { duplicata: { CF: "EXAMINE-TICKET" } }],
    ["its action", { duplicata: { CD: "0" } }],
    ["a ticket, where CF is its own", { payment: { CF: "1010000000" }, duplicata: { ...ofDebit, CF: "1010000000" } }],
    ["a ticket, where CA is its own", { payment: { CA: "77" }, duplicata: { ...ofDebit, CA: "77" } }],
    [
      "a ticket in CP850",
      {
        payment: ticketIn("CARTE BANCAIRE\nD\x90BIT\n\xb7 CONSERVER"),
        duplicata: ticketIn("CARTE BANCAIRE\nD\x90BIT\n\xb7 CONSERVER")
      }
    ]
  ] as const)("proves a payment by %s", async (_, terminal) => {
    const result = await examined(terminal)
    assert.isTrue(result.observations.duplicata)
    assert.deepInclude(toEntry(result).profile, { duplicata: true })
  })

  it.each([
    ["the number alone", {}],
    ["the ticket of a cancellation", { duplicata: { ...ticketIn("ANNULATION"), CF: "EXAMINE-TICKET" } }],
    ["another amount", { duplicata: { ...ofDebit, CB: "99" } }],
    ["another order", { duplicata: { ...ofDebit, CF: "1010000000" } }],
    ["another number", { duplicata: { ...ofDebit, AC: "654321" } }],
    ["an answer that contradicts itself", { duplicata: { ...ofDebit, AF: "04" } }]
  ] as const)("proves none by %s", async (_, terminal) => {
    const result = await examined(terminal)
    assert.isFalse(result.observations.duplicata)
    assert.deepInclude(toEntry(result).profile, { duplicata: false })
  })
})
