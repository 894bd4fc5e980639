/** A terminal's last transaction as proof of an unknown payment: over TCP, from every place that asks for it. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { AttemptJournal } from "@hipay-pos/client"
import { makeClient } from "@hipay-pos/client/node"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { Money, Order, TerminalTarget } from "@hipay-pos/core"
import type { GatewayConfig } from "@hipay-pos/gateway"
import { startGateway } from "@hipay-pos/gateway/node"
import { type Body, order } from "@hipay-pos/server/testing"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

const folder = mkdtempSync(join(tmpdir(), "duplicata-"))
let files = 0

const credentials = { username: "shop", password: "of its own" }
const other = { username: "other shop", password: "of its own" }
const headersOf = ({ username, password }: typeof credentials) => ({
  authorization: `Basic ${btoa(`${username}:${password}`)}`,
  "content-type": "application/json"
})
const faithful = { name: "faithful", duplicata: true }
/** The line is cut once the customer has paid. */
const answerLost = Result.getOrThrow(Fault.fromText("reset@after-approval"))
/** The terminal restarts at once, before the customer pays, and forgets the request. */
const forgotten: Fault.Fault = { ...Result.getOrThrow(Fault.fromText("reboot@after-request")), milliseconds: 0 }

const start = async (changes: Partial<GatewayConfig.GatewayTerminal> = {}, fault = answerLost) => {
  const terminal = await startTerminal({ port: 0, cardholder: Cardholder.auto() })
  const gateway = await startGateway({
    terminals: [{ host: "127.0.0.1", port: terminal.port, profile: faithful, ...changes }],
    logins: [
      { ...credentials, roles: ["read", "resolve", "pay"] },
      { ...other, roles: ["pay"] }
    ],
    allowCancel: true,
    allowCredit: true,
    port: 0,
    store: join(folder, `${++files}.db`)
  })
  const call = async (method: string, path: string, body?: unknown, login = credentials) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: headersOf(login),
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    return { status: response.status, body: (await response.json()) as Body }
  }
  const pay = (orderId: string, transactionType = "Debit", login = credentials, price = {}) =>
    call(
      "POST",
      "/v1/connector/order",
      order({
        order: { order_id: orderId, transaction_type: transactionType, ...price },
        info: { host_information: { host: "127.0.0.1", port: terminal.port } }
      }),
      login
    )
  /** Pays with a fault, and returns the id of the unknown attempt. */
  const lose = async (orderId: string, how = fault, transactionType = "Debit", price = {}) => {
    terminal.simulator.setFault(how)
    const lost = await pay(orderId, transactionType, credentials, price)
    assert.strictEqual(lost.status, 504)
    terminal.simulator.clearFault()
    const { body } = await call("GET", `/attempts?state=unknown&q=${orderId}`)
    return (body as { attempts: ReadonlyArray<{ id: string }> }).attempts[0]?.id ?? ""
  }
  const ask = (id: string) => call("POST", `/attempts/${id}/ask`)
  /** Performs 12.50 EUR at the terminal without the gateway. */
  const byHand = async (transactionType: "Debit" | "Cancel") => {
    const { port } = terminal
    const atTerminal = ConcertTerminal.make({
      connector: TcpConnection.connector,
      address: { host: "127.0.0.1", port },
      settings: { orderIdLength: 0 }
    })
    const { _tag } = await Effect.runPromise(
      atTerminal.perform({
        orderId: Order.OrderId.make("BY HAND"),
        transactionType,
        amount: Money.of("12.50", "EUR"),
        target: TerminalTarget.concert({ host: "127.0.0.1", port, contracts: [] }),
        forceAuthorization: false
      })
    )
    assert.strictEqual(_tag, "Approved")
  }
  const dispose = async () => {
    await gateway.close()
    await terminal.close()
  }
  return { gateway, terminal, call, pay, lose, ask, byHand, [Symbol.asyncDispose]: dispose }
}

