import { assert, describe, it } from "@effect/vitest"
import { Cardholder, Fault, type TerminalSimulator } from "@hipay-pos/terminal-simulator"
import * as Result from "effect/Result"
import { attachedOrder, makeServer, makeTerminal, order } from "./server.ts"

const fault = (text: string) => Result.getOrThrow(Fault.fromText(text))

/** What an order comes to at a terminal that is set up so. */
const answered = async (options: TerminalSimulator.Options, settings = {}) => {
  const terminal = await makeTerminal(options)
  await using server = makeServer({ connector: terminal.connector, settings })
  const answer = await server.send(attachedOrder())
  const { body } = await server.get("/attempts")
  return { ...answer, charged: terminal.ledger.charged("EUR"), states: body.attempts?.map(({ state }) => state) }
}

const behaves = (word: string) => ({
  cardholder: Cardholder.scripted([Cardholder.fromWord(word) ?? Cardholder.walksAway])
})

describe("a payment that", () => {
  it("is refused is a failure with HTTP 200, its reason in words", async () => {
    const { status, body, states, charged } = await answered(behaves("refused"))
    assert.strictEqual(status, 200)
    assert.strictEqual(body.paymentStatus, "Failure")
    assert.deepStrictEqual(body.error, {
      errorCode: "1006",
      errorDescription: "Canceled transaction (refused)"
    })
    assert.deepStrictEqual(states, ["declined"])
    assert.strictEqual(charged, 0)
  })

  it("is approved in part says what was paid in the echoed amount and the rest in a header", async () => {
    const { status, header, body, states, charged } = await answered(behaves("partial"))
    assert.strictEqual(status, 200)
    assert.strictEqual(body.paymentStatus, "Success")
    assert.deepStrictEqual(body.order?.price, { amount: 625, currency: "EUR" })
    assert.strictEqual(header("X-Hipay-Pos-Remaining"), "625")
    assert.deepStrictEqual(states, ["approved-in-part"])
    assert.strictEqual(charged, 625)
  })

  it("never starts is 400 in the words of the real service", async () => {
    const { status, body, states } = await answered({ faults: [fault("refuse")] })
    assert.strictEqual(status, 400)
    assert.strictEqual(body.error?.code, "unavailable.terminal.bad.request")
    assert.strictEqual(body.error?.message, "Bad Request")
    assert.strictEqual(body.error?.description, 'Unable to contact the terminal. Host : "127.0.0.1", Port: "8888"')
    assert.deepStrictEqual(states, ["not-started"])
  })

  it("gets no answer is 504 without a payment status, and shows its attempt", async () => {
    const { status, body, states, charged } = await answered({ faults: [fault("answer-lost")] }, { answerTimeout: 50 })
    assert.strictEqual(status, 504)
    assert.strictEqual(body.error?.code, "outcome.unknown")
    assert.match(body.error?.details?.attempt ?? "", /^\/attempts\/\w+$/)
    assert.notProperty(body, "paymentStatus")
    assert.deepStrictEqual(states, ["unknown"])
    assert.strictEqual(charged, 1250)
  })

  it("waits too long for its terminal finds it busy", async () => {
    const terminal = await makeTerminal({ cardholder: Cardholder.manual })
    await using server = makeServer({ connector: terminal.connector, settings: { queueTimeout: 20 } })
    const first = server.send(attachedOrder("A"))
    const second = await server.send(attachedOrder("B"))
    assert.strictEqual(second.status, 400)
    assert.strictEqual(second.body.error?.code, "busy.terminal.bad.request")
    terminal.pressKey("cancel")
    assert.strictEqual((await first).body.paymentStatus, "Failure")
  })
})

describe("an order", () => {
  it("for an address that is not attached never leaves the process", async () => {
    const terminal = await makeTerminal()
    await using server = makeServer({ connector: terminal.connector })
    assert.strictEqual((await server.send(order())).body.paymentStatus, "Success")
    assert.strictEqual(terminal.ledger.charged("EUR"), 0)
  })

  it("reaches one terminal however it writes its address", async () => {
    const terminal = await makeTerminal()
    await using server = makeServer({ connector: terminal.connector })
    const info = { host_information: { host: "LOCALHOST", port: 8888 } }
    await server.send(attachedOrder("A"))
    await server.send(order({ order: { order_id: "B" }, info }))
    assert.strictEqual(terminal.ledger.charged("EUR"), 2500)
  })

  it("that goes elsewhere, or wakes no terminal, is simulated and says so", async () => {
    const terminal = await makeTerminal()
    await using server = makeServer({ connector: terminal.connector })
    const cases = [
      [{ initialize_payment_terminal: false }, "POS", "terminal-not-woken"],
      [{}, "SDK", "push-to-simulated"],
      [{}, "ECR", "push-to-simulated"]
    ] as const
    for (const [fields, pushTo, code] of cases) {
      const { header, body } = await server.send(attachedOrder(`TO_${pushTo}`, 1250, fields, pushTo))
      assert.strictEqual(body.paymentStatus, "Success")
      assert.strictEqual(header("X-Hipay-Pos-Warnings"), code)
      const attempt = await server.get(header("X-Hipay-Pos-Attempt") ?? "")
      assert.deepStrictEqual(attempt.body.terminal, { name: "127.0.0.1:8888", kind: "simulated" })
    }
    assert.strictEqual(terminal.ledger.charged("EUR"), 0)
  })
})
