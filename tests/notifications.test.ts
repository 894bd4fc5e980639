/** The mock's notifications, received by the client's handler over real sockets. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { nodeNotificationHandler } from "@hipay-pos/client/node"
import { dedupeKey, type Notification } from "@hipay-pos/client/notification"
import { startServer } from "@hipay-pos/server-mock/node"

const PASSPHRASE = "A passphrase of the shop's own"

/** A shop's server: the notifications it accepted, and the next one. */
const openShop = async (passphrase = PASSPHRASE) => {
  const believed: Array<Notification> = []
  const refused: Array<string> = []
  const waiting: Array<() => void> = []
  const told = () => {
    for (const resume of waiting.splice(0)) resume()
  }
  const server = createServer(
    nodeNotificationHandler({
      passphrase,
      onNotification: (notification) => {
        believed.push(notification)
        told()
      },
      onRefused: ({ kind }) => {
        refused.push(kind)
        told()
      }
    })
  )
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const until = async (count: number) => {
    while (believed.length + refused.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    believed,
    refused,
    until,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}

/** A mock that may call the shop, and an order with the shop's address. */
const openMock = async (
  host: string,
  options: { readonly algorithm?: "SHA-1" | "SHA-256" | "SHA-512"; readonly answerTimeout?: "50 millis" } = {}
) => {
  const { algorithm = "SHA-256", ...deadlines } = options
  const server = await startServer({
    port: 0,
    notifications: { allowed: [host], passphrase: PASSPHRASE, algorithm },
    ...deadlines
  })
  const pay = async (terminal: string) => {
    const { status } = await fetch(`${server.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
      body: JSON.stringify({
        order: {
          order_id: "ORDER_1",
          price: { amount: 1250, currency: "EUR" },
          custom_data: { table: "12", note: "crème brûlée & café" }
        },
        pos_technical_info: {
          notify_url: `http://${host}/notify`,
          host_information: { host: terminal },
          terminal_transaction_display: {
            protocol: "ConcertV3.2",
            contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
          }
        }
      })
    })
    return status
  }
  const collect = () =>
    fetch(`${server.control.url}/collection`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.control.token}` }
    })
  return { pay, collect, [Symbol.asyncDispose]: server.close }
}

describe("a shop's server", () => {
  it("learns of a payment with a lost answer, and then of its capture", async () => {
    await using shop = await openShop()
    await using mock = await openMock(shop.host, { answerTimeout: "50 millis" })
    assert.strictEqual(await mock.pay("lost-after-approval.terminal.test"), 504)
    await shop.until(1)
    await mock.collect()
    await shop.until(2)
    assert.deepStrictEqual(
      shop.believed.map(({ orderId, status, authorizedAmount, capturedAmount }) => [
        orderId,
        status,
        authorizedAmount?.minorUnits,
        capturedAmount?.minorUnits
      ]),
      [
        ["ORDER_1", 116, 1250, 0],
        ["ORDER_1", 118, 1250, 1250]
      ]
    )
    assert.deepStrictEqual(shop.believed[0]?.customData, { table: "12", note: "crème brûlée & café" })
    assert.strictEqual(new Set(shop.believed.map(dedupeKey)).size, 2)
  })

  it.each(["SHA-1", "SHA-256", "SHA-512"] as const)("believes what is signed with %s", async (algorithm) => {
    await using shop = await openShop()
    await using mock = await openMock(shop.host, { algorithm })
    assert.strictEqual(await mock.pay("approved.terminal.test"), 200)
    await shop.until(1)
    assert.lengthOf(shop.believed, 1)
  })

  it("believes nothing that is signed with another passphrase", async () => {
    await using shop = await openShop("another one")
    await using mock = await openMock(shop.host)
    await mock.pay("approved.terminal.test")
    await shop.until(1)
    assert.deepStrictEqual(shop.refused, ["SignatureMismatch"])
  })
})