describe("a gateway that asks a terminal for its last transaction", () => {
  it("ends an unknown payment that the terminal proves", async () => {
    await using shop = await start()
    const id = await shop.lose("LOST")
    const asked = await shop.ask(id)
    assert.strictEqual(asked.status, 200)
    assert.deepInclude(asked.body as object, { state: "approved", paid: 1250 })
    assert.include(JSON.stringify(asked.body), "proved-by-duplicata")
    assert.strictEqual((await shop.pay("NEXT")).status, 200)
    assert.strictEqual(shop.terminal.simulator.ledger.count(), 2)
  })

  it("lets the recorded outcome answer the order when it is sent again", async () => {
    await using shop = await start()
    await shop.ask(await shop.lose("LOST"))
    const again = await shop.pay("LOST")
    assert.strictEqual(again.status, 409)
    assert.strictEqual(again.body.error?.code, "attempt.already.approved")
    assert.strictEqual(shop.terminal.simulator.ledger.count(), 1)
  })

  /** The answer to asking if nothing is proved; the attempt stays unknown. */
  const refused = async (shop: Awaited<ReturnType<typeof start>>, id: string) => {
    const { status, body } = await shop.ask(id)
    assert.strictEqual(status, 409)
    assert.strictEqual(body.error?.code, "attempt.not.proved")
    assert.strictEqual(((await shop.call("GET", `/attempts/${id}`)).body as { state?: string }).state, "unknown")
    return String((body.error as { description?: string }).description)
  }

  it("does not ask a terminal unless its profile declares the duplicata", async () => {
    await using shop = await start({ profile: { name: "odd", duplicata: false } })
    const id = await shop.lose("LOST")
    const seen: Array<string> = []
    shop.terminal.simulator.subscribe(({ _tag }) => seen.push(_tag))
    assert.include(await refused(shop, id), "its profile does not declare a duplicata to be trusted")
    assert.deepStrictEqual(seen, [])
  })

  it("believes no refusal: the payment may have been made all the same", async () => {
    await using shop = await start({}, forgotten)
    assert.include(await refused(shop, await shop.lose("LOST")), "no approved transaction to repeat")
  })

  it("does not take an older payment of the same amount for this one, by its order", async () => {
    await using shop = await start({}, forgotten)
    await shop.pay("OLD")
    assert.include(await refused(shop, await shop.lose("LOST")), "another order's")
  })

  it("does not take it for this one by its number, where the terminal has data of its own for the order", async () => {
    await using shop = await start({ profile: { ...faithful, ownPrivateData: true }, orderIdLength: 0 }, forgotten)
    await shop.pay("OLD")
    assert.include(await refused(shop, await shop.lose("LOST")), "an older one")
  })

  it.each(["Cancel", "Credit"])("does not take the debit of an order for its %s", async (transactionType) => {
    await using shop = await start({}, forgotten)
    assert.strictEqual((await shop.pay("SALE")).status, 200)
    const id = await shop.lose("SALE", forgotten, transactionType)
    assert.include(await refused(shop, id), "the repeated transaction is a debit according to its ticket")
    assert.strictEqual(shop.terminal.simulator.ledger.count(), 1)
  })

  it("does not take another login's payment of the same order id for this one", async () => {
    await using shop = await start({}, forgotten)
    assert.strictEqual((await shop.pay("SALE", "Debit", other)).status, 200)
    assert.include(await refused(shop, await shop.lose("SALE")), "an older one")
  })

  it("does not take an earlier attempt of the order for this one, whatever a person said of it", async () => {
    await using shop = await start()
    const word = { outcome: "declined", by: "Ada", evidence: "no receipt" }
    const first = await shop.lose("SALE")
    assert.strictEqual((await shop.call("POST", `/attempts/${first}/resolve`, word)).status, 200)
    assert.include(await refused(shop, await shop.lose("SALE", forgotten)), "another payment of the same order")
  })

  it("takes a number that the journal does not have for a proof", async () => {
    await using shop = await start({ orderIdLength: 0 })
    await shop.pay("OLD")
    assert.strictEqual((await shop.ask(await shop.lose("LOST"))).status, 200)
  })

  it("proves nothing by a number while a person's word stands for another payment of that amount", async () => {
    await using shop = await start({ orderIdLength: 0 })
    const first = await shop.lose("FIRST")
    const word = { outcome: "declined", by: "Ada", evidence: "no receipt" }
    assert.strictEqual((await shop.call("POST", `/attempts/${first}/resolve`, word)).status, 200)
    assert.include(await refused(shop, await shop.lose("SECOND", forgotten)), "another payment of the same amount")
  })

  it("proves nothing by a number while a person's word says that another payment was of that amount", async () => {
    await using shop = await start({ orderIdLength: 0 }, forgotten)
    const first = await shop.lose("FIRST", forgotten, "Debit", { price: { amount: 2000, currency: "EUR" } })
    await shop.byHand("Debit")
    const word = { outcome: "approved", paid: 1250, by: "Ada", evidence: "typed 12.50 at the terminal" }
    assert.strictEqual((await shop.call("POST", `/attempts/${first}/resolve`, word)).status, 200)
    assert.include(await refused(shop, await shop.lose("SECOND")), "another payment of the same amount")
  })

  it("proves nothing by a number while the terminal said that it charged another payment that amount", async () => {
    await using shop = await start({ orderIdLength: 0 })
    shop.terminal.simulator.setCardholder(Cardholder.auto(undefined, undefined, 25))
    const cutBehindAmount = { ...Result.getOrThrow(Fault.fromText("reset@mid-answer")), byte: 60 }
    const first = await shop.lose("FIRST", cutBehindAmount, "Debit", { price: { amount: 1000, currency: "EUR" } })
    const word = { outcome: "declined", by: "Ada", evidence: "no receipt" }
    assert.strictEqual((await shop.call("POST", `/attempts/${first}/resolve`, word)).status, 200)
    assert.include(await refused(shop, await shop.lose("SECOND", forgotten)), "another payment of the same amount")
  })

  it("proves nothing by another number than the terminal's answer to the payment had", async () => {
    await using shop = await start({ orderIdLength: 0 })
    const id = await shop.lose("LOST", Result.getOrThrow(Fault.fromText("refused-with-sale")))
    await shop.byHand("Debit")
    assert.include(await refused(shop, id), "another authorization number")
  })

  it("takes the number that the terminal's answer to the payment had for a proof", async () => {
    await using shop = await start({ orderIdLength: 0 })
    const id = await shop.lose("LOST", Result.getOrThrow(Fault.fromText("refused-with-sale")))
    const { status, body } = await shop.ask(id)
    assert.strictEqual(status, 200)
    assert.deepInclude(body as object, { state: "approved", paid: 1250 })
  })

  it("does not take the cancellation of a sale at the terminal for the sale", async () => {
    await using shop = await start({ orderIdLength: 0 })
    const id = await shop.lose("LOST")
    await shop.byHand("Cancel")
    assert.include(await refused(shop, id), "the repeated transaction is a cancellation according to its ticket")
  })

  it("does not ask once another order was served there", async () => {
    await using shop = await start()
    const id = await shop.lose("LOST")
    const aside = { outcome: "set-aside", by: "Ada", evidence: "asked the bank" }
    assert.strictEqual((await shop.call("POST", `/attempts/${id}/resolve`, aside)).status, 200)
    assert.strictEqual((await shop.pay("NEXT")).status, 200)
    assert.include(await refused(shop, id), "another order was served there since")
  })

  it("does not ask while the terminal may still answer the payment", async () => {
    await using shop = await start({ answerTimeout: "50ms" })
    const id = await shop.lose("LOST", Result.getOrThrow(Fault.fromText("answer-lost")))
    assert.match(await refused(shop, id), /may still answer the payment itself for \d+ s/)
  })

  it("changes nothing that has ended, and knows no attempt that is not there", async () => {
    await using shop = await start()
    const id = await shop.lose("LOST")
    await shop.ask(id)
    const again = await shop.ask(id)
    assert.strictEqual(again.status, 409)
    assert.strictEqual(again.body.error?.code, "attempt.not.unknown")
    assert.strictEqual((await shop.ask("nowhere")).status, 404)
  })
})

describe("client.resolve", () => {
  const sell = async (shop: Awaited<ReturnType<typeof start>>, fault: Fault.Fault) => {
    const client = makeClient({
      server: shop.gateway.url,
      ...credentials,
      live: true,
      journal: AttemptJournal.memory()
    })
    shop.terminal.simulator.setFault(fault)
    const target = { host: "127.0.0.1", port: shop.terminal.port, contracts: [{ merchantContract: "1234567" }] }
    await client.pay({ orderId: "LOST", amount: { currency: "EUR", minorUnits: 1250 } }, target).catch(() => undefined)
    shop.terminal.simulator.clearFault()
    const [lost] = await client.unsettled()
    return { client, id: lost?.id ?? "" }
  }

  it("ends a payment by the terminal's proof, before it accepts a manual resolution", async () => {
    await using shop = await start()
    const { client, id } = await sell(shop, answerLost)
    const word = { outcome: "declined", by: "Ada", evidence: "saw no receipt" } as const
    assert.deepStrictEqual(await client.resolve(id, word), {
      _tag: "Settled",
      by: "terminal",
      state: "approved",
      paid: 1250
    })
    assert.lengthOf(await client.unsettled(), 0)
  })

  it("passes on the warning about an operation that the terminal does not name", async () => {
    await using shop = await start({ ticket: "none" })
    const { client, id } = await sell(shop, answerLost)
    assert.deepStrictEqual(await client.resolve(id), {
      _tag: "Settled",
      by: "terminal",
      state: "approved",
      paid: 1250,
      warnings: [
        {
          code: "operation-not-named",
          message:
            "the terminal does not say whether the transaction that it repeated is a debit: make sure that it was not cancelled there"
        }
      ]
    })
  })

  it("says why the terminal proves nothing, and what to do", async () => {
    await using shop = await start({}, forgotten)
    const { client, id } = await sell(shop, forgotten)
    const asked = await client.resolve(id)
    assert.strictEqual(asked._tag, "NeedsPerson")
    if (asked._tag === "NeedsPerson")
      assert.strictEqual(
        asked.advice,
        "The server cannot say. The terminal proves nothing: the terminal has no approved transaction to repeat, or does not repeat it. Look at the terminal's receipt or its journal, then resolve the attempt with the outcome, your name and what you saw."
      )
  })
})
